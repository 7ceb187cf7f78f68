"""The search for other equilibria finds equilibria, on any number of threads the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.large import crisis
from numpy.typing import NDArray
from tests.engine.random_games import Grower, beer_quiche, random_game, selten_horse

from detente.equilibrium.elimination.dense_or_sparse import elimination_of
from detente.equilibrium.others.branches import ONWARD, PRINCIPAL, Branches, find_branches
from detente.equilibrium.path.memory import new_memory
from detente.equilibrium.path.newton import new_work
from detente.equilibrium.path.tilted import Crossings, Walk, slope_of, wander
from detente.equilibrium.solve import Settings, solve_game
from detente.game.arrays import Game, Numbers
from detente.strategy.behaviour import normalised
from detente.strategy.layout import layout_of
from detente.strategy.state import new_state

Floats = NDArray[np.float64]


def bimatrix(first: Floats, second: Floats) -> tuple[Game, Numbers]:
    """A simultaneous game as a tree: the second player moves without having seen the first's move."""
    grower = Grower(2)
    root = grower.decision(-1, 0, 0, "row", len(first))
    for i in range(len(first)):
        node = grower.decision(root, i, 1, "column", first.shape[1])
        for j in range(first.shape[1]):
            grower.leaf(node, j, (float(first[i, j]), float(second[i, j])))
    return grower.done()


COORDINATION = bimatrix(np.array([[3.0, 0.0], [0.0, 1.0]]), np.array([[2.0, 0.0], [0.0, 1.0]]))


def scaled(numbers: Numbers) -> tuple[Floats, Floats]:
    """Payoffs in units of their range, and chances, as the kernels take them."""
    payoff = numbers.payoff[0]
    return np.ascontiguousarray((payoff - payoff.min(axis=0)) / numbers.payoff_range()[0]), numbers.chance[0].copy()


def logit_error(game: Game, numbers: Numbers, found: Branches, rationality: float) -> float:
    """Largest distance of any log-odds from what logit responses would make of it."""
    layout = layout_of(game)
    most = int(np.diff(game.action_start).max())
    state, work = new_state(layout, game.chance_classes, most), new_work(layout.unknowns, game.actions)
    unit, (payoff, chance) = numbers.payoff_range()[0], scaled(numbers)
    worst = 0.0
    for logs in found.solution.log_behaviour:
        slope_of(layout, state, work, payoff, chance, logs, rationality * unit)
        worst = max(worst, float(np.abs(work.right[: layout.unknowns]).max(initial=0.0)))
    return worst


def test_a_coordination_game_has_two_stable_equilibria_and_an_unstable_one() -> None:
    found = find_branches(*COORDINATION, 6.0)
    assert sorted(zip(found.index, found.stable, strict=True)) == [(-1, False), (1, True), (1, True)]


def test_in_the_limit_the_coordination_game_has_its_three_nash_equilibria() -> None:
    found = find_branches(*COORDINATION)
    rows = sorted(found.solution.behaviour.round(6).tolist())
    # Each mixes so that the other is indifferent: 2p = 1 - p, and 3q = 1 - q.
    assert np.allclose(rows, [[0, 1, 0, 1], [1 / 3, 2 / 3, 1 / 4, 3 / 4], [1, 0, 1, 0]], atol=1e-5)


def test_below_the_first_turning_point_there_is_one_equilibrium_only() -> None:
    assert find_branches(*COORDINATION, 0.5).count == 1


@pytest.mark.parametrize("seed", range(12))
def test_all_that_is_found_solves_the_logit_equations(seed: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=4)
    found = find_branches(game, numbers, 12.0, starts=8)
    assert found.how[0] == PRINCIPAL
    assert logit_error(game, numbers, found, 12.0) < 1e-8


@pytest.mark.parametrize("seed", range(12))
def test_in_the_limit_all_that_is_found_is_sequentially_rational(seed: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=4)
    found = find_branches(game, numbers, starts=8)
    others = found.solution.conditional_regret[1:] / found.solution.payoff_range[1:]
    assert (others < 1e-5).all()


@pytest.mark.parametrize("seed", range(20))
def test_indices_of_a_regular_game_sum_to_one(seed: int) -> None:
    """Source: the index theorem (Shapley 1974); every equilibrium of these is found, see the oracle."""
    first, second = np.random.default_rng(seed).normal(size=(2, 2, 2))
    assert sum(index or 0 for index in find_branches(*bimatrix(first, second), 30.0).index) == 1


def test_beer_and_quiche_has_a_second_sequential_equilibrium_that_no_logit_branch_approaches() -> None:
    """Source: Cho & Kreps 1987; both types eat quiche, and whoever drinks beer is taken for weak."""
    game, numbers = beer_quiche()
    found = find_branches(game, numbers)
    strong, weak = found.solution.behaviour[:, 0], found.solution.behaviour[:, 4]
    assert sorted(zip(strong.round(6), weak.round(6), strict=True)) == [(0.0, 0.0), (1.0, 1.0)]
    assert [index is None for index in found.index] == [False, True]
    assert find_branches(game, numbers, 20.0).count == 1


