"""`detente studies` and `detente rerun`: the library of studies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detente.cli.options import AsJson
from detente.cli.terminal import screen
from detente.cli.terminal.progress import progress_bar
from detente.errors import RequestError

if TYPE_CHECKING:
    from detente.study.kept.records import StudyRecord

LibraryName = Annotated[
    str | None,
    typer.Option(
        "--library",
        metavar="FILE|URL",
        help="The library of studies: a file, or postgresql://USER@HOST/DATABASE. Else DETENTE_LIBRARY, else your own.",
        show_default=False,
    ),
]
StudyId = Annotated[
    str, typer.Argument(metavar="ID", help="A study's id or how it begins, or `last`.", show_default=False)
]
StudyName = Annotated[
    str,
    typer.Argument(
        metavar="ID|FILE", help="A study's id or how it begins, `last`, or a study file.", show_default=False
    ),
]

studies = typer.Typer(help="List, show, delete, export and import the studies of a library.")


@studies.callback(invoke_without_command=True)
def list_(context: typer.Context, library: LibraryName = None, as_json: AsJson = False) -> None:
    """List, show, delete, export and import the studies of a library."""
    if command := context.invoked_subcommand:
        given = [name for name, there in (("--library", library), ("--json", as_json)) if there]
        if given:
            right = f"detente studies {command} … {given[0]}"
            raise RequestError(f"{' and '.join(given)} stands after the command: {right}")
        return
    with _library(library) as shelf:
        records, address = shelf.records(), shelf.address
    if as_json:
        screen.emit([_plain(record) for record in records])
        return
    if not records:
        screen.say(f"The library {address} is empty. detente run CASE adds a study.")
        return
    rows = [(each.id, each.name or each.title, *_settings(each), _day(each.started), _state(each)) for each in records]
    screen.table(("id", "case", ">draws", ">seed", "begun (UTC)", "state"), rows)
    screen.note(f"{address}. More of one with: detente studies show ID")


@studies.command()
def show(study: StudyName, library: LibraryName = None, as_json: AsJson = False) -> None:
    """Show a study: its settings, versions, certificate, and how it may end."""
    from detente.study.kept.library import is_file, told_by_file

    if is_file(study):
        records = told_by_file(study)
    else:
        with _library(library) as shelf:
            records = [shelf.find(study)]
    if as_json:
        screen.emit([{**_plain(each), "case_text": each.text, "answers": each.answers} for each in records])
        return
    for record in records:
        _show(record)


@studies.command()
def delete(study: StudyId, library: LibraryName = None, as_json: AsJson = False) -> None:
    """Remove a study from the library."""
    with _library(library) as shelf:
        record = shelf.delete(study)
    if as_json:
        screen.emit(_plain(record))
    else:
        screen.say(f"study {record.id} ({record.title}) is removed")


@studies.command()
def export(
    study: StudyId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The study file to write.", show_default=False)],
    library: LibraryName = None,
    as_json: AsJson = False,
) -> None:
    """Write a study as one file: case, settings, versions, every draw, answers."""
    with _library(library) as shelf:
        record = shelf.find(study)
        shelf.export(record.id, file)
    if as_json:
        screen.emit({"study": record.id, "file": str(file)})
    else:
        screen.say(f"{file} is written. Elsewhere: detente studies import {file}")


@studies.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A study file.", show_default=False)],
    library: LibraryName = None,
    check: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            show_default="64",
            help="Solve N draws, picked at random, and an eighth as many of every other part again before anything is "
            "believed. With 0 none: the study is then labelled unverified.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add the study of a study file to the library, after checking it. A study that is there stays as it is."""
    with _library(library) as shelf, progress_bar() as progress:
        before = {record.id for record in shelf.records()}
        records = shelf.take_in(file, *(() if check is None else (check,)), progress=progress)
    if as_json:
        screen.emit([{**_plain(record), "added": record.id not in before} for record in records])
        return
    for record in records:
        if record.id in before:
            screen.say(f"study {record.id} ({record.title}) is in the library already, and stays as it is")
        else:
            screen.say(f"study {record.id} ({record.title}) is in the library")
            screen.say(record.checked.sentence if record.checked else "", indent=2)


def rerun(
    study: StudyName,
    library: LibraryName = None,
    workers: Annotated[int, typer.Option(min=0, metavar="N", help="Threads that solve; 0 for one per processor.")] = 0,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DATA", help="For a fit: where its data are now, if not where they were.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Solve a study, or find a fit, anew and say whether every number is the same bit by bit.

    Exit code 1 where one is not.
    """
    found = _found_anew(study, library, workers, data)
    if as_json:
        screen.emit({"equal": found.equal, "versions": found.versions, "differences": found.differences})
    else:
        if found.versions:
            screen.say("Versions differ:")
            screen.say(*found.versions, indent=2)
        if found.equal:
            screen.say("Every number is the same, bit by bit.")
        else:
            screen.say("Numbers differ. Largest differences in any draw:")
            screen.table(("where", ">difference"), [(name, f"{by:.2g}") for name, by in found.differences.items()])
    if not found.equal:
        raise typer.Exit(1)


def _found_anew(study: str, library: str | None, workers: int, data: Path | None) -> Any:
    """A fit where the name is the file of one, else a study."""
    from detente.study.kept.fits import is_fit, refit

    if is_fit(study):
        with progress_bar() as progress:
            return refit(study, data, progress)
    with _library(library) as shelf, progress_bar() as progress:
        return shelf.rerun(study, progress, workers)


def _library(address: str | None) -> Any:
    from detente.study.kept.library import Library

    return Library(address)


def _show(record: StudyRecord) -> None:
    screen.heading(record.title)
    screen.say(f"study {record.id}, {_state(record)}, begun {_day(record.started)} UTC")
    told = {"case": f"{record.name}, digest {record.digest[:12]}", **record.settings}
    screen.table(("setting", "value"), [(name, _told(value)) for name, value in told.items()])
    screen.table(("version of", "which"), list(record.versions.items()))
    if record.checked:
        screen.say(record.checked.sentence)
    if record.answers:
        screen.say(*record.answers["certificate"]["sentences"])
        endings = record.answers["outcomes"]
        given = any(each.get("after_mean") is not None for each in endings)
        columns = [f"after_{name}" if given else name for name in ("mean", "low", "high")]
        rows = [
            (each["name"], *(f"{each[name]:z.3f}" if each.get(name) is not None else "" for name in columns))
            for each in endings
        ]
        when = "given the events" if given else "at the outset"
        screen.table((f"outcome, {when}", ">mean", ">5 %", ">95 %"), rows)


def _plain(record: StudyRecord) -> dict[str, Any]:
    names = ("id", "title", "name", "digest", "settings", "versions", "solutions", "kept", "started", "finished")
    checked = None if record.checked is None else record.checked.plain()
    return {**{name: getattr(record, name) for name in names}, "verified": record.verified, "checked": checked}


def _settings(record: StudyRecord) -> tuple[str, str]:
    draws = record.settings.get("draws")
    return (f"{draws:,}" if draws else "median"), str(record.settings.get("seed", ""))


def _state(record: StudyRecord) -> str:
    doubt = "" if record.verified else ", unverified"
    if record.finished:
        return f"finished{doubt}"
    return f"{record.kept / record.solutions:.0%} solved{doubt}" if record.solutions else f"begun{doubt}"


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items()) or "none"
    return "as in the case" if value is None else str(value)


def _day(moment: str) -> str:
    return moment[:16].replace("T", " ")
