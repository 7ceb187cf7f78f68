"""The endings along the events: what each event did to how it may end."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from detente.report.blocks import Figure, Table, figure
from detente.report.charts.drawing import Canvas, accent
from detente.report.charts.events import EventMark, Panel, event_panels
from detente.report.findings import StudyRows
from detente.report.groups import leading_groups
from detente.report.rows import OutcomeStep
from detente.report.tables import event_words, points_only, short_event, with_error
from detente.report.words import Estimate, chance, counted, listed, percent, sentence

_ROOM = Canvas(width=900, label=350, note=0, columns=3)
"""The width that the chart has at the top of the page."""

SHOWN = 3
"""Endings that the chart shows: the likeliest as things stand, and those not told apart from the last of them."""

_MOST = 6
"""Most panels of the chart; the table has every ending."""

_STILL = 0.005
"""A change below half a point is none that a percentage shows."""


def moved(step: OutcomeStep) -> bool:
    """True where an event moved an ending: by more than twice the standard error of the change, and by half a point."""
    change = abs(step.change.middle)
    return change >= _STILL and not change <= 2 * step.change_error


def by_event(course: Sequence[OutcomeStep]) -> dict[int, list[OutcomeStep]]:
    """The endings after each event."""
    found: dict[int, list[OutcomeStep]] = {}
    for each in course:
        found.setdefault(each.event, []).append(each)
    return found


def by_ending(findings: StudyRows) -> list[list[OutcomeStep]]:
    """The course of each group and each ending: the groups as the case lists them, then by the endings' places."""
    found: dict[str, list[OutcomeStep]] = {}
    for each in findings.course:
        found.setdefault(each.outcome, []).append(each)
    return sorted(found.values(), key=lambda path: _place(path, findings))


def _place(path: Sequence[OutcomeStep], findings: StudyRows) -> int:
    if any(path[0].outcome == group.outcome for group in findings.groups):
        return 0
    placed = findings.placed("endings")
    own = placed.get(path[0].outcome)
    return own.place if own is not None and own.place else len(placed) + 1


def silent(course: Sequence[OutcomeStep]) -> list[OutcomeStep]:
    """The events that moved no ending, each by its first row."""
    return [rows[0] for event, rows in by_event(course).items() if event and not any(map(moved, rows))]


def silent_words(findings: StudyRows) -> str:
    """The events that moved no ending, in a sentence; empty where every one did."""
    quiet = silent(findings.course)
    if not quiet:
        return ""
    named = listed([f"“{each.label}”" for each in quiet])
    return f"{counted(len(quiet), 'event')} moved no ending beyond its error: {named}."


def leading_path(findings: StudyRows) -> list[OutcomeStep]:
    """The course of what stands first: a group of endings where the case has any."""
    return _shown(findings)[0]


def course_chart(findings: StudyRows, canvas: Canvas = _ROOM) -> Any:
    """The groups and the likeliest endings through the events that moved any, each with what every event did to it."""
    quiet = {each.event for each in silent(findings.course)}
    chosen = _shown(findings)
    shown = [[each for each in path if each.event not in quiet] for path in chosen]
    events = [(event_words(each), short_event(each)) for each in shown[0]]
    return event_panels(events, [course_panel(path, k) for k, path in enumerate(shown)], canvas)


def _shown(findings: StudyRows) -> list[list[OutcomeStep]]:
    """The courses that are drawn: of the groups that lead on their axis, then of the likeliest endings."""
    paths = by_ending(findings)
    leading = {each.outcome for each in leading_groups(findings)}
    groups = [path for path in paths if path[0].outcome in leading][:SHOWN]
    endings = [path for path in paths if _place(path, findings)]
    likeliest = [path for path in endings if _place(path, findings) <= SHOWN] or endings[:SHOWN]
    return [*groups, *likeliest][:_MOST]


def course_figure(findings: StudyRows) -> Figure:
    """The chart with its finding and the numbers of every ending."""
    how = (
        "Read down the page, event by event. The dot is the mean over draws, the shade two standard errors of it to "
        "either side; at the right the chance, and by how many points the event moved it, with the standard error of "
        "that."
    )
    if not any(each.error == each.error for each in findings.course):
        how = "Read down the page, event by event. One solution: there are no errors."
    table = course_table(by_ending(findings))
    return figure("course", course_finding(leading_path(findings)), partial(course_chart, findings), how, table, _ROOM)


def course_panel(path: Sequence[OutcomeStep], position: int) -> Panel:
    """One ending through the events, in the tone of its position."""
    return Panel(
        sentence(path[0].name), tuple(EventMark(_with_bounds(each), _note(each)) for each in path), accent(position)
    )


def _with_bounds(step: OutcomeStep) -> Estimate:
    middle, room = step.share.middle, 2 * step.error
    return Estimate(middle, max(0.0, middle - room), min(1.0, middle + room))


def _note(step: OutcomeStep) -> str:
    told = percent(step.share.middle)
    if not step.event or not step.change.known:
        return told
    return f"{told}  {with_error(step.change.middle, step.change_error)}" if moved(step) else f"{told}  ="


def course_finding(path: Sequence[OutcomeStep]) -> str:
    """The course of one ending in a line: War went 42 % → 44 → 43 → 52 % over 3 events."""
    shares = [f"{100 * each.share.middle:.0f}" for each in path if each.share.known]
    steps = counted(path[-1].event, "event")
    return f"{sentence(path[0].name)} went {' → '.join(shares)} % over {steps}"


def event_did(rows: Sequence[OutcomeStep]) -> str:
    """The endings that an event moved, the largest change first: "war +9 ± 1, a standoff −5 ± 1"; empty for none."""
    told = sorted((each for each in rows if moved(each)), key=lambda each: -abs(each.change.middle))
    return ", ".join(f"{each.name} {with_error(each.change.middle, each.change_error)}" for each in told)


def course_table(paths: Sequence[Sequence[OutcomeStep]]) -> Table:
    """Every ending after every event."""
    rows: list[tuple[str, ...]] = []
    for path in paths:
        rows.append((sentence(path[0].name),))
        for each in path:
            change = with_error(each.change.middle, each.change_error) if each.change.known else "none"
            span = (
                f"{points_only(each.change.low)} to {points_only(each.change.high)}" if each.change.ranged else "none"
            )
            rows.append((event_words(each), chance(each.share), change, span))
    columns = ("Event", "Chance (range)", "Change, points", "In nine of ten draws")
    return Table("How each ending went through the events", columns, rows, frozenset({1, 2, 3}))
