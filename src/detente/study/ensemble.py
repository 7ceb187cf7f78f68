"""Many draws solved block by block in bounded memory, kept as arrays over draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.interest import value_of
from detente.analysis.solved import Solved, solve_draws
from detente.analysis.updating import BeliefPath, belief_paths, outcomes_after
from detente.crisis.expressions import Expression
from detente.equilibrium.solution import Ending
from detente.game.compiled import CompiledGame
from detente.game.draws import Draws

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

_BLOCK = 32
"""Draws solved between two chances to stop: an interrupt loses at most these."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """What was found in each draw.

    draws: those that are finished; fewer than asked for where the run was interrupted.
    outcomes [draw, outcome] at the outset, outcomes_after the same given the timeline, utilities [draw, player],
    moves per unrolled step [draw, move] (joint with reaching it),
    interests name -> [draw], beliefs along the timeline, and the certificate: endings, reached, nash_conv,
    conditional_regret, payoff_range, folds (number of turning points) [draw].
    """

    draws: Draws
    outcomes: Floats
    outcomes_after: Floats
    utilities: Floats
    moves: list[Floats]
    interests: Mapping[str, Floats]
    beliefs: list[BeliefPath]
    endings: tuple[Ending, ...]
    reached: Floats
    nash_conv: Floats
    conditional_regret: Floats
    payoff_range: Floats
    folds: NDArray[np.int64]
    unknowns: int
    interrupted: bool = False

    @property
    def count(self) -> int:
        """How many draws are finished."""
        return len(self.outcomes)


def solve_ensemble(
    compiled: CompiledGame,
    draws: Draws,
    *,
    rationality: float | None = None,
    interests: Mapping[str, Expression] | None = None,
    beliefs: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Ensemble:
    """Solve all draws. `progress(done)` is called after each block.

    An interrupt after the first block returns what is finished, marked; before that it is raised.
    """
    size = min(compiled.draws_per_block(), _BLOCK)
    parts: list[Ensemble] = []
    interrupted = False
    try:
        for start in range(0, draws.count, size):
            block = draws.block(start, min(start + size, draws.count))
            solved = solve_draws(compiled, block, rationality=rationality)
            parts.append(_read(solved, block, interests or {}, beliefs))
            if progress:
                progress(block.count + start)
    except KeyboardInterrupt:
        if not parts:
            raise
        interrupted = True
    return _join(parts, draws, interrupted)


def _read(solved: Solved, draws: Draws, interests: Mapping[str, Expression], beliefs: bool) -> Ensemble:
    solution = solved.solution
    return Ensemble(
        draws,
        solved.outcomes,
        outcomes_after(solved),
        solved.utilities,
        solved.moves,
        {name: value_of(expression, solved) for name, expression in interests.items()},
        belief_paths(solved) if beliefs else [],
        solution.endings,
        solution.reached,
        solution.nash_conv,
        solution.conditional_regret,
        solution.payoff_range,
        np.array([len(points) for points in solution.turning_points], np.int64),
        solution.unknowns,
    )


def _join(parts: list[Ensemble], draws: Draws, interrupted: bool) -> Ensemble:
    first = parts[0]

    def stacked(column: Callable[[Ensemble], Floats]) -> Floats:
        return np.concatenate([column(part) for part in parts])

    def path(number: int) -> BeliefPath:
        of = [part.beliefs[number] for part in parts]
        return BeliefPath(
            of[0].observer,
            of[0].subject,
            np.concatenate([each.posterior for each in of]),
            np.concatenate([each.log_ratio for each in of]),
            np.concatenate([each.likelihood for each in of]),
        )

    return Ensemble(
        draws.block(0, sum(part.count for part in parts)),
        stacked(lambda part: part.outcomes),
        stacked(lambda part: part.outcomes_after),
        stacked(lambda part: part.utilities),
        [np.concatenate([part.moves[step] for part in parts]) for step in range(len(first.moves))],
        {name: np.concatenate([part.interests[name] for part in parts]) for name in first.interests},
        [path(number) for number in range(len(first.beliefs))],
        tuple(ending for part in parts for ending in part.endings),
        stacked(lambda part: part.reached),
        stacked(lambda part: part.nash_conv),
        stacked(lambda part: part.conditional_regret),
        stacked(lambda part: part.payoff_range),
        np.concatenate([part.folds for part in parts]),
        first.unknowns,
        interrupted,
    )
