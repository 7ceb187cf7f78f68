"""Total indices of a case whose answer is a function with known indices."""

from __future__ import annotations

import numpy as np
import pytest

from detente.case.read import read_text
from detente.errors import RequestError
from detente.study.asked.sobol import ALL_OTHERS, plan_totals, totals

WEIGHTS = {"x": 0.0, "y": 1.0, "z": 9.0}

TEXT = """
detente: 1
title: The g-function of Sobol as a chance of war
quantities:
  x: {uniform: [0, 1]}
  y: {uniform: [0, 1], note: a guess}
  z: {uniform: [0, 1]}
  idle: {uniform: [0, 1]}
actors: {a: {}, b: {}}
stages:
  - {id: alert, by: nature, chance: {yes: 0.5, no: rest}}
  - id: fate
    by: nature
    chance:
      strikes: {probability: "abs(4*x - 2) * (abs(4*y - 2) + 1) / 2 * (abs(4*z - 2) + 9) / 10 / 3.3", end: war}
      spares: {probability: rest, end: peace}
outcomes: {war: {payoffs: {others: 0}}, peace: {payoffs: {others: 1}}}
timeline: [{date: 2025-01-01, stage: alert, move: yes}]
rationality: 1
"""

SINGLE = {name: 1 / 3 / (1 + weight) ** 2 for name, weight in WEIGHTS.items()}
WHOLE = np.prod([1 + each for each in SINGLE.values()]) - 1
FIRST = {name: each / WHOLE for name, each in SINGLE.items()}
TOTAL = {name: each / (1 + each) * (WHOLE + 1) / WHOLE for name, each in SINGLE.items()}
"""Source: Saltelli and Sobol 1995, the g-function with parameters 0, 1, 9."""


@pytest.fixture(scope="module")
def case():
    return read_text(TEXT, "case.yaml")


@pytest.fixture(scope="module")
def found(case):
    return totals(plan_totals(case, "P(war)", solutions=512 * 6)).to_frame()


def test_first_and_total_indices_are_those_of_the_closed_form(found):
    for when in ("outset", "events"):
        table = found[found["when"] == when].set_index("input")
        for name in WEIGHTS:
            assert table.loc[name, "first"] == pytest.approx(FIRST[name], abs=0.06)
            assert table.loc[name, "total"] == pytest.approx(TOTAL[name], abs=0.06)
            assert table.loc[name, "total_low"] - 0.02 <= TOTAL[name] <= table.loc[name, "total_high"] + 0.02
        assert table.loc["idle", "total"] == pytest.approx(0, abs=1e-9)


def test_it_is_told_from_where_to_where_a_quantity_was_moved(found):
    row = found[found["when"] == "outset"].set_index("input").loc["x"]
    assert (row["low_value"], row["high_value"]) == pytest.approx((0.125, 0.875), abs=0.02)
    assert row["at_low"] == pytest.approx(row["at_high"], abs=0.1)


def test_quantities_named_together_are_varied_as_one_and_the_others_too(case):
    design = plan_totals(case, "P(war)", inputs=["x,y"], solutions=2048)
    assert design.solutions == 512 * 4
    table = totals(design).to_frame().set_index(["when", "input"]).loc["outset"]
    both = (1 + SINGLE["x"]) * (1 + SINGLE["y"]) - 1
    assert table.loc["x,y", "first"] == pytest.approx(both / WHOLE, abs=0.05)
    assert table.loc[ALL_OTHERS, "total"] == pytest.approx(TOTAL["z"], abs=0.05)


def test_a_screening_keeps_what_moves_the_answer(case):
    tilted = TEXT.replace("abs(4*x - 2)", "(0.5 + x)").replace("abs(4*y - 2)", "y").replace("abs(4*z - 2)", "0.1 * z")
    design = plan_totals(read_text(tilted, "case.yaml"), "P(war)", top=2)
    assert [each.id for each in design.inputs] == ["x", "y"]
    assert {each.id for each in design.left} == {"z", "idle"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"inputs": ["cost"]}, "nothing uncertain called `cost`"),
        ({"inputs": ["x,y", "x"]}, "named twice"),
        ({"solutions": 50}, "fewer than 96 solutions"),
    ],
)
def test_a_design_that_cannot_be_is_told(case, asked, words):
    with pytest.raises(RequestError, match=words):
        plan_totals(case, "P(war)", **asked)
