"""Formulas: names resolved where they stand, kinds kept apart, and written back as they were meant."""

from __future__ import annotations

import json

import pytest

from detente.case.formula import table as formula_table
from detente.case.formula.grammar import GRAMMAR
from detente.case.formula.kinds import CONDITION, FALSE, TRUE
from detente.case.formula.parsing import parse_expression, parse_interest
from detente.case.formula.scope import AT_THE_END, PLAY, Scope
from detente.case.formula.vocabulary import vocabulary_of
from detente.case.formula.writing import formula
from detente.case.read import read_text
from detente.crisis.expressions import (
    Count,
    DomainValue,
    Ended,
    Expectation,
    Number,
    Operation,
    PrivateValue,
    Probability,
    QuantityName,
    RoundNumber,
    StageMove,
    StateValue,
    Utility,
)
from detente.errors import CaseError

CASE = read_text("""
detente: 1
title: Rounds
quantities: {p: 0.5, 'big cost': 1}
actors:
  a: {private: {aim: {deal: 0.5, 'no-deal': rest}}}
  b: {private: {cost: {uniform: [0, 1], points: 3}}}
state:
  programme: {values: [frozen, running, racing], start: frozen}
  anger: {from: 0, to: 3, start: 1}
stages:
  - {id: demand, by: a, choose: {from: 0, to: 1, step: 0.1}}
  - repeat: 3
    stages:
      - {id: talk, by: a, choose: {offer: , 'no-deal': }}
      - {id: bid, by: b, choose: {from: 0, to: 1, step: 1/3}}
outcomes: {war: {payoffs: {a: 0, b: 0}}, talk_over: {payoffs: {a: 1, b: 1}}}
finally: war
readings: {tough: {when: b.cost < 0.5}}
""")
WORDS = vocabulary_of(CASE)
END = Scope(WORDS, "a payoff", AT_THE_END)
BID = Scope(WORDS, "the `when` of stage `bid`", PLAY, stage=WORDS.stages["bid"])


def n(value: float) -> Number:
    return Number(value)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1 - p", Operation("-", (n(1), QuantityName("p")))),
        ("1 - 2 - 3", Operation("-", (Operation("-", (n(1), n(2))), n(3)))),
        ("1 - (2 - 3)", Operation("-", (n(1), Operation("-", (n(2), n(3)))))),
        ("2 ^ 3 ^ 2", Operation("^", (n(2), Operation("^", (n(3), n(2)))))),
        ("-2 ^ 2", Operation("neg", (Operation("^", (n(2), n(2))),))),
        ("(-2) ^ 2", Operation("^", (n(-2), n(2)))),
        ("2 ^ -1", Operation("^", (n(2), n(-1)))),
        ("p * -p", Operation("*", (QuantityName("p"), Operation("neg", (QuantityName("p"),))))),
        (".5e1", n(5)),
        ("'big cost' / 2", Operation("/", (QuantityName("big cost"), n(2)))),
        ("max(p, 1, 2)", Operation("max", (QuantityName("p"), n(1), n(2)))),
        ("b.cost + anger", Operation("+", (PrivateValue("b", "cost"), StateValue("anger")))),
        ("demand", StageMove("demand")),
        ("count(talk, 'no-deal')", Count("talk", 1)),
        ("count(bid, 0.3333333333333333)", Count("bid", 1)),
    ],
)
def test_a_number_reads_as_its_tree(text, tree):
    assert parse_expression(text, END) == tree
    assert parse_expression(formula(tree, CASE), END) == tree


