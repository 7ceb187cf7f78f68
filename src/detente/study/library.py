"""A library of studies: every run a record, kept as it is solved, opened, compared and passed on."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from detente.case.read import read_text
from detente.case.write import case_text
from detente.crisis.model import Crisis
from detente.errors import CaseError, RequestError, StudyError
from detente.files import replacing
from detente.study.database import Use, blocks, default_address, in_words, open_database, shown, studies, url_of
from detente.study.request import Request
from detente.study.run import Progress, Run
from detente.study.shelf import Shelf, copy_blocks
from detente.study.study import Study
from detente.study.versions import differing, versions

LAST = "last"
"""Names the study that was begun last."""


@dataclass(frozen=True)
class Record:
    """A study as the library lists it.

    solutions: how many the run takes; kept: how many there are. started, finished: in UTC, finished empty where the
    run was interrupted. answers: what `study.json` holds, empty until the run is finished.
    """

    id: str
    title: str
    name: str
    digest: str
    text: str
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    solutions: int
    kept: int
    started: str
    finished: str
    answers: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Rerun:
    """A study solved anew: whether every number is the same bit by bit, and where not.

    versions: what differs between then and now, in words. differences: array -> largest difference in any draw.
    """

    study: Study
    versions: list[str]
    differences: dict[str, float]

    @property
    def equal(self) -> bool:
        """Whether all numbers are equal bit by bit."""
        return not self.differences


class Library:
    """Studies kept in a file or a PostgreSQL database; None opens the user's own library.

    Several programs may use one library at once. Raises StudyError where it cannot be used, saying why.
    """

    def __init__(self, address: str | Path | None = None) -> None:
        self._url = url_of(default_address() if address is None else address)
        self._engine = open_database(self._url)

    def close(self) -> None:
        """Let go of the connections; a file is then complete without the files that SQLite keeps beside it."""
        self._engine.dispose()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def address(self) -> str:
        """Where it is, without any password."""
        return shown(self._url)

    def records(self) -> list[Record]:
        """Every study, the last begun first."""
        with in_words(self._url), self._engine.connect() as connection:
            rows = connection.execute(_records().order_by(studies.c.started.desc(), studies.c.id)).mappings().all()
        return [_record(dict(row), self.address) for row in rows]

    def find(self, id: str) -> Record:
        """The study of that id, or whose id begins so; `last` for the one begun last. Raises RequestError."""
        with in_words(self._url), self._engine.connect() as connection:
            wanted = _records().order_by(studies.c.started.desc(), studies.c.id)
            if id != LAST:
                wanted = wanted.where(studies.c.id.startswith(id, autoescape=True))
            found = connection.execute(wanted.limit(1 if id == LAST else 2)).mappings().all() if id else []
        if not found:
            raise RequestError(f"the library {self.address} has no study `{id}`; `detente studies` lists them")
        if len(found) > 1:
            raise RequestError(f"several studies have an id that begins with `{id}`: give more of it")
        return _record(dict(found[0]), self.address)

    def open(self, study: str | Path) -> Study:
        """A study by its id, or from a study file. Raises RequestError and StudyError."""
        return _study(*(_from_file(study) if is_file(study) else self._kept(str(study))))

    def _kept(self, id: str) -> tuple[Record, Run]:
        record = self.find(id)
        return record, _taken_up(record, self._engine, self._url)

    def begin(self, run: Run, text: str = "") -> Shelf:
        """The record of a run, made unless there is one; text: the case as it was written."""
        crisis = run.prepared.base
        text = _text_of(crisis, text)
        row = {
            "title": crisis.title,
            "name": crisis.name,
            "digest": crisis.digest,
            "text": text,
            "settings": json.dumps(run.request.plain()),
            "versions": json.dumps(versions()),
            "solutions": run.solutions,
            "started": _now(),
        }
        row["id"] = _id_of(row)
        shelf = Shelf(self._engine, self._url, row["id"])
        shelf.insert(studies, row)
        return shelf

    def rerun(self, study: str | Path, progress: Progress | None = None, workers: int = 0) -> Rerun:
        """Solve a study anew, here and now, and compare number by number. The library stays as it is."""
        record, old = _from_file(study) if is_file(study) else self._kept(str(study))
        new = Run.of(old.prepared.base, old.request)
        new.solve(new.threads(workers), progress)
        return Rerun(Study(new.findings()), differing(versions(), dict(record.versions)), _differences(old, new))

    def delete(self, id: str) -> Record:
        """Remove a study; returns what it was."""
        record = self.find(id)
        with in_words(self._url), self._engine.begin() as connection:
            connection.execute(blocks.delete().where(blocks.c.study == record.id))
            connection.execute(studies.delete().where(studies.c.id == record.id))
        return record

    def export(self, id: str, path: str | Path) -> Path:
        """Write a study as one file, whole or not at all."""
        record, path = self.find(id), Path(path)
        if path.exists():
            try:
                file_records(path)
            except StudyError as error:
                raise RequestError(f"{path} is there already and is no study file; choose another name") from error
        with replacing(path) as temporary:
            url = url_of(temporary)
            engine = open_database(url, Use.NEW_FILE)
            try:
                _copy(record.id, (self._engine, self._url), Shelf(engine, url, record.id))
            finally:
                engine.dispose()
        return path

    def take_in(self, path: str | Path) -> list[Record]:
        """Add the studies of a study file; one that is there already stays as it is. Raises StudyError."""
        url = url_of(path)
        taken: list[Record] = []
        for record in file_records(path):
            engine = open_database(url, Use.FILE)
            try:
                _taken_up(record, engine, url)  # nothing is taken in before all of it has been read
                _copy(record.id, (engine, url), Shelf(self._engine, self._url, record.id))
            finally:
                engine.dispose()
            taken.append(record)
        return taken


@contextmanager
def keeping(run: Run, library: Library | str | Path, text: str = "") -> Generator[Shelf]:
    """The place of a run in a library, from which what was kept there before has been taken up.

    text: the case as it was written. What is found damaged is removed, and so solved again.
    """
    place = library if isinstance(library, Library) else Library(library)
    try:
        shelf = place.begin(run, text)
        damaged: list[tuple[str, int]] = []
        run.take_up(shelf.stored(damaged))
        shelf.remove(damaged)
        yield shelf
    finally:
        if place is not library:
            place.close()


def file_records(path: str | Path) -> list[Record]:
    """What a study file holds. Raises StudyError where it is none."""
    url = url_of(path)
    engine = open_database(url, Use.FILE)
    try:
        with in_words(url), engine.connect() as connection:
            rows = connection.execute(_records()).mappings().all()
    finally:
        engine.dispose()
    found = [_record(dict(row), shown(url)) for row in rows]
    if not found:
        raise StudyError(f"{path} holds no study")
    return found


def is_file(study: str | Path) -> bool:
    """Whether this names a study file rather than a study of a library."""
    return isinstance(study, Path) or Path(study).suffix != "" or len(Path(study).parts) > 1


def _from_file(path: str | Path) -> tuple[Record, Run]:
    found = file_records(path)
    if len(found) > 1:
        raise StudyError(f"{path} holds {len(found)} studies: use it as a library, with --library {path}")
    url = url_of(path)
    engine = open_database(url, Use.FILE)
    try:
        return found[0], _taken_up(found[0], engine, url)
    finally:
        engine.dispose()


def _taken_up(record: Record, engine: sa.Engine, url: sa.URL) -> Run:
    where = f"study {record.id} in {shown(url)}"
    try:
        crisis = read_text(record.text, f"{record.name}.yaml")
        run = Run.of(crisis, Request.from_plain(record.settings))
    except (CaseError, RequestError, KeyError, TypeError, ValueError) as error:
        raise StudyError(f"the case of {where} cannot be read: {error}") from error
    if crisis.digest != record.digest:
        raise StudyError(f"the case of {where} is not the one that was solved: it was changed")
    run.take_up(Shelf(engine, url, record.id).stored())
    return run


def _study(record: Record, run: Run) -> Study:
    if not run.begun:
        raise StudyError(
            f"study {record.id} has no finished draws yet; the `detente run` that began it goes on with it"
        )
    return Study(run.findings(), record=record.id)


def _copy(id: str, source: tuple[sa.Engine, sa.URL], target: Shelf) -> None:
    with in_words(source[1]), source[0].connect() as connection:
        row = dict(connection.execute(sa.select(studies).where(studies.c.id == id)).mappings().one())
    target.insert(studies, {**row, "finished": None, "answers": None})
    copy_blocks(Shelf(*source, id), target)
    if row["finished"]:
        target.finish(row["finished"], row["answers"])


def _differences(old: Run, new: Run) -> dict[str, float]:
    found: dict[str, float] = {}
    for purpose, before in old.found.items():
        after, count = new.found[purpose], before.prefix
        for name in before.fields if count else ():
            if after.fields.get(name) != before.fields[name]:
                found[f"{purpose}: {name}"] = float("nan")
                continue
            was, is_ = before.read(name, count), after.read(name, count)
            if was.tobytes() != is_.tobytes():
                apart = abs(was - is_)
                found[f"{purpose}: {name}"] = float(apart[apart == apart].max(initial=0.0))
    return found


def _records() -> sa.Select[Any]:
    kept = sa.select(sa.func.sum(blocks.c.draws)).where(blocks.c.study == studies.c.id).scalar_subquery()
    return sa.select(studies, kept.label("kept"))


def _record(row: Mapping[str, Any], address: str) -> Record:
    told = row
    try:
        texts = {name: str(told[name]) for name in ("id", "title", "name", "digest", "text", "started")}
        record = Record(
            **texts,
            settings=dict(json.loads(told["settings"])),
            versions=dict(json.loads(told["versions"])),
            solutions=int(told["solutions"]),
            kept=int(told["kept"] or 0),
            finished=str(told["finished"] or ""),
            answers=dict(json.loads(told["answers"] or "{}")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StudyError(f"a record in {address} is damaged: {error}") from error
    if record.id != _id_of(told):
        raise StudyError(f"the record of study {record.id} in {address} was changed after it was made")
    return record


def _id_of(row: Mapping[str, Any]) -> str:
    """The same for the same case, settings and versions: a run that was interrupted finds its record by it."""
    return sha256("\0".join(str(row[name]) for name in ("digest", "settings", "versions")).encode()).hexdigest()[:12]


def _text_of(crisis: Crisis, text: str) -> str:
    for candidate in (text, case_text(crisis)):
        if candidate and read_text(candidate, f"{crisis.name}.yaml").digest == crisis.digest:
            return candidate
    raise StudyError("the case cannot be written down so that it reads back the same, and so not be kept")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
