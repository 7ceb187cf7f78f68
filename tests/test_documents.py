"""The documents tell the truth: every block of code in the tutorial and the how-tos runs, in the reader's order.

`yaml file=NAME` and `python file=NAME` blocks are written to NAME; `python` and `sh` blocks run in the folder where
those files are. A `text` block right after one that ran shows lines of its output, `…` standing for anything.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
LESSONS = sorted([DOCS / "tutorial.md", *(DOCS / "how-to").glob("*.md")])
FENCE = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shell(code: str, library: Path) -> subprocess.CompletedProcess[str]:
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": programs, "COLUMNS": "100", "NO_COLOR": "1", "DETENTE_LIBRARY": str(library)}
    command = ["bash", "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


def squeezed(line: str) -> str:
    return " ".join(line.split())


def shows(printed: str, promised: str) -> bool:
    """True where the promised lines occur in order in the printed text."""
    lines = iter(squeezed(line) for line in printed.splitlines())
    wanted = [
        ".*".join(map(re.escape, squeezed(line).split("…"))) for line in promised.splitlines() if line.strip("… ")
    ]
    return all(any(re.fullmatch(want, line) for line in lines) for want in wanted)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_shows_all_that_check_prints(lesson, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    printed: str | None = None
    for language, file, code in FENCE.findall(lesson.read_text("utf-8")):
        if file:
            Path(file).write_text(code, "utf-8")
        elif language == "text" and printed is not None:
            assert [*filter(None, map(squeezed, code.splitlines()))] == [
                *filter(None, map(squeezed, printed.splitlines()))
            ]
        printed = None
        if language == "sh" and re.fullmatch(r"detente check \S+\.yaml\n", code):
            done = shell(code, tmp_path / "library.sqlite")
            printed = done.stdout + done.stderr


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_every_block_of_a_lesson_does_what_the_lesson_says(lesson, tmp_path, tmp_path_factory, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    library = tmp_path_factory.mktemp("library") / "library.sqlite"
    printed, names = "", {"__name__": "lesson"}
    for language, file, code in FENCE.findall(lesson.read_text("utf-8")):
        if file:
            Path(file).write_text(code, "utf-8")
        elif language == "python":
            capsys.readouterr()
            exec(code, names)
            printed = capsys.readouterr().out
        elif language == "sh":
            done = shell(code, library)
            printed = done.stdout + done.stderr
            refused = ": error: " in printed
            assert done.returncode == (1 if refused else 0), printed
        elif language == "text":
            assert shows(printed, code), f"promised:\n{code}\nprinted:\n{printed}"
