"""Laws of every game: of reach, beliefs, values, regret, and of the logit path itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.random_games import Grower, beer_quiche, random_game, selten_horse

from detente.equilibrium.solution import Ending
from detente.equilibrium.solve import Settings, solve_game
from detente.game.arrays import Game, Numbers
from detente.game.exchange.prefix import level_order
from detente.strategy.behaviour import log_reach, reach, values
from detente.strategy.beliefs import beliefs, beliefs_from_logs
from detente.strategy.regret import best_response_gains, conditional_regret, nash_conv

SEEDS = st.integers(0, 10_000)
EXAMPLES = settings(max_examples=25, deadline=None, derandomize=True)


def some_game(seed: int, **options: int) -> tuple[Game, Numbers]:
    return random_game(seed, players=2 + seed % 2, **options)


def some_behaviour(game: Game, draws: int, seed: int) -> np.ndarray:
    """Random behaviour, some of it pure."""
    rng = np.random.default_rng(seed)
    weights = rng.exponential(size=(draws, game.actions)) ** rng.choice([1, 6])
    total = np.add.reduceat(weights, game.action_start[:-1], axis=1)
    return weights / total[:, game.infoset_of_action]


@EXAMPLES
@given(SEEDS)
def test_reach_probabilities_of_the_leaves_sum_to_one(seed: int) -> None:
    game, numbers = some_game(seed)
    at = reach(game, numbers, some_behaviour(game, 1, seed))
    assert at[0, game.leaf_node].sum() == pytest.approx(1.0, abs=1e-12)
    assert np.allclose(np.exp(log_reach(game, numbers, np.log(some_behaviour(game, 1, seed)))), at, atol=1e-12)


@EXAMPLES
@given(SEEDS)
def test_posteriors_average_to_the_prior(seed: int) -> None:
    game, numbers = some_game(seed)
    behaviour = some_behaviour(game, 1, seed)
    at = reach(game, numbers, behaviour)[0]
    held = beliefs(game, numbers, behaviour)[0]
    sizes = np.diff(game.infoset_node_start)
    arrived = np.add.reduceat(at[game.infoset_nodes], game.infoset_node_start[:-1])
    assert np.allclose(held * np.repeat(arrived, sizes), at[game.infoset_nodes], atol=1e-12)
    assert np.allclose(np.add.reduceat(held, game.infoset_node_start[:-1]), 1.0)


@EXAMPLES
@given(SEEDS)
def test_the_value_of_the_root_is_the_mean_over_the_leaves(seed: int) -> None:
    game, numbers = some_game(seed)
    behaviour = some_behaviour(game, 1, seed)
    at = reach(game, numbers, behaviour)[0, game.leaf_node]
    mean = at @ numbers.payoff[0, game.leaf_class]
    assert np.allclose(values(game, numbers, behaviour)[0, 0], mean, atol=1e-12)


@EXAMPLES
@given(SEEDS)
def test_nobody_gains_less_than_nothing_from_a_best_response(seed: int) -> None:
    game, numbers = some_game(seed)
    behaviour = some_behaviour(game, 1, seed)
    assert nash_conv(game, numbers, behaviour)[0] >= 0.0
    assert conditional_regret(game, numbers, np.log(np.maximum(behaviour, 1e-300)))[0] >= -1e-12


@settings(max_examples=12, deadline=None, derandomize=True)
@given(SEEDS)
def test_best_responses_equal_those_found_by_trying_every_pure_strategy(seed: int) -> None:
    game, numbers = some_game(seed, stages=3)
    behaviour = some_behaviour(game, 1, seed)
    payoff = values(game, numbers, behaviour)[0, 0]
    gains = best_response_gains(game, numbers, behaviour)[0]
    for player in range(len(game.players)):
        own = np.flatnonzero(game.infoset_player == player)
        if np.prod([game.action_start[k + 1] - game.action_start[k] for k in own]) > 3000:
            continue
        best = -np.inf
        for plan in product(*(range(game.action_start[k], game.action_start[k + 1]) for k in own)):
            tried = behaviour.copy()
            for infoset, action in zip(own, plan, strict=True):
                tried[0, game.action_start[infoset] : game.action_start[infoset + 1]] = 0.0
                tried[0, action] = 1.0
            best = max(best, values(game, numbers, tried)[0, 0, player])
        assert gains[player] == pytest.approx(best - payoff[player], abs=1e-10)


@EXAMPLES
@given(SEEDS, st.sampled_from([0.5, 2.0, 7.0]))
def test_behaviour_is_the_logit_answer_to_itself(seed: int, rationality: float) -> None:
    game, numbers = some_game(seed)
    solution = solve_game(game, numbers, rationality, settings=Settings(threads=1))
    assert solution.endings[0] is Ending.REACHED
    behaviour = solution.behaviour
    held = beliefs_from_logs(game, numbers, solution.log_behaviour)[0]
    worth = values(game, numbers, behaviour)[0]
    for infoset in range(game.infosets):
        start, end = game.infoset_node_start[infoset : infoset + 2]
        nodes = game.infoset_nodes[start:end]
        first, last = game.action_start[infoset : infoset + 2]
        children = game.first_child[nodes][:, None] + np.arange(last - first)
        quality = held[start:end] @ worth[children, game.infoset_player[infoset]]
        answer = np.exp(rationality * (quality - quality.max()))
        assert np.allclose(behaviour[0, first:last], answer / answer.sum(), atol=1e-10)


@EXAMPLES
@given(SEEDS, st.sampled_from([0.01, 30.0, 1000.0]))
def test_payoffs_and_rationality_trade_off_one_for_one(seed: int, scale: float) -> None:
    game, numbers = some_game(seed)
    shift = np.arange(1.0, len(game.players) + 1)
    other = Numbers(numbers.payoff * scale + shift, numbers.chance)
    one = solve_game(game, numbers, 4.0, settings=Settings(threads=1))
    two = solve_game(game, other, 4.0 / scale, settings=Settings(threads=1))
    assert np.allclose(one.behaviour, two.behaviour, atol=1e-9)


@EXAMPLES
@given(SEEDS)
def test_renaming_players_and_actions_renames_the_solution(seed: int) -> None:
    """Mirrors the tree: every node's children in the opposite order, and the players counted from the last."""
    game, numbers = some_game(seed)
    mirror, mirrored, image = _mirrored(game, numbers)
    one = solve_game(game, numbers, 5.0, settings=Settings(threads=1))
    two = solve_game(mirror, mirrored, 5.0, settings=Settings(threads=1))
    assert sorted(image) == list(range(game.nodes))
    at_one = reach(game, numbers, one.behaviour)[0]
    at_two = reach(mirror, mirrored, two.behaviour)[0]
    assert np.allclose(at_one, at_two[image], rtol=0.0, atol=1e-9)
    worth_one = values(game, numbers, one.behaviour)[0]
    worth_two = values(mirror, mirrored, two.behaviour)[0, :, ::-1]
    assert np.allclose(worth_one, worth_two[image], rtol=0.0, atol=1e-8)
    chosen = np.flatnonzero(game.action >= 0)
    there = two.behaviour[0, mirror.action[image[chosen]]]
    assert np.allclose(one.behaviour[0, game.action[chosen]], there, rtol=0.0, atol=1e-9)
    assert one.nash_conv[0] == pytest.approx(two.nash_conv[0], abs=1e-8)


