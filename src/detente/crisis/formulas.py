"""Formulas by name: written once, and mentioned wherever a number or a condition stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from detente.crisis.evidence import Support
from detente.crisis.expressions import Expression, Number, Operation
from detente.errors import Place


@dataclass(frozen=True, slots=True)
class NamedFormula:
    """A formula with a name. `value` is the formula itself, with everything that it mentions put in its place."""

    id: str
    value: Expression
    condition: bool = False
    name: str = ""
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The formula's name for a reader."""
        return self.name or self.id


def called(name: str, value: Expression) -> Operation:
    """The value of a formula where its name is mentioned.

    An operation carries the name; anything else is put into one that changes nothing.
    """
    place = getattr(value, "place", None)
    if isinstance(value, Operation) and not value.called:
        return Operation(value.operator, value.operands, place, name)
    return Operation("+", (value, Number(0.0)), place, name)
