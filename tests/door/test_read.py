"""`detente read` as a user meets it."""

from __future__ import annotations

import json
import sys
from hashlib import sha256

import pytest

NOTE = """A Letter and a Threat

The minister said yesterday that talks could begin if sanctions ended. Bombers struck the port.

Some see a trap. Others see an offer.
"""


@pytest.fixture
def note(door):
    (door.folder / "note.txt").write_text(NOTE, "utf-8")
    return "note.txt"


CASE = """\
sources:
  note: {title: A note, file: note.txt, sha256: DIGEST}
quantities:
  p: {uniform: [0.4, 0.6], because: [{source: note, sentence: 2, says: talks may begin}]}
"""


@pytest.fixture
def citing(door, tiny, note):
    """A case that cites the second sentence."""
    path = door.folder / tiny
    text = path.read_text("utf-8").replace(
        "quantities:\n  p: {uniform: [0.4, 0.6], name: chance that the challenger wins}\n", CASE
    )
    path.write_text(text.replace("DIGEST", sha256(NOTE.encode()).hexdigest()), "utf-8")
    return tiny


def test_a_text_is_shown_sentence_by_sentence_with_its_marks(door, note):
    done = door("read", note, "--published", "2025-03-24")
    assert done.exit_code == 0, done.stderr
    assert "1 [title]  A Letter and a Threat" in done.stdout
    assert "cue “said”, source: “The minister”" in done.stdout
    assert "date “yesterday” (2025-03-23), hedge “could”, condition “if”" in done.stdout
    assert "5 sentences: 1 cue, 1 hedge, 1 condition, 1 date, 2 frames." in done.stdout


def test_dates_that_cannot_be_placed_are_told(door, note):
    assert "1 date cannot be placed: give --published" in door("read", note).stdout


def test_for_programs_every_span_has_its_offsets(door, note):
    told = door.json("read", note, "--published", "2025-03-24")
    [text] = told["texts"]
    assert text["sha256"] == sha256(NOTE.encode()).hexdigest()
    spans = [mark for sentence in text["sentences"] for mark in sentence["marks"]]
    assert spans
    assert all(NOTE[each["start"] : each["end"]] == each["text"] for each in spans)
    source = next(each for each in spans if each["sort"] == "source")
    assert NOTE[source["cue_at"] :].startswith("said")


def test_coverage_tells_which_sentences_a_case_does_not_cite_and_what_they_carry(door, note, citing):
    done = door("read", note, "--case", citing)
    assert "note.txt: 1 of 4 sentences cited by tiny.yaml" in done.stdout
    assert "3 (event)  Bombers struck the port." in done.stdout
    assert "4 (claim)  Some see a trap." in done.stdout
    [text] = door.json("read", note, "--case", citing)["texts"]
    assert text["coverage"]["cited"] == [2]
    assert [each["sentence"] for each in text["coverage"]["uncited"]] == [3, 4, 5]


def test_a_text_that_has_changed_or_that_the_case_does_not_know_is_told(door, note, citing):
    (door.folder / note).write_text(NOTE + "More.\n", "utf-8")
    assert "has changed since the case cited it" in door("read", note, "--case", citing).stdout
    (door.folder / "other.txt").write_text("Nothing.", "utf-8")
    assert "no source of tiny.yaml is this text" in door("read", "other.txt", "--case", citing).stdout


def test_every_text_that_cannot_be_read_is_told_at_once(door):
    (door.folder / "latin.txt").write_bytes("Téhéran".encode("latin-1"))
    done = door("read", "latin.txt", "missing.txt")
    assert done.exit_code == 1
    assert "latin.txt is not text in utf-8" in done.stderr
    assert "missing.txt cannot be read" in done.stderr
    assert door("read", "latin.txt", "--encoding", "latin-1").exit_code == 0


def test_nothing_in_a_text_reaches_the_terminal_as_anything_but_text(door):
    (door.folder / "hostile.txt").write_text("\x1b[2J\x1b]0;owned\x07 He said \u202eno\u202c.\n\nif\x9b31m", "utf-8")
    for arguments in (("read", "hostile.txt"), ("read", "hostile.txt", "--json")):
        done = door(*arguments)
        assert done.exit_code == 0, done.stderr
        assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(done.stdout)


