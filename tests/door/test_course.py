"""`detente show --course` and `--picture` as a user meets them."""

from __future__ import annotations

import pytest


def test_the_course_of_play_is_an_outline_of_names_and_probabilities(door, tiny):
    done = door("show", tiny, "--course", "--rationality", "20")
    assert done.exit_code == 0
    assert "The ways play can go, as seen by an outside analyst" in done.stdout
    lines = done.stdout.splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith("  Challenger: "))
    assert lines[first].endswith("%")
    assert lines[first + 1].startswith("    Defender: ")
    assert "certified" in done.stdout


def test_the_course_goes_on_from_a_history_as_somebody_sees_it(door, tiny):
    told = door.json("show", tiny, "--course", "--after", "demand: high", "--seen-by", "challenger", "--least", "0")
    assert told["address"] == "demand: high"
    assert [branch["stage"] for branch in told["branches"]] == ["answer", "answer"]
    assert sum(branch["there"] for branch in told["branches"]) == pytest.approx(1)


def test_the_picture_is_drawn_into_a_file(door, tiny):
    done = door("show", tiny, "--picture", "game.svg", "--scenario", "painless", "--set", "p=0.5")
    assert done.exit_code == 0, done.stderr
    assert "drawn in game.svg" in done.stdout
    assert (door.folder / "game.svg").read_text("utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--seen-by", "challenger"], "it goes with --course or --picture"),
        (["--course", "--seen-by", "nobody"], "sees nothing"),
        (["--course", "--after", "demand: huge"], "does not come"),
        (["--course", "--least", "2"], "`least` is a share"),
        (["--picture", "game.pdf"], ".svg"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_what_can(door, tiny, words, said):
    done = door("show", tiny, *words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_a_game_file_has_no_course(door, tiny):
    door("export", tiny, "game.efg")
    done = door("show", "game.efg", "--course")
    assert done.exit_code == 2
    assert "game file" in done.stderr
