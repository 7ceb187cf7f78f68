"""The section on the possible endings and the chance of each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from detente.report.blocks import Block, Fold, Points, Prose, Section, Text, figure
from detente.report.charts.answers import endings_chart
from detente.report.findings import OutcomeShare, StudyRows
from detente.report.groups import groups_blocks
from detente.report.sections.course import by_ending, course_finding, course_table, leading_path, silent_words
from detente.report.sections.opening import likeliest, overlap, ranking
from detente.report.tables import endings_table
from detente.report.words import chance, likely_words, listed, sentence

AFTER = (
    "These are the chances given all the events below. The table also has the chances at the outset, before any of "
    "them. Sections below say which of the two they tell."
)


def endings(findings: StudyRows) -> Section:
    """Every ending with its probability, the likeliest first."""
    ranked = ranking(findings)
    if not ranked:
        return Section("endings", "How it may end", [Prose("The study holds no endings.")])
    first = ranked[0]
    finding = sentence(f"{first.name} is the likeliest ending: {chance(first.share)}")
    tied = likeliest(findings)
    if len(tied) > 1:
        finding = sentence(f"{listed([each.name for each in tied])} are the likeliest endings, not told apart")
    elif len(ranked) > 1 and overlap(first, ranked[1]):
        finding += f", but {ranked[1].name} may be as likely"
    how = "Each dot is the mean over draws, each bar the range of nine in ten draws."
    if not first.share.ranged:
        how = "Each dot is the answer of the one solution; there are no ranges."
    blocks: list[Block] = [Prose(AFTER)] if findings.case.timeline else []
    blocks += groups_blocks(findings)
    blocks += [
        figure(
            "endings",
            finding,
            partial(endings_chart, ranked),
            how,
            endings_table(ranked, events_seen=bool(findings.case.timeline)),
        ),
        Points(_in_words(ranked)),
    ]
    if findings.course:
        along: list[Block] = [
            Prose(f"{course_finding(leading_path(findings))}. The chart stands at the top of the page.")
        ]
        if quiet := silent_words(findings):
            along.append(Prose(quiet, "aside"))
        blocks += [*along, Fold("Every group and ending along the events", [course_table(by_ending(findings))])]
    return Section("endings", "How it may end", blocks)


def _in_words(ranked: Sequence[OutcomeShare]) -> list[tuple[Text, Sequence[Text]]]:
    """The endings under the probability words that their ranges span."""
    alike: dict[str, list[str]] = {}
    for each in ranked:
        alike.setdefault(likely_words(each.share), []).append(f"{each.name}, {chance(each.share)}")
    return [
        (Markup("<strong>{}:</strong> {}.").format(sentence(words), "; ".join(said)), ())
        for words, said in alike.items()
    ]
