"""What was learnt from the draws beyond the answers: rules, rival claims, evidence, shares of variance, as rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from detente.report import cells
from detente.report.words import Estimate


class Learning(Protocol):
    """The tables read here; each is a pandas data frame."""

    def rules(self) -> Any: ...
    def rivals(self) -> Any: ...
    def matrix(self) -> Any: ...
    def sensitivity(self) -> Any: ...
    def watch(self) -> Any: ...
    def gradients(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Side:
    """One condition of a rule: a quantity above or at most a threshold."""

    quantity: str
    name: str
    above: bool
    threshold: float


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """Where a claim holds; without `sides` no rule was found, and `why` says why."""

    claim: str
    sides: tuple[Side, ...]
    why: str
    inside: float
    holds_inside: float
    holds_outside: float
    accuracy: float
    base: float
    draws: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """A part of the range of a quantity; an open end is NaN. No quantity (empty) means all of it."""

    quantity: str
    name: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RivalCell:
    """Of the draws in one part of the range of one quantity or two: how often both claims hold, one, or neither."""

    first: str
    second: str
    found: bool
    x: Bounds
    y: Bounds
    share: float
    both: float
    only_first: float
    only_second: float
    neither: float
    draws: int


@dataclass(frozen=True, slots=True)
class EvidenceCell:
    """How likely an event was under a hypothesis (event 0: all events together).

    `against` is the natural log of how much less likely it was than under the hypothesis that explains it best,
    `tells` the largest of these among the hypotheses of the group.
    """

    group: str
    event: int
    day: date | None
    label: str
    hypothesis: str
    value: str
    name: str
    likelihood: Estimate
    against: Estimate
    tells: Estimate
    surprising: bool


@dataclass(frozen=True, slots=True)
class VarianceShare:
    """The share of the differences between draws in an outcome that one quantity explains alone."""

    quantity: str
    outcome: str
    when: str
    first: Estimate
    method: str


@dataclass(frozen=True, slots=True)
class Slope:
    """How far an outcome moves, by the exact derivative at the median, as a quantity crosses its own range."""

    quantity: str
    outcome: str
    when: str
    per_range: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that may be seen next, and what it would tell of one reading or private value.

    `seen_by` names the actors who see it, empty for all; `final`: play ends with it. `now` and `after` are what an
    outside reader holds of the subject; `bits` is what looking at this stage is expected to tell, of the `unsure` bits
    that are open.
    """

    rank: int
    stage: str
    stage_name: str
    round: int
    by: str
    seen_by: tuple[str, ...]
    move: str
    move_name: str
    chance: Estimate
    final: bool
    subject: str
    value: str
    name: str
    now: float
    ratio: Estimate
    after: Estimate
    bits: Estimate
    unsure: float

    @property
    def settles(self) -> float:
        """The share of what is open that looking at this stage is expected to settle."""
        return min(1.0, self.bits.median / self.unsure) if self.unsure > 1e-9 else 0.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """Everything in this module; a list is empty where the study has no such table."""

    rules: list[ClaimRule] = field(default_factory=list[ClaimRule])
    rivals: list[RivalCell] = field(default_factory=list[RivalCell])
    evidence: list[EvidenceCell] = field(default_factory=list[EvidenceCell])
    shares: list[VarianceShare] = field(default_factory=list[VarianceShare])
    sightings: list[Sighting] = field(default_factory=list[Sighting])
    slopes: list[Slope] = field(default_factory=list[Slope])


def read_learnt(study: Learning) -> Learnt:
    """The tables of a study as typed rows."""
    return Learnt(
        [_rule(row) for row in cells.rows(study.rules())],
        [_rival(row) for row in cells.rows(study.rivals())],
        [_evidence(row) for row in cells.rows(study.matrix())],
        [_share(row) for row in cells.rows(study.sensitivity())],
        read_sightings(study.watch()),
        [_slope(row) for row in cells.rows(study.gradients())],
    )


