"""What to watch: every possible next observation, how probable it is, and what it would tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.hypotheses import READINGS
from detente.analysis.indicators import Watched, entropy, information, watched
from detente.analysis.intervals import interval, mean
from detente.analysis.updating import ANALYST, Subject
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.crisis.model import Crisis
from detente.study.run import Findings

Floats = NDArray[np.float64]
Row = dict[str, Any]

WATCH = (
    "rank when stage stage_name round by seen_by move move_name chance chance_low chance_high final group "
    "subject value name now llr_median llr_low llr_high after after_low after_high bits bits_low bits_high unsure draws"
)


def watch(findings: Findings) -> pd.DataFrame:
    """Everything that may be seen after the timeline, and what it would tell of each reading and private value.

    One row for each sight and subject. chance: probability of the sight given the events so far; final: whether play
    ends with it. llr_*: natural-log likelihood ratio for the subject, its median and range. now, after: what an outside
    reader holds of the subject, now and on seeing it: draws count by the events, and for `after` by the sight too.
    bits: information that looking at this stage is expected to give about the subject's group, of `unsure` bits that
    are open. Ranked by the most bits that a stage gives about a reading (about anything where there are none); stages
    that only end play come last, for they tell too late.
    """
    crisis = findings.prepared.crisis
    table, weights = findings.ensemble.signals, findings.weights
    when = EVENTS if crisis.timeline else OUTSET
    subjects = [path.subject for path in findings.ensemble.beliefs if path.observer == ANALYST]
    by_step: dict[int, list[Watched]] = {}
    for each in watched(findings.prepared.compiled.game, crisis, table):
        by_step.setdefault(each.sight.step, []).append(each)
    stages: list[tuple[bool, float, list[Row]]] = []
    for seen in by_step.values():
        if any(np.nanmax(each.chance, initial=0.0) > 0 for each in seen):
            told = [_told(number, subjects, seen, table, weights) for number in range(len(subjects))]
            rows: list[Row] = [{"when": when, **row} for each in seen for row in _rows(each, told, crisis, weights)]
            counted = [each["bits"] for each in told if not each["value"]] or [each["bits"] for each in told]
            late = all(row["final"] for row in rows if row["chance"] > 0)
            stages.append((late, -max(counted, default=0.0), rows))
    stages.sort(key=lambda stage: stage[:2])
    ranked = [{"rank": rank, **row} for rank, (_, _, rows) in enumerate(stages, 1) for row in rows]
    return pd.DataFrame(ranked, columns=WATCH.split())


def _told(number: int, subjects: list[Subject], seen: list[Watched], table: Floats, weights: Floats) -> Row:
    """What looking at one step is expected to tell about a subject and those that exclude it.

    A reading stands for itself; the values of a private variable exclude each other.
    """
    subject = subjects[number]
    group = [k for k, each in enumerate(subjects) if each.id == subject.id] if subject.value else [number]
    bits = interval(information(seen, table, group), weights)
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
            "by": stage.by,
            "seen_by": "" if stage.seen_by is None else " ".join(stage.seen_by),
            "move": each.sight.look,
            "move_name": " or ".join(stage.moves[move].label for move in each.sight.moves),
            "chance": chance.mean,
            "chance_low": chance.low,
            "chance_high": chance.high,
            "final": all(stage.moves[move].end is not None for move in each.sight.moves),
            **told[number],
            "llr_median": ratio.median,
            "llr_low": ratio.low,
            "llr_high": ratio.high,
            "after": after.mean,
            "after_low": after.low,
            "after_high": after.high,
            "draws": int(np.sum(~np.isnan(each.chance))),
        }
