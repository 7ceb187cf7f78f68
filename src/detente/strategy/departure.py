"""The certificate at a finite rationality: how far play is from logit replies to it. It shares no code with solvers.

At a logit equilibrium every move is made with the probability exp(λ·Q) over the sum of these at its information set,
where Q is what the move is worth to who moves, given beliefs there and everybody's play from there on, the mover's own
included (agent quantal response equilibrium; McKelvey and Palfrey 1998, equation 4).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game, Numbers
from detente.kernels.compiled import entry, kernel
from detente.kernels.records import plain
from detente.strategy.regret import VANISHED, Tree, tree_of

Floats = NDArray[np.float64]

_ROUNDING = 64.0 * float(np.finfo(float).eps)
"""Share of the payoffs that come of a move up to which its worth is known: differences below that are none."""


def departure(game: Game, numbers: Numbers, log_behaviour: Floats, rationality: Floats) -> Floats:
    """[draw]: the largest difference between the probability of a move and that of the logit reply to all play.

    Information sets off the path count like any other; differences in worth that rounding may have made are given to
    play. NaN in the limit. rationality [draw]: in units of 1/payoff. log_behaviour [draw, action]: log probabilities.
    """
    worst = np.full(numbers.draws, np.nan)
    finite = np.isfinite(rationality)
    if finite.any():
        worst[finite] = 0.0
        _depart(
            tree_of(game),
            plain(numbers.payoff),
            plain(numbers.chance),
            plain(log_behaviour),
            np.where(finite, rationality, -1.0),
            worst,
        )
    return worst


@entry
def _depart(tree: Tree, payoff: Floats, chance: Floats, logs: Floats, rationality: Floats, out: Floats) -> None:
    nodes, players = len(tree.parent), payoff.shape[2]
    reach, odds = np.zeros(nodes), np.zeros(nodes)
    value, size = np.zeros((nodes, players)), np.zeros((nodes, players))
    most = 0
    for infoset in range(len(tree.infoset_player)):
        most = max(most, tree.action_start[infoset + 1] - tree.action_start[infoset])
    worth, extent = np.zeros(most), np.zeros(most)
    for draw in range(len(payoff)):
        if rationality[draw] < 0.0:
            continue
        _value(tree, payoff[draw], chance[draw], logs[draw], (reach, odds), (value, size))
        worst = 0.0
        for infoset in range(len(tree.infoset_player)):
            _weigh(tree, infoset, reach, (value, size), (worth, extent))
            start, end = tree.action_start[infoset], tree.action_start[infoset + 1]
            worst = max(worst, _apart(logs[draw, start:end], worth, extent, rationality[draw]))
        out[draw] = worst


@kernel
def _value(
    tree: Tree,
    payoff: Floats,
    chance: Floats,
    logs: Floats,
    down: tuple[Floats, Floats],
    up: tuple[Floats, Floats],
) -> None:
    """Log reach of every node, odds of its edge, what it is worth to everybody, and the size of what that sums."""
    reach, odds = down
    value, size = up
    for node in range(len(tree.parent)):
        kind, action = tree.leaf_class[node], tree.action[node]
        for player in range(value.shape[1]):
            paid = payoff[kind, player] if kind >= 0 else 0.0
            value[node, player] = paid
            size[node, player] = abs(paid)
        if node > 0:
            if action >= 0:
                step = logs[action]
                odds[node] = np.exp(step)
            else:
                odds[node] = chance[tree.chance[node]]
                step = max(np.log(odds[node]), VANISHED) if odds[node] > 0.0 else VANISHED
            reach[node] = reach[tree.parent[node]] + step
    for node in range(len(tree.parent) - 1, 0, -1):
        for player in range(value.shape[1]):
            value[tree.parent[node], player] += odds[node] * value[node, player]
            size[tree.parent[node], player] += odds[node] * size[node, player]


@kernel
def _weigh(tree: Tree, infoset: int, reach: Floats, known: tuple[Floats, Floats], out: tuple[Floats, Floats]) -> None:
    """Worth of every move of an information set to who moves there, and the size of what that is a sum of."""
    value, size = known
    worth, extent = out
    player = tree.infoset_player[infoset]
    start, end = tree.infoset_node_start[infoset], tree.infoset_node_start[infoset + 1]
    moves = tree.action_start[infoset + 1] - tree.action_start[infoset]
    top, total = -np.inf, 0.0
    for k in range(start, end):
        top = max(top, reach[tree.infoset_nodes[k]])
    for a in range(moves):
        worth[a] = 0.0
        extent[a] = 0.0
    for k in range(start, end):
        node = tree.infoset_nodes[k]
        belief = np.exp(reach[node] - top)
        total += belief
        for a in range(moves):
            worth[a] += belief * value[tree.first_child[node] + a, player]
            extent[a] += belief * size[tree.first_child[node] + a, player]
    for a in range(moves):
        worth[a] /= total
        extent[a] /= total


@kernel
def _apart(logs: Floats, worth: Floats, extent: Floats, rationality: float) -> float:
    """The largest difference between probabilities and those of a logit reply that rounding allows."""
    moves = len(logs)
    likeliest = 0
    for a in range(moves):
        if logs[a] > logs[likeliest]:
            likeliest = a
    total = 0.0
    for a in range(moves):
        total += np.exp(_log_odds(a, likeliest, logs, worth, extent, rationality))
    worst = 0.0
    for a in range(moves):
        replied = np.exp(_log_odds(a, likeliest, logs, worth, extent, rationality)) / total
        worst = max(worst, abs(np.exp(logs[a]) - replied))
    return worst


@kernel
def _log_odds(a: int, other: int, logs: Floats, worth: Floats, extent: Floats, rationality: float) -> float:
    """Log odds of a move against another in the logit reply; those of play where rounding may have made the difference.

    They are kept from what the exponential cannot hold.
    """
    asked = rationality * (worth[a] - worth[other])
    slack = rationality * _ROUNDING * max(extent[a], extent[other])
    played = logs[a] - logs[other]
    return min(max(min(max(played, asked - slack), asked + slack), -700.0), 700.0)
