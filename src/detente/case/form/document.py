"""The sections of a written case: the records that a case is checked against, and the JSON Schema that follows from
them.

Every field's description is what an editor shows beside the key. Formulas stay texts here; names are resolved later.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from detente.case.form.endings import EndedEntry, GroupEntry
from detente.case.form.evidence import Backed, Cited, KeyedMapping, SourceText
from detente.case.form.written import PRESENT, Date, Formula, Fraction, LooseDate, Number, Text, Value, Whole, either
from detente.crisis.evidence import DECLARABLE

SHAPES = ("value", "uniform", "triangular", "pert", "normal", "lognormal", "beta", "equals")
RANGE_KEYS = ("from", "to", "step")
MOST_ROUNDS = 1_000
MOST_POINTS = 100_000


class Uncertain(Backed):
    """A number and its uncertainty: one of value, uniform, triangular, pert, normal, lognormal, beta, equals."""

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


class UncertainQuantity(Uncertain):
    """A number that somebody had to assume."""

    name: Text = Field("", description="What to call it in front of a reader.")
    unit: Text = Field("", description="Its unit.")


def _number_or(record: str) -> Discriminator:
    return either(**{record: dict, "number": (int, float, str)})


QuantityEntry = Annotated[
    Annotated[Formula, Tag("number")] | Annotated[UncertainQuantity, Tag("mapping")], _number_or("mapping")
]
UncertainEntry = Annotated[
    Annotated[Formula, Tag("number")] | Annotated[Uncertain, Tag("mapping")], _number_or("mapping")
]


class NumericPrivate(Uncertain):
    """A private number: a distribution on so many equally likely points."""

    points: Annotated[Whole | None, PRESENT] = Field(
        None, description="How many equally likely points, at the middle quantiles."
    )


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


def _private(value: object) -> str:
    if isinstance(value, dict):
        listed = any(isinstance(value.get(shape), list) for shape in SHAPES)  # pyright: ignore
        return "numeric" if listed or "points" in value else "named"
    return "named"


PrivateEntry = Annotated[
    Annotated[NamedPrivate, Tag("named")] | Annotated[NumericPrivate, Tag("numeric")], Discriminator(_private)
]


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


CostEntry = Annotated[
    Annotated[Formula, Tag("formula")] | Annotated[dict[str, Formula], Tag("mapping")],
    either(mapping=dict, formula=(str, int, float)),
]
_SET = "New values of state variables."
_COST = "Subtracted from the mover's payoff; a mapping of actor to formula for others."
_END = "The outcome in which play ends here."


class MoveEntry(Backed):
    """A move and what it does."""

    name: Text = Field("", description="What to call it in front of a reader.")
    when: Annotated[Formula | None, PRESENT] = Field(None, description="Not available where this condition is false.")
    set: Annotated[dict[str, Formula] | None, PRESENT] = Field(None, description=_SET)
    cost: Annotated[CostEntry | None, PRESENT] = Field(None, description=_COST)
    end: Annotated[Text | None, PRESENT] = Field(None, description=_END)


class BranchEntry(Backed):
    """A branch of chance and what it does."""

    probability: Formula = Field(description="Its probability: a number, a formula, or `rest`.")
    name: Text = Field("", description="What to call it in front of a reader.")
    set: Annotated[dict[str, Formula] | None, PRESENT] = Field(None, description=_SET)
    cost: Annotated[dict[str, Formula] | None, PRESENT] = Field(
        None, description="Subtracted from payoffs: a mapping of actor to formula."
    )
    end: Annotated[Text | None, PRESENT] = Field(None, description=_END)


class NumberRange(KeyedMapping):
    """A choice of a number: from, to and step."""

    from_: Fraction = Field(alias="from", description="The smallest number that can be chosen.")
    to: Fraction = Field(description="The largest number that can be chosen.")
    step: Fraction = Field(
        description="The distance between neighbouring numbers; a fraction such as 1/30 is kept exact."
    )


Moves = dict[str, MoveEntry | None]
Branches = dict[
    str, Annotated[Annotated[Formula, Tag("number")] | Annotated[BranchEntry, Tag("mapping")], _number_or("mapping")]
]


def _choice(value: object) -> str:
    # A move is a mapping or nothing, so a number or a text beside one of these keys belongs to a range.
    if isinstance(value, dict) and any(isinstance(value.get(key), str | int | float) for key in RANGE_KEYS):  # pyright: ignore
        return "range"
    return "moves"


class StageEntry(Backed):
    """One choice of an actor, or one chance event."""

    id: Value = Field(description="Names the stage; formulas use it as the move made there.")
    name: Text = Field("", description="What to call it in front of a reader.")
    by: Annotated[Text | None, PRESENT] = Field(None, description="The actor who chooses, or `nature`.")
    choose: Annotated[
        Annotated[Annotated[NumberRange, Tag("range")] | Annotated[Moves, Tag("moves")], Discriminator(_choice)] | None,
        PRESENT,
    ] = Field(None, description="The moves: a mapping of move to {name, when, set, cost, end}, or {from, to, step}.")
    chance: Annotated[Branches | None, PRESENT] = Field(
        None, description="Nature's branches: a mapping of branch to probability; one may say `rest`."
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
    end: Annotated[Text | None, PRESENT] = Field(
        None, description=_END + " For every move that does not say otherwise."
    )
    seen_by: Annotated[
        Annotated[Annotated[Text, Tag("text")] | Annotated[list[Text], Tag("list")], either(list=list, text=str)]
        | None,
        PRESENT,
    ] = Field(None, description="Who observes the move: all (the default), none, or a list of actors.")
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


class OutcomeEntry(Backed):
    """A way the crisis can end."""

    name: Text = Field("", description="What to call it in front of a reader.")
    payoffs: dict[str, Formula] = Field({}, description="A formula for every actor; `others` fills the rest.")


_ORDER = 'Outcomes from best to worst: "deal > standoff ~ talks > war"; inside { } the order is open: "a > {b, c} > d".'


class OrderEntry(Backed):
    """One of the orders that a ranking may be."""

    order: Text = Field(description=_ORDER)
    weight: Number = Field(1, description="How likely it is beside the others; weights count as shares of their sum.")
    name: Text = Field("", description="What to call the order in front of a reader.")


class RankingEntry(Backed):
    """A ranking with its evidence: one order, or several of which each draw takes one."""

    order: Annotated[Text | None, PRESENT] = Field(None, description=_ORDER)
    orders: Annotated[list[OrderEntry] | None, PRESENT] = Field(
        None, description="Orders of which each draw takes one: a list of {order, weight, name, because}."
    )


def by_type(ranking: dict[str, object]) -> bool:
    """True where what stands under an actor is rankings by private variable and value."""
    return "order" not in ranking and not isinstance(ranking.get("orders"), list)


def _ranking(value: object) -> str:
    if isinstance(value, dict):
        return "by_type" if by_type(value) else "ranking"  # pyright: ignore[reportUnknownArgumentType]
    return "order"


Ranking = Annotated[
    Annotated[Text, Tag("order")] | Annotated[RankingEntry, Tag("ranking")], either(ranking=dict, order=str)
]
PreferenceEntry = Annotated[
    Annotated[Text, Tag("order")]
    | Annotated[RankingEntry, Tag("ranking")]
    | Annotated[dict[str, dict[str, Ranking]], Tag("by_type")],
    Discriminator(_ranking),
]


class FinallyEntry(KeyedMapping):
    """An outcome when the stages run out."""

    when: Annotated[Formula | None, PRESENT] = Field(
        None, description="Only where this condition holds; the last entry has none."
    )
    outcome: Text = Field(description="The outcome.")


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


_GIVEN = "Since when it is told first: `events` (what the timeline lists; the default where there is one) or `outset`."


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
    given: Text = Field("", description=_GIVEN)


class ClaimEntry(Backed):
    """Somebody's causal claim."""

    id: Value = Field(description="Names the claim.")
    says: Text = Field(description="The claim as a sentence.")
    by: Text = Field("", description="Who makes it.")
    raise_: Text = Field(alias="raise", description="The quantity that is raised.")
    expect: Text = Field(description="`rises` or `falls`.")
    of: Text = Field(description="The quantity of interest, such as P(war).")
    given: Text = Field("", description=_GIVEN)


