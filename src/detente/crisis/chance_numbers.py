"""Numbers that nature draws in the course of play, on a grid: the chance of each as a formula.

The chance of a number is that of the interval between the middles of the gaps to its neighbours; what lies beyond the
ends of the grid counts to the ends. The parameters are formulas, so that a chance follows what happened before.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import NormalDist

from detente.crisis.expressions import Expression, Number, Operation
from detente.crisis.quantities import Shape

DRAWABLE = (Shape.UNIFORM, Shape.TRIANGULAR, Shape.NORMAL, Shape.LOGNORMAL)
"""The kinds of distribution that a chance stage draws from."""

_ZERO, _ONE = Number(0.0), Number(1.0)


def chances(shape: Shape, parameters: tuple[Expression, ...], numbers: Sequence[float]) -> tuple[Expression, ...]:
    """The chance of each number of a rising grid."""
    ends = [(low + high) / 2 for low, high in pairwise(numbers)]
    below = [_below(shape, parameters, Number(end)) for end in ends]
    upto = [*below, _ONE]
    return tuple(high if low is None else _minus(high, low) for low, high in zip([None, *below], upto, strict=True))


def middles(shape: Shape, parameters: Sequence[float], points: int) -> list[float]:
    """So many equally likely numbers: the middle quantiles of a distribution with numbers for parameters."""
    return [_quantile(shape, parameters, (point + 0.5) / points) for point in range(points)]


def _minus(left: Expression, right: Expression) -> Expression:
    return Operation("-", (left, right))


def _over(above: Expression, below: Expression) -> Expression:
    return Operation("/", (above, below))


def _if(left: Expression, comparison: str, right: Expression, then: Expression, otherwise: Expression) -> Expression:
    return Operation("if", (Operation(comparison, (left, right)), then, otherwise))


def _below(shape: Shape, parameters: tuple[Expression, ...], at: Expression) -> Expression:
    """The chance of a number below one."""
    if shape is Shape.UNIFORM:
        low, high = parameters
        share = _over(_minus(at, low), _minus(high, low))
        return _if(at, "<=", low, _ZERO, _if(at, ">=", high, _ONE, share))
    if shape is Shape.TRIANGULAR:
        low, mode, high = parameters
        width = _minus(high, low)
        rising = _over(_squared(_minus(at, low)), Operation("*", (width, _minus(mode, low))))
        falling = _over(_squared(_minus(high, at)), Operation("*", (width, _minus(high, mode))))
        inside = _if(at, "<", mode, rising, _minus(_ONE, falling))
        return _if(at, "<=", low, _ZERO, _if(at, ">=", high, _ONE, inside))
    if shape is Shape.NORMAL:
        mean, sd = parameters
        return Operation("Phi", (_over(_minus(at, mean), sd),))
    median, factor = parameters
    logs = _over(Operation("log", (_over(at, median),)), Operation("log", (factor,)))
    return _if(at, "<=", _ZERO, _ZERO, Operation("Phi", (logs,)))


def _squared(part: Expression) -> Expression:
    return Operation("*", (part, part))


def _quantile(shape: Shape, parameters: Sequence[float], share: float) -> float:
    if shape is Shape.UNIFORM:
        low, high = parameters
        return low + share * (high - low)
    if shape is Shape.TRIANGULAR:
        low, mode, high = parameters
        if share * (high - low) <= mode - low:
            return low + (share * (high - low) * (mode - low)) ** 0.5
        return high - ((1 - share) * (high - low) * (high - mode)) ** 0.5
    standard = NormalDist().inv_cdf(share)
    first, second = parameters
    return first + second * standard if shape is Shape.NORMAL else first * second**standard