def if_(condition):
    return Operation("if", (condition, n(1), n(0)))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("programme >= running", Operation(">=", (StateValue("programme"), DomainValue("running", 1)))),
        ("running <= programme", Operation("<=", (DomainValue("running", 1), StateValue("programme")))),
        ("talk == 'no-deal'", Operation("=", (StageMove("talk"), DomainValue("no-deal", 1)))),
        ("a.aim != deal", Operation("!=", (PrivateValue("a", "aim"), DomainValue("deal", 0)))),
        ("demand = 0.30000000001", Operation("=", (StageMove("demand"), n(0.3)))),
        ("bid = 0.33333333333", Operation("=", (StageMove("bid"), n(1 / 3)))),
        ("anger = 2", Operation("=", (StateValue("anger"), n(2)))),
        ("demand > 0.25", Operation(">", (StageMove("demand"), n(0.25)))),
        ("before(talk) = talk", Operation("=", (StageMove("talk", True), StageMove("talk")))),
        ("round >= 2", Operation(">=", (RoundNumber(), n(2)))),
        ("true", TRUE),
        ("false", FALSE),
        ("not p > 1", Operation("not", (Operation(">", (QuantityName("p"), n(1))),))),
        (
            "p > 1 or p < 0 and not anger = 1",
            Operation(
                "or",
                (
                    Operation(">", (QuantityName("p"), n(1))),
                    Operation(
                        "and",
                        (
                            Operation("<", (QuantityName("p"), n(0))),
                            Operation("not", (Operation("=", (StateValue("anger"), n(1))),)),
                        ),
                    ),
                ),
            ),
        ),
    ],
)
def test_a_condition_reads_as_its_tree(text, tree):
    scope = Scope(WORDS, "a test", AT_THE_END | PLAY, stage=WORDS.stages["bid"])
    assert parse_expression(text, scope, CONDITION) == tree
    assert parse_expression(formula(tree, CASE), scope, CONDITION) == tree
    if not text.startswith("before"):
        assert parse_expression(f"if({text}, 1, 0)", scope) == if_(tree)


TOUGH = Operation("<", (PrivateValue("b", "cost"), n(0.5)))
HIGH = Operation("=", (StageMove("demand"), n(0.6)))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("P(war)", Probability(Ended("war"))),
        ("P(war or tough)", Probability(Operation("or", (Ended("war"), TOUGH)))),
        ("P(demand = 0.6) given tough", Probability(HIGH, (TOUGH,))),
        ("P(war) given (demand = 0.6, b.cost < 0.5)", Probability(Ended("war"), (HIGH, TOUGH))),
        ("P(war given demand = 0.6)", Probability(Ended("war"), (HIGH,))),
        ("P(war) given demand = 0.6", Probability(Ended("war"), (HIGH,))),
        (
            "P(war) given (demand = 0.6) + P(talk_over)",
            Operation("+", (Probability(Ended("war"), (HIGH,)), Probability(Ended("talk_over")))),
        ),
        ("E(demand) - E(anger)", Operation("-", (Expectation(StageMove("demand")), Expectation(StateValue("anger"))))),
        ("U(a) given not tough", Utility("a", (Operation("not", (TOUGH,)),))),
        ("P(programme = racing)", Probability(Operation("=", (StateValue("programme"), DomainValue("racing", 2))))),
        ("100 * P(war)", Operation("*", (n(100), Probability(Ended("war"))))),
    ],
)
def test_a_quantity_of_interest_reads_as_its_tree(text, tree):
    assert parse_interest(text, CASE) == tree
    assert parse_interest(formula(tree, CASE), CASE) == tree


