"""Sparse elimination of the bordered Jacobian: numbers for the plan of `detente.equilibrium.elimination.fronts`.

Rows are exchanged within a front alone. A pivot that is tiny beside its column is replaced by a large one: what was
added is a change of one entry of the Jacobian, and is taken back exactly by the formula of Sherman, Morrison and
Woodbury, in solutions and in the sign of the determinant. Where multipliers were large all the same, solutions are
refined with the Jacobian itself; refinement that does not converge says that the factors are useless.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.elimination.fronts import (
    ABOVE,
    BELOW,
    CHILDREN,
    COLUMN,
    FACTOR,
    INDEX,
    LIFT,
    PAIR,
    PIVOTS,
    ROW,
    SIZE,
    Fronts,
)
from detente.equilibrium.elimination.lu import MULTIPLIER, PATCH, PATCHES, exchange, factorise, reduce, solve_plain
from detente.equilibrium.elimination.tuning import ENOUGH, LARGE, MOST_PATCHES, PANEL, REFINED, REFINEMENTS
from detente.kernels.compiled import fused, kernel
from detente.kernels.four_lanes import add_to, at, short
from detente.kernels.records import Record

Floats = NDArray[np.float64]


class Factors(Record):
    """Memory for one sparse system; empty where the system is dense.

    entries [entry], rise [n + 1]: the Jacobian's entries, and its derivative in the rationality.
    store: factors, front after front. stack, front: what is left of fronts, and the front at hand.
    exchanges [index]: row exchanges of each front's pivots. waiting [front]: fronts on the stack.
    health: see `detente.equilibrium.elimination.lu.reduce`. spare [3, n + 1]: right-hand side, residual, sum in
        refinement.
    patch [patch, 2], patch_size [patch]: the variable and the equation whose entry was changed, and by how much.
    patched [patch, n + 1]: solutions for those equations. core, core_pivots: factors of what remains to be solved.
    """

    entries: Floats
    rise: Floats
    store: Floats
    stack: Floats
    front: Floats
    columns: Floats
    exchanges: NDArray[np.int32]
    waiting: NDArray[np.int64]
    health: Floats
    spare: Floats
    patch: NDArray[np.int64]
    patch_size: Floats
    patched: Floats
    core: Floats
    core_pivots: NDArray[np.int32]


def new_factors(fronts: Fronts, unknowns: int) -> Factors:
    """Memory for the factors of a plan."""
    most = int(fronts.table[:-1, SIZE].max(initial=0))
    return Factors(
        entries=np.zeros(int(fronts.walks.entry_start[-1])),
        rise=np.zeros(unknowns + 1),
        store=np.zeros(int(fronts.table[-1, FACTOR])),
        stack=np.zeros(int(fronts.extent[0])),
        front=np.zeros(int(fronts.extent[1])),
        columns=np.zeros(PANEL * most),
        exchanges=np.zeros(len(fronts.variable), np.int32),
        waiting=np.zeros(len(fronts.table), np.int64),
        health=np.zeros(PATCH + 2 * MOST_PATCHES),
        spare=np.zeros((3, unknowns + 1)),
        patch=np.zeros((MOST_PATCHES, 2), np.int64),
        patch_size=np.zeros(MOST_PATCHES),
        patched=np.zeros((MOST_PATCHES, unknowns + 1)),
        core=np.zeros((MOST_PATCHES, MOST_PATCHES)),
        core_pivots=np.zeros(MOST_PATCHES, np.int32),
    )


@kernel
def _gather(fronts: Fronts, factors: Factors, f: int, border: Floats, matrix: Any) -> None:
    """Sets a front, [variable, equation], to its own entries of the Jacobian."""
    table, pair, entry_start, entries, index = (
        fronts.table,
        fronts.pair,
        fronts.walks.entry_start,
        factors.entries,
        fronts.variable,
    )
    size, pivots, first = table[f, SIZE], table[f, PIVOTS], table[f, INDEX]
    for i in range(size):
        row = matrix[i]
        for j in range(size):
            row[j] = 0.0
    last = len(border) - 1
    for i in range(pivots):
        matrix[i, i] = 1.0
        variable = index[first + i]
        matrix[i, size - 1] = border[variable]
        if variable < last:
            matrix[size - 1, i] = factors.rise[variable]
    for p in range(table[f, PAIR], table[f + 1, PAIR]):
        place = entry_start[p]
        row, column, below, above = pair[p, ROW], pair[p, COLUMN], pair[p, BELOW], abs(pair[p, ABOVE])
        for c in range(row, row + below):
            short()
            for j in range(column, column + above):
                short()
                add_to(matrix, c, j, at(entries, place))
                place += 1
        if pair[p, ABOVE] > 0:
            for c in range(column, column + above):
                short()
                for j in range(row, row + below):
                    short()
                    add_to(matrix, c, j, at(entries, place))
                    place += 1


@kernel
def _take(fronts: Fronts, child: int, left: Any, matrix: Any) -> None:
    """Adds what is left of a child to its parent's front."""
    start, border = fronts.table[child, LIFT], fronts.table[child, SIZE] - fronts.table[child, PIVOTS]
    lift = fronts.lift[start : start + border]
    for i in range(border):
        row = matrix[lift[i]]
        own = left[i * border : (i + 1) * border]
        for j in range(border):
            row[lift[j]] += own[j]


