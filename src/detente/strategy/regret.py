"""The certificate: how much anybody could gain by deviating. It shares no code with the solvers.

NashConv compares each player's payoff with that of a best response, found in sequence form: every leaf belongs to
the player's last action before it, every information set to the player's last action before it, and the best action
is chosen from the end. So it is exact under perfect recall, whatever the levels on which an information set lies.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game, Numbers
from detente.kernels.compiled import entry, kernel
from detente.kernels.records import Record, indices, plain

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

VANISHED = -690.0  # logarithm that stands for a chance of zero


def nash_conv(game: Game, numbers: Numbers, behaviour: Floats) -> Floats:
    """[draw]: sum over players of (best response payoff - payoff), in payoff units, >= 0 up to rounding."""
    return np.add.reduce(best_response_gains(game, numbers, behaviour), axis=1)


def best_response_gains(game: Game, numbers: Numbers, behaviour: Floats) -> Floats:
    """[draw, player]: what a best response to the others' behaviour [draw, action] would gain."""
    gains = np.zeros((numbers.draws, len(game.players)))
    _gains(tree_of(game), plain(numbers.payoff), plain(numbers.chance), plain(behaviour), gains)
    return gains


def conditional_regret(game: Game, numbers: Numbers, log_behaviour: Floats) -> Floats:
    """[draw]: the most that one deviation would gain at any information set, given beliefs there, in payoff units.

    Information sets off the path count like any other. log_behaviour [draw, action]: log probabilities.
    """
    worst = np.zeros(numbers.draws)
    _one_shot(tree_of(game), plain(numbers.payoff), plain(numbers.chance), plain(log_behaviour), worst)
    return worst


class Tree(Record):
    """A game as the certificate reads it, from the game's own arrays; fields as there, and by the players' own moves:

    leaf_class [node]: payoff class, or -1 where it is no leaf.
    last [player, node]: the player's last action before the node, -1 where there is none.
    own, own_start [player + 1]: the information sets player by player, those latest in play first.
    above [infoset]: the last action of its player before it, -1 where there is none.
    """

    parent: Ints
    action: Ints
    chance: Ints
    first_child: Ints
    leaf_class: Ints
    action_start: Ints
    infoset_node_start: Ints
    infoset_nodes: Ints
    infoset_player: Ints
    last: Ints
    own: Ints
    own_start: Ints
    above: Ints


def tree_of(game: Game) -> Tree:
    """Made once per game."""
    return game.kept.once(Tree, lambda: _read(game))


def _read(game: Game) -> Tree:
    players = len(game.players)
    leaf_class = np.full(game.nodes, -1, np.int32)
    leaf_class[game.leaf_node] = game.leaf_class
    last = np.full((players, game.nodes), -1, np.int32)
    above = np.full(game.infosets, -1, np.int32)
    orders = [_own_moves(game, player, last[player], above) for player in range(players)]
    return Tree(
        parent=indices(game.parent),
        action=indices(game.action),
        chance=indices(game.chance),
        first_child=indices(game.first_child),
        leaf_class=leaf_class,
        action_start=indices(game.action_start),
        infoset_node_start=indices(game.infoset_node_start),
        infoset_nodes=indices(game.infoset_nodes),
        infoset_player=indices(game.infoset_player),
        last=last,
        own=indices(np.concatenate([np.zeros(0, np.int32), *orders])),
        own_start=indices(np.cumsum([0, *map(len, orders)])),
        above=above,
    )


def _own_moves(game: Game, player: int, last: Ints, above: Ints) -> Ints:
    """Sets last [node], and above [infoset] where the set is the player's; returns these sets, latest first."""
    rank = np.zeros(game.nodes, np.int32)
    own = np.zeros(game.actions, bool)
    if game.actions:
        own[:] = game.infoset_player[game.infoset_of_action] == player
    for level in game.levels():
        parent, action = game.parent[level], game.action[level]
        if parent[0] < 0:
            continue
        mine = (action >= 0) & own[np.maximum(action, 0)] if game.actions else np.zeros(len(action), bool)
        last[level] = np.where(mine, action, last[parent])
        rank[level] = rank[parent] + mine
    sets = np.flatnonzero(game.infoset_player == player)
    first = game.infoset_nodes[game.infoset_node_start[sets]]
    above[sets] = last[first]
    return sets[np.argsort(-rank[first], kind="stable")].astype(np.int32)


