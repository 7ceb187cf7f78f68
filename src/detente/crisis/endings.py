"""Groups of endings, and the ending that really came."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from detente.crisis.evidence import Support
from detente.errors import Place


@dataclass(frozen=True, slots=True)
class EndingGroup:
    """A group of endings: several under one name, such as all in which the missiles leave.

    axis: the respect in which the group parts the endings; groups of one axis have no ending in common. Empty where
    the group stands for itself and may overlap with any other.
    """

    id: str
    endings: tuple[str, ...]
    name: str = ""
    axis: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The group's name for a reader."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class ActualEnding:
    """The way in which the crisis really ended: `ending` as written (an ending or a group), `endings` that it leaves.

    rule: the rule by which somebody else would come to the same finding.
    """

    ending: str
    endings: tuple[str, ...]
    date: date | None = None
    rule: str = ""
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)
