"""Numbers and their uncertainty as they are written: quantities and what actors privately know."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from detente.case.form.evidence import Backed, Cited, KeyedMapping
from detente.case.form.written import PRESENT, Formula, Fraction, Number, Text, Whole, either
from detente.crisis.evidence import DECLARABLE

SHAPES = ("value", "uniform", "triangular", "pert", "normal", "lognormal", "beta", "equals")
MOST_POINTS = 100_000


class Spread(KeyedMapping):
    """One of value, uniform, triangular, pert, normal, lognormal, beta, equals."""

    value: Annotated[Formula | None, PRESENT] = Field(None, description="A number taken as certain.")
    uniform: Annotated[list[Formula] | None, PRESENT] = Field(
        None, description="[low, high]: anything between is equally likely."
    )
    triangular: Annotated[list[Formula] | None, PRESENT] = Field(None, description="[low, mode, high].")
    pert: Annotated[list[Formula] | None, PRESENT] = Field(
        None, description="[low, mode, high], smooth, most weight near the mode."
    )
    normal: Annotated[list[Formula] | None, PRESENT] = Field(None, description="[mean, standard deviation].")
    lognormal: Annotated[list[Formula] | None, PRESENT] = Field(
        None, description="[median, factor]: two thirds lie within median / factor and median * factor."
    )
    beta: Annotated[list[Formula] | None, PRESENT] = Field(None, description="[a, b]: a share between 0 and 1.")
    equals: Annotated[Formula | None, PRESENT] = Field(None, description="A formula of quantities above.")
    within: Annotated[list[Number] | None, PRESENT] = Field(
        None, description="[low, high]: truncates the distribution."
    )


class Uncertain(Spread, Backed):
    """A number and its uncertainty: one of value, uniform, triangular, pert, normal, lognormal, beta, equals."""


class DrawnNumber(Spread):
    """A number that nature draws: a distribution, and equally likely points or a grid."""

    points: Annotated[Whole | None, PRESENT] = Field(
        None, description="How many equally likely points, at the middle quantiles; parameters are then plain numbers."
    )
    from_: Annotated[Fraction | None, PRESENT] = Field(
        None, alias="from", description="In place of points: the smallest number that can be drawn."
    )
    to: Annotated[Fraction | None, PRESENT] = Field(None, description="The largest number that can be drawn.")
    step: Annotated[Fraction | None, PRESENT] = Field(None, description="The distance between neighbouring numbers.")


def is_spread(value: object) -> bool:
    """True where a mapping lists the parameters of a distribution."""
    return isinstance(value, dict) and any(isinstance(value.get(shape), list) for shape in SHAPES)  # pyright: ignore


class UncertainQuantity(Uncertain):
    """A number that somebody had to assume."""

    name: Text = Field("", description="What to call it in front of a reader.")
    unit: Text = Field("", description="Its unit.")
    structural: bool = Field(
        False, description="True for a certain number that shapes the game: `when`, `set` and `end` may mention it."
    )


def number_or(record: str) -> Discriminator:
    """Tells a mapping, tagged as is said, from a number or a formula."""
    return either(**{record: dict, "number": (int, float, str)})


QuantityEntry = Annotated[
    Annotated[Formula, Tag("number")] | Annotated[UncertainQuantity, Tag("mapping")], number_or("mapping")
]
UncertainEntry = Annotated[
    Annotated[Formula, Tag("number")] | Annotated[Uncertain, Tag("mapping")], number_or("mapping")
]


KnownTo = Annotated[Annotated[Text, Tag("text")] | Annotated[list[Text], Tag("list")], either(list=list, text=str)]
_KNOWN_TO = "Who knows it besides the actor whose it is: an actor, a list, or `all`; `none`: nobody at all."


class NumericPrivate(Uncertain):
    """A private number: a distribution on so many equally likely points."""

    points: Annotated[Whole | None, PRESENT] = Field(
        None, description="How many equally likely points, at the middle quantiles."
    )
    known_to: Annotated[KnownTo | None, PRESENT] = Field(None, description=_KNOWN_TO)


class NamedPrivate(BaseModel):
    """A private variable with named values: value to probability, one may say `rest`."""

    model_config = ConfigDict(defer_build=True, extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Formula] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]

    because: list[Cited] = Field([], description="Evidence: a list of {source, sentence, says}.")
    note: Text = Field("", description="What to know about the probabilities where no source says it.")

    @property
    def values(self) -> dict[str, str | float | bool]:
        """Value -> probability as written, in order. `support: direction` is no value, `support: 0.4` is one."""
        written = self.model_extra or {}
        return {value: p for value, p in written.items() if value != "support" or p not in DECLARABLE}

    @property
    def support(self) -> str:
        """The grade that is declared beside the values, or nothing."""
        word = (self.model_extra or {}).get("support", "")
        return str(word) if word in DECLARABLE else ""


class NamedVariable(NamedPrivate):
    """A private variable with named values, and who knows it."""

    known_to: Annotated[KnownTo | None, PRESENT] = Field(None, description=_KNOWN_TO)


def kind_of_private(value: object) -> str:
    """The tag of what an actor privately knows: `numeric` for a distribution, else `named`."""
    return "numeric" if is_spread(value) or (isinstance(value, dict) and "points" in value) else "named"


PrivateEntry = Annotated[
    Annotated[NamedVariable, Tag("named")] | Annotated[NumericPrivate, Tag("numeric")], Discriminator(kind_of_private)
]
