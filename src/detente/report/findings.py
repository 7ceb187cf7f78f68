"""A study's tables as typed rows: the one place where the report reads data frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from detente.crisis.evidence import Citation
from detente.crisis.model import Crisis
from detente.report import cells
from detente.report.learnt import Learnt, read_learnt
from detente.report.words import Estimate


class Studied(Protocol):
    """What the report needs of a `detente.study` study; each table is a pandas data frame."""

    @property
    def case(self) -> Crisis: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...
    @property
    def size(self) -> Mapping[str, Any]: ...

    def outcomes(self) -> Any: ...
    def moves(self) -> Any: ...
    def utilities(self) -> Any: ...
    def beliefs(self) -> Any: ...
    def claims(self) -> Any: ...
    def questions(self) -> Any: ...
    def scenarios(self) -> Any: ...
    def hinges(self) -> Any: ...
    def assumptions(self) -> Any: ...
    def rules(self) -> Any: ...
    def rivals(self) -> Any: ...
    def matrix(self) -> Any: ...
    def sensitivity(self) -> Any: ...
    def watch(self) -> Any: ...
    def gradients(self) -> Any: ...
    def certificate(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Ending:
    """The probability of an outcome: `share` given the events seen, `outset` before any of them."""

    outcome: str
    name: str
    share: Estimate
    outset: Estimate


@dataclass(frozen=True, slots=True)
class MoveShare:
    """The probability of a move at a stage that is reached; `reached` is the stage's own median probability."""

    stage: str
    stage_name: str
    round: int
    actor: str
    move: str
    name: str
    share: Estimate
    reached: float


@dataclass(frozen=True, slots=True)
class Welfare:
    """An actor's expected payoff."""

    actor: str
    name: str
    utility: Estimate


@dataclass(frozen=True, slots=True)
class Belief:
    """What an observer holds of a reading or of a private value after an event (0: before anything).

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
    ratio: Estimate
    surprise: float


@dataclass(frozen=True, slots=True)
class ClaimTest:
    """How somebody's claim fares: in what share of draws it holds, and the size of the effect."""

    claim: str
    says: str
    by: str
    raises: str
    expect: str
    of: str
    holds: float
    ties: float
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
    """One point of a question's curve."""

    question: str
    vary: str
    value: float
    show: str
    answer: Estimate
    draws: int


@dataclass(frozen=True, slots=True)
class Shift:
    """An outcome under a scenario, and its difference to the baseline draw by draw."""

    scenario: str
    name: str
    outcome: str
    outcome_name: str
    share: Estimate
    difference: Estimate
    sign_share: float
    draws: int


