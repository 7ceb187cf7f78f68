"""Payoffs on very different scales: in the limit every decision arrives, however little is at stake beside others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.engine.random_games import Grower, beer_quiche, random_game
from tests.engine.scaled_games import scaled, with_ruin, with_whim

import detente as dt
from detente.equilibrium.concepts.backward_induction import backward_induction
from detente.equilibrium.concepts.registry import solve_concept
from detente.equilibrium.derivative import derivatives
from detente.equilibrium.fallback.tuning import CERTIFIED_SHARE
from detente.equilibrium.solution import Ending
from detente.equilibrium.solve import Settings, solve_game
from detente.errors import CaseError
from detente.game.arrays import Game, Numbers
from detente.strategy.behaviour import normalised, reach
from detente.strategy.regret import conditional_regret
from detente.strategy.stakes import stakes

FAILING = Path(__file__).parents[1] / "failing"
ONE = Settings(threads=1)


def choice(*payoffs: float) -> tuple[Game, Numbers]:
    """One player's only choice."""
    grower = Grower(1)
    first = grower.decision(-1, 0, 0, "choice", len(payoffs))
    for k, payoff in enumerate(payoffs):
        grower.leaf(first, k, (payoff,))
    return grower.done()


def pennies(mine: float, theirs: float, skew: float = 1.0) -> tuple[Game, Numbers]:
    """Matching pennies at what each has at stake; who matches gains so many times as much by the first side."""
    grower = Grower(2)
    first = grower.decision(-1, 0, 0, "first", 2)
    for k in range(2):
        second = grower.decision(first, k, 1, "second", 2)
        for j in range(2):
            gain = (skew if j == 0 else 1.0) if k == j else 0.0
            grower.leaf(second, j, (mine * gain, theirs * float(k != j)))
    return grower.done()


def first_visits(game: Game) -> list[int]:
    """Information sets in the order in which a walk from the root first comes to them."""
    found: list[int] = []

    def walk(node: int) -> None:
        infoset = int(game.infoset[node])
        if infoset >= 0 and infoset not in found:
            found.append(infoset)
        for child in range(int(game.first_child[node]), int(game.first_child[node] + game.child_count[node])):
            walk(child)

    walk(0)
    return found


@pytest.mark.parametrize("ruin", [1e9, 1e12, 1e16, 1e200])
def test_who_has_moves_worth_one_and_nothing_and_one_that_is_ruin_takes_the_first(ruin: float) -> None:
    found = solve_game(*choice(1.0, 0.0, -ruin), settings=ONE)
    assert found.endings == (Ending.LIMIT,)
    assert found.behaviour[0, 0] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("small", [1e-3, 1e-8, 1e-12])
def test_a_difference_of_a_millionth_of_a_millionth_of_the_largest_payoff_decides(small: float) -> None:
    found = solve_game(*choice(1.0, 1.0 - small, 0.5), settings=ONE)
    assert found.behaviour[0, 0] == pytest.approx(1.0, abs=1e-6)


def test_moves_that_differ_by_rounding_alone_are_equally_likely_at_any_scale() -> None:
    for ruin in (1.0, 1e9, 1e15):
        found = solve_game(*choice(0.1 + 0.2, 0.3, -ruin), settings=ONE)
        assert found.behaviour[0, :2] == pytest.approx([0.5, 0.5], abs=1e-6)


def test_the_case_of_one_unthinkable_move_is_answered_as_without_it() -> None:
    found = dt.solve(dt.load(str(FAILING / "one-unthinkable-move.yaml")))
    assert found.outcomes["good"] == pytest.approx([1.0])


@pytest.mark.parametrize("mine", [1.0, 1e-7, 1e-12, 1e-40, 1e12])
def test_players_who_mix_do_so_whatever_each_has_at_stake(mine: float) -> None:
    found = solve_game(*pennies(mine, 1.0, skew=3.0), settings=ONE)
    assert found.endings == (Ending.LIMIT,)
    assert found.behaviour[0] == pytest.approx([0.5, 0.5, 0.25, 0.75], abs=1e-5)
    assert found.regret_share[0] <= 1e-5


@pytest.mark.parametrize("factor", [1e-9, 1e-15, 1e12])
def test_separating_and_pooling_do_not_depend_on_the_receivers_units(factor: float) -> None:
    game, numbers = beer_quiche()
    plain = solve_game(game, numbers, settings=ONE)
    found = solve_game(game, scaled(numbers, [1.0, factor]), settings=ONE)
    assert found.endings == (Ending.LIMIT,)
    assert found.behaviour == pytest.approx(plain.behaviour, abs=1e-4)


