"""One player's best response to everybody else's behaviour, move by move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game, Numbers
from detente.strategy.sequence_form import last_actions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDINGS = 4.0
"""Rounding errors of a move's value within which two moves count as equally good."""


@dataclass(frozen=True, eq=False)
class Response:
    """infosets: the player's own, in the order of its play. move [k]: the best action there (the one in use where it is
    as good). advantage [k]: what it gains there if the player does all to come there. share [k]: what of the gain is
    made there; they add up to `gain`. mass [k]: probability of coming there if the player does all to.
    reached [k]: probability of coming there under the best response. worth: what
    the player gets by it.
    """

    infosets: Ints
    move: Ints
    share: Floats
    advantage: Floats
    mass: Floats
    reached: Floats
    gain: float
    worth: float


def best_response(game: Game, numbers: Numbers, behaviour: Floats, player: int) -> Response:
    """Against behaviour [action] of the others, at the first draw's payoffs; exact under perfect recall."""
    last = last_actions(game, player)
    own_action = game.infoset_player[game.infoset_of_action] == player
    odds = np.ones(game.nodes)
    by_action, by_chance = game.action >= 0, game.chance >= 0
    odds[by_action] = np.where(own_action, 1.0, behaviour)[game.action[by_action]]
    odds[by_chance] = numbers.chance[0][game.chance[by_chance]]
    for level in game.levels():
        if level.start:
            odds[level] *= odds[game.parent[level]]
    worth = np.zeros(game.actions + 1)  # the last place stands for leaves before the player moves
    np.add.at(worth, last[game.leaf_node], odds[game.leaf_node] * numbers.payoff[0][game.leaf_class, player])
    sets, above = _in_order(game, player, last)
    move, advantage, share = np.zeros(len(sets), np.int64), np.zeros(len(sets)), np.zeros(len(sets))
    for k in range(len(sets) - 1, -1, -1):
        own = slice(int(game.action_start[sets[k]]), int(game.action_start[sets[k] + 1]))
        best = worth[own].max()
        slack = ROUNDINGS * np.finfo(float).eps * abs(best)
        good = worth[own] >= best - slack
        move[k] = own.start + int(np.argmax(np.where(good, behaviour[own], -1.0)))
        advantage[k] = max(float(best - behaviour[own] @ worth[own]), 0.0)
        worth[above[k]] += best
    plan, reply = np.ones(game.actions + 1), np.ones(game.actions + 1)
    mass = np.array([odds[_nodes(game, infoset)].sum() for infoset in sets.tolist()])
    reached = np.zeros(len(sets))
    for k, infoset in enumerate(sets.tolist()):
        own = slice(int(game.action_start[infoset]), int(game.action_start[infoset + 1]))
        plan[own] = plan[above[k]] * behaviour[own]
        share[k] = plan[above[k]] * advantage[k]
        reached[k] = reply[above[k]] * mass[k]
        reply[own] = 0.0
        reply[move[k]] = reply[above[k]]
    return Response(sets, move, share, advantage, mass, reached, float(share.sum()), float(worth[-1]))


def _in_order(game: Game, player: int, last: NDArray[np.int32]) -> tuple[Ints, Ints]:
    """The player's information sets, each after the one above it, and the action that leads to each (-1: none)."""
    sets = np.flatnonzero(game.infoset_player == player)
    above = last[game.infoset_nodes[game.infoset_node_start[sets]]].astype(np.int64)
    depth: dict[int, int] = {}
    of = dict(zip(sets.tolist(), above.tolist(), strict=True))
    for infoset in sets.tolist():
        chain = [infoset]
        while chain[-1] not in depth:
            before = of[chain[-1]]
            if before < 0:
                depth[chain[-1]] = 0
                break
            chain.append(int(game.infoset_of_action[before]))
        for later, earlier in zip(chain[-2::-1], chain[:0:-1], strict=True):
            depth[later] = depth[earlier] + 1
    order = np.argsort([depth[infoset] for infoset in sets.tolist()], kind="stable")
    return sets[order], above[order]


def _nodes(game: Game, infoset: int) -> NDArray[np.int32]:
    return game.infoset_nodes[int(game.infoset_node_start[infoset]) : int(game.infoset_node_start[infoset + 1])]
