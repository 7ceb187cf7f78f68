"""Expressions as an analyst would write them."""

from __future__ import annotations

from detente.crisis.expressions import (
    Count,
    DomainValue,
    Ended,
    Expectation,
    Expression,
    Number,
    Operation,
    PrivateValue,
    Probability,
    QuantityName,
    RoundNumber,
    StageMove,
    StateValue,
    Utility,
)
from detente.crisis.model import Crisis

_BINDING = {
    "or": 1,
    "and": 2,
    "not": 3,
    "=": 4,
    "!=": 4,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "neg": 7,
    "^": 8,
}
_FUNCTIONS = frozenset({"if", "min", "max", "abs", "exp", "log", "sqrt"})
_ATOM = 9


def formula(expression: Expression, crisis: Crisis) -> str:
    """The expression in the case language; reading it again gives an equal tree."""
    return _told(expression, crisis)[0]


def number(value: float) -> str:
    """A number as short as it can be written without loss."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _told(expression: Expression, crisis: Crisis) -> tuple[str, int]:
    match expression:
        case Number(value):
            return number(value), _ATOM if value >= 0 else _BINDING["neg"]
        case QuantityName(name) | DomainValue(name) | Ended(name) | StateValue(name):
            return name, _ATOM
        case StageMove(stage, before):
            return f"before({stage})" if before else stage, _ATOM
        case PrivateValue(actor, variable):
            return f"{actor}.{variable}", _ATOM
        case RoundNumber():
            return "round", _ATOM
        case Count(stage, move):
            return f"count({stage}, {crisis.stage(stage).moves[move].id})", _ATOM
        case Operation():
            return _operation(expression, crisis)
        case Probability(event, given):
            return f"P({formula(event, crisis)})" + _given(given, crisis), _ATOM
        case Expectation(subject, given):
            return f"E({formula(subject, crisis)})" + _given(given, crisis), _ATOM
        case Utility(actor, given):
            return f"U({actor})" + _given(given, crisis), _ATOM


def _given(conditions: tuple[Expression, ...], crisis: Crisis) -> str:
    return f" given ({', '.join(formula(each, crisis) for each in conditions)})" if conditions else ""


def _operation(expression: Operation, crisis: Crisis) -> tuple[str, int]:
    operator, operands = expression.operator, expression.operands
    if operator in _FUNCTIONS:
        return f"{operator}({', '.join(formula(each, crisis) for each in operands)})", _ATOM
    binding = _BINDING[operator]
    if len(operands) == 1:
        sign = "not " if operator == "not" else "-"
        return sign + _within(operands[0], crisis, binding), binding
    # `-` and `/` group to the left, `^` to the right; comparisons do not chain.
    strict_left = operator in ("^", "=", "!=", "<", "<=", ">", ">=")
    parts = [_within(operands[0], crisis, binding + strict_left)]
    strict_right = 0 if operator in ("^", "and", "or") else 1
    parts += [_within(each, crisis, binding + strict_right) for each in operands[1:]]
    return f" {operator} ".join(parts), binding


def _within(expression: Expression, crisis: Crisis, binding: int) -> str:
    text, own = _told(expression, crisis)
    return text if own >= binding else f"({text})"
