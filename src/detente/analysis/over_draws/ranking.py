"""Orders of estimates, told only as far as the draws allow.

Estimates from the same draws err together, so each comparison has an error of its own, that of the paired difference.
Orders are told so that chance would bring a wrong one into one list of twenty at the most: half of that is for naming
the largest, half for the order of the others. Where draws are added until an order is told, each look has its part of
it. What is not told apart shares a place, and is listed in the order in which the case writes it.
Source: the delta method for means and ratios over draws (Cochran 1977, chapter 6); Bonferroni's bound on naming a wrong
one (Gupta 1965: selection of the best); Student's t with the degrees of freedom that the fourth moment of the
contributions leaves (Satterthwaite 1946).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import effective_number

Floats = NDArray[np.float64]

WRONG_ORDER = 0.05
"""Largest share of lists that tell a wrong order, or an effect that does not exist."""

NO_DIFFERENCE = 1e-9
"""A difference smaller than this is rounding."""


@dataclass(frozen=True, eq=False)
class Estimates:
    """Numbers estimated from the same draws.

    values [item]. apart [draw, item]: what each draw adds to the error of an estimate, whose square is the sum of
    squares. effective [item]: how many equally weighted draws stand behind it.
    """

    values: Floats
    apart: Floats
    effective: Floats

    @staticmethod
    def means(table: Floats, weights: Floats | None = None) -> Estimates:
        """Means over draws of a table [draw, item] without NaN; weights [draw]: >= 0, some of them positive."""
        count, items = table.shape
        share = np.full(count, 1.0 / count) if weights is None else weights / weights.sum()
        middle = share @ table
        effective = effective_number(share)
        with np.errstate(divide="ignore", invalid="ignore"):
            # A mean fits its own draws too well: by one of as many as they are worth.
            scale = np.sqrt(effective / (effective - 1.0)) if effective > 1.0 + NO_DIFFERENCE else np.inf
            apart = scale * share[:, None] * (table - middle)
        return Estimates(middle, apart, np.full(items, effective))

    @staticmethod
    def known_means(table: Floats, weights: Floats | None = None) -> Estimates:
        """Means over the draws in which each number is known, of a table [draw, item] with NaN; NaN where none is.

        weights [draw]: >= 0.
        """
        weight = np.ones(len(table)) if weights is None else weights
        share = np.where(np.isfinite(table), weight[:, None], 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            share /= share.sum(axis=0)
            middle = np.where(share > 0.0, share * table, 0.0).sum(axis=0) + 0.0 * share.sum(axis=0)
            effective = np.nan_to_num(1.0 / (share**2).sum(axis=0))
            scale = np.where(effective > 1.0 + NO_DIFFERENCE, np.sqrt(effective / (effective - 1.0)), np.inf)
            apart = np.where(share > 0.0, scale * share * (table - middle), 0.0)
        return Estimates(middle, apart, effective)

    @staticmethod
    def resampled(values: Floats, again: Floats, effective: float) -> Estimates:
        """Numbers found again in resamples [resample, item], the same for all of them, of so many effective draws."""
        spread = (again - again.mean(axis=0)) / np.sqrt(max(len(again) - 1, 1))
        return Estimates(values, spread, np.full(len(values), effective))

    @property
    def count(self) -> int:
        """Number of the estimates."""
        return len(self.values)

    @property
    def errors(self) -> Floats:
        """[item]: standard errors; NaN or infinite where one draw has all the weight."""
        return np.sqrt((self.apart**2).sum(axis=0))

    def minus(self, other: Estimates) -> Estimates:
        """Differences item by item, from the same draws."""
        effective = np.minimum(self.effective, other.effective)
        return Estimates(self.values - other.values, self.apart - other.apart, effective)

    def of(self, items: Sequence[int] | NDArray[np.intp]) -> Estimates:
        """Some of the numbers, in this order."""
        chosen = np.asarray(items, np.intp)
        return Estimates(self.values[chosen], self.apart[:, chosen], self.effective[chosen])

    def sizes(self) -> Estimates:
        """Absolute values."""
        sign = np.where(self.values < 0, -1.0, 1.0)
        return Estimates(self.values * sign, self.apart * sign, self.effective)

    @staticmethod
    def beside(parts: Sequence[Estimates]) -> Estimates:
        """Estimates from the same draws put side by side."""
        return Estimates(
            np.concatenate([each.values for each in parts]),
            np.concatenate([each.apart for each in parts], axis=1),
            np.concatenate([each.effective for each in parts]),
        )


def beyond(found: Estimates, tests: int) -> NDArray[np.bool_]:
    """[item]: where a number is farther from zero, on either side, than chance would bring any of so many tests."""
    return _beyond(found, np.full(found.count, WRONG_ORDER / (2.0 * max(tests, 1))))


def _beyond(found: Estimates, level: Floats) -> NDArray[np.bool_]:
    """[item]: the same at a level [item] for each side. Where one draw has all the weight nothing is beyond chance."""
    from scipy.special import stdtrit

    draws, squares = len(found.apart), (found.apart**2).sum(axis=0)
    with np.errstate(all="ignore"):
        kurtosis = draws * (found.apart**4).sum(axis=0) / squares**2
        freedom = np.fmin(2.0 * draws / (kurtosis - 1.0), found.effective - 1.0)
        least = stdtrit(np.maximum(freedom, 1.0), 1.0 - level) * np.sqrt(squares)
    return (np.abs(found.values) > np.maximum(least, NO_DIFFERENCE)) & (found.effective > 1.0 + NO_DIFFERENCE)


def larger(found: Estimates, looks: int = 1) -> NDArray[np.bool_]:
    """[item, item]: where the first is told to be larger than the second.

    looks: how often a pair is compared at the most while draws are added.
    """
    count = found.count
    table = np.zeros((count, count), bool)
    one, other = np.triu_indices(count, 1)
    gap = found.of(one).minus(found.of(other))
    # A difference can be told in one wrong direction alone, so each comparison has one side.
    told = _beyond(gap, np.full(gap.count, WRONG_ORDER / (2.0 * looks * max(gap.count, 1))))
    up = gap.values > 0
    table[one[told & up], other[told & up]] = True
    table[other[told & ~up], one[told & ~up]] = True
    return table


def leads(found: Estimates, looks: int = 1) -> NDArray[np.bool_]:
    """[item]: where the largest estimate is told to be larger than another, if only naming the largest is asked.

    Naming a wrong one takes one that is told to be larger than the true largest: as many comparisons may err as there
    are others, fewer than the pairs of a whole list. looks: as in `larger`.
    """
    top = int(np.argmax(found.values))
    gap = found.of([top] * found.count).minus(found)
    return _beyond(gap, np.full(gap.count, WRONG_ORDER / (2.0 * looks * max(found.count - 1, 1))))


def ordered(found: Estimates, looks: int = 1) -> list[list[int]]:
    """The numbers from the largest to the smallest, those that are not told apart in one group, in their own order.

    Every member of a group is larger than every member of the next. looks: as in `larger`.
    """
    if not found.count:
        return []
    order = np.argsort(-found.values, kind="stable")
    apart = larger(found, looks)[np.ix_(order, order)]
    alone = leads(found, looks)[order[1:]].all()
    cuts = [k for k in range(1, len(order)) if apart[:k, k:].all() or (k == 1 and alone)]
    return [sorted(int(each) for each in part) for part in np.split(order, cuts)]


def standing(found: Estimates) -> list[int]:
    """[item]: the place of each number, from 1, shared by those that are not told apart; 0 for one that is unknown.

    One draw has no error: its numbers stand in the order of their values, equal ones together.
    """
    known = np.flatnonzero(np.isfinite(found.values))
    own = found.of(known)
    parts = _by_value(own.values) if len(found.apart) == 1 else ordered(own)
    place = [0] * found.count
    for item, each in zip(known.tolist(), places(parts, own.count), strict=True):
        place[item] = each
    return place


def in_places(found: Estimates) -> list[int]:
    """The items by their places, in their own order where they share one; those that are unknown come last."""
    place = standing(found)
    return sorted(range(found.count), key=lambda item: (not place[item], place[item]))


def leaders(found: Estimates) -> list[int]:
    """The items with the first place, in their own order; none where nothing is known."""
    return [item for item, place in enumerate(standing(found)) if place == 1]


def unmirrored(found: Estimates, items: Sequence[int]) -> list[int]:
    """Some of the items without those that are the negative of an earlier one in every draw: one of the two tells both.

    The chances of two endings that move against each other are an example.
    """
    told: list[int] = []
    for item in items:
        opposite = found.values[told] + found.values[item], found.apart[:, told] + found.apart[:, [item]]
        mirrors = (np.abs(opposite[0]) < NO_DIFFERENCE) & (np.abs(opposite[1]).max(axis=0, initial=0.0) < NO_DIFFERENCE)
        if not mirrors.any():
            told.append(item)
    return told


def by_value(values: Iterable[float]) -> list[int]:
    """Positions of exact numbers, the largest first; those that differ by rounding alone stand in their own order."""
    rounded = np.round(np.fromiter(values, float), 9)
    return [int(each) for each in np.argsort(-rounded, kind="stable")]


def _by_value(values: Floats) -> list[list[int]]:
    """Numbers from the largest down, equal ones together."""
    rounded = np.round(values, 9)
    return [np.flatnonzero(rounded == each).tolist() for each in np.unique(rounded)[::-1]]


def places(parts: Sequence[Sequence[int]], count: int) -> list[int]:
    """[item]: the place of each number, from 1; what is not told apart shares the first place of its group."""
    place = [0] * count
    before = 0
    for group in parts:
        for item in group:
            place[item] = before + 1
        before += len(group)
    return place
