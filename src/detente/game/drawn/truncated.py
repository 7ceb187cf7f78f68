"""Distributions truncated to an interval: quantiles and their derivatives, however far in a tail the interval lies.

Normal and beta distributions (the latter by log-odds) have densities whose logarithm is concave. So the density, in
units of its largest value within the interval, is integrated over panels in which its logarithm falls by little, and
the integral is inverted by Newton's method. No distribution function is evaluated: nothing can vanish or cancel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_PANELS = 20
"""Panels on either side of the largest density."""

_DEPTH = 45.0
"""Density below exp(-45) of the largest is left out, which no probability from 2^-40 up notices."""

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_SHARE, _WEIGHT = 0.5 * (_NODES + 1.0), 0.5 * _WEIGHTS
"""Nodes and weights of the rule of Gauss and Legendre on (0, 1)."""

_CHUNK = 2**15


@dataclass(frozen=True, eq=False)
class Normal:
    """Normal densities on intervals, one per row, by the distance t from the origin of each in standard deviations.

    origin [row]: where the density is largest in the interval, in standard deviations from the mean. left, right
    [row]: how far the interval reaches to both sides of it, maybe infinitely.
    """

    origin: Floats
    left: Floats
    right: Floats

    @staticmethod
    def between(low: Floats, high: Floats, width: Floats) -> Normal:
        """The distribution between two ends in standard deviations from the mean; width: high - low without loss of
        digits.
        """
        origin = np.where(low > 0, low, np.where(high < 0, high, 0.0))
        left = np.where(low > 0, 0.0, np.where(high < 0, width, -low))
        return Normal(origin, left, np.where(low > 0, width, np.where(high < 0, 0.0, high)))

    def logs(self, t: Floats, rows: Any) -> Floats:
        """Log density at t in units of the largest; `rows` picks the row of each t."""
        return -t * (self.origin[rows] + 0.5 * t)


@dataclass(frozen=True, eq=False)
class Beta:
    """Beta densities on intervals, one per row, by the distance t in log-odds from the origin of each.

    a, b [row]: parameters. share, rest [row]: the origin, where the density of the log-odds is largest in the interval,
    and one less it. left, right [row]: how far the interval reaches to both sides, maybe infinitely.
    """

    a: Floats
    b: Floats
    share: Floats
    rest: Floats
    left: Floats
    right: Floats

    @staticmethod
    def between(a: Floats, b: Floats, low: tuple[Floats, Floats], high: tuple[Floats, Floats], width: Floats) -> Beta:
        """The distribution between two ends, each as share and rest; width: high - low without loss of digits."""
        mode = np.log(a) - np.log(b)
        bottom, top = (np.log(each) - np.log(rest) for each, rest in (low, high))
        above, below = bottom >= mode, top <= mode
        # Between neighbouring ends the difference of their log-odds would lose its digits.
        apart = np.log1p(width / low[0]) + np.log1p(width / high[1])
        share = np.where(above, low[0], np.where(below, high[0], a / (a + b)))
        rest = np.where(above, low[1], np.where(below, high[1], b / (a + b)))
        left = np.where(above, 0.0, np.where(below, apart, mode - bottom))
        return Beta(a, b, share, rest, left, np.where(above, apart, np.where(below, 0.0, top - mode)))

    def scores(self, t: Floats, rows: Any) -> tuple[Floats, Floats]:
        """Derivatives of the log density at t in each parameter, up to a constant: log shares in the origin's units."""
        share, rest = self.share[rows], self.rest[rows]
        return -_log_mean(rest, share, -t), -_log_mean(share, rest, t)

    def logs(self, t: Floats, rows: Any) -> Floats:
        """Log density at t in units of the largest; `rows` picks the row of each t."""
        up, down = self.scores(t, rows)
        return self.a[rows] * up + self.b[rows] * down

    def at(self, t: Floats) -> tuple[Floats, Floats]:
        """[row, point]: the share at distances t [row, point] from the origin, and one less it."""
        near = np.exp(-np.abs(t))
        share, rest = self.share[:, None], self.rest[:, None]
        up = np.where(t > 0, share, share * near)
        down = np.where(t > 0, rest * near, rest)
        return up / (up + down), down / (up + down)

    def moved(self, t: Floats, rows: Any) -> Floats:
        """The share at t less that of the origin."""
        share, rest = self.share[rows], self.rest[rows]
        near = -np.abs(t)
        over = np.where(t > 0, share + rest * np.exp(near), rest + share * np.exp(near))
        return np.copysign(-share * rest * np.expm1(near) / over, t)


