"""The worth of knowing, against numbers worked out by hand and against sums over leaves."""

from __future__ import annotations

import numpy as np
import pytest

import detente as dt
from detente.analysis.over_draws.partial_information import of_each, of_everything
from detente.analysis.quantity_of_interest import value_of
from detente.analysis.solved import Solved, solve_draws
from detente.analysis.worth import Worth, decision_at, next_decision, worth_of
from detente.case.formula.parsing import parse_interest
from detente.case.read import read_text
from detente.errors import RequestError
from detente.game.compiling.build import compile_crisis
from detente.game.drawn.draws import sample_draws
from detente.game.paths import made_at
from detente.study.asked.worth import worth

from .test_posterior_laws import random_case

SIGNAL = """
detente: 1
title: A signal and an answer
quantities: {prior: {uniform: [0.2, 0.8]}}
actors:
  a: {private: {kind: {tough: prior, weak: rest}, mood: {calm: 0.5, angry: rest}}}
  b: {}
stages:
  - id: signal
    by: a
    choose: {loud: {cost: "if(a.kind = weak, 0.3, 0)"}, soft: {}}
  - id: answer
    by: b
    choose: {yield: {end: peace}, fight: {end: war}}
outcomes:
  peace: {payoffs: {a: 1, b: 0}}
  war: {payoffs: {a: 0, b: "if(a.kind = tough, -1, 1)"}}
timeline: [{date: 2025-01-01, stage: signal, move: loud}]
rationality: 3
"""

TWICE = """
detente: 1
title: An outlay and what comes of it
actors:
  a: {}
  b: {private: {kind: {good: 0.5, bad: rest}}}
stages:
  - id: outlay
    by: a
    choose: {spend: {cost: 0.1}, keep: {end: nothing}}
  - id: last
    by: a
    choose: {go_on: {end: result}, stop: {end: nothing}}
outcomes:
  nothing: {payoffs: {others: 0}}
  result: {payoffs: {a: "if(b.kind = good, 1, -1)", b: 0}}
rationality: 5
"""

ALONE = """
detente: 1
title: Whether to go ahead
quantities: {gain: {uniform: [0, 1]}, elsewhere: {uniform: [0, 1]}}
actors: {a: {}}
stages: [{id: act, by: a, choose: {go: {end: done}, leave: {end: left}}}]
outcomes:
  done: {payoffs: {a: gain - 0.4}}
  left: {payoffs: {a: 0}}
rationality: 4
"""


def solved_from(text: str, draws: int = 6) -> Solved:
    crisis = read_text(text, "case.yaml")
    return solve_draws(compile_crisis(crisis), sample_draws(crisis, draws))


def found(solved: Solved, actor: str, position: int | None = None) -> Worth:
    game, crisis = solved.game, solved.crisis
    position = next_decision(game, crisis, actor) if position is None else position
    assert position is not None
    decision = decision_at(game, crisis, actor, position)
    assert decision is not None
    return worth_of(solved, decision)


def test_a_type_is_worth_the_losses_that_knowing_it_avoids():
    """Yielding pays 0, fighting 1 or -1: with belief m in the tough kind it is worth (1 - m) - max(0, 1 - 2m)."""
    solved = solved_from(SIGNAL)
    belief = value_of(parse_interest("P(a.kind = tough) given (signal = loud)", solved.crisis), solved)
    kind, mood = found(solved, "b").known
    np.testing.assert_allclose(kind.gain[:, 0], (1 - belief) - np.maximum(0, 1 - 2 * belief), atol=1e-12)
    np.testing.assert_allclose(kind.changes[:, 0], np.minimum(belief, 1 - belief), atol=1e-12)
    np.testing.assert_allclose(kind.chance[:, 0, 0], belief, atol=1e-12)
    assert (kind.best[:, 0, 0] == [1, 0]).all()
    assert (kind.best[:, 0, 1] == [0, 1]).all()
    assert mood.unknown.id == "a.mood"


def test_what_does_not_matter_to_the_choice_is_worth_nothing():
    mood = found(solved_from(SIGNAL), "b").known[1]
    np.testing.assert_allclose(mood.gain, 0, atol=1e-12)
    np.testing.assert_allclose(mood.changes, 0, atol=1e-12)


def test_what_is_learnt_now_is_still_known_at_later_choices():
    """Spending 0.1 pays only for one who will go on with the good kind alone: 0.5 * (1 - 0.1)."""
    (kind,) = found(solved_from(TWICE, 1), "a").known
    assert kind.gain[0, 0] == pytest.approx(0.45)
    assert kind.changes[0, 0] == pytest.approx(0.5)


