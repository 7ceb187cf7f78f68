"""Claims and questions as they are told: since when, by which weights of the draws, and why not given the events.

What is asked is told given the events of the timeline where the case has one, unless it says otherwise (`given`), and
what is so at the outset stands beside it. Where the events leave nothing to tell, the outset is told first, and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.crisis.inquiry import EVENTS, OUTSET, Claim, Question
from detente.study.running.plan import ClaimEnd

Floats = NDArray[np.float64]

FLAT = 1e-6
"""A change smaller than this is no change."""

IMPOSSIBLE = "impossible"
"""The reason for telling from the outset that the events could not have happened, or leave out what the claim is about.
"""

SETTLED = "settled"
"""The reason for telling from the outset that the events settle the answer, whatever value is raised."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Moment from which something is told first, and the reason for the outset where events were seen."""

    when: str
    why: str = ""


@dataclass(frozen=True, eq=False)
class ClaimTrial:
    """A claim tried draw by draw: quantities moved from low to high with everything else as in the draw.

    low, high: the two ends; of two courses the second and the first. at_low, at_high [draw]: the quantity of interest
    at either end, told since `when`; NaN in draws where it is undefined. weights [draw]: how much each draw counts
    then. first: whether this moment is told first, why: why it is that one and not the events.
    """

    claim: Claim
    low: ClaimEnd
    high: ClaimEnd
    at_low: Floats
    at_high: Floats
    when: str
    weights: Floats
    first: bool = True
    why: str = ""

    def end_value(self, end: ClaimEnd) -> float:
        """The one quantity moved, at an end; NaN where several are, or none."""
        return next(iter(end.fixed.values())) if len(end.fixed) == 1 else np.nan

    def given(self, timeline: int) -> int:
        """Number of events of a timeline that the claim is told given."""
        return 0 if self.when == OUTSET else timeline if self.low.events is None else self.low.events

    @property
    def change(self) -> Floats:
        """[draw]: what raising the quantity does."""
        return self.at_high - self.at_low

    @property
    def right(self) -> NDArray[np.bool_]:
        """[draw]: whether raising the quantity moved the quantity of interest the way the claim says."""
        with np.errstate(invalid="ignore"):
            return (self.change > FLAT) if self.claim.rises else (self.change < -FLAT)

    @property
    def known(self) -> NDArray[np.bool_]:
        """[draw]: where it could be tried and that counts."""
        return ~np.isnan(self.change) & (self.weights > 0.0)


@dataclass(frozen=True, eq=False)
class Sweep:
    """A question answered: shown, by moment, [value, draw] for every quantity of interest by its formula.

    weights: by moment [draw]. tellings: for every formula the moment that is told first.
    """

    question: Question
    values: Floats
    shown: Mapping[str, Mapping[str, Floats]]
    weights: Mapping[str, Floats]
    tellings: Mapping[str, Telling]


def telling(given: str, outset: Sequence[Floats], after: Sequence[Floats], weights: Floats) -> Telling:
    """Decides the moment from which something is told first, by its values [draw] at the points that are compared.

    given: the moment that the case asks for. after: the values given the events, none without a timeline.
    """
    if not after:
        return Telling(OUTSET)
    if given == OUTSET:
        return Telling(OUTSET)
    table = np.stack(after)[:, weights > 0.0]
    table = table[:, ~np.isnan(table).any(axis=0)]
    if not table.size:
        return Telling(OUTSET, IMPOSSIBLE)
    early = np.stack(outset)
    if np.ptp(table) <= FLAT < np.ptp(early[~np.isnan(early)], axis=None):
        return Telling(OUTSET, SETTLED)
    return Telling(EVENTS)


def trials_of(
    claim: Claim, ends: Sequence[ClaimEnd], found: Mapping[str, tuple[Floats, Floats]], weights: Floats
) -> list[ClaimTrial]:
    """The trials of a claim, the moment that is told first before the other.

    found: by moment, the quantity of interest at the low and at the high end [draw]. weights [draw]: given the events.
    """
    low, high = ends
    chosen = telling(claim.given, found[OUTSET], found.get(EVENTS, ()), weights)
    even = np.full(len(weights), 1.0 / max(len(weights), 1))
    trials = [
        ClaimTrial(
            claim,
            low,
            high,
            *found[when],
            when,
            even if when == OUTSET else weights,
            when == chosen.when,
            chosen.why if when == chosen.when else "",
        )
        for when in found
    ]
    return sorted(trials, key=lambda each: not each.first)


def sweep_of(
    question: Question, values: Floats, tables: Mapping[str, Sequence[Mapping[str, Floats]]], weights: Floats
) -> Sweep:
    """A question's curves. tables: by moment, at every value, the quantities of interest [draw] by their formulas."""
    texts = [text for text, _ in question.show]
    shown = {when: {text: np.stack([at[text] for at in found]) for text in texts} for when, found in tables.items()}
    even = np.full(len(weights), 1.0 / max(len(weights), 1))
    tellings = {
        text: telling(
            question.given, list(shown[OUTSET][text]), list(shown[EVENTS][text]) if EVENTS in shown else (), weights
        )
        for text in texts
    }
    return Sweep(question, values, shown, {OUTSET: even, EVENTS: weights}, tellings)
