"""Backward induction, zero-sum values and coarse correlated play, against theorems, brute force and pygambit."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from tests.concepts.test_regret_minimisation import random_behaviour
from tests.engine.random_games import Grower, random_game, selten_horse
from tests.engine.test_published import kuhn_poker
from tests.oracles.gambit import behaviour_of, gambit_game

from detente.equilibrium.concepts.backward_induction import backward_induction
from detente.equilibrium.concepts.coarse import coarse_correlated
from detente.equilibrium.concepts.concept import Effort
from detente.equilibrium.concepts.registry import concept_words, solve_concept
from detente.equilibrium.solution import Ending
from detente.errors import RequestError
from detente.game.arrays import Game, Numbers
from detente.game.exchange.gambit import parse_efg
from detente.game.exchange.gambit_writing import efg_text
from detente.strategy.behaviour import reach, values
from detente.strategy.coarse import coarse_gains, node_reach
from detente.strategy.regret import best_response_gains, nash_conv


def perfect_information(seed: int, *, players: int = 2, depth: int = 3, ties: bool = False) -> tuple[Game, Numbers]:
    """A random tree in which everybody sees everything; with ties, payoffs are 0 or 1."""
    rng = np.random.default_rng(seed)
    grower = Grower(players)

    def grow(level: int, parent: int, rank: int, odds: float, path: tuple[int, ...]) -> None:
        if level == depth or (level > 1 and rng.random() < 0.2):
            payoff = rng.integers(0, 2, players) if ties else rng.normal(size=players)
            grower.leaf(parent, rank, tuple(float(x) for x in payoff), odds)
            return
        moves = 2
        mover = int(rng.integers(-1, players)) if level else 0
        if mover < 0:
            here = grower.chance(parent, rank, odds)
        else:
            here = grower.decision(parent, rank, mover, path, moves, odds)
        chances = [0.25, 0.75]
        for move in range(moves):
            grow(level + 1, here, move, chances[move] if mover < 0 else 0.0, (*path, move))

    grow(0, -1, 0, 0.0, ())
    return grower.done()


def pure_profiles(game: Game) -> list[np.ndarray]:
    found = []
    for choice in product(*(range(count) for count in np.diff(game.action_start))):
        behaviour = np.zeros(game.actions)
        behaviour[game.action_start[:-1] + np.array(choice, int)] = 1.0
        found.append(behaviour)
    return found


def is_subgame_perfect(game: Game, numbers: Numbers, behaviour: np.ndarray) -> bool:
    """No single deviation gains anywhere (the one-deviation principle)."""
    worth = values(game, numbers, behaviour[None])[0]
    for infoset in range(game.infosets):
        node = game.infoset_nodes[game.infoset_node_start[infoset]]
        player = game.infoset_player[infoset]
        children = range(game.first_child[node], game.first_child[node] + game.child_count[node])
        if max(worth[child, player] for child in children) > worth[node, player] + 1e-9:
            return False
    return True


@pytest.mark.parametrize("seed", range(25))
def test_every_move_of_every_pure_subgame_perfect_equilibrium_is_told_and_no_other(seed: int) -> None:
    """Brute force over all pure profiles, on games full of ties."""
    game, numbers = perfect_information(seed, players=2 + seed % 2, ties=seed % 5 > 0)
    found, perfect = backward_induction(game, numbers, 0)
    equilibria = [behaviour for behaviour in pure_profiles(game) if is_subgame_perfect(game, numbers, behaviour)]
    assert is_subgame_perfect(game, numbers, found)
    assert np.array_equal(perfect, np.max(equilibria, axis=0) > 0)


def test_backward_induction_has_neither_regret_on_the_path_nor_off_it() -> None:
    game, numbers = perfect_information(4, players=3, depth=7)
    solution = solve_concept(game, numbers, "backward-induction")
    assert solution.endings == (Ending.INDUCED,)
    assert solution.nash_conv[0] == pytest.approx(0.0, abs=1e-12)
    assert solution.conditional_regret[0] == pytest.approx(0.0, abs=1e-12)


def test_a_centipede_with_ties_stops_anywhere_and_without_them_at_once() -> None:
    """Source: Rosenthal 1981: where taking the pot is strictly better it is taken at once."""

    def centipede(step: float) -> tuple[Game, Numbers]:
        grower = Grower(2)
        parent, rank = -1, 0
        for turn in range(4):
            here = grower.decision(parent, rank, turn % 2, turn, 2)
            taker, other = 2.0 + step * turn, 0.0 + step * turn
            grower.leaf(here, 0, (taker, other) if turn % 2 == 0 else (other, taker))
            parent, rank = here, 1
        grower.leaf(parent, rank, (4 * step + 2.0, 4 * step))
        return grower.done()

    behaviour, perfect = backward_induction(*centipede(1.0), 0)
    assert behaviour[::2].tolist() == [1.0] * 4
    assert perfect[1::2].tolist() == [False] * 4
    _, perfect = backward_induction(*centipede(2.0), 0)
    assert perfect.all()


def test_backward_induction_says_where_information_is_not_perfect() -> None:
    with pytest.raises(RequestError, match=r"1 of the 3 information sets.*`3` of Player 3, 2 histories look alike"):
        solve_concept(*selten_horse(), "backward-induction")


@pytest.mark.parametrize("seed", range(20))
def test_the_programme_s_value_is_that_of_regret_minimisation(seed: int) -> None:
    game, numbers = random_game(seed, zero_sum=True, stages=5)
    exact = solve_concept(game, numbers, "zero-sum")
    assert exact.endings == (Ending.OPTIMAL,)
    assert exact.nash_conv[0] <= 1e-9 * exact.payoff_range[0]
    near = solve_concept(game, numbers, "predictive-cfr+", effort=Effort(20_000, 1e-5))
    worth = [values(game, numbers, found.behaviour)[0, 0, 0] for found in (exact, near)]
    assert worth[0] == pytest.approx(worth[1], abs=2e-5 * exact.payoff_range[0])


@pytest.mark.parametrize("seed", [2, 3, 10, 11, 13])
def test_the_programme_s_value_is_pygambit_s(seed: int) -> None:
    pygambit = pytest.importorskip("pygambit", exc_type=ModuleNotFoundError)
    text = efg_text(*random_game(seed, zero_sum=True, stages=4))
    game, numbers = parse_efg(text)
    theirs = behaviour_of(pygambit.nash.lp_solve(gambit_game(text)).equilibrium, game)
    assert nash_conv(game, numbers, theirs[None])[0] <= 1e-9
    ours = solve_concept(game, numbers, "zero-sum").behaviour
    worth = [values(game, numbers, behaviour)[0, 0, 0] for behaviour in (ours, theirs[None])]
    assert worth[0] == pytest.approx(worth[1], abs=1e-9)


def test_kuhn_poker_s_value_is_exact() -> None:
    """Source: Kuhn 1950: -1/18."""
    game, numbers = kuhn_poker()
    solution = solve_concept(game, numbers, "zero-sum")
    assert values(game, numbers, solution.behaviour)[0, 0, 0] == pytest.approx(-1 / 18, abs=1e-12)
    assert solution.nash_conv[0] <= 1e-12


def test_payoffs_that_add_up_to_any_one_number_are_zero_sum() -> None:
    game, numbers = kuhn_poker()
    shifted = Numbers(numbers.payoff + np.array([5.0, 2.0]), numbers.chance)
    solution = solve_concept(game, shifted, "zero-sum")
    assert values(game, shifted, solution.behaviour)[0, 0, 0] == pytest.approx(5 - 1 / 18, abs=1e-12)


def test_a_game_that_is_not_zero_sum_is_told_where() -> None:
    game, numbers = kuhn_poker()
    payoff = numbers.payoff.copy()
    payoff[0, game.leaf_class[0], 0] += 0.5
    with pytest.raises(RequestError, match=r"pays .* together 0\.5, while .* together 0"):
        solve_concept(game, Numbers(payoff, numbers.chance), "zero-sum")
    with pytest.raises(RequestError, match="3 players move"):
        solve_concept(*selten_horse(), "zero-sum")


@pytest.mark.parametrize("seed", range(12))
def test_nobody_gains_by_leaving_coarse_correlated_play_beforehand(seed: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=5)
    solution = solve_concept(game, numbers, "coarse-correlated", effort=Effort(20_000, 1e-4))
    assert solution.joint is not None
    assert solution.joint.leaf_reach.sum() == pytest.approx(1.0, abs=1e-12)
    assert solution.joint.gain.max() <= 1e-4 * solution.payoff_range[0]


@pytest.mark.parametrize("seed", range(8))
def test_leaving_play_that_is_not_correlated_gains_what_a_best_response_gains(seed: int) -> None:
    """Brute force for the certificate: a product of behaviour strategies is joint play as well."""
    game, numbers = random_game(seed, players=2 + seed % 2, stages=5)
    behaviour = random_behaviour(game, seed)
    joint = reach(game, numbers, behaviour[None])[0, game.leaf_node]
    others = np.empty((len(game.players), game.leaves))
    for player in range(len(game.players)):
        free = np.where(game.infoset_player[game.infoset_of_action] == player, 1.0, behaviour)
        others[player] = reach(game, numbers, free[None])[0, game.leaf_node]
    expected = best_response_gains(game, numbers, behaviour[None])[0]
    assert coarse_gains(game, numbers, 0, joint, others) == pytest.approx(expected, abs=1e-12)


def test_correlated_play_may_be_better_than_any_equilibrium_and_is_no_product() -> None:
    """A battle of the sexes: the joint play averages the two pure equilibria or lies at one, never at a clash."""
    grower = Grower(2)
    first = grower.decision(-1, 0, 0, "a", 2)
    for move in range(2):
        second = grower.decision(first, move, 1, "b", 2)
        for reply in range(2):
            grower.leaf(second, reply, ((2.0, 1.0), (1.0, 2.0))[move] if move == reply else (0.0, 0.0))
    game, numbers = grower.done()
    found = coarse_correlated(game, numbers.payoff[0], numbers.chance[0], iterations=5_000, accuracy=1e-6)
    assert coarse_gains(game, numbers, 0, found.joint, found.others).max() <= 1e-5
    assert node_reach(game, found.joint)[0] == pytest.approx(1.0)


def test_every_concept_has_a_sentence_that_says_what_it_is() -> None:
    assert all(len(words.split()) > 4 for words in concept_words().values())


def test_draws_are_solved_one_by_one_and_numbers_that_are_not_finite_are_named() -> None:
    game, numbers = random_game(2, zero_sum=True)
    payoff = np.concatenate([numbers.payoff, 2.0 * numbers.payoff, np.full_like(numbers.payoff, np.nan)])
    block = Numbers(payoff, np.repeat(numbers.chance, 3, axis=0))
    solution = solve_concept(game, block, "cfr+", effort=Effort(5_000, 1e-4))
    assert solution.endings == (Ending.CONVERGED, Ending.CONVERGED, Ending.BROKEN)
    alone = nash_conv(game, numbers, solution.behaviour[:1])
    assert solution.nash_conv[0] == alone[0]
    assert solution.behaviour[1] == pytest.approx(solution.behaviour[0], abs=1e-9)
