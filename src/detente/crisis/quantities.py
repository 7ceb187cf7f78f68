"""Numbers that somebody had to assume, and how uncertain they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from detente.crisis.evidence import Support
from detente.crisis.expressions import Expression
from detente.errors import Place


class Shape(Enum):
    """The kinds of uncertainty of the case language; each value is the key that an analyst writes."""

    VALUE = "value"
    UNIFORM = "uniform"
    TRIANGULAR = "triangular"
    PERT = "pert"
    NORMAL = "normal"
    LOGNORMAL = "lognormal"
    BETA = "beta"
    EQUALS = "equals"


@dataclass(frozen=True, slots=True)
class Distribution:
    """A number and its uncertainty.

    `parameters` in the order the language writes them: value [x]; uniform [low, high]; triangular and pert
    [low, mode, high]; normal [mean, sd]; lognormal [median, factor], whose logarithm has standard deviation
    log(factor); beta [a, b]; equals [expression]. `within` truncates to [low, high].
    """

    shape: Shape
    parameters: tuple[Expression, ...]
    within: tuple[float, float] | None = None
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def uncertain(self) -> bool:
        """Whether the number differs from draw to draw of its own accord."""
        return self.shape not in (Shape.VALUE, Shape.EQUALS)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A named assumption: a number with its uncertainty and what it rests on."""

    id: str
    distribution: Distribution
    name: str = ""
    unit: str = ""
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def label(self) -> str:
        """What to call it in front of a reader."""
        return self.name or self.id


LIMIT = "limit"
"""`Crisis.rationality` where play is followed to the sequential-equilibrium limit."""
