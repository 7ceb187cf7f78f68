"""The matrix of hypotheses and evidence as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.hypotheses import HypothesisGroup, groups
from detente.analysis.over_draws.intervals import interval
from detente.analysis.over_draws.ranking import Estimates, standing
from detente.analysis.updating import event_label
from detente.crisis.inquiry import ANALYST, EVENTS, OUTSET
from detente.study.running.run import Findings
from detente.study.running.weights import draw_weights

Floats = NDArray[np.float64]
Row = dict[str, Any]

SURPRISING = 0.1
"""An event to which no hypothesis of a group gave more than this surprises under all of them."""

MATRIX = (
    "group event date label when hypothesis value name likelihood likelihood_low likelihood_high "
    "against against_low against_high diagnosticity diagnosticity_low diagnosticity_high place surprising"
)


def matrix(findings: Findings) -> pd.DataFrame:
    """Probability of each event under each hypothesis, as an outside reader sees it.

    likelihood: probability given the hypothesis and the earlier events, which weigh the draws (`when`: `outset` for the
    first event). against: natural log of the event's probability under the hypothesis of its group that explains it
    best, less the log of its probability under this hypothesis; its median and range over draws. Summed over events,
    `against` is the inconsistency of the hypothesis. diagnosticity: the largest `against` in the group. place: rank of
    the event, from 1, by its diagnosticity, shared by events that draws do not tell apart; 0 for an unknown rank. Event
    0 is all events together, and has no place.
    """
    crisis = findings.prepared.crisis

    def rows() -> Iterator[Row]:
        if not crisis.timeline:
            return
        weights = [draw_weights(findings.ensemble, number) for number in range(len(crisis.timeline) + 1)]
        held = {path.subject: path.posterior for path in findings.ensemble.beliefs if path.observer == ANALYST}
        for group in groups(findings.ensemble.beliefs):
            told = group.diagnosticity[:, : len(crisis.timeline)]
            place = [*standing(_telling(told, weights[1:])), 0]
            for position in (*range(len(crisis.timeline)), -1):
                before = max(position, 0)
                # The draws that a hypothesis is judged by are weighed as for somebody who takes it to be true.
                prior = [weights[before] * np.nan_to_num(held[each][:, before]) for each in group.hypotheses]
                event = {**_event(findings, position + 1), "when": EVENTS if before else OUTSET}
                event["place"] = place[position]
                yield from _cells(group, position, event, prior, weights[position + 1 if position >= 0 else -1])

    return pd.DataFrame(list(rows()), columns=MATRIX.split())


def _telling(told: Floats, weights: list[Floats]) -> Estimates:
    """Estimate of each event's diagnosticity, from `told` [draw, event] with the weights of that event's own moment
    [draw].
    """
    known = np.where(np.isfinite(told), told, np.nan)
    means = [Estimates.known_means(known[:, [k]], weights[k]) for k in range(known.shape[1])]
    return Estimates.beside(means)


def _event(findings: Findings, number: int) -> Row:
    crisis = findings.prepared.crisis
    if not number:
        return {"event": 0, "date": None, "label": "All events together"}
    return {
        "event": number,
        "date": crisis.timeline[number - 1].date,
        "label": event_label(crisis, crisis.timeline[number - 1]),
    }


def _cells(group: HypothesisGroup, position: int, event: Row, prior: list[Floats], weights: Floats) -> Iterator[Row]:
    """prior: for each hypothesis the weights [draw] of its likelihood; weights: those of what the event tells."""
    likelihood, against = group.likelihood[:, :, position], group.against[:, :, position]
    told = group.diagnosticity[:, position]
    tells = interval(np.where(np.isfinite(told), told, np.nan), weights)
    chances = [interval(each, weight) for each, weight in zip(likelihood, prior, strict=True)]
    known = [each.mean for each in chances if not np.isnan(each.mean)]
    for number, subject in enumerate(group.hypotheses):
        chance, short = chances[number], interval(against[number], weights)
        yield {
            "group": group.id,
            **event,
            "hypothesis": subject.id,
            "value": subject.value,
            "name": subject.name,
            "likelihood": chance.mean,
            "likelihood_low": chance.low,
            "likelihood_high": chance.high,
            "against": short.median,
            "against_low": short.low,
            "against_high": short.high,
            "diagnosticity": tells.median,
            "diagnosticity_low": tells.low,
            "diagnosticity_high": tells.high,
            "surprising": bool(event["event"] and known and max(known) < SURPRISING),
        }
