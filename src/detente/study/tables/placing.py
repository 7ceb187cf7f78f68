"""The orders that a study tells: which ending is likeliest, which scenario changes most, as far as draws tell.

Given the events seen where there are any, else at the outset; what is told from the outset all the same, because the
events leave nothing to tell of it, is ordered as it is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.ends import Ends
from detente.analysis.over_draws.ranking import Estimates, leaders, standing, unmirrored
from detente.analysis.profile import where_reached
from detente.crisis.expressions import Probability
from detente.crisis.inquiry import ANALYST
from detente.study.running.levers import LEAST_EFFECT
from detente.study.running.run import Findings
from detente.study.running.telling import Sweep

Floats = NDArray[np.float64]
Row = dict[str, Any]

PLACED_ENDINGS, PLACED_GROUPS, PLACED_MOVES, PLACED_CURVES = "endings", "groups", "moves", "curves"
PLACED_SCENARIOS, PLACED_CHANGES = "scenarios", "changes"
PLACED_READINGS, PLACED_EVENTS, PLACED_VALUES = "readings", "events", "values"

PLACES = "list of id outcome place shared value error"
"""Columns of the table of places; a row for every member of every list.

list, of: members are compared with those of the same `list` and the same `of`, which is empty where a list has no
    parts. `endings` by their chance; `groups` of endings on one axis (`of`: the axis) likewise; `moves` of one stage
    (`of`: STAGE, or STAGE ROUND) by how often each is made where the stage is reached; `scenarios` by what each changes
    most; `changes`: groups of endings by how far one scenario (`of`) changes each, or endings where it moves no group,
    in either case those that it does not settle itself; `curves`: what one question (`of`) shows, by how far each goes
    from one end of the range to the other (amounts as shares of their largest mean); `readings` by what an outside
    reader holds after the last event; `events` by how far each moves what an outside reader holds of the likeliest
    reading (in log-odds; of the first in the case where several are not told apart); `values` of one private variable
    (`of`: ACTOR.VARIABLE), each as ACTOR.VARIABLE=VALUE, by what an outside reader then holds of each.
outcome: of a scenario, the group or ending that it changes most; where draws do not tell which that is all of them,
    with a blank between, but for one that only mirrors another.
place: from 1; members that are not told apart share one, and shared says how many do. value, error: the number that is
    compared (without its sign) and its standard error.
"""


def place_table(findings: Findings) -> pd.DataFrame:
    """The place of every member of every list; see `PLACES`."""
    rows = [
        *_endings(findings),
        *_moves(findings),
        *_scenarios(findings),
        *(row for sweep in findings.sweeps for row in _curves(sweep)),
        *_beliefs(findings),
    ]
    return pd.DataFrame(rows, columns=PLACES.split())


def by_place(outcomes: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table of outcomes, the likeliest first; what is not told apart stands in the order of the case."""
    own = {row["id"]: row["place"] for row in places.to_dict("records") if row["list"] == PLACED_ENDINGS}
    place = [own.get(id) or len(own) + 1 for id in outcomes["outcome"]]
    return outcomes.iloc[np.argsort(place, kind="stable")]


def _rows(
    name: str, ids: Sequence[str], found: Estimates, *, of: str = "", outcomes: Sequence[str] = ()
) -> Iterator[Row]:
    single = len(found.apart) == 1  # one solution has no error: its numbers are in the order in which they stand
    place = standing(found)
    errors = np.full(found.count, np.nan) if single else found.errors
    for number, id in enumerate(ids):
        yield {
            "list": name,
            "of": of,
            "id": id,
            "outcome": outcomes[number] if outcomes else "",
            "place": place[number],
            "shared": place.count(place[number]),
            "value": float(found.values[number]),
            "error": float(errors[number]),
        }


def _told(table: Floats, weights: Floats | None) -> Estimates | None:
    """Means of a table [draw, item] over the draws in which all of it is known; None where none is."""
    known = ~np.isnan(table).any(axis=1)
    weight = np.where(known, 1.0 if weights is None else weights[: len(table)], 0.0)
    return Estimates.means(np.nan_to_num(table), weight) if weight.any() else None


def _weights(findings: Findings) -> Floats | None:
    return findings.weights if findings.prepared.crisis.timeline else None


def _endings(findings: Findings) -> Iterator[Row]:
    crisis, ensemble = findings.prepared.crisis, findings.ensemble
    found = _told(ensemble.outcomes_after if crisis.timeline else ensemble.outcomes, _weights(findings))
    if found is None:
        return
    yield from _rows(PLACED_ENDINGS, [each.id for each in crisis.outcomes], found)
    chances = Ends.of(crisis).chances(ensemble.outcomes_after if crisis.timeline else ensemble.outcomes)
    for axis in dict.fromkeys(group.axis for group in crisis.groups):
        own = [number for number, group in enumerate(crisis.groups) if group.axis == axis]
        if (shares := _told(chances[:, own], _weights(findings))) is not None:
            yield from _rows(PLACED_GROUPS, [crisis.groups[number].id for number in own], shares, of=axis)


