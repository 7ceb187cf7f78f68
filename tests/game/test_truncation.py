"""Truncated distributions, however far out in a tail, against SciPy and against integrals of the density.

A quantile x at u is right to a millionth of the interval where the truncated distribution function, a millionth of the
interval to both sides of x, has u in between.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import special, stats

from detente.crisis.expressions import Number
from detente.crisis.quantities import Distribution, Shape
from detente.game.drawn.quantiles import quantiles
from detente.game.slopes.quantiles import quantile_slopes

COUNT = 200
NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)
Share = Callable[[float], float]


def shares_of_normal(mean: float, sd: float, low: float, high: float) -> Share:
    """The truncated distribution function, from logarithms of the tail in which the interval lies."""
    sign = 1.0 if low + high > 2 * mean else -1.0
    near, far = (low, high) if sign > 0 else (high, low)

    def log_tail(x: float) -> float:
        return float(special.log_ndtr(-sign * (x - mean) / sd))

    def beyond(x: float) -> float:
        return float(np.expm1(log_tail(x) - log_tail(near)) / np.expm1(log_tail(far) - log_tail(near)))

    return lambda x: beyond(x) if sign > 0 else 1.0 - beyond(x)


def shares_of_beta(a: float, b: float, low: float, high: float) -> Share:
    """The truncated distribution function of a beta distribution, by integration over log-odds."""
    bottom, top = (float(special.logit(np.clip(end, 1e-300, 1 - 1e-16))) for end in (low, high))
    peak = float(np.clip(np.log(a / b), bottom, top))

    def log_density(s: float) -> float:
        return -a * float(np.logaddexp(0, -s)) - b * float(np.logaddexp(0, s))

    scale = 1.0 / (abs(a * special.expit(-peak) - b * special.expit(peak)) + np.sqrt(min(a, b, 1.0)) / 3)

    def mass(start: float, end: float) -> float:
        steps = peak + scale * np.array([-60, -20, -6, -2, -0.5, 0, 0.5, 2, 6, 20, 60])
        edges = np.array([start, *steps[(steps > start) & (steps < end)], end])
        width = np.diff(edges)
        s = edges[:-1, None] + width[:, None] * (NODES + 1) / 2
        logs = -a * np.logaddexp(0, -s) - b * np.logaddexp(0, s)
        return float(width @ (np.exp(logs - log_density(peak)) @ WEIGHTS) / 2)

    return lambda x: mass(bottom, float(np.clip(special.logit(x), bottom, top))) / mass(bottom, top)


def normal(rng: np.random.Generator) -> tuple[tuple[float, ...], tuple[float, float], Share]:
    mean, sd = rng.normal(0, 3), float(np.exp(rng.normal()))
    low = mean + sd * rng.uniform(-40, 40)
    high = low + sd * float(np.exp(rng.uniform(-7, 3)))
    return (mean, sd), (low, high), shares_of_normal(mean, sd, low, high)


def lognormal(rng: np.random.Generator) -> tuple[tuple[float, ...], tuple[float, float], Share]:
    median, factor = float(np.exp(rng.normal())), 1 + float(np.exp(rng.normal()))
    sd = float(np.log(factor))
    low = median * float(np.exp(sd * rng.uniform(-12, 12)))
    high = low * float(np.exp(sd * np.exp(rng.uniform(-7, 2))))
    inner = shares_of_normal(float(np.log(median)), sd, float(np.log(low)), float(np.log(high)))
    return (median, factor), (low, high), lambda x: inner(float(np.log(x)))


def interval(rng: np.random.Generator) -> tuple[float, float]:
    """A part of (0, 1), often close to one of its ends."""
    low, width = rng.random(), float(np.exp(rng.uniform(-6, 0)))
    if rng.random() < 0.6:
        low = 10.0 ** rng.uniform(-4, -0.5)
    low, high = low, low + width * (1 - low)
    return (low, high) if rng.random() < 0.5 else (1 - high, 1 - low)


def beta(rng: np.random.Generator) -> tuple[tuple[float, ...], tuple[float, float], Share]:
    a, b = (float(each) for each in np.exp(rng.uniform(-1, 7, 2)))
    low, high = interval(rng)
    return (a, b), (low, high), shares_of_beta(a, b, low, high)


def three_points(rng: np.random.Generator) -> tuple[tuple[float, ...], tuple[float, float]]:
    low, high = sorted(rng.normal(0, 2, 2))
    part = float(np.clip(rng.normal(0.5, 0.5), 0, 1))
    near, far = interval(rng)
    if rng.random() < 0.3:
        far = 1.2
    return (low, low + part * (high - low), high), (low + near * (high - low), low + far * (high - low))


def pert(rng: np.random.Generator) -> tuple[tuple[float, ...], tuple[float, float], Share]:
    (low, mode, high), (near, far) = three_points(rng)
    a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    inner = shares_of_beta(a, b, (near - low) / (high - low), (min(far, high) - low) / (high - low))
    return (low, mode, high), (near, far), lambda x: inner((x - low) / (high - low))


def of_scipy(law, low: float, high: float) -> Share:
    below, above = law.cdf(low), law.sf(high)
    if below < above:
        return lambda x: (law.cdf(x) - below) / (law.cdf(high) - below)
    return lambda x: (law.sf(low) - law.sf(x)) / (law.sf(low) - above)


def triangular(rng: np.random.Generator) -> tuple[tuple[float, ...], tuple[float, float], Share]:
    (low, mode, high), (near, far) = three_points(rng)
    law = stats.triang((mode - low) / (high - low), low, high - low)
    return (low, mode, high), (near, far), of_scipy(law, near, far)


def uniform(rng: np.random.Generator) -> tuple[tuple[float, ...], tuple[float, float], Share]:
    (low, _, high), (near, far) = three_points(rng)
    return (low, high), (near, far), of_scipy(stats.uniform(low, high - low), near, far)


LAWS = {
    Shape.UNIFORM: uniform,
    Shape.TRIANGULAR: triangular,
    Shape.PERT: pert,
    Shape.NORMAL: normal,
    Shape.LOGNORMAL: lognormal,
    Shape.BETA: beta,
}


def drawn(shape: Shape, parameters: tuple[float, ...], within: tuple[float, float], u: np.ndarray) -> np.ndarray:
    distribution = Distribution(shape, tuple(Number(each) for each in parameters), within)
    return quantiles(distribution, tuple(np.full(len(u), each) for each in parameters), u)


@pytest.mark.parametrize("shape", LAWS)
def test_truncation_is_right_to_a_millionth_of_the_interval_in_either_tail(shape):
    rng = np.random.default_rng(0)
    for _ in range(COUNT):
        parameters, (low, high), share = LAWS[shape](rng)
        u = float(rng.choice([rng.random(), 1e-6, 1 - 1e-6]))
        [x] = drawn(shape, parameters, (low, high), np.array([u]))
        slack = 1e-6 * (high - low)
        assert low <= x <= high
        top = min(high, parameters[-1]) if shape in (Shape.UNIFORM, Shape.TRIANGULAR, Shape.PERT) else high
        if x - slack > low:
            assert share(x - slack) <= u + 1e-9, (parameters, low, high, u)
        if x + slack < top:
            assert share(x + slack) >= u - 1e-9, (parameters, low, high, u)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_millionth_of_the_interval_is_kept_ten_thousand_standard_deviations_out(sign):
    """There a normal density falls like exp(-distance * z), but for a part in z squared."""
    z, u = 1e4, np.array([0.1, 0.5, 0.9])
    within = (z, z + 3 / z) if sign > 0 else (-z - 3 / z, -z)
    found = sign * drawn(Shape.NORMAL, (0.0, 1.0), within, u if sign > 0 else 1 - u)
    assert (found - z) * z == pytest.approx(-np.log1p(u * np.expm1(-3.0)), abs=3e-6)


def test_draws_with_parameters_of_their_own_are_those_of_one_draw_at_a_time():
    rng = np.random.default_rng(5)
    mean, sd, u = rng.normal(0, 1, 40), np.exp(rng.normal(size=40)), rng.random(40)
    distribution = Distribution(Shape.NORMAL, (Number(0), Number(0)), (2.0, 3.0))
    together = quantiles(distribution, (mean, sd), u)
    single = [drawn(Shape.NORMAL, (mean[k], sd[k]), (2.0, 3.0), u[k : k + 1])[0] for k in range(40)]
    assert together == pytest.approx(single, abs=1e-13)
    grid = quantiles(distribution, (mean[:, None], sd[:, None]), u[None, :])
    assert np.diag(grid) == pytest.approx(together, abs=1e-13)


def moved(
    shape: Shape, parameters: tuple[float, ...], position: int, by: float, within: tuple[float, float], u: np.ndarray
) -> np.ndarray:
    """Quantiles with one parameter moved; NaN where the parameters then are out of order."""
    changed = [each + by * (k == position) for k, each in enumerate(parameters)]
    if shape in (Shape.TRIANGULAR, Shape.PERT) and changed != sorted(changed):
        return np.full(len(u), np.nan)
    return drawn(shape, tuple(changed), within, u)


@pytest.mark.parametrize("shape", LAWS)
def test_truncated_quantiles_move_with_their_parameters_as_differences_show(shape):
    rng = np.random.default_rng(3)
    for _ in range(12):
        parameters, within, _ = LAWS[shape](rng)
        if shape in (Shape.NORMAL, Shape.LOGNORMAL) and within[1] - within[0] < 1e-3 * abs(within[0]):
            continue  # differences of numbers that close keep too few digits to compare with
        u = np.array([0.1, 0.5, 0.8])
        distribution = Distribution(shape, tuple(Number(each) for each in parameters), within)
        slopes = quantile_slopes(distribution, tuple(np.full(3, each) for each in parameters), u)
        unit = parameters[-1] - parameters[0] if len(parameters) == 3 or shape is Shape.UNIFORM else abs(parameters[-1])
        for position, slope in enumerate(slopes):
            step = 1e-5 * unit

            far, near, ahead, beyond = (
                moved(shape, parameters, position, by * step, within, u) for by in (-2, -1, 1, 2)
            )
            seen = (8 * (ahead - near) - (beyond - far)) / (12 * step)
            if not np.isnan(seen).any():
                assert slope == pytest.approx(seen, rel=1e-4, abs=1e-6), (parameters, within)
