"""The numbers behind each chart as tables that can be read aloud, printed and copied."""

from __future__ import annotations

from collections.abc import Sequence

from detente.report.blocks import Table
from detente.report.charts import Curve
from detente.report.findings import Belief, ClaimTest, Ending, Hinge, Shift, Welfare
from detente.report.naming import Names
from detente.report.words import amount, chance, day, factor, likely_words, number, percent, points, sentence

SUPPORT = {"cited": "cited", "note": "the analyst’s judgement", "unsupported": "rests on nothing"}


def endings_table(endings: Sequence[Ending]) -> Table:
    """How likely each ending is, in numbers and words."""
    return Table(
        "How likely each ending is",
        ("Ending", "Chance (range)", "In words"),
        [(each.name, chance(each.share), likely_words(each.share)) for each in endings],
        frozenset({1}),
    )


def beliefs_table(caption: str, beliefs: Sequence[Belief], names: Names) -> Table:
    """Who holds what after each event, and what the event contributed."""
    several = len({each.name for each in beliefs}) > 1
    rows = [
        (
            event_words(each),
            *((sentence(each.name),) if several else ()),
            sentence(names.observer(each.observer)),
            chance(each.share),
            factor(each.ratio),
            percent(each.surprise) if each.surprise == each.surprise else "none",
        )
        for each in beliefs
    ]
    columns = ("Event", *(("Of",) if several else ()), "Held by", "Held likely (range)")
    shift = int(several)
    return Table(
        caption,
        (*columns, "Odds from this event (range)", "Event foreseen at (median)"),
        rows,
        frozenset({2 + shift, 3 + shift, 4 + shift}),
    )


def event_words(belief: Belief) -> str:
    """An event as a row label: its number, date and text."""
    if belief.event == 0:
        return "Before anything"
    when = day(belief.date, short=True)
    return f"{belief.event}. {when}: {belief.label}" if when else f"{belief.event}. {belief.label}"


def claims_table(claims: Sequence[tuple[ClaimTest, str]], names: Names, in_points: Sequence[bool]) -> Table:
    """How each claim fares."""
    return Table(
        "How the claims fare",
        ("Claim", "Raised", "As claimed", "No change", "The other way", "Effect (range)"),
        [
            (
                f"{label} ({each.by})" if each.by else label,
                f"{names.quantity(each.raises)}, {moved(each)}",
                percent(each.holds),
                percent(each.ties),
                percent(each.fails),
                points(each.effect) if per_cent else amount(each.effect),
            )
            for (each, label), per_cent in zip(claims, in_points, strict=True)
        ],
        frozenset({2, 3, 4, 5}),
    )


def moved(claim: ClaimTest) -> str:
    """From where to where a claim's quantity was moved."""
    return f"from {number(claim.low_value)} to {number(claim.high_value)}"


def hinges_table(caption: str, hinges: Sequence[Hinge]) -> Table:
    """What each assumption does to an ending between its lowest and highest quarter of draws."""
    return Table(
        caption,
        ("Assumption", "Moved", "Rests on", "Ending", "In its lowest quarter", "In its highest quarter", "Swing"),
        [
            (
                each.name,
                span(each),
                SUPPORT.get(each.support, each.support),
                each.outcome_name,
                percent(each.at_low),
                percent(each.at_high),
                swing(each),
            )
            for each in hinges
        ],
        frozenset({4, 5, 6}),
    )


def span(hinge: Hinge) -> str:
    """From where to where a quantity goes between its lowest and its highest quarter of draws."""
    if hinge.low_value != hinge.low_value:
        return ""
    return f"{number(hinge.low_value)} to {number(hinge.high_value)}"


def swing(hinge: Hinge) -> str:
    """A swing in points, with its sign."""
    sign = "+" if hinge.swing >= 0 else "−"
    return f"{sign}{abs(100 * hinge.swing):.0f}"


def shifts_table(shifts: Sequence[Shift]) -> Table:
    """What each scenario does to each ending."""
    return Table(
        "What each scenario changes",
        ("Scenario", "Ending", "Chance (range)", "Difference to the case as it stands (range)", "Same sign in"),
        [
            (
                each.name,
                each.outcome_name,
                chance(each.share),
                points(each.difference),
                f"{percent(each.sign_share)} of draws" if each.sign_share == each.sign_share else "unknown",
            )
            for each in shifts
        ],
        frozenset({2, 3, 4}),
    )


def curves_table(caption: str, vary: str, curves: Sequence[Curve]) -> Table:
    """The points of a question's curves."""
    values = list(dict.fromkeys(point.value for curve in curves for point in curve.points))
    at = [{point.value: point.answer for point in curve.points} for curve in curves]
    rows = [
        (
            number(value),
            *(
                (chance(known[value]) if curve.in_percent else amount(known[value])) if value in known else "none"
                for curve, known in zip(curves, at, strict=True)
            ),
        )
        for value in values
    ]
    titles = [f"{sentence(curve.title)} (range)" for curve in curves]
    return Table(caption, (sentence(vary), *titles), rows, frozenset(range(len(titles) + 1)))


def welfare_table(welfare: Sequence[Welfare]) -> Table:
    """What each actor can expect, on its own scale."""
    return Table(
        "What each side can expect, on its own scale",
        ("Side", "Expected payoff (range)"),
        [(each.name, amount(each.utility)) for each in welfare],
        frozenset({1}),
    )
