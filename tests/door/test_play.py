"""`detente play` as a user meets it."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from detente.cli.main import app


def played(*words: str, typed: str = "") -> object:
    return CliRunner().invoke(app, ["play", *words], input=typed)


def test_a_game_is_played_by_number_or_name_to_its_hindsight(door, tiny):
    done = played(tiny, "--seat", "challenger", "--seed", "4", typed="7\nnothing\nhigh\n")
    assert done.exit_code == 0, done.stderr
    out = done.stdout
    assert "you are Challenger" in out
    assert "Your decision, demand:" in out
    assert done.stderr.count("is no move here") == 2
    assert out.index("It ends: ") < out.index("What the others were") < out.index("What it cost")
    assert "The same game again: --seed 4" in out
    assert "certified" in out


def test_what_the_others_are_is_not_told_before_the_end(door, tiny):
    done = played(tiny, "--seat", "challenger", "--seed", "4", "--no-advice")
    assert done.exit_code == 0
    assert "taken up again with --seat challenger --seed 4" in done.stdout
    assert "tough" not in done.stdout
    assert "soft" not in done.stdout


def test_advice_can_be_left_out(door, tiny):
    with_it = played(tiny, "--seat", "defender", "--seed", "4").stdout
    without = played(tiny, "--seat", "defender", "--seed", "4", "--no-advice").stdout
    assert "the solution does it" in with_it
    assert "the solution does it" not in without
    assert "What only you know: kind: " in without


def test_programs_play_by_moves_and_json(door, tiny):
    told = door.json("play", tiny, "--seat", "challenger", "--seed", "4")
    assert told["view"]["moves"] == ["low", "high"]
    assert sum(move["probability"] for move in told["advice"]["moves"]) == pytest.approx(1)
    assert "advice" not in door.json("play", tiny, "--seat", "challenger", "--seed", "4", "--no-advice")
    done = door.json("play", tiny, "--seat", "challenger", "--seed", "4", "--move", "high")
    assert done["view"]["over"]
    assert done["hindsight"]["others"][0]["value"] in ("tough", "soft")
    assert done["hindsight"]["cost"] >= 0


def test_who_decides_nothing_is_told_who_does(door, tiny):
    done = played(tiny, "--seat", "nature")
    assert done.exit_code == 2
    assert "challenger" in done.stderr
