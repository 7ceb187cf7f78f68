"""From derivatives in payoffs and chances to derivatives in everything that an analyst assumed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from detente.crisis.evidence import Support
from detente.crisis.expressions import Expression, Number
from detente.crisis.model import Crisis
from detente.crisis.quantities import Distribution
from detente.game.arrays import Numbers
from detente.game.compiling.compiled import CompiledGame, PayoffPlan
from detente.game.compiling.plans import ChancePlan, CostPlan, OutcomePlan
from detente.game.drawn.draws import QuantityContext
from detente.game.evaluate import Values, evaluate
from detente.game.rows import Codes, RowContext
from detente.game.slopes.formulas import Owner, Slopes, Table, pull
from detente.game.slopes.quantiles import quantile_slopes

Floats = NDArray[np.float64]


def pull_numbers(
    compiled: CompiledGame, numbers: Numbers, by_payoff: Floats, by_chance: Floats, slopes: Slopes
) -> None:
    """Adds to `slopes` what derivatives by payoffs [draw, class, player] and chances [draw, class] say.

    numbers: those of the draws. Only what formulas mention: quantities that are defined by other quantities are
    followed by `pull_definitions`.
    """
    if compiled.crisis is None or compiled.payoff_plan is None:
        raise TypeError("a game file has no formulas: its payoffs are its assumptions")
    _pull_payoffs(compiled.crisis, compiled.payoff_plan, by_payoff, slopes)
    start = 0
    for plan in compiled.chance_plans:
        contexts, branches = plan.possible.shape
        here = slice(start, start + plan.size)
        share, part = (each[:, here].reshape(-1, contexts, branches) for each in (numbers.chance, by_chance))
        start += plan.size
        _pull_chances(compiled.crisis, plan, share, part, slopes)


class _Sums:
    """Sums of rows of a plan into fewer rows; made once per plan, for sorting takes longer than adding."""

    def __init__(self, to: NDArray[Any], count: int) -> None:
        self._order = np.argsort(to, kind="stable")
        self._found, self._starts = np.unique(to[self._order], return_index=True)
        self._count = count

    def of(self, by: Floats) -> Floats:
        """[draw, number, player]: entries of `by` [draw, row, player] added up by the number of their row."""
        out = np.zeros((by.shape[0], self._count, by.shape[2]))
        if len(self._found):
            out[:, self._found] = np.add.reduceat(by[:, self._order], self._starts, axis=1)
        return out


class _Ledger:
    """The way from payoff classes back to the contexts of outcomes and to the terms of costs."""

    def __init__(self, plan: PayoffPlan) -> None:
        costs = plan.costs
        self._contexts = _Sums(plan.context, sum(each.contexts for each in plan.outcomes))
        self._paid = _Sums(plan.paid, len(costs.parent))
        terms = sum(each.contexts for each in costs.plans)
        parts = [slice(*ends) for ends in zip(costs.generation[:-1], costs.generation[1:], strict=True)]
        self._steps = [
            (part, _Sums(costs.parent[part], len(costs.parent)), _Sums(costs.term[part], terms))
            for part in reversed(parts)
            if costs.plans
        ]
        self._terms = terms

    def contexts(self, by: Floats) -> Floats:
        """[draw, context, player] from derivatives by payoffs [draw, class, player]."""
        return self._contexts.of(by)

    def terms(self, by: Floats) -> Floats:
        """[draw, term, player], likewise."""
        paid = -self._paid.of(by)
        terms = np.zeros((by.shape[0], self._terms, by.shape[2]))
        for part, parents, added in self._steps:
            here = paid[:, part]
            terms += added.of(here)
            paid += parents.of(here)
        return terms


_ledgers: WeakKeyDictionary[PayoffPlan, _Ledger] = WeakKeyDictionary()


def _pull_payoffs(crisis: Crisis, plan: PayoffPlan, by: Floats, slopes: Slopes) -> None:
    if plan not in _ledgers:
        _ledgers[plan] = _Ledger(plan)
    ledger = _ledgers[plan]
    by_context = ledger.contexts(by)
    start = 0
    for outcome in plan.outcomes:
        _pull_outcome(crisis, outcome, by_context[:, start : start + outcome.contexts], slopes)
        start += outcome.contexts
    terms = ledger.terms(by)
    for each in plan.costs.plans:
        _pull_costs(crisis, each, terms[:, each.start : each.start + each.contexts], slopes)


_Kept = tuple[dict[int, tuple[Expression, Values]], dict[int, Expression]]
_kept: WeakKeyDictionary[object, _Kept] = WeakKeyDictionary()


class _Rows:
    """The table of contexts of one plan; what does not differ between draws is worked out once per plan."""

    def __init__(
        self, crisis: Crisis, plan: OutcomePlan | CostPlan | ChancePlan, slopes: Slopes, repeated: frozenset[str]
    ) -> None:
        columns = plan.columns
        context = RowContext(crisis, columns, repeated=repeated, draws=slopes.draws)
        self._slopes = slopes
        kept = _kept.setdefault(plan, ({}, {}))
        self._table = Table(context, lambda actor, variable: columns["private", actor, variable], *kept)

    def pull(self, expression: Expression, by: Floats, owner: Owner) -> None:
        pull(expression, self._table, by, self._slopes, owner)


def _pull_outcome(crisis: Crisis, plan: OutcomePlan, by: Floats, slopes: Slopes) -> None:
    rows = _Rows(crisis, plan, slopes, frozenset())
    outcome = crisis.outcome(plan.outcome)
    players = {actor.id: number for number, actor in enumerate(crisis.actors)}
    for actor, player in players.items():
        written = outcome.payoff(actor)
        if written is not None:
            owner = Owner(f"the payoff of {actor} in {outcome.id}", outcome.support)
            rows.pull(written, by[:, :, player], owner)
    for position, preference in enumerate(crisis.preferences):
        own = by[:, :, players[preference.actor]]
        tier = next(number for number, tier in enumerate(preference.tiers) if outcome.id in tier)
        if preference.variable is None:
            slopes.tier(position, tier, own.sum(axis=1))
        else:
            held = plan.columns["private", preference.actor, preference.variable] == preference.value
            slopes.tier(position, tier, own @ held)


def _pull_costs(crisis: Crisis, plan: CostPlan, by: Floats, slopes: Slopes) -> None:
    stage = plan.turn.stage
    assert stage is not None
    rows = _Rows(crisis, plan, slopes, plan.turn.repeated)
    players = {actor.id: number for number, actor in enumerate(crisis.actors)}
    move = stage.moves[plan.move]
    for actor, written in move.cost:
        owner = Owner(f"the cost to {actor} of {move.id} at {stage.id}", _first(move.support, stage.support))
        rows.pull(written, by[:, :, players[actor]], owner)


def _first(own: Support, above: Support) -> Support:
    """Evidence that a part of a stage rests on: the part's own support, or else the stage's."""
    return above if own.unsupported else own


def _pull_chances(crisis: Crisis, plan: ChancePlan, share: Floats, by: Floats, slopes: Slopes) -> None:
    """The probabilities written add up to one, or are scaled so that they do."""
    written = plan.turn.probabilities
    if not written or not by.any():
        return
    by = np.where(plan.possible, by - (by * share).sum(axis=2, keepdims=True), 0.0)
    rest = next((branch for branch, each in enumerate(written) if each is None), -1)
    if rest >= 0:
        by = np.where(plan.possible, by - by[:, :, rest : rest + 1], 0.0)
    rows = _Rows(crisis, plan, slopes, plan.turn.repeated)
    stage, variable = plan.turn.stage, plan.turn.variable
    for branch, expression in enumerate(written):
        if expression is None:
            continue
        label = plan.turn.labels[branch]
        if stage is not None:
            owner = Owner(
                f"the probability of {label} at {stage.id}", _first(stage.moves[branch].support, stage.support)
            )
        else:
            assert variable is not None
            owner = Owner(f"the prior of {plan.turn.mover}.{variable.id} = {label}", variable.support)
        rows.pull(expression, by[:, :, branch], owner)


def pull_definitions(
    slopes: Slopes, axes: tuple[str, ...], fixed: Collection[str], by_rationality: Floats | None = None
) -> None:
    """Follows quantities that are defined by others, so that each derivative holds with all that depends on it.

    axes: what the columns of the cube drive. fixed: quantities set to a number, which follow nothing.
    by_rationality [draw]: the derivative by the rationality, where the case's own is in force.
    """
    crisis, draws = slopes.draws.crisis, slopes.draws
    known = QuantityContext(draws.quantities)
    table = Table(known, _no_codes)

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
