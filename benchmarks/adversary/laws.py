"""Distributions of the case language and their truncation, by SciPy's logarithms of either tail and bisection."""

from __future__ import annotations

import math
from typing import Any

from scipy import stats

SHAPES = ("uniform", "triangular", "pert", "normal", "lognormal", "beta")


def distribution(shape: str, parameters: list[float]) -> Any:
    """SciPy's frozen distribution."""
    if shape == "uniform":
        low, high = parameters
        return stats.uniform(low, high - low)
    if shape == "triangular":
        low, mode, high = parameters
        return stats.triang((mode - low) / (high - low), low, high - low)
    if shape == "pert":
        low, mode, high = parameters
        span = high - low
        return stats.beta(1 + 4 * (mode - low) / span, 1 + 4 * (high - mode) / span, low, span)
    if shape == "normal":
        return stats.norm(*parameters)
    if shape == "lognormal":
        return stats.lognorm(math.log(parameters[1]), scale=parameters[0])
    return stats.beta(*parameters)


def support(shape: str, parameters: list[float]) -> tuple[float, float]:
    if shape in ("uniform", "triangular", "pert"):
        return parameters[0], parameters[-1]
    return {"normal": (-math.inf, math.inf), "lognormal": (0.0, math.inf), "beta": (0.0, 1.0)}[shape]


def mass(law: Any, low: float, high: float) -> float:
    """Log probability of an interval, from whichever tail is the smaller."""
    if law.cdf(low) < 0.5:
        a, b = law.logcdf(low), law.logcdf(high)
    else:
        a, b = law.logsf(high), law.logsf(low)
    if b <= a:
        return -math.inf
    return b + math.log(-math.expm1(a - b)) if a > -math.inf else float(b)


def quantile(shape: str, parameters: list[float], share: float, within: tuple[float, float] | None = None) -> float:
    """The quantile of the distribution, truncated to `within`; NaN where nothing of it lies there."""
    law = distribution(shape, parameters)
    if within is None:
        return float(law.ppf(share))
    low, high = max(within[0], support(shape, parameters)[0]), min(within[1], support(shape, parameters)[1])
    total = mass(law, low, high) if low < high else -math.inf
    if total == -math.inf:
        return math.nan
    a, b = low, high
    if math.isinf(a):
        a = float(law.ppf(1e-300))
    if math.isinf(b):
        b = float(law.isf(1e-300))
    for _ in range(200):
        middle = (a + b) / 2
        if middle in (a, b):
            break
        if mass(law, low, middle) - total < math.log(share):
            a = middle
        else:
            b = middle
    return (a + b) / 2
