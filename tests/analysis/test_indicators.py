"""Moves that may be seen next: laws of probability, and agreement with conditioning by hand."""

from __future__ import annotations

import numpy as np
import pytest

import detente as dt
from detente.analysis.hypotheses import groups
from detente.analysis.indicators import entropy, information, joint, sights, watched
from detente.analysis.solved import Solved, solve_draws
from detente.analysis.updating import belief_paths
from detente.crisis.inquiry import ANALYST
from detente.game.compiling.build import compile_crisis
from detente.game.drawn.draws import sample_draws

TEXT = """
detente: 1
title: Two signals and an answer
quantities:
  prior: {uniform: [0.2, 0.8]}
  cost: {uniform: [0.1, 0.6]}
actors:
  a: {private: {kind: {weak: prior, strong: rest}, mood: {calm: 0.5, angry: rest}}}
  b: {}
stages:
  - id: first
    by: a
    choose: {loud: {cost: "if(a.kind = weak, cost, 0)"}, soft: {}}
  - id: second
    by: a
    choose: {loud: {cost: "if(a.kind = weak, cost, 0.1)"}, feint: {cost: 0.2}, soft: {}}
    seen_as: {loud: noise, feint: noise, soft: quiet}
  - id: answer
    by: b
    choose: {yield: {end: won}, fight: {end: fought}}
outcomes:
  won: {payoffs: {a: 1, b: 0}}
  fought: {payoffs: {a: "if(a.kind = weak, -0.5, 0.2)", b: "if(a.kind = weak, 0.6, -0.5)"}}
readings:
  bluff: {when: a.kind = weak}
  real: {when: a.kind = strong}
timeline: [{date: 2025-01-01, stage: first, move: loud}]
rationality: 6
"""


@pytest.fixture(scope="module")
def solved(tmp_path_factory) -> Solved:
    path = tmp_path_factory.mktemp("case") / "signals.yaml"
    path.write_text(TEXT, encoding="utf-8")
    crisis = dt.load(path)
    assert isinstance(crisis, dt.Crisis)
    return solve_draws(compile_crisis(crisis), sample_draws(crisis, 12))


@pytest.fixture(scope="module")
def table(solved) -> np.ndarray:
    return joint(solved)


def test_only_what_was_not_yet_seen_is_watched_and_under_the_look_it_has(solved):
    found = [(each.stage, each.look, len(each.moves)) for each in sights(solved.game, solved.crisis)]
    assert found == [("second", "noise", 2), ("second", "quiet", 1), ("answer", "yield", 1), ("answer", "fight", 1)]


def test_what_would_be_held_averages_to_what_is_held(solved, table):
    seen = watched(solved.game, solved.crisis, table)
    for stage in ("second", "answer"):
        own = [each for each in seen if each.sight.stage == stage]
        assert sum(each.chance for each in own) == pytest.approx(1)
        back = sum(each.chance[:, None] * each.after for each in own)
        assert back == pytest.approx(table[:, 1:, 0])


def test_a_sight_multiplies_the_odds_by_its_likelihood_ratio(solved, table):
    for each in watched(solved.game, solved.crisis, table):
        now = table[:, 1:, 0]
        odds = np.log(now / (1 - now)) + each.log_ratio
        assert np.log(each.after / (1 - each.after)) == pytest.approx(odds, abs=1e-6)


def test_a_sight_agrees_with_conditioning_by_hand(solved, table):
    from detente.analysis.quantity_of_interest import value_of
    from detente.case.formula.parsing import parse_interest

    seen = {(each.sight.stage, each.sight.look): each for each in watched(solved.game, solved.crisis, table)}

    def by_hand(text: str) -> np.ndarray:
        return value_of(parse_interest(text, solved.crisis), solved)

    noise = seen["second", "noise"]
    assert noise.chance == pytest.approx(by_hand("P(second = loud or second = feint) given (first = loud)"))
    held = by_hand("P(bluff) given (first = loud, second = loud or second = feint)")
    assert noise.after[:, 0] == pytest.approx(held)
    yields = by_hand("P(answer = yield) given (first = loud, a.kind = weak)")
    assert seen["answer", "yield"].given[:, 0] == pytest.approx(yields)


