"""A study's tables as typed rows: the one place where the report reads data frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Protocol

from detente.crisis.inquiry import EVENTS
from detente.crisis.model import Crisis
from detente.report import cells
from detente.report.cells import Column, EstimateColumns
from detente.report.certificate import Certificate, read_certificate
from detente.report.learnt import Learning, Learnt, read_learnt
from detente.report.rows import (
    AssumptionRow,
    ChangedEnd,
    HindsightRow,
    Misreading,
    OutcomeStep,
    SeenAndDone,
    read_assumption,
)
from detente.report.words import Estimate
from detente.study.running.weights import parted_words


class Studied(Learning, Protocol):
    """The face of a `detente.study` study that the report reads; each table is a pandas data frame."""

    @property
    def case(self) -> Crisis: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...
    @property
    def size(self) -> Mapping[str, Any]: ...

    def moments(self) -> Any: ...
    def outcomes_along(self) -> Any: ...
    def groups(self) -> Any: ...
    def groups_along(self) -> Any: ...
    def misreadings(self) -> Any: ...
    def outcomes(self) -> Any: ...
    def moves(self) -> Any: ...
    def utilities(self) -> Any: ...
    def beliefs(self) -> Any: ...
    def claims(self) -> Any: ...
    def questions(self) -> Any: ...
    def scenarios(self) -> Any: ...
    def changed(self) -> Any: ...
    def selections(self) -> Any: ...
    def hinges(self) -> Any: ...
    def places(self) -> Any: ...
    def post_mortem(self) -> Any: ...
    def assumptions(self) -> Any: ...
    def certificate(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class MomentRow:
    """Moment from which numbers are told: `when` is "outset" or "events", `says` puts the moment in words.

    `effective`: how many equally weighted draws say as much as those weighed by the events; `few`: too few for the ends
    of a range.
    """

    when: str
    says: str
    events: int
    draws: int
    effective: Annotated[float, Column("effective_draws")]
    few: bool


@dataclass(frozen=True, slots=True)
class OutcomeShare:
    """The probability of an outcome, or of a group of endings: `share` given the events seen, `outset` before any.

    `axis`: of a group, the respect in which it parts the endings; empty where it stands for itself.
    """

    outcome: str
    name: str
    share: Estimate
    outset: Estimate
    axis: str = ""


@dataclass(frozen=True, slots=True)
class MoveShare:
    """The probability of a move at a stage that is reached; `reached` is the probability of the stage.

    `share` and `reached` are given the events seen where there are any (`when` is then "events", else "outset");
    `outset` and `outset_reached` before any of them. `seen`: an event tells that this move was made.
    """

    stage: str
    stage_name: str
    round: int
    actor: str
    move: str
    name: str
    share: Estimate
    reached: float
    outset: Estimate
    outset_reached: float
    when: str
    seen: bool


@dataclass(frozen=True, slots=True)
class Welfare:
    """An actor's expected payoff: `utility` given the events seen, where there are any, `outset` before them."""

    actor: str
    name: str
    utility: Estimate
    outset: Estimate


@dataclass(frozen=True, slots=True)
class BeliefRow:
    """An observer's belief in a reading or in a private value after an event (event 0: before anything).

    `ratio` is the natural-log likelihood ratio that the event contributed, `surprise` the event's own probability.
    """

    event: int
    date: date | None
    label: str
    observer: str
    subject: str
    value: str
    name: str
    share: Estimate
    ratio: Annotated[Estimate, EstimateColumns("llr_median", "llr_low", "llr_high")]
    surprise: float


@dataclass(frozen=True, slots=True)
class ClaimTest:
    """Verdict on somebody's claim: the share of draws in which the claim holds, and the size of the effect.

    `when`: the moment from which the verdict is told, "events" or "outset". `why`: the reason for the outset although
    events were seen ("impossible" or "settled"). `tried`: the share of the draws in which the events are possible at
    both ends of the raised quantity. `by_rule`: the answer is so however everybody plays, and no finding. The two
    values are NaN where several quantities are moved, or courses compared.
    """

    claim: str
    says: str
    by: str
    raises: str
    compares: str
    expect: str
    of: str
    when: str
    first: bool
    why: str
    events: int
    by_rule: bool
    holds: float
    ties: float
    tried: float
    low_value: float
    high_value: float
    effect: Estimate
    draws: int

    @property
    def fails(self) -> float:
        """The share of draws in which the effect goes the other way."""
        return min(1.0, max(0.0, 1.0 - self.holds - self.ties))


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a question's curve; `when` and `why` as for a claim."""

    question: str
    vary: str
    value: float
    show: str
    when: str
    first: bool
    why: str
    answer: Estimate
    draws: int


@dataclass(frozen=True, slots=True)
class Shift:
    """An outcome under a scenario, and its difference to the baseline draw by draw; error: that of the difference.

    Given the events seen where there are any and the scenario leaves them possible (`when` is then "events", else
    "outset"); `outset` is the difference before any of them. `settled`: the scenario itself makes the outcome
    impossible or sure, however everybody plays.
    """

    scenario: str
    name: str
    outcome: str
    outcome_name: str
    share: Estimate
    difference: Estimate
    error: float
    sign_share: float
    draws: int
    outset: Estimate
    when: str
    settled: bool = False
    events: int = 0


