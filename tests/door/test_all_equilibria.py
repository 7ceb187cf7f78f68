"""`detente solve --all`: equilibria side by side."""

from __future__ import annotations

import pytest

CASE = "kydd-2005-trust"


def test_the_first_of_all_equilibria_is_what_solve_answers_with(door):
    alone, found = door.json("solve", CASE), door.json("solve", CASE, "--all")
    first = found["equilibria"][0]
    assert first["outcomes"] == alone["outcomes"]
    assert first["profile"] == alone["profile"]
    assert first.keys() >= {"equilibrium", "found_by", "starts", "index", "stable", "nash_conv"}


def test_trust_has_two_pure_equilibria_and_a_mixed_one_between_them(door):
    """Source: Kydd 2005, ch. 2: where trust is high enough both mutual cooperation and mutual defection can be had."""
    found = door.json("solve", CASE, "--all")
    assert len(found["equilibria"]) == 3
    conflict = sorted(each["outcomes"]["conflict"] for each in found["equilibria"])
    assert conflict[-1] == pytest.approx(1.0)
    assert conflict[0] < conflict[1] < 0.5


def test_a_game_file_lists_its_equilibria_too(door, tiny):
    assert door("export", tiny, "tiny.efg").exit_code == 0
    assert door.json("solve", "tiny.efg", "--all", "--starts", "4")["starts"] <= 4


def test_a_person_sees_all_equilibria_in_80_columns(door):
    done = door("solve", CASE, "--all")
    assert done.exit_code == 0
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert "There may be more." in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    "arguments", [("--all", "--draws", "3"), ("--all", "--concept", "backward-induction"), ("--starts", "3")]
)
def test_what_does_not_go_with_all_is_a_usage_error(door, tiny, arguments):
    done = door("solve", tiny, *arguments)
    assert done.exit_code == 2
    assert "--all" in done.stderr
