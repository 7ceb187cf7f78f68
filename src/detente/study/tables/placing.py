"""The orders that a study tells: which ending is likeliest, which scenario changes most, as far as draws tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.ranking import Estimates, standing
from detente.crisis.inquiry import ANALYST
from detente.study.running.run import Findings

Floats = NDArray[np.float64]
Row = dict[str, Any]

PLACED_ENDINGS, PLACED_SCENARIOS, PLACED_READINGS = "endings", "scenarios", "readings"
PLACED_EVENTS, PLACED_VALUES = "events", "values"

PLACES = "list id outcome place shared value error"
"""Columns of the table of places; a row for every member of every list.

list: `endings` by their chance, `scenarios` by the ending that each changes most, `readings` by what an outside reader
    holds after the last event, `events` by how far each moves what an outside reader holds of the likeliest reading (in
    log-odds; of the first in the case where several are not told apart), `values` by what an outside reader then holds
    of the values of one private variable, each as ACTOR.VARIABLE=VALUE; all given the events seen where there are any.
    outcome: of a scenario, that ending.
place: from 1; members that are not told apart share one, and shared says how many do. value, error: the number that is
    compared (without its sign) and its standard error.
"""


def place_table(findings: Findings) -> pd.DataFrame:
    """The place of every member of every list; see `PLACES`."""
    rows = [*_endings(findings), *_scenarios(findings), *_beliefs(findings)]
    return pd.DataFrame(rows, columns=PLACES.split())


def _rows(name: str, ids: Sequence[str], found: Estimates, outcomes: Sequence[str] = ()) -> Iterator[Row]:
    single = len(found.apart) == 1  # one solution has no error: its numbers are in the order in which they stand
    place = standing(found)
    errors = np.full(found.count, np.nan) if single else found.errors
    for number, id in enumerate(ids):
        yield {
            "list": name,
            "id": id,
            "outcome": outcomes[number] if outcomes else "",
            "place": place[number],
            "shared": place.count(place[number]),
            "value": float(found.values[number]),
            "error": float(errors[number]),
        }


def _told(table: Floats, weights: Floats | None) -> Estimates | None:
    """Means of a table [draw, item] over the draws in which all of it is known; None where none is."""
    known = ~np.isnan(table).any(axis=1)
    weight = np.where(known, 1.0 if weights is None else weights[: len(table)], 0.0)
    return Estimates.means(np.nan_to_num(table), weight) if weight.any() else None


def _weights(findings: Findings) -> Floats | None:
    return findings.weights if findings.prepared.crisis.timeline else None


def _endings(findings: Findings) -> Iterator[Row]:
    crisis, ensemble = findings.prepared.crisis, findings.ensemble
    found = _told(ensemble.outcomes_after if crisis.timeline else ensemble.outcomes, _weights(findings))
    if found is not None:
        yield from _rows(PLACED_ENDINGS, [each.id for each in crisis.outcomes], found)


def _scenarios(findings: Findings) -> Iterator[Row]:
    """Scenarios that leave the events possible; the others are told from the outset and have no place."""
    crisis, ensemble = findings.prepared.crisis, findings.ensemble
    ids: list[str] = []
    moved: list[str] = []
    parts: list[Estimates] = []
    for each in findings.alternatives:
        count = len(each.outcomes)
        there, here = (each.after, ensemble.outcomes_after) if crisis.timeline else (each.outcomes, ensemble.outcomes)
        found = _told(there - here[:count], _weights(findings))
        if found is None:
            continue
        most = int(np.argmax(np.abs(found.values)))
        ids.append(each.scenario.id)
        moved.append(crisis.outcomes[most].id)
        parts.append(found.of([most]).sizes())
    if parts:
        yield from _rows(PLACED_SCENARIOS, ids, Estimates.beside(parts), moved)


def _beliefs(findings: Findings) -> Iterator[Row]:
    for subject in dict.fromkeys(each.subject.id for each in findings.ensemble.beliefs if each.subject.value):
        own = [each for each in findings.ensemble.beliefs if each.observer == ANALYST and each.subject.id == subject]
        held = _told(np.stack([each.posterior[:, -1] for each in own], axis=1), _weights(findings)) if own else None
        if held is not None:
            yield from _rows(PLACED_VALUES, [f"{subject}={each.subject.value}" for each in own], held)
    paths = [each for each in findings.ensemble.beliefs if each.observer == ANALYST and not each.subject.value]
    held = _told(np.stack([each.posterior[:, -1] for each in paths], axis=1), _weights(findings)) if paths else None
    if held is None:
        return
    yield from _rows(PLACED_READINGS, [each.subject.id for each in paths], held)
    steps = paths[standing(held).index(1)].log_ratio[:, 1:]
    told = _told(steps, _weights(findings)) if steps.shape[1] else None
    if told is not None:
        yield from _rows(PLACED_EVENTS, [str(number + 1) for number in range(told.count)], told.sizes())