@dataclass(frozen=True, slots=True)
class Hinge:
    """The mean probability of an outcome with one quantity at its 5th and at its 95th percentile, all else as drawn.

    `low_value` and `high_value` are the quantity's own at either end; `when` is "outset" or "events". `error` is the
    standard error of the swing. `told`: the swing is beyond what chance would show; `leading`: no other outcome moves
    more; `place`: from 1, of leading swings that are told, the same for those that are not told apart, else 0.
    `method`: "moved", or "derivative" where only a derivative foretells the swing.
    """

    quantity: str
    name: Annotated[str, Column("name", otherwise="quantity")]
    outcome: str
    outcome_name: Annotated[str, Column("outcome_name", otherwise="outcome")]
    low_value: float
    high_value: float
    at_low: float
    at_high: float
    swing: float
    error: float
    told: bool
    leading: bool
    place: int
    method: str
    draws: int
    support: Annotated[str, Column("supported")]
    when: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The place of a thing in a list of its like, from 1; `shared`: how many are not told apart and have the same.

    See `detente.study.tables.placing.PLACES`.
    """

    kind: Annotated[str, Column("list")]
    of: str
    id: str
    outcome: Annotated[tuple[str, ...], Column("outcome")]
    place: int
    shared: int


@dataclass(frozen=True, slots=True)
class StudyRows:
    """Everything a study found, in typed rows; a list is empty where the case has no such section."""

    case: Crisis
    settings: dict[str, Any]
    size: dict[str, Any]
    certificate: Certificate
    moments: list[MomentRow] = field(default_factory=list[MomentRow])
    endings: list[OutcomeShare] = field(default_factory=list[OutcomeShare])
    groups: list[OutcomeShare] = field(default_factory=list[OutcomeShare])
    moves: list[MoveShare] = field(default_factory=list[MoveShare])
    welfare: list[Welfare] = field(default_factory=list[Welfare])
    beliefs: list[BeliefRow] = field(default_factory=list[BeliefRow])
    course: list[OutcomeStep] = field(default_factory=list[OutcomeStep])
    misreadings: list[Misreading] = field(default_factory=list[Misreading])
    claims: list[ClaimTest] = field(default_factory=list[ClaimTest])
    claims_beside: list[ClaimTest] = field(default_factory=list[ClaimTest])
    points: list[Point] = field(default_factory=list[Point])
    points_beside: list[Point] = field(default_factory=list[Point])
    changed: list[ChangedEnd] = field(default_factory=list[ChangedEnd])
    selections: list[SeenAndDone] = field(default_factory=list[SeenAndDone])
    shifts: list[Shift] = field(default_factory=list[Shift])
    hinges: list[Hinge] = field(default_factory=list[Hinge])
    places: list[Standing] = field(default_factory=list[Standing])
    hindsight: list[HindsightRow] = field(default_factory=list[HindsightRow])
    assumptions: list[AssumptionRow] = field(default_factory=list[AssumptionRow])
    learnt: Learnt = field(default_factory=Learnt)

    def since(self, when: str, events: int = 0) -> str:
        """A moment in words: "at the outset", "given the 6 events seen"; events: as many of them as a change leaves."""
        if when == EVENTS and 0 < events < len(self.case.timeline):
            return parted_words(events)
        return next((each.says for each in self.moments if each.when == when), "at the outset")

    def beside(self, claim: str) -> ClaimTest | None:
        """A claim at the moment that is not told first."""
        return next((each for each in self.claims_beside if each.claim == claim), None)

    def elsewhere(self, claim: str) -> str:
        """Sentence on a claim's sign in other equilibria; empty where no other equilibrium was found."""
        found = next((each for each in self.certificate.elsewhere if each.claim == claim), None)
        if found is None or not found.others or not found.comparisons:
            return ""
        if found.same == found.comparisons:
            return "Other equilibria were found where it was tried; the sign is the same in all of them."
        return (
            f"This holds in some equilibria only: of {found.comparisons} comparisons of one before with one after, "
            f"{found.same} {'have' if found.same != 1 else 'has'} the sign reported."
        )

    @property
    def moment(self) -> MomentRow | None:
        """The moment that is told first: given the events seen, where there are any."""
        return self.moments[-1] if self.moments else None

    def placed(self, kind: str, of: str | None = None) -> dict[str, Standing]:
        """The members of a list (`endings`, `scenarios`, …) by id, those with the first place first.

        of: the part of the list, where it has parts. Members that share a place stand in the order of the case; those
        of which nothing is known have place 0 and come last.
        """
        own = [each for each in self.places if each.kind == kind and of in (None, each.of)]
        return {each.id: each for each in sorted(own, key=lambda each: (not each.place, each.place))}

    @property
    def draws(self) -> int:
        """Number of draws behind an interval; 0 for one solution at the middle of every assumption."""
        asked = cells.whole(self.settings.get("draws"))
        return min(asked, cells.whole(self.settings.get("finished", asked)))

    @property
    def uncertain(self) -> bool:
        """True where some input of the case differs from draw to draw."""
        written = self.case.rationality
        precise = isinstance(written, str) or not written.uncertain
        numbers = any(each.distribution.uncertain for each in self.case.quantities)
        return numbers or bool(self.case.preferences) or not precise

    @property
    def interrupted(self) -> bool:
        """True where the study was stopped before all its draws were solved."""
        return bool(self.settings.get("interrupted"))


