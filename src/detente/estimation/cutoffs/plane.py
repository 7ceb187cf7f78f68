"""Regions in which each plan is best, in two private numbers of any laws: by quadrature in one, exact in the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.estimation.cutoffs.laws import Bell, Law
from detente.estimation.cutoffs.regions import Shares, spans, steeper

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

QUADRATURE, WEIGHTS = np.polynomial.legendre.leggauss(20)
"""The rule of Gauss and Legendre by which a smooth piece of an integral is found."""

STEEP_EDGE = 0.7
"""Of two normal numbers, lines steeper than this get pieces where they cross the range of the second number."""


def in_a_plane(payoffs: Floats, laws: Sequence[Law], *, means: bool = True) -> Shares:
    """Shares for payoffs [row, plan, (1, x, y)] affine in two independent private numbers.

    For every x the range of y is exact; over x, pieces between corners of the map are integrated by Gauss-Legendre.
    Without `means` these are left at 0.
    """
    return Shares(swept(payoffs, laws, means=means), _borders(payoffs, *laws))


def swept(payoffs: Floats, laws: Sequence[Law], *, means: bool = True) -> Floats:
    """`Shares.of` alone: every part of the sum is positive, so that small chances keep their relative precision."""
    first, second = laws
    rows, plans, _ = payoffs.shape
    row, x, weight = _pieces(payoffs, first, second)
    order, over = steeper(payoffs[..., 2])
    sorted_payoffs = np.take_along_axis(payoffs[..., :2], order[:, :, None], axis=1)
    level = [sorted_payoffs[:, p, 0][row] + sorted_payoffs[:, p, 1][row] * x for p in range(plans)]
    low, high = spans(level, [[over[:, p, q][row] for q in range(p)] for p in range(plans)], second)
    weight *= first.density(x)
    of = np.zeros((rows, plans, 3))
    every = np.arange(rows)
    for p in range(plans):
        some = np.flatnonzero(high[p] > low[p])
        here, bottom, top, share = row[some], low[p][some], high[p][some], weight[some]
        mass = share * second.between(bottom, top)
        of[every, order[:, p], 0] = np.bincount(here, mass, rows)
        if means:
            of[every, order[:, p], 1] = np.bincount(here, mass * x[some], rows)
            of[every, order[:, p], 2] = np.bincount(here, share * second.mean_between(bottom, top), rows)
    return of


def _pieces(payoffs: Floats, first: Law, second: Law) -> tuple[Ints, Floats, Floats]:
    """Rows, nodes x and weights of the integral over the first number, row by row."""
    rows, plans, _ = payoffs.shape
    ends = [first.low, first.high, *first.breaks]
    cuts = [np.broadcast_to(np.array(ends), (rows, len(ends)))]
    least = STEEP_EDGE if isinstance(second, Bell) else 0.0
    with np.errstate(all="ignore"):
        for p in range(plans):
            for q in range(p):
                apart = payoffs[:, p] - payoffs[:, q]
                steep = np.abs(apart[:, 1]) > least * np.abs(apart[:, 2])
                edges = [second.low, second.high, *second.breaks]
                at = [np.where(steep, -(apart[:, 0] + apart[:, 2] * y) / apart[:, 1], first.low) for y in edges]
                for y, x in zip(edges, at, strict=True):
                    cuts.append(_where_highest(payoffs, p, x, np.full(rows, y), first)[:, None])
                for r in range(q):
                    x, y = _corner(apart, payoffs[:, p] - payoffs[:, r])
                    within = (y > second.low) & (y < second.high)
                    x = np.where(within, x, first.low)
                    cuts.append(_where_highest(payoffs, p, x, y, first)[:, None])
    table = np.sort(np.concatenate(cuts, axis=1), axis=1)
    left, width = table[:, :-1], np.diff(table, axis=1)
    row, piece = np.nonzero(width > 0)
    left, width = left[row, piece], width[row, piece]
    nodes = left[:, None] + 0.5 * width[:, None] * (QUADRATURE + 1.0)
    weights = 0.5 * width[:, None] * WEIGHTS
    return np.repeat(row, len(QUADRATURE)), nodes.reshape(-1), weights.reshape(-1)


def _corner(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """The point at which two lines [row, (1, x, y)] are both 0."""
    area = one[:, 1] * other[:, 2] - one[:, 2] * other[:, 1]
    x = (one[:, 2] * other[:, 0] - one[:, 0] * other[:, 2]) / area
    y = (one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]) / area
    return x, y


def _where_highest(payoffs: Floats, plan: int, x: Floats, y: Floats, first: Law) -> Floats:
    """X where a plan is among the best at (x, y) and x lies inside, else the lower end, where it cuts nothing."""
    value = payoffs[..., 0] + payoffs[..., 1] * x[:, None] + payoffs[..., 2] * y[:, None]
    most = value.max(axis=1)
    near = value[:, plan] >= most - 1e-9 * (1.0 + np.abs(most))
    return np.where(near & (x > first.low) & (x < first.high), x, first.low)


EDGE_NODES, EDGE_WEIGHTS = np.polynomial.legendre.leggauss(24)
"""The rule along a smooth piece of a border."""


def _borders(payoffs: Floats, first: Law, second: Law) -> Floats:
    rows, plans, _ = payoffs.shape
    out = np.zeros((rows, plans, plans, 3, 3))
    for p in range(plans):
        for q in range(p):
            each = _border(payoffs, p, q, first, second)
            out[:, p, q] = out[:, q, p] = each
    return out


def _border(payoffs: Floats, p: int, q: int, first: Law, second: Law) -> Floats:
    """[row, 3, 3]: the integral over the border between two plans, along the number in which it is less steep."""
    apart = payoffs[:, p] - payoffs[:, q]
    along_x = np.abs(apart[:, 2]) >= np.abs(apart[:, 1])
    divisor = np.where(along_x, apart[:, 2], apart[:, 1])
    exists = divisor != 0
    divisor = np.where(exists, divisor, 1.0)
    offset = -apart[:, 0] / divisor
    tilt = -np.where(along_x, apart[:, 1], apart[:, 2]) / divisor
    # On the border the free number is s, the other one offset + tilt * s.
    free_low, free_high = np.where(along_x, first.low, second.low), np.where(along_x, first.high, second.high)
    held_low, held_high = np.where(along_x, second.low, first.low), np.where(along_x, second.high, first.high)
    low, high = free_low.copy(), free_high.copy()
    bounds = [(offset - held_low, tilt), (held_high - offset, -tilt)]
    for r in range(payoffs.shape[1]):
        if r in (p, q):
            continue
        over = payoffs[:, p] - payoffs[:, r]
        free, held = np.where(along_x, over[:, 1], over[:, 2]), np.where(along_x, over[:, 2], over[:, 1])
        bounds.append((over[:, 0] + held * offset, free + held * tilt))
    with np.errstate(all="ignore"):
        for level, slope in bounds:
            cut = -level / slope
            low = np.where(slope > 0, np.maximum(low, cut), low)
            high = np.where(slope < 0, np.minimum(high, cut), high)
            high = np.where((slope == 0) & (level < 0), low, high)
    with np.errstate(all="ignore"):
        cuts = [np.where(along_x, each, (each - offset) / tilt) for each in first.breaks]
        cuts += [np.where(along_x, (each - offset) / tilt, each) for each in second.breaks]
    high = np.maximum(low, high)
    within = [np.clip(np.nan_to_num(each), low, high) for each in cuts]
    table = np.sort(np.stack([low, *within, high], axis=1), axis=1)
    out = np.zeros((len(payoffs), 3, 3))
    for left, right in zip(table.T[:-1], table.T[1:], strict=True):
        some = np.flatnonzero(exists & (right > left))
        s = left[some, None] + 0.5 * (right - left)[some, None] * (EDGE_NODES + 1.0)
        held = offset[some, None] + tilt[some, None] * s
        swap = along_x[some, None]
        x, y = np.where(swap, s, held), np.where(swap, held, s)
        weight = 0.5 * (right - left)[some, None] * EDGE_WEIGHTS / np.abs(divisor[some, None])
        weight = weight * first.density(x) * second.density(y)
        point = np.stack([np.ones_like(x), x, y], axis=1)
        out[some] += np.einsum("nis,njs->nij", point * weight[:, None, :], point)
    return out
