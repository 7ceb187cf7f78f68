"""The section on the assumptions that move the answer most, crossed with the evidence that each of them rests on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from detente.crisis.evidence import RESTS_ON
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.report.blocks import Block, Fold, Prose, Section, Table, figure
from detente.report.charts.answers import hinges_chart
from detente.report.findings import Hinge, StudyRows
from detente.report.learnt import Slope
from detente.report.tables import hinges_table, span, swing, swings_table
from detente.report.words import MINUS, Estimate, chance, counted, listed, number, percent, sentence
from detente.study.tables.hinges import MOVED

GROUPS = (
    ("unsupported", "Matters, and rests on nothing"),
    ("judgement", "Matters, and rests on the analyst’s judgement"),
    ("direction", "Matters, and a source gives its direction only"),
    ("number", "Matters, and a source gives it"),
)
FIXABLE = ("quantity", "number")
MOMENT = {EVENTS: "given the events seen", OUTSET: "at the outset"}
MOST_SHARES = 20
MOST_DRAWN = 12
HINGES_NAMED = 8
"""More quantities than this are counted and not named in a sentence."""
FORETOLD = 0.03
"""A fixed number that moves an ending by less than this, by its exact derivative, is not told."""


def told_from(findings: StudyRows) -> list[Hinge]:
    """The hinges of the chances given the events seen, where there are any, else of those at the outset."""
    given = [each for each in findings.hinges if each.when == EVENTS]
    return given or findings.hinges


def ranked(findings: StudyRows) -> list[list[Hinge]]:
    """The assumptions that move an ending beyond chance, each with the ending it moves most, the largest first.

    Those that are not told apart are in one group, in the order of the case.
    """
    own = [each for each in told_from(findings) if each.place]
    return [[each for each in own if each.place == place] for place in sorted({each.place for each in own})]


def place_words(groups: Sequence[Sequence[Hinge]], hinge: Hinge) -> str:
    """The place of a hinge: `1`, or `2 to 5` for one that four share."""
    shared = next(len(group) for group in groups if hinge in group)
    return shared_words(hinge.place, shared)


def shared_words(place: int, shared: int) -> str:
    """A place: `1`, or `2 to 5` for one that four share."""
    return str(place) if shared == 1 else f"{place} to {place + shared - 1}"


def hinges(findings: StudyRows) -> Section:
    """The assumptions that move the endings, those that rest on nothing first."""
    title = "What the answer hinges on"
    if not findings.hinges:
        why = "Too few draws were solved" if findings.draws else "Nothing was varied"
        if not findings.uncertain:
            why = "No quantity of the case is uncertain"
        return Section("hinges", title, [Prose(f"{why}, so this study cannot say what the answer hinges on.")])
    told, groups = told_from(findings), ranked(findings)
    blocks: list[Block] = []
    if groups:
        blocks += _found(findings, groups)
    blocks += [Prose(text) for text in unranked(told, sum(map(len, groups)))]
    blocks += fixed_numbers(findings, told[0].when)
    blocks += shares(findings, told[0].when)
    blocks += [
        Fold(f"All quantities and all endings, {MOMENT[when]}", [swings_table(own)])
        for when in (EVENTS, OUTSET)
        if (own := [each for each in findings.hinges if each.when == when])
    ]
    return Section("hinges", title, blocks)


def unranked(told: Sequence[Hinge], firm: int) -> list[str]:
    """Sentences on the quantities that are not ranked: moved without a firm effect, and not moved at all."""
    leading = [each for each in told if each.leading]
    weak = [each for each in leading if each.method == MOVED and not each.place]
    left = [each for each in leading if each.method != MOVED]
    said: list[str] = []
    if weak:
        named = f": {listed([f'“{each.name}”' for each in weak])}" if len(weak) <= HINGES_NAMED else ""
        said.append(
            f"{_quantities(len(weak))} {'also ' if firm else ''}moved and moved no ending by more than the draws can "
            f"tell from chance{named}."
        )
    if left:
        most = math.ceil(100 * max(abs(each.swing) for each in left))
        said.append(
            f"{_quantities(len(left))} not moved. By exact derivatives, which hold close by and miss a jump of play, "
            f"none of them would move an ending by more than {counted(most, 'point')}."
        )
    return said


def _quantities(number: int) -> str:
    return f"{counted(number, 'uncertain quantity', 'uncertain quantities')} {'was' if number == 1 else 'were'}"


def decisive_numbers(slopes: Sequence[Slope], when: str) -> list[Slope]:
    """Numbers that the case fixes and that would move an ending as a hinge does, each with the ending it moves most.

    A bare 1 in a formula is left out: in `1 - p` it is arithmetic and no guess.
    """
    best: dict[str, Slope] = {}
    own = [each for each in slopes if each.when == when and each.kind in FIXABLE]
    own = [each for each in own if each.kind != "number" or abs(each.at) != 1]
    for each in sorted(own, key=lambda each: abs(each.by_half)):
        if abs(each.by_half) >= FORETOLD:
            best[each.quantity] = each
    return sorted(best.values(), key=lambda each: -abs(each.by_half))


def fixed_numbers(findings: StudyRows, when: str) -> list[Block]:
    """The fixed numbers that matter: no draw varies them, so only derivatives tell."""
    found = decisive_numbers(findings.learnt.slopes, when)
    if not found:
        return []
    top = found[0]
    bare = [each for each in found if each.supported == "unsupported"]
    rests = f"; {len(bare)} of them rest on nothing" if bare else ""
    said = (
        f"{counted(len(found), 'number')} that the case fixes, and no draw varies, would matter as much{rests}. Most: "
        f"“{_fixed_name(top)}”, fixed at {number(top.at)}, which rests on {RESTS_ON[top.supported]}. Were it to go "
        f"from half of that to half as much again, the chance of {top.outcome_name} would move by about "
        f"{round(100 * abs(top.by_half))} points {'up' if top.by_half > 0 else 'down'}."
    )
    table = Table(
        f"Fixed numbers that would move an ending, {MOMENT[when]}",
        ("Number", "Fixed at", "Rests on", "Ending", "From half to half as much again"),
        [
            (
                sentence(_fixed_name(each)),
                number(each.at),
                RESTS_ON[each.supported],
                each.outcome_name,
                f"{'+' if each.by_half > 0 else MINUS}{abs(100 * each.by_half):.0f} points",
            )
            for each in found[:MOST_SHARES]
        ],
        frozenset({1, 4}),
    )
    method = (
        "By the exact derivative with everything at its median, in a straight line: it holds close by, and a jump of "
        "play is not in it. To vary such a number, give it a range in the case."
    )
    return [Prose(said), Fold("Fixed numbers that would matter", [table, Prose(method, "aside")])]


def _fixed_name(each: Slope) -> str:
    return each.quantity if each.kind == "number" else each.name


def shares(findings: StudyRows, when: str) -> list[Block]:
    """Blocks on the share of each ending's variance that single quantities account for."""
    own = [each for each in findings.learnt.shares if each.when == when and each.first.low > 0]
    if not own:
        return []
    names = {each.quantity: each.name for each in findings.hinges}
    endings = {each.outcome: each.name for each in (*findings.groups, *findings.endings)}
    told = [each for each in findings.learnt.shares if each.when == when]
    clauses: list[str] = []
    for outcome, ending in endings.items():
        first = [each for each in told if each.outcome == outcome and each.place == 1]
        if len(first) > HINGES_NAMED or not any(each in own for each in first):
            continue
        named = listed([f"“{names[each.quantity]}”" for each in first])
        most = f"most, {share_words(first[0].first)}" if len(first) == 1 else "most, and are not told apart"
        clauses.append(f"of those in the chance of {ending}, {named} explain{'s' * (len(first) == 1)} {most}")
    said = (
        "How much of the differences between draws does one quantity explain alone? "
        f"{sentence('; '.join(clauses) or 'these draws do not tell which explains most')}. "
        "What quantities do together is not counted here."
    )
    groups = {(each.outcome, each.place): 0 for each in told}
    for each in told:
        groups[each.outcome, each.place] += 1
    table = Table(
        f"Share of the differences between draws that one quantity explains alone, {MOMENT[when]}",
        ("Ending", "Place", "Quantity", "Share explained (interval)"),
        [
            (
                ending,
                shared_words(each.place, groups[outcome, each.place]),
                sentence(names[each.quantity]),
                share_words(each.first),
            )
            for outcome, ending in endings.items()
            for each in sorted((each for each in own if each.outcome == outcome), key=lambda each: each.place)
        ],
        frozenset({3}),
    )
    method = (
        f"First-order Sobol indices by {own[0].method}, with bootstrap intervals of nine in ten; only those whose "
        "interval lies above zero. Places are those among all quantities: what the same resamples do not tell apart "
        "shares one, and stands in the order of the case."
    )
    return [Prose(said), Fold("Shares of the differences, in numbers", [table, Prose(method, "aside")])]


