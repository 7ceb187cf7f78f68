"""Sights that may come next after events of a solution's own choosing, and what each would tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from detente.analysis.indicators import Watched, information, joint, watched
from detente.analysis.solved import Solved
from detente.analysis.updating import Subject, subjects_of
from detente.crisis.inquiry import ANALYST
from detente.errors import RequestError
from detente.study.along import Events, timeline_of


@dataclass(frozen=True, slots=True)
class NextSight:
    """Something that may be seen next, as others see it.

    chance: its probability given the events; now, after: what an outside reader holds of each reading (of each private
    value, as `actor.variable = value`, where the case has no readings), before and once it is seen. bits: what looking
    at its stage is expected to tell of the reading it tells most of.
    """

    stage: str
    round: int
    actor: str
    look: str
    chance: float
    now: Mapping[str, float]
    after: Mapping[str, float]
    bits: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def next_seen(solved: Solved, events: Events = None) -> tuple[NextSight, ...]:
    """The sights that may come after events, those of the stage that tells most first; what cannot come is left out.

    events: those of the case unless given. Raises RequestError for what names nothing, for events that cannot have
    happened, and for several draws, over which a study tells its sights with their errors.
    """
    if solved.count != 1:
        raise RequestError("what to watch is told of one solution: over draws use a study's `watch`")
    timeline = timeline_of(solved, events)
    crisis = replace(solved.crisis, timeline=timeline)
    at_hand = replace(solved, compiled=replace(solved.compiled, crisis=crisis))
    table = joint(at_hand)
    if np.isnan(table).all():
        raise RequestError("these events cannot have happened together in this solution")
    subjects = [subject for subject, _ in subjects_of(at_hand, ANALYST)]
    counted = [k for k, each in enumerate(subjects) if not each.value] or list(range(len(subjects)))
    by_step: dict[int, list[Watched]] = {}
    for each in watched(solved.game, crisis, table):
        by_step.setdefault(each.sight.step, []).append(each)
    told: list[tuple[float, list[NextSight]]] = []
    for seen in by_step.values():
        bits = max((float(information(seen, table, [number])[0]) for number in counted), default=0.0)
        rows = [
            NextSight(
                each.sight.stage,
                each.sight.round,
                crisis.stage(each.sight.stage).by,
                each.sight.look,
                float(each.chance[0]),
                {_name(subjects[k]): float(table[0, 1 + k, 0]) for k in counted},
                {_name(subjects[k]): float(each.after[0, k]) for k in counted},
                bits,
            )
            for each in seen
            if each.chance[0] > 0.0
        ]
        if rows:
            told.append((bits, rows))
    told.sort(key=lambda each: -each[0])
    return tuple(row for _, rows in told for row in rows)


def _name(subject: Subject) -> str:
    return f"{subject.id} = {subject.value}" if subject.value else subject.id
