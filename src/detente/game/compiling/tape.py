"""All formulas of a game as one list of instructions over arrays: made once, and run for any draws.

Whatever is the same in every draw is worked out when the tape is made; parts that several formulas share are worked
out once a block of draws. `detente.game.slopes.backwards` runs it the other way, to derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.crisis.evidence import Support
from detente.crisis.expressions import Expression, Number, Operation, PrivateValue, QuantityName
from detente.crisis.model import Crisis
from detente.game.compiling.order import Turn
from detente.game.compiling.plans import SUM_WITHIN, ChancePlan, CostLedger, CostPlan, OutcomePlan
from detente.game.drawn.draws import Draws
from detente.game.evaluate import OPERATIONS, Values, evaluate
from detente.game.rows import Codes, RowContext
from detente.game.written import Owner, Written

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Instruction:
    """One operation: from the values at some places to the value at another."""

    operator: str
    apply: Callable[..., Values]
    parts: tuple[int, ...]
    out: int


@dataclass(frozen=True, slots=True)
class Root:
    """A formula: where on the tape its value stands, and where it goes.

    rows: of the table it is written into; column: player, or branch of a chance turn.
    """

    at: int
    rows: slice
    column: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A numeric private variable in the contexts of one plan: its code in each of them."""

    actor: str
    variable: str
    codes: Codes


@dataclass(eq=False)
class Places:
    """Places and instructions while they are being made, and afterwards.

    values: by place what is the same in every draw, None where it is not. widths: rows of each place.
    quantities, grids, numbers: places that hold these. operations: by the place of their value; moving: those that
    differ between draws, each after what it goes by.
    """

    values: list[Values | None] = field(default_factory=list[Values | None])
    widths: list[int] = field(default_factory=list[int])
    quantities: dict[int, str] = field(default_factory=dict[int, str])
    grids: dict[int, Grid] = field(default_factory=dict[int, Grid])
    numbers: dict[int, Written] = field(default_factory=dict[int, Written])
    operations: dict[int, Instruction] = field(default_factory=dict[int, Instruction])
    moving: list[Instruction] = field(default_factory=list[Instruction])
    known: dict[Any, int] = field(default_factory=dict[Any, int])

    def place(self, name: Any, value: Values | None, width: int) -> int:
        """A new place, which later parts of that name share."""
        self.known[name] = len(self.values)
        self.values.append(value)
        self.widths.append(width)
        return self.known[name]

    def run(self, draws: Draws, some: list[Instruction] | None = None) -> list[Values]:
        """Values by place, [row], [draw, 1] or [draw, row]; of values that vary over draws `some` only, if given."""
        values: list[Any] = list(self.values)
        for at, name in self.quantities.items():
            values[at] = draws.quantities[name][:, None]
        for at, grid in self.grids.items():
            values[at] = draws.grid(draws.crisis.private(grid.actor, grid.variable))[:, grid.codes]
        with np.errstate(all="ignore"):
            for each in self.moving if some is None else some:
                values[each.out] = each.apply(*[values[part] for part in each.parts])
        return values


class _TapeReader:
    """Puts the formulas of one plan on the tape. plan: what tells its contexts from those of others."""

    def __init__(self, tape: Places, crisis: Crisis, plan: OutcomePlan | CostPlan | ChancePlan, turn: Turn | None):
        self._tape = tape
        self._crisis = crisis
        self._plan = id(plan)
        self._columns = plan.columns
        repeated = turn.repeated if turn is not None else frozenset[str]()
        self._context = RowContext(crisis, plan.columns, repeated=repeated)

    def read(self, expression: Expression, owner: Owner) -> int:
        """The place of a formula's value; `owner` is who its numbers belong to."""
        match expression:
            case Operation(operator, operands):
                return self._operation(operator, tuple(self.read(operand, owner) for operand in operands))
            case Number(value):
                return self._number(expression, value, owner)
            case QuantityName(name):
                at = self._new(("quantity", name), None, 1)
                self._tape.quantities[at] = name
                return at
            case PrivateValue(actor, variable) if self._crisis.private(actor, variable).numeric:
                codes = self._columns["private", actor, variable]
                at = self._new((self._plan, actor, variable), None, len(codes))
                self._tape.grids[at] = Grid(actor, variable, codes)
                return at
            case _:
                with np.errstate(all="ignore"):
                    value = np.asarray(evaluate(expression, self._context))
                return self._new((self._plan, expression), value, _width(value))

    def _new(self, name: Any, value: Values | None, width: int) -> int:
        known = self._tape.known.get(name)
        return self._tape.place(name, value, width) if known is None else known

    def _number(self, number: Number, value: float, owner: Owner) -> int:
        if number.place is None:
            return self._new(("number", value), np.asarray(value, float), 1)
        written = Written(owner, value, number.place.line, number.place.column)
        at = self._new(written, np.asarray(value, float), 1)
        self._tape.numbers[at] = written
        return at

    def _operation(self, operator: str, parts: tuple[int, ...]) -> int:
        tape = self._tape
        if (operator, parts) in tape.known:
            return tape.known[operator, parts]
        apply = OPERATIONS[operator]
        given = [tape.values[part] for part in parts]
        if any(value is None for value in given):
            width = max(tape.widths[part] for part in parts)
            at = tape.place((operator, parts), None, width)
            tape.moving.append(Instruction(operator, apply, parts, at))
        else:
            with np.errstate(all="ignore"):
                value = np.asarray(apply(*given))
            at = tape.place((operator, parts), value, _width(value))
        tape.operations[at] = Instruction(operator, apply, parts, at)
        return at


