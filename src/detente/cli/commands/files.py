"""`detente export`, `new`, `schema`, `catalogue`: files in and out."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

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


def catalogue(
    page: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help="Write the gallery: every crisis with its picture and score, every model with its result.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the cases that come with Détente: kind, size, dates and score."""
    from detente.case.catalogue import catalogue
    from detente.case.catalogue_record import kind_of, read_record

    record, listed = read_record(), catalogue()
    if page is not None:
        from detente.report.gallery.crises import write_gallery

        write_gallery(page)
    if as_json:
        screen.emit(
            [
                {
                    "name": each.name,
                    "title": each.title,
                    "file": str(each.path),
                    "kind": kind_of(each.name),
                    "nodes": record["nodes"].get(each.name),
                    "published": record["models"].get(each.name),
                    "record": record["crises"].get(each.name),
                }
                for each in listed
            ]
        )
        return
    if page is not None:
        screen.say(f"{page} is written.")
        return
    rows = [([each.name, each.title], *_recorded(each.name, record)) for each in listed]
    screen.table(("case", "kind", ">nodes", "dates", ">log", ">base rate"), rows)
    if record["crises"]:
        screen.note(
            "Log: mean logarithmic score over the dates of a crisis that ended, 0 is best; beside it that of its base "
            "rate. It shows fit, and no skill: docs/theory/trust.md."
        )
    screen.note("Run one with: detente run NAME")


def _recorded(name: str, record: Mapping[str, Any]) -> tuple[Any, ...]:
    """Kind, nodes, first and last day, and the scores of a case and of its base rate, as far as they are recorded."""
    from detente.case.catalogue_record import kind_of

    nodes = record["nodes"].get(name)
    about = kind_of(name), "" if nodes is None else f"{nodes:,}"
    told = record["crises"].get(name)
    if told is None:
        return (*about, "", "", "")
    scores = [told["scores"].get(each, {}).get("log") for each in ("model", "base rate")]
    return (
        *about,
        [told["began"] or "", told["ended"] or ""],
        *("" if each is None else f"{each:.2f}" for each in scores),
    )
