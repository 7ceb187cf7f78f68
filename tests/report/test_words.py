"""Numbers as words: never bare, never surer than the study."""

from __future__ import annotations

import math
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.report.words import (
    LADDER,
    Estimate,
    amount,
    chance,
    change,
    contribution,
    day,
    factor,
    likely_words,
    listed,
    plain,
    points,
)

NAN = math.nan
shares = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted).map(lambda s: Estimate(s[1], s[0], s[2]))
ratios = st.lists(st.floats(-20, 20), min_size=3, max_size=3).map(sorted).map(lambda s: Estimate(s[1], s[0], s[2]))


@given(shares)
def test_a_chance_comes_with_its_interval(share):
    assert re.fullmatch(r"(under |over )?\d+\u00a0% \((under |over )?\d+ to (under |over )?\d+\)", chance(share))


@given(shares)
def test_a_chance_that_is_neither_certain_nor_impossible_is_not_written_as_such(share):
    text = chance(Estimate(share.middle))
    assert not text.startswith("0\u00a0%") or share.middle == 0
    assert not text.startswith("100\u00a0%") or share.middle == 1


@given(st.floats(0, 1))
def test_without_draws_every_number_says_that_it_has_no_interval(median):
    for words in (chance, amount, points, factor):
        assert words(Estimate(median)).endswith("(no interval)")
    assert "(no interval)" in change(Estimate(0.2 + median), "it")


@given(ratios)
def test_what_an_event_did_is_never_a_bare_number(ratio):
    assert re.search(r"\(.+ to .+\)$", contribution(ratio, "it", "its rival"))


@given(ratios)
def test_an_event_whose_interval_crosses_one_is_never_said_to_speak_for_or_against(ratio):
    said = contribution(ratio, "it", "its rival")
    if ratio.low < -0.1 and ratio.high > 0.1:
        assert said.startswith("points either way")
    if said.startswith("made it"):
        assert ("more likely" in said) == (ratio.middle > 0)


def test_an_event_is_told_in_odds():
    ratio = Estimate(math.log(2.1), math.log(1.4), math.log(3.0))
    assert contribution(ratio, "it", "its rival") == "made it 2.1 times more likely relative to its rival (1.4 to 3.0)"
    against = Estimate(-math.log(2.1), -math.log(3.0), -math.log(1.4))
    assert (
        contribution(against, "it", "its rival") == "made it 2.1 times less likely relative to its rival (1.4 to 3.0)"
    )
    assert factor(against) == "÷2.1 (÷3.0 to ÷1.4)"


def test_an_event_that_moves_nothing_is_said_to():
    assert contribution(Estimate(0.0, -0.01, 0.02), "it", "its rival").startswith("moved nothing")


def test_an_event_that_rules_something_out_is_told_without_infinity():
    said = contribution(Estimate(-math.inf, -math.inf, -math.inf), "it", "its rival")
    assert said == "made it 1,000 or more times less likely relative to its rival (1,000 or more to 1,000 or more)"


@given(shares)
def test_a_change_names_a_direction_only_where_the_interval_has_one(share):
    difference = Estimate(share.middle - 0.5, share.low - 0.5, share.high - 0.5)
    said = change(difference, "the chance of war")
    if said.startswith("raises"):
        assert difference.low >= -0.005001
    elif said.startswith("lowers"):
        assert difference.high <= 0.005001


def test_a_change_is_told_in_points():
    assert change(Estimate(0.12, 0.04, 0.19), "the chance of war") == "raises the chance of war by 12 points (4 to 19)"
    assert change(Estimate(-0.12, -0.19, -0.04), "it") == "lowers it by 12 points (4 to 19)"
    assert change(Estimate(0.001, 0.0, 0.002), "it").startswith("leaves it where it was")


def test_probability_words_cover_every_chance_in_order():
    ends = [end for end, _ in LADDER]
    assert ends == sorted(ends)
    assert ends[-1] > 1
    assert likely_words(Estimate(0.41, 0.28, 0.57)) == "between unlikely and likely"
    assert likely_words(Estimate(0.3, NAN, NAN)) == "unlikely"


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")]
)
def test_lists_read_as_people_write_them(items, text):
    assert listed(items) == text


def test_a_date_reads_as_people_write_it():
    assert day(date(2025, 3, 7)) == "7\u00a0March\u00a02025"
    assert day(date(2025, 3, 7), short=True) == "7\u00a0Mar"
    assert day(None) == ""


@given(st.text())
def test_plain_text_has_no_control_characters(text):
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", plain(text))
