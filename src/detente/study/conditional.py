"""Conditional pictures: how everything uncertain is distributed where an outcome happens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.intervals import HIGH, LOW, effective_number, interval, quantiles
from detente.study.run import Findings
from detente.study.uncertain import Column, uncertain

Floats = NDArray[np.float64]

OUTSET, EVENTS = "outset", "events"

COLUMNS = (
    "outcome outcome_name when quantity name median low high given_median given_low given_high shift effective_draws "
    "supported"
)


def where(findings: Findings) -> pd.DataFrame:
    """Every uncertain quantity as drawn, and as distributed where each outcome happens.

    The draws stand for what is believed beforehand; each is weighted by the probability of the outcome in it, at the
    outset or given the events of the timeline (column `when`). given_*: weighted median, 5th and 95th percentile.
    shift: largest distance of the two distribution functions, 0 to 1, positive where the quantity is higher where the
    outcome happens. effective_draws: how many equally weighted draws say as much.
    Source: Bayes' rule by importance weights; effective number of draws after Kish 1965.
    """
    crisis, ensemble = findings.prepared.crisis, findings.ensemble
    tables = {OUTSET: ensemble.outcomes, **({EVENTS: ensemble.outcomes_after} if crisis.timeline else {})}

    def rows() -> Iterator[dict[str, Any]]:
        if ensemble.count < 2:
            return
        for column in uncertain(crisis, ensemble.draws):
            order = np.argsort(column.values, kind="stable")
            for when, table in tables.items():
                for number, outcome in enumerate(crisis.outcomes):
                    weight = np.nan_to_num(table[:, number])
                    if weight.any():
                        about = {"outcome": outcome.id, "outcome_name": outcome.label, "when": when}
                        yield {**about, **_row(column, order, weight)}

    return pd.DataFrame(list(rows()), columns=COLUMNS.split())


def _row(column: Column, order: NDArray[np.intp], weight: Floats) -> dict[str, Any]:
    found, values = interval(column.values), column.values[order]
    share = np.cumsum(weight[order]) / weight.sum()
    # Draws with one value count as one: distribution functions are compared behind the last of them.
    last = np.append(values[1:] > values[:-1], True)
    gap = (np.arange(1, len(values) + 1) / len(values) - share)[last]
    median, low, high = (float(each) for each in quantiles(column.values, [0.5, LOW, HIGH], weight))
    return {
        "quantity": column.id,
        "name": column.name,
        "median": found.median,
        "low": found.low,
        "high": found.high,
        "given_median": median,
        "given_low": low,
        "given_high": high,
        "shift": float(gap[np.argmax(np.abs(gap))]),
        "effective_draws": effective_number(weight),
        "supported": column.supported,
    }
