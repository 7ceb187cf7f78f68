"""Play that adjusts in time: approximate equilibria of trees that are too large for a path to be followed.

At a given rationality everybody's log-odds move towards a smoothed best response, dz/dt = lambda (Q(a) - Q(reference))
- z. Where nothing moves any more, play is a logit equilibrium: one that is stable, and not shown to lie on the branch
from rationality zero. Time is taken in implicit steps, each linearised once and as long as it foretells what happens;
the system of a step is that of Newton's method with all that is off its diagonal weighed by 1 / (1 + 1 / dt).

Source: Hofbauer & Sandholm 2002 (the dynamics), Kelley & Keyes 1998 (pseudo-transient continuation).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.elimination import elimination_of
from detente.equilibrium.newton import Work, copy, eliminate, new_work, solve_system
from detente.equilibrium.solution import normalised
from detente.equilibrium.steps import choose_references, error, weigh
from detente.game.arrays import Game, Numbers
from detente.strategy.compiled import entry, kernel
from detente.strategy.layout import Layout, layout_of
from detente.strategy.regret import nash_conv
from detente.strategy.sweep import State, load, new_state, residual

Floats = NDArray[np.float64]

FURTHEST = 3.0  # log-odds of one step; those beyond `steps.LIKELY` in proportion to their size
WRONG = 0.7  # share of what drives play that a step may leave unforeseen
CALM = 0.1  # what may still drive any log-odds where the rationality is raised
FIRST, MOST = 100.0, 1e9  # rationality at which play first adjusts, and at the latest, times the payoff range
TURNS = 5  # steps between two certificates
PATIENCE = 200  # steps at one rationality without a better certificate


class Adjusted(NamedTuple):
    """Play for one draw: logs [action], log behaviour; what deviating gains in all, as a share of the payoff range.

    rationality: at which it adjusted, in units of the inverse payoff range. steps: linear systems solved.
    """

    logs: Floats
    gain: float
    rationality: float
    steps: int


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
    """What becomes of the damping after a step that left so large a share of what drives play unforeseen."""
    if wrong < 0.03:
        return 0.1
    if wrong < 0.1:
        return 0.25
    return 0.5 if wrong < 0.3 else 1.5


@entry
def adjust(layout: Layout, state: State, work: Work, damping: float, most: int) -> tuple[float, float]:
    """So many attempts at a step from `work.here`, at its rationality, whose behaviour is left in the state.

    damping: the inverse of a step's time, or negative where it is to be chosen. Returns the next, and the most that
    still drives any log-odds.
    """
    n = len(work.here) - 1
    nothing = np.zeros(n + 1)
    drive, move = np.zeros(n + 1), np.zeros(n + 1)
    for _ in range(most):
        choose_references(layout, state, work)
        weigh(work)
        residual(layout, state, work.here, drive)
        drive[n] = 0.0
        size = error(work, drive, nothing)
        if damping < 0.0:
            damping = 2.0 * size / FURTHEST
        shorter = 4.0 * damping + 1e-3
        if eliminate(layout, state, work, work.here, work.here[n] / (1.0 + damping)) <= 0:
            damping = shorter
            continue
        for i in range(n + 1):
            move[i] = -drive[i] / (1.0 + damping)
        length = error(work, move, nothing) if solve_system(work, move) else np.inf
        if not length <= FURTHEST:
            damping = max(2.0 * damping * length / FURTHEST, 1e-3) if length < np.inf else shorter
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
        damping *= max(_longer(wrong / size), min(1.0, 1.3 * length / FURTHEST))
    residual(layout, state, work.here, work.right)
    work.right[n] = 0.0
    return damping, error(work, work.right, nothing)


def adjusted(game: Game, numbers: Numbers, draw: int, accuracy: float, most: int) -> Adjusted:
    """Play of a draw that gains at most `accuracy` of the payoff range, or the best after `most` steps or so.

    The rationality is raised each time that play has come to rest, or has not become better for a while.
    """
    own = Numbers(numbers.payoff[draw : draw + 1], numbers.chance[draw : draw + 1])
    unit = float(own.payoff_range()[0]) or 1.0
    layout = layout_of(game)
    state = new_state(layout, game.chance_classes, int(np.diff(game.action_start).max(initial=1)))
    work = new_work(layout.unknowns, game.actions, elimination_of(game))
    payoff = own.payoff[0]
    begin(
        layout,
        state,
        work,
        np.ascontiguousarray((payoff - payoff.min(axis=0)) / unit),
        np.array(own.chance[0], np.float64),
    )
    best = Adjusted(np.zeros(0), np.inf, 0.0, 0)
    rationality, steps = FIRST, 0
    while True:
        if work.here[-1] > 0.0:
            work.here[:-1] *= rationality / work.here[-1]
        work.here[-1] = rationality
        damping, drive, here, since = -1.0, np.inf, np.inf, 0
        while steps < most and drive > CALM and since < PATIENCE:
            turns = min(TURNS, most - steps)
            damping, drive = adjust(layout, state, work, damping, turns)
            steps += turns
            logs = played(game, layout, state)
            gain = float(nash_conv(game, own, np.exp(logs)[None])[0]) / unit
            since = 0 if gain < here else since + turns
            here = min(gain, here)
            if gain < best.gain:
                best = Adjusted(logs, gain, rationality, steps)
            if gain <= accuracy:
                return best
        if steps >= most or rationality >= MOST:
            return best._replace(steps=steps)
        rationality *= _raise(here, accuracy) if drive <= CALM else 1.5


def played(game: Game, layout: Layout, state: State) -> Floats:
    """[action]: the log behaviour that the kernels left."""
    scores = state.score.copy()
    scores[layout.action] = state.log_play
    return normalised(game, scores[None])[0]


def _raise(gain: float, accuracy: float) -> float:
    """By how much to raise the rationality: gains from deviating fall about with its power 3/2."""
    return float(np.clip(1.2 * (gain / accuracy) ** (2.0 / 3.0), 1.5, 7.0)) if accuracy > 0.0 else 7.0
