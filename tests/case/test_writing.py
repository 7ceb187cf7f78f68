"""Writing and reading undo each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from detente.case.builder import case_from
from detente.case.catalogue import catalogue
from detente.case.read import read_case, read_text
from detente.case.written_back.write import case_text, write_case
from detente.crisis.changes import with_scenario
from detente.errors import CaseError

from .crises import documents

PATH = Path(__file__).parent / "example.yaml"
EXAMPLE = PATH.read_text("utf-8")
CATALOGUE = catalogue()


@pytest.mark.parametrize("path", [PATH, *(entry.path for entry in CATALOGUE)], ids=lambda path: path.stem)
def test_a_case_that_is_written_reads_as_the_same_case(path, tmp_path):
    crisis = read_case(path)
    written = write_case(crisis, tmp_path / path.name)
    assert read_case(written) == crisis
    assert case_text(read_case(written)) == written.read_text("utf-8")


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_any_case_that_is_written_reads_as_the_same_case(document):
    sections = {("finally_" if key == "finally" else key): value for key, value in document.items()}
    crisis = case_from(**sections)
    assert read_text(case_text(crisis)) == crisis


def test_a_written_case_keeps_to_the_order_of_the_language_and_to_plain_words():
    text = case_text(read_text(EXAMPLE))
    sections = [line.split(":")[0] for line in text.split("\n") if line[:1].isalpha()]
    assert sections == [
        "detente", "title", "about", "sources", "quantities", "actors", "state", "stages", "outcomes", "finally",
        "readings", "timeline", "questions", "claims", "scenarios",
    ]  # fmt: skip
    assert "date: 2025-03-07" in text
    assert "choose: {from: 0, to: 1, step: 0.1}" in text
    assert [line for line in text.split("\n") if '"' in line] == []


def test_a_case_under_a_scenario_can_be_written_where_its_moves_have_names():
    crisis = read_text(
        EXAMPLE.replace("{forbid: {demand: [0.9, 1]}}", "{forbid: {answer: accept}, force: {leak: seen}}")
    )
    changed = with_scenario(crisis, "no_ultimatum")
    assert read_text(case_text(changed)).steps == changed.steps


def test_a_crisis_that_the_language_cannot_say_is_refused():
    changed = with_scenario(read_text(EXAMPLE), "no_ultimatum")
    with pytest.raises(CaseError, match="differ in more than their number"):
        case_text(changed)
