"""Quantiles of the distributions that an analyst can write, truncated to `within` where that is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.crisis.quantities import Distribution, Shape
from detente.game.drawn.truncated import Beta, Normal, Truncated

if TYPE_CHECKING:
    from types import ModuleType

Floats = NDArray[np.float64]
Parameters = tuple[Floats, ...]

_AT_ONCE = 4096
"""Sets of parameters that are cut into panels together: some tens of megabytes."""


def quantiles(distribution: Distribution, parameters: tuple[Any, ...], u: Floats) -> Floats:
    """Quantiles of a distribution, truncated to `within`; of `value` and `equals` the number itself, held in it.

    parameters: arrays that broadcast against u, fit for the distribution (`detente.game.drawn.fit`). u: probabilities
        in [0, 1].
    Source: inverse transform sampling; PERT is the beta distribution with shape 4 of Malcolm et al. (1959).
    """
    with np.errstate(all="ignore"):
        if distribution.shape in (Shape.VALUE, Shape.EQUALS):
            values = np.broadcast_to(parameters[0], np.broadcast_shapes(np.shape(parameters[0]), np.shape(u)))
            return values if distribution.within is None else np.clip(values, *distribution.within)
        if distribution.within is None:
            return _whole(distribution.shape, parameters, u)
        low, high = distribution.within
        if distribution.shape is Shape.UNIFORM:
            bottom = np.maximum(parameters[0], low)
            return bottom + u * (np.minimum(parameters[1], high) - bottom)
        if distribution.shape is Shape.TRIANGULAR:
            return _triangle(parameters, low, high, u)
        rows = Rows.of(parameters, u)
        found = np.empty(rows.u.shape)
        for part in rows.parts():
            here = cut(distribution.shape, tuple(each[part] for each in rows.parameters), (low, high))
            found[part] = here.place(here.law.at(rows.u[part]))
        return rows.back(np.clip(found, low, high))


def special() -> ModuleType:
    """SciPy's special functions; slow to import, and most cases check without one."""
    from scipy import special

    return special


def _whole(shape: Shape, parameters: Parameters, u: Floats) -> Floats:
    match shape:
        case Shape.UNIFORM:
            low, high = parameters
            return low + u * (high - low)
        case Shape.TRIANGULAR:
            return _triangle(parameters, -np.inf, np.inf, u)
        case Shape.NORMAL:
            mean, sd = parameters
            return mean + sd * special().ndtri(u)
        case Shape.LOGNORMAL:
            median, factor = parameters
            return median * np.exp(np.log(factor) * special().ndtri(u))
        case Shape.BETA:
            a, b = parameters
            return special().betaincinv(a, b, u)
        case _:
            low, _, high = parameters
            a, b = pert(*parameters)
            return low + (high - low) * special().betaincinv(a, b, u)


