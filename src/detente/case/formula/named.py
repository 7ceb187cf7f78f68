"""Formulas by name as they are read: each knows only those above it, and none may grow beyond bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from detente.case.formula.grammar import FormulaError, parse_syntax
from detente.case.formula.kinds import CONDITION, NUMBER
from detente.case.formula.scope import FormulaWords, May, Scope
from detente.crisis.expressions import Expression, Number, children, walk
from detente.crisis.formulas import called

MOST_PARTS = 5_000
"""Parts that one formula may come to, with all that it mentions by name."""

MOST_MENTIONED = 200_000
"""Parts that all mentions of formulas in a case may come to together."""

DEEPEST_NAMED = 40
"""Nesting of a formula with all that it mentions by name; a formula that mentions it is nested on top of that."""


def depth_of(expression: Expression) -> int:
    """Nesting of an expression."""
    level, found = [expression], 0
    while level:
        found += 1
        level = [inner for each in level for inner in children(each)]
    return found


def size_of(expression: Expression) -> int:
    """Number of parts of an expression."""
    return sum(1 for _ in walk(expression))


def put_in(words: FormulaWords, scope: Scope, resolver: Any) -> tuple[Expression, tuple[FormulaError, ...]]:
    """The value of a formula where it is mentioned, and what is wrong with mentioning it there.

    resolver: the class that resolves. What stands for outcomes and readings elsewhere stands for variables here.
    """
    inner = replace(scope, may=scope.may - {May.EVENTS, May.INTEREST})
    mentioned = scope.vocabulary.mentioned
    key = (
        words.id,
        inner.may,
        inner.stage,
        inner.done,
        inner.all_done,
        inner.same_for_every_draw,
        inner.quantities,
        inner.private,
    )
    if key not in mentioned.known:
        reader = resolver(inner, words.locate)
        wanted = CONDITION if words.condition else NUMBER
        value: Expression = Number(0.0)
        if isinstance(words.text, str):
            value = reader.typed(parse_syntax(words.text), wanted)
        elif not isinstance(words.text, bool):
            value = Number(words.text, words.locate(0))
        mentioned.known[key] = called(words.id, value), tuple(reader.errors)
    mentioned.parts += words.parts
    return cast("tuple[Expression, tuple[FormulaError, ...]]", mentioned.known[key])
