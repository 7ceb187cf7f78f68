"""Laws of a path on its way: its folds and bifurcations, its limit, and the answer if the path ends early."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from benchmarks.large import crisis
from tests.data import FIRST_EDITION
from tests.engine.random_games import Grower, random_game

import detente as dt
from detente.equilibrium.fallback import rescue
from detente.equilibrium.path.checkpoints import been_here, forget
from detente.equilibrium.path.newton import new_work
from detente.equilibrium.path.steps import FOLDS
from detente.equilibrium.solution import Ending
from detente.equilibrium.solve import Settings, solve_game
from detente.game.arrays import Game, Numbers
from detente.game.drawn.draws import sample_draws
from detente.kernels.compiled import entry
from detente.strategy.layout import layout_of
from detente.strategy.state import new_state

ALONE = Settings(threads=1)


def matching(reward: float) -> tuple[Game, Numbers]:
    """Two players choose a side without seeing each other; both gain where they meet. Alike under exchange of sides."""
    grower = Grower(2)
    first = grower.decision(-1, 0, 0, "first", 2)
    for side in range(2):
        second = grower.decision(first, side, 1, "second", 2)
        for other in range(2):
            paid = reward if side == other else 0.0
            grower.leaf(second, other, (paid, paid))
    return grower.done()


def ties(seed: int, players: int, stages: int) -> tuple[Game, Numbers]:
    """A random game whose payoffs are rounded, so that many are equal."""
    game, numbers = random_game(seed, players=players, stages=stages)
    return replace(game, worth=None), Numbers(np.round(1.5 * numbers.payoff), numbers.chance)


@pytest.mark.parametrize(
    ("seed", "stages", "turns"), [(79, 6, 14), (109, 7, 8), (114, 6, 18), (338, 6, 10), (343, 7, 8)]
)
def test_the_log_of_turning_points_is_the_same_at_a_tenth_of_the_tolerance(seed: int, stages: int, turns: int) -> None:
    """Three players, many turning points: list against list, in order, to 1e-8 of each; and so is the answer."""
    game, numbers = random_game(1400000 + seed, players=3, stages=stages)
    one = solve_game(game, numbers, 1000.0, settings=ALONE)
    two = solve_game(game, numbers, 1000.0, settings=Settings(threads=1, tolerance=0.05))
    assert one.steps[0] < two.steps[0]
    assert len(one.turning_points[0]) == len(two.turning_points[0]) == turns
    assert np.allclose(one.turning_points[0], two.turning_points[0], rtol=1e-8)
    assert np.allclose(one.behaviour, two.behaviour, atol=1e-8)


@entry
def _passes(layout: Any, state: Any, work: Any, points: Any, rising: Any, number: Any) -> Any:
    """True for each of these turning points, passed one after the other, that is taken for one passed before."""
    forget(work)
    found = np.zeros(len(number), np.bool_)
    for i in range(len(number)):
        work.counts[FOLDS] = i + 1
        work.tangent[-1] = rising[number[i]]
        found[i] = been_here(layout, state, work, points[number[i]])
    return found


@pytest.mark.parametrize("before", [0, 1, 5])
@pytest.mark.parametrize("period", [2, 4, 8])
def test_a_path_that_goes_round_is_known_before_its_fourth_round_and_one_that_does_not_never(
    before: int, period: int
) -> None:
    """Turning points on the way to a closed curve, and then those on it, again and again (Brent 1980)."""
    game, _ = random_game(700003, players=3, stages=5)
    layout = layout_of(game)
    state, work = new_state(layout, game.chance_classes, 3), new_work(layout.unknowns, game.actions)
    points = np.random.default_rng(before + period).normal(size=(200, layout.unknowns + 1))
    rising = (-1.0) ** np.arange(200)
    onwards = np.arange(200)
    assert not _passes(layout, state, work, points, rising, onwards).any()
    round_and_round = np.where(onwards < before, onwards, before + (onwards - before) % period)
    known = _passes(layout, state, work, points, rising, round_and_round)
    assert period < 1 + np.argmax(known) <= 3 * (before + period) + period
    # Where lambda turns the other way it is another turning point, however close; so it is a little further off.
    there_and_back = _passes(layout, state, work, np.repeat(points[:1], 200, axis=0), rising, onwards[:2])
    assert not there_and_back.any()
    assert not _passes(layout, state, work, points[0] + 1e-3 * onwards[:, None], rising, 2 * onwards[:50]).any()


def test_paths_of_many_unknowns_are_followed_more_closely_and_end_where_closer_ones_do() -> None:
    tolerances = [Settings().rules(unknowns).tolerance for unknowns in (30, 60, 100, 200, 100_000)]
    assert tolerances == sorted(tolerances, reverse=True)
    assert tolerances[0] == Settings().tolerance
    assert tolerances[-1] == pytest.approx(0.2 * Settings().tolerance)
    assert Settings().rules(300).most_steps == Settings().most_steps > Settings().rules(3000).most_steps
    game, numbers = crisis(4, 3, 5)
    one = solve_game(game, numbers, 60.0, settings=ALONE)
    two = solve_game(game, numbers, 60.0, settings=Settings(threads=1, tolerance=0.05))
    assert one.unknowns > 500
    assert one.steps[0] < two.steps[0]
    assert np.allclose(one.behaviour, two.behaviour, atol=1e-8)


def test_a_path_passes_straight_through_a_symmetric_bifurcation_and_lists_it() -> None:
    """Both at one half is the logit equilibrium for all rationality; where its slope is 1 the branch splits: at 2."""
    game, numbers = matching(1.0)
    solution = solve_game(game, numbers, settings=ALONE)
    assert solution.endings[0] is Ending.LIMIT
    assert np.allclose(solution.behaviour[0], 0.5)
    assert len(solution.bifurcations[0]) == 1
    assert solution.bifurcations[0][0] == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize("seed", [500004, 500013, 500022])
def test_in_games_with_ties_the_limit_is_certified_on_and_off_the_path(seed: int) -> None:
    game, numbers = ties(seed, 3, 5)
    solution = solve_game(game, numbers, settings=ALONE)
    assert solution.endings[0].good
    assert solution.nash_conv[0] <= 1e-6 * solution.payoff_range[0]
    assert solution.conditional_regret[0] <= 1e-6 * solution.payoff_range[0]


@pytest.mark.parametrize("steps", [5, 12])
def test_a_path_cut_short_is_answered_by_other_means_that_gain_no_more_and_say_so(steps: int) -> None:
    game, numbers = random_game(700003, players=3, stages=5)
    settings = Settings(threads=1, most_steps=steps)
    solution = solve_game(game, numbers, settings=settings)
    assert solution.endings[0] in (Ending.SUBSTITUTE, Ending.PARTS, Ending.APPROXIMATE)
    assert solution.methods[0] != rescue.PATH
    point = solve_game(game, numbers, float(solution.reached[0]), settings=ALONE)
    assert solution.nash_conv[0] <= point.nash_conv[0]
    certified = max(solution.nash_conv[0], solution.conditional_regret[0]) <= 1e-6 * solution.payoff_range[0]
    assert solution.endings[0].good == certified


def test_a_path_that_stops_far_into_the_limit_is_good_only_where_it_is_certified() -> None:
    game, numbers = matching(1.0)
    exact = np.log(np.array([0.5, 0.5, 0.5, 0.5]))
    wrong = np.log(np.array([0.9, 0.1, 0.9, 0.1]))

    def nowhere(payoff: np.ndarray) -> tuple[bool, np.ndarray]:
        return False, wrong

    ways = rescue.Ways(nowhere, lambda: None, False)
    there = rescue.in_the_limit(game, numbers, Ending.STALLED, (exact, 1e6), ways)
    assert (there.ending, there.method) == (Ending.CERTIFIED, rescue.PATH)
    early = rescue.in_the_limit(game, numbers, Ending.STALLED, (exact, 10.0), ways)
    assert early.ending is not Ending.CERTIFIED
    other = rescue.in_the_limit(game, numbers, Ending.STALLED, (wrong, 1e6), ways)
    assert other.ending in (Ending.SUBSTITUTE, Ending.APPROXIMATE)
    assert other.method == rescue.REGRET


def test_every_ending_has_a_sentence_of_its_own() -> None:
    sentences = [ending.value for ending in Ending]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_turning_points_on_the_way_to_the_limit_alternate_and_are_even_in_number() -> None:
    """Rationality rises at first and in the end, so that it turns back as often as it turns forward."""
    compiled = dt.compile(FIRST_EDITION)
    assert compiled.crisis is not None
    numbers = compiled.numbers(sample_draws(compiled.crisis, 256, 0))
    some = [36, 108, 114, 221, 235]
    found = solve_game(compiled.game, Numbers(numbers.payoff[some], numbers.chance[some]), settings=ALONE)
    for turns in found.turning_points:
        steps = np.diff(turns)
        assert len(turns) % 2 == 0
        assert (steps[::2] < 0.0).all()
        assert (steps[1::2] > 0.0).all()
