"""Follows play from moves by lot to an equilibrium: the linear tracing procedure.

Source: Harsanyi and Selten 1988, with a prior by which every move is equally likely.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.estimation.cutoffs.folds import by_length
from detente.estimation.cutoffs.system import System, SystemPoint, solved

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

TRACE_CLOSE, TRACE_ROUGH = 1e-6, 1e-2
"""Newton's method ends after a step that changes no chance by more than this share of it, which leaves about its
square: at an equilibrium, and on the way to it."""

TRACE_SMALL, CHORDS, TRACE_FINE = 2e-3, 4, 1e-7
"""A first step by a known matrix is no longer than this, in shares of chances, and each further one than the same share
of the one before; how many there are at most; they end with one that is no longer than the last number."""

NEWTON = 10
"""Steps of Newton's method from one guess."""

AWAY = 0.2
"""A point further than this from where it was expected, in the chance of a move, may be on another branch."""

STRIDE, RARE = 2.0, 3.0
"""Newton's step in the logarithm of a chance of a move is no longer than this, and longer by the second number for each
unit by which that logarithm lies below minus the second number."""

SHORTEST = 2e-3
"""The branch is followed by its length once steps of t get shorter than this."""


@dataclass(frozen=True, eq=False)
class TracedEquilibria:
    """Equilibria. x [row, coordinate]; good [row]: whether it was found; turns [row]: turning points on the way."""

    x: Floats
    good: Bools
    turns: Ints


@dataclass(frozen=True, eq=False)
class NewtonEnds:
    """The ends of Newton's method. good [row]: at a solution, near enough to where it began.

    ways [row, coordinate]: how the solution moves with t. on [row]: True where the branch runs on as it began, by the
    sign of the determinant.
    """

    x: Floats
    good: Bools
    ways: Floats
    on: Bools


def newton(system: System, x: Floats, t: Floats, *, away: float = np.inf, close: float = TRACE_CLOSE) -> NewtonEnds:
    """Solutions near x, no further than `away` from there, at weights t."""
    found, good, on = x.copy(), np.zeros(len(x), bool), np.zeros(len(x), bool)
    ways = np.zeros_like(x)
    active = np.arange(len(x))
    for _ in range(NEWTON if len(x) else 0):
        point = system.rows(active).at(found[active], t[active])
        both = solved(point.matrix, np.stack([point.error, point.by_t], axis=2))
        step, ways[active] = both[..., 0], both[..., 1]
        size = np.abs(step).max(axis=1, initial=0.0)
        longest = STRIDE + RARE * np.maximum(-found[active] - RARE, 0.0)
        with np.errstate(invalid="ignore"):
            over = (np.abs(step) / longest).max(axis=1, initial=0.0)
            found[active] += step / np.maximum(1.0, over)[:, None]
            lost = ~(system.apart(found[active], x[active]) < away) | np.isnan(size)
        done = (size < close) & ~lost
        good[active[done]] = True
        if done.any():
            on[active[done]] = np.linalg.slogdet(point.matrix[done])[0] > 0
        active = active[~(done | lost)]
        if not len(active):
            break
    return NewtonEnds(found, good, ways, on)


@dataclass(eq=False)
class KnownEquilibria:
    """Equilibria that were found, to set out from: x [row, coordinate] and the equations there."""

    x: Floats
    point: SystemPoint

    @cached_property
    def inverse(self) -> Floats:
        """[row, coordinate, coordinate]: of the matrix of the equations; NaN where there is none."""
        size = self.x.shape[1]
        return solved(self.point.matrix, np.broadcast_to(np.eye(size), (len(self.x), size, size)))


def nearby(system: System, known: KnownEquilibria) -> TracedEquilibria:
    """Equilibria next to known ones; good where they are close and lie on a branch that runs on as it began.

    Steps by the matrix of the known ones do where little has changed (the chord method), Newton's method elsewhere.
    """
    x, ends = known.x.copy(), np.ones(len(known.x))
    way = known.inverse
    good = np.isfinite(way).all(axis=(1, 2))
    way[~good] = 0.0
    size, largest = np.zeros(len(x)), np.full(len(x), TRACE_SMALL)
    for _ in range(CHORDS if good.any() else 0):
        step = (way @ system.at(x, ends).error[..., None])[..., 0]
        size = np.abs(step).max(axis=1, initial=0.0)
        good &= size < largest
        x += np.where(good[:, None], step, 0.0)
        largest = np.maximum(size, TRACE_FINE) * TRACE_SMALL**0.5
        if not (good & (size > TRACE_FINE)).any():
            break
    good &= size <= TRACE_FINE
    left = np.flatnonzero(~good)
    if len(left):
        found = newton(system.rows(left), known.x[left], ends[left], away=AWAY)
        x[left], good[left] = found.x, found.good & found.on
    return TracedEquilibria(x, good, np.zeros(len(x), np.int64))


def traced(system: System) -> TracedEquilibria:
    """The equilibrium at the end of the branch that begins with moves by lot, in every row."""
    rows = len(system.paid)
    x, t = system.by_lot(), np.zeros(rows)
    length = np.ones(rows)
    ways = newton(system, x, t).ways
    left = np.arange(rows)
    stuck: list[int] = []
    while len(left):
        ahead = np.minimum(t[left] + length[left], 1.0)
        guess = x[left] + ways[left] * (ahead - t[left])[:, None]
        found = newton(system.rows(left), guess, ahead, away=AWAY, close=TRACE_ROUGH)
        good = found.good & found.on
        taken = left[good]
        x[taken], t[taken], ways[taken] = found.x[good], ahead[good], found.ways[good]
        length[taken] *= 2.0
        length[left[~good]] *= 0.5
        slow = ((length[left] < SHORTEST) | ~np.isfinite(ways[left]).all(axis=1)) & (t[left] < 1.0)
        stuck += left[slow].tolist()
        left = left[(t[left] < 1.0) & ~slow]
    arrived = np.setdiff1d(np.arange(rows), stuck)
    ends = newton(system.rows(arrived), x[arrived], t[arrived])
    good, turns = np.zeros(rows, bool), np.zeros(rows, np.int64)
    x[arrived], good[arrived] = ends.x, ends.good
    if stuck:
        here = np.array(stuck)
        ends, turns[here] = by_length(system.rows(here))
        found = newton(system.rows(here), np.nan_to_num(ends), np.ones(len(here)), away=AWAY)
        x[here], good[here] = found.x, found.good & np.isfinite(ends).all(axis=1)
    return TracedEquilibria(x, good, turns)