@pytest.mark.parametrize(
    ("text", "column", "what", "remedy"),
    [
        ("P(wra)", 3, "unknown name `wra`", "did you mean `war`?"),
        ("war", 1, "`war` is an outcome, which has no value in a quantity of interest", "write `P(war)`"),
        ("P(demand = 0.63)", 12, "`demand` never is 0.63", "the nearest number it can be is 0.6"),
        ("P(talk = ofer)", 10, "`ofer` is not one of the moves of stage `talk`", "did you mean `offer`?"),
        (
            "P(demand)",
            3,
            "`demand` is a number, and a condition (true or false) is needed here",
            "compare it with something, as in `demand > 0`",
        ),
        (
            "E(talk)",
            3,
            "`talk` is a name (one of the moves of stage `talk`), not a number",
            "compare it, as in `talk = offer`",
        ),
        ("U(c)", 3, "`c` is not an actor", "the actors here: `a`, `b`"),
        (
            "P(war",
            6,
            "the formula ends before its parentheses are closed",
            "close them with `)`; inside [ ] or { } a formula with a comma in it needs quotes around it",
        ),
        ("P(war) given", 13, "the formula ends too early", "something must follow here"),
        ("P(war | tough)", 7, "`|` does not belong in a formula", "write `or`; a condition follows the word `given`"),
        (
            "P(war, tough)",
            1,
            "`P` takes one argument, and 2 stand here",
            "join events with `and` or `or`; conditions follow after `given (…, …)`",
        ),
        ("P(E(demand) > 1)", 3, "`E(…)` cannot be mentioned in P(…)", "it is what a question or a claim asks for"),
        ("P(0 < demand < 1)", 14, "two comparisons in a row", "join them with `and`, as in `0 < x and x < 1`"),
        ("P(cost < 1)", 3, "`cost` is a private variable: say whose", "write `b.cost`"),
        ("Pr(war)", 1, "unknown function `Pr`", "did you mean `P`?"),
        (
            "P(war) P(war)",
            8,
            "`P` cannot follow what stands before it",
            "an operator such as * or `and` is missing; a name with spaces or hyphens needs quotes: 'like this'",
        ),
        (
            "P(talk = no-deal)",
            10,
            "`no-deal` needs quotes in a formula",
            "write 'no-deal'",
        ),
        ("", 1, "a formula is missing here", "write a number or a formula such as `1 - p`"),
        ("5%", 2, "`%` does not belong in a formula", "write a percentage as a number between 0 and 1, such as 0.2"),
        ("P(U(a) > 1)", 3, "`U(…)` cannot be mentioned in P(…)", "it is what a question or a claim asks for"),
        ("P(a.cost > 1)", 3, "`a` has no private variable `cost`", "the private variables of `a` here: `aim`"),
        ("P(us.aim = deal)", 3, "unknown actor `us`", "the actors here: `a`, `b`"),
        (
            "count(talk, offer)",
            1,
            "`count(…)` cannot be mentioned in a quantity of interest",
            "it may mention P(…), E(…), U(…) and B(…), quantities",
        ),
        (
            "P(count(demand, 0.1) > 0)",
            9,
            "stage `demand` is not inside a `repeat`, so `count` has no rounds to look at",
            "compare the move itself, as in `demand = 0`",
        ),
    ],
)
def test_a_mistake_in_a_question_points_into_its_text(text, column, what, remedy):
    with pytest.raises(CaseError) as error:
        parse_interest(text, CASE)
    problem = error.value.problems[0]
    assert (problem.where.column, problem.what, problem.remedy) == (column, what, remedy)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("war > 1", "`war` is an outcome, which has no value in the `when` of stage `bid`"),
        ("before(demand) > 0", "stage `demand` is not inside a `repeat`, so `before` has no rounds to look at"),
        ("before() > 0", "`before` takes one stage"),
        ("P(war) > 0", "`P(…)` cannot be mentioned in the `when` of stage `bid`"),
        ("p > 0", "the quantity `p` cannot be mentioned in the `when` of stage `bid`"),
        ("if(true, 1, 2)", "`1` is a number, and a condition (true or false) is needed here"),
        ("min(1) > 0", "`min` takes at least 2 arguments, and 1 stand here"),
        ("talk(1) > 0", "`talk` is not a function"),
        ("max(1, talk) > 0", "`talk` is a name (one of the moves of stage `talk`), not a number"),
        ("talk + 1 > 0", "`talk` is a name (one of the moves of stage `talk`), not a number"),
        (
            "talk = programme",
            "`programme` is a name (one of the values of `programme`), not one of the moves of stage `talk`",
        ),
        ("given = 1", "unknown name `given`"),
    ],
)
def test_what_does_not_fit_a_condition_of_play_is_told(text, what):
    with pytest.raises(CaseError) as error:
        parse_expression(text, BID, CONDITION)
    assert error.value.problems[0].what == what


def test_every_mistake_in_a_formula_is_told_once():
    with pytest.raises(CaseError) as error:
        parse_expression("wat + p * who + (talk + 1)", END)
    assert len(error.value.problems) == 3


def test_a_long_sum_and_a_long_chain_of_conditions_stay_within_the_limits():
    assert parse_expression(" + ".join(["p"] * 90), END)
    assert parse_expression(" or ".join(["p > 1"] * 90), END, CONDITION)


def test_the_parser_is_read_from_a_table_made_from_this_grammar(monkeypatch):
    kept = json.loads(formula_table.TABLE.read_text("utf-8"))
    made = json.loads(json.dumps(formula_table.made_table(GRAMMAR, kept["marks"])))
    assert made["made_from"] == kept["made_from"], "make it anew: python -m detente.case.formula.grammar"

    def told(table):  # numbers of states and rules differ from one making to the next
        states = table["data"]["parser"]["parser"]["states"]
        rules = [json.dumps(each, sort_keys=True) for each in table["memo"].values()]
        return sorted(rules), sorted(map(len, states.values()))

    assert told(made) == told(kept)
    monkeypatch.setattr(formula_table, "_made", None)
    assert formula_table.read_parser(GRAMMAR, None).parse("1 + 2").data == "binary"


def test_another_grammar_is_not_parsed_by_the_kept_table():
    without_not = GRAMMAR.replace('NOT: "not"', 'NOT: "nay"')
    assert formula_table.read_parser(without_not, None).parse("nay a").data == "unary"
