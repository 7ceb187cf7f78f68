"""Regret minimisation in sequence form, against theorems and against code that shares nothing with it."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.random_games import random_game
from tests.engine.test_published import kuhn_poker

from detente.equilibrium.concepts.regret_matching import REGRET_RULES, minimise_regret, regret_matching
from detente.game.arrays import Game, Numbers
from detente.strategy.behaviour import reach, values
from detente.strategy.regret import nash_conv
from detente.strategy.sequence_form import sequence_form


def random_behaviour(game: Game, seed: int) -> np.ndarray:
    """[action]: probabilities at every information set, none of them zero."""
    weights = np.random.default_rng(seed).exponential(size=game.actions)
    return weights / np.add.reduceat(weights, game.action_start[:-1])[game.infoset_of_action]


def plans(game: Game, behaviour: np.ndarray) -> np.ndarray:
    """[sequence]: products of behaviour along every player's own actions."""
    form = sequence_form(game)
    plan = np.ones(len(form.action))
    tree = form.treeplex
    for k in range(len(tree.first)):
        for s in range(tree.first[k], tree.end[k]):
            plan[s] = plan[tree.above[k]] * behaviour[form.action[s]]
    return plan


@pytest.mark.parametrize("seed", range(12))
def test_entries_weigh_payoffs_as_the_tree_does(seed: int) -> None:
    """Expected payoffs through the sequence form are those of a sweep over all nodes."""
    game, numbers = random_game(seed, players=2 + seed % 2, stages=5)
    form, behaviour = sequence_form(game), random_behaviour(game, seed)
    plan = plans(game, behaviour)
    weights = form.weights(numbers.payoff[0], numbers.chance[0])
    leaf_reach = reach(game, numbers, behaviour[None])[0, game.leaf_node]
    for player in range(len(game.players)):
        rows = slice(player * form.entries, (player + 1) * form.entries)
        joint = plan[form.entry_sequence[form.treeplex.place[rows]]].prod(axis=1)
        assert weights[rows] @ joint == pytest.approx(values(game, numbers, behaviour[None])[0, 0, player], abs=1e-12)
    chances = leaf_reach.sum()
    assert chances == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("name", sorted(REGRET_RULES))
def test_kuhn_poker_is_worth_minus_one_eighteenth_under_every_rule(name: str) -> None:
    """Source: Kuhn 1950. In a zero-sum game the value is missed by NashConv at most."""
    game, numbers = kuhn_poker()
    found = regret_matching(
        game, numbers.payoff[0], numbers.chance[0], REGRET_RULES[name], iterations=50_000, accuracy=1e-4
    )
    assert found.nash_conv <= 1e-4 * numbers.payoff_range()[0]
    assert values(game, numbers, found.behaviour[None])[0, 0, 0] == pytest.approx(-1 / 18, abs=found.nash_conv)


@pytest.mark.parametrize("seed", range(20))
def test_in_zero_sum_games_regret_minimisation_finds_an_equilibrium(seed: int) -> None:
    game, numbers = random_game(seed, zero_sum=True, stages=5)
    found = regret_matching(game, numbers.payoff[0], numbers.chance[0], iterations=20_000, accuracy=1e-5)
    certified = nash_conv(game, numbers, found.behaviour[None])[0]
    assert certified <= 1.01e-5 * numbers.payoff_range()[0]
    assert certified == pytest.approx(found.nash_conv, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_handed_back_is_never_worse_than_where_the_search_began(seed: int) -> None:
    game, numbers = random_game(seed, players=3, stages=5)
    start = random_behaviour(game, seed)
    found = minimise_regret(game, numbers.payoff[0], numbers.chance[0], start, iterations=200)
    before, after = (nash_conv(game, numbers, b[None])[0] for b in (start, found))
    assert after <= before + 1e-12
    assert np.add.reduceat(found, game.action_start[:-1]) == pytest.approx(1.0, abs=1e-12)


def test_a_start_at_an_equilibrium_is_kept() -> None:
    game, numbers = kuhn_poker()
    there = regret_matching(game, numbers.payoff[0], numbers.chance[0], iterations=5_000, accuracy=1e-9).behaviour
    again = regret_matching(game, numbers.payoff[0], numbers.chance[0], start=there, iterations=5_000, accuracy=1e-4)
    assert again.iterations == 0


def test_a_game_whose_payoffs_are_all_alike_needs_no_iteration() -> None:
    game, numbers = random_game(3)
    flat = Numbers(np.ones_like(numbers.payoff), numbers.chance)
    assert regret_matching(game, flat.payoff[0], flat.chance[0]).iterations == 0
