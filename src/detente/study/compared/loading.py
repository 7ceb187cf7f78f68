"""One side of a comparison: a case by its name or file, or a study with the settings that it was made with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.case.catalogue import find
from detente.case.read import read_case, read_text
from detente.crisis.model import Crisis
from detente.errors import CaseError, RequestError, StudyError
from detente.game.compiling.compiled import CompiledGame
from detente.study.games import prepare
from detente.study.request import Prepared, Request
from detente.study.study import Study

if TYPE_CHECKING:
    from detente.study.kept.library import Library
    from detente.study.kept.records import StudyRecord


@dataclass(frozen=True, eq=False)
class Version:
    """One side of a comparison: a case as it is written, and the settings under which it is answered.

    label: how it was named. record: the study that it comes from, None for a case.
    """

    label: str
    prepared: Prepared
    request: Request
    record: StudyRecord | None = None

    @property
    def crisis(self) -> Crisis:
        """The case as it is written."""
        return self.prepared.base

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        told: dict[str, Any] = {"label": self.label, "title": self.crisis.title, "digest": self.crisis.digest}
        if self.record is None:
            return {**told, "study": None}
        return {
            **told,
            "study": self.record.id,
            "settings": dict(self.record.settings),
            "versions": dict(self.record.versions),
        }


def version_of(
    named: Crisis | CompiledGame | Study | str | Path, library: Library | str | Path | None, rationality: float | None
) -> Version:
    """The version that is named, with a rationality of its own where one is given.

    See `detente.study.compared.diff.diff`.
    """
    record: StudyRecord | None = None
    request = Request()
    if isinstance(named, Study):
        crisis, request, label = named.base, named.request, named.record or named.case.title
    elif isinstance(named, CompiledGame):
        crisis, label = named.crisis, ""
    elif isinstance(named, Crisis):
        crisis, label = named, named.name or named.title
    else:
        label = str(named)
        crisis, request, record = _found(named, library)
    if crisis is None:
        raise RequestError("a game file has no assumptions to compare: only cases and studies can be")
    if rationality is not None:
        request = replace(request, rationality=rationality)
    return Version(label or crisis.title, prepare(crisis, request), request, record)


def _found(named: str | Path, library: Library | str | Path | None) -> tuple[Crisis, Request, StudyRecord | None]:
    """A case file, a catalogue case, a study file or a study of the library, in this order."""
    from detente.study.kept.library import file_records

    path = Path(named)
    if path.is_file():
        with path.open("rb") as file:
            study = file.read(16) == b"SQLite format 3\0"
        if study:
            records = file_records(path)
            if len(records) > 1:
                raise RequestError(f"{path} holds {len(records)} studies: use it as a library, with --library {path}")
            return _of_record(records[0], str(path))
    if path.suffix == ".efg":
        raise RequestError(f"{path} is a game file, which has no assumptions to compare: only cases and studies can be")
    try:
        return read_case(find(named)), Request(), None
    except RequestError as error:
        if path.suffix or len(path.parts) > 1:
            raise
        return _in_library(str(named), library, error)


def _in_library(
    id: str, library: Library | str | Path | None, no_case: RequestError
) -> tuple[Crisis, Request, StudyRecord]:
    from detente.study.kept.library import Library

    place = library if isinstance(library, Library) else Library(library)
    try:
        record = place.find(id)
    except RequestError as error:
        if "several" in str(error):
            raise
        raise RequestError(f"{no_case}\nNor is it a study: {error}") from error
    finally:
        if place is not library:
            place.close()
    return _of_record(record, f"study {record.id}")


def _of_record(record: StudyRecord, where: str) -> tuple[Crisis, Request, StudyRecord]:
    try:
        return read_text(record.text, f"{record.name}.yaml"), Request.from_plain(record.settings), record
    except (CaseError, RequestError, KeyError, TypeError, ValueError) as error:
        raise StudyError(f"the case of {where} cannot be read: {error}") from error


def settings_differing(before: Version, after: Version) -> Iterator[tuple[str, str, str]]:
    """Differences in the settings with which two studies were made."""
    if before.record is None or after.record is None:
        return
    tables = [
        {
            "study": each.id,
            "digest of the case": each.digest[:12],
            **{name.replace("_", " "): _told(value) for name, value in each.settings.items()},
            "solutions kept": f"{each.kept:,} of {each.solutions:,}",
            **{f"version of {name}": value for name, value in each.versions.items()},
        }
        for each in (before.record, after.record)
    ]
    for name in dict.fromkeys((*tables[0], *tables[1])):
        was, now = (table.get(name, "unknown") for table in tables)
        if was != now:
            yield name, was, now


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {each}" for name, each in value.items()) or "none"
    return "as in the case" if value is None else str(value)
