"""`detente read` as a user meets it."""

from __future__ import annotations

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
