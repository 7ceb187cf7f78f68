"""The cases that come with Détente: their names, titles and files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from detente.case.spelling.suggest import did_you_mean
from detente.errors import RequestError

_TITLE = re.compile(
    r"^title:[ \t]*(?:'(?P<single>(?:[^']|'')*)'|\"(?P<double>[^\"]*)\"|(?P<plain>[^\n]*?))[ \t]*(?:\s#[^\n]*)?$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class CatalogueCase:
    """A case of the catalogue."""

    name: str
    title: str
    path: Path


def catalogue() -> list[CatalogueCase]:
    """Every case that comes with Détente, by name. Titles are taken from the files' text, which is not parsed."""
    return [CatalogueCase(path.stem, case_title(path.read_text("utf-8")) or path.stem, path) for path in _paths()]


def find(case: str | Path) -> Path:
    """The file of a case, given its path or its name in the catalogue. Raises RequestError where there is neither.

    A file wins over a catalogue name.
    """
    path = Path(case)
    if path.is_file():
        return path
    named = {each.stem: each for each in _paths()}
    if str(case) in named:
        return named[str(case)]
    if path.is_dir():
        raise RequestError(f"`{case}` is a folder, not a case: name the case file in it")
    if path.exists():
        raise RequestError(f"`{case}` is a device or a pipe: save the case as a file first")
    looks_like_a_file = path.suffix or len(path.parts) > 1
    nearby = (
        [str(each) for each in path.parent.glob(f"*{path.suffix}")]
        if looks_like_a_file and path.parent.is_dir()
        else []
    )
    remedy = did_you_mean(str(case), [*named, *sorted(nearby)[:200]], "cases of the catalogue")
    what = (
        f"there is no file `{case}`"
        if looks_like_a_file
        else f"there is no case `{case}`, neither as a file nor in the catalogue"
    )
    raise RequestError(f"{what}. {remedy[0].upper()}{remedy[1:]}")


def _paths() -> Iterator[Path]:
    folder = Path(str(files("detente.catalogue")))
    return iter(sorted(folder.glob("*.yaml")))


def case_title(text: str) -> str:
    """The title of a case from its text, which is not parsed; empty where there is none."""
    match = _TITLE.search(text)
    if not match:
        return ""
    if match["single"] is not None:
        return match["single"].replace("''", "'")
    return match["double"] if match["double"] is not None else match["plain"]
