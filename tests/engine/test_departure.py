"""The certificate at a finite rationality: play at a logit equilibrium is the logit reply to itself."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pytest
from tests.engine.random_games import random_game
from tests.engine.test_branches import bimatrix

from detente.equilibrium.others.replies import Replies
from detente.equilibrium.solve import solve_game
from detente.strategy.departure import departure
from detente.study.how_solved import DEPARTS, HowSolved


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("rationality", [0.0, 1.0, 30.0, 1e4])
def test_play_at_every_solution_is_the_logit_reply_to_itself(seed, rationality):
    game, numbers = random_game(910_000 + seed, players=2 + seed % 2, stages=4)
    found = solve_game(game, numbers, rationality / numbers.payoff_range()[0])
    assert found.endings[0].good
    assert found.departure[0] < 1e-7
    assert HowSolved.of(found).certified == 1


@pytest.mark.parametrize("seed", range(6))
def test_the_departure_of_any_play_is_that_from_replies_found_by_other_code(seed):
    game, numbers = random_game(920_000 + seed, players=2, stages=3)
    rationality = 2.0 / numbers.payoff_range()[0]
    rng = np.random.default_rng(seed)
    logs = np.log(rng.uniform(0.05, 1.0, game.actions))
    for start, end in zip(game.action_start[:-1], game.action_start[1:], strict=True):
        logs[start:end] -= np.log(np.exp(logs[start:end]).sum())
    # Replies of a player take its own later replies into account: only its last decisions reply to play as it is.
    replies, told = Replies(game, numbers, rationality), departure(game, numbers, logs[None], np.array([rationality]))
    last = [infoset for infoset in range(game.infosets) if not _moves_again(game, infoset)]
    apart = 0.0
    for player in range(2):
        replied = np.exp(replies.reply(logs, player))
        for infoset in last:
            if game.infoset_player[infoset] == player:
                own = slice(int(game.action_start[infoset]), int(game.action_start[infoset + 1]))
                apart = max(apart, float(np.abs(replied[own] - np.exp(logs[own])).max()))
    assert told[0] >= apart - 1e-12
    if len(last) == game.infosets:
        assert told[0] == pytest.approx(apart, abs=1e-12)


def _moves_again(game, infoset):
    player = game.infoset_player[infoset]
    members = game.infoset_nodes[game.infoset_node_start[infoset] : game.infoset_node_start[infoset + 1]]
    later = np.zeros(game.nodes, bool)
    later[members] = True
    for node in range(1, game.nodes):
        later[node] |= later[game.parent[node]]
    later[members] = False
    return any(
        later[game.infoset_nodes[game.infoset_node_start[other]]]
        for other in np.flatnonzero(game.infoset_player == player)
    )


def test_play_that_is_off_by_a_little_is_not_certified():
    game, numbers = random_game(910_001, players=3, stages=4)
    found = solve_game(game, numbers, 5.0 / numbers.payoff_range()[0])
    logs = found.log_behaviour.copy()
    first = slice(int(game.action_start[0]), int(game.action_start[1]))
    moved = np.exp(logs[0, first])
    moved[0] += 1e-4
    logs[0, first] = np.log(moved / moved.sum())
    off = departure(game, numbers, logs, found.rationality)
    assert DEPARTS < off[0] < 1e-2
    assert HowSolved.of(replace(found, log_behaviour=logs, departure=off)).certified == 0


def test_two_moves_are_made_as_their_worths_have_it():
    game, numbers = bimatrix(np.array([[3.0, 3.0], [1.0, 1.0]]), np.zeros((2, 2)))
    share = 1.0 / (1.0 + exp(-0.7 * 2.0))
    logs = np.log(np.array([[share, 1.0 - share, 0.5, 0.5]]))
    assert departure(game, numbers, logs, np.array([0.7]))[0] < 1e-15
    assert departure(game, numbers, logs, np.array([0.0]))[0] == pytest.approx(share - 0.5)


def test_in_the_limit_none_is_told():
    game, numbers = random_game(910_002, players=2, stages=3)
    assert np.isnan(solve_game(game, numbers).departure).all()
