"""pygambit enumerates every equilibrium of small games; the search for other equilibria finds them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.random_games import Grower
from tests.engine.test_branches import bimatrix
from tests.oracles.gambit import gambit_game

from detente.equilibrium.others.branches import find_branches
from detente.game.arrays import Game, Numbers
from detente.game.exchange.gambit_writing import efg_text

pygambit = pytest.importorskip("pygambit", exc_type=ModuleNotFoundError)


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("block", range(3))
def test_every_equilibrium_of_a_random_simultaneous_game_is_found_and_no_other(size: int, block: int) -> None:
    """Generic games have finitely many, and each is the limit of a logit branch (Govindan, Reny & Robson 2003)."""
    for seed in range(10 * block, 10 * block + 10):
        first, second = np.random.default_rng((size, seed)).normal(size=(2, size, size))
        game, numbers = bimatrix(first, second)
        listed = pygambit.nash.enummixed_solve(gambit_game(efg_text(game, numbers)), rational=False).equilibria
        theirs = np.array([[float(p) for name in game.players for _, p in each[name]] for each in listed])
        ours = find_branches(game, numbers).solution.behaviour
        apart = np.abs(theirs[:, None] - ours[None]).max(axis=2)
        assert apart.shape[0] == apart.shape[1], seed
        assert apart.min(axis=0).max() < 1e-4, seed
        assert apart.min(axis=1).max() < 1e-4, seed


@pytest.mark.parametrize("seed", range(8))
def test_every_equilibrium_that_is_listed_of_a_random_game_of_three_is_found(seed: int) -> None:
    """The list need not be complete: what is found beside it is certified, and the indices add up to one."""
    game, numbers = three_players(seed)
    listed = pygambit.nash.enumpoly_solve(gambit_game(efg_text(game, numbers)), use_strategic=True).equilibria
    found = find_branches(game, numbers)
    assert not found.missing
    assert (found.solution.conditional_regret < 1e-5 * found.solution.payoff_range).all()
    for each in listed:
        theirs = np.array([float(p) for name in game.players for _, p in each[name]])
        assert np.abs(found.solution.behaviour - theirs).max(axis=1).min() < 1e-4


def three_players(seed: int) -> tuple[Game, Numbers]:
    """Three players with two moves each, none of whom sees another's."""
    payoff = np.random.default_rng((4242, 3, seed)).normal(size=(2, 2, 2, 3)).round(3)
    grower = Grower(3)
    root = grower.decision(-1, 0, 0, "first", 2)
    for i in range(2):
        second = grower.decision(root, i, 1, "second", 2)
        for j in range(2):
            third = grower.decision(second, j, 2, "third", 2)
            for k in range(2):
                a, b, c = payoff[i, j, k]
                grower.leaf(third, k, (float(a), float(b), float(c)))
    return grower.done()
