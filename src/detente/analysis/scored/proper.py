"""Scores of a forecast once it is known how something ended: logarithmic, Brier, ranked probability.

A forecast is a probability for each of some categories, which add up to one; a resolution says which of them happened.
Where only several are known, one of which happened, the resolution is partial: the categories that it leaves open are
scored as the one category that they are together, which keeps every score proper. All scores are losses: 0 is best.
Source: Good 1952 (logarithmic); Brier 1950; Epstein 1969 and Murphy 1971 (ranked); Gneiting and Raftery 2007 (proper).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detente.errors import RequestError

Floats = NDArray[np.float64]

LEAST_SCORED = 0.005
"""A probability below this counts as this in the logarithmic score: no single forecast costs more than 5.3 nats."""

_ADDS_UP = 1e-6
"""Largest distance of a sum of probabilities from one before the forecast is refused."""


def log_score(forecast: ArrayLike, happened: ArrayLike, floor: float = LEAST_SCORED) -> Floats:
    """Logarithmic score in nats: minus the logarithm of the probability given to what happened.

    forecast [..., category]: probabilities; happened [category]: True for what happened, or may have. floor: a smaller
    probability counts as this; with 0 it may cost infinitely much. NaN where the forecast is.
    """
    told, mask = _checked(forecast, happened)
    with np.errstate(divide="ignore"):
        return -np.log(np.clip(told[..., mask].sum(axis=-1), floor, 1.0))


def brier_score(forecast: ArrayLike, happened: ArrayLike) -> Floats:
    """Brier score of all categories: the sum of squared distances from 1 for what happened and 0 for the rest.

    From 0 to 2. Arguments as for `log_score`.
    """
    told, mask = _checked(forecast, happened)
    return (1.0 - told[..., mask].sum(axis=-1)) ** 2 + (told[..., ~mask] ** 2).sum(axis=-1)


def ranked_probability_score(forecast: ArrayLike, happened: ArrayLike) -> Floats:
    """Ranked probability score of ordered categories: the mean squared distance between cumulative probabilities.

    From 0 to 1: a forecast is the worse the further its categories are from the one that happened. A partial resolution
    says nothing about the steps between the first and the last category that it leaves open: these are left out.
    NaN where no step is left. Arguments as for `log_score`, the categories in their order.
    """
    told, mask = _checked(forecast, happened)
    open_ = np.flatnonzero(mask)
    steps = np.arange(len(mask) - 1)
    known = (steps < open_[0]) | (steps >= open_[-1])
    if not known.any():
        return np.full(told.shape[:-1], np.nan)
    below = np.cumsum(told, axis=-1)[..., :-1][..., known]
    return ((below - (steps >= open_[-1])[known]) ** 2).mean(axis=-1)


def uniform(categories: int) -> Floats:
    """[category]: the forecast that gives every category the same probability."""
    return np.full(categories, 1.0 / categories)


def pooled(forecast: ArrayLike, other: ArrayLike, share: float = 0.5) -> Floats:
    """Linear pool of two forecasts; share: the weight of the first. Source: Stone 1961."""
    return share * np.asarray(forecast, float) + (1.0 - share) * np.asarray(other, float)


def _checked(forecast: ArrayLike, happened: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    """Forecast and resolution as arrays. Raises RequestError for what is no forecast, or no resolution of it."""
    told, mask = np.asarray(forecast, float), np.asarray(happened, bool)
    if mask.ndim != 1 or told.shape[-1:] != mask.shape:
        raise RequestError(f"a resolution speaks of {mask.size} categories and the forecast of {told.shape[-1]}")
    if not mask.any():
        raise RequestError("a resolution names no category that happened; without one nothing can be scored")
    known = told[~np.isnan(told).any(axis=-1)]
    if (known < 0.0).any():
        raise RequestError(f"a probability is at least 0; got {float(known.min()):g}")
    total = known.sum(axis=-1)
    if (np.abs(total - 1.0) > _ADDS_UP).any():
        raise RequestError(f"the probabilities of a forecast add up to one; got {float(total.flat[0]):g}")
    return told, mask
