"""Follows the branch by its length, round turning points, where steps of the weight t alone do not get on.

Source: pseudo-arclength continuation, Allgower and Georg 1990.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.estimation.cutoffs.system import System, solved

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

LONGEST, FOLD_FIRST, FOLD_SHORTEST, MOST_STEPS = 0.3, 0.05, 1e-4, 150
"""Steps, in chances of moves: the longest, the first, the least, and how many."""

FOLD_FLOOR = 0.02
"""Length counts a logarithm of a chance by that chance, and by no less than this."""

FOLD_NEAR, FOLD_STRAIGHT = 0.1, 0.8
"""A step is taken where its end is no further than this from where it was expected, and the branch turns by no more
than the angle with this cosine."""

FOLD_NEWTON, FOLD_CLOSE = 6, 1e-5
"""Steps back to the branch, and how small the last of them is."""

FOLD_HOPELESS = -25.0
"""A branch is given up where the logarithm of a chance of a move falls below this: no beliefs follow such a move."""


def by_length(system: System) -> tuple[Floats, Ints]:
    """[row, coordinate]: close to where a branch comes to t = 1, NaN where it does not; and how often it turned."""
    rows = len(system.paid)
    ends, turns = np.full((rows, system.unknowns), np.nan), np.zeros(rows, np.int64)
    place = np.concatenate([system.by_lot(), np.zeros((rows, 1))], axis=1)
    way = _tangent(system, place, None)
    length = np.full(rows, FOLD_FIRST)
    left = np.flatnonzero(np.isfinite(way).all(axis=1))
    for _ in range(MOST_STEPS):
        if not len(left):
            break
        part = system.rows(left)
        here, forward = place[left], way[left]
        # The branch is followed no further than t = 1, where play is an equilibrium.
        with np.errstate(divide="ignore", invalid="ignore"):
            rest = np.where(forward[:, -1] > 0, (1.0 - here[:, -1]) / forward[:, -1], np.inf)
        step = np.minimum(length[left], rest)
        guess = here + step[:, None] * forward
        weights = _weights(part, here)
        point = _corrected(part, guess, forward, weights, step >= rest)
        on = _tangent(part, np.nan_to_num(point), forward)
        taken = _straight(part, point, guess, forward, on, weights)
        turned = taken & (on[:, -1] * forward[:, -1] < 0)
        turns[left[turned]] += 1
        place[left[taken]], way[left[taken]] = point[taken], on[taken]
        length[left] = np.where(taken, np.minimum(1.5 * length[left], LONGEST), 0.5 * step)
        there = taken & (step >= rest)
        ends[left[there]] = place[left[there], :-1]
        lost = (length[left] < FOLD_SHORTEST) | ~(place[left, -1] > -0.1)
        lost |= (np.where(part.layout.moves, place[left, :-1], 0.0) < FOLD_HOPELESS).any(axis=1)
        left = left[~(there | lost)]
    return ends, turns


def _weights(system: System, place: Floats) -> Floats:
    """[row, coordinate and t]: how much each counts in a length."""
    chance = np.where(system.layout.moves, FOLD_FLOOR + np.minimum(system.told(place[:, :-1]), 1.0), 1.0)
    return np.concatenate([chance, np.ones((len(place), 1))], axis=1)


def _straight(system: System, point: Floats, guess: Floats, way: Floats, on: Floats, weights: Floats) -> Bools:
    """[row]: True where a step ends close to where it was expected, and the branch has not turned sharply on it."""
    one, other = on * weights, way * weights
    with np.errstate(invalid="ignore"):
        cosine = (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
        near = system.apart(point[:, :-1], guess[:, :-1]) < FOLD_NEAR
        return near & (np.abs(point[:, -1] - guess[:, -1]) < FOLD_NEAR) & (cosine > FOLD_STRAIGHT)


def _bordered(system: System, place: Floats, last: Floats) -> tuple[Floats, Floats]:
    """The equations' matrix with a last row of its own, and their errors."""
    point = system.at(place[:, :-1], place[:, -1])
    size = system.unknowns
    matrix = np.empty((len(place), size + 1, size + 1))
    matrix[:, :size, :size], matrix[:, :size, size], matrix[:, size] = point.matrix, -point.by_t, last
    return matrix, point.error


def _tangent(system: System, place: Floats, before: Floats | None) -> Floats:
    """[row, coordinate and t]: the direction of the branch, on from `before` or, at the start, in which t grows."""
    weights = _weights(system, place)
    unit = np.zeros_like(place)
    unit[:, -1] = 1.0
    matrix, _ = _bordered(system, place, unit if before is None else before * weights**2)
    way = solved(matrix, unit[:, :, None])[:, :, 0]
    return way / np.linalg.norm(way * weights, axis=1)[:, None]


def _corrected(system: System, guess: Floats, way: Floats, weights: Floats, landing: Bools) -> Floats:
    """The point of the branch across the way at a guess, or at its t where it lands; NaN where Newton finds none."""
    found = guess.copy()
    across = np.where(landing[:, None], np.eye(guess.shape[1])[-1], way * weights**2)
    done = np.zeros(len(guess), bool)
    for _ in range(FOLD_NEWTON):
        left = np.flatnonzero(~done)
        if not len(left):
            break
        matrix, error = _bordered(system.rows(left), found[left], across[left])
        gap = (across[left] * (guess[left] - found[left])).sum(axis=1)
        step = solved(matrix, np.concatenate([error, gap[:, None]], axis=1)[:, :, None])[:, :, 0]
        found[left] = np.nan_to_num(found[left] + step)
        with np.errstate(invalid="ignore"):
            done[left] = np.abs(step).max(axis=1) < FOLD_CLOSE
    return np.where(done[:, None], found, np.nan)