@dataclass(frozen=True, slots=True)
class Hinge:
    """The median probability of an outcome with a quantity in its lowest and in its highest quarter of draws.

    `low_value` and `high_value` are the quantity's own medians in those quarters; `when` is "outset" or "events".
    """

    quantity: str
    name: str
    outcome: str
    outcome_name: str
    low_value: float
    high_value: float
    at_low: float
    at_high: float
    correlation: float
    support: str
    when: str = "outset"

    @property
    def swing(self) -> float:
        """How far the outcome moves from the lowest to the highest quarter."""
        return self.at_high - self.at_low


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something the case takes for granted, and what it rests on ("cited", "note" or "unsupported")."""

    kind: str
    id: str
    name: str
    value: str
    support: str
    citations: tuple[Citation, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What independent checks say about the solutions; regrets are relative to the payoff range."""

    draws: int
    certified: int
    endings: tuple[tuple[str, int], ...]
    worst_nash_conv: float
    worst_conditional_regret: float
    turning_points: float
    in_the_limit: bool
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a study found, in typed rows; a list is empty where the case has no such section."""

    case: Crisis
    settings: dict[str, Any]
    size: dict[str, Any]
    certificate: Certificate
    endings: list[Ending] = field(default_factory=list[Ending])
    moves: list[MoveShare] = field(default_factory=list[MoveShare])
    welfare: list[Welfare] = field(default_factory=list[Welfare])
    beliefs: list[Belief] = field(default_factory=list[Belief])
    claims: list[ClaimTest] = field(default_factory=list[ClaimTest])
    points: list[Point] = field(default_factory=list[Point])
    shifts: list[Shift] = field(default_factory=list[Shift])
    hinges: list[Hinge] = field(default_factory=list[Hinge])
    assumptions: list[Assumption] = field(default_factory=list[Assumption])
    learnt: Learnt = field(default_factory=Learnt)

    @property
    def draws(self) -> int:
        """How many draws stand behind an interval; 0 for one solution at the middle of every assumption."""
        asked = cells.whole(self.settings.get("draws"))
        return min(asked, cells.whole(self.settings.get("finished", asked)))

    @property
    def uncertain(self) -> bool:
        """Whether anything in the case differs from draw to draw."""
        written = self.case.rationality
        precise = isinstance(written, str) or not written.uncertain
        numbers = any(each.distribution.uncertain for each in self.case.quantities)
        return numbers or bool(self.case.preferences) or not precise

    @property
    def interrupted(self) -> bool:
        """Whether the study was stopped before all its draws were solved."""
        return bool(self.settings.get("interrupted"))


def _ending(row: cells.Row) -> Ending:
    outset, after = cells.estimate(row), cells.estimate(row, "after_median", "after_low", "after_high")
    name = cells.words(row.get("name")) or cells.words(row["outcome"])
    return Ending(cells.words(row["outcome"]), name, after if after.known else outset, outset)


def _belief(row: cells.Row) -> Belief:
    return Belief(
        event=cells.whole(row["event"]),
        date=cells.day(row.get("date")),
        label=cells.words(row.get("label")),
        observer=cells.words(row["observer"]),
        subject=cells.words(row["subject"]),
        value=cells.words(row.get("value")),
        name=cells.words(row.get("name")),
        share=cells.estimate(row),
        ratio=cells.estimate(row, "llr_median", "llr_low", "llr_high"),
        surprise=cells.number(row.get("surprise_median")),
    )


def _claim(row: cells.Row, draws: int) -> ClaimTest:
    return ClaimTest(
        claim=cells.words(row["claim"]),
        says=cells.words(row.get("says")),
        by=cells.words(row.get("by")),
        raises=cells.words(row["raises"]),
        expect=cells.words(row["expect"]),
        of=cells.words(row["of"]),
        holds=cells.number(row["holds"]),
        ties=cells.number(row["ties"]),
        low_value=cells.number(row.get("low_value")),
        high_value=cells.number(row.get("high_value")),
        effect=cells.estimate(row),
        draws=cells.whole(row.get("draws")) or draws,
    )


def _move(row: cells.Row) -> MoveShare:
    return MoveShare(
        stage=cells.words(row["stage"]),
        stage_name=cells.words(row.get("stage_name")) or cells.words(row["stage"]),
        round=cells.whole(row.get("round")),
        actor=cells.words(row["actor"]),
        move=cells.words(row["move"]),
        name=cells.words(row.get("move_name")) or cells.words(row["move"]),
        share=cells.estimate(row),
        reached=cells.number(row.get("reached")),
    )


def _welfare(row: cells.Row) -> Welfare:
    actor = cells.words(row["actor"])
    return Welfare(actor, cells.words(row.get("name")) or actor, cells.estimate(row))


def _shift(row: cells.Row, draws: int) -> Shift:
    return Shift(
        scenario=cells.words(row["scenario"]),
        name=cells.words(row.get("name")) or cells.words(row["scenario"]),
        outcome=cells.words(row["outcome"]),
        outcome_name=cells.words(row.get("outcome_name")) or cells.words(row["outcome"]),
        share=cells.estimate(row),
        difference=cells.estimate(row, "difference", "difference_low", "difference_high"),
        sign_share=cells.number(row.get("sign_share")),
        draws=cells.whole(row.get("draws")) or draws,
    )


def _hinge(row: cells.Row) -> Hinge:
    return Hinge(
        quantity=cells.words(row["quantity"]),
        name=cells.words(row.get("name")) or cells.words(row["quantity"]),
        outcome=cells.words(row["outcome"]),
        outcome_name=cells.words(row.get("outcome_name")) or cells.words(row["outcome"]),
        low_value=cells.number(row.get("low_value")),
        high_value=cells.number(row.get("high_value")),
        at_low=cells.number(row["at_low"]),
        at_high=cells.number(row["at_high"]),
        correlation=cells.number(row.get("rank_correlation")),
        support=cells.words(row.get("supported")),
        when=cells.words(row.get("when")) or "outset",
    )


def _assumption(row: cells.Row) -> Assumption:
    cited: Iterable[cells.Row] = row.get("citations") or []
    return Assumption(
        kind=cells.words(row["kind"]),
        id=cells.words(row["id"]),
        name=cells.words(row.get("name")) or cells.words(row["id"]),
        value=cells.words(row.get("value")),
        support=cells.words(row.get("support")),
        citations=tuple(_citation(each) for each in cited),
        note=cells.words(row.get("note")),
    )


def _citation(row: cells.Row) -> Citation:
    says = cells.words(row.get("says"))
    return Citation(cells.words(row["source"]), cells.whole(row["first"]), cells.whole(row["last"]), says)


def _certificate(said: dict[str, Any]) -> Certificate:
    endings = dict(said.get("endings") or {})
    return Certificate(
        draws=cells.whole(said.get("draws")),
        certified=cells.whole(said.get("certified")),
        endings=tuple((cells.words(text), cells.whole(count)) for text, count in endings.items()),
        worst_nash_conv=cells.number(said.get("worst_nash_conv")),
        worst_conditional_regret=cells.number(said.get("worst_conditional_regret")),
        turning_points=cells.number(said.get("turning_points")),
        in_the_limit=bool(said.get("in_the_limit", True)),
        sentences=tuple(cells.words(each) for each in said.get("sentences") or ()),
    )


def read_findings(study: Studied) -> Findings:
    """Every table of a study as typed rows, in the study's order."""
    draws = cells.whole(study.settings.get("draws"))
    return Findings(
        case=study.case,
        settings=dict(study.settings),
        size=dict(study.size),
        certificate=_certificate(study.certificate()),
        endings=[_ending(row) for row in cells.rows(study.outcomes())],
        moves=[_move(row) for row in cells.rows(study.moves())],
        welfare=[_welfare(row) for row in cells.rows(study.utilities())],
        beliefs=[_belief(row) for row in cells.rows(study.beliefs())],
        claims=[_claim(row, draws) for row in cells.rows(study.claims())],
        points=[
            Point(
                cells.words(row["question"]),
                cells.words(row["vary"]),
                cells.number(row["value"]),
                cells.words(row["show"]),
                cells.estimate(row),
                cells.whole(row.get("draws")) or draws,
            )
            for row in cells.rows(study.questions())
        ],
        shifts=[_shift(row, draws) for row in cells.rows(study.scenarios())],
        hinges=[_hinge(row) for row in cells.rows(study.hinges())],
        assumptions=[_assumption(row) for row in cells.rows(study.assumptions())],
        learnt=read_learnt(study),
    )