def pert(low: Floats, mode: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The parameters of the beta distribution behind a PERT."""
    width = np.where(high > low, high - low, 1.0)
    return 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width


def _triangle(parameters: Parameters, least: float, most: float, u: Floats) -> Floats:
    """The part of a triangle between two numbers: a side's share of it goes by products of differences."""
    bottom, mode, top = parameters
    low, high = np.maximum(bottom, least), np.minimum(top, most)
    left, right = mode - bottom, top - mode
    split_low, split_high = np.minimum(high, mode), np.maximum(low, mode)
    rising = np.maximum(split_low - low, 0) * (split_low + low - 2 * bottom)
    falling = np.maximum(high - split_high, 0) * (2 * top - split_high - high)
    first = rising / np.where(left > 0, left, 1.0)
    second = falling / np.where(right > 0, right, 1.0)
    below, above = u * (first + second), (1 - u) * (first + second)
    start, end = low - bottom, top - high
    up = low + _root(start, below * left)
    down = high - _root(end, above * right)
    return np.where(first + second > 0, np.where(below < first, up, down), low)


def _root(start: Floats, area: Floats) -> Floats:
    """The t with t (t + 2 start) = area."""
    over = start + np.sqrt(start * start + np.maximum(area, 0.0))
    return np.where(over > 0, area / np.where(over > 0, over, 1.0), 0.0)


@dataclass(frozen=True, eq=False)
class Rows:
    """Parameters [row] and probabilities [row, point] of a call, with each set of parameters once where it can be.

    shape: that of the answer.
    """

    parameters: Parameters
    u: Floats
    shape: tuple[int, ...]

    @staticmethod
    def of(parameters: tuple[Any, ...], u: Floats) -> Rows:
        """Rows made of arrays that broadcast against each other."""
        arrays = [np.asarray(each, float) for each in parameters]
        shape = np.broadcast_shapes(np.shape(u), *(each.shape for each in arrays))
        known = np.broadcast_shapes(*(each.shape for each in arrays))
        u = np.broadcast_to(np.asarray(u, float), shape)
        if all((each == each.flat[0]).all() for each in arrays if each.size):
            return Rows(tuple(each.reshape(-1)[:1] for each in arrays), u.reshape(1, -1), shape)
        flat = tuple(np.broadcast_to(each, known).reshape(-1) for each in arrays)
        if len(known) == len(shape) and known[-1] == 1 and known[:-1] == shape[:-1]:
            return Rows(flat, u.reshape(len(flat[0]), -1), shape)
        return Rows(tuple(np.broadcast_to(each, shape).reshape(-1) for each in arrays), u.reshape(-1, 1), shape)

    def parts(self) -> Iterator[slice]:
        """Some rows after the other: the panels of all of them at once might not fit into memory."""
        for first in range(0, len(self.u), _AT_ONCE):
            yield slice(first, first + _AT_ONCE)

    def back(self, values: Floats) -> Floats:
        """An answer [row, point] in the shape of the call."""
        return values.reshape(self.shape)


@dataclass(frozen=True, eq=False)
class Cut:
    """A truncated distribution: its law in distances from an origin, and the way from there to numbers.

    start, scale [row]: the number at the origin, and what a unit of distance (normal), of share (beta) or of the
    logarithm (lognormal) is worth.
    """

    shape: Shape
    law: Truncated
    start: Floats
    scale: Floats

    def place(self, t: Floats) -> Floats:
        """The numbers at distances t [row, point]."""
        start, scale = self.start[:, None], self.scale[:, None]
        if self.shape is Shape.NORMAL:
            return start + scale * t
        if self.shape is Shape.LOGNORMAL:
            return start * np.exp(scale * t)
        law = self.law.law
        assert isinstance(law, Beta)
        return start + scale * law.moved(t, np.arange(len(t))[:, None])


def cut(shape: Shape, parameters: Parameters, within: tuple[float, float]) -> Cut:
    """A normal, lognormal, beta or PERT distribution with parameters [row], cut off at both ends."""
    low, high = within
    if shape in (Shape.NORMAL, Shape.LOGNORMAL):
        first, second = parameters
        mean, sd = (first, second) if shape is Shape.NORMAL else (np.log(first), np.log(second))
        if shape is Shape.LOGNORMAL:
            bottom, top = (np.log(np.maximum(each, 0.0) / first) / sd for each in within)
            width = (np.log1p((high - low) / low) if low > 0 else np.inf) / sd
        else:
            bottom, top, width = (low - mean) / sd, (high - mean) / sd, (high - low) / sd
        law = Normal.between(bottom, top, width)
        start = np.where(bottom > 0, low, np.where(top < 0, high, first))
        return Cut(shape, Truncated.of(law), start, sd)
    if shape is Shape.BETA:
        a, b = parameters
        floor, ceiling = np.zeros_like(a), np.ones_like(a)
    else:
        floor, _, ceiling = parameters
        a, b = pert(*parameters)
    size = ceiling - floor
    bottom, top = np.maximum(floor, low), np.minimum(ceiling, high)
    ends = [((each - floor) / size, (ceiling - each) / size) for each in (bottom, top)]
    beta = Beta.between(a, b, ends[0], ends[1], (top - bottom) / size)
    inside = (beta.left > 0) & (beta.right > 0)
    start = np.where(inside, floor + size * beta.share, np.where(beta.left > 0, top, bottom))
    return Cut(shape, Truncated.of(beta), start, size)
