"""Orders over seeds: the same comes first, no pair is told in opposite orders, and something is told."""

from __future__ import annotations

import pytest
from benchmarks.adversary import close
from benchmarks.adversary.rankings import faults, judge, run
from benchmarks.adversary.superlatives import contradictions, most, page_text

CASE = """\
detente: 1
title: Three causes of a war
quantities:
  large: {uniform: [0, 1]}
  near: {uniform: [0, 1]}
  nearer: {uniform: [0, 1]}
  idle: {uniform: [0, 1]}
actors: {a: {}}
stages:
  - id: end
    chance:
      fight: {probability: "0.1 + 0.4 * large * (0.5 + near) + 0.2 * near * nearer", end: war}
      calm: {probability: rest, end: peace}
outcomes: {war: {payoffs: {a: 0}}, peace: {payoffs: {a: 1}}}
"""


@pytest.fixture(scope="module")
def verdict(tmp_path_factory):
    path = tmp_path_factory.mktemp("rankings") / "case.yaml"
    path.write_text(CASE)
    return run(path, range(5), 40)


def test_the_largest_comes_first_and_alone_at_every_seed(verdict):
    assert faults(verdict, "large", "hinges, outset") == []
    assert verdict.told["hinges, outset"] > 0
    assert verdict.opposite == ()


def test_a_tool_that_tells_opposite_orders_or_nothing_is_found_out():
    one, other = {"list": {"a": 1, "b": 2}}, {"list": {"a": 2, "b": 1}}
    assert judge([one, other]).opposite == (("list", "a", "b"),)
    assert faults(judge([one, other]), "a", "list") != []
    assert faults(judge([{"list": {"a": 1, "b": 1}}]), "a", "list") == ["list, seed 0: first come a, b"]
    assert faults(judge([{}]), "a", "list") == ["nothing is told of list"]


def test_no_two_seeds_tell_opposite_orders_of_answers_that_lie_close_together():
    assert close.faults(close.run(range(2), 24)) == []


def test_sentences_that_name_different_things_as_the_most_are_found_out():
    one, other = (most(f"The likeliest ending is {name}: {share} %.", ["War", "Peace"]) for name, share in TOLD)
    assert contradictions([one, other]) == [("The likeliest ending is □: # %.", "war", "peace")]
    assert contradictions([one, one]) == []
    assert most("War and Peace are the likeliest endings, not told apart.", ["War", "Peace"]) == {}
    assert most("“Most of it” is a name.", []) == {}
    assert page_text("<style>p {}</style><p>War &amp; peace</p><p>End</p>") == "War & peace\nEnd"


TOLD = (("War", 41), ("Peace", 39))
