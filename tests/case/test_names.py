"""Names that a formula could confuse: one meaning each, or an error that says how to write it."""

from __future__ import annotations

import pytest

from detente.case.formula.parsing import parse_interest
from detente.case.meaning.spoken import read_events
from detente.case.read import read_text
from detente.crisis.expressions import DomainValue, Ended, Operation, QuantityName, StageMove, StateValue
from detente.errors import CaseError, RequestError

HEAD = """
detente: 1
title: Names
"""
CASE = read_text(
    HEAD
    + """
quantities: {level: 1, war: 0.5}
actors: {a: {private: {aim: {calm: 0.5, alert: rest}, kind: {soft: 0.5, hard: rest}}}}
state:
  mode: {values: [calm, alert], start: calm}
  alert: {values: [calm, alert], start: calm}
  calm: {values: [calm, alert], start: calm}
  last: {values: [calm, alert], start: calm}
  height: {from: 0, to: 2, start: 0}
stages:
  - {id: join, by: a, choose: {join: , stay: }}
  - {id: fight, by: a, choose: {x: , y: }}
  - {id: go, by: a, choose: {fight: , level: , war: , join: , a: , height: }}
outcomes: {war: {payoffs: {a: 0}}, join: {payoffs: {a: 0}}}
finally: war
readings: {fight: {when: a.kind = soft}}
"""
)


def event(text: str):
    return parse_interest(f"P({text})", CASE).event


JOIN = StageMove("join")
GO = StageMove("go")


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("join = join", (JOIN, DomainValue("join", 0))),
        ("join != join", (JOIN, DomainValue("join", 0))),
        ("join = stay", (JOIN, DomainValue("stay", 1))),
        ("stay = join", (DomainValue("stay", 1), JOIN)),
        ("go = fight", (GO, DomainValue("fight", 0))),
        ("fight = go", (DomainValue("fight", 0), GO)),
        ("go = level", (GO, DomainValue("level", 1))),
        ("level = go", (DomainValue("level", 1), GO)),
        ("go = war", (GO, DomainValue("war", 2))),
        ("go = join", (GO, DomainValue("join", 3))),
        ("join = go", (DomainValue("join", 3), GO)),
        ("go = a", (GO, DomainValue("a", 4))),
        ("go = height", (GO, DomainValue("height", 5))),
        ("alert = alert", (StateValue("alert"), DomainValue("alert", 1))),
        ("mode = last", (StateValue("mode"), StateValue("last"))),
    ],
)
def test_a_name_is_read_in_the_one_way_in_which_two_sides_can_be_compared(text, sides):
    assert event(text).operands == sides


def test_a_name_alone_is_an_outcome_or_reading_as_a_condition_and_a_variable_as_a_number():
    assert event("war") == Ended("war")
    assert event("join") == Ended("join")
    assert event("fight") == CASE.readings[0].when
    assert event("war > 0.1").operands[0] == QuantityName("war")
    assert parse_interest("E(war)", CASE).subject == QuantityName("war")


@pytest.mark.parametrize(
    "text", ["mode = alert", "alert = mode", "calm = alert", "a.aim = alert", "alert = a.aim", "mode < alert"]
)
def test_a_name_that_can_be_compared_as_value_and_as_variable_is_refused(text):
    with pytest.raises(CaseError, match=r"`alert` is one of the values of `\S+`, and also a state variable"):
        event(text)


def test_the_move_of_the_round_before_is_not_compared_with_a_name_of_two_meanings():
    text = """
actors: {a: {}}
stages:
  - repeat: 2
    stages:
      - {id: talk, by: a, choose: {talk: , hush: {when: before(talk) = talk}}}
outcomes: {over: {payoffs: {a: 0}}}
finally: over
"""
    with pytest.raises(CaseError, match="`talk` is one of the moves of stage `talk`, and also a stage"):
        read_text(HEAD + text)
    assert read_text(HEAD + text.replace("= talk", "= hush"))


