"""`detente check`: what an analyst sees after every edit."""

from __future__ import annotations

import json


def test_a_good_case_has_no_problems_and_a_size(door, tiny):
    done = door("check", tiny)
    assert done.exit_code == 0
    assert "no problems" in done.stdout
    assert "information sets" in done.stdout


def test_check_counts_what_rests_on_nothing(door, tiny):
    found = door.json("check", tiny)
    assert found["ok"]
    assert found["problems"] == []
    assert found["size"]["nodes"] > 1
    assert found["assumptions"]["unsupported"] == len(found["resting_on_nothing"]) >= 1


def test_every_problem_of_a_broken_case_is_told_at_once_with_its_place(door, tiny):
    text = (door.folder / tiny).read_text("utf-8")
    broken = text.replace("{end: war}", "{end: wra}").replace("by: challenger", "by: chalenger")
    (door.folder / "broken.yaml").write_text(broken, "utf-8")
    done = door("check", "broken.yaml")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.count("broken.yaml:") == 2
    assert "did you mean" in done.stderr.lower()
    assert "2 problems" in done.stderr
    assert "^" in done.stderr


def test_problems_are_data_for_programs(door, tiny):
    text = (door.folder / tiny).read_text("utf-8")
    (door.folder / "broken.yaml").write_text(text.replace("{end: war}", "{end: wra}"), "utf-8")
    done = door("check", "broken.yaml", "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert not found["ok"]
    [problem] = found["problems"]
    assert problem["line"] > 1
    assert problem["column"] > 1
    assert "wra" in problem["what"]
    assert problem["remedy"]


def test_a_case_that_does_not_exist_is_named_with_what_there_is(door):
    done = door("check", "no-such-case")
    assert done.exit_code in (1, 2)
    assert "no-such-case" in done.stderr
    assert "Traceback" not in done.output


def test_a_catalogue_name_with_a_slip_is_suggested(door):
    done = door("check", "demnd")
    assert done.exit_code in (1, 2)
    assert "demand" in done.stderr


def test_sources_show_the_cited_sentences(door):
    (door.folder / "note.txt").write_text("The minister spoke. Officials doubt that he would act.", "utf-8")
    (door.folder / "case.yaml").write_text(
        """\
detente: 1
title: A bluff
sources: {note: {title: Note for file, file: note.txt}}
quantities:
  acts: {uniform: [0.1, 0.3], because: [{source: note, sentence: 2, says: He may be bluffing.}]}
actors: {navy: {name: Navy}}
stages:
  - {id: patrol, by: navy, choose: {go: , stay: {end: calm}}}
  - {id: reply, by: nature, chance: {act: {probability: acts, end: war}, nothing: {probability: rest, end: calm}}}
outcomes: {calm: {payoffs: {navy: 0}}, war: {payoffs: {navy: -1}}}
""",
        "utf-8",
    )
    done = door("check", "case.yaml", "--sources", ".")
    assert done.exit_code == 0, done.stderr
    assert "Officials doubt that he would act." in " ".join(done.stdout.split())
    found = door.json("check", "case.yaml", "--sources", ".")
    assert [each["sentence"] for each in found["citations"]] == ["Officials doubt that he would act."]
    assert found["uncited"] == [
        {
            "source": "note",
            "title": "Note for file",
            "sentence": 1,
            "text": "The minister spoke.",
            "elsewhere": False,
        }
    ]
    assert "Note for file: cited by no assumption\n  1  The minister spoke.\n" in done.stdout


def test_a_cited_sentence_that_does_not_exist_is_a_problem(door):
    test_sources_show_the_cited_sentences(door)
    text = (door.folder / "case.yaml").read_text("utf-8").replace("sentence: 2", "sentence: 9")
    (door.folder / "case.yaml").write_text(text, "utf-8")
    done = door("check", "case.yaml", "--sources", ".")
    assert done.exit_code == 1
    assert "9" in done.stderr


def test_sentences_are_numbered_as_citations_count_them_with_their_places_for_programs(door):
    text = "Mr. Smith spoke\nof war. He went.\n"
    (door.folder / "note.txt").write_text(text, "utf-8")
    done = door("sentences", "note.txt")
    assert done.exit_code == 0, done.stderr
    assert "1  Mr. Smith spoke of war.\n2  He went.\n" in done.stdout
    [found] = door.json("sentences", "note.txt")
    assert [text[each["start"] : each["end"]] for each in found["sentences"]] == [
        "Mr. Smith spoke\nof war.",
        "He went.",
    ]


def test_every_text_that_cannot_be_read_is_told(door):
    (door.folder / "bad.txt").write_bytes(b"\xff\xfe")
    done = door("sentences", "bad.txt", "missing.txt")
    assert done.exit_code == 1
    assert "is not UTF-8" in done.stderr
    assert "missing.txt" in done.stderr
    assert "2 problems" in done.stderr
