"""Source: Fearon 1995, Rationalist explanations for war, pp. 387-395: war from a privately known cost of war."""

from __future__ import annotations

import pytest

NAME = "fearon-1995-ultimatum"
STEP = {"step: 0.025": "step: 0.005", "points: 120": "points: 600"}

# p, A's cost, lowest and highest cost of B: optimal demand, probability of war, payoff to A.
EXACT = [
    (0.5, 0.1, 0.0, 0.3, 0.6, 1 / 3, 0.533333),
    (0.6, 0.05, 0.0, 0.4, 0.775, 0.4375, 0.676563),
    (0.5, 0.35, 0.0, 0.3, 0.5, 0.0, 0.5),
    (0.9, 0.05, 0.0, 0.6, 1.0, 1 / 6, 0.975),
]


def distance(solve, row, written=None):
    """How far the solved case is from the exact demand, probability of war and payoff."""
    p, cost_a, low, high, demand, war, payoff = row
    played = solve(NAME, written=written, p=p, cost_a=cost_a, cost_b_low=low, cost_b_high=high)
    assert played.relative_regret <= 1e-6
    return (
        abs(played.ask("E(demand)") - demand),
        abs(played.ask("P(war)") - war),
        abs(played.ask("U(a)") - payoff),
    )


@pytest.mark.parametrize("row", EXACT)
def test_the_catalogue_grid_is_within_a_step_of_the_exact_demand_and_risk(solve, row):
    """Source: Fearon 1995, appendix: x* = min(1, p + max(low, (high - cost_a) / 2)).

    Tolerance: one step of the offers, 0.025, in the demand; what that step moves in the probability of war.
    """
    demand, war, payoff = distance(solve, row)
    _, _, low, high, *_ = row
    assert demand <= 0.025 + 1e-9
    assert war <= 0.025 / (high - low) + 1 / 120
    assert payoff <= 0.01


@pytest.mark.parametrize("row", EXACT)
def test_a_finer_grid_comes_closer_to_the_exact_answer(solve, row):
    """Source: Fearon 1995, appendix. Offers five times and types five times as fine: a fifth of the tolerance."""
    demand, war, payoff = distance(solve, row, STEP)
    _, _, low, high, *_ = row
    assert demand <= 0.005 + 1e-9
    assert war <= 0.005 / (high - low) + 1 / 600
    assert payoff <= 0.002


@pytest.mark.parametrize(
    ("rationality", "demand", "war"),
    [(10, 0.650302, 0.500534), (50, 0.605257, 0.353805), (200, 0.600015, 0.333387), (1000, 0.600000, 0.333333)],
)
def test_2000_types_and_31_offers_give_the_finite_logit_answer(solve, rationality, demand, war):
    """Source: Fearon 1995 as a finite logit game (McKelvey and Palfrey 1998); tolerance 1e-6, the digits given."""
    grid = {"step: 0.025": "step: 1/30", "points: 120": "points: 2000"}
    played = solve(NAME, rationality, written=grid, p=0.5, cost_a=0.1, cost_b_low=0, cost_b_high=0.3)
    assert played.unknowns == 30
    assert played.ask("E(demand)") == pytest.approx(demand, abs=1e-6)
    assert played.ask("P(war)") == pytest.approx(war, abs=1e-6)


def test_war_would_be_avoided_if_the_cost_were_known(solve):
    """Source: Fearon 1995, p. 387: there is always a bargain that both prefer to war. B's cost is all but known here."""
    played = solve(NAME, written=STEP, cost_b_low=0.2, cost_b_high=0.2001)
    assert played.ask("P(war)") < 1e-6
