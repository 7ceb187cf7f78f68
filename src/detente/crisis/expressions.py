"""The syntax tree of the case language: what an analyst's formula says, with every name resolved.

A tree is data. It is built by the reader (names resolved, so an evaluator meets no ambiguity) and evaluated
on arrays in `detente.game.evaluate`. Named domains (moves, state values, private values) are compared through
`DomainValue`, whose `code` is the position in the declared order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from detente.errors import Place

EQUAL_WITHIN = 1e-9
"""Two numbers count as equal within this distance: 0.1 + 0.2 is the move written 0.3."""

ROUNDING = 2.0**-49
"""Rounding of a number, as a share of the larger of two that are compared, and never more than `EQUAL_WITHIN`: neither
of two numbers that close lies below the other, so that 0.1 + 0.2 <= 0.3 holds.
"""

LARGEST_WHOLE = 2**53
"""Largest number up to which every whole number is exact in double precision, in which formulas compute."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the case."""

    value: float
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class QuantityName:
    """The value of a declared quantity; differs from draw to draw."""

    name: str
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class StageMove:
    """The latest move made at a stage, or with `before` the one of the round before.

    A number for a numeric stage (NaN where the stage was skipped), else a code (-1 where skipped).
    """

    stage: str
    before: bool = False
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class StateValue:
    """The present value of a state variable: a code for named values, else the number."""

    variable: str
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PrivateValue:
    """An actor's private type: a code for named values, else the number of the draw's grid point."""

    actor: str
    variable: str
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RoundNumber:
    """The number of the present round of the enclosing `repeat`, from 1; 0 outside."""

    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DomainValue:
    """A named value of a move, a state variable or a private variable; `code` is its declared position."""

    name: str
    code: int
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Count:
    """Number of times that a move was made at a stage in earlier rounds (at the end: in all rounds).

    `move` is the declared position of the move among the stage's moves.
    """

    stage: str
    move: int
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Ended:
    """Condition that play ended in this outcome; only within quantities of interest."""

    outcome: str
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class EndedIn:
    """Condition that play ended in one of a group's endings; only within quantities of interest."""

    group: str
    endings: tuple[str, ...]
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or function applied to operands.

    `operator` is one of + - * / ^ neg = != < <= > >= and or not if min max abs exp log sqrt Phi, the last of
    which no formula is written with: the standard normal distribution function. `called` is the name of
    the formula that stands here by its name.
    """

    operator: str
    operands: tuple[Expression, ...]
    place: Place | None = field(default=None, compare=False, repr=False)
    called: str = ""


@dataclass(frozen=True, slots=True)
class Probability:
    """P(event) given conditions: an expectation over endings of the game."""

    event: Expression
    given: tuple[Expression, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """E(expression) given conditions, over endings of the game."""

    subject: Expression
    given: tuple[Expression, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Utility:
    """U(actor) given conditions: the actor's expected payoff, costs paid on the way included."""

    actor: str
    given: tuple[Expression, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Belief:
    """B(actor, subject) given conditions: what the actor then believes, averaged over the endings that fit them.

    `subject` is a condition, or another belief: what the actor expects somebody else to believe. The moment is the one
    at which the last thing given has happened.
    """

    actor: str
    subject: Expression
    given: tuple[Expression, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)


Expression = (
    Number
    | QuantityName
    | StageMove
    | StateValue
    | PrivateValue
    | RoundNumber
    | DomainValue
    | Count
    | Ended
    | EndedIn
    | Operation
    | Probability
    | Expectation
    | Utility
    | Belief
)


def children(expression: Expression) -> tuple[Expression, ...]:
    """The direct parts of an expression."""
    match expression:
        case Operation():
            return expression.operands
        case Probability():
            return (expression.event, *expression.given)
        case Expectation():
            return (expression.subject, *expression.given)
        case Utility():
            return expression.given
        case Belief():
            return (expression.subject, *expression.given)
        case _:
            return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything inside it, outermost first."""
    pending = [expression]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(children(node)))


def with_number(expression: Expression, stage: str, number: float) -> Expression:
    """The expression with a number in place of the move at a stage."""
    match expression:
        case StageMove(name, False) if name == stage:
            return Number(number, expression.place)
        case Operation():
            operands = tuple(with_number(each, stage, number) for each in expression.operands)
            return Operation(expression.operator, operands, expression.place, expression.called)
        case _:
            return expression


def quantities_in(expression: Expression) -> frozenset[str]:
    """Names of the quantities that the expression mentions."""
    return frozenset(node.name for node in walk(expression) if isinstance(node, QuantityName))
