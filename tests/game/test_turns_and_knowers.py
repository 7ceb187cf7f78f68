"""Numbers within a budget, actors who take turns, and private variables that others know, or nobody."""

from __future__ import annotations

import numpy as np
import pytest

import detente as dt
from detente.case.read import read_text
from detente.case.written_back.write import case_text
from detente.cli.commands.show import describe
from detente.errors import CaseError
from detente.estimation.cutoffs.tree import tree_of
from detente.game.compiling.build import compile_crisis
from detente.game.paths import made_at, stage_positions
from detente.study.assumptions import assumptions

BUDGET = """
detente: 1
title: Two fronts
actors: {a: , b: }
stages:
  - {id: north, by: a, choose: {from: 0, to: 4, step: 1}}
  - {id: south, by: a, choose: {from: 0, to: 4, step: 1, when: north + south <= 4}}
  - {id: reply, by: b, when: south > 0, choose: {from: 1, to: 3, step: 1, when: reply <= south}}
outcomes: {end: {payoffs: {a: "2 * south + north - if(south > 0, reply, 0)", b: "if(south > 0, reply, 0)"}}}
finally: end
"""


def test_a_number_is_chosen_only_where_its_condition_holds_with_the_stage_in_its_place():
    game = compile_crisis(read_text(BUDGET)).game
    north, south, reply = (
        made_at(game, stage_positions(game, stage))[game.leaf_node] for stage in ("north", "south", "reply")
    )
    assert set(zip(north.tolist(), south.tolist(), strict=True)) == {
        (n, s) for n in range(5) for s in range(5) if n + s <= 4
    }
    assert (reply + 1 <= south)[south > 0].all()
    assert (reply == -1)[south == 0].all()
    assert [list(each) for each in dt.solve(read_text(BUDGET)).utilities.values()] == [[5.0], [3.0]]


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("north + south <= 4", "north + reply <= 4", "stage `reply` is played after stage `south`"),
        ("north + south <= 4", "north + south", "a condition (true or false) is needed here"),
        (
            "north, by: a",
            "north, by: a, seen_by: none",
            "`b` chooses at stage `reply` but cannot know the move at `south`",
        ),
        (
            "{from: 1, to: 3, step: 1, when: reply <= south}",
            "{from: 1, to: 3, step: 1, when: reply < south}",
            "no move",
        ),
        ("when: north + south <= 4", "when: unit <= 4", "unknown name `unit`"),
        ("by: b, when: south > 0", "by: b", "no move is left at `reply`"),
    ],
)
def test_a_bad_condition_on_numbers_is_told(right: str, wrong: str, what: str):
    text = BUDGET.replace(right, wrong)
    if "seen_by" in wrong:
        text = text.replace("south, by: a", "south, by: a, seen_by: none")
    with pytest.raises(CaseError) as error:
        compile_crisis(read_text(text))
    assert any(what in each.what for each in error.value.problems)


TURNS = """
detente: 1
title: Offers in turn
actors: {a: , b: }
stages:
  - repeat: 3
    stages:
      - {id: offer, by: [a, b], choose: {from: 0, to: 1, step: 0.25}}
      - {id: answer, by: [b, a], choose: {yes: {end: deal}, no: }}
outcomes:
  deal: {payoffs: {a: "0.8 ^ (round - 1) * offer", b: "0.8 ^ (round - 1) * (1 - offer)"}}
  nothing: {payoffs: {a: 0, b: 0}}
finally: nothing
"""
WRITTEN_OUT = """
detente: 1
title: Offers in turn
actors: {a: , b: }
stages:
  - {id: offer1, by: a, choose: {from: 0, to: 1, step: 0.25}}
  - {id: answer1, by: b, choose: {yes: {end: first}, no: }}
  - {id: offer2, by: b, choose: {from: 0, to: 1, step: 0.25}}
  - {id: answer2, by: a, choose: {yes: {end: second}, no: }}
  - {id: offer3, by: a, choose: {from: 0, to: 1, step: 0.25}}
  - {id: answer3, by: b, choose: {yes: {end: third}, no: }}
outcomes:
  first: {payoffs: {a: offer1, b: 1 - offer1}}
  second: {payoffs: {a: 0.8 * offer2, b: 0.8 * (1 - offer2)}}
  third: {payoffs: {a: 0.64 * offer3, b: 0.64 * (1 - offer3)}}
  nothing: {payoffs: {a: 0, b: 0}}
finally: nothing
"""


