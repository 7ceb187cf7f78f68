"""Equilibria without mixing: those that replies lead to are all that brute force finds."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm
from tests.engine.random_games import Grower, random_game
from tests.engine.test_branches import bimatrix

import detente as dt
from detente.case.read import read_text
from detente.equilibrium.others.branches import find_branches
from detente.equilibrium.others.replies import Replies
from detente.equilibrium.others.scanning import every_way, many_ways
from detente.game.arrays import Game, Numbers
from detente.strategy.behaviour import reach
from detente.strategy.regret import conditional_regret, nash_conv
from detente.study.games import prepare
from detente.study.request import Request

Floats = NDArray[np.float64]

SANCTIONS = Path(__file__).parents[1] / "failing" / "sanctions.yaml"
"""A sender threatens, a target resists or concedes, the sender fights or backs down; payoffs have private errors.

Source: Crisman-Cox and Gibilisco 2021, Estimating signaling games in international relations, whose game has several
equilibria at such payoffs. With errors that are continuous the probability of resisting is a root of one equation:
.2511, .5947 or .8133.
"""


def resisting(points: int) -> list[float]:
    """Share of the target's types that resist in each strict equilibrium on a grid, by trying every share."""
    errors = norm.ppf((np.arange(points) + 0.5) / points)
    fight, back = -1.9 + errors[:, None], -1.2 + errors[None]
    found: list[float] = []
    for resist in range(points + 1):
        share = resist / points
        challenge = share * np.maximum(fight, back) + (1 - share) > 0
        fights = (challenge & (fight > back)).sum() / challenge.sum()
        if (fights * (-2.9 + errors) + (1 - fights) > 0).sum() == resist:
            found.append(share)
    return found


def sanctions(points: int) -> dt.Crisis:
    text = SANCTIONS.read_text("utf-8").replace("points: 12", f"points: {points}")
    return read_text(text, "sanctions.yaml")


@pytest.mark.parametrize("points", [13, 14, 16])
def test_a_scan_of_what_types_do_on_the_whole_finds_every_strict_equilibrium_of_the_sanctions_game(points: int) -> None:
    request = Request.of(None, None, None, None, 0)
    prepared = prepare(sanctions(points), request)
    game, numbers = prepared.compiled.game, prepared.compiled.numbers(prepared.draws(request))
    replies = Replies(game, numbers, np.inf)
    looked = many_ways(replies, 12, 0)
    strict = [logs for logs in looked.found if replies.rest(logs, 1) is not None and replies.margins(logs).min() > 1e-9]
    found = {round(share, 9) for share in (_resists(game, logs) for logs in strict)}
    assert found == {round(share, 9) for share in resisting(points)}


def _resists(game: Game, logs: Floats) -> float:
    own = [infoset for infoset in range(game.infosets) if game.players[game.infoset_player[infoset]] == "b"]
    return float(np.mean([np.exp(logs[game.action_start[infoset] + 1]) for infoset in own]))


def test_where_the_sanctions_game_has_three_strict_equilibria_all_three_are_listed_and_certified() -> None:
    """On 12 points the target's types resist with .25, .333 or for certain; the path leads to the first."""
    found = dt.equilibria(sanctions(12), starts=1)
    outcomes = found.all.outcomes
    with np.errstate(invalid="ignore"):
        resist = 1 - outcomes["concession"] / (1 - outcomes["quo"])
    for share in resisting(12):
        assert np.abs(resist - share).min() < 1e-6
    solution = found.several.branches.solution
    assert max(solution.nash_conv.max(), solution.conditional_regret.max()) < 1e-6 * solution.payoff_range[0]
    assert "players who stand alike" in found.summary


def brute_force(game: Game, numbers: Numbers) -> list[Floats]:
    """[leaf] under each way to play without mixing at which every move that is reached is better than any other.

    By the certificate's code, which knows nothing of the search: no gain from deviating, reached or not, where
    mistakes are equally rare; and every other move at a reached information set loses.
    """
    first, counts = game.action_start[:-1], np.diff(game.action_start)
    ways = np.array(list(product(*(range(count) for count in counts))))
    played = np.zeros((len(ways), game.actions))
    played[np.arange(len(ways))[:, None], first + ways] = 1.0
    many = Numbers(np.repeat(numbers.payoff, len(ways), axis=0), np.repeat(numbers.chance, len(ways), axis=0))
    logs = np.where(played == 1.0, 0.0, -10_000.0)
    gain = np.maximum(nash_conv(game, many, played), conditional_regret(game, many, logs))
    found: list[Floats] = []
    for behaviour in played[gain < 1e-12]:
        if all(_worse(game, numbers, behaviour, infoset) for infoset in range(game.infosets)):
            found.append(reach(game, numbers, behaviour[None])[0, game.leaf_node])
    return found


def _worth(game: Game, numbers: Numbers, behaviour: Floats, player: int) -> float:
    leaves = reach(game, numbers, behaviour[None])[0, game.leaf_node]
    return float(leaves @ numbers.payoff[0, game.leaf_class, player])


