"""Numbers that the language admits are computed in double precision, and what it forbids is refused in every draw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import detente as dt
from detente.case.read import read_text
from detente.errors import CaseError
from detente.game.drawn.draws import dimensions, from_cube, median_draw, sample_draws

FAILING = Path(__file__).parent.parent / "failing"
REST = """
actors: {a: {}}
stages: [{id: one, by: a, choose: {x: {end: over}, y: {end: over}}}]
outcomes: {over: {payoffs: {a: 0}}}
"""


def case(quantities: str, rest: str = REST):
    return read_text(f"detente: 1\ntitle: Draws\nquantities:\n{quantities}\n" + rest, "case.yaml")


def test_a_state_may_be_multiplied_beyond_what_an_integer_of_32_bits_holds():
    assert dt.ask(FAILING / "int32-overflow.yaml", "U(a)").values["U(a)"] == pytest.approx([8e9])


def test_a_state_may_lie_beyond_32_bits():
    assert dt.ask(FAILING / "state-beyond-int32.yaml", "U(a)").values["U(a)"] == pytest.approx([3000000001])


BIG = """
detente: 1
title: As large as whole numbers are exact
actors: {a: {}}
state: {g: {from: 9007199254740990, to: 9007199254740992, start: 9007199254740990}}
stages: [{id: one, by: a, choose: {x: {set: {g: g + 2}}, y: {set: {g: g + 1}, end: over}}}]
outcomes: {over: {payoffs: {a: g - 9007199254740990}}}
finally: over
"""


def test_whole_numbers_are_exact_up_to_the_largest_that_the_language_admits(tmp_path):
    (tmp_path / "big.yaml").write_text(BIG, "utf-8")
    found = dt.ask(tmp_path / "big.yaml", "U(a) given (one = x)", "U(a) given (one = y)", rationality=0)
    assert [float(each[0]) for each in found.values.values()] == [2.0, 1.0]


def test_whole_numbers_that_double_precision_cannot_tell_apart_are_refused_at_their_key():
    with pytest.raises(CaseError, match=r":5:41: error: 9,007,199,254,740,993 cannot be told") as caught:
        read_text(BIG.replace("9007199254740992", "9007199254740993"), "case.yaml")
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("range_", "said"),
    [
        ("{from: 0, to: 1e-9, step: 1e-10}", "formulas take numbers closer than 1e-09 for equal"),
        ("{from: 1e15, to: 1000000000000001, step: 0.1}", "steps of 0.1 are lost in numbers as large as 1e"),
        ("{from: 9007199254740992, to: 9007199254740994, step: 1}", "steps of 1 are lost"),
    ],
)
def test_numbers_to_choose_that_formulas_could_not_tell_apart_are_refused(range_, said):
    with pytest.raises(CaseError, match=said):
        case("  q: 1", REST.replace("{x: {end: over}, y: {end: over}}", range_ + ", end: over"))


def test_a_state_is_set_to_the_whole_number_that_a_formula_means_but_for_rounding(tmp_path):
    rest = """
