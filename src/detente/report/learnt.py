"""Findings over draws beyond the answers themselves, as rows: rules, rival claims, evidence, shares of variance."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Annotated, Any, Protocol

from detente.report import cells
from detente.report.cells import Column, EstimateColumns
from detente.report.words import Estimate, number


class Learning(Protocol):
    """The tables read here; each is a pandas data frame."""

    def rules(self) -> Any: ...
    def rivals(self) -> Any: ...
    def matrix(self) -> Any: ...
    def sensitivity(self) -> Any: ...
    def watch(self) -> Any: ...
    def gradients(self) -> Any: ...
    def worth(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Side:
    """One condition of a rule: a quantity above or at most a threshold."""

    quantity: str
    name: str
    above: bool
    threshold: float


def _sides(row: cells.Row) -> tuple[Side, ...]:
    if not row["found"]:
        return ()
    return tuple(
        Side(
            cells.words(row[id]),
            cells.words(row[f"{prefix}name"]) or cells.words(row[id]),
            bool(row[f"{prefix}above"]),
            cells.number(row[f"{prefix}threshold"]),
        )
        for id, prefix in (("quantity", ""), ("second", "second_"))
        if cells.words(row[id])
    )


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """The rule for the part of the draws in which a claim holds; `sides` is empty if no rule was found, for the reason
    `why`.
    """

    claim: str
    when: str
    sides: Annotated[tuple[Side, ...], _sides]
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

    @property
    def words(self) -> str:
        """The part: at most 0.1, 0.1 to 0.2, above 0.2."""
        if self.low != self.low:
            return f"at most {number(self.high)}"
        if self.high != self.high:
            return f"above {number(self.low)}"
        return f"{number(self.low)} to {number(self.high)}"


def _bounds(axis: str, row: cells.Row) -> Bounds:
    ends = (cells.number(row[f"{axis}_from"]), cells.number(row[f"{axis}_to"]))
    return Bounds(cells.words(row[axis]), cells.words(row[f"{axis}_name"]), *ends)


@dataclass(frozen=True, slots=True)
class RivalCell:
    """Of the draws in one part of the range of one quantity or two: how often both claims hold, one, or neither.

    place: of the part by how much more often the first alone is right than the second alone; see
    `detente.study.tables.trials.rivals`.
    """

    first: str
    second: str
    when: str
    found: bool
    x: Annotated[Bounds, partial(_bounds, "x")]
    y: Annotated[Bounds, partial(_bounds, "y")]
    share: float
    both: float
    only_first: float
    only_second: float
    neither: float
    place: int
    draws: int


@dataclass(frozen=True, slots=True)
class EvidenceCell:
    """Probability of an event under a hypothesis (event 0: all events together).

    `against`: the natural logarithm of the probability under the hypothesis that explains the event best, less that
    under this hypothesis, >= 0. `tells`: the largest `against` among the hypotheses of the group. `place`: the rank of
    the event by `tells`; events that draws do not tell apart share one rank.
    """

    group: str
    event: int
    day: Annotated[date | None, Column("date")]
    label: str
    hypothesis: str
    value: str
    name: str
    likelihood: Annotated[Estimate, EstimateColumns.of("likelihood")]
    against: Annotated[Estimate, EstimateColumns.of("against")]
    tells: Annotated[Estimate, EstimateColumns.of("diagnosticity")]
    place: int
    surprising: bool


@dataclass(frozen=True, slots=True)
class VarianceShare:
    """The share of the differences between draws in an outcome that one quantity explains alone.

    place: among the quantities, by their shares in that outcome; those that are not told apart share one.
    """

    quantity: str
    outcome: str
    when: str
    first: Annotated[Estimate, EstimateColumns.of("first")]
    place: int
    method: str


@dataclass(frozen=True, slots=True)
class Slope:
    """Movement of an outcome's chance as a quantity crosses its own range, by the exact derivative at the median.

    A number that the case fixes has no range (NaN); it stands `at` its value.
    """

    quantity: str
    name: str
    kind: str
    outcome: str
    outcome_name: str
    when: str
    derivative: float
    per_range: float
    at: float
    supported: str

    @property
    def by_half(self) -> float:
        """Movement of the outcome's chance, in a straight line, if a fixed number went from half to one and a half its
        value.
        """
        return self.derivative * self.at if math.isnan(self.per_range) else 0.0


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that may be seen next, and what it would tell of one reading or private value.

    `place` is that of the stage by what it tells of this subject; stages that draws do not tell apart share one.
    `seen_by` names the actors who see it, empty for all; `final`: play ends with it. `now` and `after` are what an
    outside reader holds of the subject; `bits` is what looking at this stage is expected to tell, of the `unsure` bits
    that are open.
    """

    rank: int
    place: int
    stage: str
    stage_name: Annotated[str, Column("stage_name", otherwise="stage")]
    round: int
    by: str
    seen_by: tuple[str, ...]
    move: str
    move_name: Annotated[str, Column("move_name", otherwise="move")]
    chance: Annotated[Estimate, EstimateColumns.of("chance")]
    final: bool
    subject: str
    value: str
    name: str
    now: float
    ratio: Annotated[Estimate, EstimateColumns("llr_median", "llr_low", "llr_high")]
    after: Annotated[Estimate, EstimateColumns.of("after")]
    bits: Annotated[Estimate, EstimateColumns.of("bits")]
    unsure: float

    @property
    def settles(self) -> float:
        """The share of what is open that looking at this stage is expected to settle."""
        return min(1.0, self.bits.middle / self.unsure) if self.unsure > 1e-9 else 0.0


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Worth to an actor of knowing something before its decision.

    See `detente.study.tables.value_of_knowing.WORTH`.

    `share` is the worth over the actor's payoff range. With a `value`: what would be best if it turned out so. `now`
    and `best` hold several moves where draws do not tell which is best most often.
    """

    actor: str
    actor_name: str
    stage: str
    stage_name: str
    round: int
    own: str
    now: tuple[str, ...]
    now_name: str
    now_share: float
    kind: str
    id: str
    name: str
    value: str
    chance: float
    best: tuple[str, ...]
    best_name: str
    best_share: float
    share: Annotated[Estimate, EstimateColumns.of("share")]
    changes: float
    told: bool


@dataclass(frozen=True, slots=True)
class Learnt:
    """Everything in this module; a list is empty where the study has no such table."""

    rules: list[ClaimRule] = field(default_factory=list[ClaimRule])
    rivals: list[RivalCell] = field(default_factory=list[RivalCell])
    evidence: list[EvidenceCell] = field(default_factory=list[EvidenceCell])
    shares: list[VarianceShare] = field(default_factory=list[VarianceShare])
    sightings: list[Sighting] = field(default_factory=list[Sighting])
    slopes: list[Slope] = field(default_factory=list[Slope])
    knowledge: list[Knowledge] = field(default_factory=list[Knowledge])


def read_learnt(study: Learning) -> Learnt:
    """The tables of a study as typed rows."""
    return Learnt(
        cells.read(ClaimRule, study.rules()),
        cells.read(RivalCell, study.rivals()),
        cells.read(EvidenceCell, study.matrix()),
        cells.read(VarianceShare, study.sensitivity()),
        cells.read(Sighting, study.watch()),
        cells.read(Slope, study.gradients()),
        cells.read(Knowledge, study.worth()),
    )
