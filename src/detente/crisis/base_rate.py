"""The base rate of a crisis: how often crises of its kind end in each way."""

from __future__ import annotations

from dataclasses import dataclass, field

from detente.crisis.evidence import Support
from detente.errors import Place


@dataclass(frozen=True, slots=True)
class BaseRate:
    """Shares of a reference class: by the name of an ending or of a group of endings, as they are written.

    Those of one axis add up to one. support: the reference class, with its source.
    """

    shares: tuple[tuple[str, float], ...]
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)
