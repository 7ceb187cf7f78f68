"""Seeing a move and forcing it: both are told where they differ, and a change is told beside the case as it stands."""

from __future__ import annotations

import numpy as np
import pytest

import detente as dt
from detente.case.read import read_text
from detente.errors import RequestError
from detente.study.tables.watching import require_subject

CASE = """
detente: 1
title: A gesture that one camp makes more often
rationality: 6
quantities:
  prior: {uniform: [0.3, 0.5]}
  price: {uniform: [0.2, 0.4]}
actors:
  us: {private: {camp: {hawk: prior, dove: rest}}}
  iran: {}
stages:
  - {id: gesture, by: us, choose: {ease: {cost: "if(us.camp = hawk, price, 0)"}, nothing: }}
  - {id: reply, by: iran, choose: {talk: {end: deal}, refuse: {end: war}}}
outcomes:
  deal: {payoffs: {us: "if(us.camp = hawk, 0.2, 1)", iran: "if(us.camp = hawk, -1, 1)"}}
  war: {payoffs: {us: "if(us.camp = hawk, 1, 0)", iran: 0}}
readings:
  hawkish: {when: us.camp = hawk}
scenarios:
  cheap: {set: {price: 0}}
"""


@pytest.fixture(scope="module")
def case():
    return read_text(CASE, "case.yaml")


def test_seeing_a_move_tells_of_its_maker_and_forcing_it_does_not(case):
    asked = "P(hawkish) given (gesture = ease)"
    told = dt.ask(case, asked, "P(hawkish)").to_dict()
    found = told[asked]["selection"]
    assert found["seen"] == told[asked]["value"] < 0.35
    assert found["forced"] == pytest.approx(0.4, abs=1e-12), "a move that had to be made says nothing of who made it"
    assert found["as_it_stands"] == pytest.approx(0.4, abs=1e-12)
    assert found["doing"] == pytest.approx(0, abs=1e-12)
    assert found["says"].startswith(
        "Seeing `gesture: ease` moves P(hawkish) given (gesture = ease) by \N{MINUS SIGN}0."
    )
    assert "selection" not in told["P(hawkish)"]


def test_a_forced_move_is_told_beside_the_same_move_seen_with_errors_over_draws(case):
    answers = dt.ask(case, "P(deal)", force="gesture: ease", draws=64)
    [selection] = answers.selections
    seen = dt.ask(case, "P(deal) given (gesture = ease)", draws=64).values["P(deal) given (gesture = ease)"]
    assert np.allclose(selection.seen, seen)
    assert np.array_equal(selection.forced, answers.values["P(deal)"])
    told = answers.to_dict()["P(deal)"]["selection"]
    assert told["apart"] == pytest.approx(told["seen"] - told["forced"])
    assert abs(told["apart"]) > 2 * told["apart_error"] > 0


def test_what_is_no_difference_is_not_told(case):
    assert "selection" not in dt.ask(case, "P(deal) given (reply = talk)").to_dict()["P(deal) given (reply = talk)"]


@pytest.mark.parametrize("change", [{"set": {"price": 0}}, {"scenario": "cheap"}])
def test_a_number_set_and_a_scenario_are_told_beside_the_case_as_it_stands(case, change):
    told = dt.ask(case, "P(deal)", **change, draws=16).to_dict()["P(deal)"]
    stands = dt.ask(case, "P(deal)", draws=16).to_dict()["P(deal)"]
    assert told["baseline"] == stands["value"]
    assert told["difference"] == pytest.approx(told["value"] - stands["value"])
    assert told["difference_error"] > 0


def test_what_to_watch_may_be_asked_of_one_reading(case):
    require_subject(case, "us.camp")
    with pytest.raises(RequestError, match=r"no reading or private variable `hawk`.*did you mean `hawkish`"):
        require_subject(case, "hawk")
    study = dt.run(case, draws=8, inquiry_draws={"hinges": 0, "scenarios": 0})
    assert set(study.watch("us.camp")["subject"]) == {"us.camp"} < set(study.watch()["subject"])


def test_a_move_taken_as_seen_stands_beside_the_same_move_forced(case):
    told = dt.ask(case, "P(hawkish)", given="gesture: ease", draws=32).to_dict()["P(hawkish)"]
    found = told["selection"]
    assert found["seen"] == pytest.approx(told["value"], abs=1e-12)
    assert found["forced"] == pytest.approx(found["as_it_stands"], abs=1e-12)
    assert found["seeing"] == pytest.approx(found["seen"] - found["as_it_stands"], abs=1e-12)
    assert found["seeing"] < -2 * found["seeing_error"]
    assert found["doing"] == pytest.approx(0, abs=1e-12)
