"""Every mistake is told in words that somebody can act on who has never seen the language.

`mistakes.txt` holds one mistake a block: what is wrong, the piece of the example that it replaces (`-`) and by what
(`+`), and everything that the analyst is told.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.read import read_text
from detente.errors import CaseError

HERE = Path(__file__).parent
EXAMPLE = (HERE / "example.yaml").read_text("utf-8")


def mistakes():
    for block in (HERE / "mistakes.txt").read_text("utf-8").split("### ")[1:]:
        name, *lines = block.rstrip("\n").split("\n")
        right = "\n".join(line[2:] for line in lines if line.startswith("- "))
        wrong = "\n".join(line[2:] for line in lines if line.startswith("+ "))
        words = [line for line in lines if not line.startswith(("- ", "+ "))]
        yield pytest.param(right, wrong, words, id=name)


@pytest.mark.parametrize(("right", "wrong", "words"), list(mistakes()))
def test_a_mistake_is_told_with_its_place_and_what_would_be_right(right, wrong, words):
    assert right in EXAMPLE
    with pytest.raises(CaseError) as error:
        read_text(EXAMPLE.replace(right, wrong, 1), "case.yaml")
    assert str(error.value).split("\n") == words


def test_the_example_itself_has_no_mistake():
    assert read_text(EXAMPLE).title == "A demand backed by force"


def test_all_problems_are_told_at_once_those_of_form_and_those_of_meaning():
    wrong = {
        "accept: {end": "accept: {ned",
        "1 - p - b.cost": "1 - p - b.cots",
        "value: 0.3": "value: [1]",
        "expect: falls": "expect: less",
        "move: stall}": "move: stahl}",
    }
    text = EXAMPLE
    for right, mistake in wrong.items():
        text = text.replace(right, mistake, 1)
    with pytest.raises(CaseError) as error:
        read_text(text, "case.yaml")
    found = [problem.what for problem in error.value.problems]
    assert found == [
        "expected a number or a formula, found a list",
        "unknown key `ned`",
        "`b` has no private variable `cots`",
        "`less` says neither up nor down",
    ]


def test_an_entry_of_which_enough_was_said_raises_no_further_problems():
    """The stage with the unknown key declares its moves, but nothing more is said of it or of its moves."""
    text = EXAMPLE.replace("    choose: {from: 0, to: 1, step: 0.1}", "    choose: {from: 0, to: 1, stp: 0.1}")
    with pytest.raises(CaseError) as error:
        read_text(text, "case.yaml")
    assert [problem.what for problem in error.value.problems] == ["`step` is missing", "unknown key `stp`"]


def test_a_problem_inside_a_text_of_several_lines_stands_at_its_own_line():
    text = EXAMPLE.replace(
        "war: {name: War, payoffs: {a: p - cost_a, b: 1 - p - b.cost}}",
        """war:
    payoffs:
      a: >-
        p
        - cost_b
      b: |
        1 - p -
        b.cots
""",
    )
    with pytest.raises(CaseError) as error:
        read_text(text, "case.yaml")
    lines = text.split("\n")
    shown = [
        (lines[problem.where.line - 1][problem.where.column - 1 :], problem.what) for problem in error.value.problems
    ]
    assert shown == [("cost_b", "unknown name `cost_b`"), ("b.cots", "`b` has no private variable `cots`")]


@pytest.mark.parametrize("written", ["'1 - p - b.cots'", '"1 - p - b.cots"', "1 - p - b.cots"])
def test_a_problem_stands_at_its_column_whatever_the_quotes(written):
    text = EXAMPLE.replace("b: 1 - p - b.cost", f"b: {written}")
    with pytest.raises(CaseError) as error:
        read_text(text, "case.yaml")
    (problem,) = error.value.problems
    assert problem.where.text[problem.where.column - 1 :].startswith("b.cots")


def test_a_formula_whose_comma_braces_would_cut_is_read_whole():
    text = EXAMPLE.replace('"if(programme = racing, 0.5, 0.2)"', "if(programme = racing, 0.5, 0.2)")
    assert read_text(text) == read_text(EXAMPLE)


def test_a_line_that_is_shown_carries_no_commands_for_the_terminal():
    text = EXAMPLE.replace("name: Settlement, payoffs: {a: demand", 'name: "\\e[31m", payoffs: {a: dmand')
    text = text.replace("A's cost of war", "cost \u200b\u202e of war")
    with pytest.raises(CaseError) as error:
        read_text(text.replace("[0.05, 0.15]", "[0.15, 0.05]"), "case.yaml")
    assert str(error.value).replace("\n", "").isprintable()


PIECES = [
    "[",
    "]",
    "{",
    "}",
    "null",
    ": ",
    "- ",
    "rest",
    "-1",
    "true",
    "'x'",
    "b.cost",
    "round",
    "{}",
    "[]",
    "limit",
    "\n",
    "~",
]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_whatever_an_analyst_garbles_is_a_problem_with_a_place_or_no_problem(data):
    text = EXAMPLE
    for _ in range(data.draw(st.integers(1, 3))):
        words = list(re.finditer(r"[\w.]+|[^\w\s]", text))
        word = data.draw(st.sampled_from(words))
        piece = data.draw(st.sampled_from(["", *PIECES]) | st.sampled_from(words).map(re.Match.group))
        text = text[: word.start()] + piece + text[word.end() :]
    problems = None
    try:
        read_text(text, "case.yaml")
    except CaseError as error:
        problems = error.problems
    assert problems is None or problems
    for problem in problems or ():
        assert problem.where
        assert "pydantic" not in str(problem)
        assert "Input should" not in str(problem)
