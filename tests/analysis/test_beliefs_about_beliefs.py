"""Beliefs of actors, and those that they expect others to hold, against numbers worked out by hand and formulas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import detente as dt
from detente.analysis.gradient import gradients
from detente.analysis.misreading import expected_beliefs
from detente.analysis.quantity_of_interest import value_of
from detente.analysis.solved import Solved, solve_draws
from detente.case.formula.parsing import parse_interest
from detente.case.formula.writing import formula
from detente.case.read import read_text
from detente.errors import CaseError, RequestError
from detente.game.compiling.build import compile_crisis
from detente.game.drawn.draws import dimensions, median_draw
from detente.report.naming import Names

WHISPERS = """
detente: 1
title: A whisper that Tehran hears and Moscow does not
rationality: 4
quantities:
  prior: {uniform: [0.3, 0.5]}
  loud: {uniform: [0.7, 0.9]}
actors:
  us: {name: Washington, private: {camp: {hawk: prior, dove: rest}}}
  iran: {name: Tehran}
  russia: {name: Moscow}
stages:
  - {id: word, by: us, choose: {harsh: , mild: {cost: 0.1}}}
  - {id: whisper, by: nature, seen_by: [iran], chance: {threat: "if(us.camp = hawk, loud, 1 - loud)", promise: rest}}
  - {id: reply, by: iran, choose: {talk: {end: calm}, dismiss: {end: storm}}}
outcomes:
  calm: {payoffs: {us: "if(us.camp = hawk, 0, 1)", iran: "if(us.camp = hawk, -1, 1)", russia: 0}}
  storm: {payoffs: {us: 0.2, iran: 0, russia: 1}}
readings:
  hawkish: {name: Washington means war, when: us.camp = hawk}
timeline:
  - {date: 2025-03-07, stage: word, move: harsh}
  - {date: 2025-03-08, stage: whisper, move: threat}
  - {date: 2025-03-09, stage: reply, move: dismiss}
questions:
  - id: who
    vary: loud
    from: 0.6
    to: 0.9
    steps: 2
    show: B(us, B(iran, hawkish)) given (us.camp = dove, whisper = promise)
claims:
  - id: louder
    says: A louder whisper is believed
    raise: loud
    expect: rises
    of: B(iran, hawkish) given (whisper = threat)
