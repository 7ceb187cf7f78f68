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


def _unequal(left: float, right: float) -> bool:
    return not _equal(left, right)


def _above(left: float, right: float) -> bool:
    return _below(right, left)


def _at_most(left: float, right: float) -> bool:
    return not _below(right, left)


def _at_least(left: float, right: float) -> bool:
    return not _below(left, right)


def _normal(value: float) -> float:
    return math.erfc(-value / math.sqrt(2)) / 2


# The same as `OPERATIONS` of `detente.game.evaluate`, number by number and without NumPy; a test compares the two.
_OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": math.pow,
    "neg": operator.neg,
    "=": _equal,
    "!=": _unequal,
    "<": _below,
    "<=": _at_most,
    ">": _above,
    ">=": _at_least,
    "and": min,
    "or": max,
    "not": operator.not_,
    "min": min,
    "max": max,
    "abs": abs,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "Phi": _normal,
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
