"""One draw in one call: its payoffs brought to the solver's units, its path followed, its behaviour written out.

Handing records and arrays over to compiled code takes as long as a step of a small game, and NumPy on arrays of a few
dozen numbers as long as several: what is done for every draw is done here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.path.logit import AT_LIMIT, BROKEN, trace
from detente.equilibrium.path.newton import Work, direction, linearise
from detente.equilibrium.path.steps import GROWING, Rules
from detente.equilibrium.path.tuning import GROWING_SHARE, GROWS, MADE
from detente.kernels.compiled import entry, kernel
from detente.strategy.layout import Layout
from detente.strategy.state import State
from detente.strategy.units import in_units

Floats = NDArray[np.float64]


@entry
def solve_draw(
    layout: Layout,
    state: State,
    work: Work,
    rules: tuple[float, float, float, float, int, int, float, float, float, float],
    rationality: float,
    unit: float,
    payoff: Floats,
    chance: Floats,
    scores: Floats,
) -> int:
    """Follows a draw's path to a rationality in units of 1/payoff; how that ended, as `logit.trace` says.

    rules: what `Rules` is made of; a plain tuple is handed over in a third of the time. unit: the payoff range.
    payoff [class, player], chance [class]: as they are. Sets scores [action] to unnormalised log behaviour, unless
    some number is not finite. More is left in the work, in units of the payoff range.
    """
    scaled = np.empty_like(payoff)
    if not (in_units(payoff, unit, scaled) and np.isfinite(chance).all()):
        return BROKEN
    for action in range(len(work.settled)):
        work.settled[action] = 0.0  # nothing that another draw left is to count
    ending = trace(layout, state, work, Rules(*rules), rationality * unit, scaled, chance)
    work.counts[GROWING] = 0
    if ending == AT_LIMIT:
        work.counts[GROWING] = growing(layout, state, work)
    if ending != BROKEN:
        write_play(layout, state, scores)
    return ending


@kernel
def growing(layout: Layout, state: State, work: Work) -> int:
    """Number of moves, made with some probability, whose log-odds still grow in proportion to the rationality at
    `work.here`.

    Log-odds of a move that is worse by a constant are proportional to the rationality; those of moves that are equally
    good settle, and those of moves that vanish slowly follow its logarithm. The elasticities of the log-odds in the
    rationality are left in `work.guess`.
    """
    n = len(work.here) - 1
    if n == 0:
        return 0
    for i in range(n):
        work.border[i] = 0.0
    work.border[n] = 1.0
    if linearise(layout, state, work, work.here) == 0:
        return 0
    direction(work, work.guess)
    scale = work.here[n] / work.guess[n]
    found = 0
    for i in range(n):
        work.guess[i] *= scale
    for k in range(len(layout.unknown)):
        column = layout.action_start[k] - k
        for a in range(layout.action_start[k], layout.action_start[k + 1]):
            if a == state.reference[k]:
                continue
            grows, odds = abs(work.guess[column]), work.here[column]
            made = min(state.log_play[a], state.log_play[state.reference[k]]) > MADE
            if made and grows > GROWS and grows > GROWING_SHARE * abs(odds):
                found += 1
            column += 1
    return found


@entry
def write_play(layout: Layout, state: State, scores: Floats) -> None:
    """Sets scores [action] to the unnormalised log behaviour that the kernels left in the state."""
    for action in range(len(scores)):
        scores[action] = state.score[action]
    for a in range(len(layout.action)):
        scores[layout.action[a]] = state.log_play[a]
