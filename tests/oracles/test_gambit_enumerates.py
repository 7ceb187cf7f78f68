"""pygambit enumerates every equilibrium of small games; the search for other equilibria finds them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.test_branches import bimatrix
from tests.oracles.gambit import gambit_game

from detente.equilibrium.branches import find_branches
from detente.game.gambit_writing import efg_text

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
