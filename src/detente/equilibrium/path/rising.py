"""The path followed on from a behaviour, some moves answering to the rationality and others no more: its kernels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.path import logit
from detente.equilibrium.path.checkpoints import forget
from detente.equilibrium.path.draw import growing, write_play
from detente.equilibrium.path.logit import follow
from detente.equilibrium.path.newton import Work, copy, correct, direction, linearise, size
from detente.equilibrium.path.steps import LAST_LENGTH, NEXT, RISING, Rules, measure
from detente.equilibrium.path.tilted import adopt
from detente.equilibrium.path.tuning import (
    FIRST_STEP,
    GROWING_SHARE,
    GROWS,
    LIKELY,
    RAISED_FROM,
    TAKEN_UP,
    TAKEN_UP_SHARE,
)
from detente.kernels.compiled import entry, kernel
from detente.strategy.layout import Layout
from detente.strategy.state import State
from detente.strategy.sweep import load, residual

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@kernel
def _take_up(
    layout: Layout, state: State, work: Work, numbers: tuple[Floats, Floats, Floats], pace: tuple[Floats, Floats, float]
) -> bool:
    """Makes a behaviour the present point, and corrects it; False where that does not converge."""
    payoff, chance, logs = numbers
    base, rate, rationality = pace
    load(layout, state, payoff, chance)
    copy(base, state.base)
    copy(rate, state.rate)
    adopt(layout, state, work.here, logs)
    n = len(work.here) - 1
    for i in range(n):
        work.border[i] = 0.0
        work.weight[i] = 1.0 / (1.0 + abs(work.here[i]) / LIKELY)
    work.border[n] = 1.0
    work.weight[n] = 0.0
    work.here[n] = rationality
    accuracy = TAKEN_UP * (1.0 + TAKEN_UP_SHARE * size(work.here))
    if n > 0 and correct(layout, state, work, work.here, accuracy, np.inf) == 0:
        return False
    residual(layout, state, work.here, work.right)
    return True


@entry
def elastic(
    layout: Layout,
    state: State,
    work: Work,
    numbers: tuple[Floats, Floats, Floats],
    pace: tuple[Floats, Floats, float],
    out: Flags,
) -> None:
    """Sets out [action] where log-odds of a move that is made go as the rationality does, at a behaviour.

    numbers: payoff [class, player] in units of what is at stake, chance [class], log behaviour [action]. pace: base and
    rate [action] as in `State`, and the rationality.
    """
    if not _take_up(layout, state, work, numbers, pace) or growing(layout, state, work) == 0:
        return
    for k in range(len(layout.unknown)):
        column = layout.action_start[k] - k
        for a in range(layout.action_start[k], layout.action_start[k + 1]):
            if a != state.reference[k]:
                grows = abs(work.guess[column])
                out[layout.action[a]] = grows > GROWS and grows > GROWING_SHARE * abs(work.here[column])
                column += 1


@entry
def rise(
    layout: Layout,
    state: State,
    work: Work,
    rules: tuple[float, float, float, float, int, int, float, float, float, float],
    numbers: tuple[Floats, Floats, Floats],
    pace: tuple[Floats, Floats, float],
    target: float,
    scores: Floats,
) -> int:
    """Follows the path on from a behaviour to a rationality or, where that is infinite, to the limit of what rises.

    Returns how that ended, as `logit.follow` says.

    Arguments as those of `elastic`; the state is left with base and rate as they are at the end. Sets scores [action]
    to unnormalised log behaviour.
    """
    n = len(work.here) - 1
    for i in range(len(work.counts)):
        work.counts[i] = 0
    for action in range(len(work.settled)):
        work.settled[action] = 0.0
    for i in range(len(work.step)):
        work.step[i] = 0.0
    ending = logit.AT_LIMIT
    if n == 0:
        load(layout, state, numbers[0], numbers[1])
        copy(pace[0], state.base)
        copy(pace[1], state.rate)
        work.here[0] = min(target, RAISED_FROM)
        residual(layout, state, work.here, work.right)
    else:
        if not _take_up(layout, state, work, numbers, pace) or linearise(layout, state, work, work.here) == 0:
            return logit.STALLED
        direction(work, work.tangent)
        copy(work.tangent, work.before)
        _measure_afresh(work)
        forget(work)
        work.counts[RISING] = 1
        ending = follow(layout, state, work, Rules(*rules), target)
        work.counts[RISING] = 0
        if not np.isfinite(work.here).all():
            return logit.BROKEN
        residual(layout, state, work.here, work.right)
    write_play(layout, state, scores)
    return ending


@kernel
def _measure_afresh(work: Work) -> None:
    """Weights, tangents and the length of the first step, from `work.here`."""
    work.step[NEXT] = FIRST_STEP
    work.step[LAST_LENGTH] = 0.0
    measure(work)
    work.step[NEXT] = FIRST_STEP