def test_what_is_set_is_a_value_of_the_variable_that_is_set():
    text = """
actors: {a: {}}
state: {mode: {values: [calm, mode], start: calm}, other: {values: [calm, mode], start: calm}}
stages: [{id: go, by: a, choose: {x: {set: {mode: mode}}, y: {set: {mode: other}}}}]
outcomes: {over: {payoffs: {a: 0}}}
finally: over
"""
    first, second = read_text(HEAD + text).stage("go").moves
    assert first.set == (("mode", DomainValue("mode", 1)),)
    assert second.set == (("mode", StateValue("other")),)
    with pytest.raises(CaseError, match="also a state variable"):
        read_text(HEAD + text.replace("mode: other", "other: mode"))


def test_no_variable_is_called_what_formulas_call_a_private_variable():
    text = """
quantities: {a.cost: 1}
actors: {a: {private: {cost: {low: 1}}}}
stages: [{id: go, by: a, choose: {x: , y: }}]
outcomes: {over: {payoffs: {a: 0}}}
finally: over
"""
    with pytest.raises(CaseError, match=r"`a\.cost` is how formulas write a private variable"):
        read_text(HEAD + text)


BRANCHES = """
actors: {a: {private: {cost: {PRIVATE}}}}
stages: [{id: luck, chance: {CHANCE}}, {id: go, by: a, choose: {CHOOSE}}]
outcomes: {over: {payoffs: {a: 0}}}
finally: over
"""


def written(private: str = "low: 1", chance: str = "hit: 1", choose: str = "x: , y: "):
    text = BRANCHES.replace("PRIVATE", private).replace("CHANCE", chance).replace("CHOOSE", choose)
    return read_text(HEAD + text)


@pytest.mark.parametrize(
    "chance", ["from: 0.2, to: 0.5, step: 0.3", "points: 1", "value: 1", "uniform: 0.5, hit: rest"]
)
def test_keys_of_a_number_are_no_branches_of_chance(chance):
    with pytest.raises(CaseError, match="a number that nature draws lists the parameters of its distribution"):
        written(chance=chance)


def test_keys_of_a_branch_are_no_branches():
    with pytest.raises(CaseError, match="`probability` stands inside a branch"):
        written(chance="probability: 1")


def test_a_branch_may_have_any_name_where_its_probability_stands_in_a_mapping():
    from detente.case.written_back.write import case_text

    case = written(chance="from: {probability: 0.25}, to: {probability: rest}")
    assert [move.id for move in case.stage("luck").moves] == ["from", "to"]
    assert read_text(case_text(case)) == case


@pytest.mark.parametrize("private", ["value: 1", "uniform: 0.5, high: rest", "within: 1"])
def test_keys_of_a_number_are_no_private_values(private):
    with pytest.raises(CaseError, match="belongs to a private number"):
        written(private=private)


def test_moves_called_from_and_to_are_told_from_a_range_by_what_stands_beside_them():
    assert [move.id for move in written(choose="from: {end: over}, to: ").stage("go").moves] == ["from", "to"]
    with pytest.raises(CaseError, match="`to` is missing"):
        written(choose="from: 0, step: 0.1")


def test_formulas_are_written_as_they_are_read():
    from detente.case.formula.writing import formula

    for text in ("join = join", "fight = go", "go = war"):
        tree = event(text)
        assert isinstance(tree, Operation)
        assert event(formula(tree, CASE)) == tree


SEEN = read_text(
    HEAD
    + """
actors: {a: {}}
stages:
  - {id: act, by: a, seen_as: {hide: quiet, strike: noise}, choose: {quiet: , hide: , strike: , seen far: }}
outcomes: {over: {payoffs: {a: 0}}}
finally: over
"""
)


@pytest.mark.parametrize(
    ("said", "move", "seen"),
    [
        ("act: hide", 1, ""),
        ("act: noise", 2, "noise"),
        ("act: seen noise", 2, "noise"),
        ("act: move quiet", 0, ""),
        ("act: seen quiet", 0, "quiet"),
        ("act: seen far", 3, ""),
    ],
)
def test_what_was_seen_is_a_move_or_a_look(said, move, seen):
    [found] = read_events(SEEN, [said])
    assert (found.move, found.seen) == (move, seen)


def test_a_move_that_is_also_how_another_looks_is_not_guessed():
    with pytest.raises(RequestError, match="write `act: move quiet` where the move itself is known, or `act: seen"):
        read_events(SEEN, ["act: quiet"])
    for wrong in ("act: move noise", "act: seen hide", "act: loud"):
        with pytest.raises(RequestError, match="is not a move of `act`"):
            read_events(SEEN, [wrong])
