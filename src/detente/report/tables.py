"""The numbers behind each chart as tables that can be read aloud, printed and copied."""

from __future__ import annotations

from collections.abc import Sequence

from detente.crisis.evidence import RESTS_ON
from detente.report.blocks import Table
from detente.report.charts.answers import Curve
from detente.report.findings import BeliefRow, ClaimTest, Hinge, OutcomeShare, Shift, StudyRows, Welfare
from detente.report.naming import Names
from detente.report.rows import ChangedEnd, Misreading, OutcomeStep
from detente.report.words import (
    MINUS,
    amount,
    chance,
    day,
    factor,
    likely_words,
    listed,
    number,
    percent,
    points,
    sentence,
)
from detente.study.inputs.rankings import jump_words


def endings_table(endings: Sequence[OutcomeShare], *, events_seen: bool) -> Table:
    """Table of the chance of each ending, in numbers and words; if events were seen, at the outset as well."""
    if not events_seen:
        return Table(
            "How likely each ending is",
            ("Ending", "Chance (range)", "In words"),
            [(sentence(each.name), chance(each.share), likely_words(each.share)) for each in endings],
            frozenset({1}),
        )
    return Table(
        "How likely each ending is",
        ("Ending", "At the outset (range)", "Given the events (range)", "In words"),
        [(sentence(each.name), chance(each.outset), chance(each.share), likely_words(each.share)) for each in endings],
        frozenset({1, 2}),
    )


def alike(beliefs: Sequence[BeliefRow]) -> list[tuple[list[str], list[BeliefRow]]]:
    """Beliefs in one thing as paths through the events, observers who hold the same at every event together."""
    groups: dict[tuple[object, ...], tuple[list[str], list[BeliefRow]]] = {}
    for value, observer in dict.fromkeys((each.value, each.observer) for each in beliefs):
        path = [each for each in beliefs if each.observer == observer and each.value == value]
        shares = tuple(f"{end:.3f}" for each in path for end in (each.share.middle, *each.share.ends))
        groups.setdefault((value, *shares), ([], path))[0].append(observer)
    return list(groups.values())


def beliefs_table(caption: str, beliefs: Sequence[BeliefRow], names: Names) -> Table:
    """Table of each observer's belief after each event, and of the event's contribution."""
    rows: list[tuple[str, ...]] = []
    for observers, path in alike(beliefs):
        what = f"{sentence(names.thing(path[0].value))}, as" if path[0].value else "As"
        rows.append((f"{what} held by {listed([names.observer(each) for each in observers])}",))
        rows += [
            (
                event_words(each),
                chance(each.share),
                *_event_effect(each, any(names.saw(who, each.event) for who in observers)),
            )
            for each in path
        ]
    columns = ("Event", "Held likely (range)", "Odds from this event (range)", "Event foreseen at")
    return Table(caption, columns, rows, frozenset({1, 2, 3}))


def _event_effect(belief: BeliefRow, seen: bool) -> tuple[str, str]:
    """Factor on the odds that an event contributed, and the probability with which the event was foreseen."""
    if not belief.event:
        return "none", "none"
    return (factor(belief.ratio), percent(belief.surprise)) if seen else ("not seen", "not seen")


def event_words(told: BeliefRow | OutcomeStep | Misreading) -> str:
    """An event as a row label: its number, date and text."""
    if told.event == 0:
        return "Before anything"
    when = day(told.date, short=True)
    return f"{told.event}. {when}: {told.label}" if when else f"{told.event}. {told.label}"


def short_event(told: BeliefRow | OutcomeStep | Misreading) -> str:
    """An event as a short row label: its number and date."""
    if told.event == 0:
        return "Before"
    when = day(told.date, short=True)
    return f"{told.event}. {when}" if when else f"Event {told.event}"


def claims_table(
    claims: Sequence[tuple[ClaimTest, str]], names: Names, in_points: Sequence[bool], findings: StudyRows
) -> Table:
    """Table of the claims' verdicts, each at the moment told first and, beside it, at the other moment."""
    seen = bool(findings.case.timeline)
    rows = [
        (each, label, per_cent)
        for (first, label), per_cent in zip(claims, in_points, strict=True)
        for each in (first, findings.beside(first.claim))
        if each is not None
    ]
    return Table(
        "How the claims fare",
        (
            "Claim",
            "Raised or compared",
            *(("Told",) if seen else ()),
            "As claimed",
            "No change",
            "The other way",
            "Effect (range)",
        ),
        [
            (
                f"{label} ({each.by})" if each.by else label,
                f"{names.quantity(each.raises)}, {moved(each)}" if moved(each) else names.claim_test(each.claim),
                *((findings.since(each.when, each.events),) if seen else ()),
                percent(each.holds),
                percent(each.ties),
                percent(each.fails),
                points(each.effect) if per_cent else amount(each.effect),
            )
            for each, label, per_cent in rows
        ],
        frozenset(range(2 + seen, 6 + seen)),
    )


def moved(claim: ClaimTest) -> str:
    """Words for the two values between which a claim's one quantity was moved; empty for anything else."""
    if claim.low_value != claim.low_value:
        return ""
    return f"from {number(claim.low_value)} to {number(claim.high_value)}"