class PriorEntry(NamedPrivate):
    """A replacement prior with named values."""


PriorReplacement = Annotated[
    Annotated[PriorEntry, Tag("named")] | Annotated[Uncertain, Tag("numeric")], Discriminator(_private)
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
    stages: list[StepEntry] = Field(description="The order of play.")
    outcomes: dict[str, OutcomeEntry | None] = Field(description="How it can end.")
    groups: dict[str, GroupEntry] = Field({}, description="Endings under one name, usable wherever an outcome is.")
    preferences: dict[str, PreferenceEntry] = Field({}, description="Per actor, the outcomes from best to worst.")
    finally_: Annotated[
        Annotated[
            Annotated[Text, Tag("outcome")] | Annotated[list[FinallyEntry], Tag("list")],
            either(list=list, outcome=str),
        ]
        | None,
        PRESENT,
    ] = Field(None, alias="finally", description="The outcome when the stages run out.")
    readings: dict[str, ReadingEntry] = Field(
        {}, description="Named hypotheses about what somebody privately is or wants."
    )
    timeline: list[ObservationEntry] = Field([], description="What was actually seen, in order.")
    ended: Annotated[EndedEntry | None, PRESENT] = Field(None, description="How it really ended.")
    questions: list[QuestionEntry] = Field([], description="A quantity varied over a range.")
    claims: list[ClaimEntry] = Field([], description="Somebody's causal claims, testable in the model.")
    scenarios: dict[str, ScenarioEntry] = Field({}, description="Named changes.")
    rationality: RationalityEntry = Field(
        "limit", description="How closely players best-respond: λ per unit of payoff, a distribution, or limit."
    )