def test_a_page_with_tags_is_read_and_said_to_be_one(door):
    (door.folder / "page.html").write_text("<html><body><p>He said no.</p><div>End</div></body></html>", "utf-8")
    assert "Tags of a web page are read as words" in door("read", "page.html").stdout


def test_an_empty_text_has_nothing_to_mark(door):
    (door.folder / "empty.txt").write_text("", "utf-8")
    done = door("read", "empty.txt")
    assert done.exit_code == 0
    assert "0 sentences: nothing to mark." in done.stdout


def test_actors_are_listed_with_what_they_are_called(door):
    (door.folder / "note.txt").write_text("Tehran answered Washington. The envoy Mike Waltz waits.", "utf-8")
    done = door("read", "note.txt", "--write-gazetteer", "actors.yaml")
    assert "note.txt: actors" in done.stdout
    assert "Placed with no actor: Mike Waltz." in done.stdout
    assert '# placed with no actor: "Mike Waltz"' in (door.folder / "actors.yaml").read_text("utf-8")
    (door.folder / "mine.yaml").write_text("actors:\n  USA: {name: Washington, leaders: [Mike Waltz]}\n", "utf-8")
    again = door("read", "note.txt", "--gazetteer", "mine.yaml")
    assert again.exit_code == 0, again.stderr
    assert "Placed with no actor" not in again.stdout


def test_proposals_are_shown_with_their_rule_and_how_often_it_is_right(door, note):
    done = door("read", note, "--propose")
    assert "for an analyst to decide" in done.stdout
    assert "rule subject, right in 957 of 1325" in " ".join(done.stdout.split())
    [text] = door.json("read", note, "--propose")["texts"]
    assert all(NOTE[each["start"] : each["end"]] == each["quote"] for each in text["proposals"])


def test_a_case_is_begun_checked_and_reviewed(door, note):
    begun = door("read", note, "--into", "case.yaml", "--published", "2025-03-24")
    assert begun.exit_code == 0, begun.stderr
    assert "Next: detente read --review case.yaml" in begun.stdout
    checked = door("check", "case.yaml")
    assert (checked.exit_code, "unverified: detente read --review case.yaml" in checked.stdout) == (1, True)
    many = door.json("read", "--review", "case.yaml")
    assert all(each["text"] for each in many)
    done = door.typed("x\na\nm\nIn my words\nr\n", "read", "--review", "case.yaml")
    assert f"3 decisions written; {len(many) - 3} citations still unverified." in " ".join(done.stdout.split())
    assert "Answer with a, m, r, s or q." in done.stdout
    assert len(door.json("read", "--review", "case.yaml")) == len(many) - 3


def test_a_whole_case_counts_what_is_unverified(door, note, citing):
    door("read", note, "--into", citing)
    found = door.json("check", citing)
    assert found["ok"]
    assert found["unverified"] == found["drafts"] > 0
    assert "unverified: detente read --review tiny.yaml" in door("check", citing).stdout


@pytest.mark.parametrize("arguments", [(), ("note.txt", "--review", "case.yaml")])
def test_texts_are_read_or_a_case_is_reviewed(door, note, arguments):
    assert door("read", *arguments).exit_code == 2


def test_a_model_is_asked_only_where_it_is_named_and_what_is_sent_is_said(door, note):
    script = door.folder / "model.py"
    item = {"kind": "type", "quote": "Some see a trap", "says": "Does Tehran see a trap?"}
    script.write_text(f"print({json.dumps(json.dumps({'items': [item, {'payoff': 1}]}))})", "utf-8")
    done = door("read", note, "--into", "case.yaml", "--model", f"{sys.executable} {script}")
    assert done.exit_code == 0, done.stderr
    assert "note: Sent to the command" in done.stderr
    assert "Items refused: 1 (other keys than kind, quote and says)." in done.stderr
    assert "Does Tehran see a trap?" in (door.folder / "case.yaml").read_text("utf-8")
    kept = json.loads((door.folder / "case.yaml.answers.jsonl").read_text("utf-8"))
    assert kept["text"] == note
