"""Scores of forecasts: values worked by hand, propriety, and what pooling over cases says of its error."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.scored.over_cases import over_cases, over_dates, power_of
from detente.analysis.scored.proper import (
    LEAST_SCORED,
    brier_score,
    log_score,
    pooled,
    ranked_probability_score,
    uniform,
)
from detente.errors import RequestError

TOLD = [0.5, 0.3, 0.2]
SHARES = (0.45, 0.22, 0.11, 0.22)
"""War, deal, back-down, standoff in 486 crises. Source: ICB, version 14, as grouped in the documents."""


def came(*which: int, of: int = 3) -> list[bool]:
    return [number in which for number in range(of)]


def forecasts(count: int) -> st.SearchStrategy[np.ndarray]:
    parts = st.lists(st.floats(0.01, 1.0), min_size=count, max_size=count)
    return parts.map(lambda each: np.array(each) / sum(each))


def test_scores_are_those_worked_by_hand():
    assert log_score(TOLD, came(1)) == pytest.approx(-math.log(0.3))
    assert brier_score(TOLD, came(1)) == pytest.approx(0.5**2 + 0.7**2 + 0.2**2)
    # below the first step 0.5 was told and 0 came, below the second 0.8 and 1
    assert ranked_probability_score(TOLD, came(1)) == pytest.approx((0.5**2 + 0.2**2) / 2)


@pytest.mark.parametrize(
    ("base", "happened", "log", "brier"),
    [
        ((0.46, 0.08, 0.31, 0.15), 0, 0.77, 0.41),
        ((0.52, 0.22, 0.19, 0.07), 1, 1.50, 0.91),
        ((0.74, 0.13, 0.04, 0.09), 0, 0.31, 0.10),
        ((0.44, 0.22, 0.14, 0.19), 3, 1.64, 0.92),
        ((0.38, 0.29, 0.19, 0.14), 1, 1.25, 0.71),
    ],
)
def test_base_rates_of_famous_crises_score_as_another_program_had_them(base, happened, log, brier):
    """Source: scores of ICB base rates (war, deal, back-down, standoff) told to two digits, shares likewise."""
    shares, mask = np.array(base) / sum(base), came(happened, of=4)
    assert log_score(shares, mask) == pytest.approx(log, abs=0.02)
    assert brier_score(shares, mask) == pytest.approx(brier, abs=0.02)


def test_no_forecast_costs_more_than_the_floor_says():
    assert log_score([1.0, 0.0], came(1, of=2)) == pytest.approx(-math.log(LEAST_SCORED))
    assert log_score([1.0, 0.0], came(1, of=2), floor=0.0) == math.inf


@settings(max_examples=60, deadline=None)
@given(forecasts(4), forecasts(4))
def test_nobody_gains_by_saying_what_he_does_not_believe(truth, other):
    for score in (log_score, brier_score, ranked_probability_score):
        expected = [sum(truth[k] * float(score(told, came(k, of=4))) for k in range(4)) for told in (truth, other)]
        assert expected[0] <= expected[1] + 1e-12


@settings(max_examples=60, deadline=None)
@given(forecasts(4), st.integers(0, 3))
def test_the_ranked_score_is_that_of_the_distances_between_draws(told, happened):
    """Oracle: the continuous ranked probability score on whole numbers, E|X - y| - E|X - X'| / 2."""
    places = np.arange(4)
    apart = np.abs(places[:, None] - places)
    energy = told @ np.abs(places - happened) - 0.5 * told @ apart @ told
    assert ranked_probability_score(told, came(happened, of=4)) == pytest.approx(energy / 3)


def test_a_miss_by_one_group_costs_less_than_one_by_two():
    near, far = [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]
    assert ranked_probability_score(near, came(2)) < ranked_probability_score(far, came(2))
    assert brier_score(near, came(2)) == brier_score(far, came(2))


