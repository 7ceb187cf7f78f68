"""LU with row exchanges for compiled kernels: single-threaded, since draws are what runs in parallel.

One kernel serves a whole matrix and the leading rows of a front, where the rest becomes the Schur complement.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.equilibrium.elimination.tuning import BLOCK, MOST_PATCHES, PANEL, TINY
from detente.kernels.compiled import fused, kernel
from detente.kernels.tile import four_by_eight, four_by_one, one_by_eight, one_by_one

MULTIPLIER, PATCHES, PATCH = 0, 1, 2  # in the record of a factorisation's health


@fused
def _subtract(matrix: Any, k: int, stop: int, rows: int, end: int, start: int, right: int) -> None:
    """Takes rows k to stop, weighed by columns k to stop, from rows `rows` to `end` and columns start to right.

    In tiles of four rows by eight columns, as far as they go: the sizes of the kernels in `detente.kernels.tile`.
    """
    i = rows
    while i + 4 <= end:
        j = start
        while j + 8 <= right:
            four_by_eight(matrix, i, j, k, stop)
            j += 8
        while j < right:
            four_by_one(matrix, i, j, k, stop)
            j += 1
        i += 4
    while i < end:
        j = start
        while j + 8 <= right:
            one_by_eight(matrix, i, j, k, stop)
            j += 8
        while j < right:
            one_by_one(matrix, i, j, k, stop)
            j += 1
        i += 1


@kernel
def exchange(vector: Any, one: int, two: int) -> None:
    """Exchanges two entries."""
    if one != two:
        held = vector[one]
        vector[one] = vector[two]
        vector[two] = held


@kernel
def _swap(matrix: Any, one: int, two: int) -> None:
    """Exchanges two rows."""
    for j in range(matrix.shape[1]):
        held = matrix[one, j]
        matrix[one, j] = matrix[two, j]
        matrix[two, j] = held


@fused
def _panel(matrix: Any, pivots: Any, start: int, stop: int, last: int, columns: Any, health: Any) -> int:
    """Eliminates columns start to stop within themselves; the sign of their pivots and exchanges, 0 where singular.

    They are turned into rows for it, so that memory is read in order.
    """
    n = len(matrix)
    width = stop - start
    for i in range(start, n):
        for q in range(width):
            columns[q, i] = matrix[i, start + q]
    sign = 1
    for q in range(width):
        p = start + q
        own = columns[q]
        best = p
        for i in range(p + 1, last):
            if abs(own[i]) > abs(own[best]):
                best = i
        pivots[p] = best
        if best != p:
            sign = -sign
            _swap(matrix, p, best)
            for r in range(width):
                exchange(columns[r], p, best)
        pivot = own[p]
        if last < n:
            top = abs(pivot)
            for i in range(last, n):
                top = max(top, abs(own[i]))
            if abs(pivot) < TINY * top and health[PATCHES] < MOST_PATCHES:
                place = PATCH + 2 * int(health[PATCHES])
                health[PATCHES] += 1.0
                health[place] = p
                health[place + 1] = (-top if pivot < 0.0 else top) - pivot
                pivot += health[place + 1]
                own[p] = pivot
            if top > health[MULTIPLIER] * abs(pivot):
                health[MULTIPLIER] = top / abs(pivot)
        if pivot == 0.0 or not abs(pivot) < np.inf:
            return 0
        if pivot < 0.0:
            sign = -sign
        inverse = 1.0 / pivot
        for i in range(p + 1, n):
            own[i] *= inverse
        for r in range(q + 1, width):
            factor = columns[r, p]
            if factor != 0.0:
                other = columns[r]
                for i in range(p + 1, n):
                    other[i] -= factor * own[i]
    for i in range(start, n):
        for q in range(width):
            matrix[i, start + q] = columns[q, i]
    return sign


@fused
def _finish(matrix: Any, start: int, stop: int, left: int, right: int) -> None:
    """Rows start to stop of the upper factor between columns left and right."""
    for p in range(start, stop):
        above = matrix[p]
        for q in range(p + 1, stop):
            row = matrix[q]
            factor = row[p]
            if factor != 0.0:
                for j in range(left, right):
                    row[j] -= factor * above[j]


@fused
def reduce(matrix: Any, pivots: Any, last: int, columns: Any, health: Any) -> int:
    """LU in place of the first `last` rows and columns; what is right of and below them becomes what is left to do.

    Rows are exchanged among the first `last`; pivots int32 [last]. columns [PANEL, n]: scratch. Where rows beyond
    cannot be exchanged, health [2 + 2 MOST_PATCHES] has the largest multiplier, how many pivots were replaced because
    they were tiny, and for each of those its place and what was added to it. Returns the sign of the determinant of
    what was eliminated: 1 or -1, or 0 where it is singular or not finite.
    """
    n = len(matrix)
    sign = 1
    for k in range(0, last, BLOCK):
        end = min(k + BLOCK, last)
        for start in range(k, end, PANEL):
            stop = min(start + PANEL, end)
            sign *= _panel(matrix, pivots, start, stop, last, columns, health)
            if sign == 0:
                return 0
            _finish(matrix, start, stop, stop, end)
            _subtract(matrix, start, stop, stop, n, stop, end)
        for start in range(k, end, PANEL):
            stop = min(start + PANEL, end)
            _finish(matrix, start, stop, end, n)
            _subtract(matrix, start, stop, stop, end, end, n)
        _subtract(matrix, k, end, end, n, end, n)
    return sign


@fused
def factorise(matrix: Any, pivots: Any) -> int:
    """LU in place; pivots int32 [n].

    Returns the sign of the determinant: 1 or -1, or 0 where the matrix is singular or not finite.
    """
    return reduce(matrix, pivots, len(pivots), np.empty((PANEL, len(pivots))), np.zeros(1))


@fused
def solve_transposed(matrix: Any, pivots: Any, right: Any) -> None:
    """Solves A x = right in place, where `factorise` was given the transpose of A."""
    n = len(pivots)
    for i in range(n):
        row = matrix[i]
        right[i] /= row[i]
        value = right[i]
        for j in range(i + 1, n):
            right[j] -= row[j] * value
    for i in range(n - 1, 0, -1):
        row = matrix[i]
        value = right[i]
        for j in range(i):
            right[j] -= row[j] * value
    for i in range(n - 1, -1, -1):
        exchange(right, i, pivots[i])


@fused
def _inner(row: Any, vector: Any, start: int, end: int) -> float:
    """Inner product between two places, in four sums: each addition would wait for the one before it."""
    one = two = three = four = 0.0
    j = start
    while j + 4 <= end:
        one += row[j] * vector[j]
        two += row[j + 1] * vector[j + 1]
        three += row[j + 2] * vector[j + 2]
        four += row[j + 3] * vector[j + 3]
        j += 4
    while j < end:
        one += row[j] * vector[j]
        j += 1
    return (one + two) + (three + four)


@fused
def solve_plain(matrix: Any, pivots: Any, right: Any) -> None:
    """Solves A x = right in place, where `factorise` was given A."""
    n = len(pivots)
    for i in range(n):
        exchange(right, i, pivots[i])
    for i in range(1, n):
        right[i] -= _inner(matrix[i], right, 0, i)
    for i in range(n - 1, -1, -1):
        row = matrix[i]
        right[i] = (right[i] - _inner(row, right, i + 1, n)) / row[i]
