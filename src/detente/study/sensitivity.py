"""What the endings hinge on: quarters of the draws, and shares of variance, at the outset and given the events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.indices import GIVEN_DATA, given_data
from detente.study.run import Findings
from detente.study.uncertain import uncertain

Floats = NDArray[np.float64]
Row = dict[str, Any]

FEWEST = 12
"""Quarters of fewer draws than this say nothing."""

FEWEST_FOR_INDICES = 64
"""Nor do indices of fewer than this."""

MOST_FOR_INDICES = 1024
"""Indices are read off no more draws than this: their bootstrap would take longer than it tells."""

HINGES = "quantity name when outcome outcome_name low_value high_value at_low at_high swing rank_correlation supported"
SENSITIVITY = "outcome outcome_name when quantity name first first_low first_high supported method draws"


def hinges(findings: Findings) -> pd.DataFrame:
    """How each outcome differs between draws with a quantity in its lowest and in its highest quarter.

    when: `outset`, and `events` for the chances given every event of the timeline.
    """
    crisis, ensemble = findings.prepared.crisis, findings.ensemble

    def rows() -> Iterator[Row]:
        if ensemble.count < FEWEST:
            return
        for column in uncertain(crisis, ensemble.draws):
            for when, table in told(findings):
                for number, outcome in enumerate(crisis.outcomes):
                    yield {
                        "quantity": column.id,
                        "name": column.name,
                        "when": when,
                        "outcome": outcome.id,
                        "outcome_name": outcome.label,
                        **_quarters(column.values, table[:, number]),
                        "supported": column.supported,
                    }

    return pd.DataFrame(list(rows()), columns=HINGES.split())


def told(findings: Findings) -> list[tuple[str, Floats]]:
    """The moments from which endings are told, each with its chances [draw, outcome]."""
    found = [("outset", findings.ensemble.outcomes)]
    if findings.prepared.crisis.timeline:
        found.append(("events", findings.ensemble.outcomes_after))
    return found


def _quarters(values: Floats, chances: Floats) -> Row:
    known = ~np.isnan(chances)
    values, chances = values[known], chances[known]
    if len(values) < FEWEST:
        nothing = ("low_value", "high_value", "at_low", "at_high", "swing")
        return dict.fromkeys(nothing, np.nan) | {"rank_correlation": 0.0}
    order = np.argsort(values, kind="stable")
    quarter = max(1, len(values) // 4)
    lowest, highest = order[:quarter], order[-quarter:]
    low, high = float(np.median(chances[lowest])), float(np.median(chances[highest]))
    return {
        "low_value": float(np.median(values[lowest])),
        "high_value": float(np.median(values[highest])),
        "at_low": low,
        "at_high": high,
        "swing": high - low,
        "rank_correlation": _correlation(_ranks(values), _ranks(chances)),
    }


def _ranks(values: Floats) -> Floats:
    return pd.Series(values).rank().to_numpy(float)


def _correlation(left: Floats, right: Floats) -> float:
    if np.ptp(left) == 0 or np.ptp(right) == 0:
        return 0.0
    return float(np.corrcoef(left, right)[0, 1])


def sensitivity(findings: Findings) -> pd.DataFrame:
    """First-order Sobol indices of every outcome, with bootstrap intervals, from the draws of the run.

    first: share of the variance over draws that the quantity explains by itself. How much it explains together with
    others a sample cannot tell: that takes a design made for it (`detente.analysis.indices`).
    """
    crisis, ensemble = findings.prepared.crisis, findings.ensemble

    def rows() -> Iterator[Row]:
        if ensemble.count < FEWEST_FOR_INDICES:
            return
        used = min(ensemble.count, MOST_FOR_INDICES)
        columns = list(uncertain(crisis, ensemble.draws))
        values = {each.id: each.values[:used] for each in columns}
        for when, table in told(findings):
            for number, outcome in enumerate(crisis.outcomes):
                for column, index in zip(columns, given_data(values, table[:used, number]), strict=True):
                    yield {
                        "outcome": outcome.id,
                        "outcome_name": outcome.label,
                        "when": when,
                        "quantity": column.id,
                        "name": column.name,
                        "first": index.first,
                        "first_low": index.first_low,
                        "first_high": index.first_high,
                        "supported": column.supported,
                        "method": GIVEN_DATA,
                        "draws": used,
                    }

    return pd.DataFrame(list(rows()), columns=SENSITIVITY.split())
