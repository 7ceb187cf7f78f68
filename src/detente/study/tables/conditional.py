"""Conditional pictures: how everything uncertain is distributed where an outcome happens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.ends import Ends
from detente.analysis.over_draws.intervals import effective_number, interval
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.study.inputs.uncertain import InputColumn, uncertain
from detente.study.running.run import Findings

Floats = NDArray[np.float64]


CONDITIONAL_COLUMNS = (
    "outcome outcome_name when quantity name mean low high median given_mean given_low given_high given_median "
    "shift effective_draws supported"
)


def where(findings: Findings) -> pd.DataFrame:
    """Every uncertain quantity as drawn, and as distributed where each outcome happens.

    The draws stand for what is believed of the quantity: beforehand, or given the events of the timeline, which weigh
    them (column `when`). Where an outcome happens each counts by the probability of the outcome in it as well. mean,
    low, high, median: as believed; given_*: where the outcome happens. shift: largest distance of the two distribution
    functions, 0 to 1, positive where the quantity is higher where the outcome happens. effective_draws: how many
    equally weighted draws say as much.
    Source: Bayes' rule by importance weights; effective number of draws after Kish 1965.
    """
    crisis, ensemble = findings.prepared.crisis, findings.ensemble
    ends = Ends.of(crisis)
    tables = {OUTSET: (ends.chances(ensemble.outcomes), np.full(ensemble.count, 1.0 / ensemble.count))}
    if crisis.timeline:
        tables[EVENTS] = (ends.chances(ensemble.outcomes_after), findings.weights)

    def rows() -> Iterator[dict[str, Any]]:
        if ensemble.count < 2:
            return
        for column in uncertain(crisis, ensemble.draws):
            order = np.argsort(column.values, kind="stable")
            for when, (table, believed) in tables.items():
                for number, (id, label) in enumerate(zip(ends.ids, ends.labels, strict=True)):
                    weight = believed * np.nan_to_num(table[:, number])
                    if weight.any():
                        about = {"outcome": id, "outcome_name": label, "when": when}
                        yield {**about, **_row(column, order, believed, weight)}

    return pd.DataFrame(list(rows()), columns=CONDITIONAL_COLUMNS.split())


def _row(column: InputColumn, order: NDArray[np.intp], believed: Floats, weight: Floats) -> dict[str, Any]:
    values = column.values[order]
    found, given = interval(column.values, believed), interval(column.values, weight)
    beforehand = np.cumsum(believed[order]) / believed.sum()
    share = np.cumsum(weight[order]) / weight.sum()
    # Draws with one value count as one: distribution functions are compared behind the last of them.
    last = np.append(values[1:] > values[:-1], True)
    gap = (beforehand - share)[last]
    return {
        "quantity": column.id,
        "name": column.name,
        "mean": found.mean,
        "low": found.low,
        "high": found.high,
        "median": found.median,
        "given_mean": given.mean,
        "given_low": given.low,
        "given_high": given.high,
        "given_median": given.median,
        "shift": float(gap[np.argmax(np.abs(gap))]),
        "effective_draws": effective_number(weight),
        "supported": column.supported,
    }