def _width(value: Values) -> int:
    return value.shape[-1] if value.ndim else 1


def first_support(own: Support, above: Support) -> Support:
    """Evidence that a part of a stage rests on: the part's own support, or else the stage's."""
    return above if own.unsupported else own


@dataclass(frozen=True, eq=False)
class Ranks:
    """Payoffs by rankings, to be added to a table: context, player and tier of all rankings, round by round.

    In a round no place of the table occurs twice. owners: tiers that are met, by their number, as (preference, tier).
    sums: sparse [tier, place of the table].
    """

    rounds: tuple[tuple[Codes, Codes, Codes], ...]
    owners: tuple[tuple[int, tuple[int, int]], ...]
    sums: Any

    def add(self, draws: Draws, table: Floats) -> None:
        """Adds them to a table [draw, context, player]."""
        if not self.rounds:
            return
        every = np.concatenate(draws.utilities, axis=1)
        ranked = np.zeros_like(table)
        for context, player, tier in self.rounds:
            ranked[:, context, player] += every[:, tier]
        table += ranked


@dataclass(frozen=True, eq=False)
class Luck:
    """One chance turn: roots by branch (None where it is what the others leave), and what is the same in every draw."""

    plan: ChancePlan
    roots: tuple[Root | None, ...]
    same: Floats | None


class Tape:
    """The formulas of a compiled case. Every method is for any block of draws; nothing in it changes."""

    def __init__(
        self, crisis: Crisis, outcomes: tuple[OutcomePlan, ...], costs: CostLedger, chances: tuple[ChancePlan, ...]
    ) -> None:
        self.crisis = crisis
        self._costs = costs
        self.places = Places()
        self.contexts = sum(plan.contexts for plan in outcomes)
        self.terms = sum(plan.contexts for plan in costs.plans)
        self.worth = list(self._read_outcomes(outcomes))
        self.ranks = self._rankings(outcomes)
        self.paid = list(self._read_costs())
        self.luck = [self._read_chances(plan) for plan in chances]

    def _read_outcomes(self, plans: tuple[OutcomePlan, ...]) -> Iterator[Root]:
        start = 0
        for plan in plans:
            outcome = self.crisis.outcome(plan.outcome)
            reader = _TapeReader(self.places, self.crisis, plan, None)
            for player, actor in enumerate(self.crisis.actors):
                written = outcome.payoff(actor.id)
                if written is not None:
                    owner = Owner(f"the payoff of {actor.id} in {outcome.id}", outcome.support)
                    yield Root(reader.read(written, owner), slice(start, start + plan.contexts), player)
            start += plan.contexts

    def _read_costs(self) -> Iterator[Root]:
        players = {actor.id: number for number, actor in enumerate(self.crisis.actors)}
        for plan in self._costs.plans:
            stage = plan.turn.stage
            assert stage is not None
            move = stage.moves[plan.move]
            reader = _TapeReader(self.places, self.crisis, plan, plan.turn)
            for actor, written in move.cost:
                support = first_support(move.support, stage.support)
                owner = Owner(f"the cost to {actor} of {move.id} at {stage.id}", support)
                rows = slice(plan.start, plan.start + plan.contexts)
                yield Root(reader.read(written, owner), rows, players[actor])

    def _read_chances(self, plan: ChancePlan) -> Luck:
        written = plan.turn.probabilities
        rows = slice(0, len(plan.possible))
        if not written:
            return Luck(plan, (), np.full(plan.possible.shape, 1.0 / plan.possible.shape[1]))
        reader = _TapeReader(self.places, self.crisis, plan, plan.turn)
        roots = tuple(
            None if each is None else Root(reader.read(each, chance_owner(plan.turn, branch)), rows, branch)
            for branch, each in enumerate(written)
        )
        luck = Luck(plan, roots, None)
        if all(root is None or self.places.values[root.at] is not None for root in roots):
            same = _shares(luck, list(self.places.values), 1)
            return Luck(plan, roots, None if same is None else same[0])
        return luck

    def _rankings(self, plans: tuple[OutcomePlan, ...]) -> Ranks:
        crisis = self.crisis
        players = {actor.id: number for number, actor in enumerate(crisis.actors)}
        starts = np.cumsum([0, *(len(each.tiers) for each in crisis.preferences)])
        rounds: dict[int, list[tuple[Codes, int, int]]] = {}
        start = 0
        for plan in plans:
            met = dict.fromkeys(players, 0)
            for position, preference in enumerate(crisis.preferences):
                tier = next(k for k, tier in enumerate(preference.tiers) if plan.outcome in tier)
                here = np.ones(plan.contexts, bool)
                if preference.variable is not None:
                    here = plan.columns["private", preference.actor, preference.variable] == preference.value
                rows = (start + np.flatnonzero(here)).astype(np.int32)
                own = rounds.setdefault(met[preference.actor], [])
                own.append((rows, players[preference.actor], int(starts[position]) + tier))
                met[preference.actor] += 1
            start += plan.contexts
        owners = [(k, tier) for k, each in enumerate(crisis.preferences) for tier in range(len(each.tiers))]
        joined = tuple(_joined(rounds[number]) for number in sorted(rounds))
        context, player, tier = _joined([part for number in sorted(rounds) for part in rounds[number]])
        shape = len(owners), self.contexts * len(crisis.actors)
        sums = one_each(tier, context * len(crisis.actors) + player, shape)
        met = set(tier.tolist())
        return Ranks(joined, tuple((k, each) for k, each in enumerate(owners) if k in met), sums)

    def numbers(self, draws: Draws) -> tuple[Floats, Floats, Floats] | None:
        """Worth of endings [draw, context, player], costs [draw, term, player], chances [draw, class].

        None where a formula has no value or a probability is none in some draw: the plans themselves say where.
        """
        values = self.places.run(draws)
        players = len(self.crisis.actors)
        worth = _filled(self.worth, values, (draws.count, self.contexts, players))
        self.ranks.add(draws, worth)
        terms = _filled(self.paid, values, (draws.count, self.terms, players))
        if not (np.isfinite(worth).all() and np.isfinite(terms).all()):
            return None
        parts: list[Floats] = []
        for luck in self.luck:
            found = _shares(luck, values, draws.count) if luck.same is None else luck.same
            if found is None:
                return None
            parts.append(np.broadcast_to(found, (draws.count, *luck.plan.possible.shape)).reshape(draws.count, -1))
        chance = np.concatenate(parts, axis=1) if parts else np.zeros((draws.count, 0))
        return worth, terms, chance