def test_information_is_never_negative_nor_more_than_is_open(solved, table):
    seen = watched(solved.game, solved.crisis, table)
    for stage in ("second", "answer"):
        own = [each for each in seen if each.sight.stage == stage]
        for subjects in ([0], [1], [2, 3], [4, 5]):
            bits = information(own, table, subjects)
            assert (bits >= 0).all()
            assert (bits <= entropy(table[:, [1 + each for each in subjects], 0]) + 1e-12).all()


def test_rival_readings_and_the_values_that_they_are_about_are_told_the_same_bits(solved, table):
    own = [each for each in watched(solved.game, solved.crisis, table) if each.sight.stage == "second"]
    about_reading = information(own, table, [0])
    assert information(own, table, [1]) == pytest.approx(about_reading)
    assert information(own, table, [2, 3]) == pytest.approx(about_reading)
    assert about_reading.max() > 0.001


def test_what_nobody_acts_on_is_told_nothing_about(solved, table):
    own = [each for each in watched(solved.game, solved.crisis, table) if each.sight.stage == "second"]
    assert information(own, table, [4, 5]) == pytest.approx(0, abs=1e-9)


def test_the_matrix_of_hypotheses_holds_the_chances_of_events_under_each(solved):
    from detente.analysis.quantity_of_interest import value_of
    from detente.case.formula.parsing import parse_interest

    readings, kind, mood = groups(belief_paths(solved), ANALYST)
    assert [each.id for each in (readings, kind, mood)] == ["readings", "a.kind", "a.mood"]
    weak = value_of(parse_interest("P(first = loud) given (a.kind = weak)", solved.crisis), solved)
    strong = value_of(parse_interest("P(first = loud) given (a.kind = strong)", solved.crisis), solved)
    assert kind.likelihood[0][:, 0] == pytest.approx(weak)
    assert kind.likelihood[1][:, 0] == pytest.approx(strong)
    assert kind.diagnosticity[:, 0] == pytest.approx(np.abs(np.log(weak / strong)))
    assert mood.diagnosticity == pytest.approx(0, abs=1e-9)
    assert (readings.against.min(axis=0) == 0).all()


ORDER = """
detente: 1
title: Three rounds of two moves at once
actors: {a: {private: {t: {x: 0.5, y: rest}}}, b: {}}
stages:
  - {id: early, by: a, choose: {l: {cost: "if(a.t = x, 0.1, 0)"}, r: }}
  - repeat: 3
    stages:
      - together:
          - {id: one, by: a, choose: {l: , r: }}
          - {id: two, by: b, choose: {l: , r: }}
      - {id: three, by: b, choose: {l: , r: }}
  - {id: after, by: a, choose: {l: {end: left}, r: {end: right}}}
outcomes: {left: {payoffs: {a: 1, b: "count(two, l)"}}, right: {payoffs: {a: 0, b: 0}}}
timeline: [%s]
rationality: 1
"""


@pytest.mark.parametrize(
    ("seen", "first", "count"),
    [
        ("{stage: one, move: l, round: 2}", ("two", 2), 6),
        ("{stage: two, move: l, round: 2}", ("one", 2), 6),
        ("{stage: three, move: l, round: 2}", ("one", 3), 4),
        ("{stage: early, move: l}", ("one", 1), 10),
        ("{stage: after, move: l}", None, 0),
        ("{stage: early, move: l}, {stage: two, move: r, round: 3}", ("one", 3), 3),
    ],
)
def test_nothing_that_lies_before_the_latest_event_is_watched(
    seen: str, first: tuple[str, int] | None, count: int, tmp_path
):
    path = tmp_path / "order.yaml"
    path.write_text(ORDER % seen, encoding="utf-8")
    crisis = dt.load(path)
    assert isinstance(crisis, dt.Crisis)
    steps = list(dict.fromkeys((each.stage, each.round) for each in sights(compile_crisis(crisis).game, crisis)))
    assert len(steps) == count
    assert (steps[0] if steps else None) == first
