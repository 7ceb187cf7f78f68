"""Quantities of interest: P(…), E(…), U(…), B(…), with conditions, in every draw of a solved block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.analysis.believing import believed, moment_of
from detente.analysis.solved import Solved
from detente.crisis.expressions import (
    Belief,
    Ended,
    Expectation,
    Expression,
    Number,
    Operation,
    Probability,
    QuantityName,
    Utility,
)
from detente.crisis.inquiry import Observation
from detente.errors import RequestError
from detente.game.evaluate import OPERATIONS, Values, evaluate
from detente.game.paths import events_met, leaf_columns, story_of
from detente.game.rows import RowContext, keys_in

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class LeafContext(RowContext):
    """Values of names where play has ended, leaf by leaf."""

    def __init__(self, solved: Solved, expression: Expression) -> None:
        columns = leaf_columns(solved.game, keys_in(expression))
        super().__init__(solved.crisis, columns, draws=solved.draws)
        self._outcome = story_of(solved.game).outcome
        self._names = [outcome.id for outcome in solved.crisis.outcomes]

    def ended(self, outcome: str, /) -> Values:
        return self._outcome == self._names.index(outcome)


def value_of(interest: Expression, solved: Solved, seen: Sequence[Observation] = ()) -> Floats:
    """[draw]: a quantity of interest, given what was seen. NaN in draws where its condition has probability zero.

    Raises RequestError for an expectation of a number that was not always chosen.
    """
    where = None
    if seen:
        met = events_met(solved.game, solved.crisis, seen)[solved.game.leaf_node]
        where = met == (1 << len(seen)) - 1
    with np.errstate(all="ignore"):
        return np.broadcast_to(_value(interest, solved, where, seen), (solved.count,)).astype(float)


def _value(interest: Expression, solved: Solved, where: Bools | None, seen: Sequence[Observation]) -> Floats:
    match interest:
        case Number(value):
            return np.asarray(value, float)
        case QuantityName(name) if solved.draws is not None:
            return solved.draws.quantities[name]
        case Probability(event, given):
            return _mean(at_leaves(event, solved), given, solved, where)
        case Expectation(subject, given):
            return _mean(at_leaves(subject, solved), given, solved, where)
        case Utility(actor, given):
            player = solved.game.players.index(actor)
            paid = solved.numbers.payoff[:, :, player][:, solved.game.leaf_class]
            return _mean(paid, given, solved, where)
        case Belief(given=given):
            held = belief_at_leaves(interest, solved, moment_of(solved.game, given, seen))
            # What cannot happen holds no belief, and counts for nothing.
            return _mean(np.nan_to_num(held), given, solved, where)
        case Operation(operator, operands):
            return OPERATIONS[operator](*(_value(operand, solved, where, seen) for operand in operands))
        case _:
            raise RequestError(
                f"{type(interest).__name__} is not a quantity of interest: write P(…), E(…), U(…) or B(…)"
            )


def belief_at_leaves(belief: Belief, solved: Solved, moment: int) -> Floats:
    """[draw, leaf]: what is believed at a moment of the play that ends in each leaf; NaN where that is impossible."""
    if isinstance(belief.subject, Belief):
        subject = belief_at_leaves(belief.subject, solved, moment)
    else:
        shape = solved.log_leaf_reach.shape
        subject = np.broadcast_to(np.asarray(at_leaves(belief.subject, solved), float), shape)
    return believed(solved, belief.actor, subject, moment)


def at_leaves(expression: Expression, solved: Solved) -> Values:
    """[leaf] or [draw, leaf]: what an expression is worth where play has ended; a code, a number or a truth value."""
    if isinstance(expression, Ended):
        return LeafContext(solved, expression).ended(expression.outcome)
    return np.asarray(evaluate(expression, LeafContext(solved, expression)))


def _mean(values: Values, given: tuple[Expression, ...], solved: Solved, where: Bools | None) -> Floats:
    """[draw]: the mean of values over the endings that fit the conditions and, with `where` [leaf], what was seen."""
    weight = solved.leaf_reach
    if given or where is not None:
        holds = np.ones(solved.game.leaves, bool) if where is None else where
        for condition in given:
            holds = holds & np.asarray(at_leaves(condition, solved), bool)
        weight = solved.leaf_weights(holds)
    values = np.broadcast_to(values, np.broadcast_shapes(values.shape, weight.shape)).astype(float)
    undefined = ~np.isfinite(values)
    if undefined.any():
        if (weight * undefined > 0).any():
            raise RequestError(
                "this expectation is over histories in which its number was never chosen: "
                "say which histories are meant, with `given (…)`"
            )
        values = np.where(undefined, 0.0, values)
    mass = weight.sum(axis=1)
    total = (weight * values).sum(axis=1)
    # Also without a condition: the weights then add to one but for rounding, and a sure event must be told as 1.
    return np.where(mass > 0, total / mass, np.nan)