def share_words(share: Estimate) -> str:
    """A share of variance with its interval, which may not end below nothing."""
    return chance(Estimate(share.middle, max(0.0, share.low), min(1.0, share.high)))


def _found(findings: StudyRows, groups: Sequence[Sequence[Hinge]]) -> list[Block]:
    every = [each for group in groups for each in group]
    bare = [each for each in every if each.support == "unsupported"][: MOST_DRAWN // 2]
    rest = [each for each in every if each not in bare][: MOST_DRAWN - len(bare)]
    shown = [each for each in every if each in bare or each in rest]
    parts = [(text, [each for each in shown if each.support == support]) for support, text in GROUPS]
    members = [(text, [(each, _detail(groups, each)) for each in own]) for text, own in parts if own]
    how = (
        "Each assumption is moved by itself from its 5th to its 95th percentile, in the same draws and with everything "
        "else as drawn, and the game is solved anew. The open dot is the mean chance of the ending named at the right "
        "at the low end, the full dot at the high end. Assumptions with the same place are not told apart: the "
        "difference between them is within what chance would show in some comparison of the list once in twenty times."
    )
    order = [pair[0] for _, own in members for pair in own]
    table = hinges_table("The quantities that matter, and the ending that each moves most", order)
    return [
        _warning(every),
        figure("hinges", sentence(leader_words(groups[0])), partial(hinges_chart, members), how, table),
    ]


def leader_words(first: Sequence[Hinge]) -> str:
    """A clause on what moves the endings most: one assumption, or several that are not told apart."""
    if len(first) == 1:
        return f"“{first[0].name}” moves it most: {effect_words(first[0])}"
    low, high = (round(100 * bound(abs(each.swing) for each in first)) for bound in (min, max))
    named = (
        listed([f"“{each.name}”" for each in first]) if len(first) <= HINGES_NAMED else "the first in the list below"
    )
    return (
        f"{counted(len(first), 'assumption')} move it most and are not told apart, each by {low} to {high} points: "
        f"{named}"
    )


def effect_words(hinge: Hinge) -> str:
    """A clause on what moving an assumption does to the ending that it moves most."""
    given = f", {MOMENT[hinge.when]}," if hinge.when == EVENTS else ""
    moved = f" as it goes from {span(hinge)}" if span(hinge) else ""
    ends = f"{percent(hinge.at_low)} to {percent(hinge.at_high)}"
    return (
        f"the chance of {hinge.outcome_name}{given} goes from {ends}{moved}, everything else as drawn "
        f"({swing(hinge)} points)"
    )


def _detail(groups: Sequence[Sequence[Hinge]], hinge: Hinge) -> str:
    moved = span(hinge)
    place = f"place {place_words(groups, hinge)}; "
    return f"{place}{percent(hinge.at_low)} → {percent(hinge.at_high)}" + (f"; moved {moved}" if moved else "")


def _warning(ranked: Sequence[Hinge]) -> Prose:
    """Grades of support of the assumptions that matter, the weakest told first."""
    bare = [f"“{each.name}”" for each in ranked if each.support == "unsupported"]
    if bare:
        verb = "rests" if len(bare) == 1 else "rest"
        return Prose(
            f"Of the {counted(len(ranked), 'assumption')} that matter, {len(bare)} {verb} on nothing: {listed(bare)}. "
            "That is where evidence is worth most.",
            "caution",
        )
    judged = [f"“{each.name}”" for each in ranked if each.support == "judgement"]
    if judged:
        return Prose(
            f"Every varied quantity that matters rests on something, but {len(judged)} of {len(ranked)} only on the "
            f"analyst’s judgement: {listed(judged)}."
        )
    ranges = sum(each.support == "direction" for each in ranked)
    tail = f"; {ranges} of {len(ranked)} take the direction alone from it, and their range is the analyst’s"
    return Prose(f"Every varied quantity that matters cites a source{tail if ranges else ''}.")
