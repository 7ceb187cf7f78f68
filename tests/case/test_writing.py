"""Writing and reading undo each other, and an edit touches nothing but what it edits."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from detente.case.builder import case_from
from detente.case.catalogue import catalogue
from detente.case.read import read_case, read_text
from detente.case.written_back.edit import CaseFile
from detente.case.written_back.write import case_text, write_case
from detente.crisis.changes import with_scenario
from detente.errors import CaseError, RequestError

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


def edited(before: str, after: str) -> list[str]:
    """The lines that differ, as + and -."""
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_setting_a_quantity_touches_its_number_alone():
    file = CaseFile(EXAMPLE)
    file.set_quantity("p", 0.7)
    assert edited(EXAMPLE, file.text) == [
        "-  p: {value: 0.5, name: chance that A wins a war}",
        "+  p: {value: 0.7, name: chance that A wins a war}",
    ]
    file.set_quantity("p", {"pert": [0, 0.5, 1]})
    file.set_quantity("leak_rate", "p / 2")
    crisis = file.crisis()
    assert crisis.quantity("p").distribution.shape.value == "pert"
    assert crisis.quantity("leak_rate").support == read_text(EXAMPLE).quantity("leak_rate").support


COMMENTED = """\
detente: 1   # version
title:   "Odd   spacing"
quantities:
    p:   0.5      # a guess
    # a comment between
    q:
        uniform: [0,   1]    # wide
        name: a 'name' with quotes
        # the last word on q
actors: {a: , b: {}}
stages:
- id: s            # dashes at the margin
  by: a
  choose:
    x: {end: w}    # one
    y:             # two
outcomes:
  w:
    payoffs: {others: 0}
  v: {payoffs: {others: 1}}
finally: v
# the end
"""


def test_every_kind_of_edit_keeps_comments_and_layout():
    file = CaseFile(COMMENTED)
    file.set_quantity("p", {"uniform": [0, 1]})
    file.set_quantity("q", 0.25)
    file.add_evidence(("stages", 0, "choose", "y"), "s", 2, "so, it: says")
    file.add_evidence(("outcomes", "w"), "s", (1, 3), "more")
    file.add_evidence(("outcomes", "v"), "s", 4, "again")
    file.add_evidence(("outcomes", "v"), "s", 5, "and again")
    file.add_scenario("calm", {"set": {"p": 0}})
    file.add_scenario("wild", {"set": {"p": 1}})
    assert edited(COMMENTED, file.text) == [
        "-    p:   0.5      # a guess",
        "+    p:   {uniform: [0, 1]}      # a guess",
        "-        uniform: [0,   1]    # wide",
        "+        value: 0.25    # wide",
        "-    y:             # two",
        "+    y: {because: [{source: s, sentence: 2, says: 'so, it: says'}]}             # two",
        "-  v: {payoffs: {others: 1}}",
        "+    because: [{source: s, sentence: [1, 3], says: more}]",
        "+  v: {payoffs: {others: 1}, because: [{source: s, sentence: 4, says: again}, {source: s, sentence: 5, says: "
        "and again}]}",
        "+scenarios: {calm: {set: {p: 0}}, wild: {set: {p: 1}}}",
    ]
    text = file.text.replace("actors:", "sources: {s: {title: S}}\nactors:")
    assert read_text(text).scenario("wild").set[0][0] == "p"


def test_evidence_is_added_to_a_list_of_lines():
    text = COMMENTED.replace(
        "        # the last word on q", "        because:\n        - {source: s, sentence: 1}   # first"
    )
    file = CaseFile(text)
    file.add_evidence(("quantities", "q"), "s", 2, "second")
    assert edited(text, file.text) == ["+        - {source: s, sentence: 2, says: second}"]
    file.add_evidence(("quantities", "p"), "s", 3, "third")
    assert "p:   {value: 0.5, because: [{source: s, sentence: 3, says: third}]}      # a guess" in file.text


def test_line_ends_stay_as_they_are():
    text = EXAMPLE.replace("\n", "\r\n")
    file = CaseFile(text)
    file.add_scenario("calm", {"set": {"p": 0}})
    assert file.text.count("\n") == file.text.count("\r\n") == text.count("\n") + 1
    assert file.crisis().scenario("calm")


def test_an_edited_file_is_written_only_if_it_reads(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(EXAMPLE)
    file = CaseFile.open(path)
    file.set_quantity("p", "nonsense")
    with pytest.raises(CaseError, match="unknown name `nonsense`"):
        file.save()
    assert path.read_text() == EXAMPLE
    file.set_quantity("p", 0.25)
    file.save()
    assert read_case(path).quantity("p").distribution.parameters[0].value == 0.25
    assert [each.name for each in tmp_path.iterdir()] == ["case.yaml"]


def test_an_edit_of_what_is_not_there_is_refused():
    file = CaseFile(EXAMPLE)
    with pytest.raises(RequestError, match="no quantity `cost_b`: did you mean `cost_a`"):
        file.set_quantity("cost_b", 1)
    with pytest.raises(RequestError, match="nothing stands at"):
        file.add_evidence(("quantities", "z"), "brief", 1, "")
    with pytest.raises(RequestError, match="there is a scenario `painless` already"):
        file.add_scenario("painless", {})
