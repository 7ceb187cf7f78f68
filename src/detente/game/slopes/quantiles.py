"""Derivatives of a distribution's quantiles in its parameters, at one and the same probability.

Where F(x; a) = u, dx/da = -(dF/da) / (dF/dx). In the beta family dF/da is an integral, found by quadrature. Where
`within` cuts a smooth distribution off, all of that is in units of the density at the quantile, so that it holds as far
out in a tail as quantiles do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.crisis.quantities import Distribution, Shape
from detente.game.drawn.quantiles import Cut, Rows, cut, quantiles
from detente.game.drawn.truncated import Beta, Normal

Floats = NDArray[np.float64]
Slopes = tuple[Floats, ...]

_STEPS = np.linspace(-3.4, 3.4, 137)
_SHARES = 1.0 / (1.0 + np.exp(-np.pi * np.sinh(_STEPS)))
_WEIGHTS = (_STEPS[1] - _STEPS[0]) * np.pi * np.cosh(_STEPS) * _SHARES * (1.0 - _SHARES)
"""Tanh-sinh quadrature on (0, 1), at home with singular ends. Source: Takahasi & Mori 1974."""


def quantile_slopes(distribution: Distribution, parameters: tuple[Floats, ...], u: Floats) -> Slopes:
    """Derivatives of the quantile at u in each parameter, shaped like u.

    parameters: arrays that broadcast against u. Where `within` holds the quantile, it does not move: derivative 0.
    """
    u = np.asarray(u, float)
    full = tuple(np.broadcast_to(np.asarray(each, float), u.shape) for each in parameters)
    x = np.asarray(quantiles(distribution, full, u), float)
    if distribution.shape in (Shape.VALUE, Shape.EQUALS):
        if distribution.within is None:
            return (np.ones(u.shape),)
        return (np.where((x > distribution.within[0]) & (x < distribution.within[1]), 1.0, 0.0),)
    smooth = distribution.shape not in (Shape.UNIFORM, Shape.TRIANGULAR)
    with np.errstate(all="ignore"):
        if distribution.within is not None and smooth:
            return _truncated(distribution.shape, full, distribution.within, u)
        density, rises = _law(distribution.shape, full, x)
        moves = [-rise for rise in rises]
        if distribution.within is not None:
            _, below = _law(distribution.shape, full, np.full(u.shape, distribution.within[0]))
            _, above = _law(distribution.shape, full, np.full(u.shape, distribution.within[1]))
            moves = [move + b + u * (a - b) for move, b, a in zip(moves, below, above, strict=True)]
        return tuple(np.where(density > 0, np.nan_to_num(move / density), 0.0) for move in moves)


def _truncated(shape: Shape, parameters: tuple[Floats, ...], within: tuple[float, float], u: Floats) -> Slopes:
    rows = Rows.of(parameters, u)
    slopes = [np.empty(rows.u.shape) for _ in parameters]
    for part in rows.parts():
        here = _cut_slopes(shape, tuple(each[part] for each in rows.parameters), within, rows.u[part])
        for out, found in zip(slopes, here, strict=True):
            out[part] = np.nan_to_num(found)
    return tuple(rows.back(each) for each in slopes)


def _cut_slopes(shape: Shape, parameters: tuple[Floats, ...], within: tuple[float, float], u: Floats) -> Slopes:
    """[row, point] for each parameter [row]; u [row, point]."""
    found = cut(shape, parameters, within)
    t = found.law.at(u)
    low, high = found.law.ends(t)
    # By how much the quantile moves with a shift of either end.
    shifts = (1.0 - u) * low, u * high
    own = tuple(each[:, None] for each in parameters)
    if isinstance(found.law.law, Normal):
        return _cut_normal(shape, own, found, t, shifts)
    return _cut_beta(shape, own, found, t, shifts, within, u)


def _cut_normal(
    shape: Shape, parameters: tuple[Floats, ...], found: Cut, t: Floats, shifts: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    law = found.law.law
    ends = [np.where(np.isinf(end), 0.0, end)[:, None] for end in (-law.left, law.right)]
    by_mean = 1.0 - shifts[0] - shifts[1]
    assert isinstance(law, Normal)
    by_sd = law.origin[:, None] * by_mean + t - ends[0] * shifts[0] - ends[1] * shifts[1]
    if shape is Shape.NORMAL:
        return by_mean, by_sd
    x = found.place(t)
    return x * by_mean / parameters[0], x * by_sd / parameters[1]


def _cut_beta(
    shape: Shape,
    parameters: tuple[Floats, ...],
    found: Cut,
    t: Floats,
    shifts: tuple[Floats, Floats],
    within: tuple[float, float],
    u: Floats,
) -> tuple[Floats, ...]:
    law = found.law.law
    assert isinstance(law, Beta)
    share, rest = law.at(t)
    by_a, by_b = (share * rest * each for each in found.law.moves(t, u))
    if shape is Shape.BETA:
        return by_a, by_b
    low, mode, high = parameters
    width = high - low
    part = (mode - low) / width
    pull = 4.0 * (by_a - by_b)
    # An end that `within` sets moves against the range when the range moves; an end of the range moves with it.
    near = np.where(within[0] > low, shifts[0] / (within[0] - low), 0.0)
    near_far = np.where(within[0] > low, shifts[0] / (high - within[0]), 0.0)
    far = np.where(within[1] < high, shifts[1] / (high - within[1]), 0.0)
    far_near = np.where(within[1] < high, shifts[1] / (within[1] - low), 0.0)
    area = width * share * rest
    by_low = rest - (near + far_near) * area + pull * (part - 1.0)
    by_high = share - (near_far + far) * area - pull * part
    return by_low, pull, by_high


def _law(shape: Shape, parameters: tuple[Floats, ...], x: Floats) -> tuple[Floats, list[Floats]]:
    """The density at x, and how the distribution function at x rises with each parameter."""
    match shape:
        case Shape.UNIFORM:
            low, high = parameters
            return _uniform(low, high, x)
        case Shape.TRIANGULAR:
            low, mode, high = parameters
            return _triangular(low, mode, high, x)
        case Shape.NORMAL:
            mean, sd = parameters
            z = (x - mean) / sd
            density = _bell(z) / sd
            return density, [-density, -density * z]
        case Shape.LOGNORMAL:
            median, factor = parameters
            width = np.log(factor)
            z = (np.log(np.maximum(x, 0.0)) - np.log(median)) / width
            bell = np.where(x > 0, _bell(z), 0.0)
            slope = np.where(x > 0, bell * z, 0.0)
            return np.where(x > 0, bell / (x * width), 0.0), [-bell / (median * width), -slope / (factor * width)]
        case Shape.BETA:
            a, b = parameters
            return _beta(a, b, x)
        case _:
            low, mode, high = parameters
            return _pert(low, mode, high, x)


def _bell(z: Floats) -> Floats:
    return np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)


def _uniform(low: Floats, high: Floats, x: Floats) -> tuple[Floats, list[Floats]]:
    inside = (x >= low) & (x <= high)
    density = np.where(inside, 1.0 / (high - low), 0.0)
    share = (x - low) / (high - low)
    return density, [-density * (1.0 - share), -density * share]


def _triangular(low: Floats, mode: Floats, high: Floats, x: Floats) -> tuple[Floats, list[Floats]]:
    density, by_low, by_mode, by_high = _rising(low, mode, high, x)
    mirrored, far, middle, near = _rising(-high, -mode, -low, -x)
    left = (x < mode) & (x >= low)
    right = (x >= mode) & (x <= high)
    # 1 - F of the mirror image is F, and its parameters are the negatives: two signs that cancel.
    rises = [np.where(left, a, np.where(right, b, 0.0)) for a, b in ((by_low, near), (by_mode, middle), (by_high, far))]
    return np.where(left, density, np.where(right, mirrored, 0.0)), rises


def _rising(low: Floats, mode: Floats, high: Floats, x: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """The side below the mode, F = (x - low)^2 / ((high - low) (mode - low)): density, and slopes of F."""
    width, left, d = high - low, mode - low, x - low
    share = d * d / (width * left)
    density = 2.0 * d / (width * left)
    return density, share * (1 / width + 1 / left) - density, -share / left, -share / width


def _beta(a: Floats, b: Floats, x: Floats) -> tuple[Floats, list[Floats]]:
    from scipy import special

    inside = (x > 0) & (x < 1)
    y = np.where(inside, x, 0.5)
    density = np.exp((a - 1) * np.log(y) + (b - 1) * np.log1p(-y) - special.betaln(a, b))
    rises = [_by_first(a, b, y, 1.0 - y), -_by_first(b, a, 1.0 - y, y)]
    return np.where(inside, density, 0.0), [np.where(inside, rise, 0.0) for rise in rises]


def _by_first(a: Floats, b: Floats, y: Floats, rest: Floats) -> Floats:
    """Derivative of the regularised incomplete beta function at y in its first parameter; rest = 1 - y."""
    from scipy import special

    t = y[..., None] * _SHARES
    # 1 - t without cancellation where y is close to 1.
    other = rest[..., None] + y[..., None] * _SHARES[::-1]
    logs = np.log(t)
    mean = (special.digamma(a) - special.digamma(a + b))[..., None]
    weight = np.exp((a[..., None] - 1) * logs + (b[..., None] - 1) * np.log(other) - special.betaln(a, b)[..., None])
    return y * ((logs - mean) * weight * _WEIGHTS).sum(axis=-1)


def _pert(low: Floats, mode: Floats, high: Floats, x: Floats) -> tuple[Floats, list[Floats]]:
    width = high - low
    share = (mode - low) / width
    y = (x - low) / width
    density, (by_a, by_b) = _beta(1 + 4 * share, 1 + 4 * (1 - share), y)
    pull = 4 * (by_a - by_b)  # by the share
    rises = [
        (pull * (share - 1) + density * (y - 1)) / width,
        pull / width,
        (-pull * share - density * y) / width,
    ]
    return density / width, rises
