"""Play that adjusts in time: where it rests it is a logit equilibrium, and stands in where the path ends early."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from benchmarks.large import crisis
from tests.engine.random_games import random_game

from detente.equilibrium.elimination.dense_or_sparse import Elimination, elimination_of
from detente.equilibrium.fallback import rescue
from detente.equilibrium.fallback.adjusting import come_to_rest
from detente.equilibrium.path.newton import new_work
from detente.equilibrium.solution import Ending
from detente.equilibrium.solve import Settings, solve_game
from detente.game.arrays import Game, Numbers
from detente.strategy.behaviour import normalised
from detente.strategy.layout import layout_of
from detente.strategy.state import new_state

ALONE = Settings(threads=1)


def resting(game: Game, numbers: Numbers, how: Elimination) -> Callable[[float, int], tuple[bool, int, np.ndarray]]:
    """True where play rests at a rationality times the payoff range within so many steps, the steps, and behaviour."""
    layout = layout_of(game)
    state = new_state(layout, game.chance_classes, int(np.diff(game.action_start).max()))
    work = new_work(layout.unknowns, game.actions, elimination_of(game, how=how))
    payoff = (numbers.payoff[0] - numbers.payoff[0].min(axis=0)) / numbers.payoff_range()[0]

    def at(rationality: float, most: int) -> tuple[bool, int, np.ndarray]:
        rests, steps = come_to_rest(layout, state, work, payoff, numbers.chance[0].copy(), rationality, most)
        scores = state.score.copy()
        scores[layout.action] = state.log_play
        return rests, steps, np.exp(normalised(game, scores[None])[0])

    return at


@pytest.mark.parametrize("how", ["dense", "sparse"])
@pytest.mark.parametrize("seed", [0, 1, 4, 5])
def test_where_play_rests_before_any_turning_point_it_is_the_path_s_equilibrium(seed: int, how: Elimination) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=5)
    path = solve_game(game, numbers, 4.0 / float(numbers.payoff_range()[0]), settings=ALONE)
    assert not len(path.turning_points[0])
    rests, _, behaviour = resting(game, numbers, how)(4.0, 200)
    assert rests
    assert np.allclose(behaviour, path.behaviour[0], atol=1e-8)


def test_play_rests_at_the_same_point_whatever_happened_before() -> None:
    at = resting(*crisis(3, 3, 4), "auto")
    rests, steps, one = at(300.0, 500)
    assert rests
    assert not at(900.0, 7)[0]
    again, other_steps, two = at(300.0, 500)
    assert again
    assert steps == other_steps
    assert np.array_equal(one, two)


def test_play_that_adjusts_stands_in_for_a_path_cut_short_and_says_so() -> None:
    """Before any turning point there is one logit equilibrium: the one that the whole path leads to."""
    game, numbers = crisis(3, 3, 4)
    rationality = 60.0 / float(numbers.payoff_range()[0])
    whole = solve_game(game, numbers, rationality, settings=ALONE)
    assert not len(whole.turning_points[0])
    assert whole.endings[0] is Ending.REACHED
    cut = solve_game(game, numbers, rationality, settings=Settings(threads=1, most_steps=8, tolerance=0.05))
    assert cut.reached[0] < rationality
    assert cut.endings[0] is Ending.EXHAUSTED
    cut = solve_game(game, numbers, rationality, settings=Settings(threads=1, most_steps=20, tolerance=1e-4))
    assert cut.endings[0] is Ending.ADJUSTED
    assert cut.endings[0].good
    assert cut.methods[0] == rescue.ADJUSTING
    assert cut.reached[0] == rationality
    assert np.allclose(cut.behaviour, whole.behaviour, atol=1e-8)
