"""The order of play as it is written: stages, their moves and branches, and the blocks that hold stages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from detente.case.form.evidence import Backed, KeyedMapping
from detente.case.form.numbers import DrawnNumber, is_spread, number_or
from detente.case.form.written import PRESENT, Formula, Fraction, Text, Value, Whole, either

RANGE_KEYS = ("from", "to", "step")
MOST_ROUNDS = 1_000

CostEntry = Annotated[
    Annotated[Formula, Tag("formula")] | Annotated[dict[str, Formula], Tag("mapping")],
    either(mapping=dict, formula=(str, int, float)),
]
_SET = "New values of state variables."
_COST = "Subtracted from the mover's payoff; a mapping of actor to formula for others."
_END = "The outcome in which play ends here, or a list of {when, outcome}, tried in order: play goes on if none holds."


class EndingEntry(KeyedMapping):
    """An outcome, and where play ends in it."""

    when: Annotated[Formula | None, PRESENT] = Field(
        None, description="Only where this condition holds; the last entry of `finally` has none."
    )
    outcome: Text = Field(description="The outcome.")


EndEntry = Annotated[
    Annotated[Text, Tag("outcome")] | Annotated[list[EndingEntry], Tag("list")], either(list=list, outcome=str)
]


class MoveEntry(Backed):
    """A move and what it does."""

    name: Text = Field("", description="What to call it in front of a reader.")
    when: Annotated[Formula | None, PRESENT] = Field(None, description="Not available where this condition is false.")
    set: Annotated[dict[str, Formula] | None, PRESENT] = Field(None, description=_SET)
    cost: Annotated[CostEntry | None, PRESENT] = Field(None, description=_COST)
    end: Annotated[EndEntry | None, PRESENT] = Field(None, description=_END)


class BranchEntry(Backed):
    """A branch of chance and what it does."""

    probability: Formula = Field(description="Its probability: a number, a formula, or `rest`.")
    name: Text = Field("", description="What to call it in front of a reader.")
    set: Annotated[dict[str, Formula] | None, PRESENT] = Field(None, description=_SET)
    cost: Annotated[dict[str, Formula] | None, PRESENT] = Field(
        None, description="Subtracted from payoffs: a mapping of actor to formula."
    )
    end: Annotated[EndEntry | None, PRESENT] = Field(None, description=_END)


class NumberRange(KeyedMapping):
    """A choice of a number: from, to and step."""

    from_: Fraction = Field(alias="from", description="The smallest number that can be chosen.")
    to: Fraction = Field(description="The largest number that can be chosen.")
    when: Annotated[Formula | None, PRESENT] = Field(
        None, description="A number can be chosen where this holds; the stage's own name stands for the number."
    )
    step: Fraction = Field(
        description="The distance between neighbouring numbers; a fraction such as 1/30 is kept exact."
    )


Moves = dict[str, MoveEntry | None]
Branches = dict[
    str, Annotated[Annotated[Formula, Tag("number")] | Annotated[BranchEntry, Tag("mapping")], number_or("mapping")]
]


def _choice(value: object) -> str:
    # A move is a mapping or nothing, so a number or a text beside one of these keys belongs to a range.
    if isinstance(value, dict) and any(isinstance(value.get(key), str | int | float) for key in RANGE_KEYS):  # pyright: ignore
        return "range"
    return "moves"


def _chance(value: object) -> str:
    return "number" if is_spread(value) else "branches"


class StageEntry(Backed):
    """One choice of an actor, or one chance event."""

    id: Value = Field(description="Names the stage; formulas use it as the move made there.")
    name: Text = Field("", description="What to call it in front of a reader.")
    by: Annotated[
        Annotated[Annotated[Text, Tag("text")] | Annotated[list[Text], Tag("list")], either(list=list, text=str)]
        | None,
        PRESENT,
    ] = Field(
        None,
        description="The actor who chooses, or `nature`; inside a `repeat` a list: they take turns.",
        examples=["nature"],
    )
    choose: Annotated[
        Annotated[Annotated[NumberRange, Tag("range")] | Annotated[Moves, Tag("moves")], Discriminator(_choice)] | None,
        PRESENT,
    ] = Field(None, description="The moves: a mapping of move to {name, when, set, cost, end}, or {from, to, step}.")
    chance: Annotated[
        Annotated[Annotated[DrawnNumber, Tag("number")] | Annotated[Branches, Tag("branches")], Discriminator(_chance)]
        | None,
        PRESENT,
    ] = Field(
        None,
        description="Nature's branches: branch to probability, one may say `rest`; or a number that nature draws.",
    )
    when: Annotated[Formula | None, PRESENT] = Field(
        None, description="The stage is skipped where this condition is false."
    )
    set: Annotated[dict[str, Formula] | None, PRESENT] = Field(
        None, description=_SET + " For every move that does not say otherwise."
    )
    cost: Annotated[CostEntry | None, PRESENT] = Field(
        None, description=_COST + " For every move that does not say otherwise."
    )
    end: Annotated[EndEntry | None, PRESENT] = Field(
        None, description=_END + " For every move that does not say otherwise."
    )
    seen_by: Annotated[
        Annotated[Annotated[Text, Tag("text")] | Annotated[list[Text], Tag("list")], either(list=list, text=str)]
        | None,
        PRESENT,
    ] = Field(
        None,
        description="Who observes the move: all (the default), none, or a list of actors.",
        examples=["all", "none"],
    )
    seen_as: Annotated[dict[str, Value] | None, PRESENT] = Field(
        None, description="Move to label: moves with one label look alike to observers."
    )


class TogetherEntry(KeyedMapping):
    """Stages made simultaneously."""

    together: list[StageEntry] = Field(
        description="Stages of which no mover sees the others' moves before all have moved."
    )


def _inner(value: object) -> str:
    return "together" if isinstance(value, dict) and "together" in value else "stage"


def _step(value: object) -> str:
    return "repeat" if isinstance(value, dict) and "repeat" in value else _inner(value)


InnerEntry = Annotated[
    Annotated[StageEntry, Tag("stage")] | Annotated[TogetherEntry, Tag("together")], Discriminator(_inner)
]


class RepeatEntry(KeyedMapping):
    """Stages played several times."""

    repeat: Whole = Field(description="How many times.")
    stages: list[InnerEntry] = Field(description="The stages of one round; `round` counts from 1.")


StepEntry = Annotated[
    Annotated[StageEntry, Tag("stage")]
    | Annotated[TogetherEntry, Tag("together")]
    | Annotated[RepeatEntry, Tag("repeat")],
    Discriminator(_step),
]
