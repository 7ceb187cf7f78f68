"""Recipes of CONTRIBUTING, each carried out in a copy of the package: the files it names, and no others, are enough."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
START = "import sys; from detente.cli.main import main; sys.exit(main())"
RECIPES = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Recipes")[2].partition("\n## ")[0]


def steps(recipe: str) -> dict[str, str]:
    """The files of a recipe: what a block of code holds is written to the last path named before it."""
    text = RECIPES.partition(f"### {recipe}\n")[2].partition("\n### ")[0]
    pieces = re.split(r"```\w*\n", text)
    return {
        re.findall(r"`(src/\S+\.\w+)`", words)[-1]: code for words, code in zip(pieces[::2], pieces[1::2], strict=False)
    }


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def carried_out(copy: Path, recipe: str) -> int:
    """Number of files of a recipe that were written into the copy; each is a new one."""
    files = steps(recipe)
    for path, text in files.items():
        assert not (copy / path).exists()
        (copy / path).write_text(text, "utf-8")
    return len(files)


def answer(copy: Path, *words: str) -> str:
    """Output of the command line of the copy."""
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-c", START, *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_case_of_the_catalogue_is_one_file(copy: Path) -> None:
    assert carried_out(copy, "A case of the catalogue") == 1
    assert "A border incident" in answer(copy, "catalogue")
    assert "border: no problems" in answer(copy, "check", "border")


def test_a_concept_is_one_file(copy: Path) -> None:
    assert carried_out(copy, "A solution concept") == 1
    assert "every move with equal chances" in answer(copy, "solve", "--concepts")
    told = answer(copy, "solve", "kuhn-1950-poker", "--concept", "random-play")
    assert "NashConv" in told
