"""`check` warns of what a case declares and nothing depends on, each with its place; good cases are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.case.catalogue import catalogue
from detente.case.read import read_case, read_text
from detente.errors import Problem
from detente.game.checked.checks import check_crisis

HOLLOW = Path(__file__).parents[1] / "failing" / "hollow.yaml"
SOLID = """\
detente: 1
title: Every part matters
quantities:
  cost: {uniform: [0, 1], note: a guess}
actors:
  a: {private: {aim: {deal: 0.5, hawk: rest}}}
  b: {}
state:
  mood: {values: [calm, tense], start: calm}
stages:
  - id: word
    by: a
    choose: {soft: , hard: {set: {mood: tense}}}
  - id: reply
    by: b
    choose: {stop: {end: peace}, go: {end: war}}
outcomes:
  peace: {payoffs: {a: "if(mood = tense, 0.5, 1)", b: 1}}
  war: {payoffs: {a: "if(a.aim = hawk, 1, 0) - cost", b: 0}}
scenarios:
  cheap: {set: {cost: 0}}
"""


def warned(text: str) -> list[Problem]:
    checked = check_crisis(read_text(text, "case.yaml"))
    assert not checked.problems
    assert all(each.severity == "warning" and each.where for each in checked.warnings)
    return list(checked.warnings)


def test_idle_parts_are_warned_of_in_the_order_of_the_file():
    found = check_crisis(read_case(HOLLOW)).warnings
    assert [(each.where.line, each.where.column) for each in found] == [(4, 3), (7, 3), (9, 5), (18, 3)]
    words = ("quantity `unused`", "`never_read` is never read", "choice at `idle` has no effect", "ends in `never`")
    assert all(word in each.what for word, each in zip(words, found, strict=True))
    assert all(str(each).startswith(f"{each.where}: warning: ") for each in found)


@pytest.mark.parametrize("case", catalogue(), ids=lambda each: each.name)
def test_no_case_of_the_catalogue_has_an_idle_part(case):
    if case.name != "iran-2025":  # whose game takes long to compile; the terminal's tests check it
        assert check_crisis(read_case(case.path)).warnings == ()


def test_a_case_whose_every_part_matters_is_not_warned_of():
    assert warned(SOLID) == []


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("private: {aim:", "private: {mood_of_day: {good: 0.5, bad: rest}, aim:", "privately knows as `mood_of_day`"),
        ("  b: {}", "  b: {}\n  c: {}", "the actor `c` never decides"),
        ("cheap: {set: {cost: 0}}", "same: {set: {cost: {uniform: [0, 1]}}}", "scenario `same` changes nothing"),
        (
            "go: {end: war}",
            "go: {end: war}, wait: {when: mood = calm and mood = tense, end: war}",
            "`wait` is never open",
        ),
        ("note: a guess}", "note: a guess}\n  half: {equals: cost / 2}", "depends on the quantity `half`"),
        ("state:\n", "state:\n  clock: {from: 0, to: 3, start: 0}\n", "`clock` is never read"),
    ],
)
def test_one_idle_part_is_one_warning(right, wrong, what):
    assert right in SOLID
    text = SOLID.replace(right, wrong, 1)
    text = text.replace("b: 1}}", "others: 1}}").replace("b: 0}}", "others: 0}}")
    (found,) = warned(text)
    assert what in found.what


def test_a_quantity_that_only_an_idle_one_mentions_is_idle_too():
    found = warned(SOLID.replace("note: a guess}", "note: a guess}\n  base: 1\n  half: {equals: base / 2}"))
    assert [each.what.split("`")[1] for each in found] == ["base", "half"]


def test_an_informed_actor_may_say_something_that_binds_nobody():
    talk = SOLID.replace("hard: {set: {mood: tense}}", "hard: ").replace('"if(mood = tense, 0.5, 1)"', "1")
    talk = talk.replace("state:\n  mood: {values: [calm, tense], start: calm}\n", "")
    assert warned(talk) == []
    (found,) = warned(talk.replace("id: word\n", "id: word\n    seen_by: none\n"))
    assert "the choice at `word` has no effect" in found.what
    mute = talk.replace("{private: {aim: {deal: 0.5, hawk: rest}}}", "{}").replace("if(a.aim = hawk, 1, 0)", "1")
    (found,) = warned(mute)
    assert "the choice at `word` has no effect" in found.what
