"""Scores of several cases pooled: their mean, its interval by a bootstrap over cases, and how many cases would tell.

The dates of one case share its ending and its author, so that a case counts once however many dates it has.
Source: Efron and Tibshirani 1993; Hesterberg 2015 (levels widened for few observations); Davison and Hinkley 1997.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detente.errors import RequestError

Floats = NDArray[np.float64]

CASE_RESAMPLES = 10_000
"""Number of times that the cases are drawn anew, with replacement."""

_LEVEL = 0.9
_OWN, _LEAST = 0.8, 1e-9
"""Weight of the forecaster's own view beside the base rate, and the least chance that an ending has."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """Mean over cases, the ends of its interval (NaN for a single case), and the number of cases."""

    mean: float
    low: float
    high: float
    cases: int


def over_dates(scores: ArrayLike) -> float:
    """Mean over the dates of one case; dates with no score (NaN) are left out, NaN where none has one."""
    known = np.asarray(scores, float)
    known = known[~np.isnan(known)]
    return float(known.mean()) if len(known) else float("nan")


def over_cases(values: ArrayLike, seed: int = 0, level: float = _LEVEL) -> Pooled:
    """Mean of one number per case, with its bootstrap interval over cases; cases without one (NaN) are left out.

    level: the probability that the interval is to hold. Ends are those percentiles of the resampled means that make up
    for the bootstrap's being too narrow by sqrt((n - 1) / n) and normal where a t is due (Hesterberg 2015, 3.3).
    """
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    cases = len(known)
    if cases < 2:
        return Pooled(float(known[0]) if cases else float("nan"), float("nan"), float("nan"), cases)
    from scipy.special import ndtr, stdtrit

    draws = np.random.default_rng(seed).multinomial(cases, np.full(cases, 1.0 / cases), size=CASE_RESAMPLES)
    below = float(ndtr(np.sqrt(cases / (cases - 1)) * stdtrit(cases - 1, (1.0 - level) / 2)))
    low, high = np.quantile(draws @ known / cases, [below, 1.0 - below])
    return Pooled(float(known.mean()), float(low), float(high), cases)


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial of forecasts against a base rate, simulated: the gain per case in nats, its spread, and the power."""

    gain: float
    spread: float
    power: float


def power_of(
    cases: int, shares: ArrayLike, foreseeable: float, error: float, *, trials: int = 4000, seed: int = 0
) -> Trial:
    """Probability that so many cases show, at one-sided 5 %, that a forecaster beats a base rate.

    Each case has chances of its own, drawn around the base rate `shares` [group] by a Dirichlet law of concentration
    `foreseeable` (smaller: more can be known of a single case). The forecaster sees their logarithms with a normal
    error of standard deviation `error`, and shades what it sees, 80 to 20, with the base rate. The test is a t-test of
    the gains in the logarithmic score.
    """
    from scipy.special import softmax, stdtrit

    base = np.asarray(shares, float)
    if cases < 2 or base.ndim != 1 or (base <= 0.0).any() or foreseeable <= 0.0 or error < 0.0:
        raise RequestError("the power of a trial needs two cases or more, and shares and a concentration above 0")
    base = base / base.sum()
    draw = np.random.default_rng(seed)
    chances = np.clip(draw.dirichlet(foreseeable * base, size=(trials, cases)), _LEAST, 1.0)
    ended = (draw.random((trials, cases, 1)) > np.cumsum(chances, axis=-1)[..., :-1]).sum(axis=-1)
    seen = softmax(np.log(chances) + error * draw.normal(size=chances.shape), axis=-1)
    told = _OWN * seen + (1.0 - _OWN) * base
    given = np.take_along_axis(told, ended[..., None], axis=-1)[..., 0]
    gains = np.log(given / base[ended])
    t = gains.mean(axis=1) / (gains.std(axis=1, ddof=1) / np.sqrt(cases))
    found = float((t > stdtrit(cases - 1, 0.95)).mean())
    return Trial(float(gains.mean()), float(gains.std()), found)