@kernel
def _fetched(fronts: Fronts, f: int, count: int, right: Floats, held: Floats) -> Any:
    """Takes what a right-hand side has for a front's first variables, which are returned."""
    start = fronts.table[f, INDEX]
    own = fronts.variable[start : start + fronts.table[f, SIZE]]
    for i in range(count):
        held[i] = right[own[i]]
    return own


@kernel
def _row(fronts: Fronts, store: Floats, f: int, i: int) -> Any:
    """The factors in the row of a front's i-th pivot."""
    size = fronts.table[f, SIZE]
    start = fronts.table[f, FACTOR] + i * size
    return store[start : start + size]


@fused
def _solve_once(fronts: Fronts, factors: Factors, right: Floats) -> None:
    """Solves J x = right in place with the factors (of the transpose) as they are."""
    table, store = fronts.table, factors.store
    held = factors.front
    last = len(table) - 1
    for f in range(last):
        size, pivots = table[f, SIZE], table[f, PIVOTS]
        own = _fetched(fronts, f, size, right, held)
        for i in range(pivots):
            row = _row(fronts, store, f, i)
            value = held[i] / row[i]
            held[i] = value
            for j in range(i + 1, size):
                held[j] -= row[j] * value
        for i in range(size):
            right[own[i]] = held[i]
    for f in range(last - 1, -1, -1):
        size, pivots = table[f, SIZE], table[f, PIVOTS]
        own = _fetched(fronts, f, size, right, held)
        place = table[f, FACTOR] + pivots * size
        for i in range(pivots, size):
            row = store[place : place + pivots]
            value = held[i]
            for j in range(pivots):
                held[j] -= row[j] * value
            place += pivots
        for i in range(pivots - 1, 0, -1):
            row = _row(fronts, store, f, i)
            value = held[i]
            for j in range(i):
                held[j] -= row[j] * value
        for i in range(pivots - 1, -1, -1):
            exchange(held, i, factors.exchanges[table[f, INDEX] + i])
        for i in range(pivots):
            right[own[i]] = held[i]


@fused
def _solve_adjoint_once(fronts: Fronts, factors: Factors, right: Floats) -> None:
    """Solves J^T x = right in place likewise."""
    table, store = fronts.table, factors.store
    held = factors.front
    last = len(table) - 1
    for f in range(last):
        size, pivots = table[f, SIZE], table[f, PIVOTS]
        own = _fetched(fronts, f, pivots, right, held)
        for i in range(pivots):
            exchange(held, i, factors.exchanges[table[f, INDEX] + i])
        for i in range(1, pivots):
            row = _row(fronts, store, f, i)
            total = 0.0
            for j in range(i):
                total += row[j] * held[j]
            held[i] -= total
        place = table[f, FACTOR] + pivots * size
        for i in range(pivots, size):
            row = store[place : place + pivots]
            total = 0.0
            for j in range(pivots):
                total += row[j] * held[j]
            right[own[i]] -= total
            place += pivots
        for i in range(pivots):
            right[own[i]] = held[i]
    for f in range(last - 1, -1, -1):
        size, pivots = table[f, SIZE], table[f, PIVOTS]
        own = _fetched(fronts, f, size, right, held)
        for i in range(pivots - 1, -1, -1):
            row = _row(fronts, store, f, i)
            total = 0.0
            for j in range(i + 1, size):
                total += row[j] * held[j]
            held[i] = (held[i] - total) / row[i]
        for i in range(pivots):
            right[own[i]] = held[i]


