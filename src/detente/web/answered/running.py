"""Studies: run in a process of its own that keeps every block as it is solved, and told as a report."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from detente.web.answered.served import Asked

if TYPE_CHECKING:
    from detente.study.running.jobs import Job
    from detente.study.study import Study

Told = dict[str, Any]

_TOLD_AGAIN, _ASKED_AGAIN = 0.25, 3.0
"""Seconds between two words of progress, and between two answers from what is finished."""


def run(asked: Asked) -> Told:
    """Run a study, telling how far it is and what it says so far; one that was interrupted goes on where it stopped.

    body: settings, draws and seed; or `study`, the id of one that the library has begun.
    """
    from detente.study.kept.address import default_address
    from detente.study.verbs import start

    with tempfile.TemporaryDirectory(prefix="detente-run-") as folder:
        name, text, settings = _order(asked)
        path = Path(folder, f"{name}.yaml")
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        job = start(path, library=default_address(), **settings)
        Thread(target=_tell_answers, args=(job, asked), daemon=True).start()
        _tell_progress(job, asked)
        study = job.result()
    return {"study": study.record, "so_far": so_far(study), "interrupted": bool(study.settings["interrupted"])}


def _order(asked: Asked) -> tuple[str, str, Told]:
    """Name and text of the case, and the settings of the run."""
    from detente.study.kept.library import Library

    body = asked.body
    if not body.get("study"):
        settings = {name: value for name, value in body["settings"].items() if value}
        name = asked.name.removesuffix(".yaml").removesuffix(".yml")
        return name, asked.text, {**settings, "draws": body["draws"], "seed": body["seed"]}
    with Library() as library:
        record = library.find(body["study"])
    return record.name, record.text, dict(record.settings)


def _tell_progress(job: Job[Study], asked: Asked) -> None:
    from detente.study.running.jobs import Progressed

    last = 0.0
    for event in job.events():
        if isinstance(event, Progressed) and (event.at - last >= _TOLD_AGAIN or event.done == event.total):
            last = event.at
            asked.tell({"stage": event.stage, "done": event.done, "total": event.total})


def _tell_answers(job: Job[Study], asked: Asked) -> None:
    while job.state == "running":
        begun = monotonic()
        found = job.ask(_ASKED_AGAIN)
        if found is not None:
            asked.tell({"so_far": so_far(found)})
        sleep(max(0.0, _ASKED_AGAIN - (monotonic() - begun)))


def so_far(study: Study) -> Told:
    """Endings from what is finished: mean and range over draws, and the standard error of the mean."""
    table = study.outcomes()
    return {
        "draws": study.settings["finished"],
        "of": study.settings["draws"],
        "endings": json.loads(str(table.to_json(orient="records"))),
    }


def report(asked: Asked) -> Told:
    """The report of a study of the library. body: `study`, its id."""
    from detente.report.page import render_report

    study = _opened(asked)
    return {"html": render_report(study), "title": study.case.title, "name": study.case.name}


def leave(asked: Asked) -> Told:
    """Write everything of a study into one file: report, tables, case, study. body: `study`; `path`, where to."""
    from detente.report.page import render_report
    from detente.study.kept.library import Library

    id = str(asked.body["study"])
    study = _opened(asked)
    with tempfile.TemporaryDirectory(prefix="detente-leave-") as folder, Library() as library:
        place = Path(folder)
        study.save(place)
        (place / "report.html").write_bytes(render_report(study).encode())
        record = library.find(id)
        (place / f"{record.name}.yaml").write_bytes(record.text.encode("utf-8", "surrogatepass"))
        library.export(id, place / f"{id}.study")
        with zipfile.ZipFile(asked.body["path"], "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(place.rglob("*")):
                if path.is_file():
                    packed.write(path, f"{record.name}-{id}/{path.relative_to(place)}")
    return {"name": f"{record.name}-{id}.zip"}


def _opened(asked: Asked) -> Study:
    from detente.study.kept.library import Library

    with Library() as library:
        return library.open(library.find(str(asked.body["study"])).id)
