"""What the answer hinges on, crossed with what that rests on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from statistics import NormalDist

from detente.crisis.evidence import RESTS_ON
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.report.blocks import Block, Fold, Prose, Section, Table, figure
from detente.report.charts import hinges_chart
from detente.report.findings import Findings, Hinge
from detente.report.learnt import Slope
from detente.report.tables import hinges_table, span, swings_table
from detente.report.words import MINUS, Estimate, chance, counted, listed, number, percent, sentence

GROUPS = (
    ("unsupported", "Matters, and rests on nothing"),
    ("judgement", "Matters, and rests on the analyst’s judgement"),
    ("direction", "Matters, and a source gives its direction only"),
    ("number", "Matters, and a source gives it"),
)
FIXABLE = ("quantity", "number")
MOMENT = {EVENTS: "given the events seen", OUTSET: "at the outset"}
MOST_SHARES = 20
SHOWN = 12
FORETOLD = 0.03
"""An exact derivative that moves an ending by less than this across a quantity's range foretells no hinge."""
LEAST = 0.01
"""A swing of less than a point is no hinge, however regular."""


def noise(draws: int, tests: int) -> float:
    """The rank correlation that the largest of so many unrelated ones stays below, nineteen times in twenty.

    Source: Spearman's coefficient of n unrelated pairs is about normal with variance 1 / (n - 1); Bonferroni's bound.
    """
    return NormalDist().inv_cdf(1 - 0.025 / max(tests, 1)) / math.sqrt(draws - 1) if draws > 4 else 1.0


def told_from(findings: Findings) -> list[Hinge]:
    """The hinges of the chances given the events seen, where there are any, else of those at the outset."""
    given = [each for each in findings.hinges if each.when == EVENTS]
    return given or findings.hinges


def strongest(findings: Findings) -> list[Hinge]:
    """For each quantity the ending that it moves most, beyond what chance would do; the largest swing first."""
    best: dict[str, Hinge] = {}
    told = told_from(findings)
    least = noise(findings.draws, len(told))
    alone = noise(findings.draws, 1)
    slopes = {(each.quantity, each.outcome, each.when): each.per_range for each in findings.learnt.slopes}
    for each in told:
        # What the exact derivative at the median foretells is one test of its own and not one of hundreds.
        slope = slopes.get((each.quantity, each.outcome, each.when), 0.0)
        foretold = abs(slope) >= FORETOLD and slope * each.correlation > 0 and slope * each.swing > 0
        if abs(each.correlation) < (alone if foretold else least) or not abs(each.swing) >= LEAST:
            continue
        if each.quantity not in best or abs(each.swing) > abs(best[each.quantity].swing):
            best[each.quantity] = each
    return sorted(best.values(), key=lambda each: -abs(each.swing))


def weightiest(findings: Findings) -> Hinge | None:
    """The assumption that moves an ending most; None where none does beyond chance."""
    return next(iter(strongest(findings)), None)


def hinges(findings: Findings) -> Section:
    """The assumptions that move the endings, those that rest on nothing first."""
    title = "What the answer hinges on"
    if not findings.hinges:
        why = "Too few draws were solved" if findings.draws else "Nothing was varied"
        if not findings.uncertain:
            why = "No quantity of the case is uncertain"
        return Section("hinges", title, [Prose(f"{why}, so this study cannot say what the answer hinges on.")])
    told = told_from(findings)
    ranked = strongest(findings)
    every = list(dict.fromkeys(each.name for each in told))
    blocks: list[Block] = []
    if ranked:
        blocks += _found(findings, ranked)
    still = [name for name in every if name not in {each.name for each in ranked}]
    if still:
        blocks.append(Prose(_unmoved(still, len(every), findings.draws)))
    blocks += fixed_numbers(findings, told[0].when)
    blocks += shares(findings, told[0].when)
    blocks += [
        Fold(f"All quantities and all endings, {MOMENT[when]}", [swings_table(own)])
        for when in (EVENTS, OUTSET)
        if (own := [each for each in findings.hinges if each.when == when])
    ]
    return Section("hinges", title, blocks)


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


