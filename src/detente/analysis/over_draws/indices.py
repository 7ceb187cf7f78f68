"""Variance-based indices: the share of a result's variance that each uncertain input accounts for, from draws at hand
or from a design made for the indices.

Source: Sobol 1993; Saltelli et al. 2010 (the design, and the total index of an input); Tarantola, Gatelli and Mara
2006, Tissot and Prieur 2012 (first-order indices from any sample, by random balance design, with correction of the
bias), with the constants of SALib's `rbd_fast`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import effective_number
from detente.analysis.over_draws.ranking import Estimates, standing

Floats = NDArray[np.float64]

LEVEL = 0.9
"""Probability that the interval of an index is meant to hold."""

RESAMPLES = 60
_HARMONICS = 6
_STILL = 1e-9
GIVEN_DATA = "random balance design on the draws of the run (Tarantola et al. 2006; Tissot and Prieur 2012)"
WEIGHTED_DATA = "regression on the draws of the run, weighed by the events, on the waves of a random balance design"
SALTELLI = "Saltelli's design"


@dataclass(frozen=True, slots=True)
class Index:
    """The share of a result's variance that one input explains.

    first: alone; total: with all its interactions (NaN where the method cannot tell). low, high: bootstrap interval.
    place: among the inputs, from 1, by `total` where the method tells it and else by `first`; inputs that the same
    resamples do not tell apart share one, and 0 stands for none.
    """

    input: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float
    place: int = 0


def given_data(
    columns: Mapping[str, Floats], result: Floats, weights: Floats | None = None, *, seed: int = 0
) -> list[Index]:
    """First-order indices from draws that were made for other purposes; draws where the result is NaN are left out.

    columns: input -> [draw]; result [draw]. weights [draw]: how much each draw counts. With weights, the answer is
    fitted by the cosines whose power the random balance design takes, by weighted least squares, and the share of the
    variance that they explain is corrected for how many effective draws there are (Ezekiel 1930).
    """
    known = ~np.isnan(result) if weights is None else ~np.isnan(result) & (weights > 0.0)
    answer = result[known]
    if not len(answer) or np.ptp(answer) < _STILL:
        return [_unknown(name) for name in columns]
    ranks = {name: np.argsort(np.argsort(values[known], kind="stable")) for name, values in columns.items()}
    rng = np.random.default_rng(seed)
    picks = rng.integers(len(answer), size=(RESAMPLES, len(answer)))
    width = NormalDist().inv_cdf(0.5 + LEVEL / 2)
    share = None if weights is None else weights[known] / weights[known].sum()
    found: list[Index] = []
    resamples: list[Floats] = []
    for name, rank in ranks.items():
        if share is None:
            first = float(_balanced(rank[None], answer[None])[0])
            again = _balanced(rank[picks], answer[picks])
        else:
            first = _fitted(rank, answer, share)
            again = np.array([_fitted(rank[pick], answer[pick], share[pick]) for pick in picks])
        spread = width * float(again.std())
        resamples.append(again)
        found.append(Index(name, first, first - spread, first + spread, np.nan, np.nan, np.nan))
    firsts = np.array([each.first for each in found])
    effective = float(len(answer)) if share is None else effective_number(share)
    return _placed(found, Estimates.resampled(firsts, np.stack(resamples, axis=1), effective))


def _unknown(name: str) -> Index:
    """The index of an input of which nothing is known."""
    return Index(name, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan)


def _placed(found: Sequence[Index], shares: Estimates) -> list[Index]:
    """Indices with their places by these estimates of them, the same for all."""
    return [replace(each, place=place) for each, place in zip(found, standing(shares), strict=True)]


def _balanced(ranks: NDArray[np.integer[Any]], answers: Floats) -> Floats:
    """[sample]: first-order index of one input, from answers sorted up and then down along it.

    Source: Tarantola et al. 2006; the correction of Tissot and Prieur 2012, equation 10.
    """
    number = answers.shape[1]
    order = np.argsort(ranks, axis=1, kind="stable")
    order = np.concatenate([order[:, ::2], order[:, 1::2][:, ::-1]], axis=1)
    power = np.abs(np.fft.rfft(np.take_along_axis(answers, order, axis=1), axis=1)[:, 1:]) ** 2
    whole = 2 * power.sum(axis=1) - (power[:, -1] if number % 2 == 0 else 0)
    raw = 2 * power[:, :_HARMONICS].sum(axis=1) / np.where(whole > 0, whole, 1.0)
    lost = 2 * _HARMONICS / number
    return raw - lost / (1 - lost) * (1 - raw)


def _fitted(ranks: NDArray[np.integer[Any]], answer: Floats, weights: Floats) -> float:
    """First-order index of one input from weighted draws; NaN where they are too few."""
    number = effective_number(weights)
    if number <= _HARMONICS + 1:
        return float("nan")
    order = np.argsort(ranks, kind="stable")
    share = weights[order] / weights.sum()
    place = np.cumsum(share) - 0.5 * share
    waves = np.cos(np.pi * place[:, None] * np.arange(_HARMONICS + 1))
    root, told = np.sqrt(share), answer[order]
    left = told - waves @ np.linalg.lstsq(root[:, None] * waves, root * told, rcond=None)[0]
    whole = float(share @ (told - share @ told) ** 2)
    raw = 1.0 - float(share @ left**2) / whole if whole > 0 else 0.0
    return 1.0 - (1.0 - raw) * (number - 1.0) / (number - 1.0 - _HARMONICS)


def saltelli_points(groups: Sequence[Sequence[int]], axes: int, samples: int, seed: int) -> Floats:
    """[point, axis]: Saltelli's design over groups of the axes of the unit cube, (groups + 2) times `samples` points.

    Axes in no group keep together as one more group. `samples` is a power of two. Each sample is a run of points: one
    at A, one for each group (at A, but for the group's own axes, which are B's), one at B.
    """
    from scipy.stats import qmc

    # `seed`, not `rng`: the designs, and so the numbers, of earlier versions.
    design: Any = qmc.Sobol
    both = design(2 * axes, scramble=True, seed=seed).random(samples)
    at_a, at_b = both[:, :axes], both[:, axes:]
    labels = np.array(_labels(groups, axes))
    crossed = [np.where(labels == label, at_b, at_a) for label in dict.fromkeys(labels)]
    points = np.stack([at_a, *crossed, at_b], axis=1).reshape(-1, axes)
    return np.clip(points, 2.0**-40, 1 - 2.0**-40)


def saltelli_indices(
    groups: Mapping[str, Sequence[int]], axes: int, result: Floats, *, seed: int = 0, resamples: int = 200
) -> list[Index]:
    """First-order and total indices of the groups (and of the rest, as "rest") from results at Saltelli's points.

    result [point]. The intervals are those of a normal distribution with the spread of the resamples.
    Raises ValueError where a result is NaN. Source: Saltelli et al. 2010, table 2, estimators (b) and (f).
    """
    if np.isnan(result).any():
        raise ValueError("an index needs a result at every point of the design")
    labels = list(dict.fromkeys(_labels(list(groups.values()), axes)))
    names = [*groups, *(["rest"] if len(labels) > len(groups) else [])]
    if np.ptp(result) < _STILL:
        return [_unknown(name) for name in names]
    table = ((result - result.mean()) / result.std()).reshape(-1, len(labels) + 2)
    picks = np.random.default_rng(seed).integers(len(table), size=(len(table), resamples))
    width = NormalDist().inv_cdf(0.5 + LEVEL / 2)
    found: list[Index] = []
    totals: list[Floats] = []
    for number, name in enumerate(names):
        columns = table[:, 0], table[:, 1 + labels.index(number)], table[:, -1]
        first, total = (float(each) for each in _saltelli(*columns))
        firsts, again = _saltelli(*(each[picks] for each in columns))
        of_first, of_total = (width * float(each.std(ddof=1)) for each in (firsts, again))
        found.append(Index(name, first, first - of_first, first + of_first, total, total - of_total, total + of_total))
        totals.append(again)
    singles = found[: len(groups)]
    estimates = Estimates.resampled(
        np.array([each.total for each in singles]), np.stack(totals[: len(groups)], axis=1), float(len(table))
    )
    # The rest is everything else together, so it has no place among single inputs.
    return [*_placed(singles, estimates), *found[len(groups) :]]


def _saltelli(at_a: Floats, crossed: Floats, at_b: Floats) -> tuple[Any, Any]:
    """First-order and total index by results [sample, ...] at A, at A with the group's axes from B, and at B."""
    variance = np.var(np.concatenate([at_a, at_b]), axis=0)
    scale = np.where(variance > np.finfo(float).eps, variance, np.inf)
    return np.mean(at_b * (crossed - at_a), axis=0) / scale, 0.5 * np.mean((at_a - crossed) ** 2, axis=0) / scale


def _labels(groups: Sequence[Sequence[int]], axes: int) -> list[int]:
    """[axis]: the number of its group; axes in no group have the number after the last."""
    of = {axis: number for number, members in enumerate(groups) for axis in members}
    return [of.get(axis, len(groups)) for axis in range(axes)]
