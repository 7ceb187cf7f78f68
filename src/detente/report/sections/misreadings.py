"""Misreadings: the belief that each side expects of another, beside the one that it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from detente.report.blocks import Block, Heading, Prose, Table, figure
from detente.report.charts.drawing import accent
from detente.report.charts.events import EventMark, Panel, event_panels
from detente.report.findings import StudyRows
from detente.report.naming import Names
from detente.report.rows import Misreading
from detente.report.tables import event_words, short_event, with_error
from detente.report.words import chance, listed, percent, sentence

MOST = 6
"""Pairs that the chart shows at the most, the first in the case; the table has them all."""

_FAR = 0.005
"""A misreading below half a point is none that a percentage shows."""


def misreads(each: Misreading) -> bool:
    """True where what is expected differs from what is believed, by more than twice its standard error."""
    beyond = abs(each.wrong.middle) > 2 * each.error if each.error == each.error else True
    return abs(each.wrong.middle) >= _FAR and beyond


def misreadings(findings: StudyRows, names: Names) -> list[Block]:
    """Heading, finding, chart and table; nothing where nothing was seen or nobody else has beliefs."""
    told = first_readings(findings)
    if not told or not any(each.event for each in told):
        return []
    subjects = dict.fromkeys((each.subject, each.name) for each in told)
    blocks: list[Block] = [Heading("Who misreads whom")]
    for position, (subject, name) in enumerate(subjects):
        own = [each for each in told if each.subject == subject]
        blocks += _about(subject, name, own, names, accent(position))
    return blocks


def first_readings(findings: StudyRows) -> list[Misreading]:
    """Misreadings of readings, without any reading that another one mirrors: of two rivals the first is enough."""
    own = [each for each in findings.misreadings if not each.value]
    kept: dict[str, list[Misreading]] = {}
    for subject in dict.fromkeys(each.subject for each in own):
        rows = [each for each in own if each.subject == subject]
        if not any(_mirrored(rows, other) for other in kept.values()):
            kept[subject] = rows
    return [each for rows in kept.values() for each in rows]


def _mirrored(one: Sequence[Misreading], other: Sequence[Misreading]) -> bool:
    held = {(each.event, each.observer, each.of): each.held.middle for each in other}
    pairs = [(held.get((each.event, each.observer, each.of)), each.held.middle) for each in one]
    return len(one) == len(other) and all(first is not None and abs(first + own - 1) < 0.002 for first, own in pairs)


def pairs_of(told: Iterable[Misreading]) -> list[list[Misreading]]:
    """The path of each pair through the events, pairs alike in every number left together under the first."""
    found: dict[tuple[str, str], list[Misreading]] = {}
    for each in told:
        found.setdefault((each.observer, each.of), []).append(each)
    return list(found.values())


def _about(subject: str, name: str, told: list[Misreading], names: Names, tone: str) -> list[Block]:
    paths = pairs_of(told)
    wrong = [path for path in paths if any(misreads(each) for each in path)]
    right = [path for path in paths if path not in wrong]
    table = _table(f"What is expected of others’ belief in “{name}”, and what they believe", paths, names)
    blocks: list[Block] = []
    if wrong:
        shown = wrong[:MOST]
        events = [(event_words(each), short_event(each)) for each in shown[0]]
        panels = [misreading_panel(path, names, tone) for path in shown]
        how = (
            "Read down the page, event by event. Open dot: what the first expects the second to believe. Full dot: "
            "what the second does believe. At the right: the difference in points, with its standard error."
        )
        chart = partial(event_panels, events, panels)
        blocks.append(figure(f"misreading-{subject}", _finding(shown[0][-1], names), chart, how, table))
    if right:
        said = listed([f"{names.actor(path[0].observer)} of {names.actor(path[0].of)}" for path in right])
        opening = "Nobody misreads anybody" if not wrong else f"Read rightly, to within half a point: {said}"
        why = "each has seen what the other goes by, or knows no less"
        blocks.append(Prose(f"{opening}: {why}." if not wrong else f"{opening}.", "aside"))
    return blocks


def misreading_panel(path: Sequence[Misreading], names: Names, tone: str) -> Panel:
    """The belief that one actor expects of another through the events, joined to the one held."""
    marks = tuple(
        EventMark(each.expected, with_error(each.wrong.middle, each.error) if misreads(each) else "0", each.held.middle)
        for each in path
    )
    return Panel(f"{names.actor(path[0].observer)} of {names.actor(path[0].of)}", marks, tone)


def _finding(last: Misreading, names: Names) -> str:
    return sentence(f"{misreading_words(last, names)}: {with_error(last.wrong.middle, last.error)} points")


def misreading_words(each: Misreading, names: Names) -> str:
    """A misreading as a clause: who expects what of whose belief, and what that is."""
    observer, of = names.actor(each.observer), names.actor(each.of)
    return (
        f"{observer} expects {of} to hold “{each.name}” at {percent(each.expected.middle)}, "
        f"and {of} holds it at {percent(each.held.middle)}"
    )


def _table(caption: str, paths: Sequence[Sequence[Misreading]], names: Names) -> Table:
    rows: list[tuple[str, ...]] = []
    for path in paths:
        observer, of = names.actor(path[0].observer), names.actor(path[0].of)
        rows.append((f"{observer} of {of}",))
        rows += [
            (
                event_words(each),
                chance(each.expected),
                chance(each.held),
                with_error(each.wrong.middle, each.error),
                f"{100 * each.distance:.0f}",
            )
            for each in path
        ]
    columns = (
        "Event",
        "Is expected to hold (range)",
        "Holds (range)",
        "Misread by, points",
        "Apart on average, points",
    )
    return Table(caption, columns, rows, frozenset({1, 2, 3, 4}))
