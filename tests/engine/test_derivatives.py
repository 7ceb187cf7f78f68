"""Derivatives of solved games in payoffs, chances and rationality, against finite differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tests.engine.calls import solved
from tests.engine.random_games import beer_quiche, random_game, selten_horse, signalling

from detente.equilibrium.derivative import derivatives
from detente.equilibrium.solve import solve_game
from detente.game.arrays import CHANCE, Game, Numbers
from detente.strategy.behaviour import reach


def slope(f: Callable[[float], float], step: float = 1e-4) -> float:
    """The derivative at 0 by five points, good to the fourth power of the step."""
    return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step)


def shifted_chances(game: Game, numbers: Numbers, rng: np.random.Generator) -> np.ndarray:
    """A direction in which the probabilities of every chance event still add up to one."""
    out = np.zeros_like(numbers.chance)
    for node in np.flatnonzero(game.infoset == CHANCE):
        first = game.first_child[node]
        classes = game.chance[first : first + game.child_count[node]]
        odds = numbers.chance[0, classes]
        push = rng.normal(size=len(classes)) * odds
        out[0, classes] = push - push.sum() * odds
    return out


class Asked:
    """A random linear number read off a solved game: of the reach of leaves and of behaviour."""

    def __init__(self, game: Game, numbers: Numbers, rationality: float, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.game, self.numbers, self.rationality = game, numbers, rationality
        self.by_leaf, self.by_action = rng.normal(size=game.leaves), rng.normal(size=game.actions)

    def value(self, numbers: Numbers, rationality: float) -> float:
        found = solve_game(self.game, numbers, rationality).behaviour
        leaves = reach(self.game, numbers, found)[0, self.game.leaf_node]
        return float(leaves @ self.by_leaf + found[0] @ self.by_action)

    def derivatives(self):  # type: ignore[no-untyped-def]
        solution = solve_game(self.game, self.numbers, self.rationality)
        return derivatives(self.numbers, solution, self.by_leaf[None, None], self.by_action[None, None])


@pytest.mark.parametrize("seed", range(12))
def test_derivatives_of_random_games_equal_finite_differences(seed):
    game, numbers = random_game(seed, players=2 + seed % 2, stages=4 + seed % 2)
    asked = Asked(game, numbers, (0.5, 3.0, 10.0)[seed % 3], seed)
    found = asked.derivatives()
    rng = np.random.default_rng(seed)
    payoffs = rng.normal(size=numbers.payoff.shape)
    chances = shifted_chances(game, numbers, rng)

    def close(answer: float, f: Callable[[float], float]) -> bool:
        return answer == pytest.approx(slope(f), rel=1e-6, abs=1e-8)

    assert close(
        (found.payoff[0, 0] * payoffs[0]).sum(),
        lambda h: asked.value(Numbers(numbers.payoff + h * payoffs, numbers.chance), asked.rationality),
    )
    assert close(
        (found.chance[0, 0] * chances[0]).sum(),
        lambda h: asked.value(Numbers(numbers.payoff, numbers.chance + h * chances), asked.rationality),
    )
    assert close(found.rationality[0, 0], lambda h: asked.value(numbers, asked.rationality + h))


def test_one_payoff_alone_moves_the_answer_as_its_derivative_says():
    game, numbers = signalling(3, seed=4)
    asked = Asked(game, numbers, 5.0, 1)
    found = asked.derivatives()
    for cell in range(0, game.payoff_classes, 5):
        for player in range(2):
            push = np.zeros_like(numbers.payoff)
            push[0, cell, player] = 1.0
            expected = slope(lambda h, push=push: asked.value(Numbers(numbers.payoff + h * push, numbers.chance), 5.0))
            assert found.payoff[0, 0, cell, player] == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_what_a_player_of_random_moves_is_paid_does_not_matter():
    game, numbers = selten_horse()
    found = Asked(game, numbers, 0.0, 3).derivatives()
    assert not found.payoff.any()
    assert found.condition[0] == pytest.approx(1.0)


def test_money_paid_whatever_happens_changes_nothing():
    game, numbers = random_game(5, players=3)
    found = Asked(game, numbers, 4.0, 2).derivatives()
    assert np.allclose(found.payoff[0, 0].sum(axis=0), 0.0, atol=1e-12)


def test_doubled_stakes_are_doubled_rationality():
    game, numbers = signalling(4, seed=2)
    found = Asked(game, numbers, 3.0, 2).derivatives()
    assert (found.payoff[0, 0] * numbers.payoff[0]).sum() == pytest.approx(3.0 * found.rationality[0, 0])


def test_draws_have_the_derivatives_that_each_has_alone():
    game, one = signalling(3, seed=1)
    _, other = signalling(3, seed=2)
    both = Numbers(np.concatenate([one.payoff, other.payoff]), np.concatenate([one.chance, other.chance]))
    rng = np.random.default_rng(0)
    by_leaf = rng.normal(size=(2, 2, game.leaves))
    together = derivatives(both, solve_game(game, both, 4.0), by_leaf)
    for draw, alone in enumerate((one, other)):
        found = derivatives(alone, solve_game(game, alone, 4.0), by_leaf[draw : draw + 1])
        assert np.allclose(found.payoff[0], together.payoff[draw], rtol=1e-9, atol=1e-12)
        assert np.allclose(found.chance[0], together.chance[draw], rtol=1e-9, atol=1e-12)


def test_in_the_limit_derivatives_are_what_those_at_ever_larger_rationality_tend_to():
    # Mostly weak senders mix, and payoffs set how often the receiver fights.
    game, numbers = beer_quiche()
    numbers = Numbers(numbers.payoff, np.array([[0.3, 0.7]]))
    push = np.random.default_rng(6).normal(size=numbers.payoff.shape)
    asked = {at: Asked(game, numbers, at, 5) for at in (1e5, np.inf)}
    finite, limit = ((each.derivatives().payoff[0, 0] * push[0]).sum() for each in asked.values())
    known = slope(lambda h: asked[1e5].value(Numbers(numbers.payoff + h * push, numbers.chance), 1e5), 1e-3)
    assert finite == pytest.approx(known, rel=1e-6)
    assert limit == pytest.approx(known, rel=1e-4)


def test_a_strict_equilibrium_in_the_limit_does_not_move():
    game, numbers = beer_quiche()
    rng = np.random.default_rng(1)
    solution = solve_game(game, numbers, np.inf)
    on_path = np.isin(game.leaf_node, np.flatnonzero(reach(game, numbers, solution.behaviour)[0] > 0.01))
    found = derivatives(numbers, solution, np.where(on_path, rng.normal(size=game.leaves), 0.0)[None, None])
    assert np.abs(found.payoff).max() < 1e-6


def test_close_to_a_turning_point_derivatives_are_called_fragile():
    for seed in range(40):
        game, numbers = random_game(seed, players=3, stages=6)
        turns = solve_game(game, numbers, 30.0).turning_points[0]
        if len(turns):
            break
    first = turns[0]
    far, near = (
        derivatives(numbers, solve_game(game, numbers, at), np.ones((1, 1, game.leaves)))
        for at in (0.5 * first, first * (1 - 1e-12))
    )
    assert near.condition[0] > 1e3 * far.condition[0]
    assert near.fragile[0]
    assert not far.fragile[0]


@pytest.mark.parametrize("size", [1, 7, 8, 9, 33])
def test_the_factors_also_solve_the_other_way_round(size):
    rng = np.random.default_rng(size)
    matrix, right = rng.normal(size=(size, size)), rng.normal(size=size)
    factors, answer = matrix.copy(), right.copy()
    assert solved(factors, np.zeros(size, np.int32), answer, False) != 0
    assert np.allclose(matrix @ answer, right, atol=1e-9)
