"""Proposals: what a text may offer to a case, each with its span and the rule that found it; never a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256


class ProposalKind(StrEnum):
    """Things that are proposed."""

    STATEMENT = "statement"
    """Somebody says something."""
    EVENT = "event"
    """Somebody did something to somebody, by PLOVER root type."""
    READING = "reading"
    """One of the hypotheses that the text itself sets side by side."""
    CLAIM = "claim"
    """Somebody holds that more of one thing brings more, or less, of another."""
    QUESTION = "question"
    """A model that the user named asks the analyst something about the text."""


class Mode(StrEnum):
    """Standing of what is proposed in the text."""

    ACTUAL = "actual"
    CONDITIONAL = "conditional"
    HYPOTHETICAL = "hypothetical"
    HISTORICAL = "historical"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal: characters `start` to `end` of a text, which read `quote` there, to the letter.

    by: code of the actor or words for whoever says or does it; to: the same for whom it concerns. what: in short, in
    the text's own words or the field's. date: ISO 8601, empty where the text gives none. rule: name of the rule.
    details: all further parts by name (cue, hedge, polarity, root type).
    """

    kind: ProposalKind
    source: str
    sentence: int
    start: int
    end: int
    quote: str
    what: str
    rule: str
    mode: Mode = Mode.ACTUAL
    by: str = ""
    to: str = ""
    date: str = ""
    details: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def id(self) -> str:
        """A short name that the same proposal from the same text always has."""
        words = (self.source, self.kind, str(self.start), str(self.end), self.rule, self.what)
        return sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Measured:
    """Frequency with which a rule was right: of `tried` answers on public data, `right`."""

    right: int
    tried: int
    data: str

    def __str__(self) -> str:
        return f"right in {self.right} of {self.tried} on {self.data}"
