"""Spans are verbatim and in their place, whatever the text; a text is read, or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.reading.random_texts import ENCODINGS, broken_spans, random_text
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import CaseError, Problem
from detente.reading.marking import mark
from detente.reading.texts import Role, Text, plain_text, read_text_file, text_of_bytes


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_span_reads_in_the_text_what_its_mark_says(encoding: str):
    for seed in range(60):
        assert broken_spans(random_text(seed, encoding), encoding) == []


def test_a_span_that_is_moved_is_found_by_the_law(monkeypatch):
    import benchmarks.reading.random_texts as law

    def moved(text, published=None):
        found = mark(text)
        first = found.marks[0]
        wrong = type(first)(first.sort, first.start + 1, first.end + 1, first.text, first.rule)
        return type(found)(found.text, (wrong, *found.marks[1:]), found.by_sentence)

    monkeypatch.setattr(law, "mark", moved)
    assert law.broken_spans(b"He said no.", "utf-8")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_words_at_all_are_marked_verbatim(words: str):
    marked = mark(plain_text(words))
    assert all(words[each.start : each.end] == each.text for each in marked.marks)
    assert [each.number for each in marked.text.sentences] == list(range(1, len(marked.text.sentences) + 1))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["", *ENCODINGS, "no-such-encoding", "hex"]))
def test_any_bytes_are_read_or_refused_in_a_sentence(data: bytes, encoding: str):
    text, refused = opened(data, encoding)
    assert (text is None) == (len(refused) == 1)
    assert text is None or text.words == data.decode(text.encoding)


def opened(data: bytes, encoding: str) -> tuple[Text | None, tuple[Problem, ...]]:
    try:
        return text_of_bytes(data, "a file", encoding), ()
    except CaseError as error:
        return None, error.problems


@pytest.mark.parametrize(
    "words",
    [
        "",
        " \n\t ",
        "a" * 200_000,
        "said " * 40_000,
        ". " * 50_000,
        '"' * 20_001,
        "if\n" * 20_000,
        "said a, on Monday it helps some of them " * 10_000,
    ],
)
def test_odd_texts_of_great_length_are_marked(words: str):
    text = mark(plain_text(words)).text
    assert sum(each.end - each.start for each in text.sentences) <= len(words)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path):
    path = tmp_path / "large.txt"
    path.write_bytes(b"a" * 10_000_001)
    with pytest.raises(CaseError, match="at most 10,000,000 bytes are read"):
        read_text_file(path)


def test_a_binary_file_is_refused():
    with pytest.raises(CaseError, match="null characters"):
        text_of_bytes(b"PK\x00\x00", "a.docx")


def test_a_text_in_another_encoding_says_which_option_reads_it():
    with pytest.raises(CaseError, match="--encoding"):
        text_of_bytes("Téhéran".encode("windows-1252"), "cable.txt")
    assert text_of_bytes("Téhéran".encode("windows-1252"), "cable.txt", "windows-1252").words == "Téhéran"


PAGE = """A Letter to the Capital

A flag over the ministry

The envoy said that talks could begin. Others doubt it.

Leverage, Trust, or Delay?

The minister cut off aid on Monday.

Photo: the ministry at dusk

Share this

Subscribe to our newsletter
"""


def test_title_caption_heading_and_furniture_are_told_from_the_body():
    roles = [each.role for each in plain_text(PAGE).sentences]
    assert roles == [
        Role.TITLE,
        Role.CAPTION,
        Role.BODY,
        Role.BODY,
        Role.HEADING,
        Role.BODY,
        Role.CAPTION,
        Role.FURNITURE,
        Role.FURNITURE,
    ]


def test_nothing_but_the_body_carries_a_claim():
    marked = mark(plain_text(PAGE))
    carrying = [each.number for each in marked.text.sentences if marked.carries(each)]
    assert carrying == [3, 4, 6]
