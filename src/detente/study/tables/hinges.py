"""The assumptions that the endings hinge on: every input moved by itself, on the same draws, with the error of the
effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from detente.analysis.over_draws.ends import Ends
from detente.analysis.over_draws.ranking import beyond, ordered, places
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.study.running.levers import LEAST_EFFECT, Levers, MovedInput, foretold, moved_ends, read_move, sizes
from detente.study.running.run import Findings

Row = dict[str, Any]

MOVED, DERIVATIVE = "moved", "derivative"

HINGE_COLUMNS = (
    "quantity name when outcome outcome_name low_value high_value at_low at_high swing error told leading place "
    "method draws effective supported"
)
"""Columns of the table of hinges; a row for every input, moment and outcome, and before them every group of endings
(`outcome` is then its id).

low_value, high_value: where the input is moved from and to: its 5th and 95th percentile, or, where other inputs bound
    it, the medians of those over the draws.
at_low, at_high: mean chance of the outcome there, everything else as drawn; given the events each draw counts by the
    probability that it, with the input so moved, gave to them. swing: their difference, error: its standard error, both
    from the same draws.
told: whether the swing is beyond what chance would show in any input. leading: whether this is the group that the
    input moves most, or the outcome where it moves no group. place: from 1, of what leads and is told; inputs whose
    effects are not told apart share one. 0 elsewhere.
method: `moved`, or `derivative` where the input was not moved and the swing is what its derivatives foretell.
draws: on how many it was moved, those of the run or more; effective: how many equally weighted ones these are, given
    the events, at the end where they are fewer.
"""


def hinges(findings: Findings) -> pd.DataFrame:
    """Change of each outcome as each input goes from its 5th to its 95th percentile; see `HINGE_COLUMNS`."""

    def rows() -> Iterator[Row]:
        levers = findings.levers
        if levers is None or not findings.moves:
            return
        for when in (OUTSET, EVENTS) if findings.prepared.crisis.timeline else (OUTSET,):
            yield from _moment(findings, levers, when)

    return pd.DataFrame(list(rows()), columns=HINGE_COLUMNS.split())


def _moment(findings: Findings, levers: Levers, when: str) -> Iterator[Row]:
    moves = [read_move(findings.found, levers, each.axis, when, each.draws) for each in findings.moves]
    looks = levers.looks
    place = _places(moves, looks)
    known = {each.axis: number for number, each in enumerate(moves)}
    told = None if levers.slopes is None else foretold(findings.found, levers, when)
    ends = levers.ends
    for number, column in enumerate(levers.inputs):
        at = known.get(column.axis)
        about = {"quantity": column.id, "name": column.name, "when": when, "supported": column.supported}
        low, high = moved_ends(levers, column, findings.ensemble.draws, findings.prepared.fixed)
        about |= {"low_value": low, "high_value": high}
        if at is not None:
            effects = _effects(moves[at], len(moves) * looks, place[at])
        else:
            assert told is not None
            assert levers.slopes is not None
            effects = _by_derivative(told.values[number], told.errors[number], levers.slopes.draws, ends)
        for id, label, effect in zip(ends.ids, ends.labels, effects, strict=True):
            yield {**about, "outcome": id, "outcome_name": label, **effect}


def _places(moves: Sequence[MovedInput], looks: int) -> list[int]:
    """[move]: its place among those whose effect is told; 0 for the others."""
    firm = [number for number, each in enumerate(moves) if _told(each, len(moves) * looks)[each.leading]]
    place = [0] * len(moves)
    if firm:
        groups = ordered(sizes([moves[number] for number in firm]), looks)
        for number, own in zip(firm, places(groups, len(firm)), strict=True):
            place[number] = own
    return place


def _told(move: MovedInput, tests: int) -> Any:
    effect = move.effect
    return beyond(effect, tests) & (np.abs(effect.values) >= LEAST_EFFECT)


def _effects(move: MovedInput, tests: int, place: int) -> Iterator[Row]:
    effect, told, leading = move.effect, _told(move, tests), move.leading
    errors = effect.errors
    for outcome in range(effect.count):
        yield {
            "at_low": move.low[outcome],
            "at_high": move.high[outcome],
            "swing": effect.values[outcome],
            "error": errors[outcome],
            "told": bool(told[outcome]),
            "leading": outcome == leading,
            "place": place if outcome == leading else 0,
            "method": MOVED,
            "draws": move.draws,
            "effective": effect.effective[outcome],
        }


def _by_derivative(values: Any, errors: Any, draws: int, ends: Ends) -> Iterator[Row]:
    top = int(np.argmax(np.abs(values)[ends.first(np.abs(values), LEAST_EFFECT)]))
    for outcome, (value, error) in enumerate(zip(values, errors, strict=True)):
        yield {
            "at_low": np.nan,
            "at_high": np.nan,
            "swing": value,
            "error": error,
            "told": False,
            "leading": outcome == top,
            "place": 0,
            "method": DERIVATIVE,
            "draws": draws,
            "effective": np.nan,
        }
