"""`detente diff` as a user meets it: words, JSON, exit codes."""

from __future__ import annotations

import pytest


def version(door, name: str, *changes: tuple[str, str]) -> str:
    text = (door.folder / "tiny.yaml").read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (door.folder / name).write_text(text, "utf-8")
    return name


def test_diff_tells_assumptions_answers_and_which_change_did_it(door, tiny):
    other = version(
        door, "other.yaml", ("p: {uniform: [0.4, 0.6]", "p: {uniform: [0.6, 0.8]"), ("tough: 0.4", "tough: 0.7")
    )
    done = door.program("diff", tiny, other, "--draws", "16", "--rationality", "8", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    for words in (
        "p: chance that the challenger wins (line 4)",
        "uniform: [0.4, 0.6] → uniform: [0.6, 0.8]",
        "prior of defender.kind (line 8)",
        "given the events seen",
        "What is believed, given the events seen",
        "Pain restrains",
        "Which change did it",
        "Shapley values",
        "not told apart",
    ):
        assert words in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert done.stderr == ""


def test_diff_speaks_to_programs(door, tiny):
    other = version(door, "other.yaml", ("[0.05, 0.15]", "[0.1, 0.3]"))
    found = door.json("diff", tiny, other, "--draws", "8", "--ask", "P(war) given (demand = high)")
    assert [(each["what"], each["line_before"]) for each in found["changes"]] == [("cost", 5)]
    assert {each["id"] for each in found["answers"]} >= {"war", "settlement", "tough", "P(war) given (demand = high)"}
    assert found["attribution"]["groups"] == [["cost"]]
    assert found["claims"][0]["claim"] == "pain"


def test_changes_are_ordered_only_as_far_as_draws_tell_them_apart(door, tiny):
    other = version(door, "other.yaml", ("tough: 0.4", "tough: 0.7"), ("[0.05, 0.15]", "[0.0501, 0.1501]"))
    found = door.json("diff", tiny, other, "--draws", "16", "--rationality", "8")
    rows = [each for each in found["attribution"]["effects"] if (each["id"], each["when"]) == ("war", "outset")]
    far = max(rows, key=lambda each: abs(each["mean"]))
    assert {each["place"] for each in rows if each is far} == {1}
    assert {each["place"] for each in rows if each is not far} == {2}


def test_changes_that_do_the_same_share_a_place(door, tiny):
    idle = "  idle: {uniform: [0, 1], note: a guess}\n  other: {uniform: [0, 1], note: a guess}\n"
    first = version(door, "first.yaml", ("quantities:\n", "quantities:\n" + idle))
    moved = idle.replace("[0, 1]", "[0, 2]")
    second = version(door, "second.yaml", ("quantities:\n", "quantities:\n" + moved), ("tough: 0.4", "tough: 0.7"))
    found = door.json("diff", first, second, "--draws", "16", "--rationality", "8")
    rows = [each for each in found["attribution"]["effects"] if (each["id"], each["when"]) == ("war", "outset")]
    assert sorted((each["changes"], each["place"]) for each in rows)[:2] == [(["idle"], 2), (["other"], 2)]
    assert sorted(each["place"] for each in rows) == [1, 2, 2]


def test_two_versions_that_say_the_same_are_told_so(door, tiny):
    other = version(door, "other.yaml", ("detente: 1\n", "# a comment\ndetente: 1\n"))
    done = door("diff", tiny, other, "--draws", "4")
    assert done.exit_code == 0
    assert "The two say the same" in done.stdout


def test_words_alone_are_said_to_move_no_answer(door, tiny):
    other = version(door, "other.yaml", ("note: a guess", "note: a better guess"))
    done = door("diff", tiny, other, "--draws", "4")
    assert done.exit_code == 0
    assert "cost: note (line 5)" in done.stdout
    assert "no assumption differs" in done.stdout


@pytest.mark.parametrize("option", [("--library", "kept.db"), ("--json",)], ids=["library", "json"])
def test_an_option_before_the_command_of_a_library_is_refused_and_not_passed_by(door, option):
    done = door("studies", *option, "show", "last")
    assert done.exit_code == 2
    assert f"{option[0]} stands after the command" in " ".join(done.stderr.split())


def test_two_studies_tell_how_they_were_made(door, tiny):
    for seed in ("1", "2"):
        assert door("run", tiny, "--draws", "8", "--seed", seed, "--out", "there").exit_code == 0
    known = [each["id"] for each in door.json("studies")]
    done = door("diff", known[0], known[1])
    assert done.exit_code == 0, done.stderr
    assert "What differs between the studies" in done.stdout
    assert "seed" in done.stdout


def test_a_study_file_can_be_compared(door, tiny):
    assert door("run", tiny, "--draws", "8", "--set", "p=0.5", "--out", "there").exit_code == 0
    assert door("studies", "export", "last", "one.study").exit_code == 0
    found = door.json("diff", tiny, "one.study")
    assert [(each["what"], each["after"]) for each in found["changes"]] == [("p", "0.5")]


def test_bad_requests_and_bad_cases_end_with_their_codes(door, tiny):
    assert door("diff", tiny, "nothing").exit_code == 2
    assert door("diff", tiny, "nothing.yaml").exit_code == 2
    assert door("diff", tiny, tiny, "--ask", "P(peace)").exit_code == 2
    (door.folder / "broken.yaml").write_text("detente: 1\ntitle: Nothing\nactors: {}\n", "utf-8")
    done = door("diff", tiny, "broken.yaml")
    assert done.exit_code == 1
    assert "broken.yaml" in done.stderr
    (door.folder / "torn.study").write_bytes(b"SQLite format 3\0" + bytes(200))
    torn = door("diff", tiny, "torn.study")
    assert torn.exit_code == 1
    assert "Traceback" not in torn.stderr
