"""The plan of a sparse elimination: which unknowns are eliminated together, in what order, and with what memory.

A *front* is a small dense matrix: some unknowns that are eliminated together (its pivots) and all that meet them and
come later (its border). What is left of it is added to its parent's front. The rationality meets everything and comes
last, so that the last front holds it. Source: Duff & Reid 1983 (the multifrontal method), Liu 1990 (the tree).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.elimination.coupling import Coupling, Walks, coupling_of
from detente.equilibrium.elimination.merging import FrontTree, tree_of
from detente.equilibrium.elimination.ordering import minimum_degree, neighbours, upwards
from detente.kernels.compiled import entry
from detente.kernels.records import Record
from detente.strategy.layout import Layout

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

PARENT, PIVOTS, SIZE, CHILDREN, INDEX, LIFT, FACTOR, PAIR = range(8)
ROW, COLUMN, BELOW, ABOVE = range(4)


class Fronts(Record):
    """Fronts in the order in which they are eliminated: children before parents, the rationality's last.

    table [front + 1, 8]: the parent (-1 for the last front), how many pivots, their number and the border's together,
        how many children, and where these begin: `variable`, `lift`, factors (rows of pivots [pivots, size], then
        [border, pivots]), and `pair`. The last row closes the ranges.
    variable: the variables (and equations) of each front, pivots first, the rationality last.
    lift: where in the parent's front the border goes.
    pair [pair, 4]: where in its front the log-odds of the one below begin, and those of the one above; how many
        log-odds each has, the latter negative where beliefs below do not depend on play above.
    walks: where entries are kept, pairs being numbered by front.
    extent [2]: most entries of what is left of fronts at any time; entries of the largest front.
    """

    table: Longs
    variable: Ints
    lift: Ints
    pair: Ints
    walks: Walks
    extent: Longs

    @property
    def flops(self) -> float:
        """Multiplications and additions of one factorisation."""
        size = self.table[:-1, SIZE].astype(float)
        rest = size - self.table[:-1, PIVOTS]
        return float(((size**3 - rest**3) * 2.0 / 3.0).sum())

    @property
    def memory(self) -> int:
        """Bytes of all that a factorisation writes: factors, fronts, and the entries of the Jacobian."""
        return 8 * int(self.table[-1, FACTOR] + self.extent.sum() + self.walks.entry_start[-1])


def no_fronts() -> Fronts:
    """The plan of nothing, for a system that is dense."""
    walks = Walks(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(1, np.int64))
    table, pair = np.zeros((1, 8), np.int64), np.zeros((0, 4), np.int32)
    return Fronts(table, np.zeros(0, np.int32), np.zeros(0, np.int32), pair, walks, np.zeros(2, np.int64))


def fronts_of(layout: Layout) -> tuple[Fronts, float] | None:
    """The cheaper of two plans for a layout, and the nanoseconds it is foreseen to take.

    None where none would fit in memory.
    """
    coupling = coupling_of(layout)
    weight = (np.diff(layout.action_start) - 1).astype(np.int64)
    start, other = neighbours(coupling)
    order = upwards(layout)
    best, best_order = tree_of(start, other, weight, order), order
    order = np.empty(len(weight), np.int32)
    if minimum_degree(start, other, weight, order):
        tree = tree_of(start, other, weight, order)
        if tree is not None and (best is None or tree.cost < best.cost):
            best, best_order = tree, order
    if best is None:
        return None
    return _laid_out(layout, coupling, best, best_order), best.cost


def _laid_out(layout: Layout, coupling: Coupling, tree: FrontTree, order: Ints) -> Fronts:
    units, fronts = len(order), len(tree.parent)
    unit = np.append(order, units)[tree.member]
    first = np.append(layout.action_start[:-1] - np.arange(units), layout.unknowns).astype(np.int32)
    width = np.append(np.diff(layout.action_start) - 1, 1).astype(np.int32)
    table = np.zeros((fronts + 1, 8), np.int64)
    table[:-1, PARENT] = tree.parent
    below = np.repeat(np.arange(units, dtype=np.int32), np.diff(coupling.pair_start))
    home = np.empty(units + 1, np.int32)
    place = np.empty(units + 1, np.int32)
    place[unit] = np.arange(units + 1)
    home[unit] = np.repeat(np.arange(fronts, dtype=np.int32), np.diff(tree.front_start))
    owner = home[np.where(place[below] < place[coupling.above], below, coupling.above)]
    by_front = np.argsort(owner, kind="stable")
    table[:, PAIR] = np.searchsorted(owner[by_front], np.arange(fronts + 1))
    index, lift = _index(tree, unit, first, width, table)
    pair = np.empty((len(by_front), 4), np.int32)
    pair[:, BELOW], pair[:, ABOVE] = width[below[by_front]], width[coupling.above[by_front]]
    _place_pairs(tree, unit, width, table, below[by_front], coupling.above[by_front], pair)
    entries = np.diff(coupling.walks.entry_start)[by_front]
    pair[entries == pair[:, BELOW] * pair[:, ABOVE], ABOVE] *= -1
    number = np.empty(len(by_front), np.int32)
    number[by_front] = np.arange(len(by_front), dtype=np.int32)
    walks = Walks(coupling.walks.walk_start, number[coupling.walks.walk], np.concatenate([[0], np.cumsum(entries)]))
    extent = np.array([_stack(table), table[:-1, SIZE].max() ** 2], np.int64)
    return Fronts(table, index, lift, pair, walks, extent)


@entry
def _index(tree: FrontTree, unit: Any, first: Any, width: Any, table: Any) -> tuple[Any, Any]:
    """The variables of each front, and where they are in the parent's; fills in most of the table."""
    fronts = len(tree.parent)
    for f in range(fronts):
        pivots = border = 0
        for i in range(tree.front_start[f], tree.front_start[f + 1]):
            pivots += width[unit[i]]
        for i in range(tree.border_start[f], tree.border_start[f + 1]):
            border += width[unit[tree.border[i]]]
        size = pivots + border
        table[f, PIVOTS], table[f, SIZE] = pivots, size
        table[f + 1, INDEX] = table[f, INDEX] + size
        table[f + 1, LIFT] = table[f, LIFT] + border
        table[f + 1, FACTOR] = table[f, FACTOR] + pivots * (size + border)
        if tree.parent[f] >= 0:
            table[tree.parent[f], CHILDREN] += 1
    index = np.empty(table[fronts, INDEX], np.int32)
    lift = np.empty(table[fronts, LIFT], np.int32)
    for f in range(fronts):
        filled = table[f, INDEX]
        for i in range(tree.front_start[f], tree.front_start[f + 1]):
            for j in range(width[unit[i]]):
                index[filled] = first[unit[i]] + j
                filled += 1
        for i in range(tree.border_start[f], tree.border_start[f + 1]):
            for j in range(width[unit[tree.border[i]]]):
                index[filled] = first[unit[tree.border[i]]] + j
                filled += 1
    # Children's places are looked up while their parent's are at hand.
    child, next_child = np.full(fronts, -1, np.int32), np.full(fronts, -1, np.int32)
    for f in range(fronts):
        if tree.parent[f] >= 0:
            next_child[f] = child[tree.parent[f]]
            child[tree.parent[f]] = f
    where = np.empty(first[len(first) - 1] + 1, np.int32)
    for f in range(fronts):
        for i in range(table[f, SIZE]):
            where[index[table[f, INDEX] + i]] = i
        c = child[f]
        while c >= 0:
            pivots = table[c, PIVOTS]
            for i in range(table[c, SIZE] - pivots):
                lift[table[c, LIFT] + i] = where[index[table[c, INDEX] + pivots + i]]
            c = next_child[c]
    return index, lift


