"""A part of a game as a game of its own: subtrees whose roots chance draws, or the tree with branches cut off.

The numbers of what is cut out may hold negative chances: the logarithms of weights too small for a number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import CHANCE, LEAF, Game, Numbers, ranges

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]

_SURE = -1e-300  # stands for the logarithm of a chance of one, which must be negative to count as a logarithm


@dataclass(frozen=True, eq=False)
class Cutting:
    """A part of a whole game, with the numbers of one draw.

    node [own node]: the whole game's node, -1 for a root of its own. action [own action], infoset [own set]: likewise.
    """

    game: Game
    numbers: Numbers
    node: Longs
    action: Longs
    infoset: Longs


def subtrees(game: Game, numbers: Numbers, roots: Longs, weights: Floats) -> Cutting:
    """The subtrees below `roots`, one of which chance draws with `weights` [root], in logarithms."""
    return _cut(game, numbers, [np.asarray(roots, np.int64)], np.minimum(weights, _SURE), np.zeros(game.nodes, bool))


def cut_off(game: Game, numbers: Numbers, ends: Flags, worth: Floats) -> Cutting:
    """The game that is over at nodes `ends` [node], where it pays `worth` [node, player]."""
    return _cut(game, numbers, [np.zeros(1, np.int64)], None, ends, worth)


def _cut(
    game: Game, numbers: Numbers, levels: list[Longs], weights: Floats | None, ends: Flags, worth: Floats | None = None
) -> Cutting:
    inner = (game.infoset != LEAF) & ~ends
    while True:
        at = levels[-1][inner[levels[-1]]]
        if not len(at):
            break
        levels.append(ranges(game.first_child[at], game.child_count[at]))
    own = 0 if weights is None else 1
    whole = np.concatenate([np.full(own, -1), *levels])
    sizes = [1] * own + [len(level) for level in levels]
    count = np.zeros(len(whole), np.int64)
    count[own:] = np.where(inner[whole[own:]], game.child_count[whole[own:]], 0)
    count[:own] = len(levels[0])
    kind = np.full(len(whole), CHANCE)
    kind[own:] = np.where(inner[whole[own:]], game.infoset[whole[own:]], LEAF)
    sets = np.unique(kind[kind >= 0])
    widths = np.diff(game.action_start)[sets]
    actions = ranges(game.action_start[sets], widths)
    infoset = np.where(kind >= 0, np.searchsorted(sets, kind), kind)
    above = own + len(levels[0]) if own else 1
    action, chance, chances = _edges(game, numbers, whole, actions, above, weights)
    leaf = np.flatnonzero(kind == LEAF)
    payoff = _payoff(game, numbers, whole[leaf], ends, worth)
    order = np.flatnonzero(infoset >= 0)
    order = order[np.argsort(infoset[order], kind="stable")]
    part = Game(
        title=f"part of {game.title}",
        players=game.players,
        parent=_small(np.concatenate([[-1], np.repeat(np.arange(len(whole)), count)])),
        first_child=_small(np.where(count > 0, 1 + np.cumsum(count) - count, len(whole))),
        child_count=_small(count),
        infoset=_small(infoset),
        action=_small(action),
        chance=_small(chance),
        level_start=_small(np.concatenate([[0], np.cumsum(sizes)])),
        infoset_player=_small(game.infoset_player[sets]),
        action_start=_small(np.concatenate([[0], np.cumsum(widths)])),
        infoset_node_start=_small(np.concatenate([[0], np.cumsum(np.bincount(infoset[order], minlength=len(sets)))])),
        infoset_nodes=_small(order),
        leaf_node=_small(leaf),
        leaf_class=_small(np.arange(len(leaf))),
        payoff_classes=len(leaf),
        chance_classes=len(chances),
    )
    return Cutting(part, Numbers(payoff[None], chances[None]), whole, actions, sets.astype(np.int64))


def _edges(
    game: Game, numbers: Numbers, whole: Longs, actions: Longs, above: int, weights: Floats | None
) -> tuple[Longs, Longs, Floats]:
    """Edges into each node: its action, or its class of chance; and chances by class. `above`: the first node that is
    entered by an edge of the game itself.
    """
    action, chance = np.full(len(whole), -1), np.full(len(whole), -1)
    below = whole[above:]
    moved = game.action[below] >= 0
    action[above:] = np.where(moved, np.searchsorted(actions, game.action[below]), -1)
    known, place = np.unique(game.chance[below[~moved]], return_inverse=True)
    given = np.zeros(0) if weights is None else weights
    chance[1:above] = np.arange(len(given))
    chance[above + np.flatnonzero(~moved)] = len(given) + place
    return action, chance, np.concatenate([given, numbers.chance[0][known]])


def _payoff(game: Game, numbers: Numbers, leaf: Longs, ends: Flags, worth: Floats | None) -> Floats:
    """[leaf, player]: what the game pays at its own leaves, and what branches are worth where they were cut off."""
    paid = np.zeros(game.nodes, np.int64)
    paid[game.leaf_node] = game.leaf_class
    payoff = numbers.payoff[0][paid[leaf]]
    if worth is not None:
        cut = ends[leaf]
        payoff[cut] = worth[leaf[cut]]
    return payoff


def _small(values: NDArray[np.integer]) -> NDArray[np.int32]:
    return np.asarray(values).astype(np.int32)
