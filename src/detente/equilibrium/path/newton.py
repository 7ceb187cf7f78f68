"""Newton's method on the logit equations, bordered by one more equation: what every step of the path is made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.elimination.coupling import entries
from detente.equilibrium.elimination.fronts import Fronts, no_fronts
from detente.equilibrium.elimination.lu import factorise, solve_plain, solve_transposed
from detente.equilibrium.elimination.multifrontal import (
    Factors,
    add_columns,
    factorise_fronts,
    new_factors,
    solve_fronts,
)
from detente.equilibrium.path.tuning import DOUBLED, HALVED, MOST_CORRECTIONS, MOST_FOLDS, STILL_DONE
from detente.kernels.compiled import kernel
from detente.kernels.records import Record
from detente.strategy.layout import Layout
from detente.strategy.state import State
from detente.strategy.sweep import jacobian, rationality_row, residual

Floats = NDArray[np.float64]

DONE, FAILED, SLOW, CLOSER = range(4)  # what a correction shows
SLOTS = 3  # points that are kept: checkpoints, and the turning point that is looked out for


class Checkpoints(Record):
    """Points to go back to, slot by slot: here, tangent and before [slot, 3, n + 1], and what goes with them."""

    points: Floats
    step: Floats
    counts: NDArray[np.int64]
    reference: NDArray[np.int32]


class Work(Record):
    """Memory of a path for one thread; n log-odds and, last, the rationality.

    here, tangent, before: the present point, the unit tangent there, and the one at the point before it.
    there, ahead: the next point and its tangent. guess: a prediction.
    border: the last equation of the system: corrections stay in the plane with this normal.
    step, counts: see `detente.equilibrium.path.steps`.
    weight: what a difference in each variable counts for.
    bracket [4, n + 1]: two points and their tangents, between which something is sought.
    events [2, ..]: lambda at turning points and at bifurcations.
    settled [action]: behaviour when it was last compared. checkpoints: where to go back to.
    halt [1]: other than 0 where the path is to stop at its next step (`detente.kernels.stopping`).
    matrix, pivots: the bordered Jacobian, transposed, and then its factors, where it is dense; empty where it is sparse
        and `fronts`, `factors` hold them. See `solve_system` and `solve_adjoint`.
    """

    here: Floats
    tangent: Floats
    before: Floats
    there: Floats
    ahead: Floats
    guess: Floats
    border: Floats
    right: Floats
    weight: Floats
    step: Floats
    bracket: Floats
    matrix: Floats
    pivots: NDArray[np.int32]
    events: Floats
    counts: NDArray[np.int64]
    settled: Floats
    halt: NDArray[np.int64]
    checkpoints: Checkpoints
    fronts: Fronts
    factors: Factors


def new_work(unknowns: int, actions: int, fronts: Fronts | None = None) -> Work:
    """Zeroed memory for a path with so many unknown log-odds, in a game with so many actions; dense without fronts."""
    n = unknowns + 1
    dense = 0 if fronts else n
    fronts = fronts or no_fronts()
    here, tangent, before, there, ahead, guess, border, right = np.zeros((8, n))
    return Work(
        here=here,
        tangent=tangent,
        before=before,
        there=there,
        ahead=ahead,
        guess=guess,
        border=border,
        right=right,
        weight=np.ones(n),
        step=np.zeros(5),
        bracket=np.zeros((4, n)),
        matrix=np.zeros((dense, dense)),
        pivots=np.zeros(dense, np.int32),
        events=np.zeros((2, MOST_FOLDS)),
        counts=np.zeros(7, np.int64),
        settled=np.zeros(actions),
        halt=np.zeros(1, np.int64),
        checkpoints=Checkpoints(
            points=np.zeros((SLOTS, 3, n)),
            step=np.zeros((SLOTS, 5)),
            counts=np.zeros((SLOTS, 7), np.int64),
            reference=np.zeros((SLOTS, n), np.int32),
        ),
        fronts=fronts,
        factors=new_factors(fronts, unknowns),
    )


@kernel
def copy(source: Floats, out: Floats) -> None:
    """Copies a vector. (Loops compile several times faster than array expressions.)"""
    for i in range(len(out)):
        out[i] = source[i]


@kernel
def dot(a: Floats, b: Floats) -> float:
    """Inner product."""
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


@kernel
def gap(a: Floats, b: Floats) -> float:
    """Largest difference of two vectors; infinite where one of them is not a number."""
    longest = 0.0
    for i in range(len(a)):
        difference = abs(a[i] - b[i])
        if not difference < np.inf:
            return np.inf
        longest = max(longest, difference)
    return longest


@kernel
def size(a: Floats) -> float:
    """Largest absolute entry."""
    longest = 0.0
    for i in range(len(a)):
        longest = max(longest, abs(a[i]))
    return longest


@kernel
def normalise(a: Floats) -> None:
    """Scales a vector to unit length."""
    length = np.sqrt(dot(a, a))
    for i in range(len(a)):
        a[i] /= length


@kernel
def linearise(layout: Layout, state: State, work: Work, point: Floats) -> int:
    """Residual and factors of the bordered Jacobian at a point; the sign of its determinant, 0 where singular."""
    state.asks[0] = True
    residual(layout, state, point, work.right)
    state.asks[0] = False
    return eliminate(layout, state, work, point, point[len(point) - 1])


@kernel
def eliminate(layout: Layout, state: State, work: Work, point: Floats, rationality: float) -> int:
    """Factors of the bordered Jacobian where `residual` was last; the sign of its determinant, 0 where singular.

    Another rationality than the point's weighs all that is off the diagonal by the ratio of the two.
    """
    assemble(layout, state, work, point, rationality)
    return factor(work)


@kernel
def assemble(layout: Layout, state: State, work: Work, point: Floats, rationality: float) -> None:
    """The Jacobian where `residual` was last, in the place of factors."""
    if len(work.matrix) == 0:
        entries(layout, state, work.fronts.walks, rationality, work.factors.entries)
        rationality_row(layout, state, rationality, work.factors.rise)
        return
    n = len(point) - 1
    held = point[n]
    point[n] = rationality
    jacobian(layout, state, point, work.matrix)
    point[n] = held


@kernel
def factor(work: Work) -> int:
    """Factors of what was assembled, bordered; the sign of the determinant, 0 where it is singular."""
    if len(work.matrix) == 0:
        return factorise_fronts(work.fronts, work.factors, work.border)
    n = len(work.border) - 1
    for i in range(n + 1):
        work.matrix[i, n] = work.border[i]
    return factorise(work.matrix, work.pivots)


@kernel
def column_norm(work: Work, sums: Floats) -> float:
    """The largest sum of absolute derivatives of the equations in one log-odds, of what was assembled. sums: scratch.

    With a few solutions of J and of its transpose it bounds the condition of the system (Higham 2002, section 15).
    """
    n = len(work.border) - 1
    for i in range(n + 1):
        sums[i] = 0.0
    if len(work.matrix) == 0:
        add_columns(work.fronts, work.factors, sums)
    else:
        for i in range(n):
            for j in range(n):
                sums[i] += abs(work.matrix[i, j])
    return size(sums)


@kernel
def solve_system(work: Work, right: Floats) -> bool:
    """Solves J x = right in place, J being the bordered Jacobian where it was last linearised; False where it fails.

    J is [equation, variable]: the n log-odds' equations and the border; the n log-odds and the rationality.
    `work.border` must not have changed since.
    """
    if len(work.matrix) == 0:
        return solve_fronts(work.fronts, work.factors, work.border, right, False)
    solve_transposed(work.matrix, work.pivots, right)
    return True


@kernel
def solve_adjoint(work: Work, right: Floats) -> bool:
    """Solves J^T x = right in place, otherwise as `solve_system`."""
    if len(work.matrix) == 0:
        return solve_fronts(work.fronts, work.factors, work.border, right, True)
    solve_plain(work.matrix, work.pivots, right)
    return True


@kernel
def judged(turn: int, fresh: bool, length: float, last: float, accuracy: float) -> int:
    """Verdict on a correction of this length, after one of length `last`: DONE, FAILED, SLOW or CLOSER.

    fresh: True where the correction was made with new factors; after a correction with old ones, SLOW calls for new
    ones.
    """
    if not length < np.inf:
        return FAILED
    if length <= accuracy or (not fresh and length * length <= accuracy * last):
        return DONE
    if turn > 0 and length > HALVED * last:
        if length <= STILL_DONE * accuracy:
            return DONE
        return FAILED if fresh and length > DOUBLED * last else SLOW
    return CLOSER


@kernel
def correct(layout: Layout, state: State, work: Work, point: Floats, accuracy: float, slowest: float) -> int:
    """Newton on F = 0 within the plane through `point` with normal `work.border`, linearised once if that will do.

    Where two mixing players pin each other down, bends of F grow with lambda while its inverse does not shrink: then
    it is linearised again. Accuracy is of differences times `work.weight`. Moves `point`; returns the sign of the last
    determinant, or 0 where it did not converge, or where the second correction was more than `slowest` of the first:
    so far from the curve, another part of it may be what is found.
    """
    n = len(point) - 1
    sign = 0
    fresh = 0
    last = 0.0
    for turn in range(MOST_CORRECTIONS):
        if turn == fresh:
            sign = linearise(layout, state, work, point)
            if sign == 0:
                return 0
        else:
            residual(layout, state, point, work.right)
        for i in range(n):
            work.right[i] = -work.right[i]
        work.right[n] = 0.0
        if not solve_system(work, work.right):
            return 0
        length = 0.0
        for i in range(n + 1):
            length = max(length, work.weight[i] * abs(work.right[i]))
            point[i] += work.right[i]
        verdict = judged(turn, turn == fresh, length, last, accuracy)
        if verdict == DONE:
            return sign
        if verdict == FAILED or (turn == 1 and length > slowest * last):
            return 0
        if verdict == SLOW:
            fresh = turn + 1
        last = length
    return 0


@kernel
def direction(work: Work, out: Floats) -> None:
    """The unit tangent from the factors at hand, on the side of `work.border`."""
    for i in range(len(out)):
        out[i] = 0.0
    out[len(out) - 1] = 1.0
    solve_system(work, out)
    normalise(out)
