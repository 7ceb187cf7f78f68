"""Answers that the rules alone settle: they are so however everybody plays, and therefore no finding.

That no secret trade comes where nobody may offer one is what the change says. An answer counts as settled where it is
the same under several ways to play that give every move some probability and have nothing else in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.analysis.quantity_of_interest import value_of
from detente.analysis.solved import Solved
from detente.crisis.changes import with_scenario
from detente.crisis.expressions import (
    Belief,
    Count,
    Ended,
    EndedIn,
    Expression,
    Probability,
    StageMove,
    StateValue,
    Utility,
    walk,
)
from detente.crisis.inquiry import Observation, Scenario
from detente.crisis.model import Crisis
from detente.crisis.play import NATURE
from detente.equilibrium.solution import Ending, Solution
from detente.errors import RequestError
from detente.game.compiling.build import compile_crisis
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import Draws, median_draw
from detente.strategy.behaviour import normalised

Floats = NDArray[np.float64]

_WAYS = 4
"""Ways to play that are compared: any of them by chance gives the same answer as another only where play is no matter.
"""
_SEED = 20_260_401
_SAME = 1e-9


def settled_values(
    compiled: CompiledGame, draws: Draws, asked: Mapping[str, Expression], seen: Sequence[Observation] = ()
) -> dict[str, float]:
    """By name: the value of a quantity of interest that is the same however everybody plays; others are left out.

    draws: one draw. Infinite and missing values count as unsettled.
    """
    generator = np.random.default_rng(_SEED)
    numbers = compiled.numbers(draws)
    game = compiled.game
    found: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(_WAYS):
        scores = 2.0 * generator.standard_normal((1, game.actions))
        played = Solved(compiled, draws, numbers, _any_play(game.actions, scores, compiled))
        for name, interest in asked.items():
            try:
                found[name].append(float(value_of(interest, played, seen)[0]))
            except RequestError:
                found[name].append(np.nan)
    return {name: values[0] for name, values in found.items() if np.isfinite(values).all() and np.ptp(values) <= _SAME}


def rests_on_play(interest: Expression, crisis: Crisis) -> bool:
    """True where a quantity of interest mentions what play may move: an ending, a state, a payoff, an actor's move."""
    chances = {stage.id for stage in crisis.stages() if stage.by == NATURE}
    for node in walk(interest):
        match node:
            case Ended() | EndedIn() | StateValue() | Utility() | Belief():
                return True
            case StageMove(stage) | Count(stage) if stage not in chances:
                return True
            case _:
                pass
    return False


def settled_by(crisis: Crisis, scenario: Scenario, ends: Iterable[str]) -> frozenset[str]:
    """Those groups and endings that a scenario by itself makes impossible or sure."""
    if not scenario.limits:
        return frozenset()
    changed = with_scenario(crisis, scenario.id)
    groups = {group.id: EndedIn(group.id, group.endings) for group in crisis.groups}
    asked = {id: Probability(groups.get(id, Ended(id))) for id in ends}
    found = settled_values(compile_crisis(changed), median_draw(changed), asked)
    return frozenset(id for id, value in found.items() if value < _SAME or value > 1.0 - _SAME)


def _any_play(actions: int, scores: Floats, compiled: CompiledGame) -> Solution:
    """Play as a solution that nobody looked for, so that answers can be read off it."""
    unknown = np.full(1, np.nan)
    return Solution(
        game=compiled.game,
        rationality=unknown,
        reached=unknown,
        endings=(Ending.OTHER,),
        log_behaviour=normalised(compiled.game, scores),
        nash_conv=unknown,
        conditional_regret=unknown,
        regret_share=unknown,
        departure=unknown,
        payoff_range=unknown,
        turning_points=(np.zeros(0),),
        bifurcations=(np.zeros(0),),
        unknowns=actions,
        steps=np.zeros(1, np.int64),
    )
