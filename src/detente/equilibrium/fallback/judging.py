"""Values of the moves of one draw given that their information set is reached, and the log probability of that.

Vectorised over the tree and in logarithms, for play of which whole parts are all but unreachable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game, Numbers
from detente.strategy.behaviour import log_reach, values

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Judged:
    """A draw's play and what it comes to.

    play [action]: log behaviour. reach [node]: log probability. worth [node, player]: expected payoffs.
    quality [action]: what it is worth to who moves. mass, regret [infoset]: log probability that it is reached; what
    the best move there gains over play.
    """

    play: Floats
    reach: Floats
    worth: Floats
    quality: Floats
    mass: Floats
    regret: Floats


def judged(game: Game, numbers: Numbers, play: Floats) -> Judged:
    """Log reach, values, beliefs and regret of log behaviour [action] in a game of a single draw."""
    reach = log_reach(game, numbers, play[None])[0]
    worth = values(game, numbers, np.exp(play)[None])[0]
    if not game.infosets:
        return Judged(play, reach, worth, np.zeros(0), np.zeros(0), np.zeros(0))
    sizes, widths = np.diff(game.infoset_node_start), np.diff(game.action_start)
    firsts, of = game.infoset_node_start[:-1], np.repeat(np.arange(game.infosets), sizes)
    likely = reach[game.infoset_nodes]
    top = np.maximum.reduceat(likely, firsts)
    belief = np.exp(likely - top[of])
    total = np.add.reduceat(belief, firsts)
    belief /= total[of]
    quality = np.zeros(game.actions)
    for k in range(int(widths.max())):
        has = widths[of] > k
        paid = worth[game.first_child[game.infoset_nodes[has]] + k, game.infoset_player[of[has]]]
        at = game.action_start[of[has]] + k
        quality += np.bincount(at, weights=belief[has] * paid, minlength=game.actions)
    starts = game.action_start[:-1]
    mean = np.add.reduceat(np.exp(play) * quality, starts)
    regret = np.maximum.reduceat(quality, starts) - mean
    return Judged(play, reach, worth, quality, top + np.log(total), regret)
