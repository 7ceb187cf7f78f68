"""The stake of an information set, and the share of it that one deviation there would gain.

A gain of 0.4 is nothing to an actor whose moves are worth millions apart, and everything to one whose moves are worth 1
and 0. The stake is the difference between the best and the worst result, to the player who moves, of the moves thought
of at the set, while the moves thought of elsewhere are made; chance keeps its odds, so that luck which no move changes
counts for nothing. A move is thought of if it is made with some probability, or if it would be an improvement: a third
move that would ruin everybody, and is never made, does not make the choice between the other two a small matter.

The module shares no code with the solvers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game, Numbers
from detente.kernels.compiled import entry, kernel
from detente.kernels.records import plain
from detente.strategy.regret import VANISHED, Tree, tree_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

THOUGHT_OF = 1e-8
"""Probability from which a move, or a belief, counts."""
STAKES_ROUNDING = 16.0 * float(np.finfo(float).eps)
"""Differences up to this share of the payoffs that come of the moves are rounding: the moves are worth the same."""


@dataclass(frozen=True, eq=False)
class Stakes:
    """Stakes of single decisions at one draw's play; all [infoset], in payoff units, but `counts` and `worth`.

    gain: gain of the best single move over play, given beliefs, beyond rounding. wide: the stake. fine: the smallest
    difference, beyond rounding, between the best move and another that is made. rounding: difference that counts as
    none. counts [action]: True where the move is thought of. worth [action]: the move's value to its player.
    """

    gain: Floats
    wide: Floats
    fine: Floats
    rounding: Floats
    counts: Flags
    worth: Floats

    @property
    def share(self) -> Floats:
        """[infoset]: the share of what is at stake that one deviation gains; nothing where nothing is at stake."""
        return np.divide(self.gain, self.wide, out=np.zeros(len(self.gain)), where=self.wide > 0.0)


def stakes(game: Game, numbers: Numbers, log_behaviour: Floats, beliefs: Floats | None = None) -> Stakes:
    """Stakes of all decisions in a game of a single draw, at log behaviour [action].

    beliefs [position in game.infoset_nodes]: beliefs held; None: the beliefs that Bayes' rule makes of behaviour.
    """
    sets, actions = game.infosets, game.actions
    gain, wide, fine, rounding = np.zeros((4, sets))
    counts, worth = np.zeros(actions, bool), np.zeros(actions)
    held = np.zeros(0) if beliefs is None else plain(beliefs)
    payoff, chance = plain(numbers.payoff[0]), plain(numbers.chance[0])
    _judge(tree_of(game), payoff, chance, plain(log_behaviour), held, (gain, wide, fine, rounding), counts, worth)
    return Stakes(gain, wide, fine, rounding, counts, worth)


def largest_share(game: Game, numbers: Numbers, log_behaviour: Floats) -> Floats:
    """[draw]: the largest share of what is at stake at any information set that one deviation there would gain."""
    return _worst(game, numbers, log_behaviour)[0]


def least_at_stake(game: Game, numbers: Numbers, log_behaviour: Floats, alone: Flags) -> tuple[Floats, Floats]:
    """[draw]: the largest share that one deviation gains; and the least at stake where several moves are made.

    Infinite where nowhere. alone [infoset]: sets where nobody can keep two moves equally good but by paying the same
    for both: there, what is at stake is the smallest difference.
    """
    return _worst(game, numbers, log_behaviour, alone)


def _worst(game: Game, numbers: Numbers, log_behaviour: Floats, alone: Flags | None = None) -> tuple[Floats, Floats]:
    draws = len(log_behaviour)
    share, least = np.zeros(draws), np.full(draws, np.inf)
    alone = np.zeros(game.infosets, bool) if alone is None else alone
    if game.infosets:
        _judge_all(
            tree_of(game), plain(numbers.payoff), plain(numbers.chance), plain(log_behaviour), alone, share, least
        )
    return share, least


@entry
def _judge_all(
    tree: Tree, payoff: Floats, chance: Floats, logs: Floats, alone: Flags, share: Floats, least: Floats
) -> None:
    sets, actions = len(tree.infoset_player), logs.shape[1]
    gain, wide, fine, rounding = np.zeros(sets), np.zeros(sets), np.zeros(sets), np.zeros(sets)
    counts, worth = np.zeros(actions, np.bool_), np.zeros(actions)
    for draw in range(len(payoff)):
        _judge(tree, payoff[draw], chance[draw], logs[draw], np.zeros(0), (gain, wide, fine, rounding), counts, worth)
        for infoset in range(sets):
            if wide[infoset] > 0.0:
                share[draw] = max(share[draw], gain[infoset] / wide[infoset])
            made = 0
            for a in range(tree.action_start[infoset], tree.action_start[infoset + 1]):
                made += logs[draw, a] > np.log(THOUGHT_OF)
            if made > 1:
                here = fine[infoset] if alone[infoset] else wide[infoset]
                if here > 0.0:
                    least[draw] = min(least[draw], here)


@entry
def _judge(
    tree: Tree,
    payoff: Floats,
    chance: Floats,
    logs: Floats,
    held: Floats,
    out: tuple[Floats, Floats, Floats, Floats],
    counts: Flags,
    worth: Floats,
) -> None:
    """Fills what `Stakes` consists of, for one draw; held: beliefs, or nothing where they follow from behaviour."""
    nodes, players = len(tree.parent), payoff.shape[1]
    odds = np.zeros(nodes)
    value, size = np.zeros((nodes, players)), np.zeros((nodes, players))
    high, low = np.zeros((nodes, players)), np.zeros((nodes, players))
    belief = np.zeros(len(tree.infoset_nodes))
    _believe(tree, chance, logs, held, odds, belief)
    for node in range(nodes):
        kind = tree.leaf_class[node]
        for player in range(players):
            paid = payoff[kind, player] if kind >= 0 else 0.0
            value[node, player] = high[node, player] = low[node, player] = paid
            size[node, player] = abs(paid)
    for node in range(nodes - 1, 0, -1):
        for player in range(players):
            value[tree.parent[node], player] += odds[node] * value[node, player]
            size[tree.parent[node], player] += odds[node] * size[node, player]
    _think(tree, logs, odds, belief, value, counts, worth)
    _spread(tree, odds, counts, high, low)
    _weigh(tree, logs, belief, (size, high, low), counts, worth, out)


@kernel
def _believe(tree: Tree, chance: Floats, logs: Floats, held: Floats, odds: Floats, belief: Floats) -> None:
    """Odds of the edge into every node, and beliefs at all information sets."""
    reach = np.zeros(len(tree.parent))
    for node in range(1, len(tree.parent)):
        if tree.action[node] >= 0:
            step = logs[tree.action[node]]
            odds[node] = np.exp(step)
        else:
            odds[node] = chance[tree.chance[node]]
            step = max(np.log(odds[node]), VANISHED) if odds[node] > 0.0 else VANISHED
            if odds[node] < 0.0:  # a logarithm already
                step = odds[node]
                odds[node] = np.exp(step)
        reach[node] = reach[tree.parent[node]] + step
    for infoset in range(len(tree.infoset_player)):
        start, end = tree.infoset_node_start[infoset], tree.infoset_node_start[infoset + 1]
        top = -np.inf
        for k in range(start, end):
            top = max(top, reach[tree.infoset_nodes[k]])
        total = 0.0
        for k in range(start, end):
            belief[k] = np.exp(reach[tree.infoset_nodes[k]] - top)
            total += belief[k]
        for k in range(start, end):
            belief[k] = held[k] if len(held) > 0 else belief[k] / total


@kernel
def _think(tree: Tree, logs: Floats, odds: Floats, belief: Floats, value: Floats, counts: Flags, worth: Floats) -> None:
    """Values of moves, and the moves thought of: those that are made, and those no worse than the average of play."""
    for infoset in range(len(tree.infoset_player)):
        player, start = tree.infoset_player[infoset], tree.action_start[infoset]
        mean = 0.0
        for a in range(start, tree.action_start[infoset + 1]):
            worth[a] = 0.0
            for k in range(tree.infoset_node_start[infoset], tree.infoset_node_start[infoset + 1]):
                child = tree.first_child[tree.infoset_nodes[k]] + a - start
                worth[a] += belief[k] * value[child, player]
            mean += np.exp(logs[a]) * worth[a]
        for a in range(start, tree.action_start[infoset + 1]):
            counts[a] = logs[a] > np.log(THOUGHT_OF) or worth[a] >= mean


@kernel
def _spread(tree: Tree, odds: Floats, counts: Flags, high: Floats, low: Floats) -> None:
    """The most and the least that every node may be worth to everybody, as moves thought of are made."""
    for node in range(len(tree.parent)):
        if tree.leaf_class[node] < 0:
            chance = tree.action[tree.first_child[node]] < 0
            for player in range(high.shape[1]):
                high[node, player] = 0.0 if chance else -np.inf
                low[node, player] = 0.0 if chance else np.inf
    for node in range(len(tree.parent) - 1, 0, -1):
        up, a = tree.parent[node], tree.action[node]
        for player in range(high.shape[1]):
            if a < 0:
                high[up, player] += odds[node] * high[node, player]
                low[up, player] += odds[node] * low[node, player]
            elif counts[a]:
                high[up, player] = max(high[up, player], high[node, player])
                low[up, player] = min(low[up, player], low[node, player])


@kernel
def _weigh(
    tree: Tree,
    logs: Floats,
    belief: Floats,
    found: tuple[Floats, Floats, Floats],
    counts: Flags,
    worth: Floats,
    out: tuple[Floats, Floats, Floats, Floats],
) -> None:
    """Sets gain, stake, smallest difference and rounding of every information set."""
    size, high, low = found
    gain, wide, fine, rounding = out
    for infoset in range(len(tree.infoset_player)):
        player, start, end = tree.infoset_player[infoset], tree.action_start[infoset], tree.action_start[infoset + 1]
        best, largest, apart = -np.inf, 0.0, 0.0
        for a in range(start, end):
            best = max(best, worth[a])
        for k in range(tree.infoset_node_start[infoset], tree.infoset_node_start[infoset + 1]):
            if belief[k] <= THOUGHT_OF:
                continue
            top, bottom = -np.inf, np.inf
            for a in range(start, end):
                if counts[a]:
                    child = tree.first_child[tree.infoset_nodes[k]] + a - start
                    top, bottom = max(top, high[child, player]), min(bottom, low[child, player])
                    largest = max(largest, size[child, player])
            apart = max(apart, top - bottom)
        nothing = STAKES_ROUNDING * largest
        missed, least = 0.0, np.inf
        for a in range(start, end):
            short = best - worth[a]
            if counts[a] and short > nothing:
                missed += np.exp(logs[a]) * short
                least = min(least, short)
        gain[infoset] = missed
        wide[infoset] = apart if apart > nothing else 0.0
        fine[infoset] = least if least < np.inf else 0.0
        rounding[infoset] = nothing