@entry
def _place_pairs(tree: FrontTree, unit: Any, width: Any, table: Any, below: Any, above: Any, pair: Any) -> None:
    """Sets the places of the two unknowns of each pair in the pair's front."""
    local = np.empty(len(unit), np.int32)
    for f in range(len(tree.parent)):
        filled = 0
        for i in range(tree.front_start[f], tree.front_start[f + 1]):
            local[unit[i]] = filled
            filled += width[unit[i]]
        for i in range(tree.border_start[f], tree.border_start[f + 1]):
            local[unit[tree.border[i]]] = filled
            filled += width[unit[tree.border[i]]]
        for p in range(table[f, PAIR], table[f + 1, PAIR]):
            pair[p, ROW] = local[below[p]]
            pair[p, COLUMN] = local[above[p]]


@entry
def _stack(table: Any) -> int:
    """Most entries of what is left of fronts at any time, when each front takes its children's first."""
    fronts = len(table) - 1
    held = np.zeros(fronts, np.int64)
    waiting = np.empty(fronts, np.int64)
    count = filled = most = 0
    for f in range(fronts):
        for _ in range(table[f, CHILDREN]):
            count -= 1
            filled -= held[waiting[count]]
        held[f] = (table[f, SIZE] - table[f, PIVOTS]) ** 2
        filled += held[f]
        most = max(most, filled)
        waiting[count] = f
        count += 1
    return most