@kernel
def _note_patch(fronts: Fronts, factors: Factors, f: int, patch: int) -> None:
    """Notes which variable and equation a replaced pivot of a front stands for."""
    pivots, first = fronts.table[f, PIVOTS], fronts.table[f, INDEX]
    place = int(factors.health[PATCH + 2 * patch])
    at = place  # row exchanges up to this pivot, undone from the last
    for i in range(place, -1, -1):
        other = factors.exchanges[first + i]
        if at == i:
            at = other
        elif at == other:
            at = i
    assert at < pivots
    factors.patch[patch, 0] = fronts.variable[first + at]
    factors.patch[patch, 1] = fronts.variable[first + place]
    factors.patch_size[patch] = factors.health[PATCH + 2 * patch + 1]


@kernel
def _prepare_patches(fronts: Fronts, factors: Factors, adjoint: bool) -> int:
    """Solves for each changed entry, and factors what remains; the sign of its determinant."""
    patches = int(factors.health[PATCHES])
    from_, to = (0, 1) if adjoint else (1, 0)
    core = np.empty((patches, patches))
    for k in range(patches):
        column = factors.patched[k]
        for i in range(len(column)):
            column[i] = 0.0
        column[factors.patch[k, from_]] = factors.patch_size[k]
        if adjoint:
            _solve_adjoint_once(fronts, factors, column)
        else:
            _solve_once(fronts, factors, column)
        for j in range(patches):
            core[j, k] = (1.0 if j == k else 0.0) - column[factors.patch[j, to]]
    sign = factorise(core, factors.core_pivots[:patches])
    for j in range(patches):
        for k in range(patches):
            factors.core[j, k] = core[j, k]
    return sign


@kernel
def factorise_fronts(fronts: Fronts, factors: Factors, border: Floats) -> int:
    """Factors of the transposed bordered Jacobian; the sign of its determinant, 0 where it is singular."""
    table, store, stack, waiting = fronts.table, factors.store, factors.stack, factors.waiting
    factors.health[MULTIPLIER] = factors.health[PATCHES] = 0.0
    patches = 0
    count = filled = 0
    sign = 1
    for f in range(len(table) - 1):
        size, pivots = table[f, SIZE], table[f, PIVOTS]
        left = size - pivots
        matrix = factors.front[: size * size].reshape(size, size)
        _gather(fronts, factors, f, border, matrix)
        for _ in range(table[f, CHILDREN]):
            count -= 1
            child = waiting[count]
            filled -= (table[child, SIZE] - table[child, PIVOTS]) ** 2
            _take(fronts, child, stack[filled:], matrix)
        first = table[f, INDEX]
        columns = factors.columns[: PANEL * size].reshape(PANEL, size)
        sign *= reduce(matrix, factors.exchanges[first : first + pivots], pivots, columns, factors.health)
        if sign == 0:
            return 0
        while patches < factors.health[PATCHES]:
            _note_patch(fronts, factors, f, patches)
            patches += 1
        place = table[f, FACTOR]
        for i in range(pivots):
            row = matrix[i]
            for j in range(size):
                store[place + j] = row[j]
            place += size
        for i in range(pivots, size):
            row = matrix[i]
            for j in range(pivots):
                store[place + j] = row[j]
            place += pivots
            for j in range(left):
                stack[filled + j] = row[pivots + j]
            filled += left
        waiting[count] = f
        count += 1
    return sign * _prepare_patches(fronts, factors, False) if patches else sign


@kernel
def _apply(fronts: Fronts, factors: Factors, right: Floats, adjoint: bool) -> None:
    """Solves J x = right, or J^T x = right, in place, without refinement; patches must have been prepared for it."""
    if adjoint:
        _solve_adjoint_once(fronts, factors, right)
    else:
        _solve_once(fronts, factors, right)
    patches = int(factors.health[PATCHES])
    if patches == 0:
        return
    small, core = np.empty(patches), np.empty((patches, patches))
    for k in range(patches):
        small[k] = right[factors.patch[k, 1 if adjoint else 0]]
        for j in range(patches):
            core[k, j] = factors.core[k, j]
    solve_plain(core, factors.core_pivots[:patches], small)
    for k in range(patches):
        column = factors.patched[k]
        for i in range(len(right)):
            right[i] += small[k] * column[i]


