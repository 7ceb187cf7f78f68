"""Parts of a game that play hardly reaches: subtrees that no information set joins to the rest, and their entries.

A part is *closed*: an information set has all its nodes inside or none, so that the part is a game by itself once it
is known how likely each of its roots is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import LEAF, Game

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Part:
    """A closed part. roots, nodes: ascending. entries: actions that lead to its roots and nowhere else."""

    roots: Longs
    nodes: Longs
    entries: Longs

    @property
    def key(self) -> bytes:
        """Tells parts of a game apart."""
        return self.roots.tobytes()


def parts_of(game: Game, reach: Floats, least: float) -> list[Part]:
    """The largest closed parts all of whose information sets are reached with less than `least`; reach [node].

    Only parts in which two players have something to decide: one alone needs no part of his own.
    """
    rest = rest_of(game, reach, least)
    number = _numbered(game, rest)
    inside = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[inside], np.arange(number.max(initial=-1) + 2))
    choice = np.append(np.diff(game.action_start) > 1, False)
    found: list[Part] = []
    for start, end in pairwise(starts):
        nodes = inside[start:end]
        sets = np.unique(game.infoset[nodes])
        sets = sets[(sets >= 0) & choice[sets]]
        if len(np.unique(game.infoset_player[sets])) > 1:
            roots = nodes[rest[game.parent[nodes]]]
            found.append(Part(roots, nodes, _entries(game, roots, number)))
    return found


def rest_of(game: Game, reach: Floats, least: float) -> Flags:
    """[node]: whether it belongs to what is reached with `least`, or leads there, or cannot be told from what does."""
    at = np.flatnonzero(game.infoset >= 0)
    mass = np.bincount(game.infoset[at], weights=reach[at], minlength=game.infosets)
    kept = mass >= least
    while True:
        before = kept.copy()
        rest = np.zeros(game.nodes, bool)
        rest[0] = True
        for level in reversed(list(game.levels())):
            sets = game.infoset[level]
            rest[level] |= (sets >= 0) & np.append(kept, False)[sets]
            if level.start:
                up = game.parent[level][rest[level]]
                rest[up] = True
                kept[game.infoset[up][game.infoset[up] >= 0]] = True
        if (kept == before).all():
            break
    leaves = np.flatnonzero(game.infoset == LEAF)
    leaves = leaves[leaves > 0]
    rest[leaves] = rest[game.parent[leaves]]
    return rest


def children(game: Game, action: int) -> Longs:
    """The nodes that an action leads to."""
    infoset = game.infoset_of_action[action]
    return game.first_child[members(game, infoset)].astype(np.int64) + action - game.action_start[infoset]


def members(game: Game, infoset: int) -> Longs:
    """The nodes of an information set."""
    return game.infoset_nodes[game.infoset_node_start[infoset] : game.infoset_node_start[infoset + 1]].astype(np.int64)


def _numbered(game: Game, rest: Flags) -> Longs:
    """[node]: the closed part it belongs to, or -1."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    out = np.flatnonzero(~rest)
    place = np.full(game.nodes, -1)
    place[out] = np.arange(len(out))
    joined = np.flatnonzero(~rest[game.parent[out]])
    decided = np.flatnonzero(game.infoset[out] >= 0)
    rows = np.concatenate([joined, decided])
    columns = np.concatenate([place[game.parent[out[joined]]], len(out) + game.infoset[out[decided]]])
    size = len(out) + game.infosets
    graph = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    label = connected_components(graph, directed=False)[1][: len(out)]
    number = np.full(game.nodes, -1)
    number[out] = np.unique(label, return_inverse=True)[1]
    return number


def _entries(game: Game, roots: Longs, number: Longs) -> Longs:
    actions = np.unique(game.action[roots])
    alone = [a for a in actions[actions >= 0] if (number[children(game, int(a))] == number[roots[0]]).all()]
    return np.array(alone, np.int64)