def test_taking_turns_is_the_game_with_a_stage_for_each():
    turns, written = (dt.solve(read_text(each), rationality=4).utilities for each in (TURNS, WRITTEN_OUT))
    for actor in ("a", "b"):
        assert turns[actor] == pytest.approx(written[actor], abs=1e-9)


def test_a_forced_move_of_an_actor_who_takes_turns_binds_only_its_own_rounds():
    forced = dt.solve(read_text(TURNS), force=["b: no"])
    moves = {(each.stage, each.round): each for each in forced.moves().steps}
    assert moves["answer", 1].actor == moves["answer", 3].actor == "b"
    assert moves["answer", 2].actor == "a"
    assert forced.utilities["a"][0] == pytest.approx(0.8 * 0.0, abs=1e-6) or forced.outcomes["deal"][0] > 0.9


def test_what_is_written_back_says_the_same():
    for text in (BUDGET, TURNS, KNOWN):
        crisis = read_text(text)
        assert read_text(case_text(crisis)) == crisis


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("by: [a, b]", "by: [a]", "a list of fewer than two actors"),
        ("by: [a, b]", "by: []", "does not say who chooses"),
        ("by: [a, b]", "by: [a, c]", "unknown actor `c`"),
        ("step: 0.25}}", "step: 0.25}, cost: 1}", "at `offer` actors take turns, so that this does not say who pays"),
        ("step: 0.25}}", "step: 0.25}, seen_by: [a]}", "at `offer` actors take turns, who see one another's moves"),
        (
            "step: 0.25}}",
            "step: 0.25}, seen_as: {0: low}}",
            "at `offer` actors take turns, who see one another's moves",
        ),
    ],
)
def test_bad_turns_are_told(right: str, wrong: str, what: str):
    with pytest.raises(CaseError) as error:
        read_text(TURNS.replace(right, wrong, 1))
    assert any(what in each.what for each in error.value.problems)


def test_only_what_is_repeated_can_be_done_in_turn():
    with pytest.raises(CaseError, match="is not inside a `repeat`, so nobody can take turns"):
        read_text(BUDGET.replace("north, by: a", "north, by: [a, b]"))


KNOWN = """
detente: 1
title: An envoy who knows
actors:
  us: {private: {aim: {deal: 0.4, pretext: rest, known_to: [envoy]}}}
  envoy:
  iran: {private: {fuse: {lit: 0.3, dry: rest, known_to: none}}}
stages:
  - {id: word, by: envoy, choose: {warm: , cold: {cost: "if(us.aim = deal, 0.2, 0)"}}}
  - {id: talk, by: iran, choose: {come: , stay: }}
  - {id: act, by: us, choose: {sign: , strike: }}
outcomes:
  end:
    payoffs:
      us: "if(act = sign, if(us.aim = deal and talk = come, 1, 0), if(iran.fuse = lit, -0.5, 0.4))"
      envoy: if(talk = come and act = sign, 1, 0)
      iran: "if(talk = come, if(act = sign, 1, -1), 0) - if(iran.fuse = lit and act = strike, 1, 0)"
finally: end
readings:
  bluff: {when: us.aim = pretext}
  lit: {when: iran.fuse = lit}
"""
BY_CHANCE = (
    KNOWN.replace("{private: {aim: {deal: 0.4, pretext: rest, known_to: [envoy]}}}", "")
    .replace("{private: {fuse: {lit: 0.3, dry: rest, known_to: none}}}", "")
    .replace("us.aim", "aim")
    .replace("iran.fuse", "fuse")
    .replace(
        "stages:\n",
        """stages:
  - {id: aim, chance: {deal: 0.4, pretext: rest}, seen_by: [us, envoy]}
  - {id: fuse, chance: {lit: 0.3, dry: rest}, seen_by: none}
""",
    )
)


def test_a_variable_that_others_know_or_nobody_is_a_chance_that_these_see_or_nobody():
    known, chance = (dt.solve(read_text(each), rationality=3).utilities for each in (KNOWN, BY_CHANCE))
    for actor in ("us", "envoy", "iran"):
        assert known[actor] == pytest.approx(chance[actor], abs=1e-10)


