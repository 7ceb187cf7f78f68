"""Source: Powell 1999, In the Shadow of Power, ch. 3: the risk-return trade-off."""

from __future__ import annotations

import pytest

NAME = "powell-1999-risk-return"
SWITCH = (0.05 + 0.1) / (0.3 + 0.1)


@pytest.mark.parametrize("q", [0.05, 0.2, 0.34])
def test_below_the_critical_belief_the_demand_is_safe_and_there_is_no_war(solve, q):
    """Source: Powell 1999, ch. 3: no war when q < 0.375. The demand stops one step of 0.01 short of p + cost_low."""
    played = solve(NAME, q=q)
    assert played.relative_regret <= 1e-6
    assert played.ask("P(war)") == pytest.approx(0, abs=1e-9)
    assert played.ask("E(demand)") == pytest.approx(0.55, abs=0.01 + 1e-9)


@pytest.mark.parametrize("q", [0.4, 0.6, 0.9])
def test_above_the_critical_belief_war_comes_from_every_b_for_whom_it_is_cheap(solve, q):
    """Source: Powell 1999, ch. 3: the demand is p + cost_high and P(war) = 1 - q when q > 0.375; offers step 0.01."""
    played = solve(NAME, q=q)
    assert played.relative_regret <= 1e-6
    assert played.ask("P(war)") == pytest.approx(1 - q, abs=1e-9)
    assert played.ask("E(demand)") == pytest.approx(0.8, abs=0.01 + 1e-9)


@pytest.mark.parametrize(("step", "halfwidth"), [("0.01", 0.02), ("0.002", 0.004)])
def test_the_switch_closes_in_on_the_critical_belief_as_offers_get_finer(solve, step, halfwidth):
    """Source: Powell 1999, ch. 3: q* = (cost_low + cost_a) / (cost_high + cost_a) = 0.375.

    On a grid a demand stops one step short of what makes B indifferent, which moves q* by less than two steps.
    """
    written = {"step: 0.01": f"step: {step}"}
    assert solve(NAME, written=written, q=SWITCH - halfwidth).ask("P(war)") == pytest.approx(0, abs=1e-6)
    assert solve(NAME, written=written, q=SWITCH + halfwidth).ask("P(war)") == pytest.approx(
        1 - SWITCH - halfwidth, abs=1e-6
    )
