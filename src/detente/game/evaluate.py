"""Evaluation of the case language's syntax tree on arrays: all draws and all contexts at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from detente.crisis.expressions import (
    Count,
    DomainValue,
    Ended,
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

EQUAL_WITHIN = 1e-9
"""Two numbers of a grid count as equal within this distance: 0.1 + 0.2 is the move written 0.3."""


class Context(Protocol):
    """Where the names of an expression get their values; every answer broadcasts against the others.

    Draw-dependent values are [draw, 1] or [draw, row], others [row].
    """

    def quantity(self, name: str, /) -> Values:
        """The quantity in every draw."""
        ...

    def stage_move(self, stage: str, before: bool, /) -> Values:
        """Code of the latest move, or the number at a numeric stage (NaN where there is none)."""
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
        """How often the move was made there."""
        ...

    def ended(self, outcome: str, /) -> Values:
        """Whether play ended in the outcome."""
        ...


def _power(base: Values, exponent: Values) -> Values:
    return np.power(np.asarray(base, float), exponent)


def _unequal(left: Values, right: Values) -> Values:
    return ~_equal(left, right)


def _equal(left: Values, right: Values) -> Values:
    if left.dtype.kind == "b" or right.dtype.kind == "b":
        return left == right
    return np.abs(left - right) <= EQUAL_WITHIN


OPERATIONS: Mapping[str, Callable[..., Values]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.true_divide,
    "^": _power,
    "neg": np.negative,
    "=": _equal,
    "!=": _unequal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "and": lambda *parts: np.logical_and.reduce(np.broadcast_arrays(*parts)),
    "or": lambda *parts: np.logical_or.reduce(np.broadcast_arrays(*parts)),
    "not": np.logical_not,
    "if": np.where,
    "min": lambda *parts: np.minimum.reduce(np.broadcast_arrays(*parts)),
    "max": lambda *parts: np.maximum.reduce(np.broadcast_arrays(*parts)),
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
}
"""What every operator and function does to arrays."""


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
            return np.asarray(value)
        case DomainValue(_, code):
            return np.asarray(code)
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
        case Operation(operator, operands):
            return OPERATIONS[operator](*(_value(operand, context) for operand in operands))
        case _:
            raise TypeError(f"{type(expression).__name__} is a question about a solved game, not a value in it")
