"""Numbers that nature draws at a chance stage: their chances, what is learnt from them, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import detente as dt
from detente.case.formula.constants import constant
from detente.case.read import read_text
from detente.case.written_back.write import case_text
from detente.crisis.chance_numbers import chances, middles
from detente.crisis.expressions import Number
from detente.crisis.quantities import Shape
from detente.errors import CaseError
from detente.game.slopes.formulas import DERIVATIVE_RULES
from detente.study.compared.alterations import edits
from detente.study.request import Request

LAWS = [
    (Shape.UNIFORM, (-0.3, 0.8), stats.uniform(-0.3, 1.1)),
    (Shape.TRIANGULAR, (-0.5, 0.1, 1.2), stats.triang(0.6 / 1.7, -0.5, 1.7)),
    (Shape.NORMAL, (0.2, 0.6), stats.norm(0.2, 0.6)),
    (Shape.LOGNORMAL, (0.5, 2.0), stats.lognorm(np.log(2), scale=0.5)),
]


@pytest.mark.parametrize(("shape", "parameters", "law"), LAWS)
def test_a_number_of_the_grid_has_the_chance_of_all_that_is_closest_to_it(shape, parameters, law):
    grid = [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5]
    found = chances(shape, tuple(Number(each) for each in parameters), grid)
    ends = law.cdf([-np.inf, -0.75, -0.25, 0.25, 0.75, 1.25, np.inf])
    assert [constant(each) for each in found] == pytest.approx(np.diff(ends).tolist(), abs=1e-12)


@pytest.mark.parametrize(("shape", "parameters", "law"), LAWS)
def test_equally_likely_points_are_the_middle_quantiles(shape, parameters, law):
    assert middles(shape, parameters, 5) == pytest.approx(law.ppf((np.arange(5) + 0.5) / 5).tolist(), abs=1e-9)


def test_the_normal_distribution_function_has_its_density_for_a_derivative():
    points = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(DERIVATIVE_RULES["Phi"](points)[0], stats.norm.pdf(points))


SIGNAL = """
detente: 1
title: A noisy signal
quantities: {noise: 0.4}
actors: {a: {private: {cost: {uniform: [0, 1], points: 4}}}, b: }
state: {mood: {from: 0, to: 1, start: 0}}
stages:
  - {id: event, chance: {calm: 0.5, storm: {probability: rest, set: {mood: 1}}}, seen_by: none}
  - {id: signal, chance: {normal: [a.cost + mood, noise], from: -1, to: 3, step: 0.5}, seen_by: b}
  - {id: guess, by: b, choose: {storm: , calm: }}
outcomes: {end: {payoffs: {a: signal, b: "if(guess = storm, mood, 1 - mood)"}}}
finally: end
readings: {stormy: {when: mood = 1}, dear: {when: a.cost > 0.5}}
"""


def test_what_a_signal_tells_is_what_bayes_rule_makes_of_it():
    crisis = read_text(SIGNAL)
    found = dt.ask(crisis, "B(b, stormy) given (signal = 1)", "P(signal = 1)", "E(signal)", "U(a)").values
    costs = np.array([0.125, 0.375, 0.625, 0.875])
    law = stats.norm(0, 0.4)
    likely = np.array([[law.cdf(1.25 - c - m) - law.cdf(0.75 - c - m) for c in costs] for m in (0, 1)]).mean(axis=1)
    assert found["P(signal = 1)"][0] == pytest.approx(likely.mean())
    assert found["B(b, stormy) given (signal = 1)"][0] == pytest.approx(likely[1] / likely.sum())
    assert found["E(signal)"][0] == pytest.approx(found["U(a)"][0])


def test_a_case_with_drawn_numbers_is_written_back_and_compared():
    crisis = read_text(SIGNAL)
    assert read_text(case_text(crisis)) == crisis
    other = read_text(SIGNAL.replace("step: 0.5", "step: 1"))
    assert [each.path for each in edits((crisis, Request()), (other, Request()))] == [("stages", "signal", "drawn")]
    normal = "normal: [a.cost + mood, noise], from: -1, to: 3, step: 0.5"
    points = read_text(SIGNAL.replace(normal, "normal: [0, 1], points: 3"))
    assert read_text(case_text(points)) == points
    assert [move.id for move in points.stage("signal").moves] == ["-0.967421566102", "0", "0.967421566102"]


def test_derivatives_go_through_the_chances_of_a_signal():
    crisis = read_text(SIGNAL)
    [row] = [
        each
        for each in dt.gradient(crisis, "P(signal = 1)").to_frame().to_dict("records")
        if each["quantity"] == "noise"
    ]
    up, down = (
        dt.ask(crisis, "P(signal = 1)", set={"noise": 0.4 + by}).values["P(signal = 1)"][0] for by in (1e-5, -1e-5)
    )
    assert row["derivative"] == pytest.approx((up - down) / 2e-5, rel=1e-5)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ("{normal: [a.cost + mood, noise]}", "which numbers can nature draw?"),
        ("{normal: [0, 1], points: 3, from: 0, to: 1, step: 1}", "which numbers can nature draw?"),
        ("{normal: [0, 1], from: 0, to: 1}", "which numbers can nature draw?"),
        ("{normal: [mood, noise], points: 3}", "equally likely points need plain numbers for parameters"),
        ("{normal: [0, -1], points: 3}", "the sd of `normal` is -1"),
        ("{uniform: [1, 0], points: 3}", "the numbers of `uniform` are out of order"),
        ("{normal: [0, 1, 2], from: 0, to: 1, step: 1}", "`normal` takes 2 numbers, not 3"),
        ("{beta: [1, 2], from: 0, to: 1, step: 0.5}", "nature cannot draw from `beta` here"),
        ("{normal: [0, 1], within: [0, 1], points: 3}", "`within` has no place here"),
        ("{normal: [0, 1], points: 0}", "0 points"),
        ("{normal: [guess, 1], from: 0, to: 1, step: 1}", "stage `guess` is played after stage `signal`"),
        ("{uniform: 1, points: 2}", "a number that nature draws lists the parameters of its distribution"),
    ],
)
def test_what_nature_cannot_draw_is_told(wrong: str, what: str):
    with pytest.raises(CaseError) as error:
        read_text(SIGNAL.replace("{normal: [a.cost + mood, noise], from: -1, to: 3, step: 0.5}", wrong))
    assert any(what in each.what for each in error.value.problems), [each.what for each in error.value.problems]
