"""A library of studies: every run a record, kept as it is solved, opened, compared and passed on."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from detente.case.read import read_text
from detente.case.written_back.write import case_text
from detente.crisis.model import Crisis
from detente.errors import DiskError, RequestError, StudyError
from detente.files import disk, replacing
from detente.study.kept.address import default_address, file_url, url_of
from detente.study.kept.database import Database, blocks, imports, studies
from detente.study.kept.records import StudyRecord, id_of, records_in, run_of
from detente.study.kept.shelf import Shelf, add, now, row_of
from detente.study.kept.sqlite_files import Use
from detente.study.running.checked import OPENED, Checked
from detente.study.running.plan import BLOCK_MOST
from detente.study.running.versions import differing, versions
from detente.study.silence import LOG

if TYPE_CHECKING:
    from detente.study.running.run import Progress, Run
    from detente.study.study import Study

_FEW, _SHARE = 2**17, 0.01
"""A file that states more draws than this has to hold a hundredth of them: room is made for what it states."""

LAST = "last"
"""Names the study that was begun last."""


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
        """True where all numbers are equal bit by bit."""
        return not self.differences


class Library:
    """Studies kept in a file or a PostgreSQL database; None opens the user's own library.

    Several programs may use one library at once. Raises StudyError where it cannot be used, saying why.
    """

    def __init__(self, address: str | Path | None = None) -> None:
        self._database = Database(url_of(default_address() if address is None else address))

    def close(self) -> None:
        """Let go of the connections; a file is then complete without the files that SQLite keeps beside it."""
        self._database.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def address(self) -> str:
        """Address of the library, without any password."""
        return self._database.name

    def records(self) -> list[StudyRecord]:
        """Every study, the last begun first."""
        return records_in(self._database)

    def find(self, id: str) -> StudyRecord:
        """The study of that id, or whose id begins so; `last` for the one begun last. Raises RequestError."""
        if id == LAST:
            found = records_in(self._database, most=1)
        else:
            found = records_in(self._database, studies.c.id.startswith(id, autoescape=True), most=2) if id else []
        if not found:
            raise RequestError(f"the library {self.address} has no study `{id}`; `detente studies` lists them")
        if len(found) > 1:
            raise RequestError(f"several studies have an id that begins with `{id}`: give more of it")
        return found[0]

    def open(self, study: str | Path) -> Study:
        """A study by its id, or from a study file. Raises RequestError and StudyError.

        What a file says is read, but not solved again: such a study is unverified, and says so.
        """
        return _study(*(_from_file(study) if is_file(study) else self._kept(str(study))))

    def _kept(self, id: str) -> tuple[StudyRecord, Run]:
        from detente.study.kept.checking import Strangers

        record = self.find(id)
        run = run_of(record, self.address)
        kept = Shelf(self._database, record.id).stored()
        if record.checked is None:
            run.take_up(kept)
        else:
            Strangers(run).take_up(kept)
        return record, run

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
            "started": now(),
        }
        row["id"] = id_of(row)
        shelf = Shelf(self._database, row["id"])
        shelf.insert(studies, row)
        return shelf

    def rerun(self, study: str | Path, progress: Progress | None = None, workers: int = 0) -> Rerun:
        """Solve a study anew, here and now, and compare number by number. The library stays as it is."""
        from detente.study.running.run import Run
        from detente.study.study import Study

        record, old = _from_file(study) if is_file(study) else self._kept(str(study))
        new = Run.of(old.prepared.base, old.request)
        new.solve(new.threads(workers), progress)
        return Rerun(Study(new.findings()), differing(versions(), dict(record.versions)), _differences(old, new))

    def delete(self, id: str) -> StudyRecord:
        """Remove a study; returns what it was. A run that is solving it says so and is kept nowhere from then on."""
        record = self.find(id)

        def act(connection: sa.Connection) -> None:
            connection.execute(blocks.delete().where(blocks.c.study == record.id))
            connection.execute(studies.delete().where(studies.c.id == record.id))

        self._database.write(act, together=True)
        return record

    def export(self, id: str, path: str | Path) -> Path:
        """Write a study as one file, whole or not at all."""
        record, path = self.find(id), Path(path)
        if path.exists():
            try:
                file_records(path)
            except StudyError as error:
                raise RequestError(f"{path} is there already and is no study file; choose another name") from error
        with disk(path.absolute().parent, "the study file"), replacing(path) as temporary:
            file = Database(file_url(temporary), Use.NEW_FILE)
            try:
                target = Shelf(file, record.id)
                target.insert(studies, record.row())
                for purpose, first, block in Shelf(self._database, record.id).stored():
                    target.keep(purpose, first, block)
            finally:
                file.close()
        return path

    def take_in(
        self, path: str | Path, sample: int | None = None, progress: Progress | None = None
    ) -> list[StudyRecord]:
        """Add the studies of a study file; one that is there already stays as it is. Returns them as they are here.

        Results are taken in only where they are such as the case has and where a random sample of them, `sample` draws
        and an eighth as many of every other part, solves the same here; with `sample` 0 none is solved again, and the
        study is unverified wherever it is told. Answers are computed anew. Raises StudyError.
        """
        taken: list[StudyRecord] = []
        for told in file_records(path):
            if not records_in(self._database, studies.c.id == told.id):
                self._take_in(told, path, sample, progress)
            taken += records_in(self._database, studies.c.id == told.id)
        return taken

    def _take_in(self, told: StudyRecord, path: str | Path, sample: int | None, progress: Progress | None) -> None:
        from detente.study.kept.checking import SAMPLE, check
        from detente.study.study import Study

        run = _strange(told, path)
        checked = check(run, told.versions, SAMPLE if sample is None else sample, progress)
        row = {**told.row(), "title": run.prepared.base.title, "solutions": run.solutions, "finished": None}
        row["started"] = min(told.started, now())
        if not run.missing():
            study = Study(run.findings(), record=told.id, checked=checked)
            row |= {"finished": now(), "answers": _answers_of(study, path)}

        def act(connection: sa.Connection) -> None:
            if not add(connection, studies, row):
                return  # another program has begun or taken in the same meanwhile: that one stays as it is
            connection.execute(imports.insert().values(study=told.id, checked=checked.text()))
            for purpose, columns in run.found.items():
                for first, count in columns.places():
                    add(connection, blocks, {**row_of(purpose, first, columns.block(first, count)), "study": told.id})

        self._database.write(act, together=True)


def _answers_of(study: Study, path: str | Path) -> str:
    """A stranger's answers as the library keeps them. Raises StudyError for results that come to no numbers."""
    try:
        with np.errstate(all="ignore"):
            return json.dumps(study.to_dict(), ensure_ascii=False, allow_nan=False)
    except (ValueError, OverflowError) as error:
        raise StudyError(f"the results in {path} come to no numbers: the file is forged or damaged") from error


