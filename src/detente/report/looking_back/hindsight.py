"""The section on what would have helped, once it is known how the crisis ended."""

from __future__ import annotations

from collections.abc import Sequence

from detente.crisis.inquiry import EVENTS
from detente.report.blocks import Block, Heading, Prose, Section, Table
from detente.report.findings import StudyRows
from detente.report.rows import HindsightRow
from detente.report.words import counted, number, percent, sentence

HINDSIGHT = "hindsight"
"""Id of the section."""

_TITLE = "What would have helped"
_MOST_SHOWN = 8
"""Most rows of each kind that are shown; study.json has them all."""

HELPED_BY = {
    "event": "What the events said",
    "assumption": "An assumption at the better end of its range",
    "structure": "Another structure: the scenarios of the case",
}
"""Headings by kind, in the order in which they are told."""

WARNING = (
    "This is found with knowledge of the ending: it says where work on such a case pays, and is no reason to change a "
    "number of this one."
)


def hindsight(findings: StudyRows) -> Section:
    """Events, assumptions and scenarios by how much nearer they bring the forecast to what came."""
    if not findings.hindsight:
        return Section(HINDSIGHT, _TITLE, [Prose("The case does not say how the crisis ended.")])
    first = findings.hindsight[0]
    blocks: list[Block] = [Prose(came(findings)), Prose(WARNING, "aside")]
    for kind, heading in HELPED_BY.items():
        rows = shown(findings.hindsight, kind)
        if rows:
            blocks += [Heading(heading), Prose(moment(rows)), _table(rows, kind, first.ending_name)]
    return Section(HINDSIGHT, _TITLE, blocks)


def came(findings: StudyRows) -> str:
    """The ending as the case tells it, and that everything below is about it."""
    ended, first = findings.case.ended, findings.hindsight[0]
    when = f" on {ended.date.isoformat()}" if ended is not None and ended.date else ""
    return sentence(f"the crisis ended{when}: {first.ending_name}. Told is the chance that the case gave to that")


def moment(rows: Sequence[HindsightRow]) -> str:
    """The moment from which rows are told, and what their gain means."""
    if rows[0].kind == "event":
        since = "Each event by what it did to the chance of what came"
    else:
        since = f"Told {'given the events before the ending' if rows[0].when == EVENTS else 'at the outset'}"
    return (
        f"{since}. The gain is in nats of the logarithmic score; a change within twice its error is marked “in error”."
    )


def shown(rows: Sequence[HindsightRow], kind: str) -> list[HindsightRow]:
    """The rows of a kind that are shown: all events, of the others those that help most."""
    own = [row for row in rows if row.kind == kind]
    return own if kind == "event" else own[:_MOST_SHOWN]


def row_cells(row: HindsightRow) -> tuple[str, str, str, str]:
    """Name, chance before and after, change with its error, and gain of a row."""
    at = f", at {number(row.value)}" if row.value == row.value else ""
    mark = "" if row.told else " (in error)"
    error = f" ± {100 * row.error:.1f}" if row.error == row.error else ""
    gain = f"{row.gain:+.2f}" if row.gain == row.gain else "none"
    return (
        f"{sentence(row.name)}{at}",
        f"{percent(row.before)} → {percent(row.after)}",
        f"{100 * row.change:+.1f}{error}{mark}",
        gain,
    )


def _table(rows: Sequence[HindsightRow], kind: str, ending: str) -> Table:
    columns = ("What", f"Chance of {ending}", "Change, points", "Gain, nats")
    caption = f"{HELPED_BY[kind]}: {counted(len(rows), 'row')}"
    return Table(caption, columns, [row_cells(row) for row in rows], frozenset({2, 3}))
