"""Memory is lent to one solve after another: nothing of the one may show in the other."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.random_games import random_game

from detente.equilibrium.path.draw import solve_draw
from detente.equilibrium.path.memory import memory
from detente.equilibrium.solve import solve_game
from detente.game.arrays import Numbers
from detente.strategy.layout import layout_of
from detente.strategy.units import payoff_ranges


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


def test_arrays_however_they_lie_in_memory_are_solved_alike_by_the_same_kernels() -> None:
    game, numbers = random_game(3)
    payoff = np.concatenate([numbers.payoff, 1.0 - numbers.payoff])
    chance = np.repeat(numbers.chance, 2, axis=0)
    plainly = solve_game(game, Numbers(payoff, chance))
    kernels = len(solve_draw.signatures)
    frozen = payoff.copy()
    frozen.flags.writeable = False
    for other in (np.asfortranarray(payoff), np.repeat(payoff, 2, axis=1)[:, ::2], frozen):
        again = solve_game(game, Numbers(other, np.asfortranarray(chance)))
        assert np.array_equal(again.log_behaviour, plainly.log_behaviour)
        assert np.array_equal(again.nash_conv, plainly.nash_conv)
    assert len(solve_draw.signatures) == kernels


def test_payoff_ranges_of_draws_are_those_of_their_numbers_even_where_a_payoff_is_no_number() -> None:
    payoff = np.random.default_rng(5).normal(size=(5, 7, 3))
    payoff[1, 2, 1] = np.nan
    payoff[2, 3, 2] = np.inf
    payoff[3] = 4.0
    payoff[4, :, 0] = -np.inf
    ranges = np.empty(5)
    payoff_ranges(payoff, ranges)
    with np.errstate(invalid="ignore"):
        expected = Numbers(payoff, np.zeros((5, 0))).payoff_range()
    assert np.array_equal(ranges, expected, equal_nan=True)