@contextmanager
def keeping(
    run: Run, library: Library | str | Path, text: str = "", progress: Progress | None = None
) -> Generator[Shelf]:
    """The place of a run in a library, from which what was kept there before has been taken up.

    text: the case as it was written. What is found damaged is removed, and so solved again. What came from a file and
    was not checked is checked now, or removed as well.
    """
    place = library if isinstance(library, Library) else Library(library)
    try:
        shelf = place.begin(run, text)
        damaged: list[tuple[str, int]] = []
        noted = shelf.checked()
        if noted is not None and not noted.verified:
            _check_now(run, shelf, progress)
        else:
            run.take_up(shelf.stored(damaged))
            shelf.remove(damaged)
        yield shelf
    except DiskError as error:
        raise DiskError(f"{error}. What was solved is kept in the library: the same command goes on from it") from error
    finally:
        if place is not library:
            place.close()


def _check_now(run: Run, shelf: Shelf, progress: Progress | None) -> None:
    """Take up an unverified study where a sample of it solves the same; else begin it anew."""
    from detente.study.kept.checking import Strangers, check

    try:
        Strangers(run).take_up(shelf.stored())
        shelf.note_check(check(run, versions(), progress=progress))
    except StudyError as error:
        said = "study %s came from a file, unverified, and did not pass the check: %s. It is solved anew"
        LOG.warning(said, shelf.id, error)
        run.forget()
        shelf.empty()


def file_records(path: str | Path) -> list[StudyRecord]:
    """Records of the studies in a file, without their answers. Raises StudyError for a file that holds no study."""
    file = Database(file_url(path), Use.FILE)
    try:
        found = records_in(file, believed=False)
    finally:
        file.close()
    if not found:
        raise StudyError(f"{path} holds no study")
    return found


def told_by_file(path: str | Path) -> list[StudyRecord]:
    """Records of the studies in a file, with answers computed from its results; unverified. Raises StudyError."""
    found: list[StudyRecord] = []
    for record in file_records(path):
        study = _study(replace(record, checked=Checked({}, OPENED)), _strange(record, path))
        found.append(replace(record, checked=Checked({}, OPENED), answers=study.brief().to_dict()))
    return found


def is_file(study: str | Path) -> bool:
    """True where this names a study file rather than a study of a library."""
    return isinstance(study, Path) or Path(study).suffix != "" or len(Path(study).parts) > 1


def _from_file(path: str | Path) -> tuple[StudyRecord, Run]:
    found = file_records(path)
    if len(found) > 1:
        raise StudyError(f"{path} holds {len(found)} studies: take them in with detente studies import {path}")
    return replace(found[0], checked=Checked({}, OPENED)), _strange(found[0], path)


def _strange(record: StudyRecord, path: str | Path) -> Run:
    """A study of a file with its results, as far as they are such as the case has. Raises StudyError."""
    from detente.study.kept.checking import Strangers

    file = Database(file_url(path), Use.FILE)
    try:
        held = Shelf(file, record.id).count() * BLOCK_MOST
        stated = record.settings.get("draws")
        if isinstance(stated, int) and stated > _FEW and held < stated * _SHARE:
            raise StudyError(f"{path} holds too little of the {stated:,} draws that it states")
        run = run_of(record, str(path))
        Strangers(run).take_up(Shelf(file, record.id).stored())
    finally:
        file.close()
    if not run.begun:
        raise StudyError(f"study {record.id} in {path} has no finished draws")
    return run


def _study(record: StudyRecord, run: Run) -> Study:
    from detente.study.study import Study

    if not run.begun:
        raise StudyError(
            f"study {record.id} has no finished draws yet; the `detente run` that began it goes on with it"
        )
    return Study(run.findings(), record=record.id, checked=record.checked)


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


def _text_of(crisis: Crisis, text: str) -> str:
    for candidate in (text, case_text(crisis)):
        if candidate and read_text(candidate, f"{crisis.name}.yaml").digest == crisis.digest:
            return candidate
    raise StudyError("the case cannot be written down so that it reads back the same, and so not be kept")