def fixed_numbers(findings: Findings, when: str) -> list[Block]:
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


def shares(findings: Findings, when: str) -> list[Block]:
    """How much of the uncertainty about each ending single quantities account for."""
    own = [each for each in findings.learnt.shares if each.when == when and each.first.low > 0]
    if not own:
        return []
    names = {each.quantity: each.name for each in findings.hinges}
    endings = {each.outcome: each.name for each in findings.endings}
    ranked = sorted(own, key=lambda each: -each.first.middle)
    top = ranked[0]
    said = (
        f"How much of the differences between draws does one quantity explain alone? Most: “{names[top.quantity]}” "
        f"explains {share_words(top.first)} of those in the chance of {endings.get(top.outcome, top.outcome)}. What "
        "quantities do together is not counted here."
    )
    table = Table(
        f"Share of the differences between draws that one quantity explains alone, {MOMENT[when]}",
        ("Quantity", "Ending", "Share explained (interval)"),
        [
            (sentence(names[each.quantity]), endings.get(each.outcome, each.outcome), share_words(each.first))
            for each in ranked[:MOST_SHARES]
        ],
        frozenset({2}),
    )
    method = (
        f"First-order Sobol indices by {top.method} (Tarantola et al. 2006; Tissot and Prieur 2012), with bootstrap "
        "intervals of nine in ten; only those whose interval lies above zero."
    )
    return [Prose(said), Fold("Shares of the differences, in numbers", [table, Prose(method, "aside")])]


def share_words(share: Estimate) -> str:
    """A share of variance with its interval, which may not end below nothing."""
    return chance(Estimate(share.middle, max(0.0, share.low), min(1.0, share.high)))


def _unmoved(still: Sequence[str], total: int, draws: int) -> str:
    tail = f"moved no ending by more than {counted(draws, 'draw')} can tell from chance"
    named = [f"“{name}”" for name in still]
    if total == 1:
        return f"{named[0]} is the only uncertain quantity, and {tail}."
    head = "None of the" if len(still) == total else f"{len(still):,} of the"
    return f"{head} {total:,} uncertain quantities {tail}" + (f": {listed(named)}." if len(still) <= 15 else ".")


def _found(findings: Findings, ranked: Sequence[Hinge]) -> list[Block]:
    bare = [each for each in ranked if each.support == "unsupported"][: SHOWN // 2]
    rest = [each for each in ranked if each not in bare][: SHOWN - len(bare)]
    shown = [each for each in ranked if each in bare or each in rest]
    groups = [(text, [each for each in shown if each.support == support]) for support, text in GROUPS]
    groups = [(text, [(each, _detail(each)) for each in members]) for text, members in groups if members]
    top = ranked[0]
    given = f", {MOMENT[top.when]}," if top.when == EVENTS else ""
    moved = f" as it goes from about {span(top)}" if span(top) else ""
    swing = (
        f"the median chance of {top.outcome_name}{given} goes from {percent(top.at_low)} to {percent(top.at_high)}"
        f"{moved}"
    )
    finding = f"“{sentence(top.name)}” moves it most: {swing}"
    how = (
        "Draws are sorted by one quantity at a time. The open dot is the median chance of the ending named at the "
        "right in the quarter of draws with the lowest values, the full dot in the quarter with the highest; the small "
        "print says from where to where the quantity is moved by that."
    )
    order = [pair[0] for _, members in groups for pair in members]
    table = hinges_table("The quantities that matter, and the ending that each moves most", order)
    return [_warning(ranked), figure("hinges", finding, partial(hinges_chart, groups), how, table)]


def _detail(hinge: Hinge) -> str:
    moved = span(hinge)
    return f"{percent(hinge.at_low)} → {percent(hinge.at_high)}" + (f"; moved {moved}" if moved else "")


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
