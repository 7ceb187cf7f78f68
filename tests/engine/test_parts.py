"""Games solved in parts: what a part is, that cutting changes nothing, that nobody gains in what is put together."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.large import crisis
from tests.engine.random_games import random_game

from detente.equilibrium.fallback import rescue
from detente.equilibrium.fallback.cutting import cut_off, subtrees
from detente.equilibrium.fallback.judging import judged
from detente.equilibrium.fallback.parting import Allowance, in_parts
from detente.equilibrium.fallback.parts import parts_of
from detente.equilibrium.fallback.trembling import trembling_play
from detente.equilibrium.fallback.tuning import CERTIFIED_SHARE
from detente.equilibrium.solution import Ending
from detente.equilibrium.solve import Settings, solve_game
from detente.game.arrays import Game, Numbers
from detente.strategy.behaviour import normalised
from detente.strategy.regret import conditional_regret, nash_conv

IN_PARTS = Settings(threads=1, parted=0, most_steps=1)


def some_play(game: Game, seed: int) -> np.ndarray:
    """Log behaviour that is very unlikely to go some ways."""
    scores = np.random.default_rng(seed).normal(scale=8.0, size=(1, game.actions))
    return normalised(game, scores)[0]


@pytest.mark.parametrize("seed", range(8))
def test_an_information_set_and_all_that_follows_lie_inside_a_part_or_outside(seed: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=5) if seed % 4 else crisis(3, 3, 4, seed)
    parts = parts_of(game, np.exp(judged(game, numbers, some_play(game, seed)).reach), 1e-3)
    number = np.full(game.nodes, -1)
    for k, part in enumerate(parts):
        assert (number[part.nodes] == -1).all()
        number[part.nodes] = k
        assert (number[game.parent[part.roots]] != k).all()
        assert np.isin(part.entries, game.action[part.roots]).all()
    assert not np.isin(number[1:][number[1:] != number[game.parent[1:]]], [-1]).any()
    decided = game.infoset >= 0
    for infoset in range(game.infosets):
        assert len(set(number[decided & (game.infoset == infoset)])) == 1


@pytest.mark.parametrize("seed", range(4))
def test_beliefs_and_values_are_the_same_in_a_part_and_in_the_game_cut_off_where_it_begins(seed: int) -> None:
    game, numbers = crisis(3, 3, 4, seed)
    play = some_play(game, seed)
    whole = judged(game, numbers, play)
    parts = parts_of(game, np.exp(whole.reach), 1e-2)
    assert parts
    ends = np.zeros(game.nodes, bool)
    for part in parts:
        ends[part.roots] = True
        own = subtrees(game, numbers, part.roots, whole.reach[part.roots] - whole.reach[part.roots].max())
        inside = judged(own.game, own.numbers, play[own.action])
        assert np.allclose(inside.quality, whole.quality[own.action], atol=1e-12)
        assert np.allclose(inside.worth[1:], whole.worth[own.node[1:]], atol=1e-12)
    rest = cut_off(game, numbers, ends, whole.worth)
    left = judged(rest.game, rest.numbers, play[rest.action])
    assert np.allclose(left.quality, whole.quality[rest.action], atol=1e-12)
    assert np.allclose(left.reach, whole.reach[rest.node], atol=1e-9)


def test_regret_given_beliefs_is_what_the_certificate_says() -> None:
    for seed in range(4):
        game, numbers = random_game(seed, players=2 + seed % 2, stages=5)
        play = some_play(game, seed)
        assert np.isclose(judged(game, numbers, play).regret.max(), conditional_regret(game, numbers, play[None])[0])


def test_a_chance_may_be_told_by_its_logarithm() -> None:
    game, numbers = crisis(3, 3, 3)
    told = Numbers(numbers.payoff, np.log(numbers.chance))
    asked = 30.0 / float(numbers.payoff_range()[0])
    one, two = (solve_game(game, n, asked, settings=Settings(threads=1)) for n in (numbers, told))
    assert np.allclose(one.log_behaviour, two.log_behaviour, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_where_moves_are_seen_trembling_players_learn_to_play_their_best_off_the_path_too(seed: int) -> None:
    game, numbers = crisis(1, 3, 5, seed)
    play = trembling_play(game, numbers, 500)
    assert judged(game, numbers, play).regret.max() < 1e-5 * float(numbers.payoff_range()[0])


@pytest.mark.parametrize("seed", range(4))
def test_nobody_gains_anywhere_in_an_equilibrium_put_together_from_parts(seed: int) -> None:
    game, numbers = crisis(3, 3, 4, seed)
    found = solve_game(game, numbers, settings=IN_PARTS)
    unit = float(numbers.payoff_range()[0])
    assert found.endings == (Ending.PARTS,)
    assert "parts" in found.methods[0]
    assert found.nash_conv[0] <= 1e-6 * unit
    assert found.conditional_regret[0] <= 1e-6 * unit


def test_an_equilibrium_is_put_together_from_parts_only_where_the_game_is_large_or_its_path_ends_early() -> None:
    found = solve_game(*crisis(3, 3, 4), settings=Settings(threads=1))
    assert found.methods == (rescue.PATH,)


@pytest.mark.parametrize("seed", range(12))
def test_a_game_whose_path_is_cut_short_is_solved_in_parts_or_otherwise_and_is_good_only_where_certified(
    seed: int,
) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=5)
    found = solve_game(game, numbers, settings=IN_PARTS)
    unit = float(numbers.payoff_range()[0])
    assert found.endings[0] is not Ending.LIMIT or not found.unknowns
    if found.endings[0].good:
        assert max(found.nash_conv[0], found.conditional_regret[0]) <= 1e-6 * unit
        assert found.regret_share[0] <= CERTIFIED_SHARE


def test_a_tree_is_solved_in_parts_where_some_join_what_is_reached_and_leave_it_again() -> None:
    game, numbers = crisis(8, 3, 5, 1)
    found = in_parts(game, numbers, Allowance(Settings().rules, 2e6))
    assert found is not None
    gain = nash_conv(game, numbers, np.exp(found)[None]) + conditional_regret(game, numbers, found[None])
    assert gain[0] <= rescue.CERTIFIED * numbers.payoff_range()[0]


def test_where_the_effort_is_spent_nothing_is_put_together() -> None:
    effort = Allowance(Settings().rules, 0.0)
    assert in_parts(*crisis(3, 3, 4), effort) is None
    assert effort.left < 0.0


@pytest.mark.parametrize("parted", [0, 3_000])
def test_parts_are_looked_for_once_after_the_path_and_before_or_after_nearby_ones(
    parted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Game] = []
    monkeypatch.setattr("detente.equilibrium.solve.in_parts", lambda game, *_: asked.append(game))
    game, numbers = crisis(3, 3, 4)
    solve_game(game, numbers, settings=Settings(threads=1, parted=parted, most_steps=5, tries=1))
    assert asked == [game]
