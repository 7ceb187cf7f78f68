"""The kinds of value in a formula, and small words about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from detente.case.formula.grammar import Syntax
from detente.case.formula.scope import Domain
from detente.crisis.expressions import Number, Operation
from detente.errors import Place


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value; `name` is what to call it."""

    name: str


NUMBER = Kind("a number")
CONDITION = Kind("a condition")
ANYTHING = Kind("")
"""The kind of a part that is already known to be wrong: it fits everywhere, so one mistake is told once."""

Wanted = Kind | Domain
Locate = Callable[[int], Place | None]

TRUE = Operation("=", (Number(1.0), Number(1.0)))
FALSE = Operation("=", (Number(0.0), Number(1.0)))
"""The constant conditions, as the trees know no constants but numbers."""

GRID_TOLERANCE = 1e-9
"""Largest distance between a written number and the grid point of a numeric stage that the number means."""
_SIGNS = {"neg": "-"}


def nowhere(_: int) -> None:
    """The place of a formula that stands in no file."""
    return


def nearest(number: float, numbers: tuple[float, ...]) -> float:
    """The closest of some numbers."""
    return min(numbers, key=lambda each: abs(each - number))


def quote(name: str) -> str:
    """A name as a formula writes it, in quotes where it needs them."""
    return (
        name
        if name.isidentifier() and name not in ("and", "or", "not", "given", "round", "true", "false")
        else f"'{name}'"
    )


def name_of(wanted: Wanted) -> str:
    """Name of a kind of value in messages."""
    return wanted.name if isinstance(wanted, Kind) else f"one of the {wanted.noun} of {wanted.owner}"


def shown_as(syntax: Syntax) -> str:
    """A part roughly as it was written, for messages."""
    match syntax.kind:
        case "number" | "name":
            return syntax.word
        case "dotted":
            return f"{syntax.word}.{syntax.tail}"
        case "call":
            return f"{syntax.word}({', '.join(map(shown_as, syntax.parts))})"
        case _:
            sign = _SIGNS.get(syntax.word, syntax.word)
            parts = [shown_as(part) for part in syntax.parts]
            return f" {sign} ".join(parts) if len(parts) > 1 else f"{sign} {parts[0]}"
