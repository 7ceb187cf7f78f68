"""One draw in one call: its payoffs brought to the solver's units, its path followed, its behaviour written out.

Handing records and arrays over to compiled code takes as long as a step of a small game, and NumPy on arrays of a few
dozen numbers as long as several: what is done for every draw is done here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.logit import BROKEN, trace
from detente.equilibrium.newton import Work
from detente.equilibrium.steps import Rules
from detente.strategy.compiled import entry
from detente.strategy.layout import Layout
from detente.strategy.sweep import State
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
    if ending != BROKEN:
        write_play(layout, state, scores)
    return ending


@entry
def write_play(layout: Layout, state: State, scores: Floats) -> None:
    """Sets scores [action] to the unnormalised log behaviour that the kernels left in the state."""
    for action in range(len(scores)):
        scores[action] = state.score[action]
    for a in range(len(layout.action)):
        scores[layout.action[a]] = state.log_play[a]
