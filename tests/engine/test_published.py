"""Published logit equilibria and limits, on games built by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.random_games import Grower, beer_quiche, selten_horse

from detente.equilibrium.solve import solve_game
from detente.game.arrays import Game, Numbers
from detente.strategy.behaviour import reach, values


def moves(game: Game, behaviour: np.ndarray, name: str) -> np.ndarray:
    """Probabilities at the information set with a label."""
    infoset = game.infoset_label.index(name)
    return behaviour[0, game.action_start[infoset] : game.action_start[infoset + 1]]


@pytest.mark.parametrize(
    ("rationality", "strong_beer", "weak_beer", "fight_beer", "fight_quiche"),
    [
        (0.5, 0.627653, 0.382763, 0.392566, 0.414726),
        (1.0, 0.765018, 0.305847, 0.285991, 0.376187),
        (2.0, 0.988427, 0.610035, 0.148894, 0.760759),
        (5.0, 1.0, 0.991459, 0.017851, 0.993280),
        (10.0, 1.0, 0.999954, 0.000335, 0.999955),
        (np.inf, 1.0, 1.0, 0.0, 1.0),
    ],
)
def test_beer_and_quiche_follows_the_logit_branch_to_pooling_on_beer(
    rationality: float, strong_beer: float, weak_beer: float, fight_beer: float, fight_quiche: float
) -> None:
    """Source: Cho & Kreps 1987, figure 1; logit numbers by two independent computations."""
    game, numbers = beer_quiche()
    behaviour = solve_game(game, numbers, rationality).behaviour
    found = [moves(game, behaviour, name)[0] for name in ("strong", "weak", "after beer", "after quiche")]
    assert found == pytest.approx([strong_beer, weak_beer, fight_beer, fight_quiche], abs=6e-7)


def test_signorino_s_deterrence_game_at_rationality_one() -> None:
    """Source: Signorino 1999, the 2-player crisis with logit agents."""
    grower = Grower(2)
    first = grower.decision(-1, 0, 0, "challenge", 2)
    grower.leaf(first, 0, (0.0, 0.0))
    second = grower.decision(first, 1, 1, "response", 2)
    grower.leaf(second, 0, (1.0, 0.0))
    grower.leaf(second, 1, (-1.0, 0.5))
    game, numbers = grower.done()
    solution = solve_game(game, numbers, 1.0)
    assert solution.unknowns == 0
    outcomes = reach(game, numbers, solution.behaviour)[0, game.leaf_node]
    assert outcomes == pytest.approx([0.560925, 0.165769, 0.273306], abs=6e-7)


def test_selten_s_horse_is_followed_far_beyond_where_exponentials_underflow() -> None:
    """Source: Selten 1975, figure 1: (across, across) with 3 playing R is the sequential outcome."""
    game, numbers = selten_horse()
    for rationality in (1e3, 1e6):
        solution = solve_game(game, numbers, rationality)
        assert solution.endings[0].good
        assert solution.reached[0] == rationality
        assert solution.nash_conv[0] < 1e-9
        assert solution.conditional_regret[0] < 1e-5
        assert solution.behaviour[0, [0, 2]] == pytest.approx([1.0, 1.0], abs=1e-9)


def test_kuhn_poker_is_worth_minus_an_eighteenth_to_the_first_player() -> None:
    """Source: Kuhn 1950."""
    game, numbers = kuhn_poker()
    solution = solve_game(game, numbers)
    assert solution.endings[0].good
    assert values(game, numbers, solution.behaviour)[0, 0, 0] == pytest.approx(-1 / 18, abs=1e-7)


def kuhn_poker() -> tuple[Game, Numbers]:
    grower = Grower(2)
    root = grower.chance(-1, 0, 0.0)
    deals = [(a, b) for a in range(3) for b in range(3) if a != b]
    for rank, (one, two) in enumerate(deals):
        stake = 1.0 if one > two else -1.0
        opening = grower.decision(root, rank, 0, (one, ""), 2, 1 / 6)
        checked = grower.decision(opening, 0, 1, (two, "c"), 2)
        grower.leaf(checked, 0, (stake, -stake))
        raised = grower.decision(checked, 1, 0, (one, "cb"), 2)
        grower.leaf(raised, 0, (-1.0, 1.0))
        grower.leaf(raised, 1, (2 * stake, -2 * stake))
        bet = grower.decision(opening, 1, 1, (two, "b"), 2)
        grower.leaf(bet, 0, (1.0, -1.0))
        grower.leaf(bet, 1, (2 * stake, -2 * stake))
    return grower.done()


def test_an_ultimatum_with_two_thousand_types_is_solved_without_unknowns() -> None:
    """Source: Fearon 1995, private cost of war; 31 offers .5 to .8, 2,000 types, p=.5, cA=.1, cB ~ U[0, .3]."""
    game, numbers = ultimatum(2000, np.linspace(0.5, 0.8, 31))
    assert game.infosets == 62_001
    for rationality, demand, war in ((10.0, 0.650302, 0.500534), (200.0, 0.600015, 0.333387)):
        solution = solve_game(game, numbers, rationality)
        assert solution.unknowns == 0
        at = reach(game, numbers, solution.behaviour)[0]
        offers = at[game.level_start[1] : game.level_start[2]]
        assert offers @ np.linspace(0.5, 0.8, 31) == pytest.approx(demand, abs=6e-7)
        fights = at[game.leaf_node].reshape(-1, 2)[:, 1].sum()
        assert fights == pytest.approx(war, abs=6e-7)


def ultimatum(types: int, demands: np.ndarray) -> tuple[Game, Numbers]:
    """The proposer does not know the type, so that drawing it after the demand is the same game."""
    grower = Grower(2)
    root = grower.decision(-1, 0, 0, "demand", len(demands))
    for rank, demand in enumerate(demands.tolist()):
        luck = grower.chance(root, rank, 0.0)
        for kind in range(types):
            cost = 0.3 * (kind + 0.5) / types
            answer = grower.decision(luck, kind, 1, (rank, kind), 2, 1.0 / types)
            grower.leaf(answer, 0, (demand, 1.0 - demand))
            grower.leaf(answer, 1, (0.4, 0.5 - cost))
    return grower.done()


def test_the_centipede_unravels_at_the_limit() -> None:
    """Source: Rosenthal 1981: taking at once is the only equilibrium outcome."""
    grower = Grower(2)
    parent, rank, pot = -1, 0, 1.0
    for turn in range(6):
        parent = grower.decision(parent, rank, turn % 2, turn, 2)
        share = (0.8 * pot, 0.2 * pot)
        grower.leaf(parent, 0, share if turn % 2 == 0 else share[::-1])
        rank, pot = 1, 2.0 * pot
    grower.leaf(parent, 1, (0.8 * pot, 0.2 * pot))
    game, numbers = grower.done()
    assert solve_game(game, numbers).behaviour[0, ::2] == pytest.approx(np.ones(6), abs=1e-9)
