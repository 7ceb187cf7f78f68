"""Support of an assumption: how far its sources carry it, as the case says, and as is counted where it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import detente as dt
from detente.case.written_back.write import case_text
from detente.cli.main import app
from detente.crisis.evidence import Citation, Grade, Support
from detente.study.assumptions import assumptions

CITED = (Citation("note", 1, 1),)
CASE = """detente: 1
title: A blockade
sources: {note: {title: Note}}
quantities:
  told: {value: 0.3, because: [{source: note, sentence: 1}], support: number}
  leaning: {uniform: [0.1, 0.3], because: [{source: note, sentence: 2}], note: the range is mine}
  guessed: {value: 0.4, note: a guess}
  context: {value: 0.4, because: [{source: note, sentence: 3}], support: judgement}
  bare: 0.5
actors:
  navy:
    private:
      side: {support: 0.4, oppose: rest, because: [{source: note, sentence: 1}]}
      will: {weak: 0.5, strong: rest, because: [{source: note, sentence: 1}], support: number}
stages:
  - id: blockade
    by: navy
    choose: {lift: {end: calm}, keep: {end: war}}
    because: [{source: note, sentence: 1}]
    support: number
outcomes:
  calm: {payoffs: {navy: told + leaning}, because: [{source: note, sentence: 1}], support: direction}
  war: {payoffs: {navy: guessed + context + bare}}
"""


@pytest.fixture
def crisis(tmp_path: Path) -> dt.Crisis:
    path = tmp_path / "blockade.yaml"
    path.write_text(CASE, encoding="utf-8")
    found = dt.load(path)
    assert isinstance(found, dt.Crisis)
    return found


@pytest.mark.parametrize(
    ("support", "grade"),
    [
        (Support(), Grade.UNSUPPORTED),
        (Support(note="a guess"), Grade.JUDGEMENT),
        (Support(CITED), Grade.DIRECTION),
        (Support(CITED, "the range is mine"), Grade.DIRECTION),
        (Support(CITED, declared=Grade.NUMBER), Grade.NUMBER),
        (Support(CITED, declared=Grade.JUDGEMENT), Grade.JUDGEMENT),
    ],
)
def test_a_citation_counts_as_the_direction_until_the_case_says_more(support: Support, grade: Grade) -> None:
    assert support.grade is grade


def test_every_assumption_has_the_grade_that_the_case_gives_it(crisis: dt.Crisis) -> None:
    grades = {each.id: str(each.support.grade) for each in assumptions(crisis)}
    assert grades == {
        "told": "number",
        "leaning": "direction",
        "guessed": "judgement",
        "context": "judgement",
        "bare": "unsupported",
        "navy.side": "direction",
        "navy.will": "number",
        "blockade": "number",
        "calm": "direction",
        "war": "unsupported",
    }


def test_a_private_value_may_be_called_support(crisis: dt.Crisis) -> None:
    assert crisis.private("navy", "side").values == ("support", "oppose")
    assert crisis.private("navy", "will").values == ("weak", "strong")


def test_what_is_declared_is_written_and_read_again(crisis: dt.Crisis, tmp_path: Path) -> None:
    path = tmp_path / "blockade again.yaml"
    dt.write_case(crisis, path)
    assert case_text(dt.load(path)) == case_text(crisis)  # type: ignore[arg-type]
    assert dt.load(path).quantities == crisis.quantities  # type: ignore[union-attr]
    assert dt.load(path).actors == crisis.actors  # type: ignore[union-attr]


def test_a_changed_grade_is_a_difference_in_words_and_no_other(crisis: dt.Crisis, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(CASE.replace("support: number}\n  leaning", "support: direction}\n  leaning"), encoding="utf-8")
    done = CliRunner().invoke(app, ["diff", str(tmp_path / "blockade.yaml"), str(path), "--draws", "4", "--json"])
    found = json.loads(done.output)
    assert done.exit_code == 0
    changes = [(each["kind"], each["before"], each["after"]) for each in found["changes"]]
    assert changes == [("words", "number", "direction")]


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("support: numbr", "2:41: error: `numbr` is no grade of support"),
        ("support: 3", "expected a text, found the number 3"),
        ("support: unsupported", "`unsupported` is no grade of support"),
        ("support: number", "`support: number` says that a source gives it, and none is cited"),
        ("support: direction", "`support: direction` says that a source gives it, and none is cited"),
    ],
)
def test_a_grade_that_cannot_be_is_told(written: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(CASE.replace("bare: 0.5", f"bare: {{value: 0.5, {written}}}"), encoding="utf-8")
    with pytest.raises(dt.CaseError) as caught:
        dt.load(path)
    assert what.removeprefix("2:41: ") in str(caught.value)
    assert "bad.yaml:9:" in str(caught.value)


def test_check_counts_by_grade(crisis: dt.Crisis, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["check", str(tmp_path / "blockade.yaml"), "--json"])
    assert json.loads(done.output)["assumptions"] == {"number": 3, "direction": 3, "judgement": 2, "unsupported": 2}


def test_the_founding_case_does_not_claim_that_its_sources_give_numbers() -> None:
    """The two texts give directions: every range of a quantity is the analyst's."""
    crisis = dt.load("iran-2025")
    assert isinstance(crisis, dt.Crisis)
    assert {str(each.support.grade) for each in crisis.quantities} == {"direction", "judgement"}
