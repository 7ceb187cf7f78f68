"""Every assumption with what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from detente.crisis.evidence import RESTS_ON, Grade, Source
from detente.report.blocks import Block, Fold, Heading, Points, Prose, Section, Table, Text
from detente.report.evidence import Evidence
from detente.report.findings import AssumptionRow, StudyRows
from detente.report.words import counted, day, listed, plain, sentence

KINDS = {
    "quantity": "Numbers",
    "prior": "What is believed beforehand",
    "preference": "Who would rather have what",
    "outcome": "What an ending is worth",
    "reading": "Readings",
    "stage": "Who can do what, and when",
    "move": "Moves",
    "observation": "What was seen",
    "timeline": "What was seen",
    "claim": "Claims",
    "scenario": "Scenarios",
    "state": "The state of the world",
}
SOURCES_NAMED = 12


def assumptions(findings: StudyRows, evidence: Evidence) -> Section:
    """Assumptions by kind, then the sources."""
    title = "Every assumption, and what it rests on"
    blocks: list[Block] = []
    if findings.assumptions:
        blocks.append(_count(findings.assumptions))
    if evidence.texts:
        blocks.append(
            Prose("Where a source’s text was at hand, the sentence itself stands below the paraphrase.", "aside")
        )
    kinds = list(dict.fromkeys(each.kind for each in findings.assumptions))
    for kind in kinds:
        mine = [each for each in findings.assumptions if each.kind == kind]
        name = KINDS.get(kind, sentence(kind))
        table = Table(
            f"{name}: {counted(len(mine), 'assumption')}",
            ("Assumption", "Taken to be", "Rests on"),
            [(sentence(each.name), each.value, _support(each, evidence)) for each in mine],
        )
        blocks.append(Fold(f"{name}: {_tally(mine)}", [table]))
    if findings.case.sources:
        blocks += [Heading("Sources"), Points([(_source(each), ()) for each in findings.case.sources])]
    if not blocks:
        blocks = [Prose("The study lists no assumptions.")]
    return Section("assumptions", title, blocks)


def _count(every: Sequence[AssumptionRow]) -> Prose:
    bare = [each.name for each in every if each.support == "unsupported"]
    text = f"The case takes {counted(len(every), 'thing')} for granted: {_tally(every)}."
    if bare:
        named = [f"“{name}”" for name in bare[:SOURCES_NAMED]]
        more = len(bare) - len(named)
        text += f" Unsupported: {listed([*named, f'{more} more'] if more else named)}."
    return Prose(text)


def _tally(every: Sequence[AssumptionRow]) -> str:
    count = Counter(each.support for each in every)
    return ", ".join(f"{count[grade]} on {RESTS_ON[grade]}" for grade in Grade if count[grade])


def _support(assumption: AssumptionRow, evidence: Evidence) -> Text:
    parts = [Markup("<li>{}</li>").format(each) for each in evidence.cite_all(assumption.citations)]
    if assumption.note:
        parts.append(Markup("<li>Analyst’s note: {}</li>").format(assumption.note))
    if not parts:
        return Markup('<span class="bare">unsupported</span>')
    rests = sentence(RESTS_ON[assumption.support])
    return Markup('{}:<ul class="support">{}</ul>').format(rests, Markup("").join(parts))


def _source(source: Source) -> Text:
    tail = ", ".join(each for each in (plain(source.publisher), day(source.published)) if each)
    return Markup("<cite>{}</cite>{}").format(plain(source.title), f", {tail}" if tail else "")
