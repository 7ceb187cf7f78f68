"""Nothing but text reaches a terminal, whatever a case, a game file, a file name or a request holds."""

from __future__ import annotations

import io
import json
import logging
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from detente.case.read import read_text
from detente.cli.terminal import screen
from detente.cli.terminal.columns import entries, fitted, wrapped
from detente.errors import CaseError, Place, Problem, RequestError
from detente.inert import inert, inert_lines

FAILING = Path(__file__).parents[1] / "failing"
HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\x85\u2028\u2029\u202e\u2066\u200b\r\n\x00[red]x[/red]\ud800"
EFG = """EFG 2 R "T\x1b[2J\u202e" { "A\x1b[1A" "B" }
p "" 1 1 "s\x9b" { "go\x1b[31m" "st\u2029op" } 0
t "" 1 "o" { 1, 0 }
t "" 2 "p" { 0, 1 }
"""


def printed_only(text: str) -> bool:
    return all(line == inert(line) for line in text.split("\n"))


@pytest.mark.parametrize("command", [["show"], ["check"], ["solve"], ["show", "--json"], ["solve", "--json"]])
def test_a_case_with_control_characters_is_printed_inert(door, command):
    shutil.copy(FAILING / "terminal-escapes.yaml", door.folder)
    done = door(command[0], "terminal-escapes.yaml", *command[1:])
    assert done.exit_code == 0, done.output
    assert printed_only(done.output)
    assert "\nFake line" not in done.output


def test_a_game_file_with_control_characters_is_printed_inert(door):
    (door.folder / "game.efg").write_text(EFG, "utf-8")
    for command in (("show",), ("solve",), ("solve", "--json")):
        done = door(command[0], "game.efg", *command[1:])
        assert printed_only(done.output), done.output


def test_what_was_typed_and_a_file_name_are_printed_inert(door, tiny):
    shutil.copy(door.folder / tiny, door.folder / "x\x1b[2J\u202e.yaml")
    (door.folder / "bad\x1b[2J.yaml").write_text("a: [", "utf-8")
    for arguments in (
        ("check", "x\x1b[2J\u202e.yaml"),
        ("check", "bad\x1b[2J.yaml"),
        ("check", "none\x9b\u2028.yaml"),
        ("che\x1b[2Jck",),
        ("check", tiny, "--o\x1b[31m\u202e"),
        ("ask", tiny, "P(\x1b[31m\u202e)"),
        ("solve", tiny, "--set", "\x1b[31m\u202e=1"),
        ("solve", tiny, "--force", "demand: \x1b[31m\u202e"),
        ("require", tiny, "\x1b[31m\u202e"),
        ("check", tiny, "--sources", "\x1b[31m\u202e[red]x"),
    ):
        done = door(*arguments)
        assert printed_only(done.output), (arguments, done.output)


def test_a_program_guards_what_is_written_past_its_screen():
    behind = io.StringIO()
    guard = screen.Guard(behind)
    print(HOSTILE, file=guard)
    guard.writelines(["one\n", "two\x1b[2J\n"])
    assert printed_only(behind.getvalue())
    assert behind.getvalue().endswith("one\ntwo\\x1b[2J\n")