def one_each(rows: NDArray[Any], columns: NDArray[Any], shape: tuple[int, int]) -> Any:
    """Sparse [row, column]: as many as there are pairs at each place."""
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


def _joined(parts: list[tuple[Codes, int, int]]) -> tuple[Codes, Codes, Codes]:
    rows = np.concatenate([np.zeros(0, np.int32), *(rows for rows, _, _ in parts)])
    sizes = [len(rows) for rows, _, _ in parts]
    player = np.repeat(np.array([player for _, player, _ in parts], np.int32), sizes)
    return rows, player, np.repeat(np.array([tier for _, _, tier in parts], np.int32), sizes)


def _filled(roots: list[Root], values: list[Values], shape: tuple[int, int, int]) -> Floats:
    table = np.zeros(shape)
    for root in roots:
        table[:, root.rows, root.column] += values[root.at]
    return table


def _shares(luck: Luck, values: list[Any], draws: int) -> Floats | None:
    """[draw, context, branch]: the probabilities; None where they are none."""
    possible = luck.plan.possible
    table = np.zeros((draws, *possible.shape))
    for root in luck.roots:
        if root is not None:
            table[:, :, root.column] = values[root.at]
    if not ((table >= -SUM_WITHIN) & (table <= 1 + SUM_WITHIN)).all():
        return None
    table = np.where(possible, np.clip(table, 0, 1), 0.0)
    if None in luck.roots:
        rest = luck.roots.index(None)
        left = 1 - table.sum(axis=2)
        if not ((left >= -SUM_WITHIN) & (left <= 1 + SUM_WITHIN)).all():
            return None
        table[:, :, rest] = np.where(possible[:, rest], np.clip(left, 0, 1), 0.0)
    total = table.sum(axis=2, keepdims=True)
    return None if (np.abs(total - 1) > SUM_WITHIN).any() else table / total


def chance_owner(turn: Turn, branch: int) -> Owner:
    """Owner of the numbers in the probability of a branch."""
    label, stage, variable = turn.labels[branch], turn.stage, turn.variable
    if stage is not None:
        support = first_support(stage.moves[branch].support, stage.support)
        return Owner(f"the probability of {label} at {stage.id}", support)
    assert variable is not None
    return Owner(f"the prior of {turn.mover}.{variable.id} = {label}", variable.support)