def _moves(findings: Findings) -> Iterator[Row]:
    """The moves of every stage; after the events where the stage can come up then, else at the outset."""
    ensemble, story = findings.ensemble, findings.prepared.compiled.game.story
    assert story is not None
    later = ensemble.moves_after
    for position, (step, table) in enumerate(zip(story.steps, ensemble.moves, strict=True)):
        if step.draws_private or table.shape[1] < 2:
            continue
        told, weights = table, np.ones(len(table))
        if len(later) and np.nansum(later[position]) > 0.0:
            told, weights = later[position], findings.weights
        share, reached = where_reached(told), np.nan_to_num(told.sum(axis=1)) * weights
        ids = [move.id for move in findings.prepared.crisis.stage(step.stage).moves]
        yield from _rows(PLACED_MOVES, ids, Estimates.known_means(share, reached), of=stage_key(step.stage, step.round))


def stage_key(stage: str, round: int) -> str:
    """A stage of the list of moves: its id, and its round where it is repeated."""
    return f"{stage} {round}" if round else stage


def _scenarios(findings: Findings) -> Iterator[Row]:
    """Scenarios that leave the events possible have a place, the others are told from the outset and have none.

    The endings that a scenario changes have places either way.
    """
    crisis, ensemble = findings.prepared.crisis, findings.ensemble
    ends = Ends.of(crisis)
    before = ends.chances(ensemble.outcomes)
    ids: list[str] = []
    moved: list[str] = []
    parts: list[Estimates] = []
    for each in findings.alternatives:
        settled = findings.settled_by(each)
        outset = _told(ends.chances(each.outcomes) - before[: len(each.outcomes)], None)
        found = outset
        if crisis.timeline:
            after, weights = ends.chances(findings.after(each.events)), findings.weights_after(each.events)
            found = _told(ends.chances(each.after) - after[: len(each.after)], weights) if each.events else None
        told = found or outset
        if told is None:
            continue
        own = _changed(told, ends, [id in settled for id in ends.ids])
        names, own_change = [ends.ids[item] for item in own], told.of(own)
        yield from _rows(PLACED_CHANGES, names, own_change.sizes(), of=each.scenario.id)
        if found is None:
            continue
        ids.append(each.scenario.id)
        moved.append(" ".join(names[item] for item in unmirrored(own_change, leaders(own_change.sizes()))))
        parts.append(own_change.of([int(np.argmax(np.abs(own_change.values)))]).sizes())
    if parts:
        yield from _rows(PLACED_SCENARIOS, ids, Estimates.beside(parts), outcomes=moved)


def _changed(change: Estimates, ends: Ends, settled: Sequence[bool]) -> list[int]:
    """Positions among which it is told what a scenario changes most: the groups where it moves one of them by a point.

    Else the endings; in either case those that it does not settle itself, unless it settles all.
    """
    sizes = np.where(settled, 0.0, np.abs(change.values))
    own = ends.first(sizes, LEAST_EFFECT)
    if own.stop == len(ends.ids):
        own = range(ends.groups, own.stop)
    return [item for item in own if not settled[item]] or [*range(ends.groups, len(ends.ids))]


def _curves(sweep: Sweep) -> Iterator[Row]:
    """Curves of a question, by how far each goes from one end of the range to the other."""
    ids: list[str] = []
    parts: list[Estimates] = []
    for text, formula in sweep.question.show:
        when = sweep.tellings[text].when
        table, weights = sweep.shown[when][text], sweep.weights[when]
        first, last = (Estimates.known_means(table[[end]].T, weights) for end in (0, -1))
        change = last.minus(first).sizes()
        if not isinstance(formula, Probability):
            middles = Estimates.known_means(table.T, weights).values
            largest = float(np.nanmax(np.abs(middles), initial=0.0)) or 1.0
            change = Estimates(change.values / largest, change.apart / largest, change.effective)
        ids.append(text)
        parts.append(change)
    if len(parts) > 1:
        yield from _rows(PLACED_CURVES, ids, Estimates.beside(parts), of=sweep.question.id)


def _beliefs(findings: Findings) -> Iterator[Row]:
    for subject in dict.fromkeys(each.subject.id for each in findings.ensemble.beliefs if each.subject.value):
        own = [each for each in findings.ensemble.beliefs if each.observer == ANALYST and each.subject.id == subject]
        held = _told(np.stack([each.posterior[:, -1] for each in own], axis=1), _weights(findings)) if own else None
        if held is not None:
            yield from _rows(PLACED_VALUES, [f"{subject}={each.subject.value}" for each in own], held, of=subject)
    paths = [each for each in findings.ensemble.beliefs if each.observer == ANALYST and not each.subject.value]
    held = _told(np.stack([each.posterior[:, -1] for each in paths], axis=1), _weights(findings)) if paths else None
    if held is None:
        return
    yield from _rows(PLACED_READINGS, [each.subject.id for each in paths], held)
    steps = paths[standing(held).index(1)].log_ratio[:, 1:]
    told = _told(steps, _weights(findings)) if steps.shape[1] else None
    if told is not None:
        yield from _rows(PLACED_EVENTS, [str(number + 1) for number in range(told.count)], told.sizes())
