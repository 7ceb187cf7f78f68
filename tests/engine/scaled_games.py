"""Games made from others by what should not change the answer: ruinous moves, small choices, other units."""

from __future__ import annotations

import numpy as np
from tests.engine.random_games import Grower

from detente.game.arrays import Game, Numbers


def with_ruin(game: Game, numbers: Numbers, ruin: float) -> tuple[Game, Numbers]:
    """The game with one more move, the last, at every information set: it ends play, and costs who makes it `ruin`."""
    return _rebuilt(game, numbers, ruin=ruin)


def with_whim(game: Game, numbers: Numbers, player: int, small: float) -> tuple[Game, Numbers]:
    """The game after a choice by a player, seen by nobody, between gaining so little in any event, and nothing.

    The first information set is that choice.
    """
    return _rebuilt(game, numbers, whim=(player, small))


def scaled(numbers: Numbers, factor: list[float]) -> Numbers:
    """Payoffs in other units, player by player."""
    return Numbers(numbers.payoff * np.array(factor), numbers.chance)


def _rebuilt(
    game: Game, numbers: Numbers, ruin: float = 0.0, whim: tuple[int, float] | None = None
) -> tuple[Game, Numbers]:
    players = len(game.players)
    grower = Grower(players)
    payoff, chance = numbers.payoff[0], numbers.chance[0]
    paid = np.zeros(game.nodes, np.int64)
    paid[game.leaf_node] = game.leaf_class

    def copy(node: int, parent: int, rank: int, odds: float, bonus: np.ndarray) -> None:
        infoset = int(game.infoset[node])
        children = range(int(game.first_child[node]), int(game.first_child[node] + game.child_count[node]))
        if not len(children):
            grower.leaf(parent, rank, tuple((payoff[paid[node]] + bonus).tolist()), odds)
            return
        if infoset < 0:
            here = grower.chance(parent, rank, odds)
        else:
            mover, moves = int(game.infoset_player[infoset]), len(children) + (ruin != 0.0)
            knows = ("whim", infoset, bool(bonus.any())) if whim and mover == whim[0] else infoset
            here = grower.decision(parent, rank, mover, knows, moves, odds)
        for k, child in enumerate(children):
            copy(child, here, k, float(chance[game.chance[child]]) if infoset < 0 else 0.0, bonus)
        if infoset >= 0 and ruin:
            lost = np.zeros(players)
            lost[mover] = -ruin
            grower.leaf(here, len(children), tuple(lost.tolist()))

    if whim is None:
        copy(0, -1, 0, 0.0, np.zeros(players))
    else:
        first = grower.decision(-1, 0, whim[0], "whim", 2)
        for k in range(2):
            copy(0, first, k, 0.0, np.eye(players)[whim[0]] * (whim[1] if k == 0 else 0.0))
    return grower.done()
