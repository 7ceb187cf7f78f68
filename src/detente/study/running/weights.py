"""Weights of draws once events were seen: each draw counts by the probability that it gave to the events.

Draws are a sample of the beliefs about the quantities before anything is seen. After events, by Bayes' rule over draws,
the draws that gave the events a better chance deserve more belief, and every number told given the events is the mean
over draws by these weights: sum of P(answer and events) / sum of P(events).
Source: Bayes' rule by importance weights (Geweke 1989); effective number of draws after Kish 1965.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import FEW_DRAWS, effective_number
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.plurals import counted
from detente.study.running.ensemble import Ensemble

Floats = NDArray[np.float64]


def normalised(log_chance: Floats) -> Floats:
    """[draw]: weights that sum to one, from logarithms of the probability that each draw gave to what was seen.

    Only differences of the logarithms matter, so that no weight vanishes because every draw gave the events a small
    chance. All weights are zero where no draw gave them any.
    """
    known = np.where(np.isnan(log_chance), -np.inf, log_chance)
    top = known.max(initial=-np.inf)
    if not np.isfinite(top):
        return np.zeros(len(known))
    weight = np.exp(known - top)
    return weight / weight.sum()


def draw_weights(ensemble: Ensemble, events: int | None = None) -> Floats:
    """[draw]: weights given the first events of the timeline, all of them where `events` is None; they sum to one.

    They are those of an outside reader, who sees the events as they were. An actor's beliefs after an event are
    averaged by the same weights: what the actor could not see is in its own beliefs, draw by draw.
    """
    logs = ensemble.log_events
    return normalised(logs[:, logs.shape[1] - 1 if events is None else events])


SEEN = "seen"
"""Moment of a number that is told given other things than the events of the timeline."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Moment from which numbers are told: `outset`, `events` or `seen`, with the number of things seen.

    effective: how many equally weighted draws say as much as the weighted ones. parted: True where what is changed
    contradicts a later event, so that history parts there and the events from it on are left out.
    """

    when: str
    events: int
    draws: int
    effective: float
    parted: bool = False

    @property
    def few(self) -> bool:
        """True where the effective draws are too few for the ends of a range."""
        return self.draws > 1 and self.effective < FEW_DRAWS

    @property
    def says(self) -> str:
        """The moment as a clause."""
        if self.parted and self.when != SEEN:
            return parted_words(self.events)
        if self.when == OUTSET:
            return "at the outset"
        if self.when == SEEN:
            return "given what is taken as seen"
        return "given the one event seen" if self.events == 1 else f"given the {self.events:,} events seen"


def parted_words(events: int) -> str:
    """The moment at which a change parts from what happened, as a clause; events: how many came before."""
    if not events:
        return "at the outset, for the change contradicts the first event"
    before = "one event" if events == 1 else f"{events:,} events"
    return f"given the {before} before the first that the change contradicts"


def moments(ensemble: Ensemble, parted: bool = False) -> list[Moment]:
    """The moments from which a study tells its numbers: the outset and, with a timeline, the events.

    parted: whether the study's own change contradicts the event after these.
    """
    count = ensemble.count
    seen = ensemble.log_events.shape[1] - 1
    found = [Moment(OUTSET, 0, count, float(count), parted and not seen)]
    if seen:
        found.append(Moment(EVENTS, seen, count, effective_number(draw_weights(ensemble)), parted))
    return found


def weighed(draws: int, effective: float, few: bool) -> str:
    """Sentences on the reliance to place on draws weighed by events; with a warning if they say as much as only a few
    draws.
    """
    said = (
        "Each draw counts by the probability that it gave to what was seen: "
        f"{counted(draws, 'draw')} {'says' if draws == 1 else 'say'} as much as {effective:,.0f} that count alike."
    )
    if few:
        said += (
            " That is few: the means are rough, and the ends of the ranges are not to be relied on. Solve more draws"
            + (", or look for what in the case makes what was seen so unlikely." if draws >= FEW_DRAWS else ".")
        )
    return said