@settings(max_examples=40, deadline=None)
@given(forecasts(4))
def test_a_partial_resolution_scores_what_it_leaves_open_as_one(told):
    joined = [told[0], told[1] + told[2], told[3]]
    for score in (log_score, brier_score):
        assert score(told, came(1, 2, of=4)) == pytest.approx(score(joined, came(1)))
    ranked = ranked_probability_score(told, came(1, 2, of=4))
    assert ranked == pytest.approx((told[0] ** 2 + told[3] ** 2) / 2)


def test_a_resolution_that_leaves_everything_open_ranks_nothing():
    assert math.isnan(ranked_probability_score(TOLD, came(0, 2)))
    assert log_score(TOLD, came(0, 1, 2)) == 0.0


def test_many_forecasts_are_scored_as_each_alone_and_an_unknown_one_stays_unknown():
    both = np.array([TOLD, [0.1, 0.1, 0.8], [np.nan] * 3])
    for score in (log_score, brier_score, ranked_probability_score):
        found = score(both, came(2))
        assert found[0] == pytest.approx(score(TOLD, came(2)))
        assert math.isnan(found[2])


@pytest.mark.parametrize(
    ("told", "mask", "says"),
    [
        ([0.5, 0.6], [True, False], "add up to one; got 1.1"),
        ([-0.1, 1.1], [True, False], "at least 0; got -0.1"),
        ([0.5, 0.5], [True], "speaks of 1 categories and the forecast of 2"),
        ([0.5, 0.5], [False, False], "names no category"),
    ],
)
def test_what_is_no_forecast_is_refused(told, mask, says):
    with pytest.raises(RequestError, match=says):
        log_score(told, mask)


def test_a_pool_loses_no_more_than_the_mean_of_its_parts():
    """Jensen: the logarithmic score is convex, the Brier score as well."""
    other = uniform(3)
    for score in (log_score, brier_score, ranked_probability_score):
        mean = 0.5 * (score(TOLD, came(2)) + score(other, came(2)))
        assert score(pooled(TOLD, other), came(2)) <= mean


def test_a_case_counts_once_however_many_dates_it_has():
    assert over_dates([1.0, 2.0, np.nan, 3.0]) == 2.0
    assert math.isnan(over_dates([np.nan]))
    assert over_cases([1.0, 3.0, np.nan]).mean == 2.0
    assert over_cases([1.0, 3.0, np.nan]).cases == 2


def test_a_single_case_has_no_interval():
    found = over_cases([0.3])
    assert (found.mean, found.cases) == (0.3, 1)
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_the_interval_over_cases_does_not_depend_on_their_order_and_moves_with_them():
    values = np.array([0.1, -0.4, 0.9, 0.3, 0.2])
    one, other = over_cases(values, seed=3), over_cases(values + 1.0, seed=3)
    assert other.low - one.low == pytest.approx(1.0)
    assert one.low < values.mean() < one.high


@pytest.mark.parametrize("cases", [8])
def test_the_interval_over_cases_holds_the_mean_nine_times_in_ten(cases):
    draw, hits, trials = np.random.default_rng(5), 0, 200
    for trial in range(trials):
        found = over_cases(draw.normal(0.27, 0.64, cases), seed=trial)
        hits += found.low <= 0.27 <= found.high
    assert hits / trials == pytest.approx(0.9, abs=3 * math.sqrt(0.09 / trials))


def test_eight_crises_seldom_show_a_moderate_skill_and_forty_mostly_do():
    """The gain that the documents speak of: 0.27 nats a case, with a spread of about two thirds of a nat."""
    few, many = power_of(8, SHARES, 2.7, 0.75), power_of(40, SHARES, 2.7, 0.75)
    assert many.gain == pytest.approx(0.27, abs=0.02)
    assert many.spread == pytest.approx(0.66, abs=0.03)
    assert few.power == pytest.approx(0.3, abs=0.05)
    assert many.power == pytest.approx(0.8, abs=0.05)


def test_nothing_to_foresee_is_found_as_often_as_the_test_errs():
    assert power_of(40, SHARES, 1e6, 0.0).gain == pytest.approx(0.0, abs=1e-3)
