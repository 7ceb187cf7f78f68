"""Evidence behind an assumption: sources, cited sentences, notes."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from detente.errors import Place


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, or a month of a year, where the day is not known or does not matter; month 0: the year alone."""

    year: int
    month: int = 0

    def isoformat(self) -> str:
        """The date as ISO 8601 writes it: 1991, 1991-05."""
        return f"{self.year:04d}-{self.month:02d}" if self.month else f"{self.year:04d}"

    @property
    def last_day(self) -> date:
        """The last day of the month, or of the year."""
        month = self.month or 12
        return date(self.year, month, monthrange(self.year, month)[1])


@dataclass(frozen=True, slots=True)
class Source:
    """A document that the case rests on; its text need not be shipped with the case."""

    id: str
    title: str
    publisher: str = ""
    published: date | PartialDate | None = None
    file: str = ""
    sha256: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Citation:
    """A part of a source, and what it says in the analyst's words.

    The part is sentences `first` to `last` (counted from 1), or, where these are 0, pages from and to, a document by
    its number in a collection, or the rows of a table in which every column named has one of the values beside it.
    unverified: True where a program proposed it and no analyst has confirmed it yet.
    """

    source: str
    first: int
    last: int
    says: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)
    pages: tuple[int, int] | None = None
    document: str = ""
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unverified: bool = False

    @property
    def part(self) -> str:
        """The cited part as a reader is told it: sentence 4, pages 12 to 15, document 65, rows with crisno 196."""
        if self.rows:
            return "rows with " + ", ".join(f"{column} {' or '.join(values)}" for column, values in self.rows)
        if self.document:
            return f"document {self.document}"
        noun, (first, last) = ("page", self.pages) if self.pages else ("sentence", (self.first, self.last))
        return f"{noun} {first}" if first == last else f"{noun}s {first} to {last}"


class Grade(StrEnum):
    """Degree to which sources carry an assumption, from most to least."""

    NUMBER = "number"
    """A source gives it: the number, or the ranking, move or event itself."""
    DIRECTION = "direction"
    """A source speaks of it and says which way it goes; number, range or order are the analyst's."""
    JUDGEMENT = "judgement"
    """The analyst's judgement alone carries the assumption, and the case says so."""
    UNSUPPORTED = "unsupported"
    """Neither a source nor a note stands behind it."""


DECLARABLE = (Grade.NUMBER, Grade.DIRECTION, Grade.JUDGEMENT)
"""The grades that a case may declare with `support`."""


RESTS_ON: Mapping[str, str] = {
    Grade.NUMBER: "a source that gives it",
    Grade.DIRECTION: "a source that gives its direction only",
    Grade.JUDGEMENT: "the analyst’s judgement",
    Grade.UNSUPPORTED: "nothing",
    "": "nothing",
}
"""Words for each grade of support, as they follow “rests on”."""


@dataclass(frozen=True, slots=True)
class Support:
    """Everything an assumption rests on: citations, or at least a note that owns up to a judgement.

    declared: how far the case says that its sources carry the assumption; None where it does not say.
    """

    because: tuple[Citation, ...] = ()
    note: str = ""
    declared: Grade | None = None

    @property
    def grade(self) -> Grade:
        """The grade declared; else a citation counts as giving the direction, and a note as a judgement."""
        if self.declared is not None:
            return self.declared
        return Grade.DIRECTION if self.because else Grade.JUDGEMENT if self.note else Grade.UNSUPPORTED

    @property
    def unsupported(self) -> bool:
        """True where nothing at all is said about what the assumption rests on."""
        return self.grade is Grade.UNSUPPORTED