def test_an_error_that_nobody_foresaw_reaches_the_terminal_inert():
    script = (
        "import sys, warnings; from detente.cli import main\n"
        "def broken(**_):\n"
        "    warnings.warn('\\x1b[2J')\n"
        "    raise ValueError('\\x1b[2J\\u202e')\n"
        "main.app = broken\n"
        "main.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120)
    assert "ValueError" in done.stderr
    assert "UserWarning" in done.stderr
    assert printed_only(done.stderr)


def test_words_of_errors_are_inert():
    assert printed_only(str(Problem(HOSTILE, HOSTILE, Place(HOSTILE, 1, 1, HOSTILE))))
    assert printed_only(str(RequestError(HOSTILE)))
    with pytest.raises(CaseError) as error:
        read_text(f"detente: 1\ntitle: x\n{HOSTILE.replace(chr(0xD800), '')}: 1\n", HOSTILE)
    assert printed_only(str(error.value))


def test_what_a_run_says_while_it_goes_on_is_printed_inert(monkeypatch):
    told = io.StringIO()
    monkeypatch.setattr(screen, "err", Console(file=told))
    said = "the worker old\x1b[2J\u202e is left out"
    screen._Remarks().emit(logging.LogRecord("detente", logging.WARNING, "", 0, said, (), None))
    assert told.getvalue() == "note: the worker old\\x1b[2J\\u202e is left out\n"


def test_inert_text_keeps_letters_of_every_script_and_loses_nothing():
    kept = "Détente Ωμέγα Тегеран תהרן می\u200cخواهم 危機 नेपाल e\u0301 50\xa0% – “x” 😀"
    assert inert(kept) == kept
    assert inert("a\r\nb\tc\u2028d") == "a b c d"
    assert inert_lines("a\x1b\r\nb") == "a\\x1b\nb"
    assert inert("\x00\x9b\u202e\U000e0041\ud800") == "\\x00\\x9b\\u202e\\U000e0041\\ud800"


def test_json_is_escaped_and_means_the_same(capsys):
    value = {"a": "é\x1b\x7f\x9b\u202e\u2028\U000e0041\n", "b": [1, float("inf")]}
    screen.emit(value)
    out = capsys.readouterr().out
    assert printed_only(out)
    assert "é" in out
    assert json.loads(out) == {**value, "b": [1, None]}


def test_a_line_break_in_a_cell_forges_no_row(capsys):
    screen.table(("one", ">two"), [("a\r\nforged   row", "1"), (["b", "c"], "2")])
    lines = [line.rstrip() for line in capsys.readouterr().out.split("\n")]
    assert lines[2] == "a forged   row     1"
    assert lines[3:5] == ["b                  2", "c"]


NAMES = ["a considerable number of words", "short", "unbreakable_name_of_a_quantity", "12.345 to 67.890"]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100])
def test_no_word_of_a_table_is_broken(width):
    rows = [[[cell] for cell in NAMES] for _ in range(3)]
    headings = ["heading of several words", "b", "c", "90 % of draws"]
    widths = fitted(headings, rows, [False, False, False, True], width)
    if widths is None:
        told = "\n".join(entries(headings, rows, width))
    else:
        assert sum(widths) + 3 * 3 <= width
        cells = [wrapped(cell, room) for cell, room in zip(NAMES, widths, strict=True)]
        assert all(len(line) <= room for lines, room in zip(cells, widths, strict=True) for line in lines)
        told = "\n".join(" ".join(lines) for lines in cells)
    assert all(word in told for cell in NAMES for word in cell.split())


def test_a_table_that_does_not_fit_is_told_row_by_row(capsys, monkeypatch):
    monkeypatch.setattr(screen.out, "_width", 40)
    screen.table(
        ("name", ">value", "why"), [("an_unbreakable_name_of_thirty_signs", "0.5", "a_second_one_that_is_long")]
    )
    assert capsys.readouterr().out.split("\n")[:3] == [
        "an_unbreakable_name_of_thirty_signs",
        "  value: 0.5",
        "  why: a_second_one_that_is_long",
    ]


def test_check_tells_warnings_with_their_places_and_is_content(door):
    shutil.copy(FAILING / "hollow.yaml", door.folder)
    done = door("check", "hollow.yaml")
    assert done.exit_code == 0
    assert "hollow.yaml: no problems, 4 warnings" in done.stdout
    assert done.stderr.count(": warning: ") == 4
    assert "hollow.yaml:9:5: warning: the choice at `idle` has no effect" in done.stderr
    found = door.json("check", "hollow.yaml")
    assert found["ok"]
    assert [each["line"] for each in found["warnings"]] == [4, 7, 9, 18]
    assert found["problems"] == []


def test_one_thing_is_told_in_the_singular(door):
    (door.folder / "one.yaml").write_text(
        "detente: 1\ntitle: x\nactors: {a: }\nstages: [{id: s, by: a, choose: {go: {end: o}}}]\n"
        "outcomes: {o: {payoffs: {a: 1}, note: x}}\n"
    )
    done = door("check", "one.yaml")
    assert "2 nodes, 1 information set.\n" in done.stdout
    assert "1 assumption, resting: 1 on" in done.stdout
