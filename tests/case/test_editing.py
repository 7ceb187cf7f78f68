"""An edit touches nothing but what it edits, can be taken back to the last byte, and says which problem it makes."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from detente.case.editing.file import CaseFile
from detente.case.read import read_case, read_text
from detente.errors import CaseError, RequestError

PATH = Path(__file__).parent / "example.yaml"
EXAMPLE = PATH.read_text("utf-8")
WHOLE = (Path(__file__).parent / "whole.yaml").read_text("utf-8")


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
    file.add(("scenarios", "calm"), {"set": {"p": 0}})
    file.add(("scenarios", "wild"), {"set": {"p": 1}})
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
        "+scenarios:",
        "+  calm: {set: {p: 0}}",
        "+  wild: {set: {p: 1}}",
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
    file.add(("scenarios", "calm"), {"set": {"p": 0}})
    assert file.text.count("\n") == file.text.count("\r\n") == text.count("\n") + 1
    file.change(("about",), "one\ntwo")
    file.add(("outcomes", "x"), {"payoffs": {"others": 0}, "because": [{"source": "brief", "sentence": 1}] * 5})
    assert file.text.count("\n") == file.text.count("\r\n") > text.count("\n") + 6
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
    with pytest.raises(RequestError, match=r"`scenarios\.painless` is there already"):
        file.add(("scenarios", "painless"), {})
    with pytest.raises(RequestError, match=r"nothing stands at stages\[9\]"):
        file.remove(("stages", 9))
    with pytest.raises(RequestError, match="single value, which holds nothing"):
        file.add(("title", "x"), 1)
    with pytest.raises(RequestError, match="nothing that has a name"):
        file.rename(("title",), "x")
    assert file.text == EXAMPLE


ALIASES = """\
about: {one: &a {x: 1, y: 2}, two: *a, three: *a}
stages:
  - &b {id: s}
  - *b
  - [*b, 2]
"""


def test_what_an_alias_repeats_is_written_out_where_an_edit_would_change_or_lose_it():
    file = CaseFile(ALIASES)
    file.change(("about", "two", "x"), 3)
    assert "{one: &a {x: 1, y: 2}, two: {x: 3, y: 2}, three: *a}" in file.text
    file.remove(("about", "one"))
    assert file.get(("about",)) == {"two": {"x": 3, "y": 2}, "three": {"x": 1, "y": 2}}
    file.remove(("stages", 0))
    assert file.get(("stages",)) == [{"id": "s"}, [{"id": "s"}, 2]]
    file.add(("stages", 0, "by"), "a")
    file.remove(("stages", 1, 0))
    file.add(("stages", 1, 1), 3)
    assert file.get(("stages",)) == [{"id": "s", "by": "a"}, [2, 3]]
    while file.undo():
        pass
    assert file.text == ALIASES


def test_a_name_in_quotes_is_renamed_with_its_quotes():
    text = CaseFile(EXAMPLE)
    text.rename(("outcomes", "war"), "open war")
    text.put(("preferences",), {"a": '"open war" > settlement ~ standoff'})
    if "standoff" not in text.get(("outcomes",)):
        text.change(("preferences", "a"), '"open war" > settlement')
    before = text.text
    text.rename(("outcomes", "open war"), "war")
    assert "open war" not in text.text
    text.rename(("outcomes", "war"), "open war")
    assert text.text.count("open war") == before.count("open war")
    assert text.text.count("'open war'") >= 2  # in formulas and in the ranking


def test_a_rename_that_would_change_a_meaning_is_refused():
    text = EXAMPLE
    file = CaseFile(text)
    with pytest.raises(RequestError, match="already the name of"):
        file.rename(("quantities", "p"), "a")
    with pytest.raises(RequestError, match="has a meaning of its own"):
        file.rename(("quantities", "p"), "round")
    with pytest.raises(RequestError, match="cannot be a name"):
        file.rename(("outcomes", "war"), "it's war")
    assert file.text == text


def test_a_place_in_the_text_leads_to_its_entry_and_back():
    file = CaseFile(COMMENTED)
    lines = COMMENTED.split("\n")

    def at(words: str) -> tuple[object, ...]:
        line = next(n for n, each in enumerate(lines) if words in each)
        return file.path_at(line + 1, lines[line].index(words) + 1)

    assert at("0.5") == ("quantities", "p")
    assert at("wide") == ("quantities", "q", "uniform")
    assert at("7]") if "7]" in COMMENTED else at("1]") == ("quantities", "q", "uniform", 1)
    assert at("end: w") == ("stages", 0, "choose", "x", "end")
    assert at("the end") == ("finally",)
    assert at("others: 1") == ("outcomes", "v", "payoffs", "others")
    for path in (("title",), ("quantities", "q"), ("stages", 0), ("stages", 0, "choose", "x", "end"), ("actors", "a")):
        start, end = file.place_of(path)
        assert file.path_at(*start)[: len(path)] == path
        assert end > start
    assert file.place_of(("quantities", "z")) is None


def test_every_mention_of_a_name_is_found():
    file = CaseFile(EXAMPLE)
    places = file.mentions(("outcomes", "war"))
    lines = EXAMPLE.split("\n")
    assert len(places) > 2
    assert all(lines[line - 1][column - 1 :].startswith("war") for line, column in places)
