"""Hypotheses against evidence: how likely each event was under each, and how much speaks against each."""

from __future__ import annotations

import math
from collections.abc import Sequence

from detente.crisis.inquiry import READINGS
from detente.report.blocks import Block, Fold, Points, Prose, Table, Text
from detente.report.findings import StudyRows
from detente.report.learnt import EvidenceCell
from detente.report.naming import Names
from detente.report.words import UNMOVED_RATIO, Estimate, counted, day, listed, percent, sentence

EVENTS_NAMED = 4
"""Number of events that are named if draws do not tell them apart."""


def matrix(findings: StudyRows, names: Names) -> list[Block]:
    """A table for each group of hypotheses that compete, and what it comes to in words; empty without events."""
    groups: dict[str, list[EvidenceCell]] = {}
    for cell in findings.learnt.evidence:
        groups.setdefault(cell.group, []).append(cell)
    blocks: list[Block] = []
    said: list[Text] = []
    for id, cells in groups.items():
        hypotheses = dict.fromkeys((cell.hypothesis, cell.value) for cell in cells)
        if len(hypotheses) > 1:
            said += _said(id, cells, names)
            blocks.append(_table(id, cells, names))
    if not blocks:
        return []
    how = Prose(
        "Each cell is how likely the event was if the hypothesis is true, given the events before. An event that is as "
        "likely under all hypotheses tells nothing, however well it fits each. What speaks against a hypothesis is how "
        "many times less likely the events were under it than under the one that explains each best. After the "
        "analysis of competing hypotheses (Heuer 1999), with cells computed instead of judged.",
        "aside",
    )
    return [Points([(each, ()) for each in said]), Fold("Hypotheses against evidence, event by event", [how, *blocks])]


def _name(cell: EvidenceCell, names: Names) -> str:
    return names.thing(cell.value) if cell.value else cell.name


def _title(id: str, names: Names) -> str:
    return "the readings" if id == READINGS else names.private(id)


def _said(id: str, cells: Sequence[EvidenceCell], names: Names) -> list[str]:
    """Sentences on the event that told most, and on events that surprised under every hypothesis."""
    seen = [cell for cell in cells if cell.event and cell.tells.known]
    said: list[str] = []
    if seen:
        # A row for each hypothesis: what an event tells stands in all of them.
        tied = list({cell.event: cell for cell in seen if cell.place == 1}.values())
        count = counted(len({cell.event for cell in seen}), "event")
        if len(tied) == 1 and tied[0].tells.middle > UNMOVED_RATIO:
            said.append(
                f"Of {count}, “{tied[0].label}” tells most about {_title(id, names)}: {_times(tied[0].tells)} as "
                "likely under one as under another."
            )
        elif any(cell.tells.middle > UNMOVED_RATIO for cell in tied):
            named = [f"“{cell.label}” ({_times(cell.tells)})" for cell in tied]
            said.append(
                f"Of {count}, {listed(named[:EVENTS_NAMED] if len(named) > EVENTS_NAMED else named)}"
                f"{f' and {len(named) - EVENTS_NAMED} more' if len(named) > EVENTS_NAMED else ''} tell most about "
                f"{_title(id, names)}, and are not told apart; in brackets, how many times as likely each is under one "
                "as under another."
            )
        else:
            said.append(f"No event tells much about {_title(id, names)}.")
    startling = list(dict.fromkeys(f"“{cell.label}”" for cell in seen if cell.surprising))
    if startling:
        verb = "was" if len(startling) == 1 else "were"
        said.append(
            f"{listed(startling)} {verb} surprising whichever of {_title(id, names)} is true: the model may lack the "
            "reason."
        )
    return said


def _times(log_ratio: Estimate) -> str:
    """A likelihood ratio as a number of times, with its interval."""
    middle, low, high = (_factor(each) for each in (log_ratio.middle, *log_ratio.ends))
    return f"{middle} times ({low} to {high})" if log_ratio.ranged else f"{middle} times"


def _factor(log_ratio: float) -> str:
    if log_ratio > math.log(1000):
        return "over 1,000"
    size = math.exp(log_ratio)
    return f"{size:.0f}" if size >= 9.95 else f"{size:.1f}"


def _table(id: str, cells: Sequence[EvidenceCell], names: Names) -> Table:
    columns = {(cell.hypothesis, cell.value): sentence(_name(cell, names)) for cell in cells}
    rows: list[tuple[str, ...]] = []
    for event in dict.fromkeys(cell.event for cell in cells):
        own = [cell for cell in cells if cell.event == event]
        if event:
            when = day(own[0].day, short=True)
            label = f"{event}. {when}: {own[0].label}" if when else f"{event}. {own[0].label}"
            rows.append((label, *(percent(cell.likelihood.middle) for cell in own), _times(own[0].tells)))
        else:
            against = (f"{_factor(cell.against.middle)} times" for cell in own)
            rows.append(("Speaks against it: all events together less likely than under the best, by", *against, ""))
    title = f"Hypotheses against evidence: {_title(id, names)}"
    headings = ("Event", *columns.values(), "Tells apart (range)")
    return Table(title, headings, rows, frozenset(range(1, len(headings))))
