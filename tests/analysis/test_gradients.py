"""Gradients of quantities of interest in every assumption of a case, against solving it again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.data import FIRST_EDITION

import detente as dt
from detente.analysis.gradient import gradients
from detente.analysis.quantity_of_interest import value_of
from detente.analysis.solved import solve_draws
from detente.case.formula.parsing import parse_interest
from detente.game.drawn.draws import dimensions, median_draw
from detente.study.study import Study

CASE = """\
detente: 1
title: A case with everything that a gradient goes through
rationality: {uniform: [4, 8]}
quantities:
  p: {uniform: [0.4, 0.6], name: chance that the challenger wins}
  mean_cost: {pert: [0.1, 0.2, 0.4], note: a guess}
  top_cost: {equals: mean_cost * 2 + 0.1}
  tough: {triangular: [0.05, mean_cost, 0.9]}
  prize: 1.2
actors:
  challenger: {private: {cost: {uniform: [0, top_cost], points: 5}}}
  defender: {private: {kind: {tough: tough, soft: rest}}}
  broker: {}
stages:
  - id: demand
    by: challenger
    choose: {from: 0, to: 1, step: 0.25}
  - id: answer
    by: defender
    choose:
      accept: {end: settlement}
      fight: {end: war, cost: {defender: "if(defender.kind = tough, 0.05, max(mean_cost, 0.1))"}}
outcomes:
  settlement: {payoffs: {challenger: "prize * demand", defender: "prize * (1 - demand)"}}
  war: {payoffs: {challenger: "p ^ 1.5 - challenger.cost", defender: "abs(p - 1) - 0.1"}}
preferences:
  broker: settlement > war