@entry
def _gains(tree: Tree, payoff: Floats, chance: Floats, behaviour: Floats, out: Floats) -> None:
    """Sets out [draw, player] to what a best response would gain."""
    others = np.ones(len(tree.parent))
    mine = np.ones(len(tree.parent))
    worth = np.zeros(behaviour.shape[1])
    for draw in range(len(payoff)):
        for player in range(out.shape[1]):
            gain = _gain(tree, player, payoff[draw], chance[draw], behaviour[draw], (others, mine, worth))
            out[draw, player] = gain


@kernel
def _gain(
    tree: Tree, player: int, payoff: Floats, chance: Floats, behaviour: Floats, scratch: tuple[Floats, Floats, Floats]
) -> float:
    parent, action, luck, leaf_class = tree.parent, tree.action, tree.chance, tree.leaf_class
    action_start, above, last = tree.action_start, tree.above, tree.last[player]
    others, mine, worth = scratch
    for a in range(len(worth)):
        worth[a] = 0.0
    free = 0.0  # from leaves before which the player never moves
    actual = 0.0
    for node in range(len(parent)):
        if node > 0:
            up = parent[node]
            others[node] = others[up]
            mine[node] = mine[up]
            a = action[node]
            if a < 0:
                others[node] *= chance[luck[node]]
            elif last[node] == a and a != last[up]:
                mine[node] *= behaviour[a]
            else:
                others[node] *= behaviour[a]
        if leaf_class[node] >= 0:
            paid = others[node] * payoff[leaf_class[node], player]
            actual += mine[node] * paid
            if last[node] >= 0:
                worth[last[node]] += paid
            else:
                free += paid
    for k in range(tree.own_start[player], tree.own_start[player + 1]):
        infoset = tree.own[k]
        best = -np.inf
        for a in range(action_start[infoset], action_start[infoset + 1]):
            best = max(best, worth[a])
        if above[infoset] >= 0:
            worth[above[infoset]] += best
        else:
            free += best
    return max(free - actual, 0.0)


@entry
def _one_shot(tree: Tree, payoff: Floats, chance: Floats, log_behaviour: Floats, out: Floats) -> None:
    """Sets out [draw] to the largest gain of one deviation."""
    parent, action, luck, leaf_class = tree.parent, tree.action, tree.chance, tree.leaf_class
    first_child, members, node_start = tree.first_child, tree.infoset_nodes, tree.infoset_node_start
    action_start, owner = tree.action_start, tree.infoset_player
    nodes = len(parent)
    players = payoff.shape[2]
    logs = np.zeros(nodes)
    value = np.zeros((nodes, players))
    odds = np.zeros(nodes)
    weight = np.zeros(len(members))
    for draw in range(len(payoff)):
        for node in range(nodes):
            value[node, :] = 0.0
            if node > 0:
                if action[node] >= 0:
                    step = log_behaviour[draw, action[node]]
                    odds[node] = np.exp(step)
                else:
                    odds[node] = chance[draw, luck[node]]
                    step = max(np.log(odds[node]), VANISHED) if odds[node] > 0.0 else VANISHED
                logs[node] = logs[parent[node]] + step
            if leaf_class[node] >= 0:
                for player in range(players):
                    value[node, player] = payoff[draw, leaf_class[node], player]
        for node in range(nodes - 1, 0, -1):
            for player in range(players):
                value[parent[node], player] += odds[node] * value[node, player]
        worst = 0.0
        for infoset in range(len(owner)):
            start, end = node_start[infoset], node_start[infoset + 1]
            top = -np.inf
            for k in range(start, end):
                top = max(top, logs[members[k]])
            total = 0.0
            for k in range(start, end):
                weight[k] = np.exp(logs[members[k]] - top)
                total += weight[k]
            for k in range(start, end):
                weight[k] /= total
            best = -np.inf
            mean = 0.0
            for a in range(action_start[infoset + 1] - action_start[infoset]):
                worth = 0.0
                for k in range(start, end):
                    worth += weight[k] * value[first_child[members[k]] + a, owner[infoset]]
                best = max(best, worth)
                mean += odds[first_child[members[start]] + a] * worth
            worst = max(worst, best - mean)
        out[draw] = worst
