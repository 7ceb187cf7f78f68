"""Sequential rationality of an assessment: what every player gains by deviating where, given its beliefs there.

Two gains are told. A *single deviation* changes one move and keeps the player's own later moves. The *best
continuation* changes all of them: the player's beliefs at the information set are carried on by the others' behaviour,
as Kreps and Wilson define sequential rationality. Where beliefs are consistent, neither gains unless the other does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import CHANCE, LEAF, Game, Numbers
from detente.strategy.behaviour import values
from detente.strategy.sequence_form import last_actions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_WORK = 20_000_000
"""Nodes below information sets, counted as often as they lie below one, up to which best continuations are found."""
WORK_OF_A_SET = 1_000
"""Nodes that take as long as one information set whatever lies below it."""


@dataclass(frozen=True, eq=False)
class Rationality:
    """worth [action]: expected payoff given the beliefs; gain [infoset]: of the best single deviation, and to which
    action (best); continuation [infoset]: of the best continuation, or None where the game is too large for it.
    """

    worth: Floats
    gain: Floats
    best: Ints
    continuation: Floats | None


def sequential_rationality(game: Game, numbers: Numbers, behaviour: Floats, beliefs: Floats) -> Rationality:
    """Gains from deviating from behaviour [action], given beliefs [position in infoset_nodes], at the first draw's
    payoffs.
    """
    value = values(game, numbers, behaviour[None])[0]
    worth = _worth(game, value, beliefs)
    starts = game.action_start[:-1]
    top = np.maximum.reduceat(worth, starts)
    staying = np.add.reduceat(behaviour * worth, starts)
    at_top = np.where(worth == top[game.infoset_of_action], np.arange(game.actions), game.actions)
    best = np.minimum.reduceat(at_top, starts)
    return Rationality(worth, top - staying, best, _continuations(game, numbers, behaviour, beliefs, staying))


def _worth(game: Game, value: Floats, beliefs: Floats) -> Floats:
    """[action]: payoff of the player who moves, averaged over the histories it believes in."""
    worth = np.zeros(game.actions)
    below = np.flatnonzero(game.action >= 0)
    above = game.parent[below]
    weight = np.zeros(game.nodes)
    weight[game.infoset_nodes] = beliefs
    player = game.infoset_player[game.infoset[above]]
    np.add.at(worth, game.action[below], weight[above] * value[below, player])
    return worth


def _continuations(game: Game, numbers: Numbers, behaviour: Floats, beliefs: Floats, staying: Floats) -> Floats | None:
    if _work(game) > MOST_WORK:
        return None
    gains = np.zeros(game.infosets)
    odds = np.ones(game.nodes)
    by_action, by_chance = game.action >= 0, game.chance >= 0
    odds[by_action] = behaviour[game.action[by_action]]
    odds[by_chance] = numbers.chance[0][game.chance[by_chance]]
    payoff = np.zeros((game.nodes, len(game.players)))
    payoff[game.leaf_node] = numbers.payoff[0][game.leaf_class]
    for player in range(len(game.players)):
        own = np.flatnonzero(game.infoset_player == player)
        last = last_actions(game, player)
        for infoset in own.tolist():
            best = _best_from(game, infoset, player, (odds, payoff[:, player], last, beliefs))
            gains[infoset] = best - staying[infoset]
    return gains


def _work(game: Game) -> int:
    """Work of the check: nodes below information sets, counted once for each set above, and a constant for each set."""
    depth = np.zeros(game.nodes, np.int64)
    for level in game.levels():
        if level.start:
            up = game.parent[level]
            depth[level] = depth[up] + (game.infoset[up] >= 0)
    return int(depth.sum()) + WORK_OF_A_SET * game.infosets


def _best_from(
    game: Game, infoset: int, player: int, arrays: tuple[Floats, Floats, NDArray[np.int32], Floats]
) -> float:
    """Value of the player's best continuation at one of its information sets, given the beliefs there."""
    odds, payoff, last, beliefs = arrays
    place = slice(int(game.infoset_node_start[infoset]), int(game.infoset_node_start[infoset + 1]))
    nodes, weight = game.infoset_nodes[place].astype(np.intp), beliefs[place]
    total: dict[int, float] = {}
    met: set[int] = set()
    while len(nodes):
        kind = game.infoset[nodes]
        ended = kind == LEAF
        for action, worth in zip(last[nodes[ended]].tolist(), (weight * payoff[nodes])[ended].tolist(), strict=True):
            total[action] = total.get(action, 0.0) + worth
        mine = (kind >= 0) & (game.infoset_player[np.maximum(kind, 0)] == player) & (kind != CHANCE)
        met.update(np.unique(kind[mine]).tolist())
        counts = np.where(ended, 0, game.child_count[nodes])
        starts = np.cumsum(counts) - counts
        children = np.arange(counts.sum()) + np.repeat(game.first_child[nodes] - starts, counts)
        step = np.where(np.repeat(mine, counts), 1.0, odds[children])
        nodes, weight = children, np.repeat(weight, counts) * step
    return _choose(game, infoset, total, met, last)


def _choose(game: Game, infoset: int, total: dict[int, float], met: set[int], last: NDArray[np.int32]) -> float:
    """Best moves at the information sets met, those that come later in the player's own order first."""

    def own_depth(which: int) -> int:
        above, count = which, 0
        while above != infoset:
            above = int(game.infoset_of_action[last[game.infoset_nodes[game.infoset_node_start[above]]]])
            count += 1
        return count

    best = 0.0
    for which in sorted(met, key=own_depth, reverse=True):
        actions = range(int(game.action_start[which]), int(game.action_start[which + 1]))
        best = max(total.get(action, 0.0) for action in actions)
        above = int(last[game.infoset_nodes[game.infoset_node_start[which]]])
        if which != infoset:
            total[above] = total.get(above, 0.0) + best
    return best