def _log_mean(weight: Floats, other: Floats, t: Floats) -> Floats:
    """log(other + weight exp(t)) where the two weights add up to one; exact for small t, finite for large t."""
    near = np.log1p(weight * np.expm1(np.clip(t, -1.0, 1.0)))
    above = t + np.log(weight + other * np.exp(-np.maximum(t, 1.0)))
    below = np.log(other + weight * np.exp(np.minimum(t, -1.0)))
    return np.where(t > 1.0, above, np.where(t < -1.0, below, near))


@dataclass(frozen=True, eq=False)
class Truncated:
    """Densities cut into panels, for quantiles by `at`.

    edges [row, edge]: bounds of the panels from left to right, in distance from the origin. mass [row, panel].
    from_left, from_right [row, edge]: mass to either side of each edge.
    """

    law: Normal | Beta
    edges: Floats
    mass: Floats
    from_left: Floats
    from_right: Floats

    @staticmethod
    def of(law: Normal | Beta) -> Truncated:
        """The panels of a law."""
        left, right = _edges(law, law.left, -1.0), _edges(law, law.right, 1.0)
        edges = np.concatenate([-left[:, :0:-1], right], axis=1)
        rows = np.arange(len(edges))[:, None, None]
        width = np.diff(edges, axis=1)
        nodes = edges[:, :-1, None] + width[:, :, None] * _SHARE
        mass = width * (np.exp(law.logs(nodes, rows)) @ _WEIGHT)
        return Truncated(law, edges, mass, _running(mass), _running(mass[:, ::-1])[:, ::-1])

    def at(self, u: Floats) -> Floats:
        """[row, point]: quantiles at u [row, point], as distances from the origin of each row."""
        rows = _rows(u)
        flat, out = u.reshape(-1), np.empty(u.size)
        for first in range(0, u.size, _CHUNK):
            part = slice(first, first + _CHUNK)
            out[part] = self._at(flat[part], rows[part])
        return out.reshape(u.shape)

    def _panel(self, u: Floats, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], Floats]:
        """The panel of each u, and the share of its mass that lies below the quantile."""
        total, last = self.from_left[rows, -1], self.mass.shape[1] - 1
        below, above = u * total, (1.0 - u) * total
        upper = u > 0.5
        inner = slice(1, last + 1)
        panel = np.where(
            upper,
            last - (self.from_right[rows, inner] <= above[:, None]).sum(axis=1),
            (self.from_left[rows, inner] <= below[:, None]).sum(axis=1),
        )
        own = self.mass[rows, panel]
        inside = np.where(upper, own - (above - self.from_right[rows, panel + 1]), below - self.from_left[rows, panel])
        return panel, np.clip(inside / np.where(own > 0, own, 1.0), 0.0, 1.0)

    def _at(self, u: Floats, rows: NDArray[np.intp]) -> Floats:
        panel, share = self._panel(u, rows)
        low, high = self.edges[rows, panel], self.edges[rows, panel + 1]
        start = low.copy()
        wanted = share * self.mass[rows, panel]
        rise = self.law.logs(high, rows) - self.law.logs(low, rows)
        curved = np.where(np.abs(rise) > 1e-6, rise, 1.0)
        guess = np.where(np.abs(rise) > 1e-6, np.log1p(share * np.expm1(curved)) / curved, share)
        t = start + (high - start) * guess
        for _ in range(8):
            gap = self._within(start, t, rows) - wanted
            low, high = np.where(gap < 0, t, low), np.where(gap < 0, high, t)
            step = t - gap * np.exp(-self.law.logs(t, rows))
            t = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
        return t

    def _within(self, start: Floats, t: Floats, rows: NDArray[np.intp]) -> Floats:
        nodes = start[:, None] + (t - start)[:, None] * _SHARE
        return (t - start) * (np.exp(self.law.logs(nodes, rows[:, None])) @ _WEIGHT)

    def moves(self, t: Floats, u: Floats) -> tuple[Floats, Floats]:
        """[row, point]: derivatives of quantiles t at u by both parameters of a beta law, the ends being held."""
        law = self.law
        assert isinstance(law, Beta)
        rows = _rows(u)
        flat, share = t.reshape(-1), u.reshape(-1)
        places = np.arange(len(self.edges))[:, None, None]
        width = np.diff(self.edges, axis=1)
        nodes = self.edges[:, :-1, None] + width[:, :, None] * _SHARE
        density = np.exp(law.logs(nodes, places))
        panel = np.clip((self.edges[rows, 1:-1] <= flat[:, None]).sum(axis=1), 0, width.shape[1] - 1)
        start = self.edges[rows, panel]
        inner = start[:, None] + (flat - start)[:, None] * _SHARE
        own = np.exp(law.logs(inner, rows[:, None]))
        found: list[Floats] = []
        for score, near in zip(law.scores(nodes, places), law.scores(inner, rows[:, None]), strict=True):
            sums = _running(width * ((density * score) @ _WEIGHT))
            below = sums[rows, panel] + (flat - start) * ((own * near) @ _WEIGHT)
            found.append(((share * sums[rows, -1] - below) / np.exp(law.logs(flat, rows))).reshape(u.shape))
        return found[0], found[1]

    def ends(self, t: Floats) -> tuple[Floats, Floats]:
        """[row, point]: the density at the lower and at the upper end, in units of that at t."""
        here = self.law.logs(t, np.arange(len(t))[:, None])
        found: list[Floats] = []
        for end in (-self.law.left, self.law.right):
            far = np.isinf(end)
            log = np.where(far, -np.inf, self.law.logs(np.where(far, 0.0, end), np.arange(len(t))))
            found.append(np.exp(log[:, None] - here))
        return found[0], found[1]