@pytest.mark.parametrize("power", [-30, -12, -9, 9, 30])
@pytest.mark.parametrize("seed", [3, 5, 8, 13])
def test_one_players_units_leave_nobody_undecided(seed: int, power: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=4)
    factor = [1.0] * len(game.players)
    factor[seed % len(factor)] = 10.0**power
    found = solve_game(game, scaled(numbers, factor), settings=ONE)
    assert found.endings[0].good
    assert stakes(game, scaled(numbers, factor), found.log_behaviour[0]).share.max() <= CERTIFIED_SHARE


@pytest.mark.parametrize("seed", range(4))
def test_moves_that_nobody_would_ever_make_leave_the_answer_as_it_is(seed: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=4)
    plain = solve_game(game, numbers, settings=ONE)
    for ruin in (1e9, 1e14):
        other, paid = with_ruin(game, numbers, ruin)
        found = solve_game(other, paid, settings=ONE)
        assert found.endings[0].good
        for place, infoset in enumerate(first_visits(game)):
            moves = found.behaviour[0, other.action_start[place] : other.action_start[place + 1]]
            known = plain.behaviour[0, game.action_start[infoset] : game.action_start[infoset + 1]]
            assert moves == pytest.approx([*known, 0.0], abs=2e-5)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("small", [1e-6, 1e-11])
def test_a_small_choice_before_a_large_game_is_made_for_the_better(seed: int, small: float) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=4)
    found = solve_game(*with_whim(game, numbers, seed % len(game.players), small), settings=ONE)
    assert found.endings[0].good
    assert found.behaviour[0, 0] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_payoffs_in_other_units_and_from_another_zero_give_the_same_answer(seed: int) -> None:
    game, numbers = random_game(seed, players=2, stages=4)
    plain = solve_game(game, numbers, settings=ONE)
    for factor, shift in ((1e-200, 0.0), (1e200, 0.0), (2.0**40, 2.0**44)):
        found = solve_game(game, Numbers(numbers.payoff * factor + shift, numbers.chance), settings=ONE)
        assert found.behaviour == pytest.approx(plain.behaviour, abs=1e-5)


@pytest.mark.parametrize("rationality", [0.1, 0.5, 20.0])
def test_at_a_finite_rationality_play_is_logit_however_large_the_range(rationality: float) -> None:
    found = solve_game(*choice(1.0, 0.0, -1e9), rationality, settings=ONE)
    assert found.endings == (Ending.REACHED,)
    assert found.behaviour[0, 0] == pytest.approx(1.0 / (1.0 + np.exp(-rationality)))
    assert found.reached == pytest.approx([rationality])


@pytest.mark.parametrize("rationality", [0.3, 2.0, 50.0])
def test_at_a_finite_rationality_moves_that_are_ruin_change_nothing(rationality: float) -> None:
    game, numbers = random_game(5, players=3, stages=4)
    plain = solve_game(game, numbers, rationality, settings=ONE)
    other, paid = with_ruin(game, numbers, 1e10)
    found = solve_game(other, paid, rationality, settings=ONE)
    assert found.endings == plain.endings == (Ending.REACHED,)
    for place, infoset in enumerate(first_visits(game)):
        moves = found.behaviour[0, other.action_start[place] : other.action_start[place + 1]]
        known = plain.behaviour[0, game.action_start[infoset] : game.action_start[infoset + 1]]
        assert moves == pytest.approx([*known, 0.0], abs=1e-6)


@pytest.mark.parametrize("name", ["huge-payoffs.efg", "tiny-payoffs.efg"])
def test_payoffs_that_units_cannot_be_made_of_are_refused(name: str) -> None:
    with pytest.raises(CaseError, match="span has to lie between 1e-290 and 1e\\+290"):
        dt.solve(dt.load(str(FAILING / name)))
    with pytest.raises(CaseError, match="beyond what can be counted with"):
        dt.solve(dt.load(str(FAILING / name)), concept="cfr+")


def test_a_draw_whose_payoffs_cannot_be_counted_with_says_so_beside_others_that_can() -> None:
    game, numbers = choice(1.0, 0.0)
    payoff = np.concatenate([numbers.payoff, numbers.payoff * 1e-300])
    found = solve_game(game, Numbers(payoff, np.repeat(numbers.chance, 2, axis=0)), settings=ONE)
    assert found.endings == (Ending.LIMIT, Ending.BEYOND)
    assert not Ending.BEYOND.good
    assert np.isnan(found.nash_conv[1])


