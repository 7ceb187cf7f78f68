"""The run of a timeline in typed rows: the endings after each event, and who then misreads whom; and assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from detente.crisis.evidence import Citation
from detente.report import cells
from detente.report.cells import Column, EstimateColumns
from detente.report.words import Estimate


@dataclass(frozen=True, slots=True)
class OutcomeStep:
    """The probability of an outcome after an event (0: before anything), and by how much the event moved it.

    `error` and `change_error` are standard errors; `surprise` is the event's own probability.
    """

    event: int
    date: date | None
    label: str
    outcome: str
    name: str
    share: Estimate
    error: Annotated[float, Column("mean_error")]
    change: Annotated[Estimate, EstimateColumns.of("change")]
    change_error: float
    surprise: float


@dataclass(frozen=True, slots=True)
class Misreading:
    """The belief that `observer` expects `of` to hold after an event, beside the one that `of` does hold.

    `wrong` is the first less the second, `error` its standard error; `distance`: how far apart they lie, on average.
    """

    event: int
    date: date | None
    label: str
    observer: str
    of: str
    subject: str
    value: str
    name: str
    expected: Annotated[Estimate, EstimateColumns()]
    held: Annotated[Estimate, EstimateColumns("held_mean", "held_low", "held_high")]
    wrong: Annotated[Estimate, EstimateColumns.of("misreading")]
    error: Annotated[float, Column("misreading_error")]
    distance: float


@dataclass(frozen=True, slots=True)
class HindsightRow:
    """An event, an assumption at the better end of its range, or a scenario, by its effect on the chance of what came.

    `gain`: by how much the logarithmic score would have been better, in nats; `told`: beyond twice the error.
    """

    kind: str
    id: str
    name: str
    when: str
    ending_name: str
    value: float
    before: float
    after: float
    change: float
    error: float
    gain: float
    told: bool


@dataclass(frozen=True, slots=True)
class AssumptionRow:
    """Something the case takes for granted, and the grade of its support."""

    kind: str
    id: str
    name: str
    value: str
    support: str
    citations: tuple[Citation, ...]
    note: str


def read_assumption(row: cells.Row) -> AssumptionRow:
    """A row of the table of assumptions."""
    cited: Iterable[cells.Row] = row["citations"] or []
    return AssumptionRow(
        kind=cells.words(row["kind"]),
        id=cells.words(row["id"]),
        name=cells.words(row["name"]) or cells.words(row["id"]),
        value=cells.words(row["value"]),
        support=cells.words(row["support"]),
        citations=tuple(_citation(each) for each in cited),
        note=cells.words(row["note"]),
    )


def _citation(row: cells.Row) -> Citation:
    says = cells.words(row["says"])
    pages: list[int] | None = row.get("pages")
    rows: Mapping[str, list[str]] = row.get("rows") or {}
    return Citation(
        cells.words(row["source"]),
        cells.whole(row["first"]),
        cells.whole(row["last"]),
        says,
        pages=(pages[0], pages[1]) if pages else None,
        document=cells.words(row.get("document", "")),
        rows=tuple((column, tuple(values)) for column, values in rows.items()),
    )


@dataclass(frozen=True, slots=True)
class ChangedEnd:
    """A group or an outcome in the case as it stands and then, with what a run changes; `error`: of the difference."""

    outcome: str
    name: str
    when: str
    before: float
    then: float
    difference: Annotated[Estimate, EstimateColumns.of("difference")]
    error: Annotated[float, Column("difference_error")]
    draws: int


@dataclass(frozen=True, slots=True)
class SeenAndDone:
    """A quantity given a move, where the move is seen and where it is forced; `says`: both effects in a sentence."""

    quantity: str
    parts: bool
    says: str
    events: int