@kernel
def _residual(fronts: Fronts, factors: Factors, border: Floats, x: Floats, adjoint: bool, out: Floats) -> None:
    """Takes J x, or J^T x, from `out`."""
    table, pair, entry_start, entries = fronts.table, fronts.pair, fronts.walks.entry_start, factors.entries
    last = len(x) - 1
    for i in range(last):
        out[i] -= x[i]
        if adjoint:
            out[i] -= border[i] * x[last]
            out[last] -= factors.rise[i] * x[i]
        else:
            out[i] -= factors.rise[i] * x[last]
            out[last] -= border[i] * x[i]
    out[last] -= border[last] * x[last]
    for f in range(len(table) - 1):
        index = fronts.variable[table[f, INDEX] : table[f, INDEX] + table[f, SIZE]]
        for p in range(table[f, PAIR], table[f + 1, PAIR]):
            place = entry_start[p]
            row, column, below, above = pair[p, ROW], pair[p, COLUMN], pair[p, BELOW], abs(pair[p, ABOVE])
            for one in range(2 if pair[p, ABOVE] > 0 else 1):
                start, end = (column, column + above) if one else (row, row + below)
                left, right = (row, row + below) if one else (column, column + above)
                for c in range(start, end):
                    for j in range(left, right):
                        if adjoint:
                            out[index[c]] -= entries[place] * x[index[j]]
                        else:
                            out[index[j]] -= entries[place] * x[index[c]]
                        place += 1


@kernel
def solve_fronts(fronts: Fronts, factors: Factors, border: Floats, right: Floats, adjoint: bool) -> bool:
    """Solves J x = right, or J^T x = right, in place; refined where need be. False where that does not converge."""
    given, rest, total = factors.spare[0], factors.spare[1], factors.spare[2]
    patches = factors.health[PATCHES] > 0.0
    if adjoint and patches:
        _prepare_patches(fronts, factors, True)
    refine = patches or factors.health[MULTIPLIER] > LARGE
    if refine:
        for i in range(len(right)):
            given[i] = right[i]
            total[i] = 0.0
    _apply(fronts, factors, right, adjoint)
    if not refine:
        return True
    before, size = np.inf, 0.0
    for _ in range(REFINEMENTS):
        change, size = 0.0, 0.0
        for i in range(len(right)):
            total[i] += right[i]
            change = max(change, abs(right[i]))
            size = max(size, abs(total[i]))
        if not change <= 0.5 * before:
            break
        before = change
        if change <= REFINED * size:
            break
        for i in range(len(right)):
            rest[i] = given[i]
        _residual(fronts, factors, border, total, adjoint, rest)
        for i in range(len(right)):
            right[i] = rest[i]
        _apply(fronts, factors, right, adjoint)
    for i in range(len(right)):
        right[i] = total[i]
    if adjoint and patches:
        _prepare_patches(fronts, factors, False)
    return before <= ENOUGH * size


@kernel
def add_columns(fronts: Fronts, factors: Factors, out: Floats) -> None:
    """Adds to out [variable] the absolute entries of the Jacobian in its column, the border's and lambda's left out."""
    table, pair, entry_start, entries = fronts.table, fronts.pair, fronts.walks.entry_start, factors.entries
    for i in range(len(out) - 1):
        out[i] += 1.0
    for f in range(len(table) - 1):
        index = fronts.variable[table[f, INDEX] : table[f, INDEX] + table[f, SIZE]]
        for p in range(table[f, PAIR], table[f + 1, PAIR]):
            place = entry_start[p]
            row, column, below, above = pair[p, ROW], pair[p, COLUMN], pair[p, BELOW], abs(pair[p, ABOVE])
            for c in range(row, row + below):
                for _ in range(above):
                    out[index[c]] += abs(entries[place])
                    place += 1
            if pair[p, ABOVE] > 0:
                for c in range(column, column + above):
                    for _ in range(below):
                        out[index[c]] += abs(entries[place])
                        place += 1
