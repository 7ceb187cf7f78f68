"""Quantities of interest, beliefs along a timeline, and the profile, against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis.over_draws.intervals import interval
from detente.analysis.profile import profile
from detente.analysis.quantity_of_interest import value_of
from detente.analysis.solved import Solved, solve_draws
from detente.analysis.updating import belief_paths, outcomes_after
from detente.case.formula.parsing import parse_interest
from detente.case.read import read_text
from detente.crisis.inquiry import ANALYST
from detente.errors import RequestError
from detente.game.compiling.build import compile_crisis
from detente.game.drawn.draws import median_draw, sample_draws

SIGNALS = """
detente: 1
title: Two noisy signals of one camp
quantities:
  prior: {prior}
  hawk_talk: {hawk}
  dove_talk: {dove}
actors:
  us: {{name: Washington, private: {{camp: {{hawk: prior, dove: rest}}}}}}
  iran: {{name: Tehran}}
stages:
  - {{id: first, by: nature, chance: {{harsh: "if(us.camp = hawk, hawk_talk, dove_talk)", mild: rest}}}}
  - {{id: second, by: nature, chance: {{harsh: "if(us.camp = hawk, hawk_talk, dove_talk)", mild: rest}}, seen_by: [us]}}
  - {{id: reply, by: iran, choose: {{talk: {{end: calm}}, dismiss: {{end: storm}}}}}}
outcomes:
  calm: {{payoffs: {{us: 1, iran: "if(us.camp = hawk, -1, 1)"}}}}
  storm: {{payoffs: {{others: 0}}}}
readings:
  hawkish: {{name: Washington means war, when: us.camp = hawk}}
timeline:
  - {{date: 2025-03-07, stage: first, move: harsh}}
  - {{date: 2025-03-08, stage: second, move: harsh}}
  - {{date: 2025-03-09, stage: reply, move: dismiss}}
"""


def signals(prior: float = 0.4, hawk: float = 0.8, dove: float = 0.3, rationality: float = 5.0) -> Solved:
    crisis = read_text(SIGNALS.format(prior=prior, hawk=hawk, dove=dove), "case.yaml")
    return solve_draws(compile_crisis(crisis), median_draw(crisis), rationality=rationality)


def ask(solved: Solved, text: str) -> float:
    return float(value_of(parse_interest(text, solved.crisis), solved)[0])


probabilities = st.floats(0.05, 0.95)


@settings(max_examples=15, deadline=None)
@given(prior=probabilities, hawk=probabilities, dove=probabilities)
def test_beliefs_follow_bayes_rule_in_odds_form(prior, hawk, dove):
    """Source: Good 1950: log-odds after = log-odds before + log-likelihood ratio."""
    paths = belief_paths(signals(prior, hawk, dove))
    path = next(each for each in paths if (each.observer, each.subject.id) == (ANALYST, "hawkish"))
    odds = log(prior / (1 - prior)) + np.array([0, 1, 2]) * log(hawk / dove)
    assert path.posterior[0, :3] == pytest.approx(1 / (1 + np.exp(-odds)), rel=1e-9)
    assert path.log_ratio[0, 1:3] == pytest.approx([log(hawk / dove)] * 2, abs=1e-9)


def test_a_hidden_event_moves_only_those_who_see_it():
    paths = {(each.observer, each.subject.id): each for each in belief_paths(signals())}
    tehran = paths["iran", "hawkish"]
    assert tehran.posterior[0, 2] == tehran.posterior[0, 1]
    assert tehran.log_ratio[0, 2] == pytest.approx(0)
    assert paths[ANALYST, "hawkish"].posterior[0, 2] > paths[ANALYST, "hawkish"].posterior[0, 1]
    assert ("us", "hawkish") not in paths, "an actor has no doubts about itself"


@settings(max_examples=10, deadline=None)
@given(prior=probabilities, hawk=probabilities, dove=probabilities)
def test_posteriors_average_to_the_prior(prior, hawk, dove):
    solved = signals(prior, hawk, dove)
    total = 0.0
    for first in ("harsh", "mild"):
        for second in ("harsh", "mild"):
            seen = f"first = {first}, second = {second}"
            share = ask(solved, f"P(first = {first} and second = {second})")
            total += share * ask(solved, f"P(hawkish) given ({seen})")
    assert total == pytest.approx(prior, abs=1e-12)


def test_the_reply_is_logit_in_the_posterior():
    solved = signals(prior=0.4, hawk=0.8, dove=0.3, rationality=5.0)
    posterior = 0.4 * 0.8 / (0.4 * 0.8 + 0.6 * 0.3)
    expected = 1 / (1 + np.exp(-5.0 * (1 - 2 * posterior)))
    assert ask(solved, "P(reply = talk) given (first = harsh)") == pytest.approx(expected, abs=1e-12)


def test_outcomes_add_up_and_questions_agree_with_them():
    solved = signals()
    assert ask(solved, "P(calm) + P(storm)") == pytest.approx(1)
    assert ask(solved, "P(calm)") == pytest.approx(float(solved.outcomes[0, 0]), abs=1e-14)
    assert ask(solved, "U(us)") == pytest.approx(ask(solved, "P(calm)"), abs=1e-14)
    assert ask(solved, "P(calm and us.camp = hawk)") <= ask(solved, "P(us.camp = hawk)")
    assert ask(solved, "U(iran) given (us.camp = hawk)") == pytest.approx(
        -ask(solved, "P(calm) given (us.camp = hawk)")
    )


def test_a_condition_of_probability_zero_has_no_answer():
    solved = signals()
    assert np.isnan(value_of(parse_interest("P(calm) given (reply = dismiss, calm)", solved.crisis), solved)[0])


def test_an_expectation_of_what_was_never_chosen_is_refused():
    text = """
