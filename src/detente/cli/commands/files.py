"""`detente export`, `new`, `schema`, `catalogue`: files in and out."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from detente.cli.options import AsJson, Changes, GameName, settings
from detente.cli.terminal import screen
from detente.errors import RequestError


def export(
    case: GameName,
    file: Annotated[Path, typer.Argument(metavar="FILE.efg", help="The Gambit file to write.")],
    changes: Changes = None,
    as_json: AsJson = False,
) -> None:
    """Write a case's game, at the median of everything uncertain, as a Gambit file."""
    asked = settings(None, changes, None, None, 0)
    import detente as dt

    written = dt.export(case, file, set=asked["set"])
    if as_json:
        screen.emit({"case": case, "file": str(written)})
    else:
        screen.say(f"{written} is written. Gambit reads it, and so does: detente solve {written}")


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist yet.")],
    as_json: AsJson = False,
) -> None:
    """Write a small case that runs, with comments, to change into your own."""
    text = files("detente.cli").joinpath("template.yaml").read_text("utf-8")
    try:
        with file.open("x", encoding="utf-8") as written:
            written.write(text)
    except FileExistsError:
        raise RequestError(f"{file} exists already; choose another name, such as {_free(file)}") from None
    if as_json:
        screen.emit({"file": str(file)})
    else:
        screen.say(f"{file} is written. Next: detente check {file}")


def _free(file: Path) -> Path:
    """A name like the given one that is not taken."""
    number = 2
    while (candidate := file.with_stem(f"{file.stem}-{number}")).exists():
        number += 1
    return candidate


def schema(as_json: AsJson = False) -> None:
    """Print the JSON Schema of the case language, for editors; the same with and without --json."""
    from detente.case.form.schema import case_schema

    screen.emit(case_schema())


def catalogue(as_json: AsJson = False) -> None:
    """List the cases that come with Détente."""
    from detente.case.catalogue import catalogue

    listed = catalogue()
    if as_json:
        screen.emit([{"name": each.name, "title": each.title, "file": str(each.path)} for each in listed])
        return
    screen.table(("name", "title"), [(each.name, each.title) for each in listed])
    screen.note("Run one with: detente run NAME")