def _worse(game: Game, numbers: Numbers, behaviour: Floats, infoset: int) -> bool:
    """True where the information set is not reached, or each other move there pays less."""
    own = slice(int(game.action_start[infoset]), int(game.action_start[infoset + 1]))
    nodes = game.infoset_nodes[game.infoset_node_start[infoset] : game.infoset_node_start[infoset + 1]]
    if reach(game, numbers, behaviour[None])[0, nodes].sum() == 0.0:
        return True
    player = int(game.infoset_player[infoset])
    now = _worth(game, numbers, behaviour, player)
    for move in range(own.start, own.stop):
        other = behaviour.copy()
        other[own] = 0.0
        other[move] = 1.0
        if behaviour[move] == 0.0 and _worth(game, numbers, other, player) >= now - 1e-9:
            return False
    return True


def small_trees(count: int) -> list[tuple[Game, Numbers]]:
    found: list[tuple[Game, Numbers]] = []
    seed = 880_000
    while len(found) < count:
        seed += 1
        game, numbers = random_game(seed, players=2 + seed % 2, stages=4)
        if game.infosets and np.prod(np.diff(game.action_start).astype(float)) <= 2_000:
            found.append((game, numbers))
    return found


def missed(game: Game, numbers: Numbers) -> int:
    """Number of strict equilibria that brute force finds and the search does not list."""
    ours = reach_of(game, numbers, find_branches(game, numbers, starts=1).solution.log_behaviour)
    return sum(np.abs(ours - leaves).max(axis=1).min() > 1e-4 for leaves in brute_force(game, numbers))


def reach_of(game: Game, numbers: Numbers, logs: Floats) -> Floats:
    many = Numbers(np.repeat(numbers.payoff, len(logs), axis=0), np.repeat(numbers.chance, len(logs), axis=0))
    return reach(game, many, np.exp(logs))[:, game.leaf_node]


def test_no_strict_equilibrium_of_a_random_tree_is_missed() -> None:
    trees = small_trees(60)
    strict = [len(brute_force(*tree)) for tree in trees]
    assert sum(strict) >= 40
    assert max(strict) > 1
    assert [missed(*tree) for tree in trees] == [0] * len(trees)


@pytest.mark.parametrize("size", [3, 5])
def test_no_equilibrium_without_mixing_of_a_random_simultaneous_game_is_missed(size: int) -> None:
    for seed in range(15):
        tree = bimatrix(*np.random.default_rng((77, size, seed)).normal(size=(2, size, size)))
        assert missed(*tree) == 0, seed


def test_replies_find_every_equilibrium_without_mixing_of_a_simultaneous_game_of_thirty_moves_each() -> None:
    rng = np.random.default_rng(5)
    size = 30
    first = rng.normal(size=(size, size))
    second = rng.normal(size=(size, size))
    game, numbers = bimatrix(first, second)
    replies = Replies(game, numbers, np.inf)
    best = (first == first.max(axis=0)) & (second == second.max(axis=1)[:, None])
    looked = many_ways(replies, 60, 0)
    found = {tuple(np.flatnonzero(np.exp(logs) > 0.5)) for logs in looked.found if replies.rest(logs, 1) is not None}
    assert found == {(row, size + column) for row, column in zip(*np.nonzero(best), strict=True)}


def test_a_small_game_is_looked_at_whole_and_says_so() -> None:
    game, numbers = bimatrix(np.eye(3), np.eye(3))
    looked = every_way(Replies(game, numbers, np.inf))
    assert looked is not None
    assert (looked.ways, looked.all) == (9, True)
    # Three times both do the same; a tie leaves every move as good where the other's is not met.
    assert len(looked.found) == 3


def test_a_search_that_finds_one_equilibrium_does_not_say_that_there_is_only_one() -> None:
    found = dt.equilibria("schultz-1999-crisis", starts=4)
    assert len(found) == 1
    assert "does not prove that it is the only one" in found.summary
    assert "without mixing" in found.summary
    looked = found.to_dict()["replies"]
    assert looked["ways"] > 0
    assert looked.keys() >= {"ways", "all", "groups", "points", "whole"}


def test_equilibria_are_told_apart_however_rare_each_single_leaf_is() -> None:
    """Coordination after one of 12,000 states that nobody sees: no leaf has a probability above 1e-4."""
    grower, states = Grower(2), 12_000
    root = grower.chance(-1, 0, 0.0)
    for state in range(states):
        first = grower.decision(root, state, 0, "row", 2, 1.0 / states)
        for i in range(2):
            second = grower.decision(first, i, 1, "column", 2)
            for j in range(2):
                grower.leaf(second, j, (2.0 - i, 1.0 + i) if i == j else (0.0, 0.0))
    found = find_branches(*grower.done(), starts=1)
    played = found.solution.behaviour.round(5).tolist()
    assert [1.0, 0.0, 1.0, 0.0] in played
    assert [0.0, 1.0, 0.0, 1.0] in played


def test_a_scan_ends_where_the_replies_allowed_are_given_and_says_so() -> None:
    prepared = prepare(sanctions(12), Request.of(None, None, None, None, 0))
    numbers = prepared.compiled.numbers(prepared.draws(Request.of(None, None, None, None, 0)))
    replies = Replies(prepared.compiled.game, numbers, np.inf, allowed=300)
    looked = many_ways(replies, 12, 0)
    assert not looked.whole
    assert looked.points > 0
    assert replies.count < 300 + 2 * 40 + 1
