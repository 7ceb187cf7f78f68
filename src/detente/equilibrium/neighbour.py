"""A draw continued from one that has been solved: the near one's solution, the kernels' units, and when to trust it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.fallback.tuning import CERTIFIED_SHARE
from detente.equilibrium.path.continuation import carry
from detente.equilibrium.path.newton import Work
from detente.equilibrium.solution import Ending, Solution
from detente.equilibrium.tuning import CONTINUED_REGRET, MOST_CONTINUED_STEPS
from detente.game.arrays import Game, Numbers
from detente.kernels.records import plain
from detente.strategy.behaviour import normalised
from detente.strategy.layout import Layout
from detente.strategy.regret import conditional_regret
from detente.strategy.stakes import largest_share
from detente.strategy.state import State

Floats = NDArray[np.float64]


_FROM = {Ending.REACHED, Ending.LIMIT, Ending.CONTINUED}


@dataclass(frozen=True, eq=False)
class Near:
    """Solved draws of a game from which others are continued: as many as those, or one for all."""

    numbers: Numbers
    solution: Solution


def continued(
    game: Game,
    near: Near,
    memory: tuple[Layout, State, Work],
    numbers: Numbers,
    draw: int,
    asked: float,
    spread: float,
) -> tuple[Floats, float, int] | None:
    """Log behaviour (unnormalised), rationality reached and steps, or None where the draw cannot be continued.

    asked: rationality in units of 1/payoff; infinite for the limit, which is then left at the near draw's rationality.
    spread: the draw's payoff range.
    """
    layout, state, work = memory
    start = draw if near.numbers.draws > 1 else 0
    known, before = near.solution, near.numbers
    limit = bool(np.isinf(asked))
    if (
        before.payoff.shape[1:] != numbers.payoff.shape[1:]
        or before.chance.shape[1:] != numbers.chance.shape[1:]
        or known.log_behaviour.shape[1] != game.actions
        or limit != bool(np.isinf(known.rationality[start]))
        or known.endings[start] not in _FROM
        or start in known.paces
        or not layout.unknowns
    ):
        return None
    old_unit, unit = float(known.payoff_range[start]), spread if spread > 0.0 else 1.0
    old_unit = old_unit if old_unit > 0.0 else 1.0
    begun = float(known.reached[start]) * old_unit
    wanted = begun if limit else asked * unit
    if not (wanted > 0.0 and begun > 0.0):
        return None
    chance = plain(before.chance[start])
    old = (plain(before.payoff[start]), chance, old_unit, begun, plain(known.log_behaviour[start]))
    new = (numbers.payoff[draw], numbers.chance[draw], unit, wanted)
    scores = np.empty(game.actions)
    steps = carry(layout, state, work, MOST_CONTINUED_STEPS, old, new, scores)
    if not steps:
        return None
    if limit:
        own = Numbers(numbers.payoff[draw : draw + 1], numbers.chance[draw : draw + 1])
        logs = normalised(game, scores[None])
        if (
            not conditional_regret(game, own, logs)[0] <= CONTINUED_REGRET * unit
            or not largest_share(game, own, logs)[0] <= CERTIFIED_SHARE
        ):
            return None
    return scores, wanted / unit if limit else asked, steps
