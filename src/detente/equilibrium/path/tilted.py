"""Walks along branches of logit equilibria, also those of a game whose players are first drawn to some way to play.

The system is z - care * lambda * (Q(a) - Q(reference)) - tilt * (1 - lambda / fade) = 0: at lambda = 0 everybody plays
as the tilt has it, at lambda = fade nothing of it is left. Without a tilt, and with care one everywhere, a walk follows
a branch of the game itself, wherever it is entered, past turning points, and notes every crossing of a target. Where
care differs between information sets, some err more readily than others; in the limit nobody errs, and what is
approached is a sequential equilibrium all the same.

Source: the perturbed starts of Turocy 2005 and Herings & Peeters 2010, in log-odds; Allgower & Georg 1990.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.path.newton import Work, copy, direction, dot, gap, size
from detente.equilibrium.path.pulled import Pull, correct_pulled, linearise_pulled
from detente.equilibrium.path.steps import likelier
from detente.equilibrium.path.tuning import (
    FIRST_STEP,
    GROWING_CAUTION,
    LANDING_HALVINGS,
    LEAST_ERROR,
    LEAST_SQUARE,
    REACH,
    SAME_CROSSING,
    SHARPEST_TURN,
    SHORTENED,
    STEP_SHARE,
    TURN_LENGTH,
    WALK_ACCURACY,
    WALK_PATIENCE,
)
from detente.kernels.compiled import entry, kernel
from detente.kernels.records import Record
from detente.strategy.layout import Layout
from detente.strategy.state import State
from detente.strategy.sweep import jacobian, load, rebase, residual

Floats = NDArray[np.float64]

LEFT, CEILING, HELD, SPENT, FULL, CAME_ROUND = range(6)
"""Ends of a walk: lambda <= 0, lambda above the ceiling, no further step, steps spent, crossings full, back at the
start.
"""


class Walk(NamedTuple):
    """Rules of a walk; lambda in units of the inverse payoff range.

    target: crossings of it are noted. fade: where the tilt has gone. ceiling: where the walk ends.
    tolerance, corrector, growth, smallest_step, most_steps: as in `Settings`.
    """

    target: float
    fade: float
    ceiling: float
    tolerance: float
    corrector: float
    growth: float
    smallest_step: float
    most_steps: int


class Crossings(Record):
    """Crossings that a walk found, in its order; as many as there is room for.

    logs [c, action]: log behaviour, unnormalised. sign [c]: sign of the determinant of the Jacobian in the log-odds.
    turns [c]: turning points passed before. tally [3]: numbers of crossings, of turning points, and of steps tried.
    """

    logs: Floats
    sign: NDArray[np.int64]
    turns: NDArray[np.int64]
    tally: NDArray[np.int64]


@kernel
def adopt(layout: Layout, state: State, point: Floats, logs: Floats) -> None:
    """Log-odds of a behaviour, given as log probabilities [action], against the likeliest action everywhere."""
    for k in range(len(layout.unknown)):
        start, end = layout.action_start[k], layout.action_start[k + 1]
        best = start
        for a in range(start, end):
            if logs[layout.action[a]] > logs[layout.action[best]]:
                best = a
        state.reference[k] = best
        column = start - k
        for a in range(start, end):
            if a != best:
                point[column] = logs[layout.action[a]] - logs[layout.action[best]]
                column += 1


@kernel
def _level(work: Work) -> None:
    """Holds the rationality fixed in the next correction."""
    n = len(work.here) - 1
    for i in range(n):
        work.border[i] = 0.0
    work.border[n] = 1.0


@kernel
def _choose_references(layout: Layout, state: State, work: Work, pull: Pull) -> None:
    """Counts log-odds against a likely action wherever there are three or more."""
    changed = False
    for k in range(len(layout.unknown)):
        best = likelier(layout, state, k, work.here)
        if best != state.reference[k]:
            changed = True
            rebase(layout, state, k, best, work.here)
            rebase(layout, state, k, best, work.tangent)
            rebase(layout, state, k, best, work.before)
            rebase(layout, state, k, best, pull.tilt)
            state.reference[k] = best
    if changed:
        length = np.sqrt(dot(work.tangent, work.tangent))
        for i in range(len(work.here)):
            work.tangent[i] /= length
            work.before[i] /= length
        work.step[0] *= length
        work.step[1] *= length


@kernel
def _extreme(work: Work) -> float:
    """Value of lambda at its turn between here and there, by the cubic through both ends."""
    n = len(work.here) - 1
    length = np.sqrt(max(_square(work.here, work.there), LEAST_SQUARE))
    start, end = work.tangent[n] * length, work.ahead[n] * length
    rise = work.there[n] - work.here[n]
    low, high = 0.0, 1.0
    for _ in range(LANDING_HALVINGS):
        s = 0.5 * (low + high)
        slope = start + 2.0 * s * (3.0 * rise - 2.0 * start - end) + 3.0 * s * s * (start + end - 2.0 * rise)
        if slope * start > 0.0:
            low = s
        else:
            high = s
    s = 0.5 * (low + high)
    return work.here[n] + s * (start + s * (3.0 * rise - 2.0 * start - end) + s * s * (start + end - 2.0 * rise))


@kernel
def _square(a: Floats, b: Floats) -> float:
    total = 0.0
    for i in range(len(a)):
        total += (a[i] - b[i]) ** 2
    return total


@kernel
def _between(work: Work, share: float, out: Floats) -> None:
    """Cubic Hermite interpolation between here and there; `share` runs from 0 to 1."""
    s = share
    length = np.sqrt(_square(work.here, work.there))
    for i in range(len(out)):
        out[i] = (
            (1 + 2 * s) * (1 - s) ** 2 * work.here[i]
            + s * (1 - s) ** 2 * length * work.tangent[i]
            + s * s * (3 - 2 * s) * work.there[i]
            - s * s * (1 - s) * length * work.ahead[i]
        )


@kernel
def _land(layout: Layout, state: State, work: Work, pull: Pull, walk: Walk) -> int:
    """Sets `work.guess` to the point at the target between here and there; the determinant's sign, or 0."""
    n = len(work.here) - 1
    low, high = 0.0, 1.0
    rising = work.here[n] < walk.target
    for _ in range(LANDING_HALVINGS):
        share = 0.5 * (low + high)
        _between(work, share, work.guess)
        if (work.guess[n] < walk.target) == rising:
            low = share
        else:
            high = share
    work.guess[n] = walk.target
    copy(work.guess, work.bracket[0])
    _level(work)
    sign = correct_pulled(layout, state, work, work.guess, pull, walk.fade, WALK_ACCURACY * (1.0 + size(work.guess)))
    if sign == 0 or gap(work.guess, work.bracket[0]) > walk.tolerance:
        return 0
    residual(layout, state, work.guess, work.right)
    return sign


