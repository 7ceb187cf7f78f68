"""Published models with time, budgets, common endings, drawn numbers and a mediator, each against its own number."""

from __future__ import annotations

import pytest

import detente as dt


@pytest.mark.parametrize(("delta", "step"), [(0.5, 0.1), (0.8, 0.1), (0.5, 0.2)])
def test_offers_in_turn_leave_the_first_the_alternating_sum_of_discounts(solve, delta, step):
    """Source: Ståhl 1972; Rubinstein 1982, section 3: (1 - delta^4) / (1 + delta) with four periods.

    Tolerance: one step of the offers.
    """
    written = {"step: 0.1": f"step: {step}"} if step != 0.1 else None
    played = solve("rubinstein-1982-bargaining", written=written, delta=delta)
    exact = (1 - delta**4) / (1 + delta)
    assert played.ask("U(a)") == pytest.approx(exact, abs=step)
    assert played.ask("U(b)") == pytest.approx(1 - exact, abs=step)
    assert played.ask("E(round)") == pytest.approx(1, abs=1e-9)


def test_on_noisy_news_each_acts_above_the_risk_dominant_cut_off(solve):
    """Source: Carlsson and van Damme 1993, section 2: 1/2, although acting and waiting are both equilibria where theta
    is known. Tolerance: a step of the grid, 0.1, on either side.
    """
    played = solve("carlsson-van-damme-1993-global-game")
    for news, acts in ((0.1, 0), (0.3, 0), (0.4, 0), (0.6, 1), (0.7, 1), (0.9, 1)):
        assert played.ask(f"P(a_acts) given (news_a = {news})") == pytest.approx(acts, abs=1e-6)
        assert played.ask(f"P(b_acts) given (news_b = {news})") == pytest.approx(acts, abs=1e-6)
    assert played.ask("P(a_acts) given (news_a = 0.5)") == pytest.approx(0.5, abs=1e-6)


def test_the_colonel_gains_fourteen_ninths_by_mixing(solve):
    """Source: Tukey 1949; Ferguson 2020, part II: value 14/9, plans 4/9, 1/9, 4/9."""
    played = solve("tukey-1949-colonel-blotto")
    assert played.ask("U(blotto)") == pytest.approx(14 / 9, abs=1e-7)
    assert played.ask("U(enemy)") == pytest.approx(-14 / 9, abs=1e-7)
    for north, share in ((0, 4 / 9), (1, 0), (2, 1 / 9), (3, 0), (4, 4 / 9)):
        assert played.ask(f"P(b_north = {north})") == pytest.approx(share, abs=1e-5)


@pytest.mark.parametrize("cost", [0.25, 0.5, 1.0])
def test_states_before_an_audience_have_quit_by_a_round_as_in_continuous_time(solve, cost):
    """Source: Fearon 1994: each has quit by t with probability a t / (1 + a t)."""
    played = solve("fearon-1994-audience-costs", cost=cost, war_cost=4 * cost)
    for rounds in (1, 2, 3):
        still = 1 / (1 + cost * rounds)
        assert played.ask(f"P(round > {rounds})") == pytest.approx(still**2, abs=1e-6)
    assert played.ask("P(war)") == pytest.approx((1 / (1 + 4 * cost)) ** 2, abs=1e-6)
    assert played.ask("U(one)") == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("days", [1, 2, 4])
def test_the_big_match_is_worth_half_a_point_a_day_however_long(solve, days):
    """Source: Blackwell and Ferguson 1968: value 1/2; one is first predicted with probability 1 / (n + 1)."""
    played = solve("blackwell-ferguson-1968-big-match", written={"repeat: 4": f"repeat: {days}"}, days=days)
    assert played.ask("U(seer)") == pytest.approx(1 / 2, abs=1e-7)
    assert played.ask("U(chooser)") == pytest.approx(-1 / 2, abs=1e-7)
    assert played.ask("P(round = 1 and call = one)") == pytest.approx(1 / (days + 1), abs=1e-5)


def test_a_mediator_who_wants_peace_alone_is_not_believed():
    """Source: Kydd 2003: an unbiased mediator's warnings are cheap, and war is as likely as without one (0.4 here)."""
    for scenario in (None, "biased"):
        # The path from rationality zero babbles, whoever speaks.
        found = dt.ask("kydd-2003-mediation", "P(war)", "P(resolute) given (word = warn)", scenario=scenario).values
        assert found["P(war)"] == pytest.approx([0.4], abs=1e-6)
        assert found["P(resolute) given (word = warn)"] == pytest.approx([0.5], abs=1e-6)


def test_a_mediator_on_the_side_of_the_one_it_speaks_to_can_be_believed():
    """Source: Kydd 2003: a biased mediator's word is informative in an equilibrium; what doubt is left makes for war.

    0.05 here: a yielding opponent (1/2) whom war costs little after all (1/10).
    """
    wars = {
        scenario: [float(each.outcomes["war"][0]) for each in dt.equilibria("kydd-2003-mediation", scenario=scenario)]
        for scenario in ("biased", None)
    }
    assert min(wars["biased"]) == pytest.approx(0.05, abs=1e-6)
    assert max(wars["biased"]) == pytest.approx(0.4, abs=1e-6)
    # Nobody who wants peace alone can be believed in any equilibrium found.
    assert min(wars[None]) == pytest.approx(0.4, abs=1e-6)
