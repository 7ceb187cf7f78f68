"""Gains from leaving correlated play before hearing the mediator's recommendations: the certificates of coarse
correlated equilibria.

The certificates share no code with the solvers: best responses in sequence form against the recommendations of the
others, over all nodes of the tree; to a strategy chosen before the game begins (normal form), or from any one
information set on (extensive form).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game, Numbers

Floats = NDArray[np.float64]


def coarse_gains(game: Game, numbers: Numbers, draw: int, joint: Floats, others: Floats) -> Floats:
    """[player]: the most that a strategy chosen beforehand gains over staying with the joint play of one draw.

    joint [leaf]: how likely each ending is. others [player, leaf]: how likely the ending would be if the player did
    everything that leads there and chance and the others did what they do.
    """
    payoff = numbers.payoff[draw][game.leaf_class]
    gains = np.zeros(len(game.players))
    for player in range(len(game.players)):
        alone = _best_response(game, player, others[player] * payoff[:, player])
        gains[player] = alone - joint @ payoff[:, player]
    return gains


def node_reach(game: Game, leaf_reach: Floats) -> Floats:
    """[node] how likely play comes there, given how likely it ends at each leaf."""
    reached = np.zeros(game.nodes)
    reached[game.leaf_node] = leaf_reach
    for level in reversed(list(game.levels())):
        if level.start:
            np.add.at(reached, game.parent[level], reached[level])
    return reached


def refusing_gains(game: Game, numbers: Numbers, draw: int, joint: Floats, refused: Floats) -> Floats:
    """[player]: the most gained by following up to one information set and then refusing for good, in one draw.

    What is recommended at that set is not heard any more. joint [leaf]: how likely each ending is. refused [player,
    leaf, c]: how likely the ending would be if the player followed up to the c-th of its own information sets on the
    way there, and from it on did everything that leads there; anything where there are fewer.
    """
    payoff = numbers.payoff[draw][game.leaf_class]
    gains = np.zeros(len(game.players))
    for player in range(len(game.players)):
        last, rank = _own_moves(game, player)
        at = last[game.leaf_node]
        worth = np.zeros((game.actions + 1, refused.shape[2]))
        np.add.at(worth, at, refused[player] * payoff[:, player, None])
        staying = np.bincount(at + 1, joint * payoff[:, player], minlength=game.actions + 1)
        for infoset, node in _latest_first(game, player, rank):
            actions = slice(game.action_start[infoset], game.action_start[infoset + 1])
            best = worth[actions].max(axis=0)
            stay = staying[actions.start + 1 : actions.stop + 1].sum()
            c = rank[node]
            gains[player] = max(gains[player], best[c] - stay)
            worth[last[node], :c] += best[:c]
            staying[last[node] + 1] += stay
    return gains


def _own_moves(game: Game, player: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """[node]: the player's last action on the way there (-1: none), and how many there were."""
    last = np.full(game.nodes, -1, np.int64)
    rank = np.zeros(game.nodes, np.int64)
    own_action = np.append(game.infoset_player[game.infoset_of_action] == player, False)
    for level in game.levels():
        if level.start:
            above, mine = game.parent[level], own_action[game.action[level]]
            last[level] = np.where(mine, game.action[level], last[above])
            rank[level] = rank[above] + mine
    return last, rank


def _latest_first(game: Game, player: int, rank: NDArray[np.int64]) -> list[tuple[int, int]]:
    """The player's information sets, each with one of its nodes, those that come last in play first."""
    own = np.flatnonzero(game.infoset_player == player)
    first = game.infoset_nodes[game.infoset_node_start[own]]
    return sorted(zip(own.tolist(), first.tolist(), strict=True), key=lambda pair: -rank[pair[1]])


def _best_response(game: Game, player: int, worth: Floats) -> float:
    """Value of a player's best strategy, given each leaf's contribution to it; latest moves come first."""
    last, rank = _own_moves(game, player)
    total = np.zeros(game.actions + 1)
    np.add.at(total, last[game.leaf_node], worth)
    for infoset, node in _latest_first(game, player, rank):
        total[last[node]] += total[game.action_start[infoset] : game.action_start[infoset + 1]].max()
    return float(total[-1])