def _ending(row: cells.Row, kind: str) -> OutcomeShare:
    outset = cells.estimate(row, EstimateColumns())
    after = cells.estimate(row, EstimateColumns("after_mean", "after_low", "after_high"))
    id = cells.words(row[kind])
    name, axis = cells.words(row["name"]) or id, cells.words(row.get("axis", ""))
    return OutcomeShare(id, name, after if after.known else outset, outset, axis)


def _welfare(row: cells.Row) -> Welfare:
    outset = cells.estimate(row, EstimateColumns())
    after = cells.estimate(row, EstimateColumns("after_mean", "after_low", "after_high"))
    name = cells.words(row["name"]) or cells.words(row["actor"])
    return Welfare(cells.words(row["actor"]), name, after if after.known else outset, outset)


def _move(row: cells.Row) -> MoveShare:
    given = cells.number(row["after_reached"]) == cells.number(row["after_reached"])
    outset, after = (
        cells.estimate(row, EstimateColumns()),
        cells.estimate(row, EstimateColumns("after_mean", "after_low", "after_high")),
    )
    return MoveShare(
        stage=cells.words(row["stage"]),
        stage_name=cells.words(row["stage_name"]) or cells.words(row["stage"]),
        round=cells.whole(row["round"]),
        actor=cells.words(row["actor"]),
        move=cells.words(row["move"]),
        name=cells.words(row["move_name"]) or cells.words(row["move"]),
        share=after if given else outset,
        reached=cells.number(row["after_reached"] if given else row["reached"]),
        outset=outset,
        outset_reached=cells.number(row["reached"]),
        when="events" if given else "outset",
        seen=bool(row["seen"]),
    )


def _shift(row: cells.Row) -> Shift:
    after = cells.estimate(row, EstimateColumns("after_mean", "after_low", "after_high"))
    changed = cells.estimate(row, EstimateColumns.of("after_difference"))
    outset = cells.estimate(row, EstimateColumns.of("difference"))
    given = after.known and changed.known
    return Shift(
        scenario=cells.words(row["scenario"]),
        name=cells.words(row["name"]) or cells.words(row["scenario"]),
        outcome=cells.words(row["outcome"]),
        outcome_name=cells.words(row["outcome_name"]) or cells.words(row["outcome"]),
        share=after if given else cells.estimate(row, EstimateColumns()),
        difference=changed if given else outset,
        error=cells.number(row["after_difference_error" if given else "difference_error"]),
        sign_share=cells.number(row["after_sign_share"] if given else row["sign_share"]),
        draws=cells.whole(row["draws"]),
        outset=outset,
        when="events" if given else "outset",
        settled=cells.yes(row["settled"]),
        events=cells.whole(row["after_events"]),
    )


def read_findings(study: Studied) -> StudyRows:
    """Every table of a study as typed rows, in the study's order."""
    claims, points = cells.read(ClaimTest, study.claims()), cells.read(Point, study.questions())
    return StudyRows(
        case=study.case,
        settings=dict(study.settings),
        size=dict(study.size),
        certificate=read_certificate(study.certificate()),
        moments=cells.read(MomentRow, study.moments()),
        endings=[_ending(row, "outcome") for row in cells.rows(study.outcomes())],
        groups=[_ending(row, "group") for row in cells.rows(study.groups())],
        moves=[_move(row) for row in cells.rows(study.moves())],
        welfare=[_welfare(row) for row in cells.rows(study.utilities())],
        beliefs=cells.read(BeliefRow, study.beliefs()),
        course=[*cells.read(OutcomeStep, study.groups_along()), *cells.read(OutcomeStep, study.outcomes_along())],
        misreadings=cells.read(Misreading, study.misreadings()),
        claims=[each for each in claims if each.first],
        claims_beside=[each for each in claims if not each.first],
        points=[each for each in points if each.first],
        points_beside=[each for each in points if not each.first],
        changed=cells.read(ChangedEnd, study.changed()),
        selections=[each for each in cells.read(SeenAndDone, study.selections()) if each.parts],
        shifts=[_shift(row) for row in cells.rows(study.scenarios())],
        hinges=cells.read(Hinge, study.hinges()),
        places=cells.read(Standing, study.places()),
        hindsight=cells.read(HindsightRow, study.post_mortem()),
        assumptions=[read_assumption(row) for row in cells.rows(study.assumptions())],
        learnt=read_learnt(study),
    )
