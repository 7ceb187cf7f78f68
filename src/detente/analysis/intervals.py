"""How a number is told over draws: median and the interval that holds nine tenths of what the draws stand for.

Source: Hyndman and Fan 1996, definition 6 (Weibull): the k-th smallest of n independent draws has, on average,
k / (n + 1) of the distribution below it. The more usual definition 7 leaves out 1.8 / n of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """Median with the 5th and 95th percentile over draws; the ends are NaN where there is only one draw."""

    median: float
    low: float
    high: float


def interval(values: ArrayLike) -> Interval:
    """The interval of one number over draws; draws in which it is undefined (NaN) are left out."""
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    if not len(known):
        return Interval(np.nan, np.nan, np.nan)
    median = float(np.median(known))
    if np.size(values) == 1:
        return Interval(median, np.nan, np.nan)
    low, high = np.quantile(known, [LOW, HIGH], method="weibull")
    return Interval(median, float(low), float(high))
