"""The elimination tree of an order, and the merging of its nodes into fronts that are worth their overhead."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.elimination.tuning import FLOP, FRONT, MOST_MEETINGS, OPEN, TOUCH
from detente.kernels.compiled import entry, kernel

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


class Heads(NamedTuple):
    """Groups of ranks, each under its head; -1 ends every list.

    pivots, border_weight: scalars in the group and in what it meets later; border_start, border_end: that in the pool.
    member, last, next: first and last rank of the group, and the one after each. child, sibling: groups below, after.
    """

    pivots: Longs
    border_start: Longs
    border_end: Longs
    border_weight: Longs
    member: Ints
    last: Ints
    next: Ints
    child: Ints
    sibling: Ints


class FrontTree(NamedTuple):
    """Fronts by rank: `member` lists the ranks eliminated in each front, fronts in order, ranks ascending.

    front_start [front + 1], member; border_start [front + 1], border: the ranks that come later and meet them.
    cost: nanoseconds that one factorisation is foreseen to take; infinite where it would not fit in memory.
    """

    front_start: Longs
    member: Ints
    border_start: Longs
    border: Ints
    parent: Ints
    cost: float


def tree_of(start: Longs, other: Ints, weight: Longs, order: Ints) -> FrontTree | None:
    """Fronts for an elimination of units in an order [rank], with one more unit, that meets all others, at the end.

    start, other: the graph. weight [unit]: scalars. None where the lists would not fit in memory.
    """
    units = len(order)
    rank = np.empty(units, np.int32)
    rank[order] = np.arange(units, dtype=np.int32)
    parent = np.full(units + 1, -1, np.int32)
    met_start = np.zeros(units + 2, np.int64)
    met = _met(start, other, order, rank, parent, met_start)
    if met_start[-1] < 0:
        return None
    weights = np.append(weight[order], 1)
    heads = Heads(
        pivots=weights.copy(),
        border_start=met_start[:-1].copy(),
        border_end=met_start[1:].copy(),
        border_weight=np.zeros(units + 1, np.int64),
        member=np.arange(units + 1, dtype=np.int32),
        last=np.arange(units + 1, dtype=np.int32),
        next=np.full(units + 1, -1, np.int32),
        child=np.full(units + 1, -1, np.int32),
        sibling=np.full(units + 1, -1, np.int32),
    )
    pool = _merge(weights, parent, met[: met_start[-1]], heads)
    fronts, cost = _size_of(heads)
    front_start, front_parent = np.zeros(fronts + 1, np.int64), np.full(fronts, -1, np.int32)
    border_start, member = np.zeros(fronts + 1, np.int64), np.empty(units + 1, np.int32)
    border = _emit(heads, pool, front_start, member, border_start, front_parent)
    return FrontTree(front_start, member, border_start, border, front_parent, cost)


@kernel
def _grown(values: Any, filled: int, more: int) -> Any:
    """Values in an array that has room for `more` of them beyond `filled`."""
    if filled + more <= len(values):
        return values
    larger = np.empty(2 * len(values) + more, np.int32)
    larger[:filled] = values[:filled]
    return larger


@kernel
def _sort(values: Any, first: int, end: int) -> None:
    """Puts whole numbers from `first` to before `end` in ascending order.

    NumPy's sort would take Numba four seconds to compile, with the messages of errors that cannot occur. Source: Shell
    1959; the gaps are those of Tokuda 1992.
    """
    gap = 1
    while 9 * gap + 4 < 4 * (end - first):
        gap = (9 * gap + 4) // 4
    while gap > 0:
        for i in range(first + gap, end):
            one, place = values[i], i
            while place >= first + gap and values[place - gap] > one:
                values[place] = values[place - gap]
                place -= gap
            values[place] = one
        gap = 4 * gap // 9


@entry
def _met(start: Any, other: Any, order: Any, rank: Any, parent: Any, met_start: Any) -> Any:
    """Later ranks that each rank meets once the earlier ones are gone, ascending; sets the parent of each rank."""
    units = len(order)
    met = np.empty(4 * len(other) + 64, np.int32)
    head = np.full(units + 1, -1, np.int32)
    after = np.full(units + 1, -1, np.int32)
    mark = np.full(units + 1, -1, np.int32)
    filled = 0
    for r in range(units):
        first = filled
        unit = order[r]
        room = 1 + start[unit + 1] - start[unit]
        child = head[r]
        while child >= 0:
            room += met_start[child + 1] - met_start[child]
            child = after[child]
        met = _grown(met, filled, min(room, units + 1))
        mark[r] = r
        for i in range(start[unit], start[unit + 1]):
            q = rank[other[i]]
            if q > r and mark[q] != r:
                mark[q] = r
                met[filled] = q
                filled += 1
        child = head[r]
        while child >= 0:
            for i in range(met_start[child], met_start[child + 1]):
                q = met[i]
                if q > r and q < units and mark[q] != r:
                    mark[q] = r
                    met[filled] = q
                    filled += 1
            child = after[child]
        met[filled] = units
        filled += 1
        if filled > MOST_MEETINGS:
            met_start[units + 1] = -1
            return met
        _sort(met, first, filled)
        met_start[r + 1] = filled
        parent[r] = met[first]
        after[r] = head[met[first]]
        head[met[first]] = r
    met_start[units + 1] = filled
    return met


@kernel
def _cost(pivots: int, border: int) -> float:
    """Nanoseconds that a front takes."""
    size, rest = float(pivots + border), float(border)
    return FLOP * (size**3 - rest**3) * (2.0 / 3.0) + TOUCH * (rest * rest + size * size) + FRONT


@kernel
def _saved(heads: Heads, one: int, two: int, border: int) -> float:
    """Nanoseconds that a joint front of two groups saves, with so many scalars in its border; maybe below 0."""
    apart = _cost(heads.pivots[one], heads.border_weight[one]) + _cost(heads.pivots[two], heads.border_weight[two])
    return apart - _cost(heads.pivots[one] + heads.pivots[two], border)


@kernel
def _best_sibling(weights: Any, pool: Any, heads: Heads, mark: Any, c: int, open_groups: Any) -> tuple[int, int]:
    """The open group with which a group, whose border is marked by c, saves most, and their joint border; or -1."""
    best, gain, width = -1, 0.0, 0
    for g in open_groups:
        if g < 0:
            continue
        joint = heads.border_weight[c]
        for i in range(heads.border_start[g], heads.border_end[g]):
            if mark[pool[i]] != c:
                joint += weights[pool[i]]
        saved = _saved(heads, c, g, joint)
        if saved > gain:
            best, gain, width = g, saved, joint
    return best, width


@kernel
def _unite(pool: Any, filled: int, heads: Heads, mark: Any, group: int, c: int) -> int:
    """Writes the joint border of a group and c, whose border is marked by c, to the pool; returns where it ends."""
    first = filled
    for i in range(heads.border_start[group], heads.border_end[group]):
        if mark[pool[i]] != c:
            pool[filled] = pool[i]
            filled += 1
    for i in range(heads.border_start[c], heads.border_end[c]):
        pool[filled] = pool[i]
        filled += 1
    heads.border_start[group], heads.border_end[group] = first, filled
    return filled


@kernel
def _adopt(heads: Heads, q: int, groups: int) -> None:
    """Merges groups, linked as siblings, with their parent q where that saves time; the others become its children."""
    while groups >= 0:
        g = groups
        groups = heads.sibling[g]
        if _saved(heads, g, q, heads.border_weight[q]) >= 0.0:
            _join(heads, q, g)
        else:
            heads.sibling[g] = heads.child[q]
            heads.child[q] = g


@entry
def _merge(weights: Any, parent: Any, pool: Any, heads: Heads) -> Any:
    """Merges groups from the leaves up, siblings first and then with their parent; returns the pool of borders."""
    total = len(weights)
    below = np.full(total, -1, np.int32)
    for r in range(total - 2, -1, -1):
        heads.sibling[r] = below[parent[r]]
        below[parent[r]] = r
    filled = len(pool)
    mark = np.full(total, -1, np.int32)
    open_groups = np.full(OPEN, -1, np.int32)
    for q in range(total):
        for i in range(heads.border_start[q], heads.border_end[q]):
            heads.border_weight[q] += weights[pool[i]]
        groups = -1
        open_groups[:] = -1
        turn = 0
        c = below[q]
        while c >= 0:
            following = heads.sibling[c]
            for i in range(heads.border_start[c], heads.border_end[c]):
                mark[pool[i]] = c
            best, width = _best_sibling(weights, pool, heads, mark, c, open_groups)
            if best >= 0:
                pool = _grown(pool, filled, total)
                filled = _unite(pool, filled, heads, mark, best, c)
                heads.border_weight[best] = width
                _join(heads, best, c)
            else:
                heads.sibling[c] = groups
                groups = c
                open_groups[turn % OPEN] = c
                turn += 1
            c = following
        _adopt(heads, q, groups)
    return pool


@kernel
def _join(heads: Heads, kept: int, gone: int) -> None:
    """Moves the members and children of one group to another."""
    heads.pivots[kept] += heads.pivots[gone]
    heads.next[heads.last[kept]] = heads.member[gone]
    heads.last[kept] = heads.last[gone]
    child = heads.child[gone]
    while child >= 0:
        following = heads.sibling[child]
        heads.sibling[child] = heads.child[kept]
        heads.child[kept] = child
        child = following
    heads.pivots[gone] = 0


@entry
def _size_of(heads: Heads) -> tuple[int, float]:
    """Number of groups, and their cost in nanoseconds."""
    count, cost = 0, 0.0
    for g in range(len(heads.pivots)):
        if heads.pivots[g] > 0:
            count += 1
            cost += _cost(heads.pivots[g], heads.border_weight[g])
    return count, cost


@entry
def _emit(heads: Heads, pool: Any, front_start: Any, member: Any, border_start: Any, parent: Any) -> Any:
    """Lists groups with children before parents; ranks become places in that order. Returns the borders."""
    total, fronts = len(heads.pivots), len(parent)
    number = np.full(total, -1, np.int32)
    order = np.empty(fronts, np.int32)
    waiting = np.empty(fronts, np.int32)
    waiting[0] = total - 1
    depth = 1
    place = fronts
    above = np.full(total, -1, np.int32)
    while depth > 0:  # parents first, from the end
        depth -= 1
        g = waiting[depth]
        place -= 1
        order[place] = g
        number[g] = place
        child = heads.child[g]
        while child >= 0:
            above[child] = g
            waiting[depth] = child
            depth += 1
            child = heads.sibling[child]
    where = np.empty(total, np.int32)
    filled = 0
    size = 0
    for f in range(fronts):
        g = order[f]
        parent[f] = number[above[g]] if above[g] >= 0 else -1
        first = filled
        r = heads.member[g]
        while r >= 0:
            member[filled] = r
            filled += 1
            r = heads.next[r]
        member[first:filled].sort()
        for i in range(first, filled):
            where[member[i]] = i
        front_start[f + 1] = filled
        size += heads.border_end[g] - heads.border_start[g]
        border_start[f + 1] = size
    border = np.empty(size, np.int32)
    for f in range(fronts):
        g = order[f]
        first, last = border_start[f], border_start[f + 1]
        for i in range(last - first):
            border[first + i] = where[pool[heads.border_start[g] + i]]
        border[first:last].sort()
    return border
