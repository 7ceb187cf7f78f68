"""The post-mortem of a forecast as a person reads it in a terminal."""

from __future__ import annotations

from detente.cli.terminal.screen import heading, note, say, table
from detente.report.findings import StudyRows
from detente.report.looking_back.hindsight import HELPED_BY, WARNING, came, moment, row_cells, shown


def print_hindsight(findings: StudyRows) -> None:
    """Print events, assumptions and scenarios by how much nearer they bring the forecast to what came, if it ended."""
    if not findings.hindsight:
        return
    heading("What would have helped")
    say(came(findings))
    for kind, title in HELPED_BY.items():
        rows = shown(findings.hindsight, kind)
        if rows:
            say(f"{title}. {moment(rows)}")
            columns = (kind, ">chance of what came", ">change, points", ">gain, nats")
            table(columns, [row_cells(row) for row in rows])
    note(WARNING)
