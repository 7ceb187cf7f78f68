"""A stranger's file runs nothing, and costs neither time nor memory beyond its limits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from detente.case.formula.grammar import LONGEST_FORMULA
from detente.case.read import read_case, read_text
from detente.case.yaml.nodes import plain
from detente.case.yaml.tree import LARGEST_FILE, parse_tree
from detente.errors import CaseError

EXAMPLE = (Path(__file__).parent / "example.yaml").read_text("utf-8")


def told(text: str) -> str:
    with pytest.raises(CaseError) as error:
        read_text(text, "case.yaml")
    return str(error.value)


def test_an_alias_bomb_is_refused_before_it_expands():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    assert "more than 100,000 keys and values" in told("\n".join(lines))


def test_an_alias_that_contains_itself_is_refused():
    assert "`*a` contains itself" in told("title: &a [*a]")


def test_an_alias_repeats_a_value():
    repeated = (
        EXAMPLE.replace(
            "because: [{source: brief, sentence: 4, says: A is tired}]",
            "because: &tired [{source: brief, sentence: 4, says: A is tired}]",
        )
        .replace("says: A asks for most}]", "says: A asks for most}, *tired]")
        .replace(", *tired]", "]")
    )
    assert read_text(repeated) == read_text(EXAMPLE)
    assert "`*tyred` refers to nothing above" in told(EXAMPLE.replace("value: 0.5", "value: *tyred"))


def test_a_file_of_ten_megabytes_is_refused_by_its_size(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_bytes(b"title: " + b"x" * 10_000_000)
    with pytest.raises(CaseError, match=f"more than {LARGEST_FILE:,} bytes"):
        read_case(path)
    assert "more than" in told("title: " + "x" * 10_000_000)


@pytest.mark.parametrize("nested", ["[" * 500_000, "{a: " * 300_000, "- " * 400_000])
def test_deep_nesting_is_refused(nested):
    assert "nested more than 40 deep" in told("title: " + nested if nested[0] != "-" else nested)


def test_a_formula_that_is_nested_too_deeply_is_refused():
    assert "nested more than" in told(EXAMPLE.replace("1 - p - b.cost", "-" * 2000 + "p"))
    assert "nested more than" in told(EXAMPLE.replace("1 - p - b.cost", "abs(" * 900 + "p" + ")" * 900))


def test_parentheses_without_end_cost_nothing():
    read_text(EXAMPLE.replace("1 - p - b.cost", "(" * 2000 + "1 - p - b.cost" + ")" * 2000))


def test_a_formula_without_end_is_refused():
    assert f"at most {LONGEST_FORMULA:,} can be read" in told(EXAMPLE.replace("1 - p - b.cost", "p + " * 3000 + "p"))


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("points: 4", "points: 1000000000", "1,000,000,000 points"),
        ("step: 0.1", "step: 1e-9", "1,000,000,001 moves"),
        ("from: 0, to: 1, step: 0.1", "from: 0, to: 1e300, step: 1", "is not a number"),
        ("steps: 31", "steps: 1000000000", "1,000,000,000 steps"),
        ("steps: 31", "steps: 1" + "0" * 400, "is not a finite number"),
        ("value: 0.5", "value: .nan", "is not a finite number"),
        ("value: 0.5", "value: -.INF", "is not a finite number"),
        ("value: 0.5", "value: 1e999", "is not a finite number"),
        ("value: 0.5", "value: 1e999 * 0", "is not a finite number"),
        ("file: brief.txt", "file: /etc/passwd", "leads out of the case's folder"),
        ("file: brief.txt", 'file: "C:\\\\brief.txt"', "leads out of the case's folder"),
        ("file: brief.txt", "file: a/../../brief.txt", "leads out of the case's folder"),
        ("title: A", "title: !!python/object/apply:os.system A", "tags"),
        (
            "values: [frozen, running, racing], start: running",
            "from: 0, to: 1000000000, start: 0",
            "1,000,000,001 values",
        ),
    ],
)
def test_a_number_or_a_path_beyond_all_reason_is_refused(right, wrong, words):
    assert right in EXAMPLE
    assert words in told(EXAMPLE.replace(right, wrong, 1))


def test_a_repeat_beyond_all_reason_is_refused():
    block = "  - repeat: 1000000000\n    stages:\n      - {id: again, by: a, choose: {x: , y: }}\n"
    assert "1,000,000,000 rounds" in told(EXAMPLE.replace("outcomes:\n", block + "\noutcomes:\n"))


def test_bytes_that_are_not_utf_8_are_told_with_their_place(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_bytes(b"detente: 1\ntitle: caf\xe9\n")
    with pytest.raises(CaseError) as error:
        read_case(path)
    (problem,) = error.value.problems
    assert "not UTF-8" in problem.what
    assert (problem.where.line, problem.where.column) == (2, 11)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("- a\n- b\n", "this file holds a list"),
        ("just words", "this file holds a single value"),
        ("a: 1\n---\nb: 2\n", "a second document begins here"),
        ("a: \x01", "a control character stands here"),
        ("[a, b]: 1", "a key must be a name"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(text, words):
    assert words in told(text)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CaseError, match="cannot be read"):
        read_case(tmp_path / "none.yaml")
    with pytest.raises(CaseError, match="this is a folder"):
        read_case(tmp_path)


def test_a_source_that_is_a_link_out_of_the_folder_is_refused(tmp_path):
    folder = tmp_path / "case"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("Not for this case.")
    (folder / "brief.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "case.yaml").write_text(EXAMPLE)
    with pytest.raises(CaseError, match="is a link that leads out"):
        read_case(folder / "case.yaml")


def test_yaml_is_read_by_version_1_2():
    text = EXAMPLE.replace("frozen, running, racing", "no, running, on").replace("racing", "on").replace("frozen", "no")
    crisis = read_text(text)
    assert crisis.state[0].values == ("no", "running", "on")
    assert read_text(EXAMPLE.replace("steps: 31", "steps: +31")) == read_text(EXAMPLE)
    assert "found the text `3_1`" in told(EXAMPLE.replace("steps: 31", "steps: 3_1"))


def test_reading_a_case_imports_no_engine():
    code = (
        "import sys; from detente.case.read import read_text; read_text(open(sys.argv[1]).read());"
        "heavy = {'numpy', 'numba', 'scipy', 'pandas', 'altair'} & set(sys.modules);"
        "print(sorted(heavy))"
    )
    path = Path(__file__).parent / "example.yaml"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("text", ["who?", "who? what", "a:b", "http://a/b?c=d", "a ? b"])
def test_a_text_within_braces_is_read_by_yaml_1_2_too(text):
    assert read_text(EXAMPLE.replace("name: Challenger", f"name: {text}")).actors[0].name == text


def test_without_the_fast_parser_every_case_reads_the_same(monkeypatch):
    fast = read_text(EXAMPLE)
    monkeypatch.setitem(sys.modules, "yaml.cyaml", None)
    assert read_text(EXAMPLE) == fast
    assert "this list is never closed" in told("title: [a, b")
    assert "a tab cannot indent" in told("a:\n\t- b")
    assert "nested more than 40 deep" in told("title: " + "[" * 1000)
    assert "a control character" in told("a: \x01")


@pytest.mark.parametrize("text", ["{x:, y:, z: 1}", "{x: , y: , z: 1}", "{x, y, z: 1}", "{x:,\n  y,\n  z: 1}"])
def test_a_key_without_a_value_is_read_however_it_is_written(text):
    assert plain(parse_tree(f"a: {text}", "case").root) == {"a": {"x": None, "y": None, "z": 1}}


def test_a_text_that_a_comma_cuts_is_joined_and_a_key_that_lacks_a_value_is_not():
    text = "a: {b: one, two , three, c: 4, d:, e: (f(g, h), 'i', j: k}"
    expected = {"b": "one, two, three", "c": 4, "d": None, "e": "(f(g, h)", "i": None, "j": "k"}
    assert plain(parse_tree(text, "case").root) == {"a": expected}
    assert plain(parse_tree("a: [max(b, c), (d), e]", "case").root) == {"a": ["max(b, c)", "(d)", "e"]}


def test_a_space_that_is_missing_after_a_colon_is_told():
    words = told(EXAMPLE.replace("{value: 0.5, name: chance", "{value: 0.5, unit:points, name: chance"))
    assert "unknown key `unit:points`" in words
    assert "put a space after the colon, as in `unit: points`" in words
    assert "a space follows a colon" in told(
        EXAMPLE.replace("seen: leak_rate", "{seen:1}: 1").replace("{seen:1}", "seen:1")
    )
