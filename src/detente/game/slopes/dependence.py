"""Derivatives in everything that an analyst assumed, made from derivatives in payoffs and chances."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.crisis.expressions import Expression, Number
from detente.crisis.quantities import Distribution
from detente.game.arrays import Numbers
from detente.game.compiling.compiled import CompiledGame, PayoffPlan
from detente.game.drawn.draws import QuantityContext
from detente.game.evaluate import evaluate
from detente.game.kept import Same
from detente.game.rows import Codes
from detente.game.slopes.backwards import Flows, flows_of, pull_tape
from detente.game.slopes.formulas import ContextTable, Slopes, pull
from detente.game.slopes.quantiles import quantile_slopes
from detente.game.written import Owner

Floats = NDArray[np.float64]


def pull_numbers(
    compiled: CompiledGame, numbers: Numbers, by_payoff: Floats, by_chance: Floats, slopes: Slopes
) -> None:
    """Adds to `slopes` what derivatives by payoffs [draw, class, player] and chances [draw, class] say.

    numbers: those of the draws. Only what formulas mention: quantities that are defined by other quantities are
    followed by `pull_definitions`.
    """
    plan = compiled.payoff_plan
    if compiled.crisis is None or plan is None:
        raise TypeError("a game file has no formulas: its payoffs are its assumptions")
    ledger = compiled.game.kept.recent((_Ledger, Same(plan)), lambda: _Ledger(plan))
    by_worth, by_terms = _summed(ledger.contexts, by_payoff), -_summed(ledger.terms, by_payoff)
    tape = compiled.tape
    flows = compiled.game.kept.recent((Flows, Same(tape)), lambda: flows_of(tape))
    pull_tape(tape, flows, (by_worth, by_terms, by_chance), numbers.chance, slopes)


class _Ledger:
    """The way from payoff classes back to the contexts of outcomes and to the terms of costs, as sparse tables.

    contexts [context, class], terms [term, class]: 1 where the class is paid that.
    """

    def __init__(self, plan: PayoffPlan) -> None:
        costs = plan.costs
        classes = np.arange(len(plan.context))
        self.contexts = _table(plan.context, classes, sum(each.contexts for each in plan.outcomes))
        rows, columns = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
        at = plan.paid.astype(np.intp)
        while (paying := at >= costs.generation[0]).any():
            rows.append(costs.term[at[paying]].astype(np.intp))
            columns.append(classes[paying])
            at = np.where(paying, costs.parent[at], at)
        terms = sum(each.contexts for each in costs.plans)
        self.terms = _table(np.concatenate(rows), np.concatenate(columns), terms, len(classes))


def _table(rows: NDArray[Any], columns: NDArray[Any], count: int, width: int | None = None) -> Any:
    from scipy.sparse import csr_array

    shape = (count, len(columns) if width is None else width)
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


def _summed(table: Any, by: Floats) -> Floats:
    """[draw, row, player]: entries of `by` [draw, class, player] added up by a sparse table [row, class]."""
    draws, classes, players = by.shape
    found = table @ by.transpose(1, 0, 2).reshape(classes, -1)
    return np.asarray(found).reshape(-1, draws, players).transpose(1, 0, 2)


def pull_definitions(
    slopes: Slopes, axes: tuple[str, ...], fixed: Collection[str], by_rationality: Floats | None = None
) -> None:
    """Follows quantities that are defined by others, so that each derivative holds with all that depends on it.

    axes: what the columns of the cube drive. fixed: quantities set to a number, which follow nothing.
    by_rationality [draw]: the derivative by the rationality, where the case's own is in force.
    """
    crisis, draws = slopes.draws.crisis, slopes.draws
    known = QuantityContext(draws.quantities)
    table = ContextTable(known, _no_codes)

    def follow(distribution: Distribution, u: Floats, by: Floats, owner: Owner, *, written: bool) -> None:
        if all(isinstance(each, Number) for each in distribution.parameters) and not written:
            return
        parameters = tuple(_values(each, known, draws.count)[:, None] for each in distribution.parameters)
        moves = quantile_slopes(distribution, parameters, u)
        for expression, slope in zip(distribution.parameters, moves, strict=True):
            if isinstance(expression, Number) and not written:
                continue
            pull(expression, table, (by * slope).sum(axis=1, keepdims=True), slopes, owner)

    def uniform(name: str) -> Floats:
        column = draws.cube[:, axes.index(name)] if name in axes else np.full(draws.count, 0.5)
        return column[:, None]

    for (actor, variable), by in slopes.grids.items():
        declared = crisis.private(actor, variable)
        assert declared.distribution is not None
        u = np.broadcast_to((np.arange(declared.points) + 0.5) / declared.points, by.shape)
        owner = Owner(f"the range of {actor}.{variable}", declared.support)
        follow(declared.distribution, u, by, owner, written=True)
    if by_rationality is not None and isinstance(crisis.rationality, Distribution):
        u = uniform("rationality")
        follow(crisis.rationality, u, by_rationality[:, None], Owner("the rationality"), written=False)
    for quantity in reversed(crisis.quantities):
        by = slopes.quantities.get(quantity.id)
        if by is not None and quantity.id not in fixed:
            owner = Owner(f"the definition of {quantity.id}", quantity.support)
            follow(quantity.distribution, uniform(quantity.id), by[:, None], owner, written=False)


def _values(expression: Expression, context: QuantityContext, draws: int) -> Floats:
    return np.broadcast_to(np.asarray(evaluate(expression, context), float), (draws,))


def _no_codes(actor: str, variable: str) -> Codes:
    raise TypeError("only quantities can be mentioned here")
