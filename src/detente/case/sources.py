"""Checks what a case cites against the texts, where they are at hand: `check_sources`, `sentences`, `cited_text`.

Texts are read only from below the folder that the user names; a link that leads out of it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from csv import DictReader
from csv import Error as CsvError
from dataclasses import fields, is_dataclass
from functools import lru_cache
from hashlib import sha256
from io import StringIO
from pathlib import Path

from detente.case.sentences import split_sentences
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.evidence import Citation, Source
from detente.crisis.model import Crisis
from detente.errors import CaseError, Problem
from detente.plurals import counted

LARGEST_SOURCE = 10_000_000
_DELIMITERS = {".csv": ",", ".tsv": "\t"}
"""Endings of the names of files that are tables, with what parts their columns."""


def check_sources(crisis: Crisis, directory: str | Path) -> list[Problem]:
    """Everything in which the case's citations do not fit the texts below `directory`."""
    problems: list[Problem] = []
    counts: dict[str, int] = {}
    for source in crisis.sources:
        if not source.file:
            continue
        try:
            data = _read(source, Path(directory))
        except CaseError as error:
            problems.extend(error.problems)
            continue
        found = sha256(data).hexdigest()
        if source.sha256 and found != source.sha256:
            problems.append(
                Problem(
                    f"the text of source `{source.id}` ({source.file}) has changed since it was cited",
                    f"compare the cited sentences, then write `sha256: {found}`",
                    source.place,
                )
            )
        if _tabular(source):
            problems.extend(_missing_rows(crisis, source, data))
        else:
            counts[source.id] = len(_split(data))
    problems.extend(_missing_sentences(crisis, counts))
    return problems


def text_of(path: Path) -> bytes:
    """The bytes of a text. Raises CaseError where it cannot be read, is too large, or is not UTF-8."""
    return _bytes(path, str(path))


def uncited(crisis: Crisis, directory: str | Path, cited: Iterable[Citation]) -> Iterator[tuple[str, int, str]]:
    """Source, number and text of every sentence that none of these citations covers.

    Sources without a file are left out. Raises CaseError where a text is not at hand.
    """
    covered = {(each.source, number) for each in cited for number in range(each.first, each.last + 1)}
    for source in crisis.sources:
        if source.file and not _tabular(source):
            for number, sentence in enumerate(_split(_read(source, Path(directory))), 1):
                if (source.id, number) not in covered:
                    yield source.id, number, sentence


def sentences(path: str | Path) -> list[str]:
    """The numbered sentences of a text file; the first has number 1. Raises CaseError where it is not UTF-8."""
    return list(_split(_bytes(Path(path), str(path))))


def cited_text(crisis: Crisis, directory: str | Path, citation: Citation) -> str:
    """The cited sentences, or how many rows of a table are cited; empty where the source names no file or the citation
    names pages or a document. Raises CaseError where there are none such.
    """
    source = {each.id: each for each in crisis.sources}.get(citation.source)
    if source is None or not source.file:
        return ""
    if citation.rows and _tabular(source):
        return counted(len(list(_cited_rows(_read(source, Path(directory)), source, citation))), "row")
    if not citation.first or _tabular(source):
        return ""
    every = _split(_read(source, Path(directory)))
    if citation.last > len(every):
        raise CaseError([_no_such_sentence(citation, len(every))])
    return " ".join(every[citation.first - 1 : citation.last])


def citations(crisis: Crisis) -> Iterator[Citation]:
    """Every citation of the case, in its order; one that stands at several moves comes once."""
    seen: set[int] = set()
    for citation in _citations(crisis):
        if id(citation) not in seen:
            seen.add(id(citation))
            yield citation


def _citations(value: object) -> Iterator[Citation]:
    if isinstance(value, Citation):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _citations(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _citations(getattr(value, each.name))


def _tabular(source: Source) -> bool:
    """True where the source's file is a table, whose rows are cited, and not a text."""
    return Path(source.file).suffix.lower() in _DELIMITERS


def _cited_rows(data: bytes, source: Source, citation: Citation) -> Iterator[Mapping[str, str]]:
    """The rows of a table that a citation names. Raises CaseError for a column that the table does not have."""
    table = DictReader(StringIO(data.decode("utf-8-sig")), delimiter=_DELIMITERS[Path(source.file).suffix.lower()])
    columns = list(table.fieldnames or ())
    for column, _ in citation.rows:
        if column not in columns:
            what = f"the table of source `{source.id}` has no column `{column}`"
            raise CaseError([Problem(what, did_you_mean(column, columns, "columns"), citation.place)])
    for row in table:
        if all((row[column] or "").strip() in values for column, values in citation.rows):
            yield row


def _missing_rows(crisis: Crisis, source: Source, data: bytes) -> Iterator[Problem]:
    """Citations of a table that name no row of it, or sentences."""
    for citation in citations(crisis):
        if citation.source != source.id:
            continue
        if citation.first:
            remedy = "cite its rows, as in `rows: {column: value}`"
            yield Problem(f"source `{source.id}` is a table and has no sentences", remedy, citation.place)
            continue
        try:
            found = not citation.rows or any(True for _ in _cited_rows(data, source, citation))
        except (CaseError, CsvError) as error:
            problems = error.problems if isinstance(error, CaseError) else ()
            yield from problems or (Problem(f"the table of source `{source.id}` cannot be read: {error}", "", None),)
            continue
        if not found:
            what = f"source `{source.id}` has no {citation.part}"
            yield Problem(what, "values are compared as they are written in the table", citation.place)


def _missing_sentences(crisis: Crisis, counts: dict[str, int]) -> Iterator[Problem]:
    for citation in citations(crisis):
        if citation.source in counts and citation.last > counts[citation.source]:
            yield _no_such_sentence(citation, counts[citation.source])


def _no_such_sentence(citation: Citation, count: int) -> Problem:
    return Problem(
        f"source `{citation.source}` has no sentence {citation.last}",
        f"its sentences are numbered 1 to {count}",
        citation.place,
    )


def _read(source: Source, directory: Path) -> bytes:
    """The bytes of a source's file. Raises CaseError where it is missing, too large or outside the directory."""
    folder = directory.resolve()
    path = (folder / source.file).resolve()
    if not path.is_relative_to(folder):
        raise CaseError(
            [
                Problem(
                    f"`{source.file}` leads out of the folder {directory}",
                    "put the text into that folder, not a link to elsewhere",
                    source.place,
                )
            ]
        )
    if not path.is_file():
        raise CaseError(
            [
                Problem(
                    f"the text of source `{source.id}` is not there: {directory / source.file}",
                    "put it there, or run without --sources",
                    source.place,
                )
            ]
        )
    return _bytes(path, source.file, source)


def _bytes(path: Path, shown: str, source: Source | None = None) -> bytes:
    place = source.place if source else None
    try:
        size = path.stat().st_size
        if size > LARGEST_SOURCE:
            raise CaseError(
                [Problem(f"the source {shown} has {size:,} bytes", f"at most {LARGEST_SOURCE:,} are read", place)]
            )
        data = path.read_bytes()
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise CaseError(
            [Problem(f"the source {shown} is not UTF-8 text", "save it with the encoding UTF-8", place)]
        ) from None
    except OSError as error:
        raise CaseError([Problem(f"the source {shown} cannot be read: {error.strerror}", "", place)]) from None
    return data


@lru_cache(maxsize=64)
def _split(data: bytes) -> tuple[str, ...]:
    return tuple(split_sentences(data.decode("utf-8")))
