"""Regions in which each plan is best, in two independent standard normal numbers, in closed form.

Seen from the origin, a border at distance h takes from every ray in its sector what lies beyond it: Owen's T function
of h and of the ends of the border. What weighs on a border are moments of a normal number between these ends.
Source: Owen 1956 for polygons; the mean over a region is the divergence theorem, for the density has gradient -z f.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import owens_t

from detente.estimation.cutoffs.laws import BELL, LAW_REACH
from detente.estimation.cutoffs.plane import swept
from detente.estimation.cutoffs.regions import Shares

Floats = NDArray[np.float64]

RARE_CORNER = 1e-8
"""Rows in which a plan that is best somewhere has a smaller chance are summed up another way: here it is a difference
of larger ones, each good to 1e-16."""


def in_a_normal_plane(payoffs: Floats, *, means: bool = True) -> Shares:
    """Shares for payoffs [row, plan, (1, x, y)] affine in two standard normal numbers."""
    rows, plans, _ = payoffs.shape
    borders = np.zeros((rows, plans, plans, 3, 3))
    of = np.zeros((rows, plans, 3))
    best = payoffs[..., 0].argmax(axis=1)
    of[np.arange(rows), best, 0] = 1.0
    some = np.zeros((rows, plans), bool)
    some[np.arange(rows), best] = True
    pairs = [(p, q) for p in range(plans) for q in range(p)]
    beyond, normal, weights = _borders(payoffs, pairs, best)
    for number, (p, q) in enumerate(pairs):
        borders[:, p, q] = borders[:, q, p] = weights[:, number]
        of[:, p, 0] += beyond[:, number]
        of[:, q, 0] -= beyond[:, number]
        meets = weights[:, number, 0, 0] > 0
        some[:, p] |= meets
        some[:, q] |= meets
        if means:
            # weights are per unit of payoff, the divergence theorem is per unit of length.
            across = normal[:, number] * weights[:, number, :1, 0]
            of[:, p, 1:] += across
            of[:, q, 1:] -= across
    rare = np.flatnonzero((some & (of[..., 0] < RARE_CORNER)).any(axis=1))
    if len(rare):
        of[rare] = swept(payoffs[rare], (BELL, BELL), means=means)
    return Shares(of, borders)


def _borders(
    payoffs: Floats, pairs: Sequence[tuple[int, int]], best: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats]:
    """The chance that p gains beyond its border with q, seen from the origin [row, pair]; the gradient of p over q.

    That is [row, pair, 2]. Then the integrals over the border [row, pair, 3, 3]. best [row]: the plan that is best at
    the origin.
    """
    rows, count = len(payoffs), len(pairs)
    first = np.array([p for p, _ in pairs])
    second = np.array([q for _, q in pairs])
    apart = (payoffs[:, first] - payoffs[:, second]).reshape(-1, 3)
    others = [[r for r in range(payoffs.shape[1]) if r not in pair] for pair in pairs]
    over = [
        (payoffs[:, first] - payoffs[:, [each[k] for each in others]]).reshape(-1, 3)
        for k in range(payoffs.shape[1] - 2)
    ]
    is_best = (first[None, :] == best[:, None]).reshape(-1)
    beyond, normal, weights = _border(apart, over, is_best)
    return beyond.reshape(rows, count), normal.reshape(rows, count, 2), weights.reshape(rows, count, 3, 3)


def _border(apart: Floats, over: Sequence[Floats], is_best: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Chance beyond, gradient and integrals of one border a row.

    apart [row, (1, x, y)]: p less q. over: p less every other plan, likewise.
    """
    length = np.hypot(apart[:, 1], apart[:, 2])
    exists = length > 0
    size = np.where(exists, length, 1.0)
    across = apart[:, 1:] / size[:, None]
    along = np.stack([-across[:, 1], across[:, 0]], axis=1)
    # On the border z = far * across + s * along; p is better on the side to which `across` points.
    far = -apart[:, 0] / size
    low, high = _ends(over, far, across, along)
    # Further out there is nothing, and squares of the distance might overflow.
    exists &= (high > low) & (np.abs(far) < LAW_REACH)
    far = np.where(exists, far, 0.0)
    low, high = np.where(exists, low, 0.0), np.where(exists, high, 0.0)
    distance = np.abs(far)
    with np.errstate(all="ignore"):
        sector = _toward(distance, high) - _toward(distance, low)
    # At distance 0 the side on which the origin lies is that of the plan that is best there.
    away = np.where(far == 0, np.where(is_best, -1.0, 1.0), np.sign(far))
    beyond = np.where(exists, away * sector, 0.0)
    bell_low, bell_high = BELL.density(low), BELL.density(high)
    mass = BELL.between(low, high)
    first = bell_low - bell_high
    second = mass + _times(low, bell_low) - _times(high, bell_high)
    scale = np.where(exists, BELL.density(far) / size, 0.0)
    weights = np.empty((len(apart), 3, 3))
    weights[:, 0, 0] = mass * scale
    mean = far[:, None] * across * mass[:, None] + along * first[:, None]
    weights[:, 0, 1:] = weights[:, 1:, 0] = mean * scale[:, None]
    square = (
        _outer(across, across) * (far * far * mass)[:, None, None]
        + (_outer(across, along) + _outer(along, across)) * (far * first)[:, None, None]
        + _outer(along, along) * second[:, None, None]
    )
    weights[:, 1:, 1:] = square * scale[:, None, None]
    return beyond, apart[:, 1:], weights


def _toward(distance: Floats, end: Floats) -> Floats:
    """Owen's T: what lies beyond a border between its foot and an end."""
    return owens_t(distance, np.where(end == 0, 0.0, end / distance))


def _ends(over: Sequence[Floats], far: Floats, across: Floats, along: Floats) -> tuple[Floats, Floats]:
    """[row]: between which values of s no other plan is better than the two of a border."""
    low, high = np.full(len(far), -np.inf), np.full(len(far), np.inf)
    for each in over:
        level = each[:, 0] + far * (each[:, 1] * across[:, 0] + each[:, 2] * across[:, 1])
        slope = each[:, 1] * along[:, 0] + each[:, 2] * along[:, 1]
        with np.errstate(all="ignore"):
            cut = -level / slope
        low = np.where(slope > 0, np.maximum(low, cut), low)
        high = np.where(slope < 0, np.minimum(high, cut), high)
        high = np.where((slope == 0) & (level < 0), -np.inf, high)
    return low, high


def _times(end: Floats, density: Floats) -> Floats:
    return np.where(density > 0, np.where(np.isfinite(end), end, 0.0) * density, 0.0)


def _outer(one: Floats, other: Floats) -> Floats:
    return one[:, :, None] * other[:, None, :]
