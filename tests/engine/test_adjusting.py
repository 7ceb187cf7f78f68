"""Play that adjusts in time: where it rests it is a logit equilibrium, and the certificate says how good it is."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.large import crisis
from tests.engine.random_games import random_game

from detente.equilibrium.adjusting import adjust, adjusted, begin, played
from detente.equilibrium.concepts import Effort, solve_concept
from detente.equilibrium.elimination import Elimination, elimination_of
from detente.equilibrium.newton import new_work
from detente.equilibrium.solution import Ending
from detente.equilibrium.solve import Settings, solve_game
from detente.game.arrays import Game, Numbers
from detente.strategy.layout import layout_of
from detente.strategy.regret import nash_conv
from detente.strategy.sweep import new_state

ALONE = Settings(threads=1)


def at_rest(game: Game, numbers: Numbers, rationality: float, how: Elimination) -> tuple[np.ndarray, float]:
    """Log behaviour after 60 steps from random play, and what still drives it; rationality times the payoff range."""
    layout = layout_of(game)
    state = new_state(layout, game.chance_classes, int(np.diff(game.action_start).max()))
    work = new_work(layout.unknowns, game.actions, elimination_of(game, how=how))
    payoff = numbers.payoff[0]
    begin(layout, state, work, (payoff - payoff.min(axis=0)) / numbers.payoff_range()[0], numbers.chance[0].copy())
    work.here[-1] = rationality
    _, drive = adjust(layout, state, work, -1.0, 60)
    return played(game, layout, state), drive


@pytest.mark.parametrize("how", ["dense", "sparse"])
@pytest.mark.parametrize("seed", [0, 1, 4, 5])
def test_where_play_rests_before_any_turning_point_it_is_the_path_s_equilibrium(seed: int, how: Elimination) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=5)
    spread = float(numbers.payoff_range()[0])
    path = solve_game(game, numbers, 4.0 / spread, settings=ALONE)
    assert not len(path.turning_points[0])
    logs, drive = at_rest(game, numbers, 4.0, how)
    assert drive < 1e-9
    assert np.allclose(np.exp(logs), path.behaviour[0], atol=1e-8)


def test_adjusted_play_of_a_tree_is_as_good_as_was_asked_for_by_the_certificate() -> None:
    game, numbers = crisis(3, 3, 5)
    for accuracy in (1e-2, 1e-3):
        found = solve_concept(game, numbers, "adjusted", effort=Effort(1000, accuracy))
        assert found.endings[0] is Ending.ADJUSTED
        assert found.nash_conv[0] <= accuracy * found.payoff_range[0]
        assert 0.0 < found.reached[0] < np.inf


def test_too_few_steps_are_said_and_the_best_play_met_is_kept() -> None:
    game, numbers = crisis(3, 3, 4)
    found = solve_concept(game, numbers, "adjusted", effort=Effort(10, 0.0))
    assert found.endings[0] is Ending.RESTLESS
    assert not found.endings[0].good
    assert found.steps[0] == 10
    more = adjusted(game, numbers, 0, 0.0, 40)
    spread = float(found.payoff_range[0])
    assert more.gain <= found.nash_conv[0] / spread
    assert more.gain == pytest.approx(float(nash_conv(game, numbers, np.exp(more.logs)[None])[0]) / spread)


def test_adjusted_play_is_the_same_whatever_happened_before() -> None:
    game, numbers = crisis(2, 3, 4)
    pair = Numbers(np.concatenate([0.5 * numbers.payoff, numbers.payoff]), np.repeat(numbers.chance, 2, axis=0))
    alone = solve_concept(game, numbers, "adjusted", effort=Effort(500, 1e-4))
    both = solve_concept(game, pair, "adjusted", effort=Effort(500, 1e-4))
    assert np.array_equal(alone.log_behaviour[0], both.log_behaviour[1])
    assert np.allclose(both.log_behaviour[0], both.log_behaviour[1], atol=1e-9)
