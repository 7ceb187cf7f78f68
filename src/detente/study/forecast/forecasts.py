"""Forecasts of a case: the probability of every ending and group of endings on each day, from what was known by then.

Each draw counts by the probability that it gave to what was known, and an answer is the mean over draws: a mean of
probabilities is a probability, and those of all endings add up to one, which medians need not do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import effective_number, interval
from detente.analysis.scored.origins import Origin, is_beginning, origins, origins_apart
from detente.analysis.updating import event_label
from detente.crisis.model import Crisis
from detente.study.running.ensemble import Ensemble
from detente.study.running.run import Findings
from detente.study.running.weights import normalised

Floats = NDArray[np.float64]

COLUMNS = "number on event events kind ending name mean error effective"
"""Columns of the table of forecasts: number of the forecast from 0, its day, the last event known by then, the number
of events known, `ending` or `group`, its id and name, mean over draws, standard error of the mean, effective draws."""


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability with the standard error that it has because draws are few; NaN where there is a single one."""

    mean: float
    error: float = float("nan")


@dataclass(frozen=True)
class Forecast:
    """A forecast: its day (None: the outset, or no dates), the events known by then, and the probabilities told.

    events: names for a reader. endings, groups: probabilities by id. effective: how many equally weighted draws say as
    much as the weighted ones; NaN where it was not made from draws.
    """

    on: date | None
    events: tuple[str, ...]
    endings: Mapping[str, Chance]
    groups: Mapping[str, Chance]
    effective: float = float("nan")

    def plain(self) -> dict[str, Any]:
        """The forecast as plain values; a number that is not known is None."""
        return {
            "on": self.on.isoformat() if self.on else None,
            "events": list(self.events),
            "endings": _plain(self.endings),
            "groups": _plain(self.groups),
            "effective": _known(self.effective),
        }

    @staticmethod
    def of_plain(told: Mapping[str, Any]) -> Forecast:
        """The forecast of `plain`. Raises KeyError, TypeError and ValueError for anything else."""
        on = None if told["on"] is None else date.fromisoformat(told["on"])
        if not all(isinstance(each, str) for each in told["events"]):
            raise TypeError("an event is no text")
        effective = told["effective"]
        return Forecast(
            on,
            tuple(told["events"]),
            _of_plain(told["endings"]),
            _of_plain(told["groups"]),
            float("nan") if effective is None else float(effective),
        )


def _known(number: float) -> float | None:
    return None if number != number else float(number)


def _plain(chances: Mapping[str, Chance]) -> dict[str, Any]:
    return {name: {"mean": _known(each.mean), "error": _known(each.error)} for name, each in chances.items()}


def _of_plain(told: Mapping[str, Any]) -> dict[str, Chance]:
    def number(value: Any) -> float:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise TypeError("a probability is no number")
        return float("nan") if value is None else float(value)

    found = {str(name): Chance(number(each["mean"]), number(each["error"])) for name, each in told.items()}
    if any(not -1e-9 <= each.mean <= 1 + 1e-9 for each in found.values() if each.mean == each.mean):
        raise ValueError("a probability lies outside the range from 0 to 1")
    return found


def forecast_of(crisis: Crisis, origin: Origin, outcomes: Floats, log_chance: Floats) -> Forecast:
    """The forecast that solved draws make.

    outcomes [draw, outcome]: probabilities given what is known at the origin, NaN where a draw rules that out;
    log_chance [draw]: logarithm of the probability that each draw gave to it.
    """
    weights = normalised(log_chance)
    place = {outcome.id: number for number, outcome in enumerate(crisis.outcomes)}

    def chance(endings: Sequence[str]) -> Chance:
        found = interval(outcomes[:, [place[each] for each in endings]].sum(axis=1), weights)
        return Chance(found.mean, found.error)

    return Forecast(
        origin.on,
        tuple(event_label(crisis, event) for event in origin.events),
        {outcome.id: chance((outcome.id,)) for outcome in crisis.outcomes},
        {group.id: chance(group.endings) for group in crisis.groups},
        effective_number(weights),
    )


def read_origin(ensemble: Ensemble, crisis: Crisis, origin: Origin) -> tuple[Floats, Floats]:
    """Outcomes [draw, outcome] and log chance [draw] of what was known at an origin, from a whole run's draws.

    KeyError where the run did not keep them.
    """
    if not origin.events:
        return ensemble.outcomes, np.zeros(ensemble.count)
    if is_beginning(origin.events, crisis.timeline):
        number = len(origin.events)
        return ensemble.outcomes_along[:, number], ensemble.log_events[:, number]
    for number, each in enumerate(origins_apart(crisis)):
        if each.events == origin.events:
            return ensemble.known(number)
    raise KeyError(origin)


def forecasts_of(findings: Findings) -> tuple[Forecast, ...]:
    """The forecast of a run at every origin; its timeline may go on after the ending."""
    crisis = findings.prepared.crisis
    return tuple(
        forecast_of(crisis, origin, *read_origin(findings.ensemble, crisis, origin)) for origin in origins(crisis)
    )


def forecast_table(findings: Findings) -> pd.DataFrame:
    """Every ending and group of endings on each day on which more became known; see `COLUMNS`."""
    crisis = findings.prepared.crisis
    names = {each.id: each.label for each in (*crisis.outcomes, *crisis.groups)}

    def rows() -> Iterator[dict[str, Any]]:
        for number, told in enumerate(forecasts_of(findings)):
            about = {
                "number": number,
                "on": told.on.isoformat() if told.on else "",
                "event": told.events[-1] if told.events else "",
                "events": len(told.events),
            }
            for kind, chances in (("ending", told.endings), ("group", told.groups)):
                for id, each in chances.items():
                    named = {"kind": kind, "ending": id, "name": names[id]}
                    yield {**about, **named, "mean": each.mean, "error": each.error, "effective": told.effective}

    return pd.DataFrame(list(rows()), columns=COLUMNS.split())
