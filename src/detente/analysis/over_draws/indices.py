"""Variance-based indices: the share of a result's variance that each uncertain input accounts for, from draws at hand
or from a design made for the indices.

Source: Sobol 1993; Saltelli et al. 2010 (the design, and the total index of an input); Tarantola, Gatelli and Mara
2006, Tissot and Prieur 2012 (first-order indices from any sample, by random balance design, with correction of the
bias), with the constants of SALib's `rbd_fast`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    return given_data_of_all(columns, result[None], weights, seed=seed)[0]


def given_data_of_all(
    columns: Mapping[str, Floats], results: Floats, weights: Floats | None = None, *, seed: int = 0
) -> list[list[Index]]:
    """For each of several results [result, draw] what `given_data` finds: what depends on the inputs is made once."""
    known = ~np.isnan(results) if weights is None else ~np.isnan(results) & (weights > 0.0)
    found = [[_unknown(name) for name in columns] for _ in results]
    alike: dict[bytes, list[int]] = {}
    for number, (values, each) in enumerate(zip(results, known, strict=True)):
        if each.any() and np.ptp(values[each]) >= _STILL:
            alike.setdefault(each.tobytes(), []).append(number)
    for members in alike.values():
        there = known[members[0]]
        inputs = {name: values[there] for name, values in columns.items()}
        share = None if weights is None else weights[there] / weights[there].sum()
        for number, indices in zip(members, _found(inputs, results[members][:, there], share, seed), strict=True):
            found[number] = indices
    return found


def _found(columns: Mapping[str, Floats], answers: Floats, share: Floats | None, seed: int) -> Iterator[list[Index]]:
    """Indices of each result; answers [result, draw], none of them missing or all alike."""
    number = answers.shape[1]
    picks = np.random.default_rng(seed).integers(number, size=(RESAMPLES, number))
    samples = np.concatenate([np.arange(number)[None], picks])
    firsts = np.stack([_firsts(values, answers, share, samples) for values in columns.values()], axis=1)
    width = NormalDist().inv_cdf(0.5 + LEVEL / 2)
    effective = float(number) if share is None else effective_number(share)
    for each in firsts:
        first, spread = each[:, 0], width * each[:, 1:].std(axis=1)
        told = [
            Index(name, float(at), float(at - half), float(at + half), np.nan, np.nan, np.nan)
            for name, at, half in zip(columns, first, spread, strict=True)
        ]
        yield _placed(told, Estimates.resampled(first, each[:, 1:].T, effective))


def _firsts(values: Floats, answers: Floats, share: Floats | None, samples: NDArray[np.integer[Any]]) -> Floats:
    """[result, sample]: first-order index of one input; the draws of each sample, [sample, draw], are its row."""
    ranks = np.argsort(np.argsort(values, kind="stable"))[samples]
    if share is None:
        return np.stack([_balanced(ranks, answer[samples]) for answer in answers])
    fit = _Waves.of(ranks, share[samples])
    return np.stack([fit.explained(answer[samples]) for answer in answers])


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


@dataclass(frozen=True, slots=True)
class _Waves:
    """Cosines along one input in weighted samples of draws: all of a fit that no result changes.

    order [sample, draw]: draws along the input; share: their weights in that order, which sum to one; basis [sample,
    draw, wave]: orthonormal, the cosines times the root of the shares; number [sample]: effective draws.
    """

    order: NDArray[np.integer[Any]]
    share: Floats
    basis: Floats
    number: Floats

    @classmethod
    def of(cls, ranks: NDArray[np.integer[Any]], weights: Floats) -> _Waves:
        """ranks, weights [sample, draw]."""
        order = np.argsort(ranks, axis=1, kind="stable")
        share = np.take_along_axis(weights, order, axis=1)
        share = share / share.sum(axis=1, keepdims=True)
        place = np.cumsum(share, axis=1) - 0.5 * share
        waves = np.cos(np.pi * place[..., None] * np.arange(_HARMONICS + 1)) * np.sqrt(share)[..., None]
        return cls(order, share, np.linalg.qr(waves)[0], 1.0 / (share**2).sum(axis=1))

    def explained(self, answers: Floats) -> Floats:
        """[sample]: first-order index of the input, from answers [sample, draw]; NaN where draws are too few."""
        told = np.take_along_axis(answers, self.order, axis=1)
        rooted = np.sqrt(self.share) * told
        fitted = (self.basis @ (rooted[:, None] @ self.basis).swapaxes(1, 2))[..., 0]
        middle = (self.share * told).sum(axis=1, keepdims=True)
        whole = (self.share * (told - middle) ** 2).sum(axis=1)
        left = ((rooted - fitted) ** 2).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            raw = np.where(whole > 0, 1.0 - left / whole, 0.0)
            found = 1.0 - (1.0 - raw) * (self.number - 1.0) / (self.number - 1.0 - _HARMONICS)
        return np.where(self.number > _HARMONICS + 1, found, np.nan)


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
