"""A solved draw is continued to nearby numbers: the answer is an equilibrium of those, and says how it was found."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.random_games import random_game, signalling
from tests.engine.test_branches import bimatrix

import detente as dt
from detente.equilibrium.neighbour import Near
from detente.equilibrium.solution import Ending
from detente.equilibrium.solve import Settings, solve_game
from detente.errors import RequestError
from detente.game.arrays import Numbers


def moved(numbers: Numbers, by: float, seed: int) -> Numbers:
    rng = np.random.default_rng(seed)
    return Numbers(numbers.payoff + by * rng.normal(size=numbers.payoff.shape), numbers.chance)


@pytest.mark.parametrize("rationality", [5.0, np.inf])
@pytest.mark.parametrize("seed", range(8))
def test_where_the_path_does_not_turn_both_ways_lead_to_the_same_answer(seed: int, rationality: float) -> None:
    game, numbers = signalling(6, seed)
    known = solve_game(game, numbers, rationality)
    changed = moved(numbers, 0.01, seed)
    anew = solve_game(game, changed, rationality)
    near = solve_game(game, changed, rationality, near=Near(numbers, known))
    if not (len(known.turning_points[0]) or len(anew.turning_points[0])):
        assert np.abs(near.behaviour - anew.behaviour).max() < (1e-8 if rationality < np.inf else 1e-4)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_continued_is_a_logit_equilibrium_of_the_new_numbers(seed: int) -> None:
    """Followed from its own answer to a rationality just above and back, it stays where it is."""
    game, numbers = random_game(seed, players=2 + seed % 2)
    known = solve_game(game, numbers, 8.0)
    changed = moved(numbers, 0.3, seed)
    near = solve_game(game, changed, 8.0, near=Near(numbers, known))
    away = solve_game(game, changed, 8.5, near=Near(changed, near))
    back = solve_game(game, changed, 8.0, near=Near(changed, away))
    assert all(each.endings[0].good for each in (near, back))
    if away.endings[0] is Ending.CONTINUED is back.endings[0]:
        assert np.abs(back.behaviour - near.behaviour).max() < 1e-8


def test_an_equilibrium_that_ceases_to_be_is_left_for_the_path_from_zero() -> None:
    """In a coordination game the worse convention disappears in a fold as its payoff falls."""
    first, second = np.array([[3.0, 0.0], [0.0, 2.0]]), np.array([[2.0, 0.0], [0.0, 3.0]])
    game, numbers = bimatrix(first, second)
    known = solve_game(game, numbers, 4.0)
    for stakes in ((np.array([[0.2, 0.0], [0.0, 4.0]]),) * 2, (np.array([[4.0, 0.0], [0.0, 0.2]]),) * 2):
        _, changed = bimatrix(*stakes)
        near = solve_game(game, changed, 4.0, near=Near(numbers, known))
        anew = solve_game(game, changed, 4.0)
        if near.endings[0] is Ending.REACHED:
            assert np.array_equal(near.behaviour, anew.behaviour)
            return
    pytest.fail("one of the two must have met a fold")


def test_one_solved_draw_serves_many_and_nothing_depends_on_threads() -> None:
    game, numbers = signalling(5)
    known = solve_game(game, numbers, 3.0)
    many = Numbers(
        np.concatenate([moved(numbers, 0.05, seed).payoff for seed in range(9)]), np.repeat(numbers.chance, 9, axis=0)
    )
    one = solve_game(game, many, 3.0, near=Near(numbers, known), settings=Settings(threads=1))
    three = solve_game(game, many, 3.0, near=Near(numbers, known), settings=Settings(threads=3))
    assert set(one.endings) == {Ending.CONTINUED}
    assert np.array_equal(one.log_behaviour, three.log_behaviour)


def test_a_changed_number_is_answered_from_the_answer_before() -> None:
    case = dt.load("schultz-1999-crisis")
    before = dt.solve(case, rationality=10)
    near = dt.solve(case, set={"audience_cost": 0.31}, rationality=10, near=before)
    anew = dt.solve(case, set={"audience_cost": 0.31}, rationality=10)
    assert near.status == Ending.CONTINUED.value
    assert near.solved.compiled is before.solved.compiled
    assert near.to_dict()["outcomes"] == pytest.approx(anew.to_dict()["outcomes"], abs=1e-8)


def test_draws_that_do_not_match_are_refused() -> None:
    case = dt.load("demand")
    with pytest.raises(RequestError, match="2 draws"):
        dt.solve(case, draws=3, near=dt.solve(case, draws=2))
