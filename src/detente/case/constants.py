"""The value of a formula that mentions nothing: for checks that need no draw."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from detente.crisis.expressions import EQUAL_WITHIN, ROUNDING, Expression, Number, Operation


def _equal(left: float, right: float) -> bool:
    return left == right or abs(left - right) <= EQUAL_WITHIN


def _below(left: float, right: float) -> bool:
    slack = min(ROUNDING * max(abs(left), abs(right)), EQUAL_WITHIN)
    return left < right and not abs(left - right) <= slack


# The same as `OPERATIONS` of `detente.game.evaluate`, number by number and without NumPy; a test holds the two together.
_OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": math.pow,
    "neg": operator.neg,
    "=": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _below,
    "<=": lambda left, right: not _below(right, left),
    ">": lambda left, right: _below(right, left),
    ">=": lambda left, right: not _below(left, right),
    "and": min,
    "or": max,
    "not": operator.not_,
    "min": min,
    "max": max,
    "abs": abs,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
}


def constant(expression: Expression | None) -> float | None:
    """The number that a formula of numbers alone comes to; None where it mentions anything or has no finite value."""
    if isinstance(expression, Number):
        return expression.value
    if not isinstance(expression, Operation):
        return None
    if expression.operator == "if":
        return _chosen(expression.operands)
    operands = [constant(operand) for operand in expression.operands]
    if any(operand is None for operand in operands):
        return None
    try:
        value = float(_OPERATORS[expression.operator](*operands))
    except (ArithmeticError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _chosen(operands: tuple[Expression, ...]) -> float | None:
    condition = constant(operands[0])
    return None if condition is None else constant(operands[1] if condition else operands[2])