def _rows(u: Floats) -> NDArray[np.intp]:
    return np.repeat(np.arange(len(u)), u.shape[1])


def _running(mass: Floats) -> Floats:
    return np.concatenate([np.zeros((len(mass), 1)), np.cumsum(mass, axis=1)], axis=1)


def _edges(law: Normal | Beta, reach: Floats, side: float) -> Floats:
    """[row, edge]: distances from the origin to one side, between which the log density falls by little."""
    rows = np.arange(len(reach))
    low, high = np.full(len(reach), -1020.0), np.full(len(reach), 1020.0)
    for _ in range(24):
        middle = 0.5 * (low + high)
        deep = law.logs(side * np.exp2(middle), rows) < -_DEPTH
        low, high = np.where(deep, low, middle), np.where(deep, middle, high)
    end = np.minimum(reach, np.exp2(high))
    depth = law.logs(side * end, rows)
    level = depth[:, None] * (np.arange(1, _PANELS) / _PANELS) ** 2
    near, far = np.zeros(level.shape), np.broadcast_to(end[:, None], level.shape)
    for _ in range(16):
        middle = 0.5 * (near + far)
        deep = law.logs(side * middle, rows[:, None]) < level
        near, far = np.where(deep, near, middle), np.where(deep, middle, far)
    # Where the density hardly falls, levels are rounding: panels of equal width do.
    even = end[:, None] * np.arange(1, _PANELS) / _PANELS
    inner = np.where(depth[:, None] < -1e-3, np.maximum.accumulate(far, axis=1), even)
    return np.concatenate([np.zeros((len(end), 1)), inner, end[:, None]], axis=1)
