"""Climbing from a start to a maximum of the likelihood: a trust region, first by the scores, then by the curvature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from detente.estimation.fitting.likelihood import Likelihood, LikelihoodPoint

Floats = NDArray[np.float64]

ROUGH, FINE = 1e-3, 1e-8
"""Norms of the gradient, per observation and in units of the coefficients' scales, at which a climb by outer products
of the scores, and one by the curvature, end."""

MOST_CLIMBS = 150
OUT_OF_SIGHT = 300.0
"""Log-odds that one coefficient moves an index by, at which a climb is given up: it has left everything behind that
data could hold, and creeps along a ridge."""
UNUSABLE = 1e300
"""In place of an infinite objective: a step that leads there is refused and shortened."""


@dataclass(frozen=True, eq=False)
class Climb:
    """The end of a climb from one start. value: with priors. steepness: norm of the gradient as in `FINE`."""

    start: Floats
    theta: Floats
    value: float
    log_likelihood: float
    steepness: float
    iterations: int

    @property
    def arrived(self) -> bool:
        """True where the gradient has vanished."""
        return bool(np.isfinite(self.value)) and self.steepness <= 100.0 * FINE


class _Ascent:
    """The objective in units of the coefficients' scales, for free coefficients; remembers the latest point."""

    def __init__(self, likelihood: Likelihood, theta: Floats, free: NDArray[np.bool_], state: object | None) -> None:
        self._likelihood, self._theta, self._free = likelihood, theta.copy(), free
        self.scale = 1.0 / likelihood.design.scale[free]
        self.size = max(likelihood.observations, 1.0)
        self._state = state
        self._latest: LikelihoodPoint | None = None
        self.evaluations = 0

    def theta(self, u: Floats) -> Floats:
        found = self._theta.copy()
        found[self._free] = u * self.scale
        return found

    def unit(self, theta: Floats) -> Floats:
        return theta[self._free] / self.scale

    def point(self, u: Floats) -> LikelihoodPoint:
        theta = self.theta(u)
        if self._latest is None or not np.array_equal(theta, self._latest.theta):
            self.evaluations += 1
            self._latest = self._likelihood.at(theta, self._state)
            if np.isfinite(self._latest.value):
                self._state = self._latest.evaluated.state
        return self._latest

    def value(self, u: Floats) -> float:
        found = self.point(u).value
        return -found / self.size if np.isfinite(found) else UNUSABLE

    def gradient(self, u: Floats) -> Floats:
        return -self.point(u).gradient[self._free] * self.scale / self.size

    def lost(self, u: Floats) -> bool:
        """True where a coefficient has run away."""
        return bool(np.abs(u).max(initial=0.0) * self._likelihood.unit > OUT_OF_SIGHT)

    def stop_where_lost(self, u: Floats) -> None:
        if self.lost(u):
            raise StopIteration

    def _inner(self, matrix: Floats) -> Floats:
        return matrix[np.ix_(self._free, self._free)] * np.outer(self.scale, self.scale) / self.size

    def outer(self, u: Floats) -> Floats:
        return self._inner(self._likelihood.outer(self.point(u)))

    def information(self, u: Floats) -> Floats:
        return self._inner(self._likelihood.information(self.point(u)))


def climb(
    likelihood: Likelihood, start: Floats, *, near: object | None = None, close: bool = False, fine: float = FINE
) -> Climb:
    """Climbs from a start to where the gradient vanishes, within the bounds of the coefficients.

    near: the state of a point close to the start. close: whether the start is known to be near a maximum, so that the
    climb begins with the curvature.
    """
    design = likelihood.design
    low, high = (np.array([getattr(known, end) for known in design.restrictions]) for end in ("low", "high"))
    held = np.array([known.value is not None for known in design.restrictions])
    theta, iterations = np.clip(start, low, high), 0
    bounded = bool((np.isfinite(low) | np.isfinite(high))[~held].any())
    if bounded:
        theta, iterations = _within_bounds(likelihood, theta, held, (low, high), near)
    at_end = held | _pressed(likelihood, theta, low, high)
    for _ in range(len(theta) + 1):
        found, count = _unbounded(likelihood, theta, ~at_end, near, close=close or bounded, fine=fine)
        iterations += count
        beyond = (found < low) | (found > high)
        theta = np.clip(found, low, high)
        if not beyond.any():
            break
        at_end |= beyond
    point = likelihood.at(theta, near)
    way = _Ascent(likelihood, theta, ~at_end, None)
    steep = point.gradient[~at_end] * way.scale / way.size
    return Climb(start, theta, point.value, point.log_likelihood, float(np.linalg.norm(steep)), iterations)


def _pressed(likelihood: Likelihood, theta: Floats, low: Floats, high: Floats) -> NDArray[np.bool_]:
    """[coefficient]: True where the likelihood would rise beyond the bound at which the coefficient stands."""
    if not (np.isfinite(low) | np.isfinite(high)).any():
        return np.zeros(len(theta), bool)
    pull = likelihood.at(theta).gradient
    return ((theta <= low) & (pull < 0.0)) | ((theta >= high) & (pull > 0.0))


def _within_bounds(
    likelihood: Likelihood,
    theta: Floats,
    held: NDArray[np.bool_],
    ends: tuple[Floats, Floats],
    near: object | None,
) -> tuple[Floats, int]:
    way = _Ascent(likelihood, theta, ~held, near)
    bounds = list(zip(ends[0][~held] / way.scale, ends[1][~held] / way.scale, strict=True))
    found = minimize(
        way.value, way.unit(theta), jac=way.gradient, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}
    )
    return way.theta(found.x), int(found.nit)


def _unbounded(
    likelihood: Likelihood, theta: Floats, free: NDArray[np.bool_], near: object | None, *, close: bool, fine: float
) -> tuple[Floats, int]:
    if not free.any():
        return theta, 0
    way = _Ascent(likelihood, theta, free, near)
    u, count = way.unit(theta), 0
    if way.value(u) >= UNUSABLE:
        return theta, 0
    legs: list[tuple[Callable[[Floats], Floats], float]] = [(way.information, fine)]
    if not close:
        legs.insert(0, (way.outer, ROUGH))
    for curvature, goal in legs:
        found = minimize(
            way.value,
            u,
            jac=way.gradient,
            hess=curvature,
            method="trust-exact",
            callback=way.stop_where_lost,
            options={"gtol": goal, "maxiter": MOST_CLIMBS, "initial_trust_radius": 1.0, "max_trust_radius": 1e4},
        )
        u, count = found.x, count + int(found.nit)
        if way.lost(u):
            break
    return way.theta(u), count
