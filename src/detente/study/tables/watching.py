"""Indicators to watch: every possible next observation, with its probability and the belief it would leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.indicators import Watched, entropy, information, watched
from detente.analysis.over_draws.intervals import interval, mean
from detente.analysis.over_draws.ranking import Estimates, standing
from detente.analysis.updating import Subject
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.inquiry import ANALYST, EVENTS, OUTSET, READINGS
from detente.crisis.model import Crisis
from detente.crisis.play import always_ends
from detente.errors import RequestError
from detente.game.compiling.compiled import CompiledGame
from detente.study.cases import Case
from detente.study.running.run import Findings

Floats = NDArray[np.float64]
Row = dict[str, Any]

WATCH = (
    "rank place when stage stage_name round by seen_by move move_name chance chance_low chance_high final group "
    "subject value name now llr_median llr_low llr_high after after_low after_high bits bits_low bits_high unsure draws"
)


def watch(findings: Findings) -> pd.DataFrame:
    """Everything that may be seen after the timeline, and what it would tell of each reading and private value.

    One row for each sight and subject. chance: probability of the sight given the events so far; final: whether play
    ends with it. llr_*: natural-log likelihood ratio for the subject, its median and range. now, after: what an outside
    reader holds of the subject, now and on seeing it: draws count by the events, and for `after` by the sight too.
    bits: information that looking at this stage is expected to give about the subject's group, of `unsure` bits that
    are open. place: of the stage, from 1, by the bits it gives about this row's subject; rank: by the most bits it
    gives about a reading (about anything where there are none). Stages that draws do not tell apart share either and
    stand in the order of play; stages that only end play come last, for they tell too late.
    """
    crisis = findings.prepared.crisis
    table, weights = findings.ensemble.signals, findings.weights
    when = EVENTS if crisis.timeline else OUTSET
    subjects = [path.subject for path in findings.ensemble.beliefs if path.observer == ANALYST]
    if not subjects:
        return pd.DataFrame(columns=WATCH.split())
    by_step: dict[int, list[Watched]] = {}
    for each in watched(findings.prepared.compiled.game, crisis, table):
        by_step.setdefault(each.sight.step, []).append(each)
    late: list[bool] = []
    bits: list[Floats] = []
    stages: list[list[Row]] = []
    for seen in by_step.values():
        if subjects and any(np.nanmax(each.chance, initial=0.0) > 0 for each in seen):
            gained = [information(seen, table, _group(number, subjects)) for number in range(len(subjects))]
            told = [_told(number, subjects, table, weights, gained[number]) for number in range(len(subjects))]
            rows: list[Row] = [{"when": when, **row} for each in seen for row in _rows(each, told, crisis, weights)]
            late.append(all(row["final"] for row in rows if row["chance"] > 0))
            bits.append(np.reshape(gained, (len(subjects), -1)).T)
            stages.append(rows)
    if not stages:
        return pd.DataFrame(columns=WATCH.split())
    counted = [k for k, each in enumerate(subjects) if not each.value] or list(range(len(subjects)))
    found = [Estimates.known_means(each, weights) for each in bits]
    tops = [max(counted, key=lambda k, one=one: np.nan_to_num(one.values[k]), default=0) for one in found]
    ranks = _places([one.of([top]) for one, top in zip(found, tops, strict=True)], late)
    places = [_places([one.of([number]) for one in found], late) for number in range(len(subjects))]
    order = sorted(range(len(stages)), key=lambda stage: ranks[stage])
    # The rows of a stage are those of its sights, subject by subject.
    ranked = [
        {"rank": ranks[stage], "place": places[position % len(subjects)][stage], **row}
        for stage in order
        for position, row in enumerate(stages[stage])
    ]
    return pd.DataFrame(ranked, columns=WATCH.split())


def require_subject(case: Case, of: str) -> None:
    """Raises RequestError where a case has no reading and no private variable of that name."""
    crisis = case.crisis if isinstance(case, CompiledGame) else case
    known = [each.id for each in crisis.readings] if crisis is not None else []
    known += [f"{actor.id}.{each.id}" for actor, each in crisis.private_variables()] if crisis is not None else []
    if of not in known:
        what = "readings and private variables"
        raise RequestError(f"the case has no reading or private variable `{of}`: {did_you_mean(of, known, what)}")


def _places(bits: list[Estimates], late: list[bool]) -> list[int]:
    """[stage]: its place by what it tells; those that tell too late come after all others."""
    place = [0] * len(bits)
    for before, wanted in ((0, False), (late.count(False), True)):
        own = [stage for stage, each in enumerate(late) if each is wanted]
        for stage, each in zip(own, standing(Estimates.beside([bits[k] for k in own])) if own else (), strict=True):
            place[stage] = before + (each or len(own))
    return place


def _group(number: int, subjects: list[Subject]) -> list[int]:
    """A subject and those that exclude it: a reading stands for itself, values of a private variable exclude others."""
    subject = subjects[number]
    return [k for k, each in enumerate(subjects) if each.id == subject.id] if subject.value else [number]


def _told(number: int, subjects: list[Subject], table: Floats, weights: Floats, gained: Floats) -> Row:
    """Expected information, in bits, of watching one step about a subject and those that exclude it; gained [draw]."""
    subject, group = subjects[number], _group(number, subjects)
    bits = interval(gained, weights)
    return {
        "group": subject.id if subject.value else READINGS,
        "subject": subject.id,
        "value": subject.value,
        "name": subject.name,
        "now": mean(table[:, 1 + number, 0], weights),
        "bits": bits.mean,
        "bits_low": bits.low,
        "bits_high": bits.high,
        "unsure": mean(entropy(table[:, [1 + each for each in group], 0]), weights),
    }


def _rows(each: Watched, told: list[Row], crisis: Crisis, weights: Floats) -> Iterator[Row]:
    stage = crisis.stage(each.sight.stage)
    chance = interval(each.chance, weights)
    seeing = weights * np.nan_to_num(each.chance)
    for number in range(len(told)):
        ratio, after = interval(each.log_ratio[:, number], weights), interval(each.after[:, number], seeing)
        yield {
            "stage": stage.id,
            "stage_name": stage.label,
            "round": each.sight.round,
            "by": stage.mover(each.sight.round),
            "seen_by": "" if stage.seen_by is None else " ".join(stage.seen_by),
            "move": each.sight.look,
            "move_name": " or ".join(stage.moves[move].label for move in each.sight.moves),
            "chance": chance.mean,
            "chance_low": chance.low,
            "chance_high": chance.high,
            "final": all(always_ends(stage.moves[move].ends) for move in each.sight.moves),
            **told[number],
            "llr_median": ratio.median,
            "llr_low": ratio.low,
            "llr_high": ratio.high,
            "after": after.mean,
            "after_low": after.low,
            "after_high": after.high,
            "draws": int(np.sum(~np.isnan(each.chance))),
        }
