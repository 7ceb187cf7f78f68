"""A block of solved draws with everything that questions about it need: reach, payoffs, how each leaf came about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.crisis.model import Crisis
from detente.equilibrium.neighbour import Near
from detente.equilibrium.solution import Solution
from detente.equilibrium.solve import Progress, Settings, solve_game
from detente.game.arrays import Game, Numbers
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import Draws
from detente.game.paths import made_at, story_of
from detente.strategy.behaviour import log_reach, reach
from detente.strategy.coarse import node_reach

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Solved:
    """Draws of a compiled case, their numbers, and their equilibria. draws is None for a game file."""

    compiled: CompiledGame
    draws: Draws | None
    numbers: Numbers
    solution: Solution

    @property
    def game(self) -> Game:
        """The game's shape."""
        return self.compiled.game

    @property
    def crisis(self) -> Crisis:
        """The case; TypeError for a game file."""
        if self.compiled.crisis is None:
            raise TypeError("this game was loaded from a game file and has no stages or outcomes")
        return self.compiled.crisis

    @property
    def count(self) -> int:
        """Number of draws in the block."""
        return self.solution.draws

    @cached_property
    def reach(self) -> Floats:
        """[draw, node]: probability of reaching each node."""
        if self.solution.joint is not None:
            return np.array([node_reach(self.game, ends) for ends in self.solution.joint.leaf_reach])
        return reach(self.game, self.numbers, self.solution.behaviour)

    @cached_property
    def leaf_reach(self) -> Floats:
        """[draw, leaf]: probability of each ending."""
        return np.ascontiguousarray(self.reach[:, self.game.leaf_node])

    @cached_property
    def log_reach(self) -> Floats:
        """[draw, node]: natural logarithm of the probability of reaching each node; -inf where that is impossible.

        Finite where the probability itself is too small for a number in double precision.
        """
        if self.solution.joint is not None:
            with np.errstate(divide="ignore"):
                return np.log(self.reach)
        logs = log_reach(self.game, self.numbers, self.solution.log_behaviour)
        # A chance of zero counts there as one that vanishes, which is right for beliefs and not for what happens.
        barred = _through(self.game, self.numbers.chance == 0.0)
        return np.where(barred, -np.inf, logs)

    @cached_property
    def log_leaf_reach(self) -> Floats:
        """[draw, leaf]: natural logarithm of the probability of each ending; -inf where it is impossible."""
        return np.ascontiguousarray(self.log_reach[:, self.game.leaf_node])

    def leaf_weights(self, holds: NDArray[np.bool_]) -> Floats:
        """[draw, leaf]: probabilities of the endings at which something holds ([leaf] or [draw, leaf]), 0 elsewhere.

        In units of the largest of the draw, so that their ratios are known however improbable all of them are. All
        are zero in draws in which it is impossible.
        """
        return in_units_of_largest(np.where(holds, self.log_leaf_reach, -np.inf))

    @cached_property
    def utilities(self) -> Floats:
        """[draw, player]: expected payoffs."""
        game = self.game
        table = game.kept.once("classes", lambda: one_of(game.leaf_class, game.payoff_classes))
        weight = np.asarray(table @ self.leaf_reach.T).T
        return np.einsum("dc,dcp->dp", weight, self.numbers.payoff)

    @cached_property
    def outcomes(self) -> Floats:
        """[draw, outcome]: probability of each outcome of the case, in its order."""
        outcome = story_of(self.game).outcome
        table = self.game.kept.once("outcomes", lambda: one_of(outcome, len(self.crisis.outcomes)))
        return np.asarray(table @ self.leaf_reach.T).T

    @cached_property
    def moves(self) -> list[Floats]:
        """Per unrolled step [draw, move]: probability that it is played and the move made. Rows need not add to 1."""
        table = self.game.kept.once("moves made", lambda: _edges_table(self.game))
        return split_by_step(self.game, np.asarray(table @ self.reach.T).T)


def one_of(labels: NDArray[np.integer], count: int) -> Any:
    """Sparse [label, position]: 1 where the position bears the label, out of so many labels."""
    from scipy.sparse import csr_array

    shape = (count, len(labels))
    return csr_array((np.ones(len(labels)), (labels.astype(np.intp), np.arange(len(labels)))), shape=shape)


def moves_table(game: Game, nodes: NDArray[np.integer]) -> Any:
    """Sparse [move of any step, node]: 1 where it was made on the way to one of these nodes. Steps in order."""
    from scipy.sparse import csr_array

    starts = _move_starts(game)
    rows, columns = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
    for position in range(len(starts) - 1):
        made = made_at(game, [position])[nodes]
        columns.append(np.flatnonzero(made >= 0))
        rows.append(starts[position] + made[columns[-1]])
    row, column = np.concatenate(rows), np.concatenate(columns)
    return csr_array((np.ones(len(row)), (row, column)), shape=(int(starts[-1]), len(nodes)))


def split_by_step(game: Game, table: Floats) -> list[Floats]:
    """Per unrolled step [draw, move] from a table [draw, move of any step]."""
    starts = _move_starts(game)
    return [table[:, start:stop] for start, stop in pairwise(starts.tolist())]


def _edges_table(game: Game) -> Any:
    """Sparse [move of any step, node]: 1 where the edge into the node is that move."""
    from scipy.sparse import csr_array

    story, starts = story_of(game), _move_starts(game)
    node = np.flatnonzero(story.step >= 0)
    row = starts[story.step[node]] + story.move[node]
    return csr_array((np.ones(len(row)), (row, node)), shape=(int(starts[-1]), game.nodes))


def _move_starts(game: Game) -> NDArray[np.intp]:
    """[step + 1]: where the moves of each step begin when those of all steps stand one after another."""
    return np.cumsum([0, *(len(step.labels) for step in story_of(game).steps)]).astype(np.intp)


def in_units_of_largest(logs: Floats) -> Floats:
    """[draw, …]: numbers from logarithms, in units of the largest of each draw; zeros where all are -inf."""
    top = logs.max(axis=1, keepdims=True, initial=-np.inf)
    return np.exp(logs - np.where(np.isfinite(top), top, 0.0))


def log_total(logs: Floats) -> Floats:
    """[draw]: logarithm of the sum of numbers given by their logarithms [draw, …]; -inf where all are zero."""
    top = logs.max(axis=1, initial=-np.inf)
    shift = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return shift + np.log(np.exp(logs - shift[:, None]).sum(axis=1))


def _through(game: Game, barred: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[draw, node]: where the way there passes through one of the chance classes that are barred [draw, class]."""
    found = np.zeros((len(barred), game.nodes), bool)
    if barred.any():
        at = game.chance >= 0
        own = np.zeros_like(found)
        own[:, at] = barred[:, game.chance[at]]
        for level in game.levels():
            found[:, level] = own[:, level]
            if level.start:
                found[:, level] |= found[:, game.parent[level]]
    return found


def solve_draws(
    compiled: CompiledGame,
    draws: Draws,
    *,
    rationality: float | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    near: Solved | None = None,
) -> Solved:
    """Solve a block of draws; `rationality` overrides what the case says (infinity: the limit).

    near: the same game solved at as many draws, or at one, from which these are continued where they can be.
    """
    numbers = compiled.numbers(draws)
    wanted = draws.rationality if rationality is None else rationality
    start = Near(near.numbers, near.solution) if near is not None else None
    solution = solve_game(compiled.game, numbers, wanted, settings=settings, progress=progress, near=start)
    return Solved(compiled, draws, numbers, solution)
