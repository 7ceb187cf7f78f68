"""Dense LU with row exchanges for compiled kernels: single-threaded, since draws are what runs in parallel.

At these sizes (up to a few hundred) it is as fast as LAPACK, which would start threads of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.strategy.compiled import fused, kernel

PANEL = 8


@fused
def _update(matrix: Any, k: int, n: int) -> None:
    """Subtracts a full panel's product from what is right of and below it."""
    top = matrix[k : k + PANEL]
    for i in range(k + PANEL, n):
        row = matrix[i]
        a, b, c, d = row[k], row[k + 1], row[k + 2], row[k + 3]
        e, f, g, h = row[k + 4], row[k + 5], row[k + 6], row[k + 7]
        for j in range(k + PANEL, n):
            first = a * top[0, j] + b * top[1, j] + c * top[2, j] + d * top[3, j]
            row[j] -= first + (e * top[4, j] + f * top[5, j] + g * top[6, j] + h * top[7, j])


@fused
def _eliminate(matrix: Any, p: int, end: int, n: int) -> None:
    """Subtracts multiples of row p from those below, up to a column; leaves the multipliers in column p."""
    inverse = 1.0 / matrix[p, p]
    for i in range(p + 1, n):
        factor = matrix[i, p] * inverse
        matrix[i, p] = factor
        if factor != 0.0:
            for j in range(p + 1, end):
                matrix[i, j] -= factor * matrix[p, j]


@kernel
def _exchange(matrix: Any, p: int, n: int) -> int:
    """Brings the largest entry of column p to the diagonal; returns the row that it came from."""
    best = p
    top = abs(matrix[p, p])
    for i in range(p + 1, n):
        if abs(matrix[i, p]) > top:
            best = i
            top = abs(matrix[i, p])
    if best != p:
        for j in range(n):
            held = matrix[p, j]
            matrix[p, j] = matrix[best, j]
            matrix[best, j] = held
    return best


@fused
def factorise(matrix: Any, pivots: Any) -> int:
    """LU in place; pivots int32 [n].

    Returns the sign of the determinant: 1 or -1, or 0 where the matrix is singular or not finite.
    """
    n = len(pivots)
    sign = 1
    k = 0
    while k < n:
        end = min(k + PANEL, n)
        for p in range(k, end):
            pivots[p] = _exchange(matrix, p, n)
            pivot = matrix[p, p]
            if pivot == 0.0 or not abs(pivot) < np.inf:
                return 0
            if (pivot < 0.0) != (pivots[p] != p):
                sign = -sign
            _eliminate(matrix, p, end, n)
        if end < n:
            for p in range(k, end):
                for q in range(p + 1, end):
                    factor = matrix[q, p]
                    for j in range(end, n):
                        matrix[q, j] -= factor * matrix[p, j]
            _update(matrix, k, n)
        k = end
    return sign


@fused
def solve_transposed(matrix: Any, pivots: Any, right: Any) -> None:
    """Solves A x = right in place, where `factorise` was given the transpose of A."""
    n = len(pivots)
    for i in range(n):
        right[i] /= matrix[i, i]
        value = right[i]
        for j in range(i + 1, n):
            right[j] -= matrix[i, j] * value
    for i in range(n - 1, 0, -1):
        value = right[i]
        for j in range(i):
            right[j] -= matrix[i, j] * value
    for i in range(n - 1, -1, -1):
        other = pivots[i]
        if other != i:
            held = right[i]
            right[i] = right[other]
            right[other] = held


@fused
def solve_plain(matrix: Any, pivots: Any, right: Any) -> None:
    """Solves A x = right in place, where `factorise` was given A itself."""
    n = len(pivots)
    for i in range(n):
        other = pivots[i]
        if other != i:
            held = right[i]
            right[i] = right[other]
            right[other] = held
    for i in range(n):
        value = right[i]
        for j in range(i):
            value -= matrix[i, j] * right[j]
        right[i] = value
    for i in range(n - 1, -1, -1):
        value = right[i]
        for j in range(i + 1, n):
            value -= matrix[i, j] * right[j]
        right[i] = value / matrix[i, i]
