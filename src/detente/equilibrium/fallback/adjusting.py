"""Play that adjusts in time: a logit equilibrium at a rationality that the path could not be followed to.

At a given rationality everybody's log-odds move towards a smoothed best response, dz/dt = lambda (Q(a) - Q(reference))
- z. Where nothing moves any more, play is a logit equilibrium: one that is stable, and not shown to lie on the branch
from rationality zero. Time is taken in implicit steps, each linearised once and as long as it foretells what happens;
the system of a step is that of Newton's method with all that is off its diagonal weighed by 1 / (1 + 1 / dt).

Source: Hofbauer & Sandholm 2002 (the dynamics), Kelley & Keyes 1998 (pseudo-transient continuation).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.fallback.tuning import (
    CALM,
    FAIRLY_FORESEEN,
    FIRST,
    FOUR_TIMES_LONGER,
    FURTHEST,
    HIGHER,
    LEAST_DAMPING,
    NEARLY_FORESEEN,
    ODDS_ROUNDING,
    REFUSED_DAMPING,
    REST_AT_TARGET,
    ROOM,
    SOMEWHAT_SHORTER,
    TEN_TIMES_LONGER,
    TURNS,
    TWICE_LONGER,
    WELL_FORESEEN,
    WRONG,
)
from detente.equilibrium.path.newton import Work, copy, eliminate, solve_system
from detente.equilibrium.path.steps import choose_references, error, weigh
from detente.kernels.compiled import entry, kernel
from detente.kernels.stopping import stop_asked
from detente.strategy.layout import Layout
from detente.strategy.state import State
from detente.strategy.sweep import load, residual

Floats = NDArray[np.float64]


@entry
def begin(layout: Layout, state: State, work: Work, payoff: Floats, chance: Floats) -> None:
    """Takes up a draw's payoffs, in units of their range, and its chances; everybody plays at random."""
    load(layout, state, payoff, chance)
    for k in range(len(layout.unknown)):
        state.reference[k] = layout.action_start[k]
    for i in range(len(work.here)):
        work.here[i] = work.tangent[i] = work.before[i] = work.border[i] = 0.0
    work.border[len(work.here) - 1] = 1.0


@kernel
def _longer(wrong: float) -> float:
    """Factor on the damping after an accepted step, from the share of the drive that the step left unforeseen.

    The drive is the distance, in log-odds, of play from its smoothed best response; less damping is a longer step.
    """
    if wrong < NEARLY_FORESEEN:
        return TEN_TIMES_LONGER
    if wrong < WELL_FORESEEN:
        return FOUR_TIMES_LONGER
    return TWICE_LONGER if wrong < FAIRLY_FORESEEN else SOMEWHAT_SHORTER


@entry
def adjust(layout: Layout, state: State, work: Work, damping: float, most: int) -> tuple[float, float]:
    """Attempts `most` implicit steps of adjustment from `work.here`, at the rationality in its last entry.

    damping: the inverse of the first step's time; a negative one is chosen from the drive (the largest distance, in
    log-odds, of play from its smoothed best response). An attempt that fails or leaves too much of the drive unforeseen
    is not taken, and the next has more damping. The state is left with the behaviour at `work.here`. Returns the
    damping for the next step, and the drive that is left.
    """
    n = len(work.here) - 1
    nothing = np.zeros(n + 1)
    drive, move = np.zeros(n + 1), np.zeros(n + 1)
    for _ in range(most):
        if work.halt[0] != 0:
            break
        choose_references(layout, state, work)
        weigh(work)
        residual(layout, state, work.here, drive)
        drive[n] = 0.0
        size = error(work, drive, nothing)
        if damping < 0.0:
            damping = 2.0 * size / FURTHEST
        shorter = REFUSED_DAMPING * damping + LEAST_DAMPING
        if eliminate(layout, state, work, work.here, work.here[n] / (1.0 + damping)) <= 0:
            damping = shorter
            continue
        for i in range(n + 1):
            move[i] = -drive[i] / (1.0 + damping)
        length = error(work, move, nothing) if solve_system(work, move) else np.inf
        if not length <= FURTHEST:
            damping = max(2.0 * damping * length / FURTHEST, LEAST_DAMPING) if length < np.inf else shorter
            continue
        for i in range(n):
            work.there[i] = work.here[i] + move[i]
        work.there[n] = work.here[n]
        residual(layout, state, work.there, work.right)
        for i in range(n):
            work.right[i] += damping * move[i]
        work.right[n] = 0.0
        wrong = error(work, work.right, nothing)
        if not wrong < WRONG * size:
            damping = shorter
            continue
        copy(work.there, work.here)
        damping *= max(_longer(wrong / size), min(1.0, ROOM * length / FURTHEST))
    residual(layout, state, work.here, work.right)
    work.right[n] = 0.0
    return damping, error(work, work.right, nothing)


def come_to_rest(
    layout: Layout, state: State, work: Work, payoff: Floats, chance: Floats, rationality: float, most: int
) -> tuple[bool, int]:
    """Lets play of a draw adjust in time from random play; returns True where play comes to rest, and the steps tried.

    payoff [class, player] in units of the payoff range, rationality in units of its inverse. Play adjusts at lower
    rationalities first, at each until the drive is small, and at the rationality asked for until the drive is rounding.
    Steps tried stay below about `most`. Behaviour at rest is left in the state.
    """
    begin(layout, state, work, payoff, chance)
    rungs = int(np.ceil(np.log(max(rationality / FIRST, 1.0)) / np.log(HIGHER)))
    steps = 0
    for here in rationality * HIGHER ** -np.arange(rungs, -1.0, -1.0):
        if work.here[-1] > 0.0:
            work.here[:-1] *= here / work.here[-1]
        work.here[-1] = here
        damping, drive = -1.0, np.inf
        enough = max(REST_AT_TARGET, ODDS_ROUNDING * rationality) if here == rationality else CALM
        while drive > enough:
            if steps >= most or stop_asked():
                return False, steps
            turns = min(TURNS, most - steps)
            damping, drive = adjust(layout, state, work, damping, turns)
            steps += turns
    return True, steps
