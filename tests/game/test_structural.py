"""Structural quantities: certain numbers that shape the game, and another game where they change."""

from __future__ import annotations

import pytest

import detente as dt
from detente.case.read import read_text
from detente.case.written_back.write import case_text
from detente.errors import CaseError
from detente.game.compiling.build import compile_crisis
from detente.game.drawn.draws import median_draw

CASE = """
detente: 1
title: A threshold
quantities:
  bound: {value: 2, structural: true, note: the red line}
  twice: {equals: 2 * bound, structural: true}
  stake: {uniform: [0.5, 1]}
actors: {a: {private: {reach: {uniform: [0, twice], points: 4}}}, b: }
stages:
  - {id: level, by: a, choose: {from: 0, to: 4, step: 1, when: level <= bound + 1}}
  - id: reply
    by: b
    when: level >= bound
    choose: {strike: {end: [{when: level > bound, outcome: war}, {outcome: raid}]}, wait: }
outcomes:
  war: {payoffs: {a: -stake, b: 0.5}}
  raid: {payoffs: {a: -0.1, b: -0.1}}
  quiet: {payoffs: {a: level / 10, b: 0}}
finally: quiet
scenarios:
  lax: {set: {bound: 3}}
"""


def nodes(**request) -> int:
    return dt.solve(read_text(CASE), **request).solved.game.nodes


def test_a_structural_quantity_may_be_mentioned_where_the_game_takes_its_shape():
    written = CASE.replace("level >= bound", "level >= 2").replace("bound + 1", "3")
    written = written.replace("level > bound", "level > 2")
    assert nodes() == compile_crisis(read_text(written)).game.nodes
    one, other = (dt.solve(read_text(each)).utilities for each in (CASE, written))
    assert {name: list(each) for name, each in one.items()} == {name: list(each) for name, each in other.items()}


@pytest.mark.parametrize("request_", [{"set": {"bound": 3}}, {"scenario": "lax"}])
def test_changing_it_makes_the_game_anew(request_):
    written = CASE.replace("value: 2", "value: 3")
    assert nodes(**request_) == compile_crisis(read_text(written)).game.nodes != nodes()


def test_a_game_is_not_used_for_another_value_than_it_was_made_with():
    crisis = read_text(CASE)
    with pytest.raises(CaseError, match="`bound` is structural: this game was made with 2"):
        compile_crisis(crisis).numbers(median_draw(crisis, fixed={"bound": 3}))


def test_a_case_with_a_structural_quantity_is_written_back():
    crisis = read_text(CASE)
    assert read_text(case_text(crisis)) == crisis
    assert crisis.quantity("bound").structural


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("value: 2, structural: true", "uniform: [1, 2], structural: true", "`bound` is structural and uncertain"),
        ("2 * bound", "2 * stake", "`stake` is not declared before"),
        ("value: 2, structural: true,", "value: 2,", "`bound` is an uncertain quantity"),
        ("when: level >= bound", "when: level >= stake", "`stake` is an uncertain quantity"),
        (
            "scenarios:",
            "claims: [{id: one, says: It matters, raise: bound, expect: rises, of: P(war)}]\nscenarios:",
            "`bound` is structural, and every value of it is a game of its own",
        ),
        (
            "scenarios:",
            "questions: [{id: one, vary: bound, from: 1, to: 3, steps: 3, show: P(war)}]\nscenarios:",
            "`bound` is structural, and every value of it is a game of its own",
        ),
        ("set: {bound: 3}", "set: {bound: {uniform: [1, 3]}}", "`bound` is structural and uncertain"),
    ],
)
def test_what_a_structural_quantity_cannot_be_is_told(right: str, wrong: str, what: str):
    with pytest.raises(CaseError) as error:
        read_text(CASE.replace(right, wrong))
    assert any(what in each.what for each in error.value.problems), [each.what for each in error.value.problems]


def test_a_private_number_that_rests_on_it_may_shape_the_game():
    crisis = read_text(CASE.replace("when: level <= bound + 1", "when: level <= a.reach + 1"))
    game = compile_crisis(crisis).game
    # Reaches 0.5, 1.5, 2.5 and 3.5 leave 2, 3, 4 and 5 levels.
    assert game.actions >= 2 + 3 + 4 + 5
