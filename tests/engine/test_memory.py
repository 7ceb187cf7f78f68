"""Memory is lent to one solve after another: nothing of the one may show in the other."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.random_games import random_game

from detente.equilibrium.memory import memory
from detente.equilibrium.solve import solve_game
from detente.game.arrays import Numbers
from detente.strategy.layout import layout_of


@pytest.mark.parametrize("rationality", [7.0, np.inf])
@pytest.mark.parametrize("seed", range(4))
def test_what_was_solved_before_changes_no_bit_of_an_answer(seed: int, rationality: float) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2)
    first = solve_game(game, numbers, rationality)
    solve_game(game, Numbers(1.0 - numbers.payoff, numbers.chance), 3.0)
    solve_game(game, Numbers(numbers.payoff * np.nan, numbers.chance), rationality)
    again = solve_game(game, numbers, rationality)
    assert again.endings == first.endings
    assert np.array_equal(again.steps, first.steps)
    assert np.array_equal(again.log_behaviour, first.log_behaviour)


def test_no_memory_is_lent_to_two_at_a_time() -> None:
    game, _ = random_game(1)
    layout = layout_of(game)
    with memory(game, layout, None) as (one, _), memory(game, layout, None) as (two, _):
        assert one is not two
    with memory(game, layout, None) as (again, _):
        assert again is one or again is two