def hinges_table(caption: str, hinges: Sequence[Hinge]) -> Table:
    """Table of an ending's chance at the 5th and at the 95th percentile of each assumption."""
    return Table(
        caption,
        ("Place", "Assumption", "Moved", "Rests on", "Ending", "At the low end", "At the high end", "Points"),
        [
            (
                str(each.place),
                sentence(each.name),
                span(each),
                RESTS_ON[each.support],
                each.outcome_name,
                percent(each.at_low),
                percent(each.at_high),
                swing(each),
            )
            for each in hinges
        ],
        frozenset({5, 6, 7}),
    )


def swings_table(hinges: Sequence[Hinge]) -> Table:
    """Every uncertain quantity against every ending: from its 5th to its 95th percentile."""
    endings = dict.fromkeys((each.outcome, each.outcome_name) for each in hinges)
    rows: dict[str, list[str]] = {}
    for each in hinges:
        row = rows.setdefault(each.quantity, [sentence(each.name), RESTS_ON[each.support], span(each)])
        moved = f"{100 * each.at_low:.0f} → {100 * each.at_high:.0f}"
        row.append(moved if each.method == "moved" else f"about {points_only(each.swing)}")
    columns = ("Assumption", "Rests on", "Moved", *(f"{sentence(name)}, %" for _, name in endings))
    numeric = frozenset(range(3, len(columns)))
    return Table("Every uncertain quantity against every ending", columns, list(rows.values()), numeric)


def span(hinge: Hinge) -> str:
    """Words for the two values between which a quantity is moved; empty for one that is not moved between numbers."""
    if hinge.low_value != hinge.low_value:
        return ""
    if jump := jump_words(hinge.quantity):
        return jump
    return f"{number(hinge.low_value, 2)} to {number(hinge.high_value, 2)}"


def swing(hinge: Hinge) -> str:
    """A swing in points with its sign and its standard error."""
    return with_error(hinge.swing, hinge.error)


def with_error(difference: float, error: float) -> str:
    """A difference of two chances in points with its sign, and its standard error where there is one."""
    told = points_only(difference)
    return f"{told} ± {standard_error(error)}" if error == error else told


def points_only(difference: float) -> str:
    """A difference of two chances in points, with its sign."""
    rounded = round(100 * difference)
    return f"{'+' if rounded > 0 else MINUS if rounded < 0 else ''}{abs(rounded)}"


def standard_error(error: float) -> str:
    """A standard error in points: to a tenth where it is below one."""
    return f"{100 * error:.0f}" if 100 * error >= 0.95 else f"{max(0.1, 100 * error):.1f}"


def shifts_table(shifts: Sequence[Shift]) -> Table:
    """Table of each scenario's effect on each ending."""
    rows: list[tuple[str, ...]] = []
    given = any(each.when == "events" for each in shifts)
    for name in dict.fromkeys(each.name for each in shifts):
        rows.append((sentence(name),))
        rows += [
            (
                sentence(each.outcome_name),
                chance(each.share),
                points(each.difference),
                standard_error(each.error) if each.error == each.error else "none",
                f"{percent(each.sign_share)} of draws" if each.sign_share == each.sign_share else "unknown",
                *((points(each.outset),) if given else ()),
            )
            for each in shifts
            if each.name == name
        ]
    difference = "Difference to the case as it stands (range)"
    columns = ("Ending", "Chance (range)", difference, "Its standard error", "Same sign in")
    early = ("Difference at the outset (range)",) if given else ()
    return Table("What each scenario changes", (*columns, *early), rows, frozenset(range(1, len(columns) + len(early))))


def changed_cells(rows: Sequence[ChangedEnd]) -> list[tuple[str, ...]]:
    """Chances as the case stands, then, and the difference in points with its standard error and its range."""
    return [
        (
            sentence(each.name),
            percent(each.before),
            percent(each.then),
            with_error(each.difference.middle, each.error),
            " to ".join(map(points_only, each.difference.ends)) if each.difference.ranged else "none",
        )
        for each in rows
    ]


def changed_table(rows: Sequence[ChangedEnd]) -> Table:
    """Table of what a run's own change does to every group and ending."""
    columns = ("Ending", "As it stands", "Then", "Points", "In nine of ten draws")
    return Table("The case as it stands, and then", columns, changed_cells(rows), frozenset({1, 2, 3, 4}))


def curves_table(caption: str, vary: str, told: Sequence[tuple[str, Curve]]) -> Table:
    """The points of a question's curves, each with since when it is told, where that is to be said."""
    curves = [curve for _, curve in told]
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
    titles = [f"{sentence(curve.title)}{f', {since}' if since else ''} (range)" for since, curve in told]
    return Table(caption, (sentence(vary), *titles), rows, frozenset(range(len(titles) + 1)))


def welfare_table(welfare: Sequence[Welfare], *, events_seen: bool) -> Table:
    """Table of each actor's expected payoff, on its own scale; if events were seen, at the outset as well."""
    if events_seen:
        return Table(
            "What each side can expect, on its own scale",
            ("Side", "At the outset (range)", "Given the events (range)"),
            [(each.name, amount(each.outset), amount(each.utility)) for each in welfare],
            frozenset({1, 2}),
        )
    return Table(
        "What each side can expect, on its own scale",
        ("Side", "Expected payoff (range)"),
        [(each.name, amount(each.utility)) for each in welfare],
        frozenset({1}),
    )
