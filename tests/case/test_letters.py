"""Signs that look like others are named, at their line and column; what only looks like a number is none."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from detente.case.read import read_text
from detente.case.spelling.letters import unlike
from detente.errors import CaseError, Place, Problem

EXAMPLE = (Path(__file__).parent / "example.yaml").read_text("utf-8")


def problems(right: str, wrong: str) -> tuple[Problem, ...]:
    assert right in EXAMPLE
    with pytest.raises(CaseError) as error:
        read_text(EXAMPLE.replace(right, wrong, 1), "case.yaml")
    return error.value.problems


BLANKS = {
    "\xa0": "a no-break space (U+00A0)",
    "\u3000": "an ideographic space (U+3000)",
    "\u2007": "a figure space (U+2007)",
    "\u200b": "a zero width space (U+200B)",
    "\u2028": "a line separator (U+2028)",
    "\x85": "a next line (U+0085)",
    "\u202e": "a right-to-left override (U+202E)",
    "\ufeff": "a byte order mark (U+FEFF)",
}


@pytest.mark.parametrize("sign", BLANKS)
@pytest.mark.parametrize(
    ("right", "before"),
    [
        ("title: A", "title:"),  # in place of the blank after a colon
        ("  cost_a: {uniform", " "),  # in the indentation
        ("p - cost_a", "p -"),  # within a formula
        ("name: Challenger", "name:"),  # within braces
    ],
)
def test_a_sign_that_looks_like_a_blank_is_named_where_it_stands(sign, right, before):
    wrong = before + sign + right[len(before) + 1 :]
    first = problems(right, wrong)[0]
    at = EXAMPLE.index(right) + len(before)
    told = f"{first.what} {first.remedy}"
    assert BLANKS[sign] in told
    line = EXAMPLE.count("\n", 0, at) + 1
    assert (first.where.line, first.where.column) == (line, at - EXAMPLE.rfind("\n", 0, at))


@pytest.mark.parametrize("sign", ["\xa0", "\u3000", "\u200b"])
def test_a_sign_at_the_end_of_a_name_is_named_at_its_column(sign):
    first = problems("by: b", f"by: b{sign}")[0]
    assert BLANKS[sign] in first.remedy
    assert first.where.text[: first.where.column].rstrip().endswith("by: b")
    assert first.where.column == len("    by: b") + 1


def test_two_forms_of_one_letter_are_named():
    composed, parted = (unicodedata.normalize(form, "café") for form in ("NFC", "NFD"))
    text = EXAMPLE.replace("cost_a", composed)
    read_text(text)
    with pytest.raises(CaseError) as error:
        read_text(text.replace(f"p - {composed}", f"p - {parted}"), "case.yaml")
    (problem,) = error.value.problems
    assert problem.remedy.endswith("one letter is written in two forms, U+0065 U+0301 here and U+00E9 there")
    assert problem.where.text[problem.where.column - 1 :].startswith(parted)


def test_names_that_differ_in_nothing_one_sees_are_refused():
    composed, parted = (unicodedata.normalize(form, "café") for form in ("NFC", "NFD"))
    (first, *_) = problems("  p: {value", f"  {composed}: 1\n  {parted}: 2\n  p: {{value")
    assert "looks like the key on line" in first.what


def test_a_letter_of_another_script_is_named():
    assert "U+0430, cyrillic small letter a" in problems("by: a", "by: \u0430")[0].remedy
    assert unlike("c\u043est", "cost").startswith("`\u043e` (U+043E, cyrillic small letter o) stands here, `o` (U+006F")
    assert unlike("best", "cost") == ""


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("2025-03-24", "it is a date"),
        ("2025-03-24 + p", "a date"),
        ("１", "not one of the digits 0 to 9"),
        ("٣", "not one of the digits 0 to 9"),
        ("0.５", "not one of the digits 0 to 9"),
        ("½", "not one of the digits 0 to 9"),
        ("1_000", "grouped by _"),
        ("0x10", "not decimal"),
        ("1:30", "a time, or counted in sixties"),
        ("nan", "not finite"),
    ],
)
def test_what_looks_like_a_number_is_none(number, why):
    assert why in problems("value: 0.5", f"value: {number}")[0].what


def test_a_whole_number_is_written_in_the_digits_0_to_9():
    assert "U+FF13" in problems("steps: 31", "steps: ３１")[0].what
    assert problems("steps: 31", "steps: 0x1F")[0].remedy == "write it with the digits 0 to 9, such as 16"
    assert "it is a date" in problems("steps: 31", "steps: 2025-01-01")[0].what


def test_a_caret_stands_below_its_sign_where_letters_are_wide():
    place = Place("case.yaml", 1, 4, "危機e\u0301x")
    assert place.caret == " " * 5 + "^"
    assert Place("case.yaml", 1, 5, "危機e\u0301x").caret == " " * 5 + "^"
