"""Covariates and the terms of links: from columns of a table to numbers, one row an episode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.case.formula.parsing import parse_expression
from detente.case.formula.scope import May, Scope, StateWords, Vocabulary
from detente.crisis.expressions import Expression, Number, QuantityName, StateValue, walk
from detente.errors import CaseError, Place, Problem
from detente.estimation.observed.specification import Specification, Term
from detente.estimation.observed.table import ObservedTable
from detente.game.drawn.draws import QuantityContext
from detente.game.evaluate import Values, evaluate

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Covariate:
    """A covariate [episode]: numbers, or where `values` is not empty the position of each episode's value in it.

    base: the value of a categorical column that dummies leave out.
    """

    numbers: Floats
    values: tuple[str, ...] = ()
    base: str = ""

    def rows(self, index: NDArray[np.intp]) -> Covariate:
        """The column at some episodes."""
        return Covariate(self.numbers[index], self.values, self.base)

    def typical(self, count: NDArray[np.float64] | None = None) -> float:
        """The median of numbers, the most frequent of values; a number that takes two values counts as the latter."""
        known = self.numbers[np.isfinite(self.numbers)]
        found, times = np.unique(known, return_counts=True)
        if self.values or len(found) <= 2:
            return float(found[np.argmax(times)])
        return float(np.median(known))


Columns = Mapping[str, Covariate]


class _Context(QuantityContext):
    """The context from which a term gets the values of its covariates."""

    def __init__(self, columns: Columns) -> None:
        super().__init__({name: column.numbers for name, column in columns.items()})

    def state(self, variable: str, /) -> Values:
        return self._quantities[variable]


def _scope(columns: Mapping[str, tuple[str, ...]]) -> Scope:
    """Covariates as a formula may mention them: names of columns, with the values of those that are categorical."""
    vocabulary = Vocabulary(
        quantities=tuple(name for name, values in columns.items() if not values),
        state={name: StateWords(name, values) for name, values in columns.items() if values},
    )
    return Scope(vocabulary, "a term", frozenset({May.QUANTITIES, May.STATE}))


def parse_term(term: Term, kinds: Mapping[str, tuple[str, ...]]) -> Expression:
    """The formula of a term. kinds: every column, with its values where it is categorical. Raises CaseError."""
    if term.text in kinds and term.text:
        return StateValue(term.text) if kinds[term.text] else QuantityName(term.text)
    return parse_expression(term.text, _scope(kinds), locate=lambda _: term.place)


def columns_in(specification: Specification, table: ObservedTable) -> dict[str, Place | None]:
    """Columns that terms mention, each with the place of the first term that does. Raises CaseError."""
    kinds = _kinds(table)
    found: dict[str, Place | None] = {}
    problems: list[Problem] = []
    for link in specification.links:
        for term in link.terms:
            try:
                parsed = parse_term(term, kinds)
            except CaseError as error:
                problems += error.problems
                continue
            for node in walk(parsed):
                if isinstance(node, QuantityName):
                    found.setdefault(node.name, term.place)
                elif isinstance(node, StateValue):
                    found.setdefault(node.variable, term.place)
    if problems:
        raise CaseError(problems)
    return found


def _kinds(table: ObservedTable) -> dict[str, tuple[str, ...]]:
    """Every column, with its values where it is categorical: where most of its cells are words."""
    found: dict[str, tuple[str, ...]] = {}
    for name in table.columns:
        texts = [text for text in dict.fromkeys(table.texts(name)) if text]
        words = [text for text in texts if not _is_number(text)]
        found[name] = tuple(sorted(texts)) if texts and 2 * len(words) > len(texts) else ()
    return found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def covariates(
    table: ObservedTable, specification: Specification, used: Mapping[str, Place | None]
) -> tuple[dict[str, Covariate], NDArray[np.bool_], list[Problem]]:
    """The columns that terms mention, in which rows all of them have a value, and what is wrong with them."""
    kinds, problems = _kinds(table), list[Problem]()
    columns: dict[str, Covariate] = {}
    present = np.ones(table.rows, bool)
    for name in used:
        present &= ~table.missing(name)
        values = kinds[name]
        if not values:
            numbers, wrong = table.numbers(name)
            problems += wrong
            columns[name] = Covariate(numbers)
            continue
        base = specification.bases.get(name, values[0])
        if base not in values:
            what = f"`{base}` is no value of column `{name}`"
            problems.append(Problem(what, f"its values: {', '.join(values[:8])}", specification.places.get("bases")))
        codes = {text: float(number) for number, text in enumerate(values)}
        numbers = np.array([codes.get(text, np.nan) for text in table.texts(name)])
        columns[name] = Covariate(numbers, values, base if base in values else values[0])
    for name in specification.bases:
        if name not in kinds:
            problems += table.require([(name, "`bases` names", specification.places.get("bases"))])
    return columns, present, problems


def term_columns(term: Term, columns: Columns, count: int) -> list[tuple[str, Floats]]:
    """The summands of a link that a term makes: (name, numbers [episode]), several for categories. Raises CaseError."""
    expression = parse_term(term, {name: each.values for name, each in columns.items()})
    if isinstance(expression, StateValue):
        column = columns[expression.variable]
        return [
            (f"{expression.variable} = {value}", np.where(column.numbers == code, 1.0, 0.0))
            for code, value in enumerate(column.values)
            if value != column.base
        ]
    if isinstance(expression, Number) and expression.value == 1.0:
        return [("constant", np.ones(count))]
    return [(term.text, np.broadcast_to(np.asarray(evaluate(expression, _Context(columns)), float), (count,)))]
