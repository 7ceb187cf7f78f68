"""Rules and maps on invented draws whose law is known."""

from __future__ import annotations

import numpy as np
import pytest

from detente.analysis.over_draws.rules import Condition, find_map, find_rule

DRAWS, QUANTITIES = 240, 20


def columns(seed: int) -> dict[str, np.ndarray]:
    table = np.random.default_rng(seed).random((DRAWS, QUANTITIES))
    return {f"q{k}": table[:, k] for k in range(QUANTITIES)}


def test_a_threshold_that_makes_something_hold_is_found_with_its_place():
    drawn = columns(0)
    rule = find_rule(drawn, drawn["q3"] > 0.4)
    assert rule is not None
    assert [(each.quantity, each.above) for each in rule.conditions] == [("q3", True)]
    assert rule.conditions[0].threshold == pytest.approx(0.4, abs=0.06)
    assert rule.holds_inside > 0.9
    assert rule.holds_outside < 0.2
    assert rule.accuracy > 0.9 > rule.base


def test_two_thresholds_that_work_together_are_found():
    drawn = columns(1)
    rule = find_rule(drawn, (drawn["q3"] > 0.3) & (drawn["q7"] <= 0.6))
    assert rule is not None
    assert {(each.quantity, each.above) for each in rule.conditions} == {("q3", True), ("q7", False)}
    assert rule.accuracy > rule.base + 0.1


def test_a_band_of_one_quantity_is_found():
    drawn = columns(2)
    rule = find_rule(drawn, (drawn["q5"] > 0.3) & (drawn["q5"] <= 0.7))
    assert rule is not None
    assert {each.quantity for each in rule.conditions} == {"q5"}
    assert {each.above for each in rule.conditions} == {True, False}


def test_a_rule_describes_the_draws_that_it_was_read_off():
    drawn = columns(3)
    holds = drawn["q1"] + 0.3 * drawn["q2"] > 0.7
    rule = find_rule(drawn, holds)
    assert rule is not None
    inside = np.all([each.met(drawn[each.quantity]) for each in rule.conditions], axis=0)
    assert rule.inside == pytest.approx(inside.mean())
    assert rule.holds_inside == pytest.approx(holds[inside].mean())
    assert rule.holds_outside == pytest.approx(holds[~inside].mean())


def test_chance_yields_no_rule_in_nine_cases_out_of_ten():
    found = 0
    for seed in range(20):
        coin = np.random.default_rng(100 + seed).random(DRAWS) < 0.6
        found += find_rule(columns(seed), coin) is not None
    assert found <= 2


def test_what_holds_nearly_everywhere_has_no_rule():
    drawn = columns(0)
    assert find_rule(drawn, np.arange(DRAWS) > 4) is None


def test_a_condition_at_its_threshold_is_met_by_the_lower_side():
    at = np.array([0.4])
    assert Condition("q", False, 0.4).met(at)[0]
    assert not Condition("q", True, 0.4).met(at)[0]


def test_two_claims_that_turn_on_one_quantity_are_mapped_over_its_fifths():
    drawn = columns(4)
    found = find_map(drawn, drawn["q6"] > 0.5, drawn["q6"] <= 0.5)
    assert found is not None
    assert (found.x, found.y) == ("q6", "")
    assert np.allclose(found.edges_x, [0.2, 0.4, 0.6, 0.8], atol=0.1)


def test_two_claims_that_turn_on_a_quantity_each_are_mapped_over_both():
    drawn = columns(5)
    found = find_map(drawn, drawn["q1"] > 0.5, drawn["q2"] > 0.5)
    assert found is not None
    assert (found.x, found.y) == ("q1", "q2")


def test_claims_that_hold_by_chance_are_not_mapped():
    rng = np.random.default_rng(6)
    assert find_map(columns(6), rng.random(DRAWS) < 0.5, rng.random(DRAWS) < 0.5) is None
