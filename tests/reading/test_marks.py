"""Marks: who is said to say what, how guardedly, on what condition, when, and what is set side by side."""

from __future__ import annotations

from datetime import date

import pytest

from detente.reading.marking import mark
from detente.reading.spans import Sort
from detente.reading.texts import plain_text


def found(words: str, sort: Sort, published: date | None = None) -> list[str]:
    return [each.text for each in mark(plain_text(words), published).marks if each.sort is sort]


def attributed(words: str) -> list[tuple[str, str]]:
    """Each cue with its source."""
    marks = mark(plain_text(words)).marks
    sources = {each.about: each.text for each in marks if each.sort is Sort.SOURCE}
    return [(each.text, sources.get(each.start, "")) for each in marks if each.sort is Sort.CUE]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The minister said talks would resume.", [("said", "The minister")]),
        ("According to two officials, the letter was sent.", [("According to", "two officials")]),
        ("“We will not bend,” said the Supreme Leader.", [("said", "the Supreme Leader")]),
        ("Mr. Vance, a senator from Ohio, warned that time was short.", [("warned", "Mr. Vance")]),
        ("Analysts, who have warned of war, left.", [("warned", "Analysts")]),
        ("The envoy revealed a plan, adding that Moscow knew.", [("revealed", "The envoy"), ("adding", "The envoy")]),
        ("The plan was rejected by the foreign ministry.", [("rejected", "the foreign ministry")]),
        ("On Monday the adviser insisted that nothing had changed.", [("insisted", "the adviser")]),
        ("Citing intelligence, the general has left.", [("Citing", "the general")]),
        ("Saudi Arabia has renewed calls for restraint.", [("calls", "")]),
    ],
)
def test_a_cue_is_found_with_whoever_it_belongs_to(words: str, expected: list[tuple[str, str]]):
    assert attributed(words) == expected


def test_words_within_a_quotation_are_no_cues_of_the_piece():
    assert attributed("“He said that they warned us,” the envoy said.") == [("said", "the envoy")]


def test_the_content_is_what_follows_that():
    assert found("The adviser warned that officials may stall.", Sort.CONTENT) == ["officials may stall"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Iran may respond.", ["may"]),
        ("In May 2025 he left; the rest did too in May.", []),
        ("It appears to be a trap, and perhaps a likely one.", ["appears", "perhaps", "likely"]),
        ("Experts suggest that he could accept.", ["suggest", "could"]),
        ("The ministry acts.", []),
    ],
)
def test_hedges(words: str, expected: list[str]):
    assert found(words, Sort.HEDGE) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("They do not talk and never did.", ["not", "never"]),
        ("It isn’t so; they refused to talk.", ["isn’t", "refused"]),
        ("Notable notes were noted.", []),
    ],
)
def test_negations(words: str, expected: list[str]):
    assert found(words, Sort.NEGATION) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("If they agree, we stop; otherwise we go on.", ["If", "otherwise"]),
        ("He will talk unless struck, provided that sanctions end.", ["unless", "provided"]),
        ("Should Tehran refuse, force will follow.", ["Should"]),
        ("Should Tehran refuse?", []),
        ("It looks as if nothing happened.", []),
        ("All depends on Moscow.", ["depends on"]),
    ],
)
def test_conditions(words: str, expected: list[str]):
    assert found(words, Sort.CONDITION) == expected


PUBLISHED = date(2025, 3, 26)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("It was sent on 7 March 2025.", "2025-03-07"),
        ("It was sent on March 7, 2025.", "2025-03-07"),
        ("It was sent on March 7.", "2025-03-07"),
        ("It was sent in December 30.", "2024-12-30"),
        ("It was sent yesterday.", "2025-03-25"),
        ("It was sent on Monday.", "2025-03-24"),
        ("It was sent on Wednesday.", "2025-03-26"),
        ("It was sent last Wednesday.", "2025-03-19"),
        ("It is due next Monday.", "2025-03-31"),
        ("It was sent two weeks ago.", "2025-03-12"),
        ("It was sent earlier this month.", "2025-03"),
        ("It was sent last month.", "2025-02"),
        ("It was sent last week.", "2025-03-17/P7D"),
        ("He was killed in 2020.", "2020"),
        ("The date is 2025-03-24.", "2025-03-24"),
        ("The date is 2025-13-24.", ""),
        ("It was February 30, 2025.", ""),
    ],
)
def test_a_date_counts_from_the_day_of_publication(words: str, expected: str):
    dates = [each for each in mark(plain_text(words), PUBLISHED).marks if each.sort is Sort.DATE]
    assert [each.value for each in dates] == [expected]


def test_without_a_day_of_publication_no_day_is_invented():
    dates = [
        each for each in mark(plain_text("He left yesterday, on Monday, on March 7.")).marks if each.sort is Sort.DATE
    ]
    assert [each.value for each in dates] == ["", "", "--03-07"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("There are two possible readings of it.", [("two possible readings", "announced")]),
        ("The first is a trap. The second reading is a bluff.", [("first", "first"), ("second", "second")]),
        ("Some press for war and others for talks.", [("Some", "first"), ("others", "second")]),
        ("Some want war. Others want talks.", [("Some", "first"), ("Others", "second")]),
        ("It can either talk or fight.", [("either", "first"), ("or", "second")]),
        ("If it talks, then sanctions end.", [("If", "first"), ("then", "second")]),
        ("Leverage, trust, or delay?", [("or", "alternatives")]),
        ("It is a choice between war and talks.", [("a choice between", "choice")]),
        ("The first American troops landed.", []),
    ],
)
def test_a_frame_sets_readings_side_by_side(words: str, expected: list[tuple[str, str]]):
    frames = [each for each in mark(plain_text(words)).marks if each.sort is Sort.FRAME]
    assert [(each.text, each.value) for each in frames] == expected


def test_a_quotation_ends_with_its_paragraph_where_it_is_left_open():
    words = "“We begin.\n\n“We end,” he said."
    assert found(words, Sort.QUOTATION) == ["“We begin.", "“We end,”"]