def _mirrored(game: Game, numbers: Numbers) -> tuple[Game, Numbers, np.ndarray]:
    """The mirrored game, its numbers, and the node of it that each node has become."""
    last = len(game.players) - 1
    grower = Grower(last + 1)
    position = np.zeros(game.nodes, int)

    def grow(node: int, parent: int, rank: int) -> None:
        odds = float(numbers.chance[0, game.chance[node]]) if game.chance[node] >= 0 else 0.0
        infoset = int(game.infoset[node])
        count = int(game.child_count[node])
        if infoset >= 0:
            mover = last - int(game.infoset_player[infoset])
            here = grower.decision(parent, rank, mover, infoset, count, odds)
        elif count:
            here = grower.chance(parent, rank, odds)
        else:
            leaf = int(np.searchsorted(game.leaf_node, node))
            here = grower.leaf(parent, rank, tuple(numbers.payoff[0, game.leaf_class[leaf], ::-1]), odds)
        position[node] = here
        for k in range(count):
            grow(int(game.first_child[node]) + count - 1 - k, here, k)

    grow(0, -1, 0)
    mirror, mirrored, place = level_order(grower.tree)
    return mirror, mirrored, place[position]


@EXAMPLES
@given(SEEDS)
def test_draws_solved_together_equal_draws_solved_alone(seed: int) -> None:
    game, numbers = some_game(seed)
    game = replace(game, worth=None)
    rng = np.random.default_rng(seed)
    payoff = numbers.payoff + rng.normal(scale=0.3, size=(5, *numbers.payoff.shape[1:]))
    chance = np.repeat(numbers.chance, 5, axis=0)
    together = solve_game(game, Numbers(payoff, chance), 6.0, settings=Settings(threads=2))
    for draw in range(5):
        alone = solve_game(game, Numbers(payoff[draw : draw + 1], chance[:1]), 6.0, settings=Settings(threads=1))
        assert np.array_equal(together.log_behaviour[draw], alone.log_behaviour[0])


