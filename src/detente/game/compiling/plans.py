"""Plans for the payoffs and chance probabilities of a compiled game: the formulas, and the contexts that each is read
in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.crisis.model import Crisis
from detente.errors import CaseError, Place, Problem
from detente.game.compiling.order import Turn
from detente.game.drawn.draws import Draws
from detente.game.evaluate import Values, evaluate
from detente.game.rows import Codes, Columns, Key, RowContext, describe, distinct, keys_in

Floats = NDArray[np.float64]

SUM_WITHIN = 1e-9
"""Probabilities of the branches of one chance event must add up to 1 within this."""


def _rows(columns: Columns) -> int:
    return len(next(iter(columns.values()))) if columns else 1


def _history(draws: Draws, columns: Columns, draw: int, row: int) -> str:
    """The history of a row in words, with the numbers of a draw."""
    crisis = draws.crisis
    parts: list[str] = []
    for key, codes in columns.items():
        code = int(codes[row])
        if key[0] in ("move", "before") and code >= 0:
            parts.append(f"{key[1]} = {crisis.stage(key[1]).moves[code].id}")
        elif key[0] == "private":
            variable = crisis.private(key[1], key[2])
            value = f"{draws.grid(variable)[draw, code]:.6g}" if variable.numeric else variable.values[code]
            parts.append(f"{key[1]}.{key[2]} = {value}")
        elif key[0] == "state":
            variable = next(each for each in crisis.state if each.id == key[1])
            parts.append(f"{key[1]} = {variable.values[code]}")
    return " where " + ", ".join(parts) if parts else ""


def _finite(values: Values, what: str, place: Place | None, draws: Draws, columns: Columns) -> Floats:
    if np.isfinite(values).all():
        return np.asarray(values, float)
    draw, row = (int(each) for each in np.argwhere(~np.isfinite(values))[0])
    found = values[draw, row]
    missing = [describe(draws.crisis, key) for key, codes in columns.items() if key[0] == "move" and codes[row] < 0]
    remedy = "check for a division by zero, or a logarithm or root of a negative number"
    if missing and np.isnan(found):
        remedy = f"{' and '.join(missing)} was never made on the way there, so it has no number to count with"
    kind = "is not a number" if np.isnan(found) else "is infinite"
    where = f"in draw {draws.first + draw + 1}{_history(draws, columns, draw, row)}"
    problem = Problem(f"{what} {kind} {where}", remedy, place)
    raise CaseError([problem])


@dataclass(frozen=True, eq=False)
class OutcomePlan:
    """The payoffs of one outcome in the contexts in which it occurs."""

    outcome: str
    columns: Columns

    @property
    def contexts(self) -> int:
        """Number of contexts that tell the outcome's payoffs apart."""
        return _rows(self.columns)

    def payoffs(self, crisis: Crisis, draws: Draws) -> Floats:
        """[draw, context, player]."""
        table = np.zeros((draws.count, self.contexts, len(crisis.actors)))
        outcome = crisis.outcome(self.outcome)
        context = RowContext(crisis, self.columns, draws=draws)
        for player, actor in enumerate(crisis.actors):
            written = outcome.payoff(actor.id)
            if written is not None:
                what = f"the payoff of `{actor.id}` in outcome `{outcome.id}`"
                values = np.broadcast_to(np.asarray(evaluate(written, context), float), table.shape[:2])
                place = getattr(written, "place", None) or outcome.place
                table[:, :, player] += _finite(values, what, place, draws, self.columns)
            table[:, :, player] += self._ranked(crisis, draws, actor.id)
        return table

    def worth(self, crisis: Crisis, actor: str) -> Codes:
        """[context]: contexts with one number pay the actor the same in every draw."""
        written = crisis.outcome(self.outcome).payoff(actor)
        keys = set(keys_in(written)) if written is not None else set[Key]()
        for preference in crisis.preferences:
            if preference.actor == actor and preference.variable is not None:
                keys.add(("private", actor, preference.variable))
        return distinct([self.columns[key] for key in sorted(keys)], self.contexts)[1].astype(np.int32)

    def _ranked(self, crisis: Crisis, draws: Draws, actor: str) -> Values:
        utility: Values = np.zeros((draws.count, self.contexts))
        for position, preference in enumerate(crisis.preferences):
            if preference.actor != actor:
                continue
            ranked = draws.utility(position, self.outcome)[:, None]
            if preference.variable is None:
                utility = utility + ranked
            else:
                here = self.columns["private", actor, preference.variable] == preference.value
                utility = utility + np.where(here, ranked, 0.0)
        return utility


