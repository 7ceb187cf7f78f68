"""Shares of variance: how much of the differences between draws each quantity explains alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.ends import Ends
from detente.analysis.over_draws.indices import GIVEN_DATA, WEIGHTED_DATA, given_data_of_all
from detente.crisis.inquiry import EVENTS
from detente.study.inputs.uncertain import uncertain
from detente.study.running.run import Findings

Floats = NDArray[np.float64]
Row = dict[str, Any]

FEWEST_FOR_INDICES = 64
"""Indices of fewer draws than this say nothing."""

MOST_FOR_INDICES = 1024
"""Indices are read off no more draws than this: their bootstrap would take longer than it tells."""

SENSITIVITY = "outcome outcome_name when quantity name first first_low first_high place supported method draws"


def told(findings: Findings) -> list[tuple[str, Floats]]:
    """The moments from which endings are told, each with its chances [draw, outcome]."""
    found = [("outset", findings.ensemble.outcomes)]
    if findings.prepared.crisis.timeline:
        found.append(("events", findings.ensemble.outcomes_after))
    return found


def sensitivity(findings: Findings) -> pd.DataFrame:
    """First-order Sobol indices of every group of endings and every outcome, with bootstrap intervals.

    They are read off the draws of the run.

    first: share of the variance over draws that the quantity explains by itself. How much it explains together with
    others a sample cannot tell: that takes a design made for it (`detente.analysis.over_draws.indices`). Given the
    events draws count by what they gave to them. place: among the quantities, from 1, shared by those whose shares
    resamples of the draws do not tell apart; 0 where nothing is known.
    """
    crisis, ensemble = findings.prepared.crisis, findings.ensemble

    def rows() -> Iterator[Row]:
        if ensemble.count < FEWEST_FOR_INDICES:
            return
        used = min(ensemble.count, MOST_FOR_INDICES)
        columns = list(uncertain(crisis, ensemble.draws))
        values = {each.id: each.values[:used] for each in columns}
        ends = Ends.of(crisis)
        for when, outcomes in told(findings):
            weights, table = findings.weights[:used] if when == EVENTS else None, ends.chances(outcomes[:used])
            found = given_data_of_all(values, table.T, weights)
            for id, label, indices in zip(ends.ids, ends.labels, found, strict=True):
                for column, index in zip(columns, indices, strict=True):
                    yield {
                        "outcome": id,
                        "outcome_name": label,
                        "when": when,
                        "quantity": column.id,
                        "name": column.name,
                        "first": index.first,
                        "first_low": index.first_low,
                        "first_high": index.first_high,
                        "place": index.place,
                        "supported": column.supported,
                        "method": GIVEN_DATA if weights is None else WEIGHTED_DATA,
                        "draws": used,
                    }

    return pd.DataFrame(list(rows()), columns=SENSITIVITY.split())
