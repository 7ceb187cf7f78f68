"""Kernels that only other kernels call, as tests call them."""

from __future__ import annotations

from detente.equilibrium.elimination.lu import factorise, solve_plain, solve_transposed
from detente.kernels.compiled import entry
from detente.strategy.sweep import jacobian, residual


@entry
def jacobian_at(layout, state, point, out, matrix):  # type: ignore[no-untyped-def]
    state.asks[0] = True
    residual(layout, state, point, out)
    state.asks[0] = False
    jacobian(layout, state, point, matrix)


@entry
def solved(matrix, pivots, right, transposed):  # type: ignore[no-untyped-def]
    sign = factorise(matrix, pivots)
    if sign != 0:
        if transposed:
            solve_transposed(matrix, pivots, right)
        else:
            solve_plain(matrix, pivots, right)
    return sign