def test_beliefs_are_those_of_who_knows():
    found = dt.ask(
        read_text(KNOWN),
        "B(envoy, bluff) given (us.aim = pretext)",
        "B(iran, bluff) given (word = cold)",
        "P(bluff) given (word = cold)",
        "B(iran, lit)",
        "B(envoy, B(iran, bluff)) given (word = cold, us.aim = deal)",
        rationality=3,
    ).values
    told = {name: float(values[0]) for name, values in found.items()}
    assert told["B(envoy, bluff) given (us.aim = pretext)"] == pytest.approx(1)
    assert told["B(iran, bluff) given (word = cold)"] == pytest.approx(told["P(bluff) given (word = cold)"])
    # What iran will make of the word is no secret: both see it.
    assert told["B(envoy, B(iran, bluff)) given (word = cold, us.aim = deal)"] == pytest.approx(
        told["B(iran, bluff) given (word = cold)"]
    )
    assert told["B(iran, lit)"] == pytest.approx(0.3)


def test_study_and_situations_tell_what_is_known():
    crisis = read_text(KNOWN)
    solved = dt.solve(crisis, rationality=3)
    situations = {(each["actor"], tuple(each["private"].items())) for each in solved.to_dict()["profile"]}
    assert ("envoy", (("us.aim", "deal"),)) in situations
    assert ("iran", ()) in situations
    observers = {(row.observer, row.subject) for row in dt.run(crisis, draws=None, library=None).beliefs().itertuples()}
    assert ("iran", "iran.fuse") in observers
    assert not {("envoy", "us.aim"), ("us", "us.aim")} & observers


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ("known_to: [envoy]", "known_to: [envy]", "unknown actor `envy`"),
        ("known_to: [envoy]", "known_to: nobody", "unknown actor `nobody`"),
        ("warm: ,", "warm: {when: us.aim = deal}, chill: ,", ""),
        ("come: ,", "come: {when: iran.fuse = dry}, wait: ,", "cannot know `iran.fuse`, which nobody knows"),
        ("come: ,", "come: {when: us.aim = deal}, wait: ,", "cannot know `us.aim`, which is private to"),
    ],
)
def test_conditions_mention_what_the_mover_knows(right: str, wrong: str, what: str):
    text = KNOWN.replace(right, wrong)
    if not what:
        assert compile_crisis(read_text(text)).game.nodes > 1
        return
    with pytest.raises(CaseError) as error:
        read_text(text)
    assert any(what in each.what for each in error.value.problems)


def test_a_ranking_may_rest_on_what_its_own_actor_does_not_know():
    text = """
detente: 1
title: Unknown to itself
actors: {a: {private: {fate: {good: 0.75, bad: rest, known_to: none}}}}
stages: [{id: go, by: a, choose: {left: {end: left}, right: {end: right}}}]
outcomes: {left: , right: }
preferences: {a: {fate: {good: left > right, bad: right > left}}}
"""
    assert np.allclose(dt.solve(read_text(text)).outcomes["left"], 1)
    assert dt.solve(read_text(text)).utilities["a"][0] == pytest.approx(0.75)


def test_cut_offs_are_not_looked_for_in_a_private_number_that_others_know():
    text = """
detente: 1
title: A number known to both
actors: {a: {private: {cost: {uniform: [0, 1], points: 3, known_to: b}}}, b: }
stages: [{id: go, by: a, choose: {yes: {end: won}, no: {end: lost}}}]
outcomes: {won: {payoffs: {a: 0.5 - a.cost, b: 0}}, lost: {payoffs: {a: 0, b: 0}}}
"""
    with pytest.raises(CaseError, match=r"`a\.cost`: not known to its own actor alone"):
        tree_of(read_text(text))


def test_who_knows_what_is_told_in_words():
    crisis = read_text(KNOWN)
    told = {actor["actor"]: list(actor["private"]) for actor in describe(compile_crisis(crisis))["actors"]}
    assert told == {"us": ["aim"], "envoy": ["us.aim"], "iran": []}
    values = {each.id: each.value for each in assumptions(crisis) if each.kind == "prior"}
    assert values == {
        "us.aim": "deal: 0.4, pretext: the rest; known to us, envoy",
        "iran.fuse": "lit: 0.3, dry: the rest; known to nobody",
    }
