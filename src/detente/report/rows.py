"""The run of a timeline in typed rows: the endings after each event, and who then misreads whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

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
