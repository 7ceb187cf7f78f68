"""Play that a mediator correlates, and what leaving it gains: against theorems and brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from tests.concepts.test_regret_minimisation import random_behaviour
from tests.engine.random_games import Grower, random_game
from tests.engine.test_published import kuhn_poker

from detente.equilibrium.concepts.concept import Effort
from detente.equilibrium.concepts.registry import solve_concept
from detente.game.arrays import Game, Numbers
from detente.strategy.behaviour import reach, values
from detente.strategy.coarse import coarse_gains, refusing_gains

EXTENSIVE = "extensive-form-coarse-correlated"


def ways(game: Game, player: int) -> list[list[int]]:
    """[infoset]: the player's information sets on the way there, it included; empty where others move."""
    found: list[list[int]] = [[] for _ in range(game.infosets)]
    for infoset in np.flatnonzero(game.infoset_player == player):
        node = int(game.infoset_nodes[game.infoset_node_start[infoset]])
        chain: list[int] = []
        while node >= 0:
            here = int(game.infoset[node])
            if here >= 0 and game.infoset_player[here] == player:
                chain.append(here)
            node = int(game.parent[node])
        found[infoset] = chain[::-1]
    return found


def below(game: Game, player: int, infoset: int) -> list[int]:
    """The player's information sets that come after one, it included."""
    return [k for k, chain in enumerate(ways(game, player)) if infoset in chain]


def changed(game: Game, behaviour: np.ndarray, sets: list[int], value: float) -> np.ndarray:
    out = behaviour.copy()
    for k in sets:
        out[game.action_start[k] : game.action_start[k + 1]] = value
    return out


def told(game: Game, numbers: Numbers, mixture: list[tuple[float, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Joint play [leaf] of a mixture of profiles, and [player, leaf, c] what is left of it where one refuses."""
    joint = sum(w * reach(game, numbers, b[None])[0, game.leaf_node] for w, b in mixture)
    deepest = max(len(chain) for player in range(len(game.players)) for chain in ways(game, player))
    refused = np.zeros((len(game.players), game.leaves, deepest))
    for player in range(len(game.players)):
        for infoset, chain in enumerate(ways(game, player)):
            if not chain:
                continue
            sets = below(game, player, infoset)
            mass = sum(
                w * reach(game, numbers, changed(game, b, sets, 1.0)[None])[0, game.leaf_node] for w, b in mixture
            )
            under = np.zeros(game.nodes, bool)
            under[game.infoset_nodes[game.infoset_node_start[infoset] : game.infoset_node_start[infoset + 1]]] = True
            for node in range(1, game.nodes):
                under[node] |= under[game.parent[node]]
            here = under[game.leaf_node]
            refused[player, here, len(chain) - 1] = mass[here]
    return joint, refused


def best_refusal(game: Game, numbers: Numbers, mixture: list[tuple[float, np.ndarray]], player: int) -> float:
    """Brute force: every information set, every pure plan from there on."""

    def worth(profiles: list[tuple[float, np.ndarray]]) -> float:
        return sum(w * values(game, numbers, b[None])[0, 0, player] for w, b in profiles)

    staying, best = worth(mixture), 0.0
    for infoset in np.flatnonzero(game.infoset_player == player):
        sets = below(game, player, int(infoset))
        for choice in product(*(range(game.action_start[k], game.action_start[k + 1]) for k in sets)):
            profiles = [(w, changed(game, b, sets, 0.0)) for w, b in mixture]
            for _, behaviour in profiles:
                behaviour[list(choice)] = 1.0
            best = max(best, worth(profiles) - staying)
    return best


@pytest.mark.parametrize("seed", [0, 1, 3, 4, 6, 9])
def test_what_refusing_gains_is_what_the_best_of_all_refusals_gains(seed: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=3)
    mixture = [(w, random_behaviour(game, 10 * seed + k)) for k, w in enumerate((0.5, 0.3, 0.2))]
    joint, refused = told(game, numbers, mixture)
    expected = [best_refusal(game, numbers, mixture, player) for player in range(len(game.players))]
    assert refusing_gains(game, numbers, 0, joint, refused) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_nobody_gains_by_refusing_extensive_form_coarse_correlated_play(seed: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2, stages=5)
    solution = solve_concept(game, numbers, EXTENSIVE, effort=Effort(20_000, 1e-4))
    assert solution.joint is not None
    assert solution.joint.leaf_reach.sum() == pytest.approx(1.0, abs=1e-12)
    assert solution.joint.gain.max() <= 1e-4 * solution.payoff_range[0]


def entry_game() -> tuple[Game, Numbers]:
    """One player stays out (1 each) or enters, and then both choose at once."""
    grower = Grower(2)
    first = grower.decision(-1, 0, 0, "enter?", 2)
    grower.leaf(first, 0, (1.0, 1.0))
    then = grower.decision(first, 1, 0, "then", 2)
    for move in range(2):
        second = grower.decision(then, move, 1, "reply", 2)
        for reply in range(2):
            grower.leaf(second, reply, ((3.0, 4.0)[move], 0.0) if reply == 0 else (-5.0, 0.0))
    return grower.done()


def test_who_was_told_to_enter_has_learnt_something_and_may_leave_play_that_nobody_leaves_beforehand() -> None:
    """Half the time the first is told to enter, and the second to be kind; else to stay out, and the second to punish.

    Beforehand, entering and then grabbing gains 1 half the time and loses 6 the other half. Once told to enter it
    gains 1 for sure: 0.5 as seen from the beginning.
    """
    game, numbers = entry_game()
    where = {"enter?": 0, "then": 2, "reply": 4}
    assert game.actions == 6
    enter, stay = np.zeros(6), np.zeros(6)
    enter[[where["enter?"] + 1, where["then"], where["reply"]]] = 1.0
    stay[[where["enter?"], where["then"], where["reply"] + 1]] = 1.0
    mixture = [(0.5, enter), (0.5, stay)]
    joint, refused = told(game, numbers, mixture)
    own = np.where(game.infoset_player[game.infoset_of_action] == 0, 1.0, 0.0)
    others = np.array(
        [
            sum(w * reach(game, numbers, np.where(own == free, 1.0, b)[None])[0, game.leaf_node] for w, b in mixture)
            for free in (1.0, 0.0)
        ]
    )
    assert coarse_gains(game, numbers, 0, joint, others).max() <= 1e-12
    assert refusing_gains(game, numbers, 0, joint, refused) == pytest.approx([0.5, 0.0], abs=1e-12)


def test_correlation_gains_nothing_where_what_one_wins_the_other_loses() -> None:
    """Source: Kuhn 1950: -1/18; of every coarse correlated equilibrium of a zero-sum game the value is the game's."""
    game, numbers = kuhn_poker()
    solution = solve_concept(game, numbers, EXTENSIVE, effort=Effort(50_000, 1e-4))
    assert solution.joint is not None
    paid = solution.joint.leaf_reach[0] @ numbers.payoff[0, game.leaf_class, 0]
    # A plan chosen beforehand refuses at all of a player's first information sets: three of one, six of the other.
    assert abs(paid + 1 / 18) <= 6 * max(solution.joint.gain.max(), 0.0) + 1e-12
    assert solution.joint.gain.max() <= 1e-4 * solution.payoff_range[0]
