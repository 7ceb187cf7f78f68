"""The brief: a study's answers to six questions in a few lines each, the same for page, terminal and paper."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from detente.crisis.evidence import RESTS_ON, Grade
from detente.report.blocks import Abreast, Block, Card, Points, Prose, Section, Text
from detente.report.findings import StudyRows
from detente.report.groups import by_axis, groups_clause
from detente.report.naming import Names
from detente.report.rows import OutcomeStep
from detente.report.sections.changes import latest_change
from detente.report.sections.course import by_event, course_figure, event_did, silent, silent_words
from detente.report.sections.hinges import ranked, told_from, unranked
from detente.report.sections.misreadings import first_readings, misreading_words, misreads
from detente.report.sections.opening import likeliest, ranking
from detente.report.sections.rivals import where
from detente.report.sections.trust import caution
from detente.report.sections.watch import telling_words
from detente.report.tables import swing, with_error
from detente.report.words import chance, counted, day, listed, percent, sentence, standard_error_of_share
from detente.study.running.weights import weighed

_HINGES, _MISREADINGS, _SIGHTS, _CHANGED = 4, 2, 3, 4
"""Lines that a part of the brief has at the most; everything else stands behind it."""

_EVENTS, _TRUST = "brief-events", "brief-trust"


@dataclass(frozen=True, slots=True)
class BriefPart:
    """One question with its answer: `lines` stand one below the other; `id` names it."""

    id: str
    title: str
    lines: tuple[str, ...]


def headline(findings: StudyRows) -> str:
    """The answer in one sentence: the likeliest ending, or those that draws do not tell apart."""
    ranked_endings = ranking(findings)
    if not ranked_endings:
        return "The study holds no endings."
    given = "Given the events seen, the" if findings.case.timeline else "The"
    if groups := groups_clause(findings):
        since = "Given the events seen: " if findings.case.timeline else ""
        given = f"{since}{groups}. Of single endings, the"
    tied = likeliest(findings)
    if len(tied) > 1:
        named = listed([f"{each.name}, {chance(each.share)}" for each in tied])
        return f"{given} likeliest endings are not told apart: {named}."
    first = ranked_endings[0]
    return f"{given} likeliest ending is {first.name}: {chance(first.share)}."


def brief_parts(findings: StudyRows, names: Names) -> list[BriefPart]:
    """The parts of the brief, in the order in which a reader asks; one without an answer is left out."""
    told = (
        BriefPart("brief-endings", "How it may end", _endings(findings)),
        BriefPart("brief-changed", "What the change does, in points", _changed(findings)),
        BriefPart("brief-events", "What the events did", _events(findings)),
        BriefPart("brief-hinges", "What decides it, in points from its low to its high end", _decides(findings)),
        BriefPart("brief-claims", "Who is right, and where", _claims(findings, names)),
        BriefPart("brief-misreadings", "Who misreads whom", _misreadings(findings, names)),
        BriefPart("brief-watch", "What to watch", telling_words(findings, names, _SIGHTS)),
        BriefPart("brief-trust", "How far to trust it", _trust(findings)),
    )
    return [part for part in told if part.lines]


def _endings(findings: StudyRows) -> tuple[str, ...]:
    seen = bool(findings.case.timeline)
    groups = [
        (f"{each.name} ({axis})" if axis else each.name, each)
        for axis, own in by_axis(findings).items()
        for each in own
    ]
    return tuple(
        f"{sentence(name)}: {chance(each.share)}{f', was {percent(each.outset.middle)}' if seen else ''}"
        for name, each in (*groups, *((each.name, each) for each in ranking(findings)))
    )


def _changed(findings: StudyRows) -> tuple[str, ...]:
    told = sorted(latest_change(findings), key=lambda each: -abs(each.difference.middle))
    sure = [each for each in told if not each.error >= abs(each.difference.middle) / 2]
    lines = [
        f"{sentence(each.name)}: {percent(each.before)} as it stands, then {percent(each.then)} "
        f"({with_error(each.difference.middle, each.error)})"
        for each in sure[:_CHANGED]
    ]
    return tuple(lines) if lines or not told else ("It moves no ending beyond its error.",)


def _events(findings: StudyRows) -> tuple[str, ...]:
    quiet = silent(findings.course)
    lines = [
        f"{_dated(rows[0])}: {event_did(rows)} points"
        for event, rows in by_event(findings.course).items()
        if event and rows[0] not in quiet
    ]
    said = silent_words(findings)
    return (*lines, said) if said else tuple(lines)


def _dated(step: OutcomeStep) -> str:
    when = day(step.date, short=True)
    return f"{when}, {step.label}" if when else sentence(step.label)


def _decides(findings: StudyRows) -> tuple[str, ...]:
    groups = ranked(findings)
    found = [each for group in groups for each in group][:_HINGES]
    lines = [
        f"{sentence(each.name)}: {each.outcome_name} {swing(each)}; rests on {RESTS_ON[each.support]}" for each in found
    ]
    if groups and len(groups[0]) > 1:
        lines.insert(0, f"{counted(len(groups[0]), 'assumption')} move it most and are not told apart.")
    left = sum(map(len, groups)) - len(found)
    if left:
        lines.append(f"{counted(left, 'more assumption')} {'moves' if left == 1 else 'move'} an ending, none by more.")
    if not lines:
        lines += unranked(told_from(findings), 0)[:1] if findings.hinges else []
    return tuple(lines)


def _claims(findings: StudyRows, names: Names) -> tuple[str, ...]:
    lines: list[str] = []
    for claim in findings.claims:
        who = claim.by.split(",")[0] or "The claim"
        says = claim.says or claim.claim
        if claim.holds != claim.holds:
            lines.append(f"{who}, “{says}”: in no draw could it be tested")
            continue
        if claim.by_rule:
            lines.append(f"{who}, “{says}”: so by definition, however everybody plays, and no finding")
            continue
        if not findings.draws:
            lines.append(f"{who}, “{says}”: {'holds' if claim.holds > 0.5 else 'does not hold'} in the one solution")
            continue
        effective = findings.moment.effective if findings.moment and claim.when == "events" else float(claim.draws)
        error = standard_error_of_share(claim.holds, effective)
        told = f"{who}, “{says}”: holds in {percent(claim.holds)} of draws (± {max(1, math.ceil(100 * error))})"
        turns = [text for text in where(claim.claim, findings.learnt, names) if text.startswith("Where")]
        lines.append(f"{told}. {turns[0].partition(' On draws kept back')[0]}" if turns else told)
    return tuple(lines)


def _misreadings(findings: StudyRows, names: Names) -> tuple[str, ...]:
    told = first_readings(findings)
    last = max((each.event for each in told), default=0)
    wrong = [each for each in told if each.event == last and misreads(each)]
    wrong.sort(key=lambda each: -abs(each.wrong.middle))
    lines = [
        f"{sentence(misreading_words(each, names))}: {with_error(each.wrong.middle, each.error)} points"
        for each in wrong[:_MISREADINGS]
    ]
    if last and told and not wrong:
        lines.append("Nobody misreads anybody: each has seen what the others go by.")
    return tuple(lines)


def _trust(findings: StudyRows) -> tuple[str, ...]:
    lines: list[str] = [said] if (said := caution(findings)) else []
    certificate = findings.certificate
    passed = "all" if certificate.certified >= certificate.draws else f"{certificate.certified:,}"
    if certificate.draws:
        lines.append(f"Of {counted(certificate.draws, 'solution')}, {passed} passed a check by other code.")
    moment = findings.moment
    if moment is not None and moment.events and moment.draws > 1 and not moment.few:
        lines.append(weighed(moment.draws, moment.effective, moment.few))
    if findings.assumptions:
        count = Counter(each.support for each in findings.assumptions)
        resting = listed([f"{count[grade]} on {RESTS_ON[grade]}" for grade in Grade if count[grade]])
        total = counted(count.total(), "assumption")
        lines.append(f"All of it follows from {total}, and is no better than they are. They rest: {resting}.")
    if findings.draws:
        lines.append(
            "59 % (28 to 91): the mean of the answers, and the range of nine in ten of them. ±: a standard error of "
            "what was drawn. Neither shows what the model may have missed."
        )
    return tuple(lines)


def brief(findings: StudyRows, names: Names) -> Section:
    """The answers that fit on a screen or two printed pages."""
    warned = caution(findings)
    told = brief_parts(findings, names)
    parts = [replace(part, lines=tuple(line for line in part.lines if line != warned)) for part in told]
    blocks: list[Block] = [Prose(headline(findings), "lead")]
    if findings.course:
        blocks.append(course_figure(findings))
        if said := silent_words(findings):
            blocks.append(Prose(said, "aside"))
    cards = [_card(part) for part in parts if part.id != _EVENTS]
    return Section("brief", "In brief", [*blocks, Abreast(cards)])


def _card(part: BriefPart) -> Card:
    return Card(part.title, [Points([(line, ()) for line in part.lines] if part.id == _TRUST else _items(part.lines))])


def _items(lines: Sequence[str]) -> list[tuple[Text, Sequence[Text]]]:
    """The lines with what stands before the first colon in bold, where that is short enough to be a label."""
    items: list[tuple[Text, Sequence[Text]]] = []
    for line in lines:
        label, colon, rest = line.partition(": ")
        bold = colon and len(label) <= 100
        items.append((Markup("<strong>{}:</strong> {}").format(label, rest) if bold else line, ()))
    return items