@kernel
def _returns(layout: Layout, state: State, logs: Floats) -> bool:
    """True where the behaviour that the state holds has these log probabilities [action]."""
    for a in range(len(layout.action)):
        action = layout.action[a]
        if not abs(state.probability[action] - np.exp(logs[action])) <= SAME_CROSSING:
            return False
    return True


@kernel
def _note(layout: Layout, state: State, found: Crossings, sign: int) -> None:
    """Keeps the behaviour that the state holds as a crossing."""
    at = found.tally[0]
    for a in range(len(state.score)):
        found.logs[at, a] = state.score[a]
    for a in range(len(layout.action)):
        found.logs[at, layout.action[a]] = state.log_play[a]
    found.sign[at] = sign
    found.turns[at] = found.tally[1]
    found.tally[0] = at + 1


@kernel
def _foresee(work: Work) -> None:
    """Sets `work.guess` to second order and the border to the tangent."""
    h = work.step[0]
    bend = 0.5 / work.step[1] if work.step[1] > 0.0 else 0.0
    for i in range(len(work.here)):
        work.guess[i] = work.here[i] + h * work.tangent[i] + h * h * bend * (work.tangent[i] - work.before[i])
        work.border[i] = work.tangent[i]


@kernel
def _bound(work: Work) -> None:
    """Keeps a step from passing over most of the rationality there is, however little play changes with it."""
    n = len(work.here) - 1
    most = REACH * (1.0 + abs(work.here[n]))
    if work.step[0] * abs(work.tangent[n]) > most:
        work.step[0] = most / abs(work.tangent[n])


@kernel
def _attempt(layout: Layout, state: State, work: Work, pull: Pull, walk: Walk, careful: bool) -> int:
    """One step, into `work.there` and `work.ahead`; sets the next length. 0 where it is to be tried shorter."""
    n = len(work.here) - 1
    h = work.step[0]
    work.step[0] = SHORTENED * h
    _foresee(work)
    if not gap(work.guess, work.here) < np.inf:
        return 0
    copy(work.guess, work.there)
    sign = correct_pulled(
        layout, state, work, work.there, pull, walk.fade, max(walk.corrector, WALK_ACCURACY * abs(work.guess[n]))
    )
    if sign == 0:
        return 0
    error = gap(work.there, work.guess)
    if error > 2.0 * walk.tolerance or error > 0.5 * h or (sign * work.counts[0] < 0 and not careful):
        return 0
    copy(work.tangent, work.border)
    if linearise_pulled(layout, state, work, work.there, pull, walk.fade) == 0:
        return 0
    direction(work, work.ahead)
    if dot(work.ahead, work.tangent) < SHARPEST_TURN:
        return 0
    work.step[1] = h
    work.step[0] = h * min(
        walk.growth, max(SHORTENED, GROWING_CAUTION * (walk.tolerance / max(error, LEAST_ERROR)) ** (1.0 / 3.0))
    )
    return sign