@dataclass(frozen=True, eq=False)
class CostPlan:
    """Costs of one move at one turn, by player, in the contexts in which the move is made; `start` numbers the first
    term.
    """

    turn: Turn
    move: int
    columns: Columns
    start: int

    @property
    def contexts(self) -> int:
        """Number of contexts that tell the move's costs apart."""
        return _rows(self.columns)

    def costs(self, crisis: Crisis, draws: Draws) -> Floats:
        """[draw, context, player]: costs, to be subtracted."""
        stage = self.turn.stage
        assert stage is not None
        move = stage.moves[self.move]
        table = np.zeros((draws.count, self.contexts, len(crisis.actors)))
        context = RowContext(crisis, self.columns, repeated=self.turn.repeated, draws=draws)
        players = {actor.id: number for number, actor in enumerate(crisis.actors)}
        for actor, written in move.cost:
            what = f"the cost to `{actor}` of `{move.id}` at `{stage.id}`"
            values = np.broadcast_to(np.asarray(evaluate(written, context), float), table.shape[:2])
            place = getattr(written, "place", None) or move.place
            table[:, :, players[actor]] += _finite(values, what, place, draws, self.columns)
        return table

    def worth(self, crisis: Crisis, actor: str) -> Codes:
        """[context]: contexts with one number cost the actor the same in every draw; -1 where it pays nothing."""
        stage = self.turn.stage
        assert stage is not None
        written = [expression for payer, expression in stage.moves[self.move].cost if payer == actor]
        if not written:
            return np.full(self.contexts, -1, np.int32)
        keys = sorted({key for expression in written for key in keys_in(expression, self.turn.repeated)})
        return distinct([self.columns[key] for key in keys], self.contexts)[1].astype(np.int32)


@dataclass(frozen=True, eq=False)
class CostLedger:
    """All costs along the way: class k pays term `term[k]` on top of class `parent[k]`; class 0 pays nothing.

    generation: bounds of the classes that each turn added; a class's parent is of an earlier generation.
    """

    plans: tuple[CostPlan, ...]
    parent: Codes
    term: Codes
    generation: tuple[int, ...]

    def terms(self, crisis: Crisis, draws: Draws) -> Floats:
        """[draw, term, player]: each cost by itself."""
        none = np.zeros((draws.count, 0, len(crisis.actors)))
        return np.concatenate([none, *(plan.costs(crisis, draws) for plan in self.plans)], axis=1)

    def paid(self, terms: Floats) -> Floats:
        """[draw, class, player]: total cost on the way, from each cost by itself."""
        total = np.zeros((len(terms), len(self.parent), terms.shape[2]))
        if not self.plans:
            return total
        with np.errstate(over="ignore", invalid="ignore"):  # what is beyond the largest number is refused as a payoff
            for start, stop in zip(self.generation[:-1], self.generation[1:], strict=True):
                part = slice(start, stop)
                total[:, part] = total[:, self.parent[part]] + terms[:, self.term[part]]
        return total

    def worth(self, crisis: Crisis, actor: str) -> Codes:
        """[class]: classes with one number cost the actor the same in every draw: the same terms one by one."""
        number = np.zeros(len(self.parent), np.int32)
        if not self.plans:
            return number
        terms: list[Codes] = []
        used = 0
        for plan in self.plans:
            own = plan.worth(crisis, actor)
            terms.append(np.where(own < 0, -1, own + used).astype(np.int32))
            used += int(own.max(initial=-1)) + 1
        term = np.concatenate(terms)
        used = 1
        for start, stop in zip(self.generation[:-1], self.generation[1:], strict=True):
            part = slice(start, stop)
            above, added = number[self.parent[part]], term[self.term[part]]
            first, inverse = distinct([above, added], stop - start)
            number[part] = np.where(added < 0, above, used + inverse)
            used += len(first)
        return number


