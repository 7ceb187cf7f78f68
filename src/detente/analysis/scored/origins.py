"""Every forecast origin of a case: the days on which more became known, and what was known on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from detente.crisis.inquiry import Observation, known_by
from detente.crisis.model import Crisis

QUARTERS = (0.0, 0.25, 0.5, 0.75)
"""Shares of a horizon after which a forecast is made where its dates follow a rule, whatever happens."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The day on which a forecast is made, None for the outset or where nothing is dated, and what is known by then."""

    on: date | None
    events: tuple[Observation, ...] = ()


def first_day(timeline: Sequence[Observation]) -> date | None:
    """The day on which anything became known; None where nothing is dated."""
    return min(_days(timeline), default=None)


def last_day(timeline: Sequence[Observation]) -> date | None:
    """The day by which everything was known; None where nothing is dated."""
    return max(_days(timeline), default=None)


def _days(timeline: Sequence[Observation]) -> list[date]:
    return sorted({day for each in timeline if (day := each.known or each.date)})


def origins(crisis: Crisis, before: date | None = None) -> tuple[Origin, ...]:
    """The outset, and then every day on which more became known.

    before: the day of the ending; a forecast of that day or a later one is none. Where nothing is dated, every event
    makes an origin of its own.
    """
    days = _days(crisis.timeline)
    if not days:
        return tuple(Origin(None, crisis.timeline[:number]) for number in range(len(crisis.timeline) + 1))
    found = [Origin(None)]
    for day in days:
        known = known_by(crisis.timeline, day)
        if known != found[-1].events and (before is None or day < before):
            found.append(Origin(day, known))
    return tuple(found)


def days_of_rule(start: date, horizon: int) -> tuple[date, ...]:
    """The start and a quarter, half and three quarters of a horizon in days from it, whatever happens then."""
    return tuple(start + timedelta(days=round(share * horizon)) for share in QUARTERS)


def origins_apart(crisis: Crisis) -> tuple[Origin, ...]:
    """Origins at which events were known of which earlier ones were not: no beginning of the timeline."""
    return tuple(each for each in origins(crisis) if not is_beginning(each.events, crisis.timeline))


def is_beginning(events: Sequence[Observation], timeline: Sequence[Observation]) -> bool:
    """True where events are the first ones of a timeline, none left out."""
    return tuple(events) == tuple(timeline[: len(events)])
