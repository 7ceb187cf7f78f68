"""Endings that depend on what all did, and payoffs that depend on when play ended."""

from __future__ import annotations

import numpy as np
import pytest

import detente as dt
from detente.case.read import read_text
from detente.case.written_back.write import case_text
from detente.errors import CaseError
from detente.game.checked.checks import check_crisis
from detente.game.compiling.build import compile_crisis
from detente.game.compiling.order import Play
from detente.game.compiling.size import measure
from detente.game.drawn.draws import median_draw
from detente.game.histories import path_to

CLASH = """
detente: 1
title: Both at once
actors: {a: , b: }
state: {shots: {from: 0, to: 2, start: 0}}
stages:
  - together:
      - id: left
        by: a
        choose:
          fire: {set: {shots: shots + 1}, end: [{when: right = fire, outcome: war}, {outcome: raid}]}
          hold: {end: [{when: right = quit and shots = 0, outcome: win}]}
      - id: right
        by: b
        choose: {fire: {set: {shots: shots + 1}, end: raid}, hold: , quit: }
outcomes:
  war: {payoffs: {a: -shots, b: -shots}}
  raid: {payoffs: {a: 1, b: 0}}
  win: {payoffs: {a: 2, b: 0}}
  calm: {payoffs: {a: 0, b: 0}}
finally: calm
"""


def endings(text: str) -> dict[tuple[str, ...], str]:
    """Moves on the way to each ending, and the ending."""
    crisis = read_text(text)
    game = compile_crisis(crisis).game
    story = game.story
    assert story is not None
    found: dict[tuple[str, ...], str] = {}
    for leaf, node in enumerate(game.leaf_node):
        steps = [(story.steps[story.step[k]], story.move[k]) for k in path_to(game, int(node))]
        moves = tuple(step.labels[move] for step, move in steps if step.stage)
        found[moves] = crisis.outcomes[story.outcome[leaf]].id
    return found


def test_an_ending_may_depend_on_what_all_did_and_on_the_state_after_them():
    assert endings(CLASH) == {
        ("fire", "fire"): "war",
        ("fire", "hold"): "raid",
        ("fire", "quit"): "raid",
        ("hold", "fire"): "raid",
        ("hold", "hold"): "calm",
        ("hold", "quit"): "win",
    }


def test_a_list_whose_conditions_all_fail_lets_play_go_on():
    text = """
detente: 1
title: One after the other
actors: {a: }
state: {n: {from: 0, to: 2, start: 0}}
stages:
  - repeat: 2
    stages:
      - {id: go, by: a, choose: {up: {set: {n: n + 1}, end: [{when: n = 2, outcome: top}]}, out: {end: low}}}
outcomes: {top: {payoffs: {a: 1}}, low: {payoffs: {a: 0}}, rest of it: {payoffs: {a: 0}}}
finally: rest of it
"""
    assert endings(text) == {("up", "up"): "top", ("up", "out"): "low", ("out",): "low"}


def test_the_size_told_beforehand_is_that_of_the_game():
    crisis = read_text(CLASH)
    assert measure(Play(crisis)).nodes == compile_crisis(crisis).game.nodes


def test_what_ends_is_written_back_as_it_was():
    crisis = read_text(CLASH)
    assert read_text(case_text(crisis)) == crisis


def test_two_simultaneous_stages_that_end_differently_are_a_warning_unless_one_says_in_which():
    assert not [each for each in check_crisis(read_text(CLASH)).warnings if "listed first" in each.what]
    silent = CLASH.replace("end: [{when: right = fire, outcome: war}, {outcome: raid}]", "end: war")
    [warning] = [each for each in check_crisis(read_text(silent)).warnings if "listed first" in each.what]
    assert "`fire` at `left` ends play in `war`, and `fire` at `right`" in warning.what
    assert warning.where is not None
    assert warning.where.line == 11
    alike = silent.replace("end: raid}, hold: , quit", "end: war}, hold: , quit")
    assert not [each for each in check_crisis(read_text(alike)).warnings if "listed first" in each.what]


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("{when: right = fire, outcome: war}", "{outcome: war}", "so those after it are never reached"),
        ("{when: right = fire, outcome: war}", "{when: right = fir, outcome: war}", "`fir` is not one of the moves"),
        ("[{when: right = quit and shots = 0, outcome: win}]", "[]", "`end` lists nothing"),
        ("outcome: win}]", "outcome: wins}]", "unknown outcome `wins`"),
        ("when: right = fire", "when: right", "`right` is a name (one of the moves"),
    ],
)
def test_a_list_of_endings_that_is_none_is_told(right: str, wrong: str, what: str):
    with pytest.raises(CaseError) as error:
        read_text(CLASH.replace(right, wrong))
    assert any(what in each.what for each in error.value.problems)


ROUNDS = """
detente: 1
title: Rounds
quantities: {delta: 0.9}
actors: {a: , b: }
stages:
  - {id: first, by: a, choose: {go: , quit: {end: stop}}}
  - repeat: 3
    stages:
      - {id: offer, by: a, choose: {from: 0, to: 1, step: 1}}
      - {id: reply, by: b, when: offer = 1 or round < 3, choose: {yes: {end: deal}, no: }}
  - {id: last, by: b, choose: {calm: , storm: {end: stop}}}
outcomes:
  deal: {payoffs: {a: "delta ^ (round - 1) * offer", b: "if(round = 1, 0.3, before(offer))"}}
  stop: {payoffs: {a: round, b: "if(before(reply) = no, 1, 0)"}}
finally: stop
"""


def test_a_payoff_reads_the_round_in_which_play_ended_and_the_round_before_it():
    crisis = read_text(ROUNDS)
    compiled = compile_crisis(crisis)
    game, story = compiled.game, compiled.game.story
    assert story is not None
    payoff = compiled.numbers(median_draw(crisis)).payoff[0][game.leaf_class]
    met = set[tuple[str, int]]()
    for leaf, node in enumerate(game.leaf_node):
        made = {}
        for k in path_to(game, int(node)):
            step = story.steps[story.step[k]]
            made[step.stage, step.round] = step.labels[story.move[k]]
        ending = crisis.outcomes[story.outcome[leaf]].id
        if ("last", 0) in made:
            last = 3
        else:
            last = max((round for stage, round in made), default=0)
        offer = made.get(("offer", last))
        if ending == "deal":
            before = 0.3 if last == 1 else float(made["offer", last - 1])
            wanted = 0.9 ** (last - 1) * float(offer), before
        else:
            wanted = last, float(made.get(("reply", last - 1)) == "no")
        met.add((ending, last))
        np.testing.assert_allclose(payoff[leaf], wanted)
    assert met == {("deal", 1), ("deal", 2), ("deal", 3), ("stop", 0), ("stop", 3)}


def test_what_is_asked_of_rounds_agrees_with_payoffs_that_pay_them():
    crisis = read_text(
        ROUNDS.replace('a: "delta ^ (round - 1) * offer"', "a: round")
        .replace('b: "if(before(reply) = no, 1, 0)"', 'b: "if(before(reply) = no, 1, 0)"')
        .replace('b: "if(round = 1, 0.3, before(offer))"', 'b: "if(before(reply) = no, 1, 0)"')
    )
    found = dt.ask(crisis, "E(round)", "U(a)", "P(before(reply) = no)", "U(b)", rationality=2).values
    assert found["E(round)"] == pytest.approx(found["U(a)"])
    assert found["P(before(reply) = no)"] == pytest.approx(found["U(b)"])
