"""Numbers written in formulas of a case, by whose formula it is: what has no name of its own, and yet can be moved."""

from __future__ import annotations

from dataclasses import dataclass, field

from detente.crisis.evidence import Support


@dataclass(frozen=True, slots=True)
class Owner:
    """A formula's purpose, in words that no other formula shares, and the evidence that the formula rests on."""

    says: str
    support: Support = field(default=Support(), compare=False)


@dataclass(frozen=True, slots=True)
class Written:
    """A number written in a formula of the case: whose formula, and where it stands."""

    owner: Owner
    value: float
    line: int
    column: int
