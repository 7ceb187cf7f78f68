"""`detente watch`, `worth`, `require` and `sensitivity` as a user meets them."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def open_case(door, tiny):
    """The tiny case with the answer still to come."""
    text = (door.folder / tiny).read_text("utf-8").replace("  - {date: 2025-03-14, stage: answer, move: fight}\n", "")
    (door.folder / "open.yaml").write_text(text + "rationality: 8\n", "utf-8")
    return "open.yaml"


def test_watch_tells_what_may_be_seen_and_what_it_would_tell(door, open_case):
    done = door("watch", open_case, "--draws", "8")
    assert done.exit_code == 0, done.stderr
    for words in ("What to watch: A demand backed by force", "The defender is tough", "Accept", "Fight"):
        assert words in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_watch_speaks_to_programs(door, open_case):
    found = door.json("watch", open_case, "--draws", "8")
    assert {each["move"] for each in found["watch"]} == {"accept", "fight"}
    chances = {each["move"]: each["chance"] for each in found["watch"] if each["subject"] == "tough"}
    assert all(0 < each < 1 for each in chances.values())


def test_watch_tells_of_every_reading_and_of_nothing_earlier_than_what_was_seen(door):
    past = str(Path(__file__).parents[1] / "failing" / "watch-past.yaml")
    found = door.json("watch", past, "--draws", "8")
    assert {each["stage"] for each in found["watch"]} == {"third"}
    done = door("watch", past, "--draws", "8")
    assert done.exit_code == 0
    assert all(f"tell of “{reading}”" in done.output for reading in ("hard", "soft"))
    assert "A: first" not in done.output


def test_watch_says_where_nothing_is_left_to_be_seen(door, tiny):
    done = door("watch", tiny, "--draws", "8", "--rationality", "8")
    assert done.exit_code == 0
    assert "Nothing is left to be seen" in done.stdout


def test_require_tells_where_a_wish_holds_and_what_it_would_take(door, open_case):
    done = door("require", open_case, "P(war) <= 0.3", "--draws", "8")
    assert done.exit_code == 0, done.stderr
    assert "What would have to be true: P(war) <= 0.3" in done.stdout
    assert "of 8 draws" in done.stdout
    assert "With everything at its median" in done.stdout


def test_require_speaks_to_programs(door, open_case):
    found = door.json("require", open_case, "P(war) <= 0.3", "--draws", "8")
    assert found["wish"] == "P(war) <= 0.3"
    assert found["draws"] == 8
    assert 0 <= found["met"] <= 1


def test_a_wish_that_cannot_be_read_is_a_bad_request(door, open_case):
    done = door("require", open_case, "P(war)")
    assert done.exit_code == 2
    assert "such as P(deal) >= 0.6" in done.stderr
    assert door("require", open_case, "P(peace) >= 0.5").exit_code != 0
    assert door("watch", "nothing.yaml").exit_code == 2


def test_worth_tells_what_knowing_would_add_and_what_it_would_change(door, open_case):
    done = door("worth", open_case, "challenger", "--move", "demand", "--draws", "8")
    assert done.exit_code == 0, done.stderr
    for words in ("What it would be worth to know", "Challenger, demand", "Defender: kind", "is not noticed"):
        assert words in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_worth_speaks_to_programs_and_is_never_negative(door, open_case):
    found = door.json("worth", open_case, "challenger", "--move", "demand", "--draws", "8")["worth"]
    assert {each["id"] for each in found if each["kind"] == "private"} == {"defender.kind"}
    assert all(each["worth"] >= 0 for each in found if each["worth"] is not None)


def test_whoever_has_no_decision_left_is_told_which_there_were(door, open_case):
    done = door("worth", open_case, "challenger", "--draws", "8")
    assert done.exit_code == 2
    assert "has no decision left to make; name one with --move: demand" in done.stderr
    assert "`challenger`, `defender`" in door("worth", open_case, "nobody").stderr


def test_sensitivity_tells_its_cost_and_what_drives_an_answer(door, open_case):
    done = door("sensitivity", open_case, "--of", "P(war)", "--solutions", "128")
    assert done.exit_code == 0, done.stderr
    for words in ("128 solutions: 2 varied one by one", "given the events seen", "at the outset", "(rests on"):
        assert words in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_sensitivity_speaks_to_programs(door, open_case):
    found = door.json("sensitivity", open_case, "--of", "P(war)", "--solutions", "128")
    assert found["solutions"] == found["samples"] * 4 == 128
    assert {(each["input"], each["when"]) for each in found["indices"]} == {
        (input, when) for input in ("p", "cost") for when in ("outset", "events")
    }
    assert door("sensitivity", open_case, "--quantity", "nothing").exit_code == 2
