"""A draw continued from one that has been solved: the near one's solution, the kernels' units, and when to trust it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.continuation import carry
from detente.equilibrium.newton import Work
from detente.equilibrium.solution import Ending, Solution, normalised
from detente.game.arrays import Game, Numbers
from detente.strategy.layout import Layout
from detente.strategy.regret import conditional_regret
from detente.strategy.sweep import State

Floats = NDArray[np.float64]

MOST_STEPS = 10
"""Steps in the numbers beyond which a path from rationality zero is as cheap."""

TOLERABLE = 1e-6
"""Largest gain of one deviation, as a share of the payoff range, at which what is continued counts as the limit."""

_FROM = {Ending.REACHED, Ending.LIMIT, Ending.CONTINUED}


@dataclass(frozen=True, eq=False)
class Near:
    """Solved draws of a game from which others are continued: as many as those, or one for all."""

    numbers: Numbers
    solution: Solution


def continued(
    game: Game, near: Near, memory: tuple[Layout, State, Work], numbers: Numbers, draw: int, asked: float
) -> tuple[Floats, float, int] | None:
    """Log behaviour (unnormalised), rationality reached and steps, or None where the draw cannot be continued.

    asked: rationality in units of 1/payoff; infinite for the limit, which is then left at the near draw's rationality.
    """
    layout, state, work = memory
    start = draw if near.numbers.draws > 1 else 0
    known = near.solution
    limit = bool(np.isinf(asked))
    other = near.numbers.payoff.shape[1:] != numbers.payoff.shape[1:] or (
        near.numbers.chance.shape[1:] != numbers.chance.shape[1:] or known.log_behaviour.shape[1] != len(state.score)
    )
    if (
        other
        or limit != bool(np.isinf(known.rationality[start]))
        or known.endings[start] not in _FROM
        or not layout.unknowns
    ):
        return None
    scaled, unit = _scaled(numbers, draw)
    before, old_unit = _scaled(near.numbers, start)
    begun = float(known.reached[start]) * old_unit
    wanted = begun if limit else float(asked) * unit
    chance = np.array(numbers.chance[draw], np.float64)
    if not (np.isfinite(scaled).all() and np.isfinite(chance).all() and wanted > 0.0 and begun > 0.0):
        return None
    old = (before, np.array(near.numbers.chance[start], np.float64), begun, known.log_behaviour[start].copy())
    steps = carry(layout, state, work, MOST_STEPS, old, (scaled, chance, wanted))
    if not steps or not np.isfinite(work.here).all():
        return None
    logs = state.score.copy()
    logs[layout.action] = state.log_play
    if limit:
        own = Numbers(numbers.payoff[draw : draw + 1], numbers.chance[draw : draw + 1])
        if not conditional_regret(game, own, normalised(game, logs[None]))[0] <= TOLERABLE * unit:
            return None
    return logs, wanted / unit if limit else float(asked), steps


def _scaled(numbers: Numbers, draw: int) -> tuple[Floats, float]:
    """Payoffs of a draw in units of their range, counted from each player's least, and the range."""
    payoff = numbers.payoff[draw]
    lowest = payoff.min(axis=0)
    unit = float((payoff - lowest).max())
    unit = unit if unit > 0.0 else 1.0
    return np.ascontiguousarray((payoff - lowest) / unit), unit