def _rule(row: cells.Row) -> ClaimRule:
    sides: list[Side] = []
    if row.get("found"):
        for id, prefix in (("quantity", ""), ("second", "second_")):
            quantity = cells.words(row.get(id))
            if quantity:
                name = cells.words(row.get(f"{prefix}name")) or quantity
                over = bool(row.get(f"{prefix}above"))
                sides.append(Side(quantity, name, over, cells.number(row.get(f"{prefix}threshold"))))
    return ClaimRule(
        claim=cells.words(row["claim"]),
        sides=tuple(sides),
        why=cells.words(row.get("why")),
        inside=cells.number(row.get("inside")),
        holds_inside=cells.number(row.get("holds_inside")),
        holds_outside=cells.number(row.get("holds_outside")),
        accuracy=cells.number(row.get("accuracy")),
        base=cells.number(row.get("base")),
        draws=cells.whole(row.get("draws")),
    )


def _rival(row: cells.Row) -> RivalCell:
    def bounds(axis: str) -> Bounds:
        ends = (cells.number(row.get(f"{axis}_from")), cells.number(row.get(f"{axis}_to")))
        return Bounds(cells.words(row.get(axis)), cells.words(row.get(f"{axis}_name")), *ends)

    return RivalCell(
        first=cells.words(row["first"]),
        second=cells.words(row["second"]),
        found=bool(row.get("found")),
        x=bounds("x"),
        y=bounds("y"),
        share=cells.number(row.get("share")),
        both=cells.number(row.get("both")),
        only_first=cells.number(row.get("only_first")),
        only_second=cells.number(row.get("only_second")),
        neither=cells.number(row.get("neither")),
        draws=cells.whole(row.get("draws")),
    )


def _evidence(row: cells.Row) -> EvidenceCell:
    return EvidenceCell(
        group=cells.words(row["group"]),
        event=cells.whole(row["event"]),
        day=cells.day(row.get("date")),
        label=cells.words(row.get("label")),
        hypothesis=cells.words(row["hypothesis"]),
        value=cells.words(row.get("value")),
        name=cells.words(row.get("name")),
        likelihood=cells.estimate(row, "likelihood", "likelihood_low", "likelihood_high"),
        against=cells.estimate(row, "against", "against_low", "against_high"),
        tells=cells.estimate(row, "diagnosticity", "diagnosticity_low", "diagnosticity_high"),
        surprising=bool(row.get("surprising")),
    )


def _share(row: cells.Row) -> VarianceShare:
    first = cells.estimate(row, "first", "first_low", "first_high")
    names = (cells.words(row["quantity"]), cells.words(row["outcome"]), cells.words(row.get("when")) or "outset")
    return VarianceShare(*names, first, cells.words(row.get("method")))


def _slope(row: cells.Row) -> Slope:
    names = (cells.words(row["quantity"]), cells.words(row["outcome"]), cells.words(row.get("when")))
    return Slope(*names, cells.number(row.get("per_range")))


def read_sightings(table: Any) -> list[Sighting]:
    """The table of what to watch as typed rows."""
    return [_sighting(row) for row in cells.rows(table)]


def _sighting(row: cells.Row) -> Sighting:
    return Sighting(
        rank=cells.whole(row.get("rank")),
        stage=cells.words(row["stage"]),
        stage_name=cells.words(row.get("stage_name")) or cells.words(row["stage"]),
        round=cells.whole(row.get("round")),
        by=cells.words(row.get("by")),
        seen_by=tuple(cells.words(row.get("seen_by")).split()),
        move=cells.words(row["move"]),
        move_name=cells.words(row.get("move_name")) or cells.words(row["move"]),
        chance=cells.estimate(row, "chance", "chance_low", "chance_high"),
        final=bool(row.get("final")),
        subject=cells.words(row["subject"]),
        value=cells.words(row.get("value")),
        name=cells.words(row.get("name")),
        now=cells.number(row.get("now")),
        ratio=cells.estimate(row, "llr_median", "llr_low", "llr_high"),
        after=cells.estimate(row, "after", "after_low", "after_high"),
        bits=cells.estimate(row, "bits", "bits_low", "bits_high"),
        unsure=cells.number(row.get("unsure")),
    )