actors: {a: {}}
state: {g: {from: 0, to: 10, start: 0}}
stages: [{id: one, by: a, choose: {from: 0, to: 1, step: 0.1}, set: {g: one * 10}}]
outcomes: {over: {payoffs: {a: g}}}
finally: over
"""
    (tmp_path / "case.yaml").write_text("detente: 1\ntitle: Rest\n" + rest, "utf-8")
    assert dt.solve(tmp_path / "case.yaml", rationality=0).utilities["a"] == pytest.approx([5.0])


REFUSED = {
    "{normal: [0, s]}": "the sd of `normal` is -0.",
    "{lognormal: [s, 2]}": "the median of `lognormal` is -0.",
    "{lognormal: [1, 1 + s]}": "the factor of `lognormal` is 0.",
    "{beta: [1, s]}": "the b of `beta` is -0.",
    "{uniform: [0, s]}": "the numbers of `uniform` are out of order: 0, -0.",
    "{triangular: [0, s, 1]}": "the numbers of `triangular` are out of order: 0, -0.",
    "{pert: [s, 0.5, s + 1]}": "the numbers of `pert` are out of order",
    "{uniform: [s, s + 0.2], within: [0, 1]}": "lies outside `within`, which is 0 to 1",
    "{value: s, within: [0, 1]}": "lies outside `within`, which is 0 to 1",
}


@pytest.mark.parametrize(("written", "said"), REFUSED.items())
def test_what_is_forbidden_where_it_is_written_plainly_is_refused_with_the_draw(written, said):
    crisis = case(f"  s: {{uniform: [-1, 1]}}\n  q: {written}")
    u = np.full((40, 2), 0.5)
    u[:, 0] = np.where(np.arange(40) == 36, 0.05, 0.95 if "pert" not in written else 0.6)
    with pytest.raises(CaseError) as caught:
        from_cube(crisis, u[:, : len(dimensions(crisis))])
    assert "quantity q has no value in draw 37" in str(caught.value)
    assert said in str(caught.value)
    with pytest.raises(CaseError, match="in draw 137"):
        from_cube(crisis, u[:, : len(dimensions(crisis))], first=100)


def test_a_distribution_wholly_outside_its_range_is_refused_where_it_is_written():
    text = (FAILING / "within-tail.yaml").read_text("utf-8")
    with pytest.raises(CaseError) as caught:
        read_text(text, "case.yaml")
    assert [each.where.line for each in caught.value.problems] == [6, 7]
    kept = "\n".join(line for line in text.splitlines() if not line.startswith(("  s:", "  t:")))
    drawn = median_draw(read_text(kept.replace("r + s + t", "r"), "case.yaml")).quantities
    assert drawn["q"] == pytest.approx([0.2006841183608143], abs=1e-12)
    assert drawn["r"] == pytest.approx([-0.2006841183608143], abs=1e-12)


def test_a_rationality_below_zero_is_refused_where_it_is_written():
    with pytest.raises(CaseError, match=r":6:\d+: error: the rationality can be below zero"):
        read_text((FAILING / "negative-rationality.yaml").read_text("utf-8"), "case.yaml")


@pytest.mark.parametrize("written", ["{uniform: [-1, 2]}", "{triangular: [-1, 0, 2]}", "{equals: q - 2}", "-1"])
def test_no_draw_has_a_rationality_below_zero(written):
    with pytest.raises(CaseError, match="rationality"):
        median_draw(case("  q: 1", REST + f"rationality: {written}\n"))


@pytest.mark.parametrize("written", ["{uniform: [0, 2]}", "{normal: [1, 3], within: [0, 9]}", "{lognormal: [1, 3]}"])
def test_a_rationality_that_stays_above_zero_is_admitted(written):
    assert sample_draws(case("  q: 1", REST + f"rationality: {written}\n"), 64).rationality.min() >= 0


def test_a_rationality_that_a_set_quantity_takes_below_zero_is_refused(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text("detente: 1\ntitle: T\nquantities: {q: 3}\n" + REST + "rationality: {equals: q - 2}\n", "utf-8")
    assert dt.solve(dt.load(path)).solved.draws.rationality == pytest.approx([1.0])
    with pytest.raises(CaseError, match="the rationality is -1 in draw 1"):
        dt.solve(dt.load(path), set={"q": 1.0})


def test_the_numbers_of_a_private_variable_are_checked_in_every_draw():
    rest = REST.replace("{a: {}}", "{a: {private: {c: {uniform: [0, q], points: 3}}}}")
    crisis = case("  q: {uniform: [-1, 1]}", rest)
    draws = from_cube(crisis, np.array([[0.9], [0.2]]))
    with pytest.raises(CaseError, match=r"the private number c has no value in draw 2: the numbers of `uniform`"):
        draws.grid(crisis.private("a", "c"))


def test_nobody_can_write_into_draws():
    draws = sample_draws(case("  q: {uniform: [0, 1]}\n  r: {equals: q}"), 4)
    for array in (*draws.quantities.values(), draws.rationality, draws.cube, draws.block(1, 3).quantities["r"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0.0
