"""The other equilibria of a case at one draw, each with everything that questions about a solution need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.ranking import NO_DIFFERENCE
from detente.analysis.solved import Solved
from detente.analysis.updating import outcomes_after
from detente.equilibrium.others.branches import Branches, find_branches
from detente.equilibrium.solution import Solution
from detente.equilibrium.solve import Settings
from detente.game.arrays import Numbers
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import Draws

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Several:
    """Distinct equilibria of one draw, the one on the principal branch first.

    solved: each equilibrium stands where a block has its draws, so that whatever can be read off a block of draws can
    be read off equilibria side by side. branches: how each was found.
    """

    solved: Solved
    branches: Branches

    @property
    def count(self) -> int:
        """Number of equilibria found."""
        return self.branches.count

    @cached_property
    def after(self) -> Floats:
        """[equilibrium, outcome]: probability of each outcome given every event of the timeline, if there is one."""
        return outcomes_after(self.solved) if self.solved.crisis.timeline else self.solved.outcomes

    def alone(self, number: int) -> Solved:
        """One of the equilibria, as a solved draw. number: from 0."""
        part = slice(number, number + 1)
        numbers = Numbers(self.solved.numbers.payoff[part], self.solved.numbers.chance[part])
        draws = self.solved.draws.block(number, number + 1) if self.solved.draws else None
        return Solved(self.solved.compiled, draws, numbers, _one(self.solved.solution, part))

    def same_ending(self) -> NDArray[np.bool_]:
        """[equilibrium]: True where an outcome of its highest probability has the highest in the first as well.

        Given the events, if there are any.
        """
        likeliest = self.after >= self.after.max(axis=1, keepdims=True) - NO_DIFFERENCE
        return (likeliest & likeliest[0]).any(axis=1)


def other_equilibria(
    compiled: CompiledGame,
    draws: Draws | None,
    rationality: float | None = None,
    *,
    starts: int | None = None,
    seed: int = 0,
    settings: Settings | None = None,
    effort: float | None = None,
) -> Several:
    """The equilibria of a single draw; draws None for a game file. rationality None leaves it to the draw (the limit).

    starts, seed, effort: as for `find_branches`.
    """
    game, story = compiled.game, compiled.game.story
    wanted = rationality
    if wanted is None:
        wanted = float(draws.rationality[0]) if draws is not None else np.inf
    found = find_branches(
        game,
        compiled.numbers(draws),
        wanted,
        endings=story.outcome if story is not None else None,
        starts=starts,
        seed=seed,
        settings=settings,
        effort=effort,
    )
    repeated = None if draws is None else _repeated(draws, found.count)
    return Several(Solved(compiled, repeated, found.numbers, found.solution), found)


def _repeated(draws: Draws, count: int) -> Draws:
    return Draws(
        draws.crisis,
        {name: np.repeat(values, count) for name, values in draws.quantities.items()},
        tuple(each.repeated(count) for each in draws.rankings),
        np.repeat(draws.rationality, count),
        np.repeat(draws.cube, count, axis=0),
    )


def _one(solution: Solution, part: slice) -> Solution:
    return replace(
        solution,
        rationality=solution.rationality[part],
        reached=solution.reached[part],
        endings=solution.endings[part],
        log_behaviour=solution.log_behaviour[part],
        nash_conv=solution.nash_conv[part],
        conditional_regret=solution.conditional_regret[part],
        regret_share=solution.regret_share[part],
        departure=solution.departure[part],
        paces={draw - part.start: pace for draw, pace in solution.paces.items() if part.start <= draw < part.stop},
        payoff_range=solution.payoff_range[part],
        turning_points=solution.turning_points[part],
        bifurcations=solution.bifurcations[part],
        steps=solution.steps[part],
    )