@EXAMPLES
@given(SEEDS, st.sampled_from([1.0, 12.0]))
def test_what_leaves_the_system_would_have_been_found_within_it(seed: int, rationality: float) -> None:
    game, numbers = some_game(seed, stages=5)
    one = solve_game(game, numbers, rationality, settings=Settings(threads=1))
    two = solve_game(game, numbers, rationality, settings=Settings(threads=1, eliminate=False))
    assert one.unknowns <= two.unknowns
    assert np.allclose(one.behaviour, two.behaviour, atol=1e-9)


def test_an_information_set_across_levels_does_not_leave_too_early() -> None:
    game, numbers = selten_horse()
    one = solve_game(game, numbers, 3.0)
    two = solve_game(game, numbers, 3.0, settings=Settings(eliminate=False))
    assert np.allclose(one.behaviour, two.behaviour, atol=1e-10)


@EXAMPLES
@given(SEEDS)
def test_at_the_limit_nobody_gains_from_deviating(seed: int) -> None:
    game, numbers = some_game(seed, stages=5)
    solution = solve_game(game, numbers, settings=Settings(threads=1))
    assert solution.endings[0] is Ending.LIMIT
    assert solution.nash_conv[0] <= 1e-6 * solution.payoff_range[0]
    assert solution.conditional_regret[0] <= 1e-5 * solution.payoff_range[0]


@EXAMPLES
@given(SEEDS)
def test_a_zero_sum_game_has_one_value_whatever_path_leads_to_it(seed: int) -> None:
    """Paying the second player threefold changes the path, not the equilibria; and each side's best response is it."""
    game, numbers = random_game(seed, zero_sum=True)
    tripled = Numbers(numbers.payoff * [1.0, 3.0], numbers.chance)
    one = solve_game(game, numbers, settings=Settings(threads=1))
    two = solve_game(game, tripled, settings=Settings(threads=1))
    first = values(game, numbers, one.behaviour)[0, 0]
    second = values(game, numbers, two.behaviour)[0, 0]
    assert first[0] == pytest.approx(second[0], abs=1e-6)
    assert first[0] == pytest.approx(-first[1], abs=1e-12)


@EXAMPLES
@given(SEEDS)
def test_turning_points_are_the_same_at_a_tenth_of_the_tolerance(seed: int) -> None:
    game, numbers = some_game(seed, stages=4)
    one = solve_game(game, numbers, 200.0, settings=Settings(threads=1))
    two = solve_game(game, numbers, 200.0, settings=Settings(threads=1, tolerance=0.05))
    assert np.allclose(one.behaviour, two.behaviour, atol=1e-7)
    for fold in one.turning_points[0]:
        assert np.abs(two.turning_points[0] / fold - 1.0).min() < 1e-6


def test_a_chance_of_nothing_leaves_beliefs_defined() -> None:
    game, numbers = beer_quiche()
    never = Numbers(numbers.payoff, np.array([[1.0, 0.0]]))
    solution = solve_game(game, never, 10.0)
    held = beliefs_from_logs(game, never, solution.log_behaviour)
    assert solution.endings[0].good
    assert np.isfinite(held).all()
    assert np.isfinite(solution.conditional_regret).all()


def test_numbers_that_are_not_finite_are_named_and_do_not_stop_the_others() -> None:
    game, numbers = beer_quiche()
    payoff = np.repeat(numbers.payoff, 3, axis=0)
    payoff[1, 0, 0] = np.nan
    solution = solve_game(game, Numbers(payoff, np.repeat(numbers.chance, 3, axis=0)), 2.0)
    assert [ending.good for ending in solution.endings] == [True, False, True]
    assert solution.endings[1] is Ending.BROKEN


def test_no_rationality_is_uniform_behaviour() -> None:
    game, numbers = selten_horse()
    assert np.allclose(solve_game(game, numbers, 0.0).behaviour, 0.5)
