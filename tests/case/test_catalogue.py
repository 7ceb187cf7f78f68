"""Cases are found by path or by name, and every case that comes along reads, fits the schema and cites well."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest

from detente.case.catalogue import catalogue, find
from detente.case.form.schema import case_schema
from detente.case.read import read_case, read_text
from detente.case.yaml.nodes import plain
from detente.case.yaml.tree import parse_tree
from detente.errors import RequestError

EXAMPLE = (Path(__file__).parent / "example.yaml").read_text("utf-8")
ENTRIES = catalogue()
SCHEMA = case_schema()


def fits(text: str) -> bool:
    return jsonschema.Draft7Validator(SCHEMA).is_valid(plain(parse_tree(text, "case").root))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_case_of_the_catalogue_is_found_by_its_name_and_titled_as_it_says(entry):
    assert find(entry.name) == entry.path
    crisis = read_case(entry.path)
    assert (crisis.title, crisis.name) == (entry.title, entry.name)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_case_of_the_catalogue_fits_the_schema(entry):
    assert fits(entry.path.read_text("utf-8"))


def test_a_file_wins_over_a_name_of_the_catalogue(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path(ENTRIES[0].name).write_text("x")
    assert find(ENTRIES[0].name) == Path(ENTRIES[0].name)


def test_what_is_neither_a_file_nor_a_name_gets_a_suggestion(tmp_path):
    with pytest.raises(RequestError, match=f"Did you mean `{ENTRIES[0].name}`"):
        find(ENTRIES[0].name + "x")
    (tmp_path / "crisis.yaml").write_text("x")
    with pytest.raises(RequestError, match=r"there is no file .* Did you mean `.*crisis\.yaml`"):
        find(tmp_path / "crises.yaml")
    with pytest.raises(RequestError, match="is a folder"):
        find(tmp_path)


def test_a_pipe_or_a_device_is_not_read():
    with pytest.raises(RequestError, match="is a device or a pipe"):
        find(os.devnull)


def test_the_schema_is_a_schema_of_draft_7_with_no_later_keyword():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    text = json.dumps(SCHEMA)
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    later = ("$defs", "prefixItems", "unevaluated", "dependentSchemas", "dependentRequired", "$dynamicRef", "$anchor")
    assert not [word for word in later if f'"{word}' in text]


def test_nothing_stands_beside_a_reference_where_draft_7_would_ignore_it():
    def parts(value):
        if isinstance(value, dict):
            yield value
            value = list(value.values())
        for each in value if isinstance(value, list) else ():
            yield from parts(each)

    assert all(len(part) == 1 for part in parts(SCHEMA) if "$ref" in part)


def test_every_key_of_the_schema_says_what_it_is():
    records = [SCHEMA, *SCHEMA["definitions"].values()]
    silent = [
        key for record in records for key, value in record.get("properties", {}).items() if not value.get("description")
    ]
    assert not silent


def test_the_example_fits_the_schema():
    assert fits(EXAMPLE)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("title: A", "titel: A"),
        ("detente: 1", "detente: 2"),
        ("accept: {end", "accept: {ned"),
        ("value: 0.5", "valu: 0.5"),
        ("value: 0.5", "value: 0.5, uniform: [0, 1]"),
        ("steps: 31, ", ""),
        ("date: 2025-03-14", "date: 14 March"),
        ("{name: Challenger}", "[Challenger]"),
        ("points: 4", "points: four"),
        ("start: running", "begin: running"),
        ("values: [frozen, running, racing]", "from: 0"),
        ("    choose: {from: 0, to: 1, step: 0.1}\n", ""),
        ("end: settlement", "end: "),
        ("sentence: 4", "sentence: four"),
        ("forbid: {demand: [0.9, 1]}", "forbids: {demand: [0.9, 1]}"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(right, wrong):
    assert right in EXAMPLE
    text = EXAMPLE.replace(right, wrong, 1)
    assert not fits(text)
    with pytest.raises(Exception, match="error:"):
        read_text(text)


def test_the_case_that_an_analyst_starts_from_reads():
    template = Path(__file__).parents[2] / "src" / "detente" / "cli" / "template.yaml"
    assert read_case(template).title
    assert fits(template.read_text("utf-8"))
