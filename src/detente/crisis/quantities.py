"""Numbers that somebody had to assume, and how uncertain they are."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from math import inf
from typing import Any

from detente.crisis.evidence import Support
from detente.crisis.expressions import Expression
from detente.errors import Place


class Shape(Enum):
    """The kinds of uncertainty of the case language; each value is the key that an analyst writes."""

    VALUE = "value"
    UNIFORM = "uniform"
    TRIANGULAR = "triangular"
    PERT = "pert"
    NORMAL = "normal"
    LOGNORMAL = "lognormal"
    BETA = "beta"
    EQUALS = "equals"


@dataclass(frozen=True, slots=True)
class ParameterRule:
    """A demand on the parameters of a distribution at some positions.

    holds: from these parameters, which may be numbers or arrays, to a truth value (or an array of them).
    """

    positions: tuple[int, ...]
    holds: Callable[..., Any]
    remedy: str


_POSITIVE = "it must be positive"


def _in_order(*names: str) -> tuple[ParameterRule, ...]:
    remedy = f"[{', '.join(names)}] go from small to large"
    pairs = [(low, high) for high in range(len(names)) for low in range(high)]
    return tuple(ParameterRule(pair, operator.le, remedy) for pair in pairs)


def _above(least: float, remedy: str, position: int) -> ParameterRule:
    def holds(number: Any) -> Any:
        return number > least

    return ParameterRule((position,), holds, remedy)


def _everywhere(*_: Any) -> tuple[Any, Any]:
    return -inf, inf


def _from_zero(*_: Any) -> tuple[Any, Any]:
    return 0.0, inf


def _shares(*_: Any) -> tuple[Any, Any]:
    return 0.0, 1.0


def _from_first_to_last(*parameters: Any) -> tuple[Any, Any]:
    return parameters[0], parameters[-1]


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of distribution: names of its parameters, what they must fulfil, and between which numbers it lies."""

    parameters: tuple[str, ...]
    rules: tuple[ParameterRule, ...] = ()
    ends: Callable[..., tuple[Any, Any]] = _everywhere


FAMILIES: Mapping[Shape, Family] = {
    Shape.VALUE: Family(("value",), ends=_from_first_to_last),
    Shape.EQUALS: Family(("value",)),
    Shape.UNIFORM: Family(("low", "high"), _in_order("low", "high"), _from_first_to_last),
    Shape.TRIANGULAR: Family(("low", "mode", "high"), _in_order("low", "mode", "high"), _from_first_to_last),
    Shape.PERT: Family(("low", "mode", "high"), _in_order("low", "mode", "high"), _from_first_to_last),
    Shape.NORMAL: Family(("mean", "sd"), (_above(0, _POSITIVE, 1),)),
    Shape.LOGNORMAL: Family(
        ("median", "factor"),
        (
            _above(0, _POSITIVE, 0),
            _above(1, "it must exceed 1: two thirds lie between median / factor and median * factor", 1),
        ),
        _from_zero,
    ),
    Shape.BETA: Family(("a", "b"), (_above(0, _POSITIVE, 0), _above(0, _POSITIVE, 1)), _shares),
}
"""Demands of every family of distributions on its parameters, in the case as it is written and in every draw."""


def outside(shape: Shape, parameters: tuple[Any, ...], within: tuple[float, float]) -> Any:
    """True where a distribution lies wholly outside an interval; parameters may be numbers or arrays.

    What is spread over a range needs a part of it inside; what is certain may be an end of the interval.
    """
    low, high = FAMILIES[shape].ends(*parameters)
    apart = (low > within[1]) | (high < within[0])
    return apart | ((low < high) & ((low == within[1]) | (high == within[0])))


@dataclass(frozen=True, slots=True)
class Distribution:
    """A number and its uncertainty.

    `parameters` in the order the language writes them: value [x]; uniform [low, high]; triangular and pert
    [low, mode, high]; normal [mean, sd]; lognormal [median, factor], whose logarithm has standard deviation
    log(factor); beta [a, b]; equals [expression]. `within` truncates to [low, high]; `equals` it holds in between.
    """

    shape: Shape
    parameters: tuple[Expression, ...]
    within: tuple[float, float] | None = None
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def uncertain(self) -> bool:
        """True where the number differs from draw to draw of its own accord."""
        return self.shape not in (Shape.VALUE, Shape.EQUALS)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A named assumption: a number with its uncertainty and what it rests on.

    structural: certain in every draw, so that it may shape the game; another value is another game.
    """

    id: str
    distribution: Distribution
    name: str = ""
    unit: str = ""
    structural: bool = False
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The quantity's name for a reader."""
        return self.name or self.id


RATIONALITY = "rationality"
"""The name of the precision of play among what is uncertain or estimated."""

LIMIT = "limit"
"""`Crisis.rationality` where play is followed to the sequential-equilibrium limit."""
