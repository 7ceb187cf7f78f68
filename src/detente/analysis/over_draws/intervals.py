"""Numbers told over draws: the mean with its standard error, and the range of nine tenths of what the draws stand for.

Weights say for how much of what is believed a draw stands (`detente.study.running.weights`); without them all draws
count alike. The mean of weighted draws is the ratio of two sums over draws, and its standard error is that of a ratio.
Source: Cochran 1977, chapter 6 (ratio estimator, its error by the delta method); Hyndman and Fan 1996, definition 6
(Weibull): the k-th smallest of n independent draws has, on average, k / (n + 1) of the distribution below it. The more
usual definition 7 leaves out 1.8 / n of it. Weighted draws count as the effective number of equally weighted ones
(Kish 1965), each at the middle of its weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LOW, HIGH = 0.05, 0.95

FEW_DRAWS = 40
"""With fewer effective draws than this the ends of a range rest on less than two draws beyond either of them."""

NO_CHANGE = 1e-9
"""A difference smaller than this is rounding, and counts as none."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Mean over draws, its standard error, 5th and 95th percentile, and the median.

    The error and the ends are NaN where there is only one draw.
    """

    mean: float
    error: float
    low: float
    high: float
    median: float


UNKNOWN = Interval(np.nan, np.nan, np.nan, np.nan, np.nan)


def interval(values: ArrayLike, weights: ArrayLike | None = None) -> Interval:
    """The interval of one number over draws; draws in which it is undefined (NaN) or that have no weight are left out.

    weights [draw]: >= 0.
    """
    given = np.asarray(values, float)
    known, weight = _counted(given, weights)
    if not len(known):
        return UNKNOWN
    mean = float((weight * known).sum() / weight.sum())
    if given.size == 1:
        return Interval(mean, np.nan, np.nan, np.nan, mean)
    error = np.nan
    if len(known) > 1:
        apart = weight * (known - mean) / weight.sum()
        error = float(np.sqrt((apart**2).sum() * len(known) / (len(known) - 1)))
    found = quantiles(known, [LOW, 0.5, HIGH], None if weights is None else weight)
    low, median, high = (float(each) for each in found)
    return Interval(mean, error, low, high, median)


def apart(before: ArrayLike, after: ArrayLike, weights: tuple[ArrayLike, ArrayLike] | None = None) -> Interval:
    """The change from one number to another on common draws, which each side weighs in its own way.

    The mean is the difference of the two means, its error that of two ratios on the same draws; the range and the
    median are those of the differences draw by draw, weighed by the mean of both weights.
    """
    first, second = np.asarray(before, float), np.asarray(after, float)
    change = second - first
    change = np.where(np.abs(change) < NO_CHANGE, 0.0, change)
    if weights is None:
        return interval(change)
    shares = [np.asarray(each, float) / max(float(np.sum(each)), np.finfo(float).tiny) for each in weights]
    paired = interval(change, shares[0] + shares[1])
    means = [mean(values, share) for values, share in zip((first, second), shares, strict=True)]
    pull = [share * (values - middle) for share, values, middle in zip(shares, (first, second), means, strict=True)]
    drawn = np.nan_to_num(pull[1]) - np.nan_to_num(pull[0])
    number = len(drawn)
    error = float(np.sqrt((drawn**2).sum() * number / (number - 1))) if number > 1 else float("nan")
    return Interval(means[1] - means[0], error, paired.low, paired.high, paired.median)


def _counted(values: Floats, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    """The known values that count, and their weights: divided by their sum, a certain event comes to exactly one."""
    known = ~np.isnan(values)
    if weights is None:
        return values[known], np.ones(int(known.sum()))
    weight = np.asarray(weights, float)
    known &= weight > 0.0
    return values[known], weight[known]


def mean(values: ArrayLike, weights: ArrayLike | None = None) -> float:
    """The mean over the draws in which a number is known; NaN where it is known in none."""
    known, weight = _counted(np.asarray(values, float), weights)
    return float((weight * known).sum() / weight.sum()) if len(known) else float("nan")


def sign_share(differences: ArrayLike, weights: ArrayLike | None = None) -> float:
    """The share of the draws in which a difference has the sign of its mean; NaN where it is known in none."""
    known, weight = _counted(np.asarray(differences, float), weights)
    if not len(known):
        return float("nan")
    known = np.where(np.abs(known) < NO_CHANGE, 0.0, known)
    middle = float((weight * known).sum())
    agree = np.sign(known) == np.sign(0.0 if abs(middle) < NO_CHANGE else middle)
    return float(weight[agree].sum() / weight.sum())


def quantiles(values: ArrayLike, levels: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Quantiles of weighted draws: the values below which shares `levels` of the weight lie.

    weights [draw]: >= 0, some of them positive; None counts all draws alike.
    """
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
    """Number of equally weighted draws that say as much as these; 0 where none has any weight. Source: Kish 1965."""
    weight = np.asarray(weights, float)
    squares = float((weight**2).sum())
    return float(weight.sum() ** 2 / squares) if squares > 0.0 else 0.0
