"""How a number is told over draws: median and the interval that holds nine tenths of what the draws stand for.

Source: Hyndman and Fan 1996, definition 6 (Weibull): the k-th smallest of n independent draws has, on average,
k / (n + 1) of the distribution below it. The more usual definition 7 leaves out 1.8 / n of it. Weighted draws count as
the effective number of equally weighted ones (Kish 1965), each at the middle of its weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
    low, high = quantiles(known, [LOW, HIGH])
    return Interval(median, float(low), float(high))


def quantiles(values: ArrayLike, levels: ArrayLike, weights: ArrayLike | None = None) -> NDArray[np.float64]:
    """Where shares `levels` of what the draws stand for lie below; weights [draw]: >= 0, some of them positive."""
    if weights is None:
        return np.asarray(np.quantile(np.asarray(values, float), np.asarray(levels, float), method="weibull"))
    known, weight = np.asarray(values, float), np.asarray(weights, float)
    order = np.argsort(known, kind="stable")
    order = order[weight[order] > 0.0]
    known, share = known[order], weight[order] / weight.sum()
    number = effective_number(share)
    below = ((np.cumsum(share) - 0.5 * share) * number + 0.5) / (number + 1.0)
    return np.interp(np.asarray(levels, float), below, known)


def effective_number(weights: ArrayLike) -> float:
    """How many equally weighted draws say as much as these. Source: Kish 1965."""
    weight = np.asarray(weights, float)
    return float(weight.sum() ** 2 / (weight**2).sum())