@dataclass(frozen=True, eq=False)
class ChancePlan:
    """The branches of one chance turn in the contexts in which it is played.

    Chance class `start + context * branches + branch`. possible [context, branch].
    """

    turn: Turn
    columns: Columns
    possible: NDArray[np.bool_]
    start: int

    @property
    def size(self) -> int:
        """Number of chance classes that the plan holds."""
        return self.possible.size

    def probabilities(self, crisis: Crisis, draws: Draws) -> Floats:
        """[draw, context, branch]; raises CaseError where they are no probabilities, naming the draw."""
        contexts, branches = self.possible.shape
        table = np.zeros((draws.count, contexts, branches))
        written = self.turn.probabilities
        if not written:
            table[:] = 1.0 / branches
            return table
        context = RowContext(crisis, self.columns, repeated=self.turn.repeated, draws=draws)
        rest = -1
        for branch, expression in enumerate(written):
            if expression is None:
                rest = branch
                continue
            values = np.broadcast_to(np.asarray(evaluate(expression, context), float), (draws.count, contexts))
            place = getattr(expression, "place", None) or self._place
            values = _finite(values, f"the probability of {self._branch(branch)}", place, draws, self.columns)
            self._check_range(values, branch, place, draws)
            table[:, :, branch] = np.where(self.possible[:, branch], np.clip(values, 0, 1), 0.0)
        if rest >= 0:
            left = 1 - table.sum(axis=2)
            self._check_range(left, rest, self._place, draws)
            table[:, :, rest] = np.where(self.possible[:, rest], np.clip(left, 0, 1), 0.0)
        self._check_sum(table, draws)
        return table / table.sum(axis=2, keepdims=True)

    @property
    def _place(self) -> Place | None:
        owner = self.turn.stage or self.turn.variable
        return owner.place if owner is not None else None

    def _branch(self, branch: int) -> str:
        stage = self.turn.stage
        where = f"at `{stage.id}`" if stage is not None else f"of `{self.turn.mover}.{self.turn.step.variable}`"
        return f"`{self.turn.labels[branch]}` {where}"

    def _check_range(self, values: Floats, branch: int, place: Place | None, draws: Draws) -> None:
        wrong = (values < -SUM_WITHIN) | (values > 1 + SUM_WITHIN)
        if not wrong.any():
            return
        draw, row = (int(each) for each in np.argwhere(wrong)[0])
        is_rest = self.turn.probabilities[branch] is None
        what = "what is left for" if is_rest else "the probability of"
        history = _history(draws, self.columns, draw, row)
        raise CaseError(
            [
                Problem(
                    f"{what} {self._branch(branch)} is {values[draw, row]:.4g} "
                    f"in draw {draws.first + draw + 1}{history}",
                    "a probability lies between 0 and 1 in every draw: narrow the ranges, or use min(…) and max(…)",
                    place,
                )
            ]
        )

    def _check_sum(self, table: Floats, draws: Draws) -> None:
        total = table.sum(axis=2)
        wrong = np.abs(total - 1) > SUM_WITHIN
        if not wrong.any():
            return
        draw, row = (int(each) for each in np.argwhere(wrong)[0])
        owner = f"`{self.turn.step.stage or self.turn.mover + '.' + self.turn.step.variable}`"
        raise CaseError(
            [
                Problem(
                    f"the probabilities of {owner} add up to {total[draw, row]:.6g} in draw {draws.first + draw + 1}"
                    f"{_history(draws, self.columns, draw, row)}, not to 1",
                    "write `rest` for one of them, and it takes what the others leave",
                    self._place,
                )
            ]
        )
