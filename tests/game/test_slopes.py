"""Formulas and quantiles differentiated by rule, against finite differences."""

from __future__ import annotations

import numpy as np
import pytest

import detente as dt
from detente.case.formula.parsing import parse_interest
from detente.crisis.expressions import Number
from detente.crisis.quantities import Distribution, Shape
from detente.game.drawn.draws import QuantityContext, median_draw, quantiles
from detente.game.evaluate import evaluate
from detente.game.slopes.formulas import ContextTable, Slopes, pull
from detente.game.slopes.quantiles import quantile_slopes
from detente.game.written import Owner

CASE = """\
detente: 1
title: Two numbers
quantities: {a: 0.7, b: 0.4}
actors: {one: }
stages: [{id: go, by: one, choose: {yes: , no: }}]
outcomes: {end: {payoffs: {one: a + b}}}
finally: end
"""

FORMULAS = [
    "a + b * a - 3 * b",
    "a / b - b / a",
    "a ^ b",
    "a ^ 3 + b ^ 0.5",
    "exp(a * b) + log(a) * sqrt(b)",
    "-a * -b",
    "min(a, b) * max(a, b * b)",
    "abs(b - a) + abs(a)",
    "if(a > b, a * b, log(a - 1))",
    "if(a < b and not b = 1, a, b ^ 2 / a)",
]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    path = tmp_path_factory.mktemp("slopes") / "two.yaml"
    path.write_text(CASE, "utf-8")
    return dt.load(path)


def derivative(f, at: float, step: float = 1e-4) -> float:
    return (8 * (f(at + step) - f(at - step)) - (f(at + 2 * step) - f(at - 2 * step))) / (12 * step)


def slopes_of(case, formula: str, a: float, b: float) -> Slopes:
    expression = parse_interest(f"E({formula})", case).subject
    found = Slopes(median_draw(case))
    known = QuantityContext({"a": np.array([a]), "b": np.array([b])})
    table = ContextTable(known, lambda actor, variable: np.zeros(0, np.int32))
    pull(expression, table, np.ones((1, 1)), found, Owner("a test"))
    return found


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_operator_has_the_derivative_that_differences_show(case, formula):
    expression = parse_interest(f"E({formula})", case).subject

    def value(a: float, b: float) -> float:
        return float(evaluate(expression, QuantityContext({"a": np.array([a]), "b": np.array([b])}))[0])

    found = slopes_of(case, formula, 0.7, 0.4)
    assert found.quantities.get("a", 0.0) == pytest.approx(derivative(lambda x: value(x, 0.4), 0.7), abs=1e-9)
    assert found.quantities.get("b", 0.0) == pytest.approx(derivative(lambda x: value(0.7, x), 0.4), abs=1e-9)


def test_at_a_kink_the_branch_that_gives_the_value_counts(case):
    assert slopes_of(case, "max(a, b)", 0.5, 0.5).quantities == {"a": 1.0, "b": 0.0}
    assert slopes_of(case, "min(a, b)", 0.5, 0.5).quantities == {"a": 1.0, "b": 0.0}
    assert slopes_of(case, "abs(a)", 0.0, 0.5).quantities["a"] == 1.0


def test_what_only_decides_between_branches_has_no_derivative(case):
    found = slopes_of(case, "if(a > 0.5, b, 0)", 0.7, 0.4)
    assert "a" not in found.quantities
    assert [written.value for written in found.written] == []


def test_numbers_written_in_a_formula_have_derivatives_of_their_own(case):
    found = slopes_of(case, "2 * a + 3 * b", 0.7, 0.4)
    assert {written.value: float(by[0]) for written, by in found.written.items()} == {2.0: 0.7, 3.0: 0.4}


SHAPES = [
    (Shape.UNIFORM, (0.2, 1.1)),
    (Shape.TRIANGULAR, (0.1, 0.3, 0.9)),
    (Shape.PERT, (0.1, 0.3, 0.9)),
    (Shape.NORMAL, (0.4, 0.2)),
    (Shape.LOGNORMAL, (0.5, 1.7)),
    (Shape.BETA, (0.7, 2.3)),
    (Shape.BETA, (5.0, 1.2)),
]


@pytest.mark.parametrize("within", [None, (0.15, 0.8)])
@pytest.mark.parametrize(("shape", "parameters"), SHAPES)
def test_quantiles_move_with_their_parameters_as_differences_show(shape, parameters, within):
    distribution = Distribution(shape, tuple(Number(each) for each in parameters), within)
    u = np.linspace(0.03, 0.97, 9)
    found = quantile_slopes(distribution, tuple(np.array(each) for each in parameters), u)
    for number, slope in enumerate(found):

        def moved(x: float, number: int = number) -> np.ndarray:
            changed = [np.full(u.shape, x if k == number else each) for k, each in enumerate(parameters)]
            return quantiles(distribution, tuple(changed), u)

        assert np.allclose(slope, derivative(moved, parameters[number], 1e-5), atol=1e-9)


def test_a_number_held_at_the_end_of_its_range_does_not_move():
    held = Distribution(Shape.EQUALS, (Number(2.0),), (0.0, 1.0))
    free = Distribution(Shape.EQUALS, (Number(0.5),), (0.0, 1.0))
    assert quantile_slopes(held, (np.array(2.0),), np.array([0.5]))[0] == 0
    assert quantile_slopes(free, (np.array(0.5),), np.array([0.5]))[0] == 1
