"""Draws follow the distributions that an analyst wrote."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from detente.case.read import read_text
from detente.errors import CaseError
from detente.game.drawn.draws import dimensions, from_cube, median_draw, sample_draws

REST = """
actors: {a: {}}
stages: [{id: one, by: a, choose: {x: {end: over}, y: {end: over}}}]
outcomes: {over: {payoffs: {a: 0}}}
"""


def case(quantities: str, rest: str = REST):
    return read_text(f"detente: 1\ntitle: Draws\nquantities:\n  q: {quantities}\n" + rest, "case.yaml")


PERT = stats.beta(1 + 4 * 0.25, 1 + 4 * 0.75, loc=1, scale=4)
WRITTEN = {
    "{uniform: [1, 3]}": stats.uniform(1, 2),
    "{triangular: [0, 1, 4]}": stats.triang(0.25, 0, 4),
    "{pert: [1, 2, 5]}": PERT,
    "{normal: [2, 0.5]}": stats.norm(2, 0.5),
    "{lognormal: [2, 1.5]}": stats.lognorm(np.log(1.5), scale=2),
    "{beta: [2, 3]}": stats.beta(2, 3),
}


@pytest.mark.parametrize(("written", "known"), WRITTEN.items(), ids=WRITTEN)
def test_every_quantile_is_that_of_scipy(written, known):
    u = np.linspace(0.001, 0.999, 101)
    found = from_cube(case(written), u[:, None]).quantities["q"]
    assert found == pytest.approx(known.ppf(u), abs=1e-9)


@pytest.mark.parametrize(("written", "known"), WRITTEN.items(), ids=WRITTEN)
@settings(max_examples=20, deadline=None)
@given(low=st.floats(0.05, 0.45), high=st.floats(0.55, 0.95))
def test_truncation_conditions_on_the_interval(written, known, low, high):
    ends = float(known.ppf(low)), float(known.ppf(high))
    u = np.linspace(0.01, 0.99, 9)
    crisis = case(written.replace("}", f", within: [{ends[0]!r}, {ends[1]!r}]}}"))
    found = from_cube(crisis, u[:, None]).quantities["q"]
    assert found == pytest.approx(known.ppf(low + u * (high - low)), abs=1e-6)


def test_the_median_draw_is_at_the_medians():
    for written, known in WRITTEN.items():
        assert median_draw(case(written)).quantities["q"] == pytest.approx([known.median()])


def test_a_longer_sample_begins_with_the_shorter_one():
    crisis = case("{uniform: [1, 3]}")
    short, long = (sample_draws(crisis, count, seed=7).quantities["q"] for count in (50, 333))
    assert (long[:50] == short).all()


def test_one_seed_is_one_sample_and_another_seed_another():
    crisis = case("{uniform: [1, 3]}")
    first, again, other = (sample_draws(crisis, 20, seed).quantities["q"] for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_what_depends_on_a_fixed_quantity_follows_it():
    crisis = read_text(
        "detente: 1\ntitle: D\nquantities:\n  q: {uniform: [1, 3]}\n  double: {equals: 2 * q}\n" + REST, "case.yaml"
    )
    assert median_draw(crisis, fixed={"q": 5.0}).quantities["double"] == pytest.approx([10.0])


RANKED = """
actors: {a: {}}
stages: [{id: one, by: a, choose: {v: {end: v}, w: {end: w}, x: {end: x}, y: {end: y}, z: {end: z}}}]
outcomes: {v: {}, w: {}, x: {}, y: {}, z: {}}
preferences: {a: "v > w ~ x > y > z"}
"""


def test_ranked_utilities_respect_the_order_and_are_evenly_spaced_at_the_median():
    crisis = case("1", RANKED)
    assert median_draw(crisis).utilities[0][0] == pytest.approx([1, 2 / 3, 1 / 3, 0])
    drawn = sample_draws(crisis, 500, seed=3)
    table = drawn.utilities[0]
    assert (np.diff(table, axis=1) < 0).all()
    assert (table[:, 0] == 1).all()
    assert (table[:, -1] == 0).all()
    assert (drawn.utility(0, "w") == drawn.utility(0, "x")).all()
    # Uniform over all rankings: order statistics of two uniform numbers have means 2/3 and 1/3.
    assert table.mean(axis=0) == pytest.approx([1, 2 / 3, 1 / 3, 0], abs=0.02)


def test_every_uncertain_thing_has_one_dimension():
    crisis = case("{uniform: [0, 1]}", RANKED + "rationality: {uniform: [5, 10]}\n")
    assert dimensions(crisis) == ("q", "preference 0 tier 1", "preference 0 tier 2", "rationality")
    assert sample_draws(crisis, 4).rationality.min() > 5


def test_a_quantity_without_a_value_in_some_draw_is_named_with_the_draw():
    crisis = read_text(
        "detente: 1\ntitle: D\nquantities:\n  q: {uniform: [-1, 1]}\n  root: {equals: sqrt(q)}\n" + REST, "case.yaml"
    )
    with pytest.raises(CaseError, match=r"quantity root has no value in draw \d+"):
        sample_draws(crisis, 16)
