"""Coverage: the sentences of a text that nothing in a case cites, and what each of them carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from detente.case.sources import citations
from detente.crisis.evidence import Source
from detente.crisis.model import Crisis
from detente.reading.marking import Marked
from detente.reading.texts import Role, Sentence, Text


@dataclass(frozen=True, slots=True)
class Uncited:
    """A sentence that the case does not cite; carries: claim, condition, event, or nothing."""

    sentence: Sentence
    carries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The part of one text that a case cites.

    source: name of the text in the case; empty where the case has no such source. stale: the case gives another digest
    than the text has, so that its sentence numbers may mean other sentences.
    """

    source: str
    stale: bool
    sentences: int
    cited: tuple[int, ...]
    uncited: tuple[Uncited, ...]


def coverage(marked: Marked, crisis: Crisis) -> Coverage:
    """The coverage of a text by a case: headings, captions and page furniture are not counted."""
    source = source_of(marked.text, crisis)
    body = [each for each in marked.text.sentences if each.role is Role.BODY]
    cited = set(_cited(crisis, source.id)) if source else set[int]()
    return Coverage(
        source.id if source else "",
        bool(source and source.sha256 and source.sha256 != marked.text.sha256),
        len(body),
        tuple(each.number for each in body if each.number in cited),
        tuple(Uncited(each, marked.carries(each)) for each in body if each.number not in cited),
    )


def source_of(text: Text, crisis: Crisis) -> Source | None:
    """The source of a case that is this text: by its digest, else by the name of its file."""
    by_digest = next((each for each in crisis.sources if each.sha256 == text.sha256), None)
    name = PurePath(text.name).name
    return by_digest or next((each for each in crisis.sources if each.file and PurePath(each.file).name == name), None)


def _cited(crisis: Crisis, source: str) -> Iterator[int]:
    for citation in citations(crisis):
        if citation.source == source and not citation.unverified:
            yield from range(citation.first, citation.last + 1)
