"""A seat sees what it can know, luck is the solution's, and hindsight costs what a judge says."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest

import detente as dt
from detente.analysis.knowledge import known_at
from detente.analysis.playing.positions import path_of
from detente.game.paths import story_of

BOTH = """
detente: 1
title: Two choose at once, a third looks on
actors:
  left: {private: {kind: {meek: 0.5, bold: rest}}}
  right: {private: {kind: {meek: 0.5, bold: rest}}}
stages:
  - together:
      - {id: one, by: left, choose: {stop: , go: }}
      - {id: two, by: right, choose: {stop: , go: }}
  - {id: last, by: right, choose: {rest: {end: calm}, act: {end: storm}}}
outcomes:
  calm: {payoffs: {left: "if(left.kind = bold, 1, 0)", right: "if(one = go, 1, 0)"}}
  storm: {payoffs: {left: 0, right: "if(two = go, 0.6, 0.3)"}}
"""


@pytest.fixture(scope="module")
def iran():
    return dt.solve("iran-2025")


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    path = tmp_path_factory.mktemp("cases") / "both.yaml"
    path.write_text(BOTH)
    return dt.solve(path, rationality=2)


def hidden(playing) -> tuple:
    """Everything that has happened, seen or not."""
    return tuple(path_of(playing.solved, playing.node))


def moments(solved, seat: str, seed: int, *, first: bool) -> list:
    """The games of one seat decision by decision, the seat taking the first move that is open, or the last."""
    found = [solved.play(seat, seed=seed)]
    while not found[-1].over:
        found.append(found[-1].make(found[-1].view().moves[0 if first else -1]))
    return found


@pytest.mark.parametrize("seat", ["us", "iran", "israel", "russia"])
def test_games_that_differ_in_what_a_seat_cannot_see_answer_byte_by_byte_alike(iran, seat):
    told, advised, ways = defaultdict(set), defaultdict(set), defaultdict(set)
    for seed in range(150):
        for playing in moments(iran, seat, seed, first=seed % 2 == 0):
            if playing.over:
                continue
            # An information set is all that tells one moment of a seat from another.
            infoset = int(iran.solved.game.infoset[playing.node])
            told[infoset].add(json.dumps(playing.view().to_dict()))
            if hidden(playing) not in ways[infoset] and len(ways[infoset]) < 3:
                advised[infoset].add(json.dumps(playing.advice().to_dict()))
            ways[infoset].add(hidden(playing))
    assert all(len(answers) == 1 for answers in (*told.values(), *advised.values()))
    assert max(map(len, ways.values())) > 1


def test_a_view_tells_what_the_information_set_is_made_of(iran):
    known = {each.infoset: each for each in known_at(iran.solved.game, iran.solved.crisis)}
    for seat in ("us", "iran", "israel"):
        for seed in range(60):
            for playing in moments(iran, seat, seed, first=False)[:-1]:
                own, view = known[int(iran.solved.game.infoset[playing.node])], playing.view()
                assert dict(view.private) == own.private
                assert (view.stage, view.round) == (own.stage, own.round)
                seen = {each.stage: each.move for each in view.seen}
                assert seen == {stage: look for stage, look in own.knows.items() if look != "not played"}


def test_games_played_by_the_solution_end_as_often_as_it_says(iran):
    games, count = 2000, defaultdict(int)
    for seed in range(games):
        playing = iran.play("iran", "us", seed=seed)
        while not playing.over:
            playing = playing.as_solved()
        count[playing.view("iran").outcome] += 1
    for outcome, chance in iran.outcomes.items():
        p = float(chance[0])
        assert abs(count[outcome] / games - p) <= 3 * np.sqrt(p * (1 - p) / games), outcome


def test_a_game_is_its_seats_its_seed_and_its_moves(iran):
    for seed in range(20):
        for before, after in pairwise(moments(iran, "iran", seed, first=True)):
            again = iran.play(*before.to_dict()["seats"], seed=seed, moves=before.to_dict()["moves"])
            assert hidden(again) == hidden(before)
            assert hidden(after)[: len(hidden(before))] == hidden(before)
    ends = {hidden(moments(iran, "iran", seed, first=True)[-1]) for seed in range(20)}
    assert len(ends) > 5


@pytest.mark.parametrize(("seat", "first"), [("iran", True), ("iran", False), ("us", True), ("us", False)])
def test_hindsight_costs_what_a_judge_says_of_the_strategy_played(iran, seat, first):
    for seed in (3, 8):
        playing = moments(iran, seat, seed, first=first)[-1]
        told = playing.hindsight()
        entries = iran.to_dict()["profile"]
        for decision, (_, before) in zip(
            told.decisions, enumerate(moments(iran, seat, seed, first=first)[:-1]), strict=True
        ):
            situation = before.advice()
            own = [
                entry
                for entry in entries
                if (entry["actor"], entry["stage"], entry["round"]) == (seat, decision.stage, decision.round)
                and (entry["private"], entry["knows"]) == (dict(situation.private), dict(situation.knows))
            ]
            assert len(own) == 1
            own[0]["moves"] = {move: float(move == decision.made) for move in own[0]["moves"]}
        plain = [
            {key: each[key] for key in ("actor", "stage", "round", "private", "knows", "moves")} for each in entries
        ]
        plain = [{k: v for k, v in each.items() if k != "round" or v} for each in plain]
        judged = dt.judge("iran-2025", plain)
        assert told.cost == pytest.approx(judged.gains[seat], abs=1e-9)
        assert told.worth == pytest.approx(judged.utilities[seat], abs=1e-9)
        failures = {each.where: each for each in judged.failures}
        for decision in told.decisions:
            where = [each for name, each in failures.items() if name.startswith(f"{seat} at `{decision.stage}`")]
            exact = [each for each in where if each.plays.get(decision.made) == 1.0]
            assert decision.loss == pytest.approx(exact[0].gain if exact else 0.0, abs=1e-6)


def test_hindsight_tells_the_others_as_they_were_and_how_likely_that_was(iran):
    game, story = iran.solved.game, story_of(iran.solved.game)
    playing = moments(iran, "iran", 3, first=True)[-1]
    told = playing.hindsight()
    drawn = {(story.steps[k].actor, story.steps[k].variable): story.steps[k].labels[m] for k, m in hidden(playing)}
    assert {(each.actor, each.variable): each.value for each in told.others} == {
        key: value for key, value in drawn.items() if key[0] not in ("iran",) and key[1]
    }
    aim = next(each for each in told.others if each.actor == "us")
    alike = fits = before = whole = 0.0
    seen = playing.view().seen
    for leaf, node in enumerate(game.leaf_node.tolist()):
        path = dict(path_of(iran.solved, node))
        own = {(story.steps[k].actor, story.steps[k].variable): story.steps[k].labels[m] for k, m in path.items()}
        if own["iran", "aim"] != drawn["iran", "aim"]:
            continue
        p, true = float(iran.solved.leaf_reach[0, leaf]), own["us", "aim"] == aim.value
        whole, before = whole + p, before + p * true
        stages = [iran.solved.crisis.stage(story.steps[k].stage) for k in path if story.steps[k].stage]
        looks = [
            (stage.id, stage.moves[m].id if stage.by == "iran" else stage.shown(m))
            for stage, m in zip(stages, [m for k, m in path.items() if story.steps[k].stage], strict=True)
            if stage.sees("iran")
        ]
        ends = iran.solved.crisis.outcomes[int(story.outcome[leaf])].id
        if looks == [(each.stage, each.move) for each in seen] and ends == told.outcome:
            alike, fits = alike + p, fits + p * true
    assert aim.before == pytest.approx(before / whole)
    assert aim.after == pytest.approx(fits / alike)


def test_moves_made_at_once_come_out_together(both):
    for seed in range(12):
        playing = both.play("left", "right", seed=seed)
        assert playing.mover == "left"
        assert playing.view("right").moves == ()
        playing = playing.make("go")
        assert [each.stage for each in playing.view("right").seen] == []
        assert [each.stage for each in playing.view("left").seen] == ["one"]
        playing = playing.make("stop", "right")
        assert [each.stage for each in playing.view("left").seen] == ["one", "two"]
        with pytest.raises(dt.RequestError, match="turn"):
            playing.make("rest", "left")
        assert playing.make("rest", "right").view("left").outcome == "calm"


def test_what_cannot_be_played_is_refused_with_what_can(iran):
    with pytest.raises(dt.RequestError, match="which actor"):
        iran.play()
    with pytest.raises(dt.RequestError, match="did you mean `iran`"):
        iran.play("irn")
    with pytest.raises(dt.RequestError, match="draws"):
        dt.solve("demand", draws=2).play("a")
    playing = iran.play("iran", seed=3)
    with pytest.raises(dt.RequestError, match="no move here"):
        playing.make("surrender")
    with pytest.raises(dt.RequestError, match="until then"):
        playing.hindsight()
    with pytest.raises(dt.RequestError, match="seat"):
        playing.view("us")
    done = moments(iran, "iran", 3, first=True)[-1]
    with pytest.raises(dt.RequestError, match="over"):
        done.make("dismiss")
