"""The sections of a written case: the records that a case is checked against, and the JSON Schema that follows from
them.

Every field's description is what an editor shows beside the key. Formulas stay texts here; names are resolved later.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from detente.case.form.claims import GIVEN, ClaimEntry
from detente.case.form.drafts import DraftEntry
from detente.case.form.endings import EndedEntry, GroupEntry
from detente.case.form.evidence import Backed, KeyedMapping, SourceText
from detente.case.form.numbers import (
    NamedPrivate,
    PrivateEntry,
    QuantityEntry,
    Uncertain,
    UncertainEntry,
    kind_of_private,
    number_or,
)
from detente.case.form.rankings import PreferenceEntry
from detente.case.form.stages import EndEntry, StepEntry
from detente.case.form.written import PRESENT, Date, Formula, LooseDate, Number, Text, Value, Whole, either
from detente.crisis.inquiry import EVENTS, OUTSET


class ActorEntry(KeyedMapping):
    """Somebody who decides."""

    name: Text = Field("", description="What to call the actor in front of a reader.")
    private: dict[str, PrivateEntry] = Field({}, description="What only this actor knows, variable by variable.")


class StateEntry(KeyedMapping):
    """A variable of the world with a finite, ordered domain: `values`, or `from` and `to`."""

    values: Annotated[list[Value] | None, PRESENT] = Field(None, description="Its named values, in order.")
    from_: Annotated[Whole | None, PRESENT] = Field(
        None, alias="from", description="Its smallest value, a whole number."
    )
    to: Annotated[Whole | None, PRESENT] = Field(None, description="Its largest value, a whole number.")
    start: Value = Field(description="Its value when play begins.")
    name: Text = Field("", description="What to call it in front of a reader.")


class FormulaEntry(Backed):
    """A formula with its evidence."""

    name: Text = Field("", description="What to call it in front of a reader.")
    equals: Formula = Field(description="The formula: a number or a condition.")


NamedFormulaEntry = Annotated[
    Annotated[Formula, Tag("number")] | Annotated[FormulaEntry, Tag("mapping")], number_or("mapping")
]


class OutcomeEntry(Backed):
    """A way the crisis can end."""

    name: Text = Field("", description="What to call it in front of a reader.")
    payoffs: dict[str, Formula] = Field({}, description="A formula for every actor; `others` fills the rest.")


class ReadingEntry(Backed):
    """A hypothesis about what somebody privately is or wants."""

    name: Text = Field("", description="The hypothesis as a sentence.")
    when: Formula = Field(description="A condition on private variables (and state).")


class ObservationEntry(Backed):
    """Something that was actually seen."""

    date: Date = Field(None, description="When, as in 2025-03-24.")
    known: LooseDate = Field(None, description="From when an analyst could know of it, where that was later: a date.")
    stage: Value = Field(description="The stage.")
    round: Annotated[Whole | None, PRESENT] = Field(None, description="Which round, for a stage inside a `repeat`.")
    move: Annotated[Value | None, PRESENT] = Field(None, description="The move that was seen.")
    seen: Annotated[Value | None, PRESENT] = Field(
        None, description="In place of `move`: the label of `seen_as` under which it was seen."
    )
    name: Text = Field("", description="What to call the event in front of a reader.")


class QuestionEntry(KeyedMapping):
    """A quantity varied over a range."""

    id: Value = Field(description="Names the question.")
    name: Text = Field("", description="The question as a sentence.")
    vary: Text = Field(description="The quantity to vary.")
    from_: Number = Field(alias="from", description="Its first value.")
    to: Number = Field(description="Its last value.")
    steps: Whole = Field(description="How many equally spaced values, at least 2.")
    show: Annotated[Annotated[Text, Tag("text")] | Annotated[list[Text], Tag("list")], either(list=list, text=str)] = (
        Field(description="Quantities of interest, such as [P(war), E(demand)].")
    )
    given: Text = Field("", description=GIVEN, json_schema_extra={"enum": [EVENTS, OUTSET]})


class PriorEntry(NamedPrivate):
    """A replacement prior with named values."""


PriorReplacement = Annotated[
    Annotated[PriorEntry, Tag("named")] | Annotated[Uncertain, Tag("numeric")], Discriminator(kind_of_private)
]


SomeMoves = Annotated[
    Annotated[Value, Tag("one")] | Annotated[list[Value], Tag("list")], either(list=list, one=(str, int, float, bool))
]


class RoundMoves(KeyedMapping):
    """Moves in one round of a `repeat`."""

    round: Whole = Field(description="Which round.")
    move: SomeMoves = Field(description="The move, or a list of moves.")


InSomeRounds = Annotated[
    Annotated[RoundMoves, Tag("mapping")] | Annotated[Value, Tag("one")],
    either(mapping=dict, one=(str, int, float, bool)),
]


class ScenarioEntry(Backed):
    """A named change."""

    name: Text = Field("", description="What to call it in front of a reader.")
    set: dict[str, UncertainEntry] = Field({}, description="Quantity to number or distribution.")
    forbid: dict[
        str,
        Annotated[
            Annotated[RoundMoves, Tag("mapping")]
            | Annotated[Value, Tag("one")]
            | Annotated[list[InSomeRounds], Tag("list")],
            either(mapping=dict, list=list, one=(str, int, float, bool)),
        ],
    ] = Field({}, description="Stage to moves that are taken away, or {round, move}.")
    force: dict[
        str,
        Annotated[
            Annotated[RoundMoves, Tag("mapping")]
            | Annotated[Value, Tag("one")]
            | Annotated[list[RoundMoves], Tag("list")],
            either(mapping=dict, list=list, one=(str, int, float, bool)),
        ],
    ] = Field({}, description="Stage to the move that is made, or {round, move}.")
    prior: dict[str, PriorReplacement] = Field(
        {}, description="actor.variable to its new probabilities or distribution."
    )


class BaseRateEntry(NamedPrivate):
    """Shares of a reference class: ending or group to its share; those of one axis add up to 1."""


RationalityEntry = Annotated[
    Annotated[Literal["limit"], Tag("limit")] | Annotated[Number, Tag("number")] | Annotated[Uncertain, Tag("mapping")],
    either(mapping=dict, limit=str, number=(int, float)),
]


class CaseDocument(KeyedMapping):
    """A case of Détente."""

    detente: Whole = Field(description="Version of the case language: 1.")
    title: Text = Field(description="What the case is about, in one line.")
    about: Text = Field("", description="Free text.")
    sources: dict[str, SourceText] = Field({}, description="Documents that the case rests on.")
    quantities: dict[str, QuantityEntry] = Field({}, description="Every number that somebody had to assume.")
    actors: dict[str, ActorEntry | None] = Field(description="Who decides, in order.")
    state: dict[str, StateEntry] = Field({}, description="Variables of the world, with finite ordered domains.")
    formulas: dict[str, NamedFormulaEntry] = Field({}, description="Formulas by name, for others to mention.")
    stages: list[StepEntry] = Field(description="The order of play.")
    outcomes: dict[str, OutcomeEntry | None] = Field(description="How it can end.")
    groups: dict[str, GroupEntry] = Field({}, description="Endings under one name, usable wherever an outcome is.")
    preferences: dict[str, PreferenceEntry] = Field({}, description="Per actor, the outcomes from best to worst.")
    finally_: Annotated[EndEntry | None, PRESENT] = Field(
        None, alias="finally", description="The outcome when the stages run out."
    )
    readings: dict[str, ReadingEntry] = Field(
        {}, description="Named hypotheses about what somebody privately is or wants."
    )
    timeline: list[ObservationEntry] = Field([], description="What was actually seen, in order.")
    ended: Annotated[EndedEntry | None, PRESENT] = Field(None, description="How it really ended.")
    base_rate: Annotated[BaseRateEntry | None, PRESENT] = Field(
        None, description="How often crises of its kind end in each way: ending or group to its share."
    )
    questions: list[QuestionEntry] = Field([], description="A quantity varied over a range.")
    claims: list[ClaimEntry] = Field([], description="Somebody's causal claims, testable in the model.")
    scenarios: dict[str, ScenarioEntry] = Field({}, description="Named changes.")
    drafts: list[DraftEntry] = Field(
        [], description="What texts report and the case does not use yet; it changes no answer."
    )
    rationality: RationalityEntry = Field(
        "limit",
        description="How closely players best-respond: λ per unit of payoff, a distribution, or limit.",
        examples=["limit"],
    )
