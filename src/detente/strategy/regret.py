"""The certificate: how much anybody could gain by deviating. It shares no code with the solvers.

NashConv compares each player's payoff with that of a best response, found in sequence form: every leaf belongs to
the player's last action before it, every information set to the player's last action before it, and the best action
is chosen from the end. So it is exact under perfect recall, whatever the levels on which an information set lies.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game, Numbers
from detente.strategy.compiled import entry

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

VANISHED = -690.0  # logarithm that stands for a chance of zero


def nash_conv(game: Game, numbers: Numbers, behaviour: Floats) -> Floats:
    """[draw]: sum over players of (best response payoff - payoff), in payoff units, >= 0 up to rounding."""
    return best_response_gains(game, numbers, behaviour).sum(axis=1)


def best_response_gains(game: Game, numbers: Numbers, behaviour: Floats) -> Floats:
    """[draw, player]: what a best response to the others' behaviour [draw, action] would gain."""
    gains = np.zeros((numbers.draws, len(game.players)))
    plain = _plain(game)
    for player in range(len(game.players)):
        last, order, above = _own_sequences(game, player)
        _gain(plain, last, order, above, player, numbers.payoff, numbers.chance, behaviour, gains[:, player])
    return gains


def conditional_regret(game: Game, numbers: Numbers, log_behaviour: Floats) -> Floats:
    """[draw]: the most that one deviation would gain at any information set, given beliefs there, in payoff units.

    Information sets off the path count like any other. log_behaviour [draw, action]: log probabilities.
    """
    worst = np.zeros(numbers.draws)
    plain = _plain(game)
    _one_shot(plain, game.infoset_nodes + 0, numbers.payoff, numbers.chance, log_behaviour, worst)
    return worst


_Plain = tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints]
_plains: WeakKeyDictionary[Game, _Plain] = WeakKeyDictionary()
_sequences: WeakKeyDictionary[Game, dict[int, tuple[Ints, Ints, Ints]]] = WeakKeyDictionary()


def _plain(game: Game) -> _Plain:
    """By node: parent, action, chance, first_child, leaf_class; action_start, infoset_node_start, infoset_player."""
    if game not in _plains:
        leaf_class = np.full(game.nodes, -1, np.int32)
        leaf_class[game.leaf_node] = game.leaf_class
        arrays = (game.parent, game.action, game.chance, game.first_child, leaf_class)
        rest = (game.action_start, game.infoset_node_start, game.infoset_player)
        _plains[game] = tuple(np.array(a, np.int32) for a in (*arrays, *rest))  # pyright: ignore[reportArgumentType]
    return _plains[game]


def _own_sequences(game: Game, player: int) -> tuple[Ints, Ints, Ints]:
    """For one player: last own action before each node (-1: none); own information sets, latest first; theirs."""
    known = _sequences.setdefault(game, {})
    if player in known:
        return known[player]
    last = np.full(game.nodes, -1, np.int32)
    rank = np.zeros(game.nodes, np.int32)
    own = np.zeros(game.actions, bool)
    if game.actions:
        own[:] = game.infoset_player[game.infoset_of_action] == player
    for level in game.levels():
        above, action = game.parent[level], game.action[level]
        if above[0] < 0:
            continue
        mine = (action >= 0) & own[np.maximum(action, 0)] if game.actions else np.zeros(len(action), bool)
        last[level] = np.where(mine, action, last[above])
        rank[level] = rank[above] + mine
    sets = np.flatnonzero(game.infoset_player == player)
    first = game.infoset_nodes[game.infoset_node_start[sets]]
    order = sets[np.argsort(-rank[first], kind="stable")]
    above_set = np.full(game.infosets, -1, np.int32)
    above_set[sets] = last[first]
    known[player] = (last, order.astype(np.int32), above_set)
    return known[player]


@entry
def _gain(
    plain: Any, last: Any, order: Any, above: Any, player: int, payoff: Any, chance: Any, behaviour: Any, out: Any
) -> None:
    parent, action, luck, _first, leaf_class, action_start, _nodes, _owner = plain
    nodes = len(parent)
    others = np.ones(nodes)
    mine = np.ones(nodes)
    worth = np.zeros(behaviour.shape[1])
    for draw in range(len(payoff)):
        worth[:] = 0.0
        free = 0.0  # from leaves before which the player never moves
        actual = 0.0
        for node in range(nodes):
            if node > 0:
                up = parent[node]
                others[node] = others[up]
                mine[node] = mine[up]
                a = action[node]
                if a < 0:
                    others[node] *= chance[draw, luck[node]]
                elif last[node] == a and a != last[up]:
                    mine[node] *= behaviour[draw, a]
                else:
                    others[node] *= behaviour[draw, a]
            if leaf_class[node] >= 0:
                paid = others[node] * payoff[draw, leaf_class[node], player]
                actual += mine[node] * paid
                if last[node] >= 0:
                    worth[last[node]] += paid
                else:
                    free += paid
        for infoset in order:
            best = -np.inf
            for a in range(action_start[infoset], action_start[infoset + 1]):
                best = max(best, worth[a])
            if above[infoset] >= 0:
                worth[above[infoset]] += best
            else:
                free += best
        out[draw] = max(free - actual, 0.0)


@entry
def _one_shot(plain: Any, members: Any, payoff: Any, chance: Any, log_behaviour: Any, out: Any) -> None:
    parent, action, luck, first_child, leaf_class, action_start, node_start, owner = plain
    nodes = len(parent)
    players = payoff.shape[2]
    logs = np.zeros(nodes)
    value = np.zeros((nodes, players))
    odds = np.zeros(nodes)
    for draw in range(len(payoff)):
        for node in range(nodes):
            value[node, :] = 0.0
            if node > 0:
                if action[node] >= 0:
                    step = log_behaviour[draw, action[node]]
                    odds[node] = np.exp(step)
                else:
                    odds[node] = chance[draw, luck[node]]
                    step = np.log(odds[node]) if odds[node] > 0.0 else VANISHED
                logs[node] = logs[parent[node]] + max(step, VANISHED) if action[node] < 0 else logs[parent[node]] + step
            if leaf_class[node] >= 0:
                for player in range(players):
                    value[node, player] = payoff[draw, leaf_class[node], player]
        for node in range(nodes - 1, 0, -1):
            for player in range(players):
                value[parent[node], player] += odds[node] * value[node, player]
        worst = 0.0
        for infoset in range(len(owner)):
            count = action_start[infoset + 1] - action_start[infoset]
            start, end = node_start[infoset], node_start[infoset + 1]
            top = -np.inf
            for k in range(start, end):
                top = max(top, logs[members[k]])
            total = 0.0
            for k in range(start, end):
                total += np.exp(logs[members[k]] - top)
            best = -np.inf
            mean = 0.0
            for a in range(count):
                worth = 0.0
                for k in range(start, end):
                    weight = np.exp(logs[members[k]] - top) / total
                    worth += weight * value[first_child[members[k]] + a, owner[infoset]]
                best = max(best, worth)
                mean += np.exp(log_behaviour[draw, action_start[infoset] + a]) * worth
            worst = max(worst, best - mean)
        out[draw] = worst
