"""A compiled case: the game's shape once, its payoffs and chances for any block of draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from detente.crisis.model import Crisis
from detente.errors import CaseError, Problem
from detente.game.arrays import Floats, Game, Ints, Numbers
from detente.game.compiling.plans import ChancePlan, CostLedger, OutcomePlan
from detente.game.compiling.tape import Tape
from detente.game.drawn.draws import Draws, structural_values
from detente.game.kept import Same
from detente.game.rows import distinct

BLOCK_BYTES = 256 * 2**20
"""Bytes that a block of draws stays below: payoffs, chances, reach of every node."""


@dataclass(frozen=True, eq=False)
class PayoffPlan:
    """Payoff class k ends in outcome context `context[k]` (numbered through all outcomes) with costs `paid[k]`."""

    outcomes: tuple[OutcomePlan, ...]
    costs: CostLedger
    context: Ints
    paid: Ints

    def payoffs(self, crisis: Crisis, draws: Draws) -> Floats:
        """[draw, payoff class, player]."""
        worth = np.concatenate([plan.payoffs(crisis, draws) for plan in self.outcomes], axis=1)
        return self.added_up(worth, self.costs.terms(crisis, draws))

    def added_up(self, worth: Floats, terms: Floats) -> Floats:
        """[draw, payoff class, player] from what endings [draw, context, player] and costs [draw, term, player] are."""
        with np.errstate(over="ignore", invalid="ignore"):  # what is beyond the largest number is refused as a payoff
            return worth[:, self.context] - self.costs.paid(terms)[:, self.paid]

    def worth(self, crisis: Crisis) -> Ints:
        """[player, payoff class]: classes with one number pay the player the same in every draw."""
        table = np.zeros((len(crisis.actors), len(self.context)), np.int32)
        for player, actor in enumerate(crisis.actors):
            contexts: list[Ints] = []
            used = 0
            for plan in self.outcomes:
                own = plan.worth(crisis, actor.id)
                contexts.append(own + used)
                used += int(own.max(initial=-1)) + 1
            ends, costs = np.concatenate(contexts)[self.context], self.costs.worth(crisis, actor.id)[self.paid]
            table[player] = distinct([ends, costs], len(ends))[1]
        return table


@dataclass(frozen=True, eq=False)
class CompiledGame:
    """The game of a case, or of a game file, ready to be solved many times.

    crisis is None for a game file; its payoffs (`fixed`) are then the same in every draw.
    """

    game: Game
    crisis: Crisis | None = None
    payoff_plan: PayoffPlan | None = None
    chance_plans: tuple[ChancePlan, ...] = ()
    fixed: Numbers | None = None

    def numbers(self, draws: Draws | None = None) -> Numbers:
        """Payoffs and chance probabilities in the given draws.

        Raises CaseError, naming the draw, where a formula has no value or a probability is none.
        """
        if self.fixed is not None:
            return self.fixed
        if self.crisis is None or self.payoff_plan is None or draws is None:
            raise TypeError("the numbers of a case depend on its draws")
        self._require_structure(draws)
        found = self.tape.numbers(draws)
        if found is not None:
            worth, terms, chance = found
            payoff = self.payoff_plan.added_up(worth, terms)
        else:
            # Something is no number: the plans, one by one, say what and where.
            parts = [plan.probabilities(self.crisis, draws).reshape(draws.count, -1) for plan in self.chance_plans]
            chance = np.concatenate(parts, axis=1) if parts else np.zeros((draws.count, 0))
            payoff = self.payoff_plan.payoffs(self.crisis, draws)
        return Numbers(np.ascontiguousarray(payoff), np.ascontiguousarray(chance))

    def _require_structure(self, draws: Draws) -> None:
        """Raises CaseError where draws have another number than the game for a quantity that shapes it."""
        assert self.crisis is not None
        for name, value in structural_values(self.crisis).items():
            if (draws.quantities[name] != value).any():
                what = f"`{name}` is structural: this game was made with {float(value):g}"
                remedy = "set it for the whole run (--set, or a scenario), which makes the game anew; it is not varied"
                raise CaseError([Problem(what, remedy, self.crisis.quantity(name).place)])

    @property
    def tape(self) -> Tape:
        """The formulas as instructions over arrays, made once. TypeError for a game file."""
        crisis, plan = self.crisis, self.payoff_plan
        if crisis is None or plan is None:
            raise TypeError("a game file has no formulas")
        name = (Tape, Same(crisis), Same(plan))
        return self.game.kept.recent(name, lambda: Tape(crisis, plan.outcomes, plan.costs, self.chance_plans))

    def draws_per_block(self) -> int:
        """Number of draws that fit into one block of bounded memory."""
        game = self.game
        classes = game.payoff_classes * (len(game.players) + 2) + game.chance_classes
        return max(1, BLOCK_BYTES // (8 * (2 * classes + 3 * game.nodes + 2 * game.actions + 1)))

    def blocks(self, draws: Draws) -> Iterator[tuple[Draws, Numbers]]:
        """The draws block by block, each with its numbers."""
        size = self.draws_per_block()
        for start in range(0, draws.count, size):
            part = draws.block(start, min(start + size, draws.count))
            yield part, self.numbers(part)
