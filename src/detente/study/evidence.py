"""The matrix of hypotheses and evidence as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from detente.analysis.hypotheses import Group, groups
from detente.analysis.intervals import interval
from detente.analysis.updating import event_label
from detente.study.run import Findings

Row = dict[str, Any]

SURPRISING = 0.1
"""An event to which no hypothesis of a group gave more than this in the middle draw surprises under all of them."""

MATRIX = (
    "group event date label hypothesis value name likelihood likelihood_low likelihood_high "
    "against against_low against_high diagnosticity diagnosticity_low diagnosticity_high surprising"
)


def matrix(findings: Findings) -> pd.DataFrame:
    """How likely each event was under each hypothesis, as an outside reader sees it.

    likelihood: given the hypothesis and the events before. against: natural log of how much less likely the event was
    than under the hypothesis of its group that explains it best; summed over events it is the inconsistency of the
    hypothesis. diagnosticity: the largest of these in the group. Event 0 is all events together.
    """
    crisis = findings.prepared.crisis

    def rows() -> Iterator[Row]:
        if not crisis.timeline:
            return
        for group in groups(findings.ensemble.beliefs):
            for position in (*range(len(crisis.timeline)), -1):
                yield from _cells(group, position, _event(findings, position + 1))

    return pd.DataFrame(list(rows()), columns=MATRIX.split())


def _event(findings: Findings, number: int) -> Row:
    crisis = findings.prepared.crisis
    if not number:
        return {"event": 0, "date": None, "label": "All events together"}
    return {"event": number, "date": crisis.timeline[number - 1].date, "label": event_label(crisis, number)}


def _cells(group: Group, position: int, event: Row) -> Iterator[Row]:
    likelihood, against = group.likelihood[:, :, position], group.against[:, :, position]
    tells = interval(np.where(np.isfinite(group.diagnosticity[:, position]), group.diagnosticity[:, position], np.nan))
    middles = [interval(each).median for each in likelihood]
    known = [each for each in middles if not np.isnan(each)]
    for number, subject in enumerate(group.hypotheses):
        chance, short = interval(likelihood[number]), interval(against[number])
        yield {
            "group": group.id,
            **event,
            "hypothesis": subject.id,
            "value": subject.value,
            "name": subject.name,
            "likelihood": chance.median,
            "likelihood_low": chance.low,
            "likelihood_high": chance.high,
            "against": short.median,
            "against_low": short.low,
            "against_high": short.high,
            "diagnosticity": tells.median,
            "diagnosticity_low": tells.low,
            "diagnosticity_high": tells.high,
            "surprising": bool(event["event"] and known and max(known) < SURPRISING),
        }
