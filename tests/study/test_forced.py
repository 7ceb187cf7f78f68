"""Moves forced and forbidden: the restricted game itself, told against the case as it stands on the same draws."""

from __future__ import annotations

import numpy as np
import pytest

import detente as dt
from detente.case.read import read_text
from detente.case.written_back.write import case_text
from detente.study.request import Request

SIGNAL = """\
detente: 1
title: A signal
quantities: {cost: {uniform: [0.1, 0.3]}}
actors:
  a: {private: {kind: {strong: 0.3, weak: rest}}}
  b: {}
stages:
  - id: signal
    by: a
    choose: {loud: {cost: "if(a.kind = strong, 0, cost)"}, quiet: , mute: {cost: 0.05}}
    seen_as: {quiet: silence, mute: silence}
  - {id: answer, by: b, choose: {yield: {end: deal}, fight: {end: war}}}
outcomes:
  deal: {payoffs: {a: 1, b: 0.3}}
  war: {payoffs: {a: "if(a.kind = strong, 0.6, 0)", b: "if(a.kind = strong, 0, 0.5)"}}
readings: {strong: {when: a.kind = strong}}
rationality: 6
"""

ROUNDS = """\
detente: 1
title: Rounds
quantities: {p: {uniform: [0.2, 0.4]}}
actors: {a: {}, b: {}}
stages:
  - repeat: 3
    stages:
      - {id: push, by: a, choose: {hard: {cost: 0.1}, soft: }}
      - {id: luck, by: nature, chance: {bad: p, good: rest}}
      - {id: reply, by: b, choose: {go: , stop: {when: luck = bad, end: off}}}
finally: on
outcomes:
  "on": {payoffs: {a: "count(push, hard)", b: 0}}
  "off": {payoffs: {a: 0, b: 0.3}}
rationality: 3
"""


def case(text: str, *changes: tuple[str, str]):
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return read_text(text, "case.yaml")


def asked(crisis, *quantities, **settings):
    return dt.ask(crisis, *quantities, **{"draws": 8, **settings})


def test_a_forbidden_move_makes_the_game_without_it():
    without = case(SIGNAL, (", mute: {cost: 0.05}", ""), ("quiet: silence, mute: silence", "quiet: silence"))
    bound = asked(case(SIGNAL), "P(war)", "P(strong) given (signal = loud)", forbid="signal: mute")
    free = asked(without, "P(war)", "P(strong) given (signal = loud)")
    for text, values in free.values.items():
        assert np.allclose(bound.values[text], values, atol=1e-9)


def test_a_forced_signal_tells_nothing():
    found = asked(case(SIGNAL), "P(strong) given (signal = loud)", "P(signal = loud)", force=["a: loud"])
    assert np.allclose(found.values["P(strong) given (signal = loud)"], 0.3)
    assert np.allclose(found.values["P(signal = loud)"], 1)
    assert not np.allclose(found.baseline["P(strong) given (signal = loud)"], 0.3)


def test_the_difference_is_to_the_case_as_it_stands_on_the_same_draws():
    found = asked(case(SIGNAL), "P(war)", forbid=["answer: fight"])
    plain = asked(case(SIGNAL), "P(war)")
    assert np.array_equal(found.baseline["P(war)"], plain.values["P(war)"])
    told = found.to_dict()["P(war)"]
    assert told["value"] == 0
    assert told["difference"] == pytest.approx(-told["baseline"])
    assert told["sign_share"] == 1
    assert "baseline" not in plain.to_dict()["P(war)"]


@pytest.mark.parametrize(
    ("limit", "change"),
    [
        ({"forbid": "push, round 2: hard"}, ("hard: {cost: 0.1}", "hard: {cost: 0.1, when: round != 2}")),
        ({"force": "push, round 2: hard"}, ("soft: }", "soft: {when: round != 2}}")),
        ({"forbid": "luck, round 1: bad"}, ("{bad: p,", '{bad: "if(round = 1, 0, p)",')),
        ({"force": "luck, round 3: bad"}, ("{bad: p,", '{bad: "if(round = 3, 1, p)",')),
        ({"forbid": "luck, round 1: good"}, ("{bad: p,", '{bad: "if(round = 1, 1, p)",')),
    ],
)
def test_a_limit_in_one_round_makes_the_case_that_says_so(limit, change):
    bound, said = asked(case(ROUNDS), "P(on)", "U(a)", **limit), asked(case(ROUNDS, change), "P(on)", "U(a)")
    for text, values in said.values.items():
        assert np.allclose(bound.values[text], values, atol=1e-9)


