"""`detente run`: a case to a report, tables and a readable summary."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.commands.studies import LibraryName
from detente.cli.options import (
    AsJson,
    AtProfile,
    CaseName,
    Changes,
    Forbid,
    Force,
    FromFit,
    Rationality,
    ScenarioName,
    Seed,
    Sources,
    counts,
    estimated,
    settings,
)
from detente.cli.terminal import screen
from detente.cli.terminal.progress import progress_bar
from detente.cli.terminal.stopping import STOPPING
from detente.errors import RequestError
from detente.files import disk, whole_folder, write_atomically
from detente.plurals import counted, were
from detente.study.cluster.schedulers import knock

if TYPE_CHECKING:
    from detente.study.kept.library import Library
    from detente.study.study import Study

REPORT = "report.html"
"""The page, within the folder of a run's results."""


def run(
    case: CaseName,
    draws: Annotated[int, typer.Option(min=1, metavar="N", help="Draw the uncertain quantities N times.")] = 200,
    seed: Seed = 0,
    rationality: Rationality = None,
    changes: Changes = None,
    scenario: ScenarioName = None,
    force: Force = None,
    forbid: Forbid = None,
    sampling: Annotated[
        str, typer.Option(metavar="sobol|latin", help="How draws are spread: a Sobol sequence or a Latin hypercube.")
    ] = "sobol",
    inquiry_draws: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=N",
            help="At how many draws `claims`, `scenarios`, `questions` are solved, and each input moved for `hinges`, "
            "at most. Repeatable.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the results go; ./CASE-report if left out.", file_okay=False),
    ] = None,
    sources: Sources = None,
    fit: FromFit = None,
    at: AtProfile = None,
    library: LibraryName = None,
    no_library: Annotated[bool, typer.Option("--no-library", help="Keep the run in no library of studies.")] = False,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="tcp://HOST:PORT", help="Solve on a Dask cluster: its scheduler.", show_default=False),
    ] = None,
    workers: Annotated[int, typer.Option(min=0, metavar="N", help="Threads that solve; 0 for one per processor.")] = 0,
    brief: Annotated[bool, typer.Option("--brief", help="Print the brief alone: six questions, a few lines each.")] = (
        False
    ),
    docx: Annotated[
        bool, typer.Option("--docx", help="Write the brief as brief.docx too (needs detente[paper]).")
    ] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Write the brief as brief.pdf too (needs detente[paper]).")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Solve a case over its uncertainty: a report, study.json, tables and a summary.

    The run is kept in a library of studies as it is solved: the same command goes on from where it was interrupted.
    """
    asked = settings(rationality, changes, scenario, draws, seed)
    asked |= {"force": force or (), "forbid": forbid or ()}
    asked |= {"sampling": sampling, "inquiry_draws": counts(inquiry_draws), "cluster": cluster, "workers": workers}
    folder = out or Path(f"{Path(case).stem}-report")
    if cluster is not None:
        knock(cluster)  # before anything that takes a second
    import detente as dt

    if sources is not None:
        dt.load(case, sources=sources)
    _require_writable(folder)
    papers = _papers(docx, pdf)
    with _library(library, no_library) as shelf, progress_bar() as progress:
        study = dt.run(estimated(case, fit, at), **asked, library=shelf, progress=progress)
        stopped = study.settings["interrupted"]
        if stopped:
            screen.complain(f"stopped while solving {stopped}; writing what is finished")
        progress("report", 0, 1)
        told = study.brief() if stopped else study
        files = _write(told, folder, sources, papers)
    report = folder / REPORT
    if report not in files:
        screen.complain(f"stopped while drawing the report; study.json and the tables are in {folder}")
        raise typer.Exit(130)
    if as_json:
        files = [str(path) for path in (report, *(path for path in files if path != report))]
        screen.emit({"case": case, "out": str(folder), "files": files, **told.to_dict()})
    else:
        from detente.cli.printed.summary import brief_alone, summarise
        from detente.report.findings import read_findings

        (brief_alone if brief else summarise)(read_findings(told))
        screen.heading("Written")
        screen.say(str(report), *(str(folder / name) for name in papers), indent=2)
        screen.say(str(folder / "study.json"), f"{folder / 'tables'} (CSV and Parquet)", indent=2)
        _say_where_kept(study)
    if stopped:
        screen.complain(f"stopped while solving {stopped}; what was finished is written to {folder}")
        raise typer.Exit(130)


def _papers(docx: bool, pdf: bool) -> list[str]:
    """The files that hold the brief alone. Raises RequestError, before anything is solved, where one cannot be made."""
    kinds = [kind for kind, wanted in ((".docx", docx), (".pdf", pdf)) if wanted]
    if kinds:
        from detente.report.paper import require_paper

        for kind in kinds:
            require_paper(kind)
    return [f"brief{kind}" for kind in kinds]


def _write(told: Study, folder: Path, sources: Path | None, papers: list[str]) -> list[Path]:
    """Write results and report: all of it at once, or, where Ctrl-C stops the drawing, all but the report.

    Raises DiskError, and the folder is then as it was.
    """
    import detente as dt

    kept = f"study {told.record} is kept in the library, and the same command writes it" if told.record else ""
    otherwise = "; ".join(each for each in ("--out names another folder", kept) if each)
    with disk(folder, "the results", otherwise), whole_folder(folder, [REPORT, *papers, *told.files()]) as staging:
        interrupted = bool(told.settings["interrupted"])
        drawing = None if interrupted else _drawing(told, sources)  # the charts, while the tables are written
        with _undisturbed():
            written = told.save(staging)
        if interrupted:
            screen.complain("what is finished is written; drawing the report (Ctrl-C leaves it out)")
            drawing = _drawing(told, sources)
        with suppress(KeyboardInterrupt):
            if drawing is not None:
                write_atomically(staging / REPORT, drawing().encode())
                written.append(staging / REPORT)
            for name in papers if drawing is not None else ():
                dt.write_report(told, staging / name, sources=sources)
                written.append(staging / name)
        return [folder / path.relative_to(staging) for path in written]


def _drawing(told: Study, sources: Path | None) -> Callable[[], str] | None:
    """The page, begun; None where Ctrl-C stopped it."""
    from detente.report.page import begin_report

    try:
        return begin_report(told, sources=sources)
    except KeyboardInterrupt:
        return None


def _say_where_kept(study: Study) -> None:
    if not study.record:
        return
    if study.checked:
        screen.say(study.checked.sentence, indent=2)
    solved, before = "none was solved anew", ""
    if study.solved:
        solved = f"{study.solved:,} more {were(study.solved)} solved"
    if study.taken_up:
        before = f"; {counted(study.taken_up, 'solution')} {were(study.taken_up)} there from before, {solved}"
    after = ": the same command goes on from there" if study.settings["interrupted"] else ""
    screen.say(f"study {study.record} in the library{before}{after}", indent=2)
    if study.twice:
        found = f"{counted(study.twice, 'solution')} {were(study.twice)} found twice"
        screen.say(
            f"another program is solving this study too: {found}. The results are the same; one of the two is enough",
            indent=2,
        )


@contextmanager
def _library(address: str | None, none: bool) -> Generator[Library | None]:
    """The library that was asked for; the user's own only where it can be used: a run is worth more than its record."""
    if none:
        yield None
        return
    from detente.errors import StudyError
    from detente.study.kept.library import Library

    chosen = address is not None or "DETENTE_LIBRARY" in os.environ
    try:
        opened = Library(address)
    except StudyError as error:
        if chosen:
            raise
        screen.complain(f"{error}. This run is kept in no library")
        yield None
        return
    with opened:
        yield opened


@contextmanager
def _undisturbed() -> Generator[None]:
    """Let whatever stops a run wait for a second, so that what is finished is not lost while it is written."""
    before = {each: signal.signal(each, signal.SIG_IGN) for each in STOPPING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _require_writable(folder: Path) -> None:
    """Refuse before the work what could not be written after it; makes nothing."""
    nearest = folder.absolute()
    while not nearest.exists():
        nearest = nearest.parent
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise RequestError(f"the results cannot be written to {folder}; choose another folder with --out")