detente: 1
title: A demand that is not always made
actors: {a: {}}
stages:
  - {id: gate, by: a, choose: {open, shut: {end: over}}}
  - {id: demand, by: a, choose: {from: 0, to: 1, step: 0.5}}
outcomes: {over: {payoffs: {a: 0}}}
finally: over
"""
    crisis = read_text(text, "case.yaml")
    solved = solve_draws(compile_crisis(crisis), median_draw(crisis))
    with pytest.raises(RequestError, match="was never chosen"):
        ask(solved, "E(demand)")
    assert ask(solved, "E(demand) given (gate = open)") == pytest.approx(0.5)


def test_the_profile_tells_what_each_knows_and_believes():
    entries = list(profile(signals()))
    assert [entry["actor"] for entry in entries] == ["iran", "iran"]
    harsh = next(entry for entry in entries if entry["knows"]["first"] == "harsh")
    posterior = 0.4 * 0.8 / (0.4 * 0.8 + 0.6 * 0.3)
    assert harsh["belief"]["us.camp"]["hawk"] == pytest.approx(posterior)
    assert set(harsh["belief"]) == {"us.camp", "second"}
    assert sum(harsh["moves"].values()) == pytest.approx(1)


def test_an_interval_leaves_a_twentieth_on_either_side_of_what_the_draws_stand_for():
    """Source: Hyndman and Fan 1996, definition 6: of 99 draws the fifth has five hundredths below it."""
    found = interval(np.arange(1.0, 100.0))
    assert (found.median, found.low, found.high) == pytest.approx((50, 5, 95))
    assert np.isnan(interval([0.3]).low)
    assert np.isnan(interval([np.nan, np.nan]).median)
    assert interval([np.nan, 1.0, 3.0]).median == 2.0


def test_beliefs_of_a_numeric_type_are_told_by_thirds():
    text = """
detente: 1
title: Cost of war
actors: {a: {}, b: {private: {cost: {uniform: [0, 1], points: 30}}}}
stages: [{id: answer, by: b, choose: {yield: {end: peace}, fight: {end: war}}}]
outcomes: {peace: {payoffs: {others: 0}}, war: {payoffs: {a: 0, b: 0.5 - b.cost}}}
timeline: [{date: 2025-03-01, stage: answer, move: fight}]
"""
    crisis = read_text(text, "case.yaml")
    paths = belief_paths(solve_draws(compile_crisis(crisis), sample_draws(crisis, 2)))
    after = {each.subject.value: each.posterior[:, 1] for each in paths if each.observer == "a"}
    assert set(after) == {"lowest third", "middle third", "highest third"}
    assert after["lowest third"] == pytest.approx([10 / 15] * 2)
    assert after["highest third"] == pytest.approx([0] * 2, abs=1e-12)


def test_outcomes_after_the_events_are_conditional_on_all_of_them():
    solved = signals()
    after = dict(zip(("calm", "storm"), outcomes_after(solved)[0], strict=True))
    assert after == {"calm": 0, "storm": pytest.approx(1)}
    seen = "first = harsh, second = harsh"
    crisis = replace(solved.crisis, timeline=solved.crisis.timeline[:2])
    earlier = replace(solved, compiled=replace(solved.compiled, crisis=crisis))
    assert outcomes_after(earlier)[0, 0] == pytest.approx(ask(solved, f"P(calm) given ({seen})"))
