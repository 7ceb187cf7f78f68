"""Studies as a library lists them: read from their rows, and made ready to be taken up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from detente.case.read import read_text
from detente.errors import DetenteError, StudyError
from detente.study.kept.database import Database, blocks, imports, studies
from detente.study.request import Request
from detente.study.running.checked import Checked

if TYPE_CHECKING:
    from detente.study.running.run import Run

_LONGEST_NAME = 200


@dataclass(frozen=True)
class StudyRecord:
    """A study as the library lists it.

    solutions: how many the run takes; kept: how many there are. started, finished: in UTC, finished empty where the
    run was interrupted. answers: what `study.json` holds, empty until the run is finished. checked: how far it was
    checked where it came from a file; None where it was solved here.
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
    checked: Checked | None = None

    @property
    def verified(self) -> bool:
        """True where it was solved here, or a random sample of it solved the same."""
        return self.checked is None or self.checked.verified

    def row(self) -> dict[str, Any]:
        """The study as a row of its table."""
        names = ("id", "title", "name", "digest", "text", "solutions", "started")
        return {
            **{name: getattr(self, name) for name in names},
            **{name: json.dumps(dict(getattr(self, name))) for name in ("settings", "versions")},
            "finished": self.finished or None,
            "answers": json.dumps(dict(self.answers), ensure_ascii=False) if self.answers else None,
        }


def records_in(
    database: Database, wanted: sa.ColumnElement[bool] | None = None, most: int | None = None, *, believed: bool = True
) -> list[StudyRecord]:
    """Studies of a library, the last begun first; of a file, which is not believed, without its answers."""
    kept = sa.select(sa.func.sum(blocks.c.draws)).where(blocks.c.study == studies.c.id).scalar_subquery()
    noted: Any = sa.null()
    if believed and database.imports:
        noted = sa.select(imports.c.checked).where(imports.c.study == studies.c.id).scalar_subquery()
    asked = sa.select(studies, kept.label("kept"), noted.label("checked"))
    asked = asked.order_by(studies.c.started.desc(), studies.c.id)
    if wanted is not None:
        asked = asked.where(wanted)
    if most is not None:
        asked = asked.limit(most)
    with database.reading() as connection:
        rows = connection.execute(asked).mappings().all()
    return [_record(dict(row), database.name, believed) for row in rows]


def run_of(record: StudyRecord, where: str) -> Run:
    """The run that a record tells of, without its results. Raises StudyError."""
    from detente.study.running.run import Run

    place = f"study {record.id} in {where}"
    try:
        crisis = read_text(record.text, f"{record.name}.yaml")
        request = Request.from_plain(record.settings)
        plain = request.plain()
        odd = [name for name, value in record.settings.items() if json.dumps(plain.get(name)) != json.dumps(value)]
        if odd:
            raise StudyError(f"the setting `{odd[0][:40]}` of {place} is none of a run")
        if crisis.digest != record.digest:
            raise StudyError(f"the case of {place} is not the one that was solved: it was changed")
        return Run.of(crisis, request)
    except StudyError:
        raise
    except (DetenteError, KeyError, TypeError, ValueError, AttributeError, OverflowError, MemoryError) as error:
        raise StudyError(f"the case of {place} cannot be read: {error}") from error


def id_of(row: Mapping[str, Any]) -> str:
    """Id shared by all runs of one case with the same settings and versions; a run that was interrupted finds its
    record by it.
    """
    return sha256("\0".join(str(row[name]) for name in ("digest", "settings", "versions")).encode()).hexdigest()[:12]


def _record(row: Mapping[str, Any], where: str, believed: bool) -> StudyRecord:
    try:
        record = StudyRecord(
            **{name: _text(row, name) for name in ("id", "title", "name", "digest", "text")},
            settings=_mapping(row["settings"]),
            versions={str(name): str(value) for name, value in _mapping(row["versions"]).items()},
            solutions=_count(row["solutions"]),
            kept=_count(row["kept"] or 0),
            started=_moment(row["started"]),
            finished=_moment(row["finished"]) if row["finished"] else "",
            answers=_answers(row["answers"]) if believed and row["answers"] else {},
            checked=None if row["checked"] is None else Checked.of_text(row["checked"]),
        )
        if len(record.name) > _LONGEST_NAME or not record.name.isprintable():
            raise ValueError("it has no name that a case can have")
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
        raise StudyError(f"a record in {where} is damaged: {str(error)[:200]}") from error
    if record.id != id_of(row) or record.id != id_of(record.row()):
        raise StudyError(f"the record of study {record.id[:12]} in {where} was changed after it was made")
    return record


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str):
        raise TypeError(f"its {name} is no text")
    return value


def _count(value: Any) -> int:
    if int(value) != value or value < 0:
        raise ValueError("a number in it is no count")
    return int(value)


def _mapping(text: Any) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise TypeError("its settings, versions or answers are no such things")
    return found


def _answers(text: Any) -> dict[str, Any]:
    """Answers of which all that is printed is there, and is what it should be."""
    found = _mapping(text)
    sentences, endings = found["certificate"]["sentences"], found["outcomes"]
    if not all(isinstance(each, str) for each in sentences):
        raise TypeError("a sentence of its certificate is no text")
    for ending in endings:
        numbers = [ending.get(f"{since}{name}") for since in ("", "after_") for name in ("mean", "low", "high")]
        if not isinstance(ending["name"], str) or not all(each is None or type(each) is float for each in numbers):
            raise TypeError("an ending among its answers has no name, or no number")
    return found


def _moment(value: Any) -> str:
    """A moment in UTC as it is written in a library; one yet to come is none at which a study can have begun."""
    told = datetime.fromisoformat(value)
    if told.tzinfo is None or told.utcoffset() != UTC.utcoffset(None):
        raise ValueError("a moment in it is not in UTC")
    return str(value)
