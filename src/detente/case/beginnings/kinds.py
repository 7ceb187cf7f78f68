"""Beginnings of a case: kinds of crisis that run as they are, each with a source text and an analyst's questions."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from detente.case.catalogue import catalogue
from detente.case.spelling.suggest import did_you_mean, listed
from detente.errors import RequestError
from detente.files import write_atomically

SCHEMA_FILE = "case.schema.json"
_TITLE = re.compile(r"^title: (?P<title>.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A case to begin from: its text, and the source text that it cites (`source` is that file's name), if any."""

    name: str
    title: str
    text: str
    source: str = ""
    source_text: str = ""


def kinds() -> list[Beginning]:
    """Every kind of crisis that a case can be begun from, by name."""
    folder = Path(str(files("detente.case.beginnings"))) / "kinds"
    return [_beginning(path) for path in sorted(folder.glob("*.yaml"))]


def _beginning(path: Path) -> Beginning:
    text, title = path.read_text("utf-8"), _TITLE.search(path.read_text("utf-8"))
    source = path.with_suffix(".txt")
    return Beginning(path.stem, title["title"] if title else path.stem, text, source.name, source.read_text("utf-8"))


def beginning(name: str) -> Beginning:
    """A kind of crisis, or a case of the catalogue, by its name. Raises RequestError where there is none."""
    known = kinds()
    for kind in known:
        if kind.name == name:
            return kind
    models = {each.name: each for each in catalogue()}
    if name in models:
        model = models[name]
        head = f"# yaml-language-server: $schema=./{SCHEMA_FILE}\n"
        return Beginning(name, model.title, head + model.path.read_text("utf-8"))
    names = [each.name for each in known]
    told = did_you_mean(name, [*names, *models], "beginnings")
    raise RequestError(f"there is no beginning `{name}`: {told} (kinds of crisis: {listed(names)})")


def begin(file: Path, chosen: Beginning) -> list[Path]:
    """Write the case, its source text and the schema beside it; the paths of what was written.

    Raises RequestError, and writes nothing, where the case or another text under the source's name is there already. A
    schema that is there already stays.
    """
    from detente.case.form.schema import case_schema

    beside = file.parent / chosen.source if chosen.source else None
    if file.exists():
        raise RequestError(f"{file} exists already; choose another name, such as {free_name(file)}")
    if beside is not None and beside.exists() and beside.read_text("utf-8") != chosen.source_text:
        raise RequestError(f"{beside} exists already, with another text; choose another folder for {file.name}")
    written = [write_atomically(file, chosen.text.encode())]
    if beside is not None:
        written.append(write_atomically(beside, chosen.source_text.encode()))
    schema = file.parent / SCHEMA_FILE
    if not schema.exists():
        text = json.dumps(case_schema(), indent=2, ensure_ascii=False) + "\n"
        written.append(write_atomically(schema, text.encode()))
    return written


def free_name(file: Path) -> Path:
    """A name like the given one that is not taken."""
    number = 2
    while (candidate := file.with_stem(f"{file.stem}-{number}")).exists():
        number += 1
    return candidate
