"""A case solved for its forecasts alone: every ending at every origin, draw by draw, as written or with one change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import Interval, apart
from detente.analysis.scored.origins import Origin
from detente.analysis.solved import solve_draws
from detente.analysis.updating import log_seen, outcomes_after
from detente.crisis.model import Crisis
from detente.crisis.quantities import Distribution
from detente.equilibrium.solve import Settings
from detente.errors import StoppedError
from detente.kernels.stopping import heeding_signals
from detente.study.forecast.forecasts import Forecast, forecast_of
from detente.study.how_solved import HowSolved
from detente.study.request import Prepared, Request
from detente.study.running.columns import Block, Columns
from detente.study.running.plan import DRAWS, Plan, Span, Task, block_draws
from detente.study.running.weights import normalised
from detente.study.running.workers import Threads
from detente.study.scored.stretched import stretched

Floats = NDArray[np.float64]
Done = Callable[[int], None]
"""Called with how many draws were solved since the last call."""


@dataclass(frozen=True)
class Variant:
    """The case as written (both factors 1), or with the ranges of its quantities or its rationality times a factor."""

    name: str
    ranges: float = 1.0
    rationality: float = 1.0


AS_WRITTEN = Variant("as written")
VARIANTS = (
    Variant("ranges × ½", ranges=0.5),
    Variant("ranges × 2", ranges=2.0),
    Variant("rationality × ½", rationality=0.5),
    Variant("rationality × 2.4", rationality=2.4),
)
"""Changes at which a score is told beside that of the case as written."""


@dataclass(frozen=True, eq=False)
class ToldDraws:
    """Endings at every origin: outcomes [origin][draw, outcome], log_chance [origin][draw] of what was known there."""

    crisis: Crisis
    origins: tuple[Origin, ...]
    outcomes: Sequence[Floats]
    log_chance: Sequence[Floats]
    how_solved: HowSolved

    @property
    def forecasts(self) -> tuple[Forecast, ...]:
        """The forecast at every origin."""
        found = zip(self.origins, self.outcomes, self.log_chance, strict=True)
        return tuple(forecast_of(self.crisis, origin, outcomes, logs) for origin, outcomes, logs in found)

    def change(self, before: int, after: int, endings: Sequence[str]) -> Interval:
        """The change of the probability of some endings together from one origin to another, on the same draws."""
        places = [number for number, each in enumerate(self.crisis.outcomes) if each.id in endings]
        old, new = (self.outcomes[origin][:, places].sum(axis=1) for origin in (before, after))
        weights = (normalised(self.log_chance[before]), normalised(self.log_chance[after]))
        return apart(old, new, weights)


def tell(
    prepared: Prepared,
    request: Request,
    origins: Sequence[Origin],
    variant: Variant = AS_WRITTEN,
    done: Done | None = None,
) -> ToldDraws:
    """Solve the draws of a request and read every ending at every origin.

    Raises CaseError where a stretched range leaves a draw without a value, StoppedError where it is stopped.
    """
    draws = prepared.draws(request)
    if variant.ranges != 1.0:
        draws = replace(prepared, crisis=stretched(prepared.crisis, draws, variant.ranges)).draws(request)
    rationality = None if request.rationality is None else request.rationality * variant.rationality
    if variant.rationality != 1.0:
        draws = replace(draws, rationality=draws.rationality * variant.rationality)
    columns = Columns(draws.count)
    solved_so: list[HowSolved] = []

    def solve(job: Span, threads: int) -> Block:
        part, settings = draws.block(job.first, job.stop), Settings(threads=threads)
        solved = solve_draws(prepared.compiled, part, rationality=rationality, settings=settings)
        solved_so.append(HowSolved.of(solved.solution))
        found: dict[str, Floats] = {}
        for number, origin in enumerate(origins):
            found[f"outcomes {number}"] = outcomes_after(solved, origin.events)
            found[f"log {number}"] = log_seen(solved, origin.events)
        return Block.of(found, {})

    plan = Plan((Task(DRAWS, draws.count),), block_draws(prepared.compiled))
    with heeding_signals():
        for job, block in Threads(solve, prepared.compiled).solve(plan.jobs()):
            columns.put(job.first, block)
            if done:
                done(job.stop - job.first)
    if columns.finished < draws.count:
        raise StoppedError
    read: Mapping[str, list[Floats]] = {
        name: [columns.read(f"{name} {number}", draws.count) for number in range(len(origins))]
        for name in ("outcomes", "log")
    }
    told = HowSolved.together(solved_so)
    return ToldDraws(prepared.crisis, tuple(origins), read["outcomes"], read["log"], told)


def certain_rationality(crisis: Crisis, request: Request) -> bool:
    """True where play is followed to the limit, so that no factor changes the rationality."""
    if request.rationality is not None:
        return request.rationality == float("inf")
    return not isinstance(crisis.rationality, Distribution)
