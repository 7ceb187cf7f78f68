"""Evaluation of the case language's syntax tree on arrays: all draws and all contexts at once, in double precision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from detente.crisis.expressions import (
    EQUAL_WITHIN,
    ROUNDING,
    Count,
    DomainValue,
    Ended,
    EndedIn,
    Expression,
    Number,
    Operation,
    PrivateValue,
    QuantityName,
    RoundNumber,
    StageMove,
    StateValue,
)

Values = NDArray[Any]


class Context(Protocol):
    """Source of the values of an expression's names; every answer broadcasts against the others.

    Draw-dependent values are [draw, 1] or [draw, row], others [row]. Numbers are of type float64, whole ones as well.
    An evaluation writes into none of the arrays.
    """

    def quantity(self, name: str, /) -> Values:
        """The quantity in every draw."""
        ...

    def stage_move(self, stage: str, before: bool, /) -> Values:
        """Code of the latest move, or the number at a numeric stage; NaN where there is none."""
        ...

    def state(self, variable: str, /) -> Values:
        """Code, or the number where the domain is numeric."""
        ...

    def private(self, actor: str, variable: str, /) -> Values:
        """Code, or the number where the variable is numeric."""
        ...

    def round(self) -> Values:
        """The round of the enclosing repeat."""
        ...

    def count(self, stage: str, move: int, /) -> Values:
        """Number of times that the move was made at the stage."""
        ...

    def ended(self, outcome: str, /) -> Values:
        """True where play ended in the outcome."""
        ...


def _equal(left: Values, right: Values) -> Values:
    return (left == right) | (np.abs(left - right) <= EQUAL_WITHIN)


def _unequal(left: Values, right: Values) -> Values:
    return ~_equal(left, right)


def _beside(left: Values, right: Values) -> Values:
    """True where two numbers differ by no more than rounding."""
    slack = np.minimum(ROUNDING * np.maximum(np.abs(left), np.abs(right)), EQUAL_WITHIN)
    return (left == right) | (np.abs(left - right) <= slack)


def _below(left: Values, right: Values) -> Values:
    return np.less(left, right) & ~_beside(left, right)


def _at_most(left: Values, right: Values) -> Values:
    return np.less(left, right) | _beside(left, right)


def _swapped(compare: Callable[[Values, Values], Values]) -> Callable[[Values, Values], Values]:
    return lambda left, right: compare(right, left)


def _normal(values: Values) -> Values:
    """The distribution function of the standard normal distribution."""
    from scipy.special import ndtr  # SciPy is loaded where a case needs it

    return np.asarray(ndtr(values))


def _over(pick: Callable[[Values, Values], Values]) -> Callable[..., Values]:
    # One operand after the other: a NumPy function takes a third operand for the array to write into.
    return lambda *parts: reduce(pick, parts)


OPERATIONS: Mapping[str, Callable[..., Values]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.true_divide,
    "^": np.float_power,
    "neg": np.negative,
    "=": _equal,
    "!=": _unequal,
    "<": _below,
    "<=": _at_most,
    ">": _swapped(_below),
    ">=": _swapped(_at_most),
    "and": _over(np.logical_and),
    "or": _over(np.logical_or),
    "not": np.logical_not,
    "if": np.where,
    "min": _over(np.minimum),
    "max": _over(np.maximum),
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "Phi": _normal,
}
"""The value of every operator and function of the language, operand by operand, as an array of its own.

Formulas of the game and quantities of interest share it.
"""


def evaluate(expression: Expression, context: Context) -> Values:
    """The value of an expression without quantities of interest.

    Domain errors do not raise: they come out as NaN or infinity where, and only where, the selected branch of
    every `if` has them. The caller says in whose words to complain.
    """
    with np.errstate(all="ignore"):
        return _value(expression, context)


def _value(expression: Expression, context: Context) -> Values:
    match expression:
        case Number(value):
            return np.asarray(value, float)
        case DomainValue(_, code):
            return np.asarray(code, float)
        case QuantityName(name):
            return context.quantity(name)
        case StageMove(stage, before):
            return context.stage_move(stage, before)
        case StateValue(variable):
            return context.state(variable)
        case PrivateValue(actor, variable):
            return context.private(actor, variable)
        case RoundNumber():
            return context.round()
        case Count(stage, move):
            return context.count(stage, move)
        case Ended(outcome):
            return context.ended(outcome)
        case EndedIn(_, endings):
            return np.logical_or.reduce([context.ended(each) for each in endings])
        case Operation(operator, operands):
            return OPERATIONS[operator](*(_value(operand, context) for operand in operands))
        case _:
            raise TypeError(f"{type(expression).__name__} is a question about a solved game, not a value in it")
