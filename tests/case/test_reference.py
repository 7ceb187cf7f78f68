"""The language reference says what is so: its case reads, its code runs, its keys and limits are the reader's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from detente.case.form.numbers import MOST_POINTS, SHAPES
from detente.case.form.schema import case_schema
from detente.case.form.stages import MOST_ROUNDS
from detente.case.formula.grammar import DEEPEST_FORMULA, LONGEST_FORMULA
from detente.case.formula.scope import RESERVED
from detente.case.meaning.inquiries import MOST_SHOWN
from detente.case.meaning.names import LONGEST_NAME, MOST_STATE_VALUES
from detente.case.read import read_case, read_text
from detente.case.sources import LARGEST_SOURCE
from detente.case.spelling.numbers import MOST_MOVES
from detente.case.yaml.composing import DEEPEST_TREE, MOST_FILE_NODES
from detente.case.yaml.tree import LARGEST_FILE

REFERENCE = (Path(__file__).parents[2] / "docs" / "reference" / "case-language.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", REFERENCE, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [code for each, code in BLOCKS if each == language]


def test_the_case_of_the_reference_reads():
    (case,) = blocks("yaml")
    assert read_text(case).stage("demand").numeric


def test_the_code_of_the_reference_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python")
    exec(code, {})
    assert "uniform: [0.4, 0.6]" in capsys.readouterr().out
    assert read_case("demand.yaml").scenario("painless")


def keys() -> set[str]:
    schema = case_schema()
    records = [schema, *schema["definitions"].values()]
    return {key for record in records for key in record.get("properties", {})}


@pytest.mark.parametrize("key", sorted(keys()))
def test_every_key_of_the_language_is_in_the_reference(key):
    assert re.search(rf"[`{{ \[]{key}[`:,}} ]", REFERENCE)


@pytest.mark.parametrize("word", sorted(RESERVED | set(SHAPES)))
def test_every_word_with_a_meaning_of_its_own_is_in_the_reference(word):
    assert re.search(rf"\b{word}\b", REFERENCE)


@pytest.mark.parametrize(
    "limit",
    [LARGEST_FILE, MOST_FILE_NODES, DEEPEST_TREE, MOST_MOVES, MOST_STATE_VALUES, MOST_ROUNDS, MOST_SHOWN, MOST_POINTS,
     LARGEST_SOURCE, LONGEST_FORMULA, DEEPEST_FORMULA, LONGEST_NAME],
)  # fmt: skip
def test_every_limit_is_in_the_reference(limit):
    assert f"{limit:,}" in REFERENCE