@kernel
def _onward(layout: Layout, state: State, work: Work, pull: Pull, walk: Walk, logs: Floats, found: Crossings) -> int:
    """Walks from `work.here`, where behaviour is `logs`, along `work.tangent` until the walk ends; returns its end."""
    n = len(work.here) - 1
    crosses = work.here[n] == walk.target
    refused = 0
    for _ in range(walk.most_steps):
        if found.tally[0] >= len(found.sign):
            return FULL
        if work.halt[0] != 0:
            return SPENT
        found.tally[2] += 1
        _bound(work)
        length = work.step[0]
        sign = _attempt(layout, state, work, pull, walk, refused >= WALK_PATIENCE)
        before, after = work.here[n] - walk.target, work.there[n] - walk.target
        turned = sign != 0 and work.ahead[n] * work.tangent[n] < 0.0
        if turned and before * after > 0.0 and before * (_extreme(work) - walk.target) < 0.0 and length > TURN_LENGTH:
            sign = 0  # the bend between both ends may cross the target twice: look closer
            work.step[0] = SHORTENED * length
        if sign != 0 and before * after <= 0.0 and before != 0.0:
            side = _land(layout, state, work, pull, walk)
            if side == 0 and length > walk.smallest_step:
                sign = 0
                work.step[0] = SHORTENED * length
            elif side != 0:
                if crosses and _returns(layout, state, logs):
                    return CAME_ROUND
                found.tally[1] += turned and before < 0.0
                _note(layout, state, found, side)
                found.tally[1] += turned and before >= 0.0
        elif turned and sign != 0:
            found.tally[1] += 1
        if sign == 0:
            refused += 1
            if work.step[0] < walk.smallest_step * (1.0 + STEP_SHARE * abs(work.here[n])):
                return HELD
            continue
        refused = 0
        work.counts[0] = sign
        copy(work.tangent, work.before)
        copy(work.ahead, work.tangent)
        copy(work.there, work.here)
        if work.here[n] <= 0.0:
            return LEFT
        if work.here[n] >= walk.ceiling:
            return CEILING
        _choose_references(layout, state, work, pull)
    return SPENT


@entry
def wander(
    layout: Layout,
    state: State,
    work: Work,
    walk: Walk,
    payoff: Floats,
    chance: Floats,
    logs: Floats,
    care: Floats,
    rationality: float,
    upward: bool,
    found: Crossings,
) -> int:
    """Walks the branch through a behaviour, up or down in lambda to begin with; why the walk ended.

    payoff [class, player] in units of the payoff range, chance [class]; logs [action]: log probabilities of a logit
    equilibrium at the rationality (0: any behaviour, to which the walk is then tilted), with care [infoset]. Crossings
    go to `found`; a walk of no steps finds the equilibrium that it begins at.
    """
    n = len(work.here) - 1
    load(layout, state, payoff, chance)
    adopt(layout, state, work.here, logs)
    work.here[n] = rationality
    uneven = False
    for k in range(len(layout.unknown)):
        uneven = uneven or care[layout.unknown[k]] != 1.0
    pull = Pull(np.zeros(n + 1), np.zeros(n), uneven)
    for k in range(len(layout.unknown)):
        for column in range(layout.action_start[k] - k, layout.action_start[k + 1] - k - 1):
            pull.care[column] = care[layout.unknown[k]]
    if rationality == 0.0:
        copy(work.here, pull.tilt)
    for i in range(len(found.tally)):
        found.tally[i] = 0
    _level(work)
    if (
        correct_pulled(
            layout, state, work, work.here, pull, walk.fade, max(walk.corrector, WALK_ACCURACY * size(work.here))
        )
        == 0
    ):
        return HELD
    _level(work)
    sign = linearise_pulled(layout, state, work, work.here, pull, walk.fade)
    if sign == 0:
        return HELD
    if walk.most_steps == 0:
        _note(layout, state, found, sign)
        return SPENT
    direction(work, work.tangent)
    if not upward:
        for i in range(n + 1):
            work.tangent[i] = -work.tangent[i]
    copy(work.tangent, work.border)
    work.counts[0] = linearise_pulled(layout, state, work, work.here, pull, walk.fade)
    copy(work.tangent, work.before)
    work.step[0] = FIRST_STEP * (1.0 + STEP_SHARE * rationality)
    work.step[1] = 0.0
    return _onward(layout, state, work, pull, walk, logs, found)


@entry
def slope_of(
    layout: Layout, state: State, work: Work, payoff: Floats, chance: Floats, logs: Floats, rationality: float
) -> None:
    """Leaves in `work.matrix` [variable, equation] the derivative of the logit equations at a behaviour.

    Only where `work` is dense.
    """
    n = len(work.here) - 1
    load(layout, state, payoff, chance)
    adopt(layout, state, work.here, logs)
    work.here[n] = rationality
    state.asks[0] = True
    residual(layout, state, work.here, work.right)
    state.asks[0] = False
    jacobian(layout, state, work.here, work.matrix)
