"""The section on the draws in which each claim is right, and each of two rival claims."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from detente.report.blocks import Block, Heading, Prose, Table, figure
from detente.report.charts.rivals import Rivals, rivals_chart
from detente.report.findings import StudyRows
from detente.report.learnt import Bounds, ClaimRule, Learnt, RivalCell, Side
from detente.report.naming import Names
from detente.report.words import listed, number, percent, sentence

FEWEST_FOR_CLAIMS = 40
"""The number of draws below which a study says nothing about where a claim holds."""

_MOST_NAMED = 3
"""So many parts that draws do not tell apart are named."""

NONE = {
    "too few draws": f"With fewer than {FEWEST_FOR_CLAIMS} draws nothing is said about where it holds.",
    "no rule": (
        "Where it holds and where not is no matter of one quantity or two: no threshold foretells it better than the "
        "share above does."
    ),
}


def where(claim: str, learnt: Learnt, names: Names) -> list[str]:
    """Sentences on the part of the draws in which a claim holds, or on the lack of a rule; empty for a claim that
    holds, or fails, in nearly all draws.
    """
    rule = next((each for each in learnt.rules if each.claim == claim), None)
    if rule is None:
        return []
    if not rule.sides:
        return [NONE[rule.why]] if rule.why in NONE else []
    return [f"{_flip(rule, names)} {_worth(rule)}"]


def _flip(rule: ClaimRule, names: Names) -> str:
    sides, often, else_often = rule.sides, rule.holds_inside, rule.holds_outside
    if len(sides) == 1 and often < else_often:
        only = sides[0]
        sides = (Side(only.quantity, only.name, not only.above, only.threshold),)
        often, else_often = else_often, often
    here = listed([_side(each, names) for each in sides])
    shares = f"({percent(often)} of those draws, against {percent(else_often)} elsewhere)"
    if (often > 0.5) == (else_often > 0.5):
        return f"Where it holds: {'more' if often > else_often else 'less'} often where {here} {shares}."
    if often > else_often:
        return f"Where it flips: it holds where {here} {shares}."
    return f"Where it flips: it fails where {here} (it holds in {shares.strip('()')})."


def _side(side: Side, names: Names) -> str:
    unit = names.unit(side.quantity)
    bound = f"{number(side.threshold)}{f' {unit}' if unit else ''}"
    return f"“{side.name}” is {'above' if side.above else 'at most'} {bound}"


def _worth(rule: ClaimRule) -> str:
    told = f"On draws kept back from the search, that rule calls {percent(rule.accuracy)} right"
    if rule.accuracy > rule.base + 0.005:
        return f"{told}; the more frequent answer alone would call {percent(rule.base)} right."
    return (
        f"{told}, no more than the more frequent answer alone ({percent(rule.base)}): it says where the claim is "
        "surer, not where it turns."
    )


def rivals(findings: StudyRows) -> list[Block]:
    """Blocks for each pair of claims: the share of draws in which both are right, one, or neither, by parts of the
    draws.
    """
    pairs: dict[tuple[str, str], list[RivalCell]] = {}
    for cell in findings.learnt.rivals:
        pairs.setdefault((cell.first, cell.second), []).append(cell)
    blocks: list[Block] = []
    for (first, second), cells in pairs.items():
        since = f", {findings.since(cells[0].when)}" if findings.case.timeline else ""
        blocks += _pair(_called(findings, first), _called(findings, second), f"{first}-{second}", cells, since)
    return [Heading("Side by side: who is right where"), *blocks] if blocks else []


def _called(findings: StudyRows, claim: str) -> str:
    """A claim by whoever makes it, if nobody else's claim goes by that name."""
    said = {each.claim: each.by.split(",")[0] or f"“{sentence(each.says or each.claim)}”" for each in findings.claims}
    name = said.get(claim, claim)
    return name if list(said.values()).count(name) == 1 else f"“{claim}”"


def _pair(first: str, second: str, id: str, cells: Sequence[RivalCell], since: str) -> list[Block]:
    whole, parts = cells[0], cells[1:]
    said = (
        f"Who is right, over all {whole.draws:,} draws{since}: {first} alone in {percent(whole.only_first)}, {second} "
        f"alone in {percent(whole.only_second)}, both in {percent(whole.both)}, neither in {percent(whole.neither)}."
    )
    if not parts:
        why = "No quantity, and no two, foretell which of them is right."
        if whole.draws < FEWEST_FOR_CLAIMS:
            why = f"With fewer than {FEWEST_FOR_CLAIMS} draws nothing is said about where which of them is right."
        return [Prose(f"{said} {why}")]
    how = (
        "Each bar is a part of the draws, picked by nothing but the quantity named, with the share of them in which "
        "which claim goes as claimed. The numbers in the bars are per cent."
    )
    table = Table(
        f"{first} and {second}: who is right where",
        ("Where", "Share of draws", f"Only {first}", "Both", f"Only {second}", "Neither"),
        [
            (
                sentence(place(cell)) or "All",
                *(percent(e) for e in (cell.share, cell.only_first, cell.both, cell.only_second, cell.neither)),
            )
            for cell in cells
        ],
        frozenset(range(1, 6)),
    )
    drawn = partial(rivals_chart, Rivals(first, second, tuple(cells)))
    return [Prose(said), figure(f"rivals-{id}", _turn(first, second, parts), drawn, how, table)]


def _turn(first: str, second: str, parts: Sequence[RivalCell]) -> str:
    """Sentence on the parts of the draws in which each of two rival claims does best, as far as draws tell."""
    places = sorted({each.place for each in parts if each.place})
    best, worst = ([each for each in parts if each.place == end] for end in (places[0], places[-1]))
    if best == worst:
        return f"Whether {first} or {second} is right more often in one of these parts than in another is not told"
    where = f"{_right(best, 'first', first)} where {_wheres(best)}"
    there = _wheres(worst) if worst[0].y.quantity else f"it is {listed([each.x.words for each in worst], 'or')}"
    return f"Right are {where}; {_right(worst, 'second', second)} where {there}"


def _right(parts: Sequence[RivalCell], which: str, name: str) -> str:
    """Share of the draws of some parts in which one of two claims is right alone, in words."""
    whole = sum(each.share for each in parts)
    alone = sum(each.share * (each.only_first if which == "first" else each.only_second) for each in parts)
    return f"{name} alone in {percent(alone / whole)} of the draws"


def _wheres(parts: Sequence[RivalCell]) -> str:
    if len(parts) > _MOST_NAMED:
        return f"one of {len(parts)} parts holds that are not told apart"
    return listed([place(each) for each in parts], "or")


def place(cell: RivalCell) -> str:
    """A cell as a clause."""
    return " and ".join(each for each in (bounds_words(cell.x), bounds_words(cell.y)) if each)


def bounds_words(bounds: Bounds) -> str:
    """A part of a range as a clause: “cost of war” is 0.1 to 0.2; empty for the whole of nothing."""
    if not bounds.quantity:
        return ""
    return f"“{bounds.name}” is {bounds.words}"