def test_selten_s_horse_has_one_sequential_outcome() -> None:
    """Source: Selten 1975: the other Nash equilibria rest on incredible play off the path."""
    assert find_branches(*selten_horse()).count == 1


def test_nothing_depends_on_the_number_of_threads() -> None:
    game, numbers = random_game(5, players=3, stages=5)
    one = find_branches(game, numbers, 30.0, starts=20, settings=replace(Settings(), threads=1))
    three = find_branches(game, numbers, 30.0, starts=20, settings=replace(Settings(), threads=3))
    assert one.how == three.how
    assert np.array_equal(one.solution.log_behaviour, three.solution.log_behaviour)


@pytest.mark.parametrize("rationality", [12.0, np.inf])
@pytest.mark.parametrize("seed", [2, 4, 5])
def test_the_search_finds_the_same_by_sparse_elimination_as_by_dense(seed: int, rationality: float) -> None:
    """In the limit half the starts weigh the equations unequally."""
    game, numbers = random_game(seed, players=2 + seed % 2, stages=5)
    dense, sparse = (
        find_branches(game, numbers, rationality, starts=16, settings=replace(Settings(), elimination=how))
        for how in ("dense", "sparse")
    )
    assert dense.count == sparse.count
    assert dense.index == sparse.index
    assert np.abs(dense.solution.behaviour - sparse.solution.behaviour).max() < 1e-6


def test_a_walk_by_sparse_elimination_weighs_unequal_errors_as_a_dense_one() -> None:
    game, numbers = random_game(7, players=3, stages=5)
    layout, (payoff, chance) = layout_of(game), scaled(numbers)
    care = np.random.default_rng(0).choice([1.0, 0.3, 0.03], game.infosets)
    tilt = 10.0 * np.random.default_rng(1).normal(size=game.actions)
    rules = Walk(10.0, 10.0, 100.0, 0.5, 1e-5, 4.0, 1e-7, 1000)
    reached: list[Floats] = []
    for how in ("dense", "sparse"):
        state, work = new_memory(game, layout, elimination_of(game, how=how))
        found = Crossings(np.zeros((1, game.actions)), np.zeros(1, int), np.zeros(1, int), np.zeros(3, int))
        wander(layout, state, work, rules, payoff, chance, tilt, care, 0.0, True, found)
        assert found.tally[0] == 1
        reached.append(normalised(game, found.logs)[0])
    assert np.abs(np.exp(reached[0]) - np.exp(reached[1])).max() < 1e-9


def test_a_walk_down_from_play_that_mixes_everything_stops_at_every_turn() -> None:
    """The completely mixed equilibrium hardly moves with rationality, until its branch turns back to another."""
    first, second = np.random.default_rng((77, 3, 20)).normal(size=(2, 3, 3))
    found = find_branches(*bimatrix(first, second))
    mixed = (found.solution.behaviour > 1e-3).all(axis=1)
    assert mixed.sum() == 1
    assert found.count == 3
    assert not found.missing


def test_an_effort_that_is_spent_ends_the_search_and_shows() -> None:
    game, numbers = random_game(5, players=3, stages=5)
    found = find_branches(game, numbers, 30.0, effort=1e-4)
    assert found.starts < found.planned
    assert found.seconds >= 1e-4
    assert find_branches(game, numbers, 30.0, starts=4).starts == 4


def test_a_game_of_a_thousand_unknowns_is_searched() -> None:
    game, numbers = crisis(4, 3, 5)
    found = find_branches(game, numbers, 30.0 / float(numbers.payoff_range()[0]), starts=6)
    assert found.solution.unknowns == 968
    assert found.arrived == 6
    assert logit_error(game, numbers, found, 30.0 / float(numbers.payoff_range()[0])) < 1e-8


def test_the_later_crossings_of_a_principal_branch_that_turns_back_are_found() -> None:
    """At a rationality between two turning points the branch has three crossings; the first is the answer."""
    game, numbers = next(iter(turning_back()))
    turns = solve_game(game, numbers).turning_points[0]
    between = float(turns[0] + turns[1]) / 2
    found = find_branches(game, numbers, between, starts=1)
    assert sum(how.startswith(ONWARD.split("{")[0]) for how in found.how) >= 2


def turning_back() -> list[tuple[Game, Numbers]]:
    """Random games whose principal branch turns back exactly twice."""
    found: list[tuple[Game, Numbers]] = []
    for seed in range(400):
        first, second = np.random.default_rng(seed).normal(size=(2, 3, 3))
        game, numbers = bimatrix(first, second)
        if len(solve_game(game, numbers).turning_points[0]) == 2:
            found.append((game, numbers))
            break
    return found
