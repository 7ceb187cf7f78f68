"""The likelihood's view of a game at a finite rationality: logit equilibria, with exact slopes by the adjoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from detente.analysis.gradient import leaf_gradients
from detente.analysis.solved import Solved, solve_draws
from detente.crisis.model import Crisis
from detente.crisis.quantities import RATIONALITY
from detente.equilibrium.solution import Ending
from detente.equilibrium.solve import Settings
from detente.errors import CaseError, Problem, RequestError
from detente.estimation.model import AskedEntries, Bools, Evaluated, Floats, Histories, Ints, Seen
from detente.game.compiling.build import compile_crisis
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import Draws, dimensions, from_cube
from detente.strategy.layout import layout_of

KEPT_BYTES = 256 * 2**20
"""Solutions kept from one evaluation for the next take no more than this, however many rows there are."""

LIKELIHOOD_BYTES = 64 * 2**20
"""The derivatives by leaves of one block of rows take no more than this."""

WORTH_THREADS = 300_000
"""Rows times nodes times unknowns above which a block is shared out among threads; beginning them costs more below."""

LEAST_PROBABILITY = 1e-290
"""Below this a probability has no derivative in double precision, and its row counts as not found."""


@dataclass(frozen=True, eq=False)
class _Kept:
    """Solved rows of one evaluation, block by block; None where a block was not kept."""

    blocks: tuple[Solved | None, ...]
    size: int


@dataclass(frozen=True, eq=False)
class GameModel:
    """A compiled case whose linked quantities differ from row to row, everything else at its median or as fixed."""

    compiled: CompiledGame
    quantities: tuple[str, ...]
    kinds: tuple[Seen, ...]
    fixed: Mapping[str, float]
    rationality: float | None
    _masks: Bools = field(repr=False)

    @staticmethod
    def of(
        crisis: Crisis,
        quantities: Sequence[str],
        kinds: Sequence[Seen],
        *,
        fixed: Mapping[str, float],
        rationality: float | None = None,
        compiled: CompiledGame | None = None,
    ) -> GameModel:
        """The model of a case. rationality: in place of the case's own, unless it is itself among the quantities.

        Raises CaseError for a bad case.
        """
        compiled = compiled or compile_crisis(crisis)
        known = Histories(compiled.game, crisis)
        masks = np.array([known.fit(kind) for kind in kinds]).reshape(len(kinds), compiled.game.leaves)
        return GameModel(compiled, tuple(quantities), tuple(kinds), dict(fixed), rationality, masks)

    @cached_property
    def unknowns(self) -> int:
        """Number of log-odds of play that are solved for; 0 where every decision is answered in closed form."""
        return layout_of(self.compiled.game).unknowns

    @property
    def crisis(self) -> Crisis:
        """The case."""
        assert self.compiled.crisis is not None
        return self.compiled.crisis

    @property
    def says(self) -> tuple[str, ...]:
        """A sentence on the way in which play is found."""
        return ("Play is the logit equilibrium on the branch that begins with random play (the principal branch).",)

    def impossible(self) -> Ints:
        """Numbers of the kinds that no history of the game fits."""
        return np.flatnonzero(~self._masks.any(axis=1))

    def draws(self, values: Floats) -> tuple[Draws, Floats]:
        """The draws whose quantities are the rows of `values`, and the rationality [row]."""
        axes = dimensions(self.crisis)
        set = {name: values[:, k] for k, name in enumerate(self.quantities) if name != RATIONALITY}
        cube = np.full((len(values), len(axes)), 0.5)
        draws = from_cube(self.crisis, cube, axes=axes, fixed={**self.fixed, **set}, median=True)
        if RATIONALITY in self.quantities:
            wanted = np.array(values[:, self.quantities.index(RATIONALITY)])
        elif self.rationality is not None:
            wanted = np.full(len(values), self.rationality)
        else:
            wanted = draws.rationality
        if (wanted < 0.0).any():
            raise CaseError([Problem("the rationality is below zero", "link it with `exp`")])
        return draws, wanted

    def solved(self, values: Floats, near: Solved | None = None) -> Solved:
        """Equilibria at values [row, quantity]. Raises RequestError where the rationality is the limit."""
        draws, wanted = self.draws(values)
        if np.isinf(wanted).any():
            raise RequestError(
                "in the limit of perfect rationality probabilities jump as numbers move, so no likelihood can be "
                "climbed: give a finite `rationality` (--rationality 1), or link it to be estimated"
            )
        work = len(values) * self.compiled.game.nodes * (1 + self.unknowns)
        settings = Settings(threads=0 if work > WORTH_THREADS else 1)
        return solve_draws(self.compiled, draws, rationality=wanted, near=near, settings=settings)  # pyright: ignore[reportArgumentType]

    def evaluate(self, values: Floats, cells: AskedEntries, near: object = None, *, slopes: bool = True) -> Evaluated:
        """Evaluates rows block by block, as `Model.evaluate`; each continues from the same row of `near` if kept."""
        rows, most = len(values), int(np.bincount(cells.row, minlength=1).max(initial=1))
        game = self.compiled.game
        size = max(1, min(self.compiled.draws_per_block(), LIKELIHOOD_BYTES // (8 * game.leaves * (most + 1))))
        out = Evaluated(
            np.full(len(cells.row), -np.inf),
            np.zeros((len(cells.row), len(self.quantities))),
            np.zeros(rows, bool),
            np.zeros(rows, np.int64),
        )
        before = near.blocks if isinstance(near, _Kept) and near.size == size else ()
        kept: list[Solved | None] = []
        room = KEPT_BYTES
        for number, start in enumerate(range(0, rows, size)):
            stop = min(start + size, rows)
            try:
                solved = self.solved(values[start:stop], before[number] if number < len(before) else None)
            except CaseError:  # a chance beyond 0 and 1, or a formula without a value: not found at these values
                kept.append(None)
                continue
            here, own = cells.between(start, stop)
            self._read(solved, own, out, here, slice(start, stop), slopes=slopes)
            room -= 8 * (solved.solution.log_behaviour.size + solved.numbers.payoff.size + solved.numbers.chance.size)
            kept.append(_bare(solved) if room > 0 and self.unknowns else None)
        return Evaluated(out.log_probability, out.slopes, out.good, out.turns, _Kept(tuple(kept), size))

    def _read(
        self, solved: Solved, cells: AskedEntries, out: Evaluated, here: slice, rows: slice, *, slopes: bool
    ) -> None:
        solution = solved.solution
        out.turns[rows] = [len(each) for each in solution.turning_points]
        out.good[rows] = [ending in (Ending.REACHED, Ending.CONTINUED) for ending in solution.endings]
        logs = np.where(self._masks[cells.kind], solved.log_leaf_reach[cells.row], -np.inf)
        with np.errstate(all="ignore"):
            told = np.asarray(logsumexp(logs, axis=1) if len(logs) else np.zeros(0), float)
        out.log_probability[here] = np.minimum(np.nan_to_num(told, nan=-np.inf), 0.0)
        if not slopes or not len(cells.row):
            return
        place = np.arange(len(cells.row)) - np.searchsorted(cells.row, cells.row)
        by_leaf = np.zeros((solved.count, int(place.max()) + 1, self.compiled.game.leaves))
        chance = np.exp(out.log_probability[here])
        scale = np.where(chance > LEAST_PROBABILITY, 1.0 / np.maximum(chance, LEAST_PROBABILITY), 0.0)
        by_leaf[cells.row, place] = self._masks[cells.kind] * scale[:, None]
        fixed = {*self.fixed, *self.quantities}
        own = RATIONALITY not in self.quantities and self.rationality is None
        found = leaf_gradients(by_leaf, solved, dimensions(self.crisis), fixed, own=own)
        zero = np.zeros(solved.count)
        for number, gradient in enumerate(found):
            some = place == number
            which = np.flatnonzero(some) + here.start
            for column, name in enumerate(self.quantities):
                by = gradient.rationality if name == RATIONALITY else gradient.slopes.quantities.get(name, zero)
                out.slopes[which, column] = np.broadcast_to(by, zero.shape)[cells.row[some]]


def _bare(solved: Solved) -> Solved:
    """The solved draws without anything worked out from them, so that only numbers and behaviour are kept."""
    return Solved(solved.compiled, solved.draws, solved.numbers, solved.solution)
