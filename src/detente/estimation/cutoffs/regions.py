"""Regions of private numbers in which each plan is best: their chances, and how these move with payoffs.

A plan pays g_0 + g_1 z_1 + … in the actor's private numbers z. Where it pays most is cut out by straight borders, at
which it pays as much as a neighbour. When payoffs move by d g, the border between p and q moves so that the chance of p
changes by the integral over the border of density * (d g_p - d g_q) / |gradient of g_p - g_q|: payoffs (1, z) times
what is counted (1, z). So integrals of density * (1, z)(1, z)' / |gradient| over borders hold all derivatives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.estimation.cutoffs.laws import Law

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Shares:
    """The counts of plans: how often, and with which private numbers, each of them is best.

    of [row, plan, count]: the chance of the private numbers at which a plan is best, then the mean of each number there
    times that chance. borders [row, plan, plan, count, payoff]: the integrals over the border between two plans.
    """

    of: Floats
    borders: Floats

    def slopes(self) -> Floats:
        """[row, plan, count, plan, payoff]: derivatives of `of` by the payoffs of plans."""
        turned = -np.moveaxis(self.borders, 2, 3)
        plans = np.arange(self.of.shape[1])
        turned[:, plans, :, plans, :] += np.moveaxis(self.borders.sum(axis=2), 1, 0)
        return turned


ALIKE_REGIONS = 1e290
"""One over the difference of slopes that are the same: the higher line stays so everywhere; equal ones part at 0."""


def steeper(slope: Floats) -> tuple[Ints, Floats]:
    """[row, plan]: plans from flattest to steepest; [row, plan, plan]: one over how much steeper p is than q."""
    order = np.argsort(slope, axis=1, kind="stable")
    ordered = np.take_along_axis(slope, order, axis=1)
    apart = ordered[:, :, None] - ordered[:, None, :]
    return order, 1.0 / np.where(np.abs(apart) <= 1.0 / ALIKE_REGIONS, 1.0 / ALIKE_REGIONS, apart)


def spans(level: Sequence[Floats], over: Sequence[Sequence[Floats]], law: Law) -> tuple[list[Floats], list[Floats]]:
    """[plan][row]: between which values of one number each of several lines is the highest, flattest first.

    over [plan][plan][row]: one over the difference of their slopes. Where the upper value is not above the lower one, a
    line is nowhere the highest.
    """
    low = [np.full(level[0].shape, float(law.low)) for _ in level]
    high = [np.full(level[0].shape, float(law.high)) for _ in level]
    for p in range(len(level)):
        for q in range(p):
            with np.errstate(over="ignore"):
                cut = (level[q] - level[p]) * over[p][q]
            np.maximum(low[p], cut, out=low[p])
            np.minimum(high[q], cut, out=high[q])
    return low, high


def on_a_line(payoffs: Floats, law: Law) -> Shares:
    """Shares for payoffs [row, plan, (1, z)] affine in one private number."""
    rows, plans, _ = payoffs.shape
    order, over = steeper(payoffs[..., 1])
    level = np.take_along_axis(payoffs[..., 0], order, axis=1).T
    low, high = spans(list(level), [list(each) for each in over.transpose(1, 2, 0)], law)
    of = np.zeros((rows, plans, 2))
    borders = np.zeros((rows, plans, plans, 2, 2))
    every = np.arange(rows)
    for p in range(plans):
        of[every, order[:, p], 0] = law.between(low[p], high[p])
        of[every, order[:, p], 1] = law.mean_between(low[p], high[p])
        for q in range(p):
            # Neighbours are bounded by one and the same crossing, to the last digit.
            meet = (high[p] > low[p]) & (high[q] > low[q]) & (low[p] == high[q]) & (over[:, p, q] < ALIKE_REGIONS)
            row = np.flatnonzero(meet)
            cut = low[p][row]
            weight = law.density(cut) * over[row, p, q]
            point = np.stack([np.ones_like(cut), cut], axis=1)
            each = weight[:, None, None] * point[:, :, None] * point[:, None, :]
            borders[row, order[row, p], order[row, q]] = each
            borders[row, order[row, q], order[row, p]] = each
    return Shares(of, borders)
