"""The order of play, unrolled: nature draws what actors privately are, then stage after stage, round after round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.crisis.expressions import EQUAL_WITHIN, Expression, quantities_in
from detente.crisis.model import Crisis
from detente.crisis.play import NATURE, Actor, PrivateVariable, Repeat, Stage, Together
from detente.errors import CaseError, Problem
from detente.game.evaluate import evaluate
from detente.game.rows import ROUND, Codes, Columns, Key, RowContext, keys_in, point_names
from detente.game.story import Step


@dataclass(frozen=True, eq=False)
class Turn:
    """One unrolled step with what its expressions may read.

    Either `stage` is set, or nature draws `variable` of `actor`. `clock` is the latest round begun (0: none yet).
    `opens`: stages whose round begins here. `group` numbers the simultaneous stages, 0 for none; `closes` tells
    the last of its group. `repeated`: stages of the enclosing repeat.
    """

    position: int
    step: Step
    stage: Stage | None = None
    actor: Actor | None = None
    variable: PrivateVariable | None = None
    clock: int = 0
    opens: tuple[str, ...] = ()
    group: int = 0
    closes: bool = False
    repeated: frozenset[str] = frozenset()

    @property
    def by_chance(self) -> bool:
        """True where nature moves."""
        return self.stage is None or self.stage.by == NATURE

    @property
    def mover(self) -> str:
        """The actor who moves or learns what it is; `nature` at a chance stage."""
        if self.stage is not None:
            return self.stage.by
        assert self.actor is not None
        return self.actor.id

    @property
    def knowers(self) -> tuple[str, ...]:
        """The actors who know at once, and as it is, what is done or drawn: the mover, or those who know a variable."""
        return self.step.knowers if self.stage is None else (self.mover,)

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the moves, or of the values drawn."""
        return self.step.labels

    @cached_property
    def conditions(self) -> tuple[Expression | None, ...]:
        """Condition of each move of the stage; None: always available."""
        stage = self.stage
        return () if stage is None else tuple(stage.condition(number) for number in range(len(stage.moves)))

    @cached_property
    def probabilities(self) -> tuple[Expression | None, ...]:
        """Written probability of each branch of a chance step; None is `rest`. Empty: all equally likely."""
        if self.stage is not None:
            return tuple(move.probability for move in self.stage.moves)
        assert self.variable is not None
        return self.variable.probabilities


def _private_labels(crisis: Crisis, variable: PrivateVariable) -> tuple[str, ...]:
    return point_names(crisis, variable) if variable.numeric else variable.values


def unroll(crisis: Crisis) -> Iterator[Turn]:
    """Every step of play in order."""
    position = 0
    for actor, variable in crisis.private_variables():
        knowers = variable.knowers(actor.id)
        step = Step(actor.id, variable=variable.id, labels=_private_labels(crisis, variable), knowers=knowers)
        yield Turn(position, step, actor=actor, variable=variable)
        position += 1
    clock = group = 0
    for written in crisis.steps:
        rounds = written.times if isinstance(written, Repeat) else 1
        inner = written.stages if isinstance(written, Repeat) else (written,)
        flat = [stage for each in inner for stage in (each.stages if isinstance(each, Together) else (each,))]
        repeated = frozenset(stage.id for stage in flat) if isinstance(written, Repeat) else frozenset[str]()
        for round in range(1, rounds + 1):
            clock = round if repeated else clock
            opens = tuple(sorted(repeated))
            for each in inner:
                together = isinstance(each, Together)
                stages = each.stages if together else (each,)
                group += together
                for number, written_stage in enumerate(stages, 1):
                    stage = written_stage.in_round(round)
                    labels = tuple(move.id for move in stage.moves)
                    yield Turn(
                        position,
                        Step(stage.by, stage.id, round if repeated else 0, labels=labels),
                        stage=stage,
                        clock=clock,
                        opens=opens,
                        group=group if together else 0,
                        closes=together and number == len(stages),
                        repeated=repeated,
                    )
                    position += 1
                    opens = ()


