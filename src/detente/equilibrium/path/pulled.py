"""The logit equations of players who are drawn to some way to play, and some of whom err more readily than others.

The system is z - care * lambda * (Q(a) - Q(reference)) - tilt * (1 - lambda / fade) = 0, bordered by one more equation
as in `detente.equilibrium.path.newton`, and eliminated as the game's own is, dense or sparse.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.elimination.coupling import entries
from detente.equilibrium.elimination.fronts import ABOVE, BELOW, COLUMN, INDEX, PAIR, ROW, SIZE, Fronts
from detente.equilibrium.elimination.lu import factorise
from detente.equilibrium.elimination.multifrontal import Factors, factorise_fronts
from detente.equilibrium.path.newton import DONE, FAILED, SLOW, Work, judged, size, solve_system
from detente.equilibrium.path.tuning import MOST_CORRECTIONS
from detente.kernels.compiled import kernel
from detente.strategy.layout import Layout
from detente.strategy.state import State
from detente.strategy.sweep import jacobian, rationality_row, residual

Floats = NDArray[np.float64]


class Pull(NamedTuple):
    """Terms of the equations beside the game's own: tilt [unknown + 1], log-odds; care [unknown], share of lambda.

    uneven: True where any care is not one.
    """

    tilt: Floats
    care: Floats
    uneven: bool


@kernel
def _pulled(work: Work, point: Floats, pull: Pull, fade: float) -> None:
    """Makes the game's own residual in `work.right` that of the system with care and tilt."""
    n = len(point) - 1
    share = 1.0 - point[n] / fade
    for i in range(n):
        work.right[i] = pull.care[i] * work.right[i] + (1.0 - pull.care[i]) * point[i] - pull.tilt[i] * share


@kernel
def _weigh(fronts: Fronts, factors: Factors, care: Floats) -> None:
    """Weighs the entries of every equation, the identity's apart, by its care."""
    table, pair, entry_start, found = fronts.table, fronts.pair, fronts.walks.entry_start, factors.entries
    for f in range(len(table) - 1):
        index = fronts.variable[table[f, INDEX] : table[f, INDEX] + table[f, SIZE]]
        for p in range(table[f, PAIR], table[f + 1, PAIR]):
            place = entry_start[p]
            row, column, below, above = pair[p, ROW], pair[p, COLUMN], pair[p, BELOW], abs(pair[p, ABOVE])
            for _ in range(below):
                for j in range(column, column + above):
                    found[place] *= care[index[j]]
                    place += 1
            if pair[p, ABOVE] > 0:
                for _ in range(above):
                    for j in range(row, row + below):
                        found[place] *= care[index[j]]
                        place += 1


@kernel
def linearise_pulled(layout: Layout, state: State, work: Work, point: Floats, pull: Pull, fade: float) -> int:
    """Residual and factors of the bordered Jacobian at a point; the sign of its determinant, 0 where singular."""
    n = len(point) - 1
    state.asks[0] = True
    residual(layout, state, point, work.right)
    state.asks[0] = False
    _pulled(work, point, pull, fade)
    if len(work.matrix) == 0:
        rise = work.factors.rise
        entries(layout, state, work.fronts.walks, point[n], work.factors.entries)
        rationality_row(layout, state, point[n], rise)
        if pull.uneven:
            _weigh(work.fronts, work.factors, pull.care)
        for i in range(n):
            rise[i] = pull.care[i] * rise[i] + pull.tilt[i] / fade
        return factorise_fronts(work.fronts, work.factors, work.border)
    jacobian(layout, state, point, work.matrix)
    for i in range(n):
        if pull.uneven:
            for j in range(n):
                work.matrix[i, j] *= pull.care[j]
            work.matrix[i, i] += 1.0 - pull.care[i]
        work.matrix[n, i] = pull.care[i] * work.matrix[n, i] + pull.tilt[i] / fade
    for i in range(n + 1):
        work.matrix[i, n] = work.border[i]
    return factorise(work.matrix, work.pivots)


@kernel
def correct_pulled(
    layout: Layout, state: State, work: Work, point: Floats, pull: Pull, fade: float, accuracy: float
) -> int:
    """Newton within the plane through `point` with normal `work.border`, as `newton.correct`; the sign, or 0."""
    n = len(point) - 1
    sign = 0
    fresh = 0
    last = 0.0
    for turn in range(MOST_CORRECTIONS):
        if turn == fresh:
            sign = linearise_pulled(layout, state, work, point, pull, fade)
            if sign == 0:
                return 0
        else:
            residual(layout, state, point, work.right)
            _pulled(work, point, pull, fade)
        for i in range(n):
            work.right[i] = -work.right[i]
        work.right[n] = 0.0
        if not solve_system(work, work.right):
            return 0
        length = size(work.right)
        for i in range(n + 1):
            point[i] += work.right[i]
        verdict = judged(turn, turn == fresh, length, last, accuracy)
        if verdict == DONE:
            return sign
        if verdict == FAILED:
            return 0
        if verdict == SLOW:
            fresh = turn + 1
        last = length
    return 0
