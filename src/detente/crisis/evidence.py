"""Evidence behind an assumption: sources, cited sentences, notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from detente.errors import Place


@dataclass(frozen=True, slots=True)
class Source:
    """A document that the case rests on; its text need not be shipped with the case."""

    id: str
    title: str
    publisher: str = ""
    published: date | None = None
    file: str = ""
    sha256: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Citation:
    """Sentences `first` to `last` of a source (counted from 1), and what they say in the analyst's words."""

    source: str
    first: int
    last: int
    says: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)


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
