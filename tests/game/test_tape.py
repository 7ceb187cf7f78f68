"""The tape of a game's formulas gives what the formulas give, one by one."""

from __future__ import annotations

import numpy as np
import pytest

import detente as dt
from detente.game.drawn.draws import from_cube, median_draw, sample_draws, with_fixed

CASES = ["demand", "two-readings", "schultz-1999-crisis", "kydd-2005-trust", "iran-2025"]


@pytest.mark.parametrize("name", CASES)
def test_the_tape_gives_the_numbers_that_each_formula_gives_by_itself(name):
    compiled = dt.compile(name)
    crisis, plan = compiled.crisis, compiled.payoff_plan
    assert crisis is not None
    assert plan is not None
    draws = sample_draws(crisis, 4, seed=3)
    numbers = compiled.numbers(draws)
    np.testing.assert_array_equal(numbers.payoff, plan.payoffs(crisis, draws))
    parts = [each.probabilities(crisis, draws).reshape(4, -1) for each in compiled.chance_plans]
    np.testing.assert_array_equal(numbers.chance, np.concatenate([np.zeros((4, 0)), *parts], axis=1))


def test_a_fixed_quantity_takes_with_it_what_is_defined_by_it_and_leaves_the_rest():
    crisis = dt.load("iran-2025")
    fixed = {crisis.quantities[0].id: 0.123, crisis.quantities[5].id: 0.2}
    axes = tuple(f"none {k}" for k in range(2))
    moved = with_fixed(from_cube(crisis, np.full((1, 2), 0.5), axes=axes, median=True), fixed, axes)
    anew = median_draw(crisis, fixed=fixed)
    assert {name: values.tolist() for name, values in moved.quantities.items()} == {
        name: values.tolist() for name, values in anew.quantities.items()
    }
    np.testing.assert_array_equal(moved.rationality, anew.rationality)
