"""A changed crisis differs in what was changed, keeps the positions of moves, and leaves the given one alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.case.formula.constants import constant
from detente.case.read import read_text
from detente.crisis.changes import NEVER, with_scenario
from detente.crisis.expressions import Number, Operation, QuantityName
from detente.errors import RequestError

EXAMPLE = (Path(__file__).parent / "example.yaml").read_text("utf-8")
SCENARIOS = """
scenarios:
  painless: {set: {cost_a: 0}}
  no_ultimatum: {forbid: {demand: [0.9, 1]}}
  meek: {force: {answer: accept}}
  fierce: {force: {answer: fight}}
  leaky: {force: {leak: seen}}
  tight: {forbid: {leak: seen}}
  hawkish: {prior: {b.aim: {deal: 0.1, hawk: rest}, b.cost: {uniform: [0, 1]}}}
"""
CASE = read_text(EXAMPLE[: EXAMPLE.index("scenarios:")] + SCENARIOS)


def whens(scenario: str, stage: str):
    return [move.when for move in with_scenario(CASE, scenario).stage(stage).moves]


def test_a_scenario_sets_its_quantities():
    assert constant(with_scenario(CASE, "painless").quantity("cost_a").distribution.parameters[0]) == 0


def test_a_forbidden_move_stays_in_place_and_is_never_available():
    moves = with_scenario(CASE, "no_ultimatum").stage("demand").moves
    assert [move.id for move in moves] == [move.id for move in CASE.stage("demand").moves]
    assert [position for position, move in enumerate(moves) if move.when == NEVER] == [9, 10]
    assert constant(NEVER) == 0


def test_a_forced_move_is_the_only_one():
    assert whens("meek", "answer") == [None, NEVER, NEVER]


def test_where_a_forced_move_is_not_available_the_others_are():
    accept, fight, stall = whens("fierce", "answer")
    assert fight == CASE.stage("answer").moves[1].when
    assert accept == stall == Operation("not", (fight,))


def test_a_forced_branch_of_chance_is_certain():
    seen, unseen = with_scenario(CASE, "leaky").stage("leak").moves
    assert (seen.probability, unseen.probability) == (Number(1.0), Number(0.0))


def test_a_forbidden_branch_leaves_its_probability_to_the_rest():
    seen, unseen = with_scenario(CASE, "tight").stage("leak").moves
    assert (seen.probability, unseen.probability) == (Number(0.0), None)


def test_without_a_rest_the_branches_that_remain_keep_their_odds():
    text = EXAMPLE.replace(
        "seen: leak_rate\n      unseen: rest",
        "seen: leak_rate / 2\n      half: leak_rate / 2\n      unseen: 1 - leak_rate",
    ).replace("{demand: [0.9, 1]}", "{leak: seen}")
    seen, half, unseen = with_scenario(read_text(text), "no_ultimatum").stage("leak").moves
    assert seen.probability == Number(0.0)
    assert half.probability.operator == unseen.probability.operator == "/"
    assert half.probability.operands[1] == unseen.probability.operands[1]
    assert half.probability.operands[0] == Operation("/", (QuantityName("leak_rate"), Number(2.0)))


def test_a_prior_is_replaced_and_its_points_stay():
    changed = with_scenario(CASE, "hawkish")
    assert changed.private("b", "aim").probabilities == (Number(0.1), None)
    assert changed.private("b", "cost").points == 4
    assert constant(changed.private("b", "cost").distribution.parameters[1]) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: with_scenario(CASE, "painles"), "the case has no scenario `painles`: did you mean `painless`?"),
        (lambda: with_scenario(CASE, "x"), "the case has no scenario `x`: it has painless, no_ultimatum, meek"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(change, words):
    with pytest.raises(RequestError) as error:
        change()
    assert str(error.value).startswith(words)
