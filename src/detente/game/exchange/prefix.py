"""Level-ordered arrays made from a tree in prefix order (a node, then all nodes below each of its children)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import CHANCE, LEAF, Game, Ints, Numbers
from detente.game.efg_labels import told_apart


@dataclass
class PrefixTree:
    """A tree under construction; lists hold one entry per node in prefix order, unless said otherwise.

    parent: position of the node above, -1 at the root. rank: which of the parent's children the node is.
    infoset: number of the information set, CHANCE or LEAF.
    odds: probability of the edge into the node where chance moves above, else 0.
    payoff: what the node pays to each player if it is a leaf, else empty.
    owner, choices [infoset]: who moves, and how many actions there are.
    players, action_label: as written; the game made of them calls no two players, and no two moves of one information
        set, by one name.
    """

    title: str
    players: tuple[str, ...]
    parent: list[int] = field(default_factory=list)
    rank: list[int] = field(default_factory=list)
    infoset: list[int] = field(default_factory=list)
    odds: list[float] = field(default_factory=list)
    payoff: list[tuple[float, ...]] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    choices: list[int] = field(default_factory=list)
    infoset_label: list[str] = field(default_factory=list)
    action_label: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, parent: int, rank: int, infoset: int, odds: float = 0.0, payoff: tuple[float, ...] = ()) -> int:
        """Adds the next node in prefix order and returns its position."""
        self.parent.append(parent)
        self.rank.append(rank)
        self.infoset.append(infoset)
        self.odds.append(odds)
        self.payoff.append(payoff)
        return len(self.parent) - 1


def level_order(tree: PrefixTree) -> tuple[Game, Numbers, Ints]:
    """The game, its numbers as one draw, and for each prefix position the node that it became."""
    parent = np.array(tree.parent, np.int64)
    depth = _depths(parent)
    order = np.argsort(depth, kind="stable")  # siblings stay together, in the order of their ranks
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    above = parent[order]
    new_parent = np.where(above >= 0, place[np.maximum(above, 0)], -1).astype(np.int32)
    child_count = np.bincount(new_parent[1:], minlength=len(order)).astype(np.int32)
    below = np.concatenate([[1], 1 + np.cumsum(child_count)[:-1]])
    first_child = np.where(child_count > 0, below, 0).astype(np.int32)
    infoset = np.array(tree.infoset, np.int32)[order]
    action_start = np.concatenate([[0], np.cumsum(tree.choices)]).astype(np.int32)
    set_above = np.where(new_parent >= 0, infoset[np.maximum(new_parent, 0)], LEAF)
    rank = np.array(tree.rank, np.int32)[order]
    action = np.where(set_above >= 0, action_start[np.maximum(set_above, 0)] + rank, -1)
    odds = np.array(tree.odds, np.float64)[order]
    chance, chances = _classes(np.flatnonzero(set_above == CHANCE), odds[:, None], len(order))
    leaf_node = np.flatnonzero(infoset == LEAF).astype(np.int32)
    payoffs = np.array([tree.payoff[order[node]] for node in leaf_node], np.float64).reshape(-1, len(tree.players))
    leaf_class, paid = _classes(np.arange(len(leaf_node)), payoffs, len(leaf_node))
    decisions = np.flatnonzero(infoset >= 0)
    by_set = decisions[np.argsort(infoset[decisions], kind="stable")]
    counts = np.bincount(infoset[decisions], minlength=len(tree.owner))
    game = Game(
        title=tree.title,
        players=told_apart(tree.players, "player"),
        parent=new_parent,
        first_child=first_child,
        child_count=child_count,
        infoset=infoset,
        action=action.astype(np.int32),
        chance=chance,
        level_start=np.concatenate([[0], np.cumsum(np.bincount(depth))]).astype(np.int32),
        infoset_player=np.array(tree.owner, np.int32),
        action_start=action_start,
        infoset_node_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        infoset_nodes=by_set.astype(np.int32),
        leaf_node=leaf_node,
        leaf_class=leaf_class,
        payoff_classes=len(paid),
        chance_classes=len(chances),
        infoset_label=tuple(tree.infoset_label),
        action_label=tuple(name for labels in tree.action_label for name in told_apart(labels)),
        worth=np.stack([np.unique(own, return_inverse=True)[1] for own in paid.T]).astype(np.int32),
    )
    return game, Numbers(payoff=paid[None], chance=chances[None, :, 0]), place


def _depths(parent: NDArray[np.int64]) -> NDArray[np.int64]:
    depth = [0] * len(parent)
    for node, above in enumerate(parent.tolist()):
        if above >= 0:
            depth[node] = depth[above] + 1
    return np.array(depth, np.int64)


def _classes(where: NDArray[np.int64], rows: NDArray[np.float64], size: int) -> tuple[Ints, NDArray[np.float64]]:
    """Numbers equal rows alike, by first appearance; -1 elsewhere. Returns the numbers and one row per number."""
    numbers: dict[bytes, int] = {}
    out = np.full(size, -1, np.int32)
    kept: list[int] = []
    for position in where.tolist():
        key = rows[position].tobytes()
        if key not in numbers:
            numbers[key] = len(numbers)
            kept.append(position)
        out[position] = numbers[key]
    return out, rows[np.array(kept, np.int64)].reshape(len(kept), rows.shape[1])
