"""Blocks solved side by side on this machine, so that the calling thread answers an interrupt at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from queue import Full, Queue
from threading import Event, Lock, Thread
from typing import Protocol

from detente.crisis.expressions import Expression
from detente.crisis.inquiry import Observation
from detente.game.compiling.compiled import BLOCK_BYTES, CompiledGame
from detente.game.drawn.draws import Draws
from detente.study.running.bench import Alive, solve_block
from detente.study.running.columns import Block, Columns
from detente.study.running.ensemble import Ensemble
from detente.study.running.plan import DRAWS, Job, Plan, Task, block_draws

Done = tuple[Job, Block]
Solver = Callable[[Job, int, Alive], Block]
"""Solves a job with that many threads, calling the last argument between draws."""

_IN_FLIGHT = 4 * BLOCK_BYTES
"""Bytes that blocks solved at the same time may need together."""


class Workers(Protocol):
    """Whoever solves the blocks of a run."""

    def solve(self, jobs: Iterable[Job]) -> Generator[Done]:
        """The jobs with their results, in whatever order they are finished. Closing it drops what is under way."""
        ...


class _Stopped(KeyboardInterrupt):
    """Raised between draws in a worker whose results nobody waits for any more."""


@dataclass(frozen=True, eq=False)
class Threads:
    """Workers as threads: the solver's kernels run without the interpreter's lock.

    count: how many; 0 for one per processor, fewer where blocks are large. Results do not depend on it.
    """

    solver: Solver
    compiled: CompiledGame
    count: int = 0

    def solve(self, jobs: Iterable[Job]) -> Generator[Done]:
        """Solve in threads that end with the process: an interrupt need not wait for a draw in a kernel."""
        waiting = list(jobs)
        processors = self.count or len(os.sched_getaffinity(0))
        draws = max((job.stop - job.first for job in waiting), default=1)
        room = max(1, _IN_FLIGHT * self.compiled.draws_per_block() // (BLOCK_BYTES * draws))
        workers = max(1, min(processors, len(waiting), room))
        crew = _Crew(self.solver, iter(waiting), max(1, processors // workers))
        crew.start(workers)
        try:
            for _ in waiting:
                yield crew.next()
        finally:
            crew.stop()


class _Crew:
    def __init__(self, solver: Solver, jobs: Iterable[Job], threads: int) -> None:
        self._solver = solver
        self._jobs = iter(jobs)
        self._threads = threads
        self._lock = Lock()
        self._stopped = Event()
        self._done: Queue[Done | BaseException] = Queue()

    def start(self, workers: int) -> None:
        self._done.maxsize = 2 * workers  # whoever keeps the results sets the pace, not the memory
        for number in range(workers):
            Thread(target=self._work, name=f"detente-{number}", daemon=True).start()

    def next(self) -> Done:
        found = self._done.get()
        if isinstance(found, BaseException):
            raise found
        return found

    def stop(self) -> None:
        self._stopped.set()

    def _alive(self, done: int, total: int) -> None:
        if self._stopped.is_set():
            raise _Stopped

    def _work(self) -> None:
        while not self._stopped.is_set():
            with self._lock:
                job = next(self._jobs, None)
            if job is None:
                return
            try:
                self._deliver((job, self._solver(job, self._threads, self._alive)))
            except _Stopped:
                return
            except BaseException as error:
                self._deliver(error)
                return

    def _deliver(self, found: Done | BaseException) -> None:
        while not self._stopped.is_set():
            try:
                self._done.put(found, timeout=0.2)
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
    """Solve a game at given draws. `progress(done)` is called after each block; an interrupt is raised at once.

    seen: what interests are told given; given_events: they are told given the events of the timeline as well.
    beliefs: also how play goes and what is believed. decisions: those at which it is told what knowledge is worth.
    """
    whole = beliefs or bool(decisions)
    told = interests or {}
    task = Task(DRAWS, draws.count, None, {}, told, seen, whole, whole, decisions, given_events)
    plan = Plan((task,), block_draws(compiled))
    columns = Columns(draws.count)

    def solve(job: Job, threads: int, alive: Alive) -> Block:
        return solve_block(compiled, draws.block(job.first, job.stop), task, rationality, threads, alive)

    for job, block in Threads(solve, compiled).solve(plan.jobs()):
        columns.put(job.first, block)
        if progress:
            progress(columns.finished)
    return Ensemble(draws, columns)
