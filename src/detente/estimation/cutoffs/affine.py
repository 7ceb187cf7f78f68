"""Private numbers as they enter a case: affine in payoffs and costs, and nowhere else, or the case is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from detente.crisis.expressions import Expression, Number, Operation, PrivateValue, walk
from detente.crisis.model import Crisis
from detente.crisis.play import NATURE, Actor, PrivateVariable
from detente.crisis.quantities import Distribution, Shape
from detente.errors import CaseError, Place, Problem

Name = tuple[str, str]
"""A private number: its actor and what it is called."""

Monomial = frozenset[Name]
"""A product of private numbers, at most one of each actor; the empty one stands for what none of them enters."""

NO_NAMES: Monomial = frozenset()

PROBE = Distribution(Shape.UNIFORM, (Number(-0.5), Number(1.5)))
"""Two middle quantiles of this are 0 and 1, between which a formula that is affine in a number is known everywhere."""

_FINITE = "or play with a finite `rationality`, which keeps the number on its points"


class _NotAffineError(Exception):
    """A formula that is not affine in a private number."""


def numbers_of(crisis: Crisis) -> tuple[Name, ...]:
    """The private numbers of a case, in the order in which nature draws them."""
    return tuple((actor.id, each.id) for actor, each in crisis.private_variables() if each.numeric)


def probe(crisis: Crisis) -> Crisis:
    """The case with every private number at 0 or 1."""

    def standing(variable: PrivateVariable) -> PrivateVariable:
        return replace(variable, distribution=PROBE, points=2) if variable.numeric else variable

    def actor(each: Actor) -> Actor:
        return replace(each, private=tuple(standing(variable) for variable in each.private))

    return replace(crisis, actors=tuple(actor(each) for each in crisis.actors))


@dataclass(frozen=True, slots=True)
class AffineEntry:
    """A formula that may read private numbers: whose it is, in words, and where it stands."""

    expression: Expression
    says: str
    place: Place | None


def monomials(crisis: Crisis) -> Mapping[tuple[str, str], tuple[Monomial, ...]]:
    """By actor and outcome: the products of private numbers in what it is paid there, costs on the way included.

    What holds no private number comes first. Raises CaseError with every formula that private numbers enter in
    another way.
    """
    numbers = frozenset(numbers_of(crisis))
    problems: list[Problem] = []
    for entry in _shaping(crisis):
        if mentioned := _mentioned(entry.expression, numbers):
            what = f"{entry.says} depends on the private number {_words(mentioned)}"
            remedy = f"let it enter payoffs and costs only, {_FINITE}"
            problems.append(Problem(what, remedy, entry.place))
    outcomes = [outcome.id for outcome in crisis.outcomes]
    found = {(actor.id, outcome): {NO_NAMES} for actor in crisis.actors for outcome in outcomes}
    for actor, outcome, entry in _paying(crisis):
        try:
            for each in (outcome,) if outcome else outcomes:
                found[actor, each] |= _products(entry.expression, numbers)
        except _NotAffineError:
            mentioned = _mentioned(entry.expression, numbers)
            what = f"{entry.says} is not affine in the private number {_words(mentioned)}"
            remedy = f"write it as a number plus a multiple of the private number, {_FINITE}"
            problems.append(Problem(what, remedy, entry.place))
    if problems:
        raise CaseError(problems)
    return {key: tuple(sorted(each, key=lambda one: (len(one), sorted(one)))) for key, each in found.items()}


def _words(names: frozenset[Name]) -> str:
    return " and ".join(f"`{actor}.{variable}`" for actor, variable in sorted(names))


def _mentioned(expression: Expression, numbers: frozenset[Name]) -> frozenset[Name]:
    named = {(node.actor, node.variable) for node in walk(expression) if isinstance(node, PrivateValue)}
    return numbers & named


def _shaping(crisis: Crisis) -> Iterator[AffineEntry]:
    """Formulas that shape the game or chance."""
    for actor, variable in crisis.private_variables():
        for each in variable.probabilities:
            if each is not None:
                yield AffineEntry(each, f"the prior of `{actor.id}.{variable.id}`", variable.place)
    for stage in crisis.stages():
        if stage.when is not None:
            yield AffineEntry(stage.when, f"whether `{stage.id}` is played", stage.place)
        if stage.allowed is not None:
            yield AffineEntry(stage.allowed, f"the numbers that can be chosen at `{stage.id}`", stage.place)
        for move in stage.moves:
            where = f"`{move.id}` at `{stage.id}`"
            if move.when is not None:
                yield AffineEntry(move.when, f"whether {where} is possible", move.place or stage.place)
            if stage.by == NATURE and move.probability is not None:
                yield AffineEntry(move.probability, f"the probability of {where}", move.place or stage.place)
            for end in move.ends:
                if end.when is not None:
                    yield AffineEntry(end.when, f"whether {where} ends in `{end.outcome}`", end.place)
            for variable, new in move.set:
                yield AffineEntry(new, f"the value of `{variable}` after {where}", move.place or stage.place)
    for final in crisis.finally_:
        if final.when is not None:
            yield AffineEntry(final.when, f"whether play ends in `{final.outcome}`", final.place)


def _paying(crisis: Crisis) -> Iterator[tuple[str, str, AffineEntry]]:
    """Formulas that pay an actor in an outcome, or cost it something whatever the outcome ("")."""
    for outcome in crisis.outcomes:
        for actor, written in outcome.payoffs:
            yield actor, outcome.id, AffineEntry(written, f"the payoff of `{actor}` in `{outcome.id}`", outcome.place)
    for stage in crisis.stages():
        for move in stage.moves:
            for actor, written in move.cost:
                says = f"the cost to `{actor}` of `{move.id}` at `{stage.id}`"
                yield actor, "", AffineEntry(written, says, move.place or stage.place)


def _products(expression: Expression, numbers: frozenset[Name]) -> set[Monomial]:
    """The products of private numbers of which an expression is a sum. Raises _NotAffineError where it is none."""
    if not _mentioned(expression, numbers):
        return {NO_NAMES}
    match expression:
        case PrivateValue(actor, variable):
            return {frozenset({(actor, variable)})}
        case Operation("+" | "-" | "neg", operands):
            return set[Monomial]().union(*(_products(each, numbers) for each in operands))
        case Operation("*", (left, right)):
            return {_product(one, other) for one in _products(left, numbers) for other in _products(right, numbers)}
        case Operation("/", (above, below)) if not _mentioned(below, numbers):
            return _products(above, numbers)
        case Operation("if", (condition, then, otherwise)) if not _mentioned(condition, numbers):
            return _products(then, numbers) | _products(otherwise, numbers)
        case _:
            raise _NotAffineError


def _product(one: Monomial, other: Monomial) -> Monomial:
    if {actor for actor, _ in one} & {actor for actor, _ in other}:
        raise _NotAffineError
    return one | other
