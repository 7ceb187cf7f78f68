"""Orders of eliminating unknown information sets in which little fills in.

Two orders are tried, and the cheaper one is kept: from the ends of the tree up, and by minimum degree. The first is
that of public histories where moves are public; the second also finds that it pays to eliminate many types before the
few who watch them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.elimination.coupling import Coupling
from detente.equilibrium.elimination.tuning import MOST_LOOKED_AT
from detente.kernels.compiled import entry, kernel
from detente.kernels.records import Record
from detente.strategy.layout import Layout

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

UNIT, ELEMENT, ABSORBED = range(3)


def neighbours(coupling: Coupling) -> tuple[Longs, Ints]:
    """The graph of unknowns: start [k + 1], and for each unknown those it meets, each once."""
    units = len(coupling.pair_start) - 1
    below = np.repeat(np.arange(units, dtype=np.int64), np.diff(coupling.pair_start))
    above = coupling.above.astype(np.int64)
    key = np.minimum(below, above) * units + np.maximum(below, above)
    order = np.argsort(key, kind="stable")
    keep = order[np.diff(key[order], prepend=-1) > 0]
    start = np.zeros(units + 1, np.int64)
    other = np.empty(2 * len(keep), np.int32)
    _adjacency(below[keep], above[keep], start, other)
    return start, other


def upwards(layout: Layout) -> Ints:
    """Unknowns [rank], those with the most unknowns above them first."""
    depth = np.zeros(len(layout.unknown), np.int32)
    _depths(layout, depth)
    return np.argsort(-depth, kind="stable").astype(np.int32)


@entry
def _depths(layout: Layout, depth: Any) -> None:
    """The longest chain of unknowns above any node of each."""
    chain = np.zeros(len(layout.position_node), np.int32)
    for position in layout.downward:
        above = layout.above[position]
        if above >= 0:
            chain[position] = chain[above] + 1
        k = layout.position_unknown[position]
        depth[k] = max(depth[k], chain[position])


@entry
def _adjacency(one: Any, two: Any, start: Any, other: Any) -> None:
    units = len(start) - 1
    for i in range(len(one)):
        start[one[i] + 1] += 1
        start[two[i] + 1] += 1
    for k in range(units):
        start[k + 1] += start[k]
    free = start[:-1].copy()
    for i in range(len(one)):
        other[free[one[i]]] = two[i]
        free[one[i]] += 1
        other[free[two[i]]] = one[i]
        free[two[i]] += 1


class Quotient(Record):
    """The quotient graph of what is not eliminated yet: units, and elements that stand for the eliminated ones.

    start [unit], lists: each unit's list, of length [unit] entries: first plain [unit] elements, then units.
    degree [unit]: bound on the weight of what it meets. head [degree], after, before [unit]: units of equal degree.
    state [unit]: whether it is a unit, an element, or an element that another one has absorbed.
    element_start, element_end [unit]: its range of the pool of elements; element_weight: its units' weight.
    mark, seen, outside [unit]: scratch: in which round a unit was met, an element seen; its weight outside the new one.
    """

    start: Longs
    lists: Ints
    plain: Longs
    length: Longs
    weight: Longs
    degree: Longs
    head: Longs
    after: Longs
    before: Longs
    state: NDArray[np.int8]
    element_start: Longs
    element_end: Longs
    element_weight: Longs
    mark: Longs
    seen: Longs
    outside: Longs


def minimum_degree(start: Longs, other: Ints, weight: Longs, order: Ints) -> bool:
    """Sets order [rank]: unknowns by approximate minimum degree on the quotient graph; False where it takes too long.

    Source: Amestoy, Davis & Duff 1996 (the bound on degrees), without merging of indistinguishable unknowns.
    """
    n = len(start) - 1
    nothing = np.full((4, n), -1, np.int64)
    zero = np.zeros((5, n), np.int64)
    graph = Quotient(
        start=start,
        lists=other.copy(),
        plain=zero[0],
        length=np.diff(start),
        weight=weight,
        degree=zero[1],
        head=np.full(int(weight.sum()) + 1, -1, np.int64),
        after=nothing[0],
        before=nothing[1],
        state=np.zeros(n, np.int8),
        element_start=zero[2],
        element_end=zero[3],
        element_weight=zero[4],
        mark=nothing[2],
        seen=nothing[3],
        outside=np.zeros(n, np.int64),
    )
    return _eliminate_all(graph, order)


@entry
def _eliminate_all(graph: Quotient, order: Ints) -> bool:
    """Takes units of least degree out, one after the other; False where their lists are too long."""
    n = len(order)
    for k in range(n):
        for i in range(graph.start[k], graph.start[k + 1]):
            graph.degree[k] += graph.weight[graph.lists[i]]
        _enter(graph, k)
    pool = np.empty(max(2 * len(graph.lists), 16), np.int32)
    filled = touched = low = 0
    for rank in range(n):
        while graph.head[low] < 0:
            low += 1
        p = graph.head[low]
        _leave(graph, p)
        order[rank] = p
        if touched > MOST_LOOKED_AT:
            return False
        if filled + n > len(pool):
            larger = np.empty(2 * len(pool) + n, np.int32)
            larger[:filled] = pool[:filled]
            pool = larger
        first = filled
        filled = _new_element(graph, pool, p, rank, first)
        _weigh_outside(graph, pool, p, rank)
        for j in range(first, filled):
            u = pool[j]
            touched += graph.length[u]
            bound = _shorten(graph, u, p, rank)
            _leave(graph, u)
            graph.degree[u] = min(bound, graph.degree[u] + graph.element_weight[p], len(graph.head) - 1)
            _enter(graph, u)
            low = min(low, graph.degree[u])
    return True


@kernel
def _enter(graph: Quotient, unit: int) -> None:
    """Puts a unit first among those of its degree."""
    first = graph.head[graph.degree[unit]]
    graph.before[unit] = -1
    graph.after[unit] = first
    if first >= 0:
        graph.before[first] = unit
    graph.head[graph.degree[unit]] = unit


@kernel
def _leave(graph: Quotient, unit: int) -> None:
    """Takes a unit out of those of its degree."""
    before, after = graph.before[unit], graph.after[unit]
    if before >= 0:
        graph.after[before] = after
    else:
        graph.head[graph.degree[unit]] = after
    if after >= 0:
        graph.before[after] = before


@kernel
def _new_element(graph: Quotient, pool: Any, p: int, rank: int, first: int) -> int:
    """Makes unit p an element, of everything that it still meets; returns where its range of the pool ends."""
    filled = first
    size = 0
    graph.mark[p] = rank
    for i in range(graph.start[p], graph.start[p] + graph.length[p]):
        source, begin, end = graph.lists, i, i + 1
        absorbs = i < graph.start[p] + graph.plain[p]
        if absorbs:
            e = graph.lists[i]
            source, begin, end = pool, graph.element_start[e], graph.element_end[e]
        for j in range(begin, end):
            u = source[j]
            if graph.state[u] == UNIT and graph.mark[u] != rank:
                graph.mark[u] = rank
                pool[filled] = u
                filled += 1
                size += graph.weight[u]
        if absorbs:
            graph.state[graph.lists[i]] = ABSORBED
    graph.state[p] = ELEMENT
    graph.element_start[p], graph.element_end[p], graph.element_weight[p] = first, filled, size
    return filled


@kernel
def _weigh_outside(graph: Quotient, pool: Any, p: int, rank: int) -> None:
    """Sets, for every element that the new element touches, its weight outside the new one."""
    for j in range(graph.element_start[p], graph.element_end[p]):
        u = pool[j]
        for i in range(graph.start[u], graph.start[u] + graph.plain[u]):
            e = graph.lists[i]
            if graph.state[e] == ELEMENT:
                if graph.seen[e] != rank:
                    graph.seen[e] = rank
                    graph.outside[e] = graph.element_weight[e]
                graph.outside[e] -= graph.weight[u]


@kernel
def _shorten(graph: Quotient, u: int, p: int, rank: int) -> int:
    """Drops from a unit's list what the new element p stands for, and puts p there; returns a bound on its degree."""
    lists, place = graph.lists, graph.start[u]
    bound = graph.element_weight[p] - graph.weight[u]
    kept = 0
    for i in range(place, place + graph.plain[u]):
        e = lists[i]
        if graph.state[e] == ELEMENT and graph.outside[e] > 0:
            lists[place + kept] = e
            kept += 1
            bound += graph.outside[e]
    write = place + kept
    tail = 0
    for i in range(place + graph.plain[u], place + graph.length[u]):
        v = lists[i]
        if graph.mark[v] != rank and graph.state[v] == UNIT:
            lists[write + tail] = v
            tail += 1
            bound += graph.weight[v]
    # One slot is free, for p itself or one of its elements was in the list.
    if tail:
        lists[write + tail] = lists[write]
    lists[write] = p
    graph.plain[u] = kept + 1
    graph.length[u] = kept + 1 + tail
    return bound
