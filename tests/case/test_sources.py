"""Sentences have numbers that everybody counts alike, and citations are held to the texts."""

from __future__ import annotations

import itertools
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case.read import read_text
from detente.case.sentences import located_sentences, split_sentences
from detente.case.sources import check_sources, citations, cited_text, sentences
from detente.errors import CaseError

EXAMPLE = (Path(__file__).parent / "example.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("The U.S. President spoke. He left.", ["The U.S. President spoke.", "He left."]),
        ("They live in the U.S. The talks failed.", ["They live in the U.S.", "The talks failed."]),
        ("Mr. Waltz met Gen. Soleimani. Both left.", ["Mr. Waltz met Gen. Soleimani.", "Both left."]),
        ("J. F. Kennedy wrote. Fine.", ["J. F. Kennedy wrote.", "Fine."]),
        ("It rose 3.5 percent. Then 2.1 more.", ["It rose 3.5 percent.", "Then 2.1 more."]),
        (
            "He paused... then went on. She waited… Then left.",
            ["He paused... then went on.", "She waited…", "Then left."],
        ),
        ("“We will not talk.” The envoy left.", ["“We will not talk.”", "The envoy left."]),
        ('"Really?" he asked. "Yes."', ['"Really?" he asked.', '"Yes."']),
        ("A heading\n\nThe text begins. It ends", ["A heading", "The text begins.", "It ends"]),
        (
            "Delay?\nThe first long line of a paragraph that goes on.\nThe second.",
            ["Delay?", "The first long line of a paragraph that goes on.", "The second."],
        ),
        ("engagement ~ one that deepens mistrust. Next", ["engagement ~ one that deepens mistrust.", "Next"]),
        ("See No. 5 and p. 12. He said no. Then he left.", ["See No. 5 and p. 12.", "He said no.", "Then he left."]),
        ("1. First point. 2. Second point.", ["1. First point.", "2. Second point."]),
        ("Acme Inc. and others. (It closed.) Done.", ["Acme Inc. and others.", "(It closed.)", "Done."]),
        ("これは文です。次の文。", ["これは文です。", "次の文。"]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_a_text_is_cut_by_the_rule(text, expected):
    assert split_sentences(text) == expected


def test_a_wrapped_paragraph_reads_as_one_on_a_single_line():
    words = (
        "The talks between the two sides were long and led nowhere, as an envoy of the U.S. said on Monday. Both "
        "capitals had expected it. Neither spoke of it in public, and the President's letter stayed unanswered."
    )
    lines, line = [], ""
    for word in words.split():
        if len(line) + len(word) + 1 > 40:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    assert split_sentences("\n".join([*lines, line])) == split_sentences(words)


@settings(deadline=None, derandomize=True)
@given(st.text(alphabet="aB. \n!?…”’\"'(1~-U", max_size=200))
def test_no_sign_is_lost_or_added(text):
    joined = "".join(split_sentences(text))
    assert "".join(joined.split()) == "".join(text.split())


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=200) | st.text(alphabet='aB. \n\u2028!?…”"(1\ufeff', max_size=200))
def test_a_sentence_stands_where_it_is_said_to_stand(text):
    found = located_sentences(text)
    assert [each.text for each in found] == split_sentences(text)
    assert [" ".join(text[each.start : each.end].split()) for each in found] == [each.text for each in found]
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_white_space_at_the_end_changes_no_number(text):
    assert split_sentences(text + "  \n\n") == split_sentences(text)


def sourced(tmp_path, text: str):
    (tmp_path / "brief.txt").write_text(text, "utf-8")
    return read_text(
        EXAMPLE.replace("file: brief.txt", "file: brief.txt, sha256: " + sha256(text.encode()).hexdigest())
    )


def test_citations_that_fit_raise_no_problem(tmp_path):
    crisis = sourced(tmp_path, "One. Two is here. Three. Four is here.")
    assert check_sources(crisis, tmp_path) == []
    assert [cited_text(crisis, tmp_path, each) for each in citations(crisis)] == ["Four is here.", "Two is here."]
    assert sentences(tmp_path / "brief.txt")[3] == "Four is here."


def test_a_sentence_that_does_not_exist_is_told(tmp_path):
    crisis = sourced(tmp_path, "One. Two.")
    (problem,) = check_sources(crisis, tmp_path)
    assert problem.what == "source `brief` has no sentence 4"
    assert problem.remedy == "its sentences are numbered 1 to 2"
    assert problem.where is not None
    with pytest.raises(CaseError, match="has no sentence 4"):
        cited_text(crisis, tmp_path, next(citations(crisis)))


def test_a_source_that_changed_is_told_with_its_new_digest(tmp_path):
    crisis = sourced(tmp_path, "One. Two. Three. Four.")
    (tmp_path / "brief.txt").write_text("One. Two. Three. Five.")
    (problem,) = check_sources(crisis, tmp_path)
    assert "has changed since it was cited" in problem.what
    assert sha256(b"One. Two. Three. Five.").hexdigest() in problem.remedy


def test_a_source_that_is_missing_is_told(tmp_path):
    (problem,) = check_sources(read_text(EXAMPLE), tmp_path)
    assert "is not there" in problem.what


def test_a_source_is_never_read_from_outside_the_folder(tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("One. Two. Three. Four.")
    (folder / "brief.txt").symlink_to(tmp_path / "secret.txt")
    crisis = read_text(EXAMPLE)
    (problem,) = check_sources(crisis, folder)
    assert "leads out of the folder" in problem.what
    outside = replace(crisis, sources=(replace(crisis.sources[0], file="../secret.txt"),))
    (problem,) = check_sources(outside, folder)
    assert "leads out of the folder" in problem.what
    with pytest.raises(CaseError, match="leads out"):
        cited_text(outside, folder, next(citations(outside)))


def test_a_source_that_is_no_text_is_told(tmp_path):
    (tmp_path / "brief.txt").write_bytes(b"\xff\xfe")
    (problem,) = check_sources(read_text(EXAMPLE), tmp_path)
    assert "not UTF-8" in problem.what
