"""Regions in which each plan is best, in two independent standard normal numbers, in closed form.

Seen from the origin, a border at distance h takes from every ray in its sector what lies beyond it: Owen's T function
of h and of the ends of the border. What weighs on a border are moments of a normal number between these ends.
Source: Owen 1956 for polygons; the mean over a region is the divergence theorem, for the density has gradient -z f.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import owens_t

from detente.estimation.cutoffs.laws import BELL, REACH
from detente.estimation.cutoffs.plane import swept
from detente.estimation.cutoffs.regions import Shares

Floats = NDArray[np.float64]

RARE = 1e-6
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
    for p in range(plans):
        for q in range(p):
            beyond, normal, weights = _border(payoffs, p, q, best)
            borders[:, p, q] = borders[:, q, p] = weights
            of[:, p, 0] += beyond
            of[:, q, 0] -= beyond
            meets = weights[:, 0, 0] > 0
            some[:, p] |= meets
            some[:, q] |= meets
            if means:
                # weights are per unit of payoff, the divergence theorem is per unit of length.
                across = normal * weights[:, :1, 0]
                of[:, p, 1:] += across
                of[:, q, 1:] -= across
    rare = np.flatnonzero((some & (of[..., 0] < RARE)).any(axis=1))
    if len(rare):
        of[rare] = swept(payoffs[rare], (BELL, BELL), means=means)
    return Shares(of, borders)


def _border(payoffs: Floats, p: int, q: int, best: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
    """The chance that p gains beyond its border with q, seen from the origin [row]; the gradient of p over q [row, 2];
    the integrals over the border [row, 3, 3].

    best [row]: the plan that is best at the origin.
    """
    apart = payoffs[:, p] - payoffs[:, q]
    length = np.hypot(apart[:, 1], apart[:, 2])
    exists = length > 0
    size = np.where(exists, length, 1.0)
    across = apart[:, 1:] / size[:, None]
    along = np.stack([-across[:, 1], across[:, 0]], axis=1)
    # On the border z = far * across + s * along; p is better on the side to which `across` points.
    far = -apart[:, 0] / size
    low, high = _ends(payoffs, p, q, far, across, along)
    # Further out there is nothing, and squares of the distance might overflow.
    exists &= (high > low) & (np.abs(far) < REACH)
    far = np.where(exists, far, 0.0)
    low, high = np.where(exists, low, 0.0), np.where(exists, high, 0.0)
    distance = np.abs(far)
    with np.errstate(all="ignore"):
        sector = _toward(distance, high) - _toward(distance, low)
    # At distance 0 the side on which the origin lies is that of the plan that is best there.
    away = np.where(far == 0, np.where(best == p, -1.0, 1.0), np.sign(far))
    beyond = np.where(exists, away * sector, 0.0)
    bell_low, bell_high = BELL.density(low), BELL.density(high)
    mass = BELL.between(low, high)
    first = bell_low - bell_high
    second = mass + _times(low, bell_low) - _times(high, bell_high)
    scale = np.where(exists, BELL.density(far) / size, 0.0)
    weights = np.empty((len(payoffs), 3, 3))
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


def _ends(payoffs: Floats, p: int, q: int, far: Floats, across: Floats, along: Floats) -> tuple[Floats, Floats]:
    """[row]: between which values of s no other plan is better than the two of a border."""
    rows, plans, _ = payoffs.shape
    low, high = np.full(rows, -np.inf), np.full(rows, np.inf)
    for r in range(plans):
        if r in (p, q):
            continue
        over = payoffs[:, p] - payoffs[:, r]
        level = over[:, 0] + far * (over[:, 1:] * across).sum(axis=1)
        slope = (over[:, 1:] * along).sum(axis=1)
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
