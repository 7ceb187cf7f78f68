"""A case with the range of every uncertain quantity made narrower or wider, its middle kept.

Rankings keep their law (utilities in any order that respects the ranking), and numbers given as certain stay so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from detente.crisis.expressions import Expression, Number, Operation
from detente.crisis.model import Crisis
from detente.crisis.quantities import Distribution, Quantity, Shape
from detente.game.drawn.draws import Draws

_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
}


def stretched(crisis: Crisis, draws: Draws, factor: float) -> Crisis:
    """The crisis with every range a factor as wide as it is.

    Ends and standard deviations move away from the middle (uniform, normal), the mode (triangular, PERT), the median
    (lognormal, in its logarithm) or the mean (beta). Draws of the case as written say where a wider range is cut: a
    number that is from 0 to 1 in all of them stays a share, and one that is never negative stays so.
    """
    return replace(crisis, quantities=tuple(_stretched(each, draws, factor) for each in crisis.quantities))


def _stretched(quantity: Quantity, draws: Draws, factor: float) -> Quantity:
    old = quantity.distribution
    if not old.uncertain:
        return quantity
    new = replace(old, parameters=_parameters(old, factor), within=old.within or _bounds(quantity, draws, factor))
    return replace(quantity, distribution=new)


def _parameters(old: Distribution, factor: float) -> tuple[Expression, ...]:
    by, given = Number(factor), old.parameters
    match old.shape:
        case Shape.UNIFORM:
            low, high = given
            middle = _of("/", _of("+", low, high), Number(2.0))
            half = _of("*", by, _of("/", _of("-", high, low), Number(2.0)))
            return _of("-", middle, half), _of("+", middle, half)
        case Shape.TRIANGULAR | Shape.PERT:
            low, mode, high = given
            return (
                _of("-", mode, _of("*", by, _of("-", mode, low))),
                mode,
                _of("+", mode, _of("*", by, _of("-", high, mode))),
            )
        case Shape.NORMAL:
            return given[0], _of("*", by, given[1])
        case Shape.LOGNORMAL:
            return given[0], _of("^", given[1], by)
        case Shape.BETA:
            return tuple(_of("/", each, Number(factor**2)) for each in given)
        case _:
            raise TypeError(f"{old.shape.value} has no range that could be stretched")


def _of(operator: str, left: Expression, right: Expression) -> Expression:
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(_ARITHMETIC[operator](left.value, right.value))
    return Operation(operator, (left, right))


def _bounds(quantity: Quantity, draws: Draws, factor: float) -> tuple[float, float] | None:
    values = draws.quantities[quantity.id]
    if factor <= 1.0 or values.min() < 0.0:
        return None
    return (0.0, 1.0 if values.max() <= 1.0 else math.inf)
