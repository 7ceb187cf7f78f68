"""Knowledge at an information set: what every history that leads there has in common, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import detente as dt
from detente.analysis.knowledge import NOT_PLAYED, known_at
from detente.cli.main import app
from detente.game.arrays import Game
from detente.game.compiling.build import compile_crisis
from detente.game.histories import path_to
from detente.game.paths import story_of

FAILING = Path(__file__).parents[1] / "failing"
SIGHTS = """
detente: 1
title: Labels, skipped stages, moves at once and later rounds
actors: {a: {private: {t: {x: 0.5, y: rest}}}, b: {}, c: {}}
stages:
  - {id: maybe, by: a, when: a.t = x, choose: {l: , r: }}
  - {id: veiled, by: a, choose: {l: , m: , r: }, seen_as: {l: some, m: some}}
  - {id: hidden, by: nature, chance: {up: 0.5, down: rest}, seen_by: [c]}
  - repeat: 2
    stages:
      - together:
          - {id: one, by: a, choose: {l: , r: }, seen_as: {l: any, r: any}}
          - {id: two, by: b, choose: {l: , r: }}
  - {id: last, by: c, choose: {l: {end: o}, r: {end: o}}}
outcomes: {o: {payoffs: {others: 0}}}
rationality: 1
"""


def cases() -> list[str]:
    return ["sights", str(FAILING / "together-knows.yaml"), "kydd-2005-trust", "two-readings", "schultz-1999-crisis"]


def crisis_of(name: str, folder: Path) -> dt.Crisis:
    if name == "sights":
        name = str(folder / "sights.yaml")
        Path(name).write_text(SIGHTS, encoding="utf-8")
    crisis = dt.load(name)
    assert isinstance(crisis, dt.Crisis)
    return crisis


def looks(game: Game, crisis: dt.Crisis, node: int, actor: str, name: str) -> str:
    """Look of a step to an actor in one history, read off the tree edge by edge."""
    story = story_of(game)
    for edge in path_to(game, node):
        step = story.steps[int(story.step[edge])]
        if f"{step.stage} (round {step.round})" == name or (step.stage == name and not step.round):
            stage, move = crisis.stage(step.stage), int(story.move[edge])
            own = stage.by == actor or not stage.seen_as
            return stage.moves[move].id if own else stage.seen_as[move]
    return NOT_PLAYED


@pytest.mark.parametrize("name", cases())
def test_what_is_known_is_so_in_every_history_of_the_information_set(name: str, tmp_path: Path) -> None:
    crisis = crisis_of(name, tmp_path)
    game = compile_crisis(crisis).game
    told = 0
    for known in known_at(game, crisis):
        nodes = game.infoset_nodes[game.infoset_node_start[known.infoset] : game.infoset_node_start[known.infoset + 1]]
        for what, value in known.knows.items():
            assert {looks(game, crisis, int(node), known.actor, what) for node in nodes} == {value}
            told += 1
    assert told or name.endswith("together-knows.yaml") or name == "kydd-2005-trust"


def test_moves_made_at_once_are_not_known_to_one_another() -> None:
    crisis = crisis_of(str(FAILING / "together-knows.yaml"), Path())
    known = {each.stage: each for each in known_at(compile_crisis(crisis).game, crisis)}
    assert known["second"].knows == {}
    assert set(known["second"].unknown) == {"first"}


def test_a_label_that_all_moves_share_is_not_known_before_it_is_seen(tmp_path: Path) -> None:
    crisis = crisis_of("sights", tmp_path)
    rounds = {(each.stage, each.round): each for each in known_at(compile_crisis(crisis).game, crisis)}
    assert "one (round 1)" not in rounds["two", 1].knows
    assert "one (round 1)" in rounds["two", 1].unknown
    assert rounds["two", 2].knows["one (round 1)"] == "any"
    assert "one (round 2)" not in rounds["two", 2].knows


def test_a_profile_that_rests_on_what_nobody_can_know_is_refused_with_its_place(tmp_path: Path) -> None:
    profile = tmp_path / "profile.yaml"
    profile.write_text("profile:\n  - {stage: second, knows: {first: left}, moves: right}\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["judge", str(FAILING / "together-knows.yaml"), str(profile)])
    assert done.exit_code == 1
    assert "profile.yaml:2:36: error: `first` is not known there" in done.output
    assert "nothing that others do is known there" in done.output


def test_solve_tells_as_known_only_what_is(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["solve", str(FAILING / "together-knows.yaml"), "--json"])
    entry = next(each for each in json.loads(done.output)["profile"] if each["stage"] == "second")
    assert entry["knows"] == {}
    assert entry["belief"] == {"first": {"left": 1.0, "right": 0.0}}