def test_a_scenario_forbids_and_forces_in_one_round():
    scenarios = """scenarios:
  late: {forbid: {push: {round: 2, move: hard}}, force: {luck: [{round: 1, move: bad}, {round: 3, move: good}]}}
"""
    crisis = read_text(ROUNDS + scenarios, "case.yaml")
    limits = {"forbid": "push, round 2: hard", "force": ["luck, round 1: bad", "luck, round 3: good"]}
    one, two = asked(crisis, "P(on)", scenario="late"), asked(crisis, "P(on)", **limits)
    assert np.array_equal(one.values["P(on)"], two.values["P(on)"])
    assert read_text(case_text(crisis), "case.yaml").scenarios == crisis.scenarios


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ("{forbid: {push: {round: 4, move: hard}}}", "there is no round 4"),
        ("{forbid: {push: {round: 1, move: [hard, soft]}}}", "every move of stage `push` is forbidden"),
        ("{forbid: {push: hard}, force: {push: {round: 1, move: hard}}}", "forbidden in the same scenario"),
        ("{force: {push: [{round: 1, move: [hard, soft]}]}}", "2 moves are forced at once"),
        ("{force: {push: {round: 1, move: loud}}}", "`loud` is not a move"),
    ],
)
def test_a_bad_limit_in_a_scenario_is_told(scenario, told):
    with pytest.raises(dt.CaseError, match=told):
        read_text(f"{ROUNDS}scenarios:\n  bad: {scenario}\n", "case.yaml")


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"forbid": ["answer: yield", "answer: fight"]}, "leaves `b` nothing to do; leave one of yield, fight"),
        ({"forbid": "b: fite"}, "`b` has no move `fite`: did you mean `fight`"),
        ({"force": "anwser: fight"}, "no stage or actor `anwser`: did you mean `answer`"),
        ({"force": "answer"}, "names no move; such as --force 'STAGE: MOVE'"),
        ({"force": "answer, round 2: fight"}, "not inside a `repeat`"),
        ({"force": "answer: fight", "forbid": "b: fight"}, "forced and forbidden at once"),
        ({"force": ["answer: fight", "answer: yield"]}, "two moves of `answer` are forced at once"),
        ({"given": "signal: shout"}, "`shout` is not a move of `signal`"),
        ({"given": "strong: loud"}, "no stage `strong`"),
        ({"events": True}, "no timeline"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_with_what_would_be_right(limits, told):
    with pytest.raises(dt.RequestError, match=told):
        asked(case(SIGNAL), "P(war)", **limits)


def test_forbidding_the_only_move_somewhere_is_refused_in_words():
    with pytest.raises(
        dt.RequestError, match=r"where .*reply: go.* is forbidden, no move is left at `reply`.*Forbid less"
    ):
        asked(case(ROUNDS), "P(on)", forbid="reply: go")


def test_what_is_given_averages_to_the_whole():
    crisis = case(ROUNDS)
    found = asked(crisis, "P(on)", "p").values
    bad, good = (asked(crisis, "P(on)", given=f"luck, round 1: {move}").values["P(on)"] for move in ("bad", "good"))
    assert np.allclose(found["p"] * bad + (1 - found["p"]) * good, found["P(on)"], atol=1e-9)


def test_a_round_is_meant_by_its_number():
    for second, often in (("hard", 3), ("soft", 2)):
        given = ["push, round 1: hard", f"push, round 2: {second}", "push, round 3: hard"]
        assert np.allclose(
            asked(case(ROUNDS), "E(count(push, hard))", given=given).values["E(count(push, hard))"], often
        )
    with pytest.raises(dt.RequestError, match=r"in which round\? write `luck, round 1: bad` \(to 3\)"):
        asked(case(ROUNDS), "P(on)", given="luck: bad")


def test_a_move_given_is_the_condition_of_the_formula():
    crisis = case(SIGNAL)
    one = asked(crisis, "P(war)", given="signal: loud").values["P(war)"]
    two = asked(crisis, "P(war) given (signal = loud)").values["P(war) given (signal = loud)"]
    assert np.allclose(one, two)


def test_a_label_leaves_open_which_move_is_behind_it():
    crisis = case(SIGNAL)
    one = asked(crisis, "P(strong)", given=["signal: silence"]).values["P(strong)"]
    (two,) = asked(crisis, "P(strong) given (signal = quiet or signal = mute)").values.values()
    assert np.allclose(one, two)


def test_a_timeline_can_observe_how_a_move_looked():
    crisis = case(SIGNAL, ("readings:", "timeline: [{stage: signal, seen: silence}]\nreadings:"))
    path = dt.run(crisis, draws=8).beliefs().query("subject == 'strong' and event == 1")
    expected = asked(crisis, "P(strong)", given="signal: silence").to_dict()["P(strong)"]["value"]
    assert np.allclose(path["mean"], expected)
    assert set(path["label"]) == {"a, signal: silence"}
    assert read_text(case_text(crisis), "case.yaml").timeline == crisis.timeline
    with pytest.raises(dt.CaseError, match="write `seen: silence`"):
        case(SIGNAL, ("readings:", "timeline: [{stage: signal, move: silence}]\nreadings:"))
    with pytest.raises(dt.CaseError, match="no move of stage `signal` is seen as `silent`"):
        case(SIGNAL, ("readings:", "timeline: [{stage: signal, seen: silent}]\nreadings:"))
    with pytest.raises(dt.CaseError, match="what was seen"):
        case(SIGNAL, ("readings:", "timeline: [{stage: signal}]\nreadings:"))


def test_a_run_under_limits_says_so_and_can_be_opened_again(tmp_path):
    with dt.Library(tmp_path / "library.sqlite") as library:
        study = dt.run(case(SIGNAL), draws=8, forbid="signal: mute", library=library)
        again = library.open(study.record)
    assert study.settings["forbid"] == ["signal: mute"]
    assert again.outcomes().equals(study.outcomes())
    found = dt.diff(case(SIGNAL), study)
    assert [(each.short, each.after) for each in found.edits] == [("signal: moves forced or forbidden", "forbid: mute")]


def test_settings_without_limits_read_as_they_always_did():
    assert "force" not in Request().plain()
    assert Request.from_plain(Request().plain()) == Request()
    bound = Request().bound("a: b", ["c: d"])
    assert Request.from_plain(bound.plain()) == bound
