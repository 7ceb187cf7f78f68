"""Formulas by name: written once, checked where they stand, written back, and told apart by `diff`."""

from __future__ import annotations

import pytest

import detente as dt
from detente.case.builder import Builder
from detente.case.formula.parsing import parse_interest
from detente.case.formula.writing import formula
from detente.case.read import read_text
from detente.case.written_back.write import case_text
from detente.errors import CaseError
from detente.study.compared.alterations import edits
from detente.study.request import Request

CASE = """
detente: 1
title: A stage game written once
quantities: {stake: 0.6, odd: 2}
actors: {a: {private: {type: {low: 0.5, high: rest}}}, b: }
state: {heat: {from: 0, to: 3, start: 0}}
formulas:
  gain: if(left = push, stake, 0) - if(right = push, 0.1, 0)
  hot: heat >= 1 and left = push
  twice: {equals: 2 * gain, name: twice the gain, note: for show}
stages:
  - {id: left, by: a, choose: {push: , wait: }, set: {heat: "if(left = push, 1, 0)"}}
  - {id: right, by: b, when: left = push, choose: {push: {end: crash}, wait: }}
outcomes:
  crash: {payoffs: {a: gain, b: -gain}}
  calm: {payoffs: {a: "if(hot, twice, 0)", b: "-twice"}}
finally: calm
readings: {mean: {when: a.type = high}}
"""


def test_a_formula_is_worth_what_it_says_wherever_it_is_mentioned():
    body = "(if(left = push, stake, 0) - if(right = push, 0.1, 0))"
    plain = (
        CASE.replace("b: -gain", f'b: "-{body}"')
        .replace("a: gain", f'a: "{body}"')
        .replace("2 * gain", f'"2 * {body}"')
    )
    named, written = (dt.solve(read_text(each)).utilities for each in (CASE, plain))
    assert {name: list(each) for name, each in named.items()} == {name: list(each) for name, each in written.items()}
    found = dt.ask(read_text(CASE), "E(twice)", "2 * E(gain)").values
    assert found["E(twice)"] == pytest.approx(found["2 * E(gain)"])


def test_a_formula_is_written_back_by_its_name():
    crisis = read_text(CASE)
    assert formula(crisis.outcome("crash").payoffs[1][1], crisis) == "-gain"
    assert formula(crisis.formulas[2].value, crisis) == "2 * gain"
    again = read_text(case_text(crisis))
    assert again == crisis
    assert again.digest == crisis.digest


def test_a_formula_that_is_no_operation_keeps_its_name():
    crisis = read_text(CASE.replace("  hot:", "  level: heat\n  hot:").replace('b: "-twice"', "b: -level"))
    assert formula(crisis.outcome("calm").payoffs[1][1], crisis) == "-level"
    assert case_text(read_text(case_text(crisis))) == case_text(crisis)


def test_the_builder_says_the_same_as_yaml():
    built = (
        Builder("One formula")
        .actor("a")
        .formula("worth", "if(go = yes, 1, 0)", name="its worth")
        .stage("go", by="a", choose={"yes": None, "no": None})
        .outcome("end", payoffs={"a": "worth"})
        .at_the_end("end")
        .build()
    )
    text = """
detente: 1
title: One formula
actors: {a: }
formulas: {worth: {equals: "if(go = yes, 1, 0)", name: its worth}}
stages: [{id: go, by: a, choose: {yes: , no: }}]
outcomes: {end: {payoffs: {a: worth}}}
finally: end
"""
    assert built.digest == read_text(text).digest


def test_a_changed_formula_is_one_difference():
    changed = CASE.replace("gain: if(left = push, stake, 0)", "gain: if(left = push, odd, 0)")
    found = edits((read_text(CASE), Request()), (read_text(changed), Request()))
    assert [each.path for each in found] == [("formulas", "gain")]


def test_a_question_may_mention_a_formula_by_its_name():
    crisis = read_text(CASE)
    asked = parse_interest("P(hot) given (twice > 0.5)", crisis)
    assert formula(asked, crisis) == "P(hot) given (twice > 0.5)"
    answers = dt.ask(crisis, "P(hot)", "P(heat >= 1 and left = push)", rationality=1).values
    assert 0 < answers["P(hot)"][0] == answers["P(heat >= 1 and left = push)"][0] < 1


@pytest.mark.parametrize(
    ("right", "wrong", "what", "line"),
    [
        ("2 * gain", "2 * gains", "unknown name `gains`", 10),
        ("  hot: heat", "  hot: twice > 0 and heat", "the formula `twice` is not declared before the formula `hot`", 9),
        ("a: gain,", "a: hot,", "`hot` is a condition (true or false), and a number is needed here", 15),
        ("if(hot,", "if(gain,", "`gain` is a number, and a condition (true or false) is needed here", 16),
        ("  hot: heat", "  stake: heat", "`stake` is already the name of a quantity", 9),
        ("  hot: heat", "  left: heat", "`left` is already the name of a formula", 12),
        ("when: left = push", "when: gain > 0", "in the formula `gain`: `stake` is an uncertain quantity", 13),
        ("stake: 0.6", "stake: 2 * gain", "the formula `gain` is not declared before the quantity `stake`", 4),
        ("low: 0.5", "low: gain", "in the formula `gain`: the move at `left` cannot be mentioned in the prior", 5),
        ("  hot: heat", "  hot: left", "`hot` is one of the moves", 9),
        ("2 * gain", "2 * round", "`round` has no meaning in a case without a `repeat`", 10),
    ],
)
def test_each_mistake_is_told_once_at_its_place(right: str, wrong: str, what: str, line: int):
    text = CASE.replace("  hot: heat >= 1 and left = push", "  hot: left") if wrong == "  hot: left" else CASE
    text = text.replace(right, wrong)
    with pytest.raises(CaseError) as error:
        read_text(text)
    [problem] = [each for each in error.value.problems if what.split("`")[-1] in each.what or what in each.what]
    assert what in problem.what or wrong == "  hot: left"
    assert problem.where is not None
    assert problem.where.line == line


def test_formulas_that_mention_one_another_over_and_over_are_refused_and_not_grown():
    lines = "".join(f"  f{n + 1}: f{n} + f{n}\n" for n in range(60))
    text = CASE.replace("formulas:\n", "formulas:\n  f0: heat\n" + lines)
    with pytest.raises(CaseError) as error:
        read_text(text)
    assert "at most 5,000 parts, 40 deep, can be handled" in error.value.problems[0].remedy
    assert len(error.value.problems) == 1


def test_a_formula_that_nobody_mentions_is_a_warning():
    from detente.game.checked.checks import check_crisis

    text = CASE.replace("if(hot, twice, 0)", "twice")
    assert [each.what for each in check_crisis(read_text(text)).warnings if "formula" in each.what] == [
        "nothing mentions the formula `hot`"
    ]