class Play:
    """The rules of a crisis on tables of histories: who moves, what is possible, what it changes.

    Tables may hold any subset of the columns; those that are there are kept true.
    """

    def __init__(self, crisis: Crisis) -> None:
        self.crisis = crisis
        self.turns = tuple(unroll(crisis))
        self._outcomes = {outcome.id: number for number, outcome in enumerate(crisis.outcomes)}

    @cached_property
    def shape_keys(self) -> frozenset[Key]:
        """Columns on which the shape of the game depends."""
        found: set[Key] = set()
        for turn in self.turns:
            stage = turn.stage
            if stage is not None:
                written = [stage.when, *turn.conditions]
                written += [expression for move in stage.moves for _, expression in move.set]
                written += [end.when for move in stage.moves for end in move.ends]
                for expression in written:
                    if expression is not None:
                        found |= keys_in(expression, turn.repeated)
            for expression in turn.probabilities if turn.by_chance else ():
                if expression is not None and not quantities_in(expression):
                    found |= keys_in(expression, turn.repeated)
        for final in self.crisis.finally_:
            if final.when is not None:
                found |= keys_in(final.when)
        # What simultaneous moves do is done when all have moved, so they are remembered until then.
        for turn in self.turns:
            if turn.group and turn.stage is not None and any(move.set or move.ends for move in turn.stage.moves):
                found.add(("now", turn.stage.id))
        return self._with_sources(found)

    @cached_property
    def all_keys(self) -> frozenset[Key]:
        """Columns that anything in the game reads: its shape, probabilities, costs and payoffs."""
        found: set[Key] = set(self.shape_keys)
        for turn in self.turns:
            for expression in turn.probabilities if turn.by_chance else ():
                if expression is not None:
                    found |= keys_in(expression, turn.repeated)
            for move in turn.stage.moves if turn.stage is not None else ():
                for _, expression in move.cost:
                    found |= keys_in(expression, turn.repeated)
        found |= self.payoff_keys
        found |= {("state", variable.id) for variable in self.crisis.state}
        return self._with_sources(found)

    @cached_property
    def payoff_keys(self) -> frozenset[Key]:
        """Columns that the payoff of some outcome reads."""
        found: set[Key] = set()
        for outcome in self.crisis.outcomes:
            found |= self.outcome_keys(outcome.id)
        return frozenset(found)

    def outcome_keys(self, outcome: str) -> frozenset[Key]:
        """Columns that the payoff of an outcome reads, rankings by private value included."""
        found: set[Key] = set()
        for _, expression in self.crisis.outcome(outcome).payoffs:
            found |= keys_in(expression)
        for preference in self.crisis.preferences:
            if preference.variable is not None:
                found.add(("private", preference.actor, preference.variable))
        return frozenset(found)

    def _with_sources(self, keys: set[Key]) -> frozenset[Key]:
        # `before` is shifted from `now`, `count` is a snapshot of `tally`: they come in pairs.
        more = {("now", key[1]) for key in keys if key[0] == "before"}
        more |= {("tally", *key[1:]) for key in keys if key[0] == "count"}
        return frozenset(keys | more)

    def start(self, keys: frozenset[Key]) -> Columns:
        """One row, before anything has happened."""
        columns: Columns = {}
        for key in sorted(keys):
            value = 0 if key[0] in ("tally", "count", "round") else -1
            if key[0] == "state":
                value = next(each.start for each in self.crisis.state if each.id == key[1])
            columns[key] = np.array([value], np.int32)
        return columns

    def begin(self, columns: Columns, turn: Turn) -> None:
        """Updates columns before a turn: the clock, and at the beginning of a round the memory of the round before."""
        if ROUND in columns:
            columns[ROUND] = np.full_like(columns[ROUND], turn.clock)
        for stage in turn.opens:
            if ("before", stage) in columns:
                columns["before", stage] = columns["now", stage]
            if ("now", stage) in columns:
                columns["now", stage] = np.full_like(columns["now", stage], -1)
            for key in columns:
                if key[0] == "count" and key[1] == stage:
                    columns[key] = columns[("tally", *key[1:])]

    def acting(self, columns: Columns, turn: Turn, rows: int) -> NDArray[np.bool_]:
        """[row]: whether the turn is played there."""
        if turn.stage is None or turn.stage.when is None:
            return np.ones(rows, bool)
        return self._truth(turn.stage.when, columns, turn, rows)

    def available(self, columns: Columns, turn: Turn, rows: int) -> NDArray[np.bool_]:
        """[row, move]: what can be done. Chance branches known to be impossible are not there at all."""
        possible = np.ones((rows, len(turn.labels)), bool)
        for number in range(len(turn.stage.moves) if turn.stage is not None else 0):
            when = turn.conditions[number]
            if when is not None:
                possible[:, number] = self._truth(when, columns, turn, rows)
        if turn.by_chance:
            for number, expression in enumerate(turn.probabilities):
                if expression is not None and not quantities_in(expression):
                    context = RowContext(self.crisis, columns, repeated=turn.repeated)
                    value = np.broadcast_to(np.asarray(evaluate(expression, context)), (rows,))
                    possible[:, number] &= value != 0
        return possible

    def _truth(self, expression: Expression, columns: Columns, turn: Turn, rows: int) -> NDArray[np.bool_]:
        context = RowContext(self.crisis, columns, repeated=turn.repeated)
        return np.broadcast_to(np.asarray(evaluate(expression, context), bool), (rows,))

    def follow(self, columns: Columns, turn: Turn, move: Codes) -> None:
        """Change a table of children in place: row k has made the move `move[k]` at this turn."""
        if turn.stage is None:
            key: Key = ("private", turn.mover, turn.step.variable)
            if key in columns:
                columns[key] = move
            return
        stage = turn.stage.id
        for key in (("move", stage), ("now", stage)):
            if key in columns:
                columns[key] = move
        for key in list(columns):
            if key[0] == "tally" and key[1] == stage:
                columns[key] = columns[key] + (move == int(key[2])).astype(np.int32)
        if not turn.group:
            self._set_state(columns, turn, move)

    def conclude(self, columns: Columns, turn: Turn, rows: int) -> Codes:
        """Concludes simultaneous stages once all have moved: sets states in place, stage after stage as listed.

        Returns [row]: the position of the outcome in which play ends there (of the first stage listed that ends play),
        or -1.
        """
        ends = np.full(rows, -1, np.int32)
        members = [
            member
            for member in self.turns
            if member.group == turn.group and member.stage is not None and ("now", member.step.stage) in columns
        ]
        for member in members:
            self._set_state(columns, member, columns["now", member.step.stage])
        for member in members:
            ends = np.where(ends < 0, self._ending(columns, member, columns["now", member.step.stage]), ends)
        return ends

    def ends(self, columns: Columns, turn: Turn, move: Codes) -> Codes:
        """[row]: position of the outcome in which play ends with a move that was made alone, or -1.

        columns: as the move has left them. After simultaneous moves play goes on until all have moved.
        """
        if turn.stage is None or turn.group:
            return np.full(len(move), -1, np.int32)
        return self._ending(columns, turn, move)

    def _ending(self, columns: Columns, turn: Turn, move: Codes) -> Codes:
        assert turn.stage is not None
        found = np.full(len(move), -1, np.int32)
        for number, each in enumerate(turn.stage.moves):
            made = move == number
            for end in each.ends if made.any() else ():
                holds = made & (found < 0)
                if end.when is not None:
                    holds &= self._truth(end.when, columns, turn, len(move))
                found[holds] = self._outcomes[end.outcome]
        return found

    def _set_state(self, columns: Columns, turn: Turn, move: Codes) -> None:
        assert turn.stage is not None
        changed: Columns = {}
        for number, each in enumerate(turn.stage.moves):
            made = move == number
            if not made.any():
                continue
            for variable, expression in each.set:
                key: Key = ("state", variable)
                if key not in columns:
                    continue
                context = RowContext(self.crisis, columns, repeated=turn.repeated)
                codes = self._codes(variable, np.asarray(evaluate(expression, context)), expression, made)
                changed.setdefault(key, columns[key].copy())[made] = codes
        columns.update(changed)

    def _codes(self, variable: str, values: NDArray[Any], expression: Expression, made: NDArray[np.bool_]) -> Codes:
        declared = next(each for each in self.crisis.state if each.id == variable)
        values = np.broadcast_to(values, made.shape)[made].astype(float)
        exact = values - declared.low if declared.numeric else values
        codes = np.round(exact)
        wrong = ~((codes >= 0) & (codes < len(declared.values)) & (np.abs(exact - codes) <= EQUAL_WITHIN))
        if wrong.any():
            found = float(values[wrong][0])
            first, last = declared.values[0], declared.values[-1]
            told = f"to {found:.16g}, outside its domain"
            remedy = f"`{variable}` runs from {first} to {last}: use min(…) or max(…), or a `when` on the move"
            if np.isnan(found):
                told = "to no value at all"
                remedy = "it mentions a move that was not made there, or divides zero by zero: use `if(…)` or a `when`"
            elif declared.low <= found < declared.low + len(declared.values):
                told = f"to {found:.16g}, between two of its values"
                remedy = f"`{variable}` takes whole numbers from {first} to {last}"
            raise CaseError([Problem(f"`set` takes the state `{variable}` {told}", remedy, expression.place)])
        return codes.astype(np.int32)