"""


@pytest.fixture(scope="module")
def solved() -> Solved:
    crisis = read_text(WHISPERS, "case.yaml")
    return solve_draws(compile_crisis(crisis), median_draw(crisis))


def ask(solved: Solved, text: str, events: int = 0) -> float:
    seen = solved.crisis.timeline[:events]
    return float(value_of(parse_interest(text, solved.crisis), solved, seen)[0])


def test_who_hears_a_whisper_believes_by_bayes_rule_and_who_does_not_hear_it_does_not(solved):
    harsh = [ask(solved, f"P(word = harsh) given (us.camp = {camp})") for camp in ("hawk", "dove")]
    hawk, dove = 0.4 * harsh[0], 0.6 * harsh[1]
    after_word = hawk / (hawk + dove)
    after_threat = hawk * 0.8 / (hawk * 0.8 + dove * 0.2)
    given = " given (word = harsh, whisper = threat)"
    assert ask(solved, f"B(iran, hawkish){given}") == pytest.approx(after_threat, abs=1e-12)
    assert ask(solved, f"B(russia, hawkish){given}") == pytest.approx(after_word, abs=1e-12)
    assert ask(solved, "B(us, hawkish) given (us.camp = hawk, word = harsh)") == pytest.approx(1)
    assert ask(solved, "B(iran, hawkish)") == pytest.approx(0.4)


def test_somebody_expects_of_a_belief_what_it_averages_over_what_it_cannot_tell_apart(solved):
    harsh = [ask(solved, f"P(word = harsh) given (us.camp = {camp})") for camp in ("hawk", "dove")]
    hawk, dove = 0.4 * harsh[0], 0.6 * harsh[1]
    threat, promise = hawk * 0.8 / (hawk * 0.8 + dove * 0.2), hawk * 0.2 / (hawk * 0.2 + dove * 0.8)
    given = "given (us.camp = {}, word = harsh, whisper = threat)"
    # Washington knows its camp, and not which whisper Tehran has heard.
    for camp, heard in (("hawk", 0.8), ("dove", 0.2)):
        expected = heard * threat + (1 - heard) * promise
        assert ask(solved, f"B(us, B(iran, hawkish)) {given.format(camp)}") == pytest.approx(expected, abs=1e-12)
        assert ask(solved, f"B(iran, hawkish) {given.format(camp)}") == pytest.approx(threat, abs=1e-12)
    # Moscow knows neither: by iterated expectations it expects of Tehran what it believes itself.
    expected = ask(solved, f"B(russia, B(iran, hawkish)) {given.format('dove')}")
    assert expected == pytest.approx(ask(solved, "B(russia, hawkish) given (word = harsh)"), abs=1e-12)


def test_a_belief_is_that_of_the_moment_at_which_the_last_thing_given_has_happened(solved):
    early, late = "B(russia, hawkish) given (word = harsh)", "B(russia, hawkish) given (word = harsh, reply = talk)"
    assert ask(solved, early) != pytest.approx(ask(solved, late), abs=1e-3), "Moscow sees the reply"
    assert ask(solved, "B(russia, hawkish) given (word = harsh, calm)") == pytest.approx(ask(solved, late))
    assert ask(solved, "B(russia, calm) given (word = harsh, calm)") == pytest.approx(1)


def test_a_belief_of_ones_own_belief_is_that_belief_and_beliefs_average_to_chances(solved):
    for given in ("", " given (word = harsh)", " given (whisper = promise, reply = talk)"):
        own = ask(solved, f"B(iran, B(iran, hawkish)){given}")
        assert own == pytest.approx(ask(solved, f"B(iran, hawkish){given}"), abs=1e-12)
    mean = sum(
        ask(solved, f"P(whisper = {each})") * ask(solved, f"B(iran, hawkish) given (whisper = {each})")
        for each in ("threat", "promise")
    )
    assert mean == pytest.approx(0.4, abs=1e-12)


def test_along_the_timeline_stands_what_the_formulas_say_event_by_event(solved):
    found = {(each.observer, each.of, each.subject.id, each.subject.value): each for each in expected_beliefs(solved)}
    for observer, of in (("us", "iran"), ("us", "russia"), ("russia", "iran"), ("iran", "russia")):
        told = found[observer, of, "hawkish", ""]
        for events in range(4):
            expected = ask(solved, f"B({observer}, B({of}, hawkish))", events)
            assert told.expected[0, events] == pytest.approx(expected, abs=1e-12)
            assert told.held[0, events] == pytest.approx(ask(solved, f"B({of}, hawkish)", events), abs=1e-12)
    own = found["us", "iran", "us.camp", "hawk"]
    assert own.held == pytest.approx(found["us", "iran", "hawkish", ""].held, abs=1e-12)
    assert ("us", "iran", "iran.camp", "hawk") not in found
    assert {observer for observer, of, _, _ in found if of == "us"} == set(), "an actor has no doubts about itself"


def test_an_expectation_lies_no_farther_off_on_balance_than_on_average(solved):
    for each in expected_beliefs(solved):
        assert (each.distance >= np.abs(each.expected - each.held) - 1e-12).all()
        assert (each.distance[:, 0] <= 1e-12).all() or each.observer == "us"


def test_slopes_of_beliefs_about_beliefs_are_those_of_solving_again():
    crisis = read_text(WHISPERS, "case.yaml")
    texts = [
        "B(iran, hawkish) given (whisper = threat)",
        "B(us, B(iran, hawkish)) given (us.camp = dove, whisper = promise)",
    ]
    interests = [parse_interest(text, crisis) for text in texts]
    compiled, axes = compile_crisis(crisis), dimensions(crisis)
    middle = median_draw(crisis)
    found = gradients(interests, solve_draws(compiled, middle), axes, (), own=True)
    for name in ("prior", "loud"):
        ends = []
        for step in (1e-5, -1e-5):
            moved = {**middle.quantities, name: middle.quantities[name] + step}
            ends.append(
                [value_of(each, solve_draws(compiled, replace(middle, quantities=moved)))[0] for each in interests]
            )
        slopes = (np.array(ends[0]) - np.array(ends[1])) / 2e-5
        assert [float(each.slopes.quantities[name][0]) for each in found] == pytest.approx(list(slopes), rel=1e-5)


def test_a_study_tells_who_misreads_whom_with_errors_and_claims_and_questions_may_be_about_beliefs():
    study = dt.run(dt.compile(read_text(WHISPERS, "case.yaml")), draws=32, inquiry_draws={"hinges": 0})
    table = study.misreadings().set_index(["observer", "of", "subject", "value", "event"]).sort_index()
    row = table.loc[("russia", "iran", "hawkish", "", 2)]
    assert row["misreading"] == pytest.approx(row["mean"] - row["held_mean"])
    assert row["misreading"] < -0.1
    assert 0 < row["misreading_error"] < 0.05
    assert table.loc[("russia", "iran", "hawkish", "", 1), "misreading"] == 0
    [claim] = study.claims().query("first").to_dict("records")
    assert claim["of"].startswith("B(iran, hawkish)")
    assert claim["holds"] == 1
    curve = study.questions().query("when == 'outset'")["mean"].tolist()
    assert curve[1] < curve[0] < 0.4, "the dovish camp expects a louder promise to be believed"
    assert study.to_dict()["misreadings"]


def test_a_belief_reads_back_as_it_is_written_and_is_told_in_words():
    crisis = read_text(WHISPERS, "case.yaml")
    text = "B(us, B(iran, us.camp = hawk)) given (word = harsh)"
    assert formula(parse_interest(text, crisis), crisis) == text
    assert Names(crisis).quantity_of_interest(
        parse_interest("B(us, B(iran, hawkish)) given (word = harsh)", crisis)
    ) == (
        "the chance of the reading “Washington means war” in Tehran’s eyes, as Washington expects it, "
        "given “word: harsh”"
    )


@pytest.mark.parametrize(
    ("text", "column", "what"),
    [
        ("B(irn, hawkish)", 3, "`irn` is not an actor"),
        ("B(iran)", 1, "`B` takes who believes and what, and 1 stand here"),
        ("B(us, B(iran))", 7, "`B` takes who believes and what, and 1 stand here"),
        ("B(us, B(iran, hawkish) given (calm))", 31, "a belief about a belief has no `given` of its own"),
        ("B(us, loud)", 7, "`loud` is a number, and a condition (true or false) is needed here"),
        ("B(us, P(calm) > 0.5)", 7, "`P(…)` cannot be mentioned in B(…)"),
        ("B(us, B(iran, calm) > 0.5)", 7, "`B(…)` cannot be mentioned in B(…)"),
    ],
)
def test_a_mistake_in_a_belief_points_into_its_text(text, column, what):
    with pytest.raises(CaseError) as error:
        parse_interest(text, read_text(WHISPERS, "case.yaml"))
    problem = error.value.problems[0]
    assert (problem.where.column, problem.what) == (column, what)


def test_a_belief_given_what_never_happens_has_no_value():
    answers = dt.ask(read_text(WHISPERS, "case.yaml"), "B(iran, hawkish) given (word = harsh, not word = harsh)")
    assert answers.to_dict()["B(iran, hawkish) given (word = harsh, not word = harsh)"]["value"] is None
    with pytest.raises((CaseError, RequestError)):
        dt.ask("kuhn-1950-poker", "B(nobody, true)")
