"""Formulas: from text to the typed tree, every name resolved and every mistake found at its place."""

from __future__ import annotations

from dataclasses import replace

from detente.case.form.written import digits
from detente.case.formula.grammar import FormulaError, Syntax, parse_syntax
from detente.case.formula.kinds import ANYTHING, CONDITION, FALSE, NUMBER, TRUE, Locate, Wanted, nowhere
from detente.case.formula.mentions import Named
from detente.case.formula.resolve import Resolver
from detente.case.formula.scope import INTEREST, Scope
from detente.case.formula.vocabulary import vocabulary_of
from detente.crisis.expressions import Expression, Number
from detente.crisis.model import Crisis
from detente.errors import CaseError, Place, Problem


def parse_expression(
    text: str | float | bool, scope: Scope, wanted: Wanted = NUMBER, locate: Locate = nowhere
) -> Expression:
    """The typed tree of a formula. Raises CaseError with everything that is wrong in it."""
    expression, _, errors, _ = resolve(text, scope, wanted, locate)
    if errors:
        raise CaseError(Problem(error.what, error.remedy, locate(error.at)) for error in errors)
    return expression


def parse_interest(text: str, crisis: Crisis) -> Expression:
    """A quantity of interest about a finished crisis, such as `P(war) given (demand = 0.6)`.

    Raises CaseError whose problems point into the text.
    """
    shown = " ".join(text.split())
    scope = Scope(vocabulary_of(crisis), "a quantity of interest", INTEREST)
    return parse_expression(shown, scope, NUMBER, lambda at: Place("quantity", 1, at + 1, shown))


def resolve(
    text: str | float | bool, scope: Scope, wanted: Wanted, locate: Locate
) -> tuple[Expression, Wanted, list[FormulaError], list[Named]]:
    """The typed tree of a formula, its kind, what is wrong in it (then the tree is a stand-in), and its names."""
    resolver = Resolver(scope, locate)
    if isinstance(text, bool):
        constant_condition = replace(TRUE if text else FALSE, place=locate(0))
        resolver.expect(CONDITION, wanted, 0, str(text).lower())
        return constant_condition, CONDITION, resolver.errors, []
    try:
        syntax = (
            parse_syntax(text) if isinstance(text, str) else Syntax("number", 0, digits(text), value=float(text) + 0.0)
        )
    except FormulaError as error:
        return Number(0.0), wanted, [error], []
    if wanted is not ANYTHING:
        return resolver.typed(syntax, wanted), wanted, resolver.errors, resolver.named
    return *resolver.part(syntax, wanted), resolver.errors, resolver.named
