"""`detente run`: a case to a report, tables and a readable summary."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from detente.cli import screen
from detente.cli.options import AsJson, CaseName, Changes, Rationality, ScenarioName, Seed, Sources, settings
from detente.cli.progress import progress_bar
from detente.errors import RequestError


def run(
    case: CaseName,
    draws: Annotated[int, typer.Option(min=1, metavar="N", help="Draw the uncertain quantities N times.")] = 200,
    seed: Seed = 0,
    rationality: Rationality = None,
    changes: Changes = None,
    scenario: ScenarioName = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the results go; ./CASE-report if left out.", file_okay=False),
    ] = None,
    sources: Sources = None,
    as_json: AsJson = False,
) -> None:
    """Solve a case over its uncertainty: a report, study.json, tables and a summary."""
    asked = settings(rationality, changes, scenario, draws, seed)
    folder = out or Path(f"{Path(case).stem}-report")
    import detente as dt

    loaded = dt.load(case, sources=sources)
    _require_writable(folder)
    with progress_bar() as progress:
        study = dt.run(loaded, **asked, progress=progress)
        progress("report", 0, 1)
        with _undisturbed():
            written = study.save(folder)
        report = folder / "report.html"
        try:
            dt.write_report(study, report, sources=sources)
        except KeyboardInterrupt:
            screen.complain(f"stopped while drawing the report; study.json and the tables are in {folder}")
            raise typer.Exit(130) from None
    stopped = study.settings["interrupted"]
    if as_json:
        files = [str(path) for path in (report, *written)]
        screen.emit({"case": case, "out": str(folder), "files": files, **study.to_dict()})
    else:
        from detente.cli.summary import summarise
        from detente.report.findings import read_findings

        summarise(read_findings(study))
        screen.heading("Written")
        screen.say(str(report), str(folder / "study.json"), f"{folder / 'tables'} (CSV and Parquet)", indent=2)
    if stopped:
        screen.complain(f"stopped while solving {stopped}; what was finished is written to {folder}")
        raise typer.Exit(130)


@contextmanager
def _undisturbed() -> Generator[None]:
    """Let Ctrl-C wait for a second, so that what is finished is not lost while it is written."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _require_writable(folder: Path) -> None:
    """Refuse before the work what could not be written after it; makes nothing."""
    nearest = folder.absolute()
    while not nearest.exists():
        nearest = nearest.parent
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise RequestError(f"the results cannot be written to {folder}; choose another folder with --out")
