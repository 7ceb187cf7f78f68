"""Reach and values under a behaviour profile: the probability of every node, and its value to every player."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game, Ints, Numbers
from detente.kernels.compiled import entry
from detente.strategy.state import FLOOR

Floats = NDArray[np.float64]


def edges_of(game: Game) -> Ints:
    """[node]: what leads to it: its action, or the number of actions plus its chance class; the root has -1."""
    edge = np.where(game.action >= 0, game.action, game.actions + game.chance).astype(np.int32)
    edge[0] = -1
    return edge


def reach(game: Game, numbers: Numbers, behaviour: Floats) -> Floats:
    """[draw, node]: probability that play comes to the node, given behaviour [draw, action]."""
    odds = np.concatenate([behaviour, numbers.chance], axis=1)
    out = np.empty((len(odds), game.nodes))
    _down(np.ascontiguousarray(game.parent), edges_of(game), odds, out)
    return out


def log_reach(game: Game, numbers: Numbers, log_behaviour: Floats) -> Floats:
    """[draw, node]: logarithm of the reach probability, given log behaviour [draw, action].

    Chances of zero count as exp(-690), about 1e-300: the limit of chances that vanish at one common speed.
    """
    logs = np.concatenate([log_behaviour, log_chance(numbers)], axis=1)
    out = np.empty((len(logs), game.nodes))
    _down_in_logs(np.ascontiguousarray(game.parent), edges_of(game), logs, out)
    return out


def log_chance(numbers: Numbers) -> Floats:
    """[draw, chance class]: logarithms of chance probabilities, zero counting as exp(-690).

    A negative chance is a logarithm already (`detente.equilibrium.fallback.cutting`), and as small as it likes.
    """
    with np.errstate(divide="ignore"):
        logs = np.maximum(np.log(np.maximum(numbers.chance, 0.0)), FLOOR)
    return np.where(numbers.chance < 0.0, numbers.chance, logs)


def normalised(game: Game, scores: Floats) -> Floats:
    """[draw, action]: log probabilities from unnormalised scores, information set by information set."""
    out = np.array(scores, np.float64, order="C")
    if game.actions:
        _normalise(np.ascontiguousarray(game.action_start), out)
    return out


def values(game: Game, numbers: Numbers, behaviour: Floats) -> Floats:
    """[draw, node, player]: expected payoff from the node on, given behaviour [draw, action]."""
    chance = np.where(numbers.chance < 0.0, np.exp(np.minimum(numbers.chance, 0.0)), numbers.chance)
    odds = np.concatenate([behaviour, chance], axis=1)
    out = np.zeros((len(odds), game.nodes, len(game.players)))
    out[:, game.leaf_node] = numbers.payoff[:, game.leaf_class]
    _up(np.ascontiguousarray(game.parent), edges_of(game), odds, out)
    return out


@entry
def _down(parent: Any, edge: Any, odds: Any, out: Any) -> None:
    for draw in range(len(out)):
        out[draw, 0] = 1.0
        for node in range(1, len(parent)):
            out[draw, node] = out[draw, parent[node]] * odds[draw, edge[node]]


@entry
def _down_in_logs(parent: Any, edge: Any, logs: Any, out: Any) -> None:
    for draw in range(len(out)):
        out[draw, 0] = 0.0
        for node in range(1, len(parent)):
            out[draw, node] = out[draw, parent[node]] + logs[draw, edge[node]]


@entry
def _up(parent: Any, edge: Any, odds: Any, out: Any) -> None:
    for draw in range(len(out)):
        for node in range(len(parent) - 1, 0, -1):
            chance = odds[draw, edge[node]]
            for player in range(out.shape[2]):
                out[draw, parent[node], player] += chance * out[draw, node, player]


@entry
def _normalise(starts: Any, logs: Any) -> None:
    for draw in range(len(logs)):
        for infoset in range(len(starts) - 1):
            first, end = starts[infoset], starts[infoset + 1]
            top = -np.inf
            for a in range(first, end):
                top = max(top, logs[draw, a])
            total = 0.0
            for a in range(first, end):
                logs[draw, a] -= top
                total += np.exp(logs[draw, a])
            shift = np.log(total)
            for a in range(first, end):
                logs[draw, a] -= shift