"""


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    path = tmp_path_factory.mktemp("gradient") / "rich.yaml"
    path.write_text(CASE, "utf-8")
    return path


def slope(f, at: float, step: float) -> np.ndarray:
    return (8 * (f(at + step) - f(at - step)) - (f(at + 2 * step) - f(at - 2 * step))) / (12 * step)


def differences(case, formulas: list[str], name: str, at: float, **asked) -> np.ndarray:
    """Derivatives of formulas by one quantity, by solving again on either side."""

    def value(x: float) -> np.ndarray:
        changed = {"rationality": x} if name == "rationality" else {"set": {**asked.get("set", {}), name: x}}
        found = dt.ask(case, *formulas, **{**asked, **changed})
        return np.array([found.values[formula][0] for formula in formulas])

    return slope(value, at, 1e-4 * max(abs(at), 0.1))


def agree(case, formulas: list[str], names: list[str] | None = None, **asked) -> None:
    frame = dt.gradient(case, *formulas, **asked).to_frame()
    for name in names or frame[frame.kind == "quantity"].quantity.unique():
        rows = frame[frame.quantity == name].set_index("of").loc[formulas]
        found = differences(case, formulas, name, float(rows["at"].iloc[0]), **asked)
        assert rows["derivative"].to_numpy() == pytest.approx(found, rel=1e-6, abs=1e-8), name


RICH = [
    "P(war)",
    "U(challenger)",
    "U(defender) given (demand = 0.5)",
    "E(challenger.cost) given (war)",
    "P(defender.kind = tough) given (war)",
    "E(demand) * p + log(P(war))",
]


def test_gradients_go_through_definitions_private_ranges_and_priors(rich):
    agree(dt.load(rich), RICH)


def test_the_rationality_is_a_quantity_like_the_others(rich):
    agree(dt.load(rich), RICH, ["rationality"])
    fixed = dt.gradient(rich, "P(war)", rationality=5).to_frame().set_index("quantity").loc["rationality"]
    assert fixed["at"] == 5
    assert np.isnan(fixed["per_range"])


def test_a_quantity_that_is_set_follows_nothing(rich):
    agree(dt.load(rich), RICH[:3], set={"top_cost": 0.6})
    free, held = (
        dt.gradient(rich, "P(war)", set=each).to_frame().set_index("quantity") for each in ({}, {"top_cost": 0.5})
    )
    assert free.loc["mean_cost", "derivative"] != pytest.approx(held.loc["mean_cost", "derivative"], rel=1e-3)


@pytest.mark.parametrize(
    ("name", "formulas", "names"),
    [
        (
            FIRST_EDITION,
            ["P(war)", "U(iran)", "P(us.aim = pretext) given (course = talk)"],
            ["good_faith", "verification_share", "threat_level", "iran_audience_cost", "breakout", "rationality"],
        ),
        ("schultz-1999-crisis", ["U(target)"], None),
        ("kydd-2005-trust", None, None),
        ("powell-1999-risk-return", None, None),
    ],
)
def test_gradients_of_the_catalogue_equal_differences(name, formulas, names):
    case = dt.load(name)
    formulas = formulas or [f"P({case.outcomes[0].id})", f"U({case.actors[0].id})"]
    agree(dt.compile(case), formulas, names, **({} if name == FIRST_EDITION else {"rationality": 6}))


def test_what_a_ranked_outcome_is_worth_has_the_derivative_that_differences_show():
    compiled = dt.compile(FIRST_EDITION)
    crisis = compiled.crisis
    middle = median_draw(crisis)
    interest = parse_interest("P(war)", crisis)
    [found] = gradients([interest], solve_draws(compiled, middle), dimensions(crisis), (), own=True)

    def value(position: int, tier: int, by: float) -> float:
        utilities = middle.utilities[position].copy()
        utilities[0, tier] += by
        rankings = list(middle.rankings)
        rankings[position] = replace(rankings[position], utilities=utilities)
        return float(value_of(interest, solve_draws(compiled, replace(middle, rankings=tuple(rankings))))[0])

    for position, tier in ((0, 2), (3, 1), (5, 2)):
        expected = slope(lambda h, at=(position, tier): value(*at, h), 0.0, 1e-4)
        assert found.slopes.tiers[position, tier][0] == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_a_number_without_a_name_moves_the_answer_as_its_derivative_says(rich, tmp_path):
    frame = dt.gradient(rich, "P(war)").to_frame()
    numbers = frame[(frame.kind == "number") & frame.name.str.startswith("0.05 in the cost to defender")]
    [row] = numbers.to_dict("records")

    def value(x: float) -> float:
        path = tmp_path / "changed.yaml"
        path.write_text(CASE.replace("tough, 0.05,", f"tough, {x!r},"), "utf-8")
        return float(dt.ask(path, "P(war)").values["P(war)"][0])

    assert row["derivative"] == pytest.approx(slope(value, 0.05, 1e-4), rel=1e-6)


def test_derivatives_of_all_outcomes_add_up_to_nothing():
    frame = dt.run("two-readings", draws=None, rationality=4).gradients()
    total = frame.groupby(["when", "quantity"]).derivative.sum()
    assert len(total) > 3
    assert np.abs(total).max() < 1e-9


def test_given_the_events_derivatives_are_those_of_the_conditional_probability(tiny_path):
    study = dt.run(tiny_path, draws=None, rationality=6)
    found = study.gradients().set_index(["outcome", "when", "quantity"]).derivative
    asked = dt.gradient(tiny_path, "P(war) given (demand = high, answer = fight)", "P(war)", rationality=6).to_frame()
    asked = asked.set_index(["of", "quantity"]).derivative
    assert found["war", "outset", "cost"] == pytest.approx(asked["P(war)", "cost"])
    assert found["war", "events", "cost"] == pytest.approx(0.0, abs=1e-12)


def test_the_change_across_a_range_is_the_derivative_times_its_width(rich):
    frame = dt.gradient(rich, "P(war)").to_frame().set_index("quantity")
    row = frame.loc["p"]
    assert (row["low"], row["high"]) == pytest.approx((0.41, 0.59))
    assert row["per_range"] == pytest.approx(0.18 * row["derivative"])
    assert np.isnan(frame.loc["prize", "per_range"])


def test_over_draws_the_median_derivative_is_told_with_its_spread(rich):
    frame = dt.gradient(rich, "U(challenger)", draws=8, seed=3).to_frame().set_index("quantity")
    assert (frame.derivative_low <= frame.derivative).all()
    assert (frame.derivative <= frame.derivative_high).all()
    assert frame.loc["prize", "same_sign"] == 1


def test_where_the_condition_never_holds_there_is_no_derivative(rich):
    found = dt.gradient(rich, "P(war) given (answer = accept, war)")
    assert found.to_frame().derivative.isna().all()
    assert any("never happens" in remark for remark in found.remarks("P(war) given (answer = accept, war)"))


def test_a_game_file_and_a_missing_formula_are_refused_in_words(rich, tmp_path):
    path = dt.export(rich, tmp_path / "rich.efg")
    with pytest.raises(dt.RequestError, match="game file"):
        dt.gradient(path, "P(war)")
    with pytest.raises(dt.RequestError, match="say what to differentiate"):
        dt.gradient(rich)


def test_the_limit_is_said_to_be_one(rich):
    found = dt.gradient(rich, "P(war)", rationality="limit")
    assert any("stands for the limit" in remark for remark in found.remarks("P(war)"))
    assert "rationality" not in set(found.to_frame().quantity)


def test_a_study_saves_its_gradients(tiny_path, tmp_path):
    study = dt.run(tiny_path, draws=None)
    assert isinstance(study, Study)
    study.save(tmp_path / "out")
    assert (tmp_path / "out" / "tables" / "gradients.csv").exists()
    assert study.to_dict()["gradients"]


@pytest.fixture
def tiny_path(tmp_path):
    from tests.door.conftest import TINY

    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, "utf-8")
    return path
