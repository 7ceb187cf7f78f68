"""LAPACK's dense LU for compiled kernels, found by name so that compiled code stays valid from run to run."""

from __future__ import annotations

from typing import Any

import llvmlite.binding
import numpy as np
from numba import types
from numba.extending import get_cython_function_address

from detente.strategy.sweep import kernel


def _routine(name: str, arguments: int) -> Any:
    """A Fortran routine of SciPy's LAPACK under a symbol of our own."""
    symbol = f"detente_{name}"
    llvmlite.binding.add_symbol(symbol, get_cython_function_address("scipy.linalg.cython_lapack", name))
    return types.ExternalFunction(symbol, types.void(*[types.voidptr] * arguments))


_dgetrf = _routine("dgetrf", 6)
_dgetrs = _routine("dgetrs", 9)


@kernel
def factorise(matrix: Any, pivots: Any, order: Any) -> int:
    """LU in place of matrix [column, row]; pivots int32 [n]; order int32 [2] is scratch.

    Returns the sign of the determinant: 1 or -1, or 0 where the matrix is singular or not finite.
    """
    n = len(pivots)
    order[0] = n
    order[1] = 0
    _dgetrf(order.ctypes, order.ctypes, matrix.ctypes, order.ctypes, pivots.ctypes, order[1:].ctypes)
    if order[1] != 0:
        return 0
    sign = 1
    for i in range(n):
        pivot = matrix[i, i]
        if not np.isfinite(pivot) or pivot == 0.0:
            return 0
        if pivot < 0.0:
            sign = -sign
        if pivots[i] != i + 1:
            sign = -sign
    return sign


@kernel
def solve_factorised(matrix: Any, pivots: Any, order: Any, letters: Any, right: Any) -> None:
    """Solves in place for one right side with the factors that `factorise` left; letters uint8 [1] holds ord('N')."""
    order[0] = len(pivots)
    order[1] = 1
    _dgetrs(
        letters.ctypes,
        order.ctypes,
        order[1:].ctypes,
        matrix.ctypes,
        order.ctypes,
        pivots.ctypes,
        right.ctypes,
        order.ctypes,
        order[2:].ctypes,
    )
