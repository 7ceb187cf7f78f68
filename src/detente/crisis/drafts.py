"""Drafts: what texts report and a case does not use yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from detente.crisis.evidence import PartialDate, Support
from detente.errors import Place

DRAFT_KINDS = ("actor", "statement", "event", "reading", "claim", "question")
"""Things that a draft can report."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something that a text reports; no answer depends on it."""

    kind: str
    says: str
    by: str = ""
    date: date | PartialDate | None = None
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)
