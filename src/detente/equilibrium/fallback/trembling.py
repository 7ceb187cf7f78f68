"""Regret minimisation by players whose hands tremble: play that makes sense off its own path as well.

Everybody plays every move with some small probability, so that beliefs are defined everywhere; and regret is counted
given that the information set is reached, so that players learn off the path as fast as on it. Where play settles on
pure moves, which is nearly everywhere in many games, it settles after a few hundred iterations. Where players mix, the
last behaviour goes in circles.

Source: Tammelin 2014 (regret matching+), Brown & Sandholm 2019 (discounting); Selten 1975 (trembles).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.fallback.tuning import FORGETTING, TREMBLE
from detente.game.arrays import LEAF, Game, Numbers
from detente.kernels.compiled import entry
from detente.kernels.records import indices
from detente.strategy.behaviour import edges_of, log_chance

Floats = NDArray[np.float64]


def trembling_play(game: Game, numbers: Numbers, iterations: int) -> Floats:
    """Log behaviour [action] of a single draw after so many iterations; no move is less likely than a tremble."""
    widths = np.diff(game.action_start)
    behaviour = 1.0 / widths[game.infoset_of_action]
    odds = np.concatenate([behaviour, np.exp(log_chance(numbers)[0])])
    worth = np.zeros((game.nodes, len(game.players)))
    leaves = np.flatnonzero(game.infoset == LEAF)
    worth[game.leaf_node] = numbers.payoff[0][game.leaf_class]
    shape = (
        indices(game.parent),
        edges_of(game),
        indices(game.first_child),
        np.append(game.infoset_player, -1)[np.maximum(game.infoset, -1)].astype(np.int32),
        indices(game.infoset_player),
        indices(game.action_start),
        indices(game.infoset_node_start),
        indices(game.infoset_nodes),
    )
    inner = np.ones(game.nodes, np.bool_)
    inner[leaves] = False
    _minimise(shape, inner, worth, odds, np.ones_like(worth), np.zeros(game.actions), iterations)
    return np.log(odds[: game.actions])


@entry
def _minimise(shape: Any, inner: Any, worth: Any, odds: Any, others: Any, regret: Any, iterations: int) -> None:
    parent, edge, first, mover, owner, action_start, node_start, members = shape
    nodes, players = worth.shape
    most = 0
    for infoset in range(len(owner)):
        most = max(most, action_start[infoset + 1] - action_start[infoset])
    quality = np.zeros(most)
    for t in range(1, iterations + 1):
        kept = float(t) ** FORGETTING / (float(t) ** FORGETTING + 1.0)
        for node in range(1, nodes):
            above = parent[node]
            chance = odds[edge[node]]
            for player in range(players):
                others[node, player] = others[above, player] * (1.0 if mover[above] == player else chance)
        for node in range(nodes):
            if inner[node]:
                for player in range(players):
                    worth[node, player] = 0.0
        for node in range(nodes - 1, 0, -1):
            for player in range(players):
                worth[parent[node], player] += odds[edge[node]] * worth[node, player]
        for infoset in range(len(owner)):
            start, end, player = action_start[infoset], action_start[infoset + 1], owner[infoset]
            total = 0.0
            quality[:] = 0.0
            for k in range(node_start[infoset], node_start[infoset + 1]):
                node = members[k]
                total += others[node, player]
                for a in range(end - start):
                    quality[a] += others[node, player] * worth[first[node] + a, player]
            if total == 0.0:
                continue
            mean = 0.0
            for a in range(end - start):
                quality[a] /= total
                mean += odds[start + a] * quality[a]
            positive = 0.0
            for a in range(end - start):
                regret[start + a] = max(kept * regret[start + a] + quality[a] - mean, 0.0)
                positive += regret[start + a]
            for a in range(end - start):
                share = regret[start + a] / positive if positive > 0.0 else 1.0 / (end - start)
                odds[start + a] = (1.0 - TREMBLE) * share + TREMBLE / (end - start)
