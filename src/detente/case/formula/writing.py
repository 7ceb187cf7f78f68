"""Formulas as an analyst would write them: reading the text again gives an equal tree."""

from __future__ import annotations

from detente.case.formula.kinds import FALSE, TRUE, quote
from detente.crisis.expressions import (
    Belief,
    Count,
    DomainValue,
    Ended,
    EndedIn,
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

_BINDING = {"or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6, "neg": 7, "^": 8}
_COMPARISON = 4
_ATOM = 9
_FUNCTIONS = frozenset({"if", "min", "max", "abs", "exp", "log", "sqrt", "Phi"})


def formula(expression: Expression, crisis: Crisis) -> str:
    """The text of a formula of this crisis."""
    return _told(expression, crisis)[0]


def number(value: float) -> int | float:
    """A number as it is written: whole where it is whole."""
    return int(value) if value == int(value) and abs(value) < 1e15 else value


def _told(expression: Expression, crisis: Crisis) -> tuple[str, int]:
    """The text, and how tightly it binds."""
    match expression:
        case Operation(called=name) if name:
            return quote(name), _ATOM
        case Number(value):
            return str(number(value)), _ATOM if value >= 0 else _BINDING["neg"]
        case QuantityName(name) | DomainValue(name) | Ended(name) | EndedIn(name) | StateValue(name):
            return quote(name), _ATOM
        case StageMove(stage, before):
            return f"before({quote(stage)})" if before else quote(stage), _ATOM
        case PrivateValue(actor, variable):
            return f"{quote(actor)}.{quote(variable)}", _ATOM
        case RoundNumber():
            return "round", _ATOM
        case Count(stage, move):
            return f"count({quote(stage)}, {_move(crisis, stage, move)})", _ATOM
        case Operation():
            return _operation(expression, crisis)
        case Probability(event, given):
            return f"P({formula(event, crisis)}){_given(given, crisis)}", _ATOM
        case Expectation(subject, given):
            return f"E({formula(subject, crisis)}){_given(given, crisis)}", _ATOM
        case Utility(actor, given):
            return f"U({quote(actor)}){_given(given, crisis)}", _ATOM
        case Belief(actor, subject, given):
            return f"B({quote(actor)}, {formula(subject, crisis)}){_given(given, crisis)}", _ATOM


def _move(crisis: Crisis, stage: str, move: int) -> str:
    chosen = crisis.stage(stage).moves[move]
    return chosen.id if chosen.number is not None else quote(chosen.id)


def _given(conditions: tuple[Expression, ...], crisis: Crisis) -> str:
    return f" given ({', '.join(formula(each, crisis) for each in conditions)})" if conditions else ""


def _operation(expression: Operation, crisis: Crisis) -> tuple[str, int]:
    operator, operands = expression.operator, expression.operands
    if expression in (TRUE, FALSE):
        return "true" if expression == TRUE else "false", _ATOM
    if operator in _FUNCTIONS:
        return f"{operator}({', '.join(formula(each, crisis) for each in operands)})", _ATOM
    binding = _BINDING.get(operator, _COMPARISON)
    if len(operands) == 1:
        sign = "not " if operator == "not" else "-"
        return sign + _within(operands[0], crisis, binding), binding
    # Operators group to the left, ^ to the right, and comparisons not at all.
    first = binding + (operator == "^" or binding == _COMPARISON)
    second = _BINDING["neg"] if operator == "^" else binding + 1
    left, right = operands
    return f"{_within(left, crisis, first)} {operator} {_within(right, crisis, second)}", binding


def _within(expression: Expression, crisis: Crisis, binding: int) -> str:
    text, own = _told(expression, crisis)
    return text if own >= binding else f"({text})"
