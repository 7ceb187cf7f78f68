"""A run's own change: the case as it stands, then the case so changed, and the difference, on the same draws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.ends import Ends
from detente.analysis.over_draws.intervals import NO_CHANGE, apart, interval
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.study.running.run import Findings
from detente.study.running.weights import draw_weights

Floats = NDArray[np.float64]
Row = dict[str, Any]

CHANGED = (
    "outcome name when before before_error then then_error difference difference_error difference_low difference_high "
    "draws"
)


def changed(findings: Findings) -> pd.DataFrame:
    """Every group and outcome before a run's change and then; empty for a run of the case as it stands.

    when: at the outset, and given the events seen, which are those that the change leaves. Given events each side
    counts its draws by the chance that it gave to them itself, as the rest of the run does. difference: of the means,
    with its standard error, and the range of the differences draw by draw.
    """
    stands = findings.stands

    def rows() -> Iterator[Row]:
        if stands is None:
            return
        count = stands.count
        ends = Ends.of(findings.prepared.crisis)
        even = np.full(count, 1.0 / count)
        yield from _rows(ends, OUTSET, (stands.outcomes, findings.ensemble.outcomes[:count]), (even, even))
        if findings.prepared.crisis.timeline:
            weights = draw_weights(stands), draw_weights(findings.first(count).ensemble)
            both = stands.outcomes_after, findings.ensemble.outcomes_after[:count]
            yield from _rows(ends, EVENTS, both, weights)

    return pd.DataFrame(list(rows()), columns=CHANGED.split())


def _rows(ends: Ends, when: str, sides: tuple[Floats, Floats], weights: tuple[Floats, Floats]) -> Iterator[Row]:
    before, then = (ends.chances(each) for each in sides)
    for number, (id, name) in enumerate(zip(ends.ids, ends.labels, strict=True)):
        was, now = before[:, number], then[:, number]
        first, second = interval(was, weights[0]), interval(now, weights[1])
        difference = apart(was, np.where(np.abs(now - was) < NO_CHANGE, was, now), weights)
        yield {
            "outcome": id,
            "name": name,
            "when": when,
            "before": first.mean,
            "before_error": first.error,
            "then": second.mean,
            "then_error": second.error,
            "difference": difference.mean,
            "difference_error": difference.error,
            "difference_low": difference.low,
            "difference_high": difference.high,
            "draws": len(was),
        }
