"""The run of a timeline as tables: what each event does to the endings, and who then misreads whom.

Draws are weighed by the events up to that one, so that a change from one event to the next is a difference of two
means, each with weights of its own; its standard error is that of two ratios on the same draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.ends import Ends
from detente.analysis.over_draws.intervals import NO_CHANGE, apart, interval, mean
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.study.running.run import Findings
from detente.study.running.weights import draw_weights
from detente.study.tables.findings import EVENT, SPREAD_COLUMNS, event_row, frame, spread

Floats = NDArray[np.float64]
Row = dict[str, Any]


def _weights(findings: Findings) -> list[Floats]:
    """[event][draw]: how much each draw counts after each event, from 0."""
    return [draw_weights(findings.ensemble, number) for number in range(len(findings.prepared.crisis.timeline) + 1)]


def _rounded(apart: Floats) -> Floats:
    """Differences, those that are only rounding as none."""
    return np.where(np.abs(apart) < NO_CHANGE, 0.0, apart)


def outcomes_along(findings: Findings) -> pd.DataFrame:
    """Probability of each outcome before the first event and after each one; empty without a timeline.

    change: by how much the event moved the mean, change_error its standard error, change_low and change_high the range
    of the differences draw by draw; NaN at event 0. surprise: probability of the event given those before it.
    """
    outcomes = findings.prepared.crisis.outcomes
    return _along(findings, [(each.id, each.label) for each in outcomes], np.eye(len(outcomes)))


def groups_along(findings: Findings) -> pd.DataFrame:
    """Probability of each group of endings (`outcome`: its id) through the events; otherwise as `outcomes_along`."""
    ends = Ends.of(findings.prepared.crisis)
    own = slice(ends.groups)
    return _along(findings, list(zip(ends.ids[own], ends.labels[own], strict=True)), ends.table[:, own])


def _along(findings: Findings, told: Sequence[tuple[str, str]], shares: Floats) -> pd.DataFrame:
    """Chances of what is told, by id and name, after every event; shares [outcome, told]: 1 where it holds one."""
    crisis, weights = findings.prepared.crisis, _weights(findings)

    def rows() -> Iterator[Row]:
        if not crisis.timeline or not told:
            return
        table, logs = findings.ensemble.outcomes_along @ shares, findings.ensemble.log_events
        for number, weight in enumerate(weights):
            surprise = np.nan
            if number:
                with np.errstate(invalid="ignore"):
                    surprise = mean(np.exp(logs[:, number] - logs[:, number - 1]), weights[number - 1])
            for place, (id, name) in enumerate(told):
                now = table[:, number, place]
                row = {
                    **event_row(crisis, number),
                    "outcome": id,
                    "name": name,
                    "when": EVENTS if number else OUTSET,
                    **spread(interval(now, weight)),
                    **dict.fromkeys(_CHANGE, np.nan),
                    "surprise": surprise,
                }
                if number:
                    moved = apart(table[:, number - 1, place], now, (weights[number - 1], weight))
                    row |= dict(zip(_CHANGE, (moved.mean, moved.error, moved.low, moved.high), strict=True))
                yield row

    return frame(rows(), f"{EVENT} outcome name when {' '.join(SPREAD_COLUMNS)} {' '.join(_CHANGE)} surprise")


_CHANGE = ("change", "change_error", "change_low", "change_high")


def misreadings(findings: Findings) -> pd.DataFrame:
    """After every event, what each actor (observer) expects another (of) to believe, and what that one does believe.

    A row for each reading, and for each value of what the observer privately is. held_*: what `of` believes; mean, low
    … : what the observer expects it to believe; misreading: the second less the first, draw by draw, with its error
    and range. distance: how far the two lie apart, whichever is larger, averaged over what the events leave open.
    """
    crisis, weights = findings.prepared.crisis, _weights(findings)

    def rows() -> Iterator[Row]:
        for each in findings.ensemble.expected:
            for number, weight in enumerate(weights):
                wrong = interval(_rounded(each.expected[:, number] - each.held[:, number]), weight)
                yield {
                    **event_row(crisis, number),
                    "observer": each.observer,
                    "of": each.of,
                    "subject": each.subject.id,
                    "value": each.subject.value,
                    "name": each.subject.name,
                    "when": EVENTS if number else OUTSET,
                    **spread(interval(each.expected[:, number], weight)),
                    **spread(interval(each.held[:, number], weight), "held"),
                    "misreading": wrong.mean,
                    "misreading_error": wrong.error,
                    "misreading_low": wrong.low,
                    "misreading_high": wrong.high,
                    "distance": mean(_rounded(each.distance[:, number]), weight),
                }

    held = " ".join(f"held_{name}" for name in SPREAD_COLUMNS)
    wrong = "misreading misreading_error misreading_low misreading_high distance"
    return frame(rows(), f"{EVENT} observer of subject value name when {' '.join(SPREAD_COLUMNS)} {held} {wrong}")
