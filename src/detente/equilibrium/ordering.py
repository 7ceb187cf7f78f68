"""In which order unknown information sets are eliminated, so that little fills in.

Two orders are tried, and the cheaper one is kept: from the ends of the tree up, and by minimum degree. The first is
that of public histories where moves are public; the second also finds that it pays to eliminate many types before the
few who watch them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.strategy.compiled import entry
from detente.strategy.coupling import Coupling
from detente.strategy.layout import Layout

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

MOST = 20_000_000  # entries of lists that are looked at: more takes longer than a better order is likely to save


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


@entry
def minimum_degree(start: Any, other: Any, weight: Any, order: Any) -> bool:
    """Sets order [rank]: unknowns by approximate minimum degree on the quotient graph; False where it takes too long.

    Source: Amestoy, Davis & Duff 1996 (the bound on degrees), without merging of indistinguishable unknowns.
    """
    n = len(start) - 1
    plain = np.zeros(n, np.int64)  # how many of a unit's list are elements, then neighbours: elements come first
    length = np.zeros(n, np.int64)
    lists = other.copy()
    degree = np.zeros(n, np.int64)
    total = 0
    for k in range(n):
        total += weight[k]
        length[k] = start[k + 1] - start[k]
        for i in range(start[k], start[k + 1]):
            degree[k] += weight[other[i]]
    head = np.full(total + 1, -1, np.int64)
    after, before = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    for k in range(n):
        after[k] = head[degree[k]]
        if after[k] >= 0:
            before[after[k]] = k
        head[degree[k]] = k
    element = np.empty(max(2 * len(other), 16), np.int32)
    element_start, element_end = np.zeros(n, np.int64), np.zeros(n, np.int64)
    element_weight = np.zeros(n, np.int64)
    filled = touched = 0
    state = np.zeros(n, np.int8)  # 0: unit, 1: element, 2: absorbed element
    mark = np.full(n, -1, np.int64)
    seen = np.full(n, -1, np.int64)
    outside = np.zeros(n, np.int64)
    low = 0
    for rank in range(n):
        while head[low] < 0:
            low += 1
        p = head[low]
        head[low] = after[p]
        if after[p] >= 0:
            before[after[p]] = -1
        order[rank] = p
        if touched > MOST:
            return False
        if filled + n > len(element):
            larger = np.empty(2 * len(element) + n, np.int32)
            larger[:filled] = element[:filled]
            element = larger
        # The new element: everything that p still meets.
        first = filled
        size = 0
        mark[p] = rank
        for i in range(start[p], start[p] + length[p]):
            if i < start[p] + plain[p]:
                e = lists[i]
                for j in range(element_start[e], element_end[e]):
                    u = element[j]
                    if state[u] == 0 and mark[u] != rank:
                        mark[u] = rank
                        element[filled] = u
                        filled += 1
                        size += weight[u]
                state[e] = 2
            else:
                u = lists[i]
                if state[u] == 0 and mark[u] != rank:
                    mark[u] = rank
                    element[filled] = u
                    filled += 1
                    size += weight[u]
        state[p] = 1
        element_start[p], element_end[p], element_weight[p] = first, filled, size
        # For every other element e that the new one touches: the weight of e outside the new one.
        for j in range(first, filled):
            u = element[j]
            for i in range(start[u], start[u] + plain[u]):
                e = lists[i]
                if state[e] == 1:
                    if seen[e] != rank:
                        seen[e] = rank
                        outside[e] = element_weight[e]
                    outside[e] -= weight[u]
        for j in range(first, filled):
            u = element[j]
            place = start[u]
            touched += length[u]
            bound = size - weight[u]
            kept = 0
            for i in range(start[u], start[u] + plain[u]):
                e = lists[i]
                if state[e] == 1 and outside[e] > 0:
                    lists[place + kept] = e
                    kept += 1
                    bound += outside[e]
            # Neighbours inside the new element are dropped; the new element takes the place of one that went.
            end = start[u] + length[u]
            write = place + kept
            tail = 0
            for i in range(start[u] + plain[u], end):
                v = lists[i]
                if mark[v] != rank and state[v] == 0:
                    lists[write + tail] = v
                    tail += 1
                    bound += weight[v]
            # One slot is free, for p itself or one of its elements was in the list.
            if tail:
                lists[write + tail] = lists[write]
            lists[write] = p
            plain[u] = kept + 1
            length[u] = kept + 1 + tail
            old = degree[u]
            if before[u] >= 0:
                after[before[u]] = after[u]
            else:
                head[old] = after[u]
            if after[u] >= 0:
                before[after[u]] = before[u]
            degree[u] = min(bound, old + size, total)
            before[u] = -1
            after[u] = head[degree[u]]
            if after[u] >= 0:
                before[after[u]] = u
            head[degree[u]] = u
            low = min(low, degree[u])
    return True
