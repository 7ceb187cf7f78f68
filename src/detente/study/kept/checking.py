"""Check of a study that comes from a file: its results fit the case, and a sample of them comes out the same when
solved.

A checksum shows damage but no forgery: whoever changes results can change it too. Only solving again tells.
"""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from detente.errors import StudyError
from detente.study.running.bench import Bench
from detente.study.running.checked import TAKEN_IN, Checked
from detente.study.running.columns import Block, BlockError
from detente.study.running.plan import DRAWS, Task
from detente.study.running.run import Progress, Run
from detente.study.running.versions import differing, versions

Floats = NDArray[np.float64]

SAMPLE = 64
"""Draws that are solved again unless another number is asked for; of every other part an eighth as many."""
_LEAST = 8

_ROOM = 1e-6
"""Distance by which probabilities may leave the range from 0 to 1, or their sum miss 1."""
_NEAR, _SHARE = 1e-9, 1e-7
"""Largest distance of a solution solved alone from the same one in its block: sums are taken in another order."""

_EXPECTED = ("utilities", "utilities_after")
_CHANCES = (
    "outcomes",
    "outcomes_after",
    "outcomes_along",
    "outcomes_known ",
    "expected ",
    "moves ",
    "moves_after ",
    "signals",
)


@dataclass(eq=False)
class Strangers:
    """The results of a study from somebody else, taken up block by block where they fit the case."""

    run: Run
    _like: dict[str, Block] = field(default_factory=dict[str, Block])

    def take_up(self, kept: Iterable[tuple[str, int, Block]]) -> None:
        """Take up results. Raises StudyError for any that the study cannot have."""
        ends = {(job.task.purpose, job.first): job.stop for job in self.run.jobs()}
        tasks = {task.purpose: task for task in self.run.tasks}
        for purpose, first, block in kept:
            stop = ends.get((purpose, first))
            try:
                if stop is None or block.draws != stop - first:
                    raise BlockError("the study has no such block")
                self._fits(tasks[purpose], first, block)
                self.run.found[purpose].put(first, block)
            except BlockError as error:
                raise StudyError(
                    f"the results kept for `{purpose[:80]}`, from draw {first + 1}, do not belong to this study: "
                    f"{error}"
                ) from error

    def _fits(self, task: Task, first: int, block: Block) -> None:
        like = self._pattern(task)
        if dict(block.fields) != dict(like.fields) or block.notes != like.notes:
            raise BlockError("it holds other results than the case has")
        start = 0
        for name, shape in block.fields.items():
            width = int(np.prod(shape, dtype=np.int64))
            values = block.table[start : start + width]
            _plausible(name, values, len(block.notes.get("endings", ())))
            if name in _EXPECTED:
                low, high = self._paid(task, first, block.draws)
                if ((values < low) | (values > high)).any():
                    raise BlockError("an expected payoff lies beyond what the case pays")
            start += width

    def _paid(self, task: Task, first: int, count: int) -> tuple[Floats, Floats]:
        """[player, draw]: the least and the most that some draws of a task pay, widened by what rounding may add."""
        prepared, bench = self.run.prepared, self.run.bench
        draws = bench.draws(task, self.run.draws.cube[first : first + count], prepared, first)
        payoff = prepared.compiled.numbers(draws).payoff
        room = _ROOM * np.abs(payoff).max(axis=1).T
        return payoff.min(axis=1).T - room, payoff.max(axis=1).T + room

    def _pattern(self, task: Task) -> Block:
        """A block of the task, which says what results there are: of random play, which takes no time to find."""
        if task.purpose not in self._like:
            bench = Bench(self.run.prepared, replace(self.run.request, rationality=0.0))
            self._like[task.purpose] = bench.solve(task, self.run.draws.cube[:1], 1)
        return self._like[task.purpose]