@pytest.mark.parametrize("seed", range(6))
def test_what_is_gained_at_a_decision_agrees_with_the_certificate_and_is_at_most_what_is_at_stake(seed: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=4)
    logs = normalised(game, np.random.default_rng(seed).normal(size=(1, game.actions)))[0]
    at = stakes(game, numbers, logs)
    assert at.gain.max() == pytest.approx(conditional_regret(game, numbers, logs[None])[0])
    assert (at.gain <= at.wide + 1e-12).all()


def test_a_certificate_is_relative_to_what_is_at_stake_at_the_decision() -> None:
    game, numbers = choice(1.0, 0.0, -1e9)
    logs = np.array([np.log(0.57), np.log(0.43), -1e8])
    at = stakes(game, numbers, logs)
    assert at.wide[0] == pytest.approx(1.0)
    assert at.share[0] == pytest.approx(0.43)


def test_luck_that_no_move_changes_is_not_at_stake() -> None:
    grower = Grower(1)
    first = grower.decision(-1, 0, 0, "first", 2)
    for k in range(2):
        luck = grower.chance(first, k, 0.0)
        grower.leaf(luck, 0, (1e6 + k,), 0.5)
        grower.leaf(luck, 1, (-1e6 + k,), 0.5)
    game, numbers = grower.done()
    assert stakes(game, numbers, np.log([0.5, 0.5])).wide[0] == pytest.approx(1.0)
    assert solve_game(game, numbers, settings=ONE).behaviour[0, 1] == pytest.approx(1.0)


def test_backward_induction_tells_a_tie_from_a_small_difference_beside_ruin() -> None:
    game, numbers = choice(1.0, 0.0, -1e14)
    behaviour, perfect = backward_induction(game, numbers, 0)
    assert behaviour.tolist() == [1.0, 0.0, 0.0]
    assert perfect.tolist() == [True, False, False]
    _, perfect = backward_induction(*choice(0.1 + 0.2, 0.3, -1e14), 0)
    assert perfect.tolist() == [True, True, False]


def test_other_concepts_say_what_share_of_a_small_stake_a_deviation_gains() -> None:
    found = solve_concept(*choice(1.0, 0.0, -1e9), "cfr+")
    assert found.regret_share[0] == pytest.approx(found.behaviour[0, 1], abs=1e-6)


def test_derivatives_of_who_mixes_at_a_small_stake_are_those_of_indifference() -> None:
    """The one mixes so that the other is indifferent: p = 1 / (1 + skew), whatever the one has at stake."""
    game, numbers = pennies(1e-10, 1.0, skew=3.0)
    found = solve_game(game, numbers, settings=ONE)
    assert found.paces
    by_action = np.zeros((1, 1, game.actions))
    by_action[0, 0, 2] = 1.0
    slope = derivatives(numbers, found, np.zeros((1, 1, game.leaves)), by_action)
    first = int(np.flatnonzero(numbers.payoff[0, :, 0] == 3e-10)[0])
    assert slope.payoff[0, 0, first, 0] * 1e-10 == pytest.approx(-1.0 / 16.0, rel=1e-3)


@pytest.mark.parametrize("played", ["wait", "scuttle"])
def test_judge_finds_a_mistake_that_is_small_beside_a_ruin_avoided(played: str) -> None:
    case = dt.load(str(FAILING / "one-unthinkable-move.yaml"))
    judged = dt.judge(case, [{"stage": "act", "moves": {played: 1}}])
    assert not judged.nash
    assert len(judged.failures) == 1
    assert dt.judge(case, [{"stage": "act", "moves": {"sail": 1}}]).sequential


def test_which_equilibrium_is_told_does_not_depend_on_the_number_of_types_alone() -> None:
    found = dt.solve(dt.load(str(FAILING / "points-60.yaml")))
    assert found.solved.solution.endings == (Ending.LIMIT,)
    assert found.solved.solution.unknowns > ONE.parted
    assert found.outcomes["war"] == pytest.approx([0.0], abs=1e-9)


def test_reach_of_what_is_told_adds_up_at_every_scale() -> None:
    game, numbers = with_ruin(*random_game(2, players=2, stages=4), 1e13)
    found = solve_game(game, numbers, settings=ONE)
    assert reach(game, numbers, found.behaviour)[0, game.leaf_node].sum() == pytest.approx(1.0)
