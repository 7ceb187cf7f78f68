"""Source: Fearon 1995, Rationalist explanations for war: war from a privately known cost of war."""

from __future__ import annotations

import numpy as np
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
    """Distances of the solved case from the exact demand, probability of war and payoff."""
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


LOGIT = [
    (10, 0.650302, 0.500534),
    (50, 0.605257, 0.353805),
    (200, 0.600015, 0.333387),
    (1000, 0.600000, 0.333333),
]


@pytest.mark.parametrize(("rationality", "demand", "war"), LOGIT)
def test_2000_types_and_31_offers_give_the_known_logit_answer(solve, rationality, demand, war):
    """Source: Fearon 1995 as a finite logit game, offers p to p + cost_b_high (0.5 to 0.8). Tolerance 1e-6."""
    grid = {"from: 0, to: 1, step: 0.025": "from: 0.5, to: 0.8, step: 0.01", "points: 120": "points: 2000"}
    played = solve(NAME, rationality, written=grid)
    assert played.unknowns <= 30
    assert played.ask("E(demand)") == pytest.approx(demand, abs=1e-6)
    assert played.ask("P(war)") == pytest.approx(war, abs=1e-6)


@pytest.mark.parametrize("rationality", [10, 50, 200])
def test_2000_types_and_offers_over_the_whole_good_give_the_closed_form(solve, rationality):
    """Source: logit choice twice over (McKelvey and Palfrey 1998), written out for 31 offers 0 to 1. Tolerance 1e-9."""
    offers, costs = np.linspace(0, 1, 31), 0.3 * (np.arange(2000) + 0.5) / 2000
    gain_from_war = (0.5 - costs)[None, :] - (1 - offers)[:, None]
    war = (1 / (1 + np.exp(-rationality * gain_from_war))).mean(axis=1)
    worth = (1 - war) * offers + war * 0.4
    chosen = np.exp(rationality * (worth - worth.max()))
    chosen /= chosen.sum()
    played = solve(NAME, rationality, written={"step: 0.025": "step: 1/30", "points: 120": "points: 2000"})
    assert played.ask("E(demand)") == pytest.approx(chosen @ offers, abs=1e-9)
    assert played.ask("P(war)") == pytest.approx(chosen @ war, abs=1e-9)


def test_war_would_be_avoided_if_the_cost_were_known(solve):
    """Source: Fearon 1995, the bargaining range: there is always a bargain that both prefer to war."""
    played = solve(NAME, written=STEP, cost_b_low=0.2, cost_b_high=0.2001)
    assert played.ask("P(war)") < 1e-6