def _plausible(name: str, values: Floats, endings: int) -> None:
    """Raises BlockError for numbers [column, draw] that no solution has."""
    known = values[~np.isnan(values)]
    whole = name in ("ending", "folds")
    if whole and (known.size < values.size or (known != np.floor(known)).any() or (known < 0).any()):
        raise BlockError(f"`{name}` is no count")
    if name == "ending" and (known >= endings).any():
        raise BlockError("a draw ended in no way that there is")
    if name in ("reached", "nash_conv", "conditional_regret", "departure", "payoff_range") and (known < -_ROOM).any():
        raise BlockError(f"`{name}` is negative")
    chances = name.startswith(_CHANCES) or name.endswith((" posterior", " likelihood"))
    if chances and ((known < -_ROOM) | (known > 1 + _ROOM)).any():
        raise BlockError(f"`{name}` holds chances below 0 or above 1")
    sums = values.sum(axis=0)
    if name == "outcomes_after":  # NaN where a draw rules the events out
        sums = sums[~np.isnan(values).all(axis=0)]
    if name in ("outcomes", "outcomes_after") and not (np.abs(sums - 1) <= _ROOM).all():
        raise BlockError("the chances of all outcomes together are not 1")
    if name == "utilities" and not np.isfinite(values).all():
        raise BlockError("an expected payoff is no number")


def check(
    run: Run,
    made_with: Mapping[str, str],
    sample: int = SAMPLE,
    progress: Progress | None = None,
    chosen: random.Random | None = None,
) -> Checked:
    """Solve a random sample of what was taken up again, and compare.

    made_with: the versions that the file states. sample: how many draws; 0 checks nothing. chosen: picks the sample;
    by default nobody can foresee it. Raises StudyError where a solution comes out otherwise although all versions are
    the same.
    """
    if not sample:
        return Checked({}, TAKEN_IN)
    picks = chosen or secrets.SystemRandom()
    apart = differing(versions(), dict(made_with))
    threads = len(os.sched_getaffinity(0))
    parts: dict[str, tuple[int, int]] = {}
    asked = [task for task in run.tasks if run.found[task.purpose].finished]
    for number, task in enumerate(asked):
        if progress:
            progress("checking a sample", number, len(asked))
        columns = run.found[task.purpose]
        there = [draw for first, count in columns.places() for draw in range(first, first + count)]
        wanted = sample if task.purpose == DRAWS else max(_LEAST, sample // 8)
        drawn = sorted(picks.sample(there, min(wanted, len(there))))
        again = run.bench.solve(task, run.points[drawn], threads)
        for place, draw in enumerate(drawn):
            if not _same(again.table[:, place], columns.block(draw, 1).table[:, 0]):
                by = _largest(again.table[:, place], columns.block(draw, 1).table[:, 0])
                if apart:
                    return Checked(
                        parts,
                        f"it was made with other versions ({'; '.join(apart)}), and draw {draw + 1:,} of "
                        f"`{task.purpose}` comes out otherwise here (by up to {by:.2g})",
                    )
                _exactly(run, task, draw, by)
        parts[task.purpose] = (len(drawn), len(there))
    return Checked(parts)


def _exactly(run: Run, task: Task, draw: int, by: float) -> None:
    """Solve a whole block again, in which every bit must be the same. Raises StudyError."""
    job = next(job for job in run.jobs() if job.task.purpose == task.purpose and job.first <= draw < job.stop)
    kept = run.found[task.purpose].block(job.first, job.stop - job.first)
    if run.solve_here(job, 1).table.tobytes() != kept.table.tobytes():
        raise StudyError(
            f"draw {draw + 1:,} of `{task.purpose}` comes out otherwise than the file says (by up to {by:.2g}), "
            "although all versions are the same: the file is forged or damaged, and nothing of it was taken in"
        )


def _same(here: Floats, there: Floats) -> bool:
    return bool(np.isclose(here, there, rtol=_SHARE, atol=_NEAR, equal_nan=True).all())


def _largest(here: Floats, there: Floats) -> float:
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.abs(here - there)
    return float(np.nanmax(apart)) if not np.isnan(apart).all() else float("inf")
