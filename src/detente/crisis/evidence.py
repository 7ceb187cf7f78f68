"""What an assumption rests on: sources, cited sentences, notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

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


@dataclass(frozen=True, slots=True)
class Support:
    """Everything an assumption rests on: citations, or at least a note that owns up to a judgement."""

    because: tuple[Citation, ...] = ()
    note: str = ""

    @property
    def cited(self) -> bool:
        """Whether a source stands behind the assumption."""
        return bool(self.because)

    @property
    def unsupported(self) -> bool:
        """Whether the assumption has neither a citation nor a note."""
        return not self.because and not self.note
