"""Groups of endings as they are told before single endings: by axis, those that matter on each."""

from __future__ import annotations

from functools import partial

from detente.report.blocks import Block, Prose, figure
from detente.report.charts.answers import endings_chart
from detente.report.findings import OutcomeShare, StudyRows
from detente.report.tables import endings_table
from detente.report.words import chance, listed, sentence

_NAMED = 4
"""So many groups are named in a sentence at the most."""


def by_axis(findings: StudyRows) -> dict[str, list[OutcomeShare]]:
    """The groups of each axis, the likeliest first; those without an axis stand under the empty one, as written."""
    found: dict[str, list[OutcomeShare]] = {}
    for each in findings.groups:
        found.setdefault(each.axis, []).append(each)
    for axis, groups in found.items():
        if axis:
            order = {id: place.place for id, place in findings.placed("groups", axis).items()}
            groups.sort(key=lambda each: order.get(each.outcome) or len(groups) + 1)
    return found


def leading_groups(findings: StudyRows) -> list[OutcomeShare]:
    """The likeliest group of each axis, several where draws do not tell them apart, and every group without one."""
    found: list[OutcomeShare] = []
    for axis, groups in by_axis(findings).items():
        placed = findings.placed("groups", axis)
        found += [each for each in groups if not axis or each.outcome not in placed or placed[each.outcome].place == 1]
    return found


def groups_clause(findings: StudyRows) -> str:
    """The groups that lead, with their chances: “The missiles leave” 85 % (70 to 95); empty where a case has none."""
    leading = leading_groups(findings)
    named = [f"“{sentence(each.name)}” {chance(each.share)}" for each in leading[:_NAMED]]
    if len(leading) > _NAMED:
        named.append(f"{len(leading) - _NAMED} more below")
    return listed(named)


def groups_blocks(findings: StudyRows) -> list[Block]:
    """A figure for the groups of each axis; none where a case has no groups."""
    blocks: list[Block] = []
    for number, (axis, groups) in enumerate(by_axis(findings).items()):
        leading = [each for each in leading_groups(findings) if each in groups]
        named = listed([f"“{each.name}” {chance(each.share)}" for each in leading[:_NAMED]])
        apart = "likeliest" if len(leading) == 1 else "likeliest and not told apart"
        finding = f"By {axis}, {apart}: {named}" if axis else sentence(named)
        how = "Each dot is the mean over draws, each bar the range of nine in ten draws."
        if not axis and len(groups) > 1:
            how += " These groups may overlap, so that their chances need not add up to 100 %."
        if not groups[0].share.ranged:
            how = "Each dot is the answer of the one solution; there are no ranges."
        table = endings_table(groups, events_seen=bool(findings.case.timeline))
        blocks.append(figure(f"groups-{number + 1}", finding, partial(endings_chart, groups), how, table))
    return (
        [Prose("Groups of endings first, as the case names them; then each ending by itself."), *blocks]
        if blocks
        else []
    )
