"""A study's tables as typed rows: the one place where the report reads data frames."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from detente.crisis.evidence import Citation
from detente.crisis.model import Crisis
from detente.report.words import Estimate, plain


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

    `low_value` and `high_value` are the quantity's own medians in those quarters.
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

    @property
    def draws(self) -> int:
        """How many draws stand behind an interval; 0 for one solution at the middle of every assumption."""
        asked = _whole(self.settings.get("draws"))
        return min(asked, _whole(self.settings.get("finished", asked)))

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


Row = dict[str, Any]


def _rows(frame: Any) -> Iterable[Row]:
    return [] if frame is None else frame.to_dict("records")


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _words(value: Any) -> str:
    return "" if value is None or value != value else plain(str(value))


def _whole(value: Any) -> int:
    return 0 if value is None or value != value else int(value)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return None if value != value else value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _estimate(row: Row, median: str = "median", low: str = "low", high: str = "high") -> Estimate:
    return Estimate(*(_number(row.get(each)) for each in (median, low, high)))


def _ending(row: Row) -> Ending:
    outset, after = _estimate(row), _estimate(row, "after_median", "after_low", "after_high")
    name = _words(row.get("name")) or _words(row["outcome"])
    return Ending(_words(row["outcome"]), name, after if after.known else outset, outset)


def _belief(row: Row) -> Belief:
    return Belief(
        event=_whole(row["event"]),
        date=_day(row.get("date")),
        label=_words(row.get("label")),
        observer=_words(row["observer"]),
        subject=_words(row["subject"]),
        value=_words(row.get("value")),
        name=_words(row.get("name")),
        share=_estimate(row),
        ratio=_estimate(row, "llr_median", "llr_low", "llr_high"),
        surprise=_number(row.get("surprise_median")),
    )


def _claim(row: Row, draws: int) -> ClaimTest:
    return ClaimTest(
        claim=_words(row["claim"]),
        says=_words(row.get("says")),
        by=_words(row.get("by")),
        raises=_words(row["raises"]),
        expect=_words(row["expect"]),
        of=_words(row["of"]),
        holds=_number(row["holds"]),
        ties=_number(row["ties"]),
        low_value=_number(row.get("low_value")),
        high_value=_number(row.get("high_value")),
        effect=_estimate(row),
        draws=_whole(row.get("draws")) or draws,
    )


def _move(row: Row) -> MoveShare:
    return MoveShare(
        stage=_words(row["stage"]),
        stage_name=_words(row.get("stage_name")) or _words(row["stage"]),
        round=_whole(row.get("round")),
        actor=_words(row["actor"]),
        move=_words(row["move"]),
        name=_words(row.get("move_name")) or _words(row["move"]),
        share=_estimate(row),
        reached=_number(row.get("reached")),
    )


def _shift(row: Row, draws: int) -> Shift:
    return Shift(
        scenario=_words(row["scenario"]),
        name=_words(row.get("name")) or _words(row["scenario"]),
        outcome=_words(row["outcome"]),
        outcome_name=_words(row.get("outcome_name")) or _words(row["outcome"]),
        share=_estimate(row),
        difference=_estimate(row, "difference", "difference_low", "difference_high"),
        sign_share=_number(row.get("sign_share")),
        draws=_whole(row.get("draws")) or draws,
    )


def _hinge(row: Row) -> Hinge:
    return Hinge(
        quantity=_words(row["quantity"]),
        name=_words(row.get("name")) or _words(row["quantity"]),
        outcome=_words(row["outcome"]),
        outcome_name=_words(row.get("outcome_name")) or _words(row["outcome"]),
        low_value=_number(row.get("low_value")),
        high_value=_number(row.get("high_value")),
        at_low=_number(row["at_low"]),
        at_high=_number(row["at_high"]),
        correlation=_number(row.get("rank_correlation")),
        support=_words(row.get("supported")),
    )


def _assumption(row: Row) -> Assumption:
    cited: Iterable[Row] = row.get("citations") or []
    return Assumption(
        kind=_words(row["kind"]),
        id=_words(row["id"]),
        name=_words(row.get("name")) or _words(row["id"]),
        value=_words(row.get("value")),
        support=_words(row.get("support")),
        citations=tuple(
            Citation(_words(each["source"]), _whole(each["first"]), _whole(each["last"]), _words(each.get("says")))
            for each in cited
        ),
        note=_words(row.get("note")),
    )


def _certificate(said: dict[str, Any]) -> Certificate:
    return Certificate(
        draws=_whole(said.get("draws")),
        certified=_whole(said.get("certified")),
        endings=tuple((_words(text), _whole(count)) for text, count in dict(said.get("endings") or {}).items()),
        worst_nash_conv=_number(said.get("worst_nash_conv")),
        worst_conditional_regret=_number(said.get("worst_conditional_regret")),
        turning_points=_number(said.get("turning_points")),
        in_the_limit=bool(said.get("in_the_limit", True)),
        sentences=tuple(_words(each) for each in said.get("sentences") or ()),
    )


def read_findings(study: Studied) -> Findings:
    """Every table of a study as typed rows, in the study's order."""
    draws = _whole(study.settings.get("draws"))
    return Findings(
        case=study.case,
        settings=dict(study.settings),
        size=dict(study.size),
        certificate=_certificate(study.certificate()),
        endings=[_ending(row) for row in _rows(study.outcomes())],
        moves=[_move(row) for row in _rows(study.moves())],
        welfare=[
            Welfare(_words(row["actor"]), _words(row.get("name")) or _words(row["actor"]), _estimate(row))
            for row in _rows(study.utilities())
        ],
        beliefs=[_belief(row) for row in _rows(study.beliefs())],
        claims=[_claim(row, draws) for row in _rows(study.claims())],
        points=[
            Point(
                _words(row["question"]),
                _words(row["vary"]),
                _number(row["value"]),
                _words(row["show"]),
                _estimate(row),
                _whole(row.get("draws")) or draws,
            )
            for row in _rows(study.questions())
        ],
        shifts=[_shift(row, draws) for row in _rows(study.scenarios())],
        hinges=[_hinge(row) for row in _rows(study.hinges())],
        assumptions=[_assumption(row) for row in _rows(study.assumptions())],
    )
