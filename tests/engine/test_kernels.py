"""The solver's own derivatives, and the dense LU under them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.calls import jacobian_at, solved
from tests.engine.random_games import random_game

from detente.kernels.compiled import entry
from detente.strategy.behaviour import normalised, values
from detente.strategy.layout import layout_of
from detente.strategy.state import new_state
from detente.strategy.sweep import load, residual


@entry
def residual_at(layout, state, point, out):  # type: ignore[no-untyped-def]
    residual(layout, state, point, out)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.booleans())
def test_the_jacobian_equals_finite_differences(seed: int, eliminate: bool) -> None:
    game, numbers = random_game(seed, players=2 + seed % 4)
    layout = layout_of(game, eliminate=eliminate)
    rng = np.random.default_rng(seed)
    state = new_state(layout, game.chance_classes, 3)
    for k in range(len(layout.unknown)):
        state.reference[k] = rng.integers(layout.action_start[k], layout.action_start[k + 1])
    load(layout, state, numbers.payoff[0].copy(), numbers.chance[0].copy())
    n = layout.unknowns + 1
    point = rng.normal(size=n)
    point[-1] = 2.0
    matrix, out = np.zeros((n, n)), np.zeros(n)
    jacobian_at(layout, state, point, out, matrix)
    step = 1e-6
    for variable in range(n):
        high, low = np.zeros(n), np.zeros(n)
        shifted = point.copy()
        shifted[variable] += step
        residual_at(layout, state, shifted, high)
        shifted[variable] -= 2 * step
        residual_at(layout, state, shifted, low)
        assert np.allclose((high - low)[:-1] / (2 * step), matrix[variable, :-1], atol=1e-7)


@pytest.mark.parametrize("players", range(1, 10))
@pytest.mark.parametrize("eliminate", [True, False])
def test_values_of_any_number_of_players_are_those_of_the_behaviour_that_the_kernels_leave(
    players: int, eliminate: bool
) -> None:
    """They are found four players at a time: against a plain sweep over every node, for one to nine of them."""
    for seed in range(6):
        game, numbers = random_game(seed, players=players, stages=5)
        layout = layout_of(game, eliminate=eliminate)
        state = new_state(layout, game.chance_classes, 3)
        load(layout, state, numbers.payoff[0].copy(), numbers.chance[0].copy())
        rng = np.random.default_rng(seed)
        point = rng.normal(size=layout.unknowns + 1)
        point[-1] = 3.0
        residual_at(layout, state, point, np.zeros(layout.unknowns))
        scores = state.score.copy()
        scores[layout.action] = state.log_play
        behaviour = np.exp(normalised(game, scores[None]))
        assert np.allclose(state.value[:, :players], values(game, numbers, behaviour)[0], rtol=0.0, atol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 7, 8, 9, 16, 31, 64, 101])
def test_dense_factors_solve_and_tell_the_sign_of_the_determinant(size: int) -> None:
    rng = np.random.default_rng(size)
    matrix = rng.normal(size=(size, size))
    right = rng.normal(size=size)
    answer, factors, pivots = right.copy(), np.ascontiguousarray(matrix.T), np.zeros(size, np.int32)
    sign = solved(factors, pivots, answer, True)
    assert sign == np.linalg.slogdet(matrix)[0]
    assert np.allclose(matrix @ answer, right, atol=1e-9)


def test_a_singular_matrix_is_said_to_be_singular() -> None:
    assert solved(np.ones((3, 3)), np.zeros(3, np.int32), np.ones(3), True) == 0
    assert solved(np.full((3, 3), np.nan), np.zeros(3, np.int32), np.ones(3), True) == 0
