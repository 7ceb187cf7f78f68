"""Beliefs: at every information set, how likely each of its nodes is, given that it is reached."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game, Numbers
from detente.strategy.behaviour import log_reach
from detente.strategy.state import FLOOR

Floats = NDArray[np.float64]


def beliefs(game: Game, numbers: Numbers, behaviour: Floats) -> Floats:
    """[draw, position in game.infoset_nodes]: beliefs given behaviour [draw, action] as probabilities.

    Actions of probability zero count as exp(-690). Where behaviour comes from a solver use `beliefs_from_logs`,
    which keeps apart what has vanished at different speeds.
    """
    with np.errstate(divide="ignore"):
        return beliefs_from_logs(game, numbers, np.maximum(np.log(behaviour), FLOOR))


def beliefs_from_logs(game: Game, numbers: Numbers, log_behaviour: Floats) -> Floats:
    """[draw, position in game.infoset_nodes]: beliefs given log behaviour, on the path and off it.

    They add to one over every information set, `game.infoset_node_start` bounding each.
    """
    if not game.infosets:
        return np.zeros((len(log_behaviour), 0))
    return normalised(game, log_reach(game, numbers, log_behaviour)[:, game.infoset_nodes])


def normalised(game: Game, logs: Floats) -> Floats:
    """Probabilities from logarithms [draw, position], information set by information set."""
    starts = game.infoset_node_start[:-1]
    sizes = np.diff(game.infoset_node_start)
    top = np.repeat(np.maximum.reduceat(logs, starts, axis=1), sizes, axis=1)
    weights = np.exp(logs - top)
    return weights / np.repeat(np.add.reduceat(weights, starts, axis=1), sizes, axis=1)