def test_what_was_done_unseen_can_be_worth_knowing():
    text = SIGNAL.replace("by: a\n", "by: a\n    seen_by: none\n").replace("timeline:", "x-timeline:")
    solved = solved_from(text.split("x-timeline")[0] + "rationality: 3\n")
    signal = next(each for each in found(solved, "b").known if each.unknown.kind == "move")
    assert (signal.gain[:, 0] >= 0).all()
    loud, soft = (
        value_of(parse_interest(f"P(a.kind = tough) given (signal = {move})", solved.crisis), solved)
        for move in ("loud", "soft")
    )
    chance = value_of(parse_interest("P(signal = loud)", solved.crisis), solved)
    blind = np.maximum(0, 1 - 2 * (chance * loud + (1 - chance) * soft))
    told = chance * np.maximum(0, 1 - 2 * loud) + (1 - chance) * np.maximum(0, 1 - 2 * soft)
    np.testing.assert_allclose(signal.gain[:, 0], told - blind, atol=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_knowledge_is_worth_the_best_by_case_less_the_best_on_average(seed):
    """Over random cases, by sums over leaves; never negative."""
    solved = solved_from(random_case(seed), 3)
    game = solved.game
    told = found(solved, "d")
    action = game.action[game.leaf_node]  # the actor moves last
    infoset, move = game.infoset_of_action[action], action - game.action_start[game.infoset_of_action[action]]
    paid = solved.leaf_reach / solved.solution.behaviour[:, action]
    paid = paid * solved.numbers.payoff[:, game.leaf_class, told.decision.player]
    for known in told.known:
        code = made_at(game, [known.unknown.position])[game.leaf_node]
        for draw in range(solved.count):
            table = np.zeros((game.infosets, len(known.unknown.labels), 2))
            np.add.at(table, (infoset, code, move), paid[draw])
            worth = table.max(axis=2).sum() - table.sum(axis=1).max(axis=1).sum()
            assert known.gain[draw] @ told.by_group(told.weight)[draw] == pytest.approx(worth, abs=1e-12)
        assert (known.gain >= 0).all()
    np.testing.assert_allclose(told.weight.sum(axis=1), 1)


def test_a_quantity_is_worth_what_acting_on_it_adds():
    """E[max(x - 0.4, 0)] - max(E[x] - 0.4, 0) = 0.18 - 0.1 for uniform x; what is elsewhere is worth nothing."""
    table = worth(read_text(ALONE, "case.yaml"), "a", draws=256).set_index("id")
    gain = table.loc["gain"]
    whole = gain[gain["value"] == ""].iloc[0]
    assert whole["worth"] == pytest.approx(0.08, abs=0.004)
    assert whole["worth_low"] <= 0.08 <= whole["worth_high"]
    assert whole["changes"] == pytest.approx(0.4, abs=0.02)
    assert list(gain[gain["value"] != ""]["best"]) == ["leave", "go"]
    assert not table.loc["elsewhere", "told"]
    assert table.loc["", "worth"] == pytest.approx(0.08, abs=0.004)
    assert (table["worth"].dropna() >= 0).all()


def test_unrelated_quantities_are_not_told_as_worth_knowing():
    rng = np.random.default_rng(3)
    choices = rng.normal(size=(100, 2, 3))
    share = np.full((100, 2), 0.5)
    told = of_each({str(k): rng.random(100) for k in range(40)}, share, choices, np.ones((2, 3), bool))
    assert sum(each.told for each in told.values()) <= 1
    assert of_everything(share, choices, np.ones((2, 3), bool)).worth > max(each.worth for each in told.values())


def test_a_run_tells_the_same_of_the_next_decisions():
    case = read_text(SIGNAL, "case.yaml")
    alone = worth(case, "b", draws=40, seed=2)
    study = dt.run(case, draws=40, seed=2).worth()
    assert set(study["actor"]) == {"b"}
    assert study.equals(alone)


@pytest.mark.parametrize(
    ("actor", "move", "words"),
    [
        ("c", None, "no actor `c`"),
        ("a", None, "no decision left to make; name one with --move: signal"),
        ("b", "signal", "does not decide at `signal`"),
    ],
)
def test_a_decision_that_is_not_there_is_told(actor, move, words):
    with pytest.raises(RequestError, match=words):
        worth(read_text(SIGNAL, "case.yaml"), actor, move=move, draws=2)
