"""Continuation in the numbers: from the solution of one draw to that of another, payoffs and chances moved in a line.

Rationality (in units of the inverse payoff range) is moved along with the numbers, from one draw's to the other's. What
is reached lies on the same sheet of the equilibria as where it began: no fold was met, and no step was longer than
Newton's method could be trusted with. That sheet need not be the principal branch of the new numbers, which may switch
from one to another between two draws; only a path from rationality zero tells.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.path.draw import write_play
from detente.equilibrium.path.newton import Work, copy, correct, size
from detente.equilibrium.path.steps import error
from detente.equilibrium.path.tilted import adopt
from detente.equilibrium.path.tuning import (
    ARRIVES,
    CARRIED,
    CARRIED_ON_THE_WAY,
    LEAP,
    LIKELY,
    LONGER,
    SHORTER,
    STRAIGHT_ON,
    TAKEN_UP,
    TAKEN_UP_SHARE,
)
from detente.kernels.compiled import entry, kernel
from detente.strategy.layout import Layout
from detente.strategy.state import State
from detente.strategy.sweep import load, residual
from detente.strategy.units import in_units

Floats = NDArray[np.float64]


@kernel
def _blend(a: Floats, b: Floats, share: float, out: Floats) -> None:
    """Sets out to the point between two vectors; share runs from 0 to 1."""
    for i in range(len(out)):
        out[i] = a[i] + share * (b[i] - a[i])


@kernel
def _rest(layout: Layout, state: State, work: Work, point: Floats, accuracy: float) -> int:
    """Newton at the rationality of the point; the sign of the determinant, or 0."""
    n = len(point) - 1
    for i in range(n):
        work.border[i] = 0.0
        work.weight[i] = 1.0 / (1.0 + abs(point[i]) / LIKELY)
    work.border[n] = 1.0
    work.weight[n] = 0.0
    return correct(layout, state, work, point, accuracy, np.inf)


@entry
def carry(
    layout: Layout,
    state: State,
    work: Work,
    most_steps: int,
    old: tuple[Floats, Floats, float, float, Floats],
    new: tuple[Floats, Floats, float, float],
    scores: Floats,
) -> int:
    """Takes the solution of one draw to another; how many steps it took, or 0 where it was given up.

    old, new: payoff [class, player] and chance [class] as they are, the payoff range, and the rationality in its
    inverse; the old ones with log behaviour [action]. Leaves the point in `work.here`, and sets scores [action] to
    unnormalised log behaviour there.
    """
    before, after = np.empty_like(old[0]), np.empty_like(new[0])
    if not (in_units(old[0], old[2], before) and in_units(new[0], new[2], after) and np.isfinite(new[1]).all()):
        return 0
    load(layout, state, before, old[1])
    adopt(layout, state, work.here, old[4])
    n = len(work.here) - 1
    work.here[n] = old[3]
    sign = _rest(layout, state, work, work.here, TAKEN_UP * (1.0 + TAKEN_UP_SHARE * size(work.here)))
    if sign == 0:
        return 0
    copy(work.here, work.before)
    payoff, chance = np.empty_like(before), np.empty_like(old[1])
    done, step, last = 0.0, 1.0, 0.0
    for steps in range(1, most_steps + 1):
        share = 1.0 if done + step > ARRIVES else done + step
        _blend(before.reshape(-1), after.reshape(-1), share, payoff.reshape(-1))
        _blend(old[1], new[1], share, chance)
        load(layout, state, payoff, chance)
        ahead = (share - done) / last if last > 0.0 else 0.0
        for i in range(n):
            work.guess[i] = work.here[i] + ahead * (work.here[i] - work.before[i])
        work.guess[n] = old[3] + share * (new[3] - old[3])
        copy(work.guess, work.there)
        fine = share == 1.0
        accuracy = CARRIED * (1.0 + size(work.there)) if fine else CARRIED_ON_THE_WAY
        found = _rest(layout, state, work, work.there, accuracy)
        missed = error(work, work.there, work.guess)
        if found != sign or missed > (STRAIGHT_ON if last > 0.0 else LEAP):
            step *= SHORTER
            continue
        copy(work.here, work.before)
        copy(work.there, work.here)
        if fine:
            residual(layout, state, work.here, work.right)
            write_play(layout, state, scores)
            return steps if np.isfinite(work.here).all() else 0
        last = share - done
        done = share
        step = last * LONGER
    return 0
