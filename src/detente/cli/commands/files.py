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
    from_: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="KIND|MODEL",
            help="Begin from a kind of crisis (ultimatum, deterrence, spoiler, mediation, arms-race; `list` tells what "
            "each is) or from a case of the catalogue, with a source text and the schema beside it.",
        ),
    ] = "",
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask who decides, what each might want, who moves when and what was seen.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a case that runs, with comments, to change into your own: small, of a kind, or from your answers."""
    from detente.case.beginnings.kinds import Beginning, begin, beginning, free_name

    if from_ and ask:
        raise RequestError("--from and --ask are two ways to begin: take one")
    if from_ == "list":
        _list_kinds(as_json)
        return
    if file.exists():
        raise RequestError(f"{file} exists already; choose another name, such as {free_name(file)}")
    if ask:
        from detente.case.beginnings.asked import case_from_answers
        from detente.cli.terminal import asking

        answers = asking.ask()
        written = begin(file, Beginning("", answers.title, case_from_answers(answers)))
    elif from_:
        written = begin(file, beginning(from_))
    else:
        text = files("detente.cli").joinpath("template.yaml").read_text("utf-8")
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
        written = [file]
    if as_json:
        screen.emit({"file": str(file), "beside": [str(each) for each in written[1:]]})
        return
    beside = f", with {' and '.join(each.name for each in written[1:])} beside it" if written[1:] else ""
    screen.say(f"{file} is written{beside}.")
    screen.say(f"Next: detente check {file}")


def _list_kinds(as_json: bool) -> None:
    from detente.case.beginnings.kinds import kinds

    if as_json:
        screen.emit([{"name": each.name, "title": each.title} for each in kinds()])
        return
    screen.table(("kind", "title"), [(each.name, each.title) for each in kinds()])
    screen.note("Begin with one: detente new FILE --from KIND; a case of the catalogue will do as well")


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
