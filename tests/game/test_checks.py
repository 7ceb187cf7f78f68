"""Findings of `check` from compiling a case and trying draws, in the case's words."""

from __future__ import annotations

import pytest

from detente.case.read import read_text
from detente.crisis.model import Crisis
from detente.game.checked.checks import check_crisis
from detente.game.compiling.build import compile_crisis


def problems(text: str) -> str:
    found = check_crisis(read_text("detente: 1\ntitle: Checked\n" + text, "case.yaml")).problems
    return "\n".join(str(problem) for problem in found)


ACTORS = "actors: {a: {}, b: {}}\noutcomes: {over: {payoffs: {a: 0, b: 0}}}\nfinally: over\n"


def test_a_good_case_has_no_problems():
    assert problems(ACTORS + "stages: [{id: one, by: a, choose: {x, y}}]") == ""


def test_a_stage_that_nobody_can_reach():
    body = "stages: [{id: one, by: a, choose: {x: {end: over}, y: {end: over}}}, {id: two, by: b, choose: {l, r}}]"
    text = problems(ACTORS + body)
    assert "stage `two` can never be reached: every history has ended before it" in text


def test_a_probability_out_of_range_names_the_draw_and_the_history():
    body = """
quantities: {p: {uniform: [0.5, 1.5]}}
stages: [{id: luck, by: nature, chance: {good: p, bad: rest}}]
"""
    text = problems(ACTORS + body)
    assert "the probability of `good` at `luck` is" in text
    assert "in draw" in text
    assert "case.yaml:" in text


def test_probabilities_that_do_not_add_up_offer_rest():
    body = """
quantities: {p: {uniform: [0.1, 0.4]}}
stages: [{id: luck, by: nature, chance: {good: p, bad: 0.7}}]
"""
    text = problems(ACTORS + body)
    assert "the probabilities of `luck` add up to" in text
    assert "write `rest` for one of them" in text


def test_a_payoff_that_divides_by_zero_says_where():
    text = problems(
        """
quantities: {p: {uniform: [-1, 1]}}
actors: {a: {}}
stages: [{id: one, by: a, choose: {x: {end: over}, y: {end: over}}}]
outcomes: {over: {payoffs: {a: sqrt(p)}}}
"""
    )
    assert "the payoff of `a` in outcome `over` is not a number in draw" in text


def test_a_number_that_was_never_chosen_is_explained():
    text = problems(
        """
actors: {a: {}}
stages:
  - {id: gate, by: a, choose: {open, shut: {end: over}}}
  - {id: demand, by: a, choose: {from: 0, to: 1, step: 0.5}}
outcomes: {over: {payoffs: {a: demand}}}
finally: over
"""
    )
    assert "the move at `demand` was never made on the way there" in text


def test_an_impossible_timeline_is_named_at_its_first_impossible_event():
    text = problems(
        ACTORS
        + """
stages:
  - {id: one, by: a, choose: {x: {end: over}, y}}
  - {id: two, by: b, choose: {l, r}}
timeline:
  - {date: 2025-03-01, stage: one, move: x}
  - {date: 2025-03-02, stage: two, move: l}
"""
    )
    assert "the timeline is impossible: no history has `l` at `two` after what was observed before it" in text


def test_all_leaks_come_at_once():
    body = """
state: {level: {from: 0, to: 1, start: 0}}
stages:
  - {id: build, by: a, choose: {wait, go: {set: {level: 1}}}, seen_by: none}
  - {id: act, by: b, choose: {hold, hit: {when: level = 1}}}
  - {id: again, by: b, when: level = 1, choose: {hold, hit}}
"""
    text = problems(ACTORS + body)
    assert text.count("information leak") == 2


@pytest.mark.parametrize("name", ["iran-2025", "demand", "fearon-1995-ultimatum"])
def test_catalogue_cases_check(name):
    from detente.case.catalogue import find
    from detente.case.read import read_case

    assert check_crisis(read_case(find(name))).problems == ()


PRIVATE_NUMBER = """\
detente: 1
title: A private number
quantities: {top: {uniform: [0.2, 0.6]}}
actors:
  a: {private: {cost: {uniform: [LOW, HIGH], points: 2}}}
stages: [{id: s, by: a, choose: {x: {end: o}, y: {end: p}}}]
outcomes: {o: {payoffs: {a: 1}}, p: {payoffs: {a: PAYOFF}}}
"""


def _private(low: str, high: str, payoff: str = "a.cost") -> Crisis:
    return read_text(PRIVATE_NUMBER.replace("LOW", low).replace("HIGH", high).replace("PAYOFF", payoff))


def test_a_private_number_is_told_by_its_value():
    assert compile_crisis(_private("0", "1")).game.story.steps[0].labels == ("0.25", "0.75")
    assert compile_crisis(_private("0", "top")).game.story.steps[0].labels == ("about 0.1", "about 0.3")
    assert compile_crisis(_private("1", "1")).game.story.steps[0].labels == ("point 1 of 2", "point 2 of 2")


def test_a_history_that_goes_wrong_is_told_with_the_private_number_of_its_draw():
    (problem, *_) = check_crisis(_private("0", "1", "1 / (a.cost - 0.25)")).problems
    assert "where a.cost = 0.25" in problem.what
