"""The exact check of an assessment: sequential rationality and consistency, against theorems and published examples."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from tests.concepts.test_regret_minimisation import random_behaviour
from tests.engine.random_games import Grower, beer_quiche, random_game, selten_horse

from detente.equilibrium.examined.best_response import best_response
from detente.equilibrium.examined.consistency import bayes_beliefs, check_consistency, ways
from detente.equilibrium.examined.sequential import sequential_rationality
from detente.equilibrium.solve import solve_game
from detente.game.arrays import Game, Numbers
from detente.strategy.behaviour import values
from detente.strategy.beliefs import beliefs_from_logs
from detente.strategy.regret import best_response_gains, conditional_regret


def set_moves(game: Game, told: dict[str, list[float]]) -> np.ndarray:
    """[action] from probabilities by the label of the information set."""
    behaviour = np.zeros(game.actions)
    for label, chances in told.items():
        infoset = game.infoset_label.index(label)
        behaviour[game.action_start[infoset] : game.action_start[infoset + 1]] = chances
    return behaviour


def set_beliefs(game: Game, told: dict[str, list[float]]) -> np.ndarray:
    """[position] from beliefs by the label of the information set; 1 at singletons."""
    beliefs = np.ones(len(game.infoset_nodes))
    for label, chances in told.items():
        infoset = game.infoset_label.index(label)
        beliefs[game.infoset_node_start[infoset] : game.infoset_node_start[infoset + 1]] = chances
    return beliefs


@pytest.mark.parametrize("seed", range(40))
def test_the_limit_of_logit_equilibria_is_a_sequential_equilibrium(seed: int) -> None:
    """Source: McKelvey and Palfrey 1998, theorem 4. Trembles are confirmed in exact arithmetic."""
    game, numbers = random_game(seed, players=2 + seed % 2, stages=5)
    solution = solve_game(game, numbers)
    if not solution.endings[0].good:
        pytest.skip("the path did not arrive")
    behaviour = solution.behaviour[0]
    beliefs = beliefs_from_logs(game, numbers, solution.log_behaviour)[0]
    found = check_consistency(game, ways(game, numbers, behaviour, 1e-6), beliefs, 1e-5)
    assert found.consistent
    assert found.exact
    rational = sequential_rationality(game, numbers, behaviour, beliefs)
    assert rational.continuation is not None
    assert rational.continuation.max() <= 1e-5 * solution.payoff_range[0]
    assert rational.gain.max() == pytest.approx(solution.conditional_regret[0], abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_beliefs_of_completely_mixed_behaviour_are_bayes_and_no_others_are_consistent(seed: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=5)
    behaviour = random_behaviour(game, seed)
    how = ways(game, numbers, behaviour, 1e-9)
    beliefs, pinned = bayes_beliefs(game, how)
    assert pinned.all()
    assert check_consistency(game, how, beliefs, 1e-9).consistent
    with np.errstate(divide="ignore"):
        logs = np.log(behaviour)[None]
    assert beliefs == pytest.approx(beliefs_from_logs(game, numbers, logs)[0], abs=1e-12)
    rational = sequential_rationality(game, numbers, behaviour, beliefs)
    assert rational.gain.max() == pytest.approx(conditional_regret(game, numbers, logs)[0], abs=1e-12)
    wide = np.flatnonzero(np.diff(game.infoset_node_start) > 1)
    if not len(wide):
        return
    span = slice(game.infoset_node_start[wide[0]], game.infoset_node_start[wide[0] + 1])
    beliefs[span] = np.roll(beliefs[span], 1) * 0.5 + 0.5 * np.eye(span.stop - span.start)[0]
    found = check_consistency(game, how, beliefs, 1e-9)
    assert not found.consistent
    assert found.faults == (wide[0],)


@pytest.mark.parametrize("seed", range(20))
def test_beliefs_of_equal_trembles_are_consistent_with_any_behaviour(seed: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=5)
    rng = np.random.default_rng(seed)
    behaviour = random_behaviour(game, seed)
    behaviour[rng.random(game.actions) < 0.5] = 0.0
    totals = np.add.reduceat(behaviour, game.action_start[:-1])
    behaviour[game.action_start[:-1][totals == 0]] = 1.0
    behaviour /= np.add.reduceat(behaviour, game.action_start[:-1])[game.infoset_of_action]
    how = ways(game, numbers, behaviour, 1e-9)
    beliefs, _ = bayes_beliefs(game, how)
    found = check_consistency(game, how, beliefs, 1e-9)
    assert found.consistent
    assert set(found.tremble.values()) <= {1}


def test_selten_s_horse_has_a_nash_equilibrium_that_no_beliefs_make_sequential() -> None:
    """Source: Kreps and Wilson 1982, section 4: (D, a, L) is Nash; 2 would deviate whatever 3 believes."""
    game, numbers = selten_horse()
    down = set_moves(game, {"1": [0.0, 1.0], "2": [1.0, 0.0], "3": [1.0, 0.0]})
    beliefs, pinned = bayes_beliefs(game, ways(game, numbers, down, 1e-9))
    assert pinned.all()
    assert best_response_gains(game, numbers, down[None])[0] == pytest.approx(0.0)
    rational = sequential_rationality(game, numbers, down, beliefs)
    assert rational.gain[game.infoset_label.index("2")] == pytest.approx(3.0)
    across = set_moves(game, {"1": [1.0, 0.0], "2": [1.0, 0.0], "3": [0.0, 1.0]})
    how = ways(game, numbers, across, 1e-9)
    for belief, rationally in ((0.75, True), (0.5, False)):
        # the first history of 3's information set is that after 2 erred
        nodes = [game.infoset_nodes[k] for k in range(*game.infoset_node_start[-2:])]
        after_two = [game.parent[node] != 0 for node in nodes]
        beliefs = set_beliefs(game, {"3": [belief if two else 1 - belief for two in after_two]})
        assert check_consistency(game, how, beliefs, 1e-9).consistent
        gain = sequential_rationality(game, numbers, across, beliefs).gain.max()
        assert (gain <= 1e-12) == rationally


def test_beliefs_off_the_path_must_treat_the_same_error_alike() -> None:
    """Source: Kreps and Wilson 1982, figure 5's point: what one error tells must not depend on who looks at it."""
    grower = Grower(3)
    root = grower.chance(-1, 0, 0.0)
    for kind in range(2):
        sender = grower.decision(root, kind, 0, f"kind {kind}", 2, 0.5)
        grower.leaf(sender, 0, (1.0, 0.0, 0.0))
        second = grower.decision(sender, 1, 1, "second", 2)
        for move in range(2):
            third = grower.decision(second, move, 2, f"third {move}", 2)
            grower.leaf(third, 0, (0.0, 0.0, 0.0))
            grower.leaf(third, 1, (0.0, 0.0, 0.0))
    game, numbers = grower.done()
    behaviour = np.tile([1.0, 0.0], game.actions // 2)
    how = ways(game, numbers, behaviour, 1e-9)
    same = {"second": [0.3, 0.7], "third 0": [0.3, 0.7], "third 1": [0.3, 0.7]}
    assert check_consistency(game, how, set_beliefs(game, same), 1e-9).consistent
    assert not check_consistency(game, how, set_beliefs(game, same | {"third 1": [0.6, 0.4]}), 1e-9).consistent
    assert not check_consistency(game, how, set_beliefs(game, same | {"third 0": [0.0, 1.0]}), 1e-9).consistent
    sure = {"second": [0.0, 1.0], "third 0": [0.0, 1.0], "third 1": [0.0, 1.0]}
    found = check_consistency(game, how, set_beliefs(game, sure), 1e-9)
    assert found.consistent
    assert max(found.tremble.values()) == 2


def test_pooling_on_quiche_is_sequential_though_the_intuitive_criterion_rejects_it() -> None:
    """Source: Cho and Kreps 1987: supported by the belief that who drinks beer is weak with probability 1/2 or more."""
    game, numbers = beer_quiche()
    behaviour = set_moves(
        game, {"strong": [0.0, 1.0], "weak": [0.0, 1.0], "after beer": [1.0, 0.0], "after quiche": [0.0, 1.0]}
    )
    how = ways(game, numbers, behaviour, 1e-9)
    for weak in (0.5, 0.9, 0.4):
        beliefs = set_beliefs(game, {"after beer": [1 - weak, weak], "after quiche": [0.9, 0.1]})
        assert check_consistency(game, how, beliefs, 1e-9).consistent
        gain = sequential_rationality(game, numbers, behaviour, beliefs).gain.max()
        assert (gain <= 1e-12) == (weak >= 0.5)
    found = check_consistency(
        game, how, set_beliefs(game, {"after beer": [0.5, 0.5], "after quiche": [0.5, 0.5]}), 1e-9
    )
    assert [game.infoset_label[k] for k in found.faults] == ["after quiche"]


def best_by_brute_force(game: Game, numbers: Numbers, behaviour: np.ndarray, player: int) -> float:
    """The best of all pure strategies of one player."""
    own = np.flatnonzero(game.infoset_player == player)
    best = -np.inf
    for choice in product(*(range(game.action_start[k], game.action_start[k + 1]) for k in own)):
        reply = behaviour.copy()
        for infoset, action in zip(own, choice, strict=True):
            reply[game.action_start[infoset] : game.action_start[infoset + 1]] = 0.0
            reply[action] = 1.0
        best = max(best, values(game, numbers, reply[None])[0, 0, player])
    return best


@pytest.mark.parametrize("seed", range(15))
def test_a_best_response_is_the_best_of_all_strategies_and_its_gain_is_told_where_it_is_made(seed: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=3)
    behaviour = random_behaviour(game, seed)
    now = values(game, numbers, behaviour[None])[0, 0]
    for player in range(len(game.players)):
        found = best_response(game, numbers, behaviour, player)
        assert found.share.sum() == pytest.approx(found.gain)
        assert found.worth == pytest.approx(now[player] + found.gain, abs=1e-12)
        assert found.gain == pytest.approx(best_response_gains(game, numbers, behaviour[None])[0, player], abs=1e-12)
        if len(found.infosets) <= 6:
            assert found.worth == pytest.approx(best_by_brute_force(game, numbers, behaviour, player), abs=1e-12)


def test_one_deviation_may_gain_nothing_where_two_do() -> None:
    """A player that stops, and would stop later as well, gains only by going on twice; its beliefs are inconsistent."""
    grower = Grower(2)
    first = grower.decision(-1, 0, 0, "first", 2)
    grower.leaf(first, 0, (1.0, 0.0))
    other = grower.decision(first, 1, 1, "other", 2)
    for move in range(2):
        last = grower.decision(other, move, 0, "last", 2)
        grower.leaf(last, 0, (0.0, 0.0))
        grower.leaf(last, 1, ((2.0, 0.0), (-1.0, 0.0))[move])
    game, numbers = grower.done()
    behaviour = set_moves(game, {"first": [1.0, 0.0], "other": [1.0, 0.0], "last": [1.0, 0.0]})
    beliefs = set_beliefs(game, {"last": [0.0, 1.0]})
    rational = sequential_rationality(game, numbers, behaviour, beliefs)
    assert rational.continuation is not None
    assert rational.gain == pytest.approx(0.0)
    assert rational.continuation[game.infoset_label.index("first")] == pytest.approx(1.0)
    assert not check_consistency(game, ways(game, numbers, behaviour, 1e-9), beliefs, 1e-9).consistent
