"""Conditions for a wish, on a case in which the answer can be computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

import detente as dt
from detente.analysis.over_draws.regions import find_box
from detente.errors import RequestError
from detente.study.asked.require import require, sentences

TEXT = """
detente: 1
title: Chance decides
quantities:
  p: {uniform: [0, 1]}
  q: {uniform: [0, 1]}
  r: {uniform: [0, 1]}
actors: {a: {}}
stages:
  - {id: first, by: nature, chance: {up: {probability: p}, down: {probability: rest, end: lost}}}
  - {id: second, by: nature, chance: {up: {probability: "0.5 + q / 2", end: won}, down: {probability: rest, end: lost}}}
  - {id: never, by: a, choose: {x: {end: lost}, y: {end: lost}}}
outcomes: {won: {payoffs: {a: 1}}, lost: {payoffs: {a: r}}}
rationality: 5
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> dt.Crisis:
    path = tmp_path_factory.mktemp("case") / "chance.yaml"
    path.write_text(TEXT, encoding="utf-8")
    found = dt.load(path)
    assert isinstance(found, dt.Crisis)
    return found


def test_the_smallest_change_of_one_quantity_is_the_one_that_solves_the_equation(case):
    found = require(case, "P(won) >= 0.6", draws=64)
    # At the medians P(won) is p (0.5 + q / 2) = 0.5 * 0.75; p alone meets 0.6 from 0.8 on, q alone never.
    assert found.median == pytest.approx(0.375)
    (way,) = found.ways
    (change,) = way.changes
    assert (change.quantity, change.at) == ("p", pytest.approx(0.5))
    assert change.to == pytest.approx(0.8, abs=0.005)
    assert change.to >= 0.8
    assert way.value >= 0.6
    assert change.share == pytest.approx(0.3 / 0.9, abs=0.01)


def test_quantities_are_moved_together_where_one_alone_does_not_do(case):
    found = require(case, "P(won) >= 0.85", draws=64)
    (way,) = found.ways
    assert {"p", "q"} <= {each.quantity for each in way.changes}
    assert way.value >= 0.85
    assert dt.ask(case, "P(won)", set={c.quantity: c.to for c in way.changes}).to_dict()["P(won)"][
        "value"
    ] == pytest.approx(way.value, abs=1e-9)


def test_what_cannot_be_brought_about_is_said_to_be_so(case):
    found = require(case, "P(won) > 0.999", draws=40)
    assert found.ways == ()
    assert "brings it about" in sentences(found)[-1]


def test_what_holds_already_takes_no_change(case):
    found = require(case, "P(won) < 0.5", draws=40)
    assert found.already
    assert found.ways == ()


def test_the_box_holds_what_it_says(case):
    found = require(case, "P(won) >= 0.5", draws=256, seed=1)
    box = found.box
    assert box is not None
    assert {each.quantity for each in box.limits} <= {"p", "q"}
    assert box.density > 0.8 > box.base
    assert box.held_back > box.base
    assert found.met == pytest.approx(box.base)


@pytest.mark.parametrize("wish", ["P(won)", "P(won) = 0.5", ">= 0.3", "P(won) >= much"])
def test_a_wish_without_a_bound_is_told_what_one_looks_like(case, wish):
    with pytest.raises(RequestError, match=r"P\(deal\) >= 0.6"):
        require(case, wish)


def test_a_bound_beyond_every_number_is_refused(case):
    with pytest.raises(RequestError, match="too large"):
        require(case, "P(won) >= 1e999")


def test_a_box_on_two_quantities_is_found_among_many():
    rng = np.random.default_rng(0)
    drawn = {f"q{k}": rng.random(300) for k in range(30)}
    box = find_box(drawn, (drawn["q3"] > 0.6) & (drawn["q7"] <= 0.5))
    assert box is not None
    limits = {each.quantity: (each.low, each.high) for each in box.limits}
    assert limits["q3"] == (pytest.approx(0.6, abs=0.05), np.inf)
    assert limits["q7"] == (-np.inf, pytest.approx(0.5, abs=0.06))
    assert box.coverage > 0.9
    assert box.density > 0.9


def test_a_single_movable_quantity_that_does_not_do_is_no_error(case):
    found = require(case, "P(won) > 0.999", draws=40, set={"q": 0.5, "r": 0.5})
    assert found.ways == ()
    assert found.median == pytest.approx(0.375)
