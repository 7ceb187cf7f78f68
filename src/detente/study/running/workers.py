"""Blocks solved side by side on this machine, so that the calling thread answers a stop at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Lock, Thread
from typing import Protocol

from detente.crisis.expressions import Expression
from detente.crisis.inquiry import Observation
from detente.errors import StoppedError
from detente.game.compiling.compiled import BLOCK_BYTES, CompiledGame
from detente.game.drawn.draws import Draws
from detente.kernels.stopping import Stop, heeded
from detente.study.running.bench import solve_block
from detente.study.running.columns import Block, Columns
from detente.study.running.ensemble import Ensemble
from detente.study.running.plan import DRAWS, Plan, Span, Task, block_draws

Done = tuple[Span, Block]
Solver = Callable[[Span, int], Block]
"""Solves a block with that many threads, looking at the token that is heeded where it is called."""

_GLANCE = 0.05
"""Seconds between two looks at whether to stop."""

_IN_FLIGHT = 4 * BLOCK_BYTES
"""Bytes that blocks solved at the same time may need together."""


class Workers(Protocol):
    """Whoever solves the blocks of a run."""

    def solve(self, jobs: Iterable[Span]) -> Generator[Done]:
        """The blocks with their results, in whatever order they are finished; fewer where a stop is asked for.

        Closing it drops what is under way.
        """
        ...


@dataclass(frozen=True, eq=False)
class Threads:
    """Workers as threads: the solver's kernels run without the interpreter's lock.

    count: how many; 0 for one per processor, fewer where blocks are large. Results do not depend on it.
    """

    solver: Solver
    compiled: CompiledGame
    count: int = 0

    def solve(self, jobs: Iterable[Span]) -> Generator[Done]:
        """Solve in threads that end with the process, so that a stop need not wait for them."""
        waiting = list(jobs)
        processors = self.count or len(os.sched_getaffinity(0))
        draws = max((job.stop - job.first for job in waiting), default=1)
        room = max(1, _IN_FLIGHT * self.compiled.draws_per_block() // (BLOCK_BYTES * draws))
        workers = max(1, min(processors, len(waiting), room))
        crew = _Crew(self.solver, iter(waiting), max(1, processors // workers))
        crew.start(workers)
        try:
            for _ in waiting:
                found = crew.next()
                if found is None:
                    return
                yield found
        finally:
            crew.stop()


class _Crew:
    def __init__(self, solver: Solver, jobs: Iterable[Span], threads: int) -> None:
        self._solver = solver
        self._jobs = iter(jobs)
        self._threads = threads
        self._lock = Lock()
        self._stop = Stop(heeded())
        self._done: Queue[Done | BaseException] = Queue()

    def start(self, workers: int) -> None:
        self._done.maxsize = 2 * workers  # whoever keeps the results sets the pace, not the memory
        for number in range(workers):
            Thread(target=self._work, name=f"detente-{number}", daemon=True).start()

    def next(self) -> Done | None:
        """The next results; None where a stop is asked for first."""
        while not self._stop.asked:
            try:
                found = self._done.get(timeout=_GLANCE)
            except Empty:
                continue
            if isinstance(found, BaseException):
                raise found
            return found
        return None

    def stop(self) -> None:
        self._stop.ask()

    def _work(self) -> None:
        with self._stop.heeded():
            while not self._stop.asked:
                with self._lock:
                    job = next(self._jobs, None)
                if job is None:
                    return
                try:
                    self._deliver((job, self._solver(job, self._threads)))
                except BaseException as error:
                    self._deliver(error)
                    return

    def _deliver(self, found: Done | BaseException) -> None:
        """Hands results over; those of a block that a stop cut short are nobody's."""
        while not self._stop.asked:
            try:
                self._done.put(found, timeout=_GLANCE)
            except Full:
                continue
            return


def solve_ensemble(
    compiled: CompiledGame,
    draws: Draws,
    *,
    rationality: float | None = None,
    interests: Mapping[str, Expression] | None = None,
    seen: tuple[Observation, ...] = (),
    beliefs: bool = False,
    decisions: tuple[tuple[str, int], ...] = (),
    given_events: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Ensemble:
    """Solve a game at given draws. `progress(done)` is called block by block. Raises StoppedError where it is stopped.

    seen: what interests are told given; given_events: they are told given the events of the timeline as well.
    beliefs: also how play goes and what is believed. decisions: those at which it is told what knowledge is worth.
    """
    whole = beliefs or bool(decisions)
    told = interests or {}
    task = Task(DRAWS, draws.count, None, {}, told, seen, whole, whole, decisions, given_events)
    plan = Plan((task,), block_draws(compiled))
    columns = Columns(draws.count)

    def solve(job: Span, threads: int) -> Block:
        return solve_block(compiled, draws.block(job.first, job.stop), task, rationality, threads)

    for job, block in Threads(solve, compiled).solve(plan.jobs()):
        columns.put(job.first, block)
        if progress:
            progress(columns.finished)
    if columns.finished < draws.count:
        raise StoppedError
    return Ensemble(draws, columns)
