"""Blocks given out to the workers of a cluster that fit, and to others where a worker is lost or silent.

Every block is bound to a worker that was asked for its versions first. So it is known who has it, and a worker that
runs other code, or has fallen silent, holds up nobody.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Generator
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread
from typing import Any

from detente.errors import StudyError
from detente.kernels.stopping import stop_asked
from detente.study.cluster.orders import apart, solve_order, versions_here
from detente.study.running.columns import Block, BlockError
from detente.study.running.plan import Span
from detente.study.running.workers import Done
from detente.study.silence import LOG, TOLD, clock

_GLANCE = 0.1
"""Seconds between two looks at whether to stop."""

_LOOK = 1.0
"""Seconds between looks at who is there."""
_ANSWER = 3.0
"""Seconds that the scheduler has to say who is there, at each look."""
_WITHOUT_WORKERS = 60.0
"""Seconds to wait for a worker that fits where there is none."""
_WITHOUT_SCHEDULER = 120.0
"""Seconds of a scheduler's silence after which a run gives up."""
_AHEAD = 2
"""Blocks given out per thread of a worker: enough to keep it busy, few enough to be stopped at once."""
_LOSSES = 3
"""A block whose worker was lost this often is not given out again."""


@dataclass(eq=False)
class _Worker:
    """A worker: how it is told, its threads, whether it fits (None until it has said), and when it was heard last."""

    told: str
    threads: int
    asked: Any
    fits: bool | None = None
    beat: float = 0.0
    heard: float = 0.0
    at: str = ""
    silent: bool = False
    under_way: dict[Any, Span] = field(default_factory=dict[Any, Span])


class Dispatch:
    """State of a run on a cluster: the workers present, the block that each works on, and the blocks still to be given
    out.
    """

    def __init__(self, client: Any, address: str, order: bytes, waiting: deque[Span], told: set[str]) -> None:
        self._client = client
        self._address = address
        self._order = order
        self._waiting = waiting
        self._workers: dict[str, _Worker] = {}
        self._done: Queue[tuple[Any, Any]] = Queue()
        self._missing = {(job.task.purpose, job.first) for job in waiting}
        self._lost: Counter[tuple[str, int]] = Counter()
        self._left_out: list[str] = []
        self._served = self._answered = time.monotonic()
        self._since, self._alone = clock(), clock()
        self._said: set[str] = set()
        self._told = told
        """Messages already given on workers that do not fit; a run with several rounds of blocks gives each once."""

    def solved(self) -> Generator[Done]:
        """Every job with its result, once. Raises StudyError where the cluster fails."""
        looked = 0.0
        while self._missing and not stop_asked():
            if time.monotonic() - looked > _LOOK:
                self._look()
                looked = time.monotonic()
            self._give_out()
            try:
                future, sent = self._done.get(timeout=min(_LOOK, _GLANCE))
            except Empty:
                continue
            worker, job = self._whose(future)
            if job is None:
                if worker is not None:
                    self._admit(worker, sent)
                continue
            block = self._block(sent, job)
            if block is not None and (job.task.purpose, job.first) in self._missing:
                self._missing.remove((job.task.purpose, job.first))
                yield job, block

    def _look(self) -> None:
        """See who is there. Raises StudyError where nobody is, for long."""
        now = time.monotonic()
        there = self._there()
        if there is None:
            self._wait("the scheduler", now - self._answered, _WITHOUT_SCHEDULER, self._since)
            return
        self._answered, self._since = time.monotonic(), clock()
        self._answers("the scheduler")
        for address, told in there.items():
            self._hear(address, told, now)
        for address in [each for each in self._workers if each not in there]:
            worker = self._workers.pop(address)
            self._take_back(worker, lost=True)
        if any(worker.fits and not worker.silent for worker in self._workers.values()):
            self._served, self._alone = now, clock()
            self._answers("a worker")
        else:
            self._wait("a worker", now - self._served, _WITHOUT_WORKERS, self._alone)

    def _there(self) -> dict[str, Any] | None:
        """The scheduler's account of its workers, by address; None if the scheduler does not answer."""
        if self._client.status not in ("running", "connecting"):
            raise self._gone()
        try:
            found = self._client.sync(self._client.scheduler.identity, callback_timeout=_ANSWER)
        except TimeoutError:
            return None
        except OSError as error:
            raise self._gone() from error
        return dict(found["workers"])

    def _hear(self, address: str, told: dict[str, Any], now: float) -> None:
        worker = self._workers.get(address)
        if worker is None:
            name = str(told.get("name", address))
            label = f"the worker at {address}" if name == address else f"the worker {name} at {address}"
            asked = self._client.submit(versions_here, workers=[address], allow_other_workers=False, pure=False)
            asked.add_done_callback(self._fetch)
            worker = self._workers[address] = _Worker(label, int(told.get("nthreads", 1)), asked, heard=now)
        beat = float(told.get("last_seen", 0.0))
        if beat != worker.beat:
            worker.beat, worker.heard, worker.at = beat, now, clock()
            if worker.silent:
                worker.silent = False
                LOG.warning("%s answers again", worker.told)
        elif worker.fits and not worker.silent and now - worker.heard > TOLD:
            worker.silent = True
            LOG.warning("%s has been silent since %s: its blocks are solved elsewhere", worker.told, worker.at)
            self._take_back(worker, lost=False)

    def _take_back(self, worker: _Worker, *, lost: bool) -> None:
        """Give the blocks of a worker out again; one that is only silent may still send them, and the first counts."""
        for future, job in list(worker.under_way.items()):
            self._again(job, lost=lost)
            if lost:
                future.cancel()
        if lost:
            worker.under_way.clear()

    def _again(self, job: Span, *, lost: bool) -> None:
        place = (job.task.purpose, job.first)
        self._lost[place] += lost
        if self._lost[place] >= _LOSSES:
            raise StudyError(
                f"the cluster at {self._address} lost every worker that tried one block: have they enough memory?"
            )
        self._waiting.appendleft(job)

    def _give_out(self) -> None:
        for address, worker in self._workers.items():
            while self._waiting and worker.fits and not worker.silent:
                if len(worker.under_way) >= _AHEAD * worker.threads:
                    break
                job = self._waiting.popleft()
                if (job.task.purpose, job.first) not in self._missing:
                    continue
                asked = (self._order, job.task.purpose, job.first, job.stop)
                bound = {"workers": [address], "allow_other_workers": False}
                future = self._client.submit(solve_order, *asked, pure=False, **bound)
                worker.under_way[future] = job
                future.add_done_callback(self._fetch)

    def _fetch(self, future: Any) -> None:
        """Have a result brought here, which never ends where its worker has died or is frozen."""

        def fetch() -> None:
            try:
                self._done.put((future, future.result()))
            except BaseException as error:
                self._done.put((future, error))

        Thread(target=fetch, name="detente-fetch", daemon=True).start()

    def _whose(self, future: Any) -> tuple[_Worker | None, Span | None]:
        for worker in self._workers.values():
            if future is worker.asked:
                return worker, None
            if future in worker.under_way:
                return worker, worker.under_way.pop(future)
        return None, None

    def _admit(self, worker: _Worker, sent: Any) -> None:
        """Let a worker solve, or leave it out and say so. sent: its versions, or what its code raised instead."""
        if isinstance(sent, dict):
            found = apart(sent)
        else:
            said = str(sent).splitlines()[0] if str(sent) else "no reason given"
            found = [f"it runs other code ({type(sent).__name__}: {said})"]
        worker.fits = not found
        if found:
            left_out = f"{worker.told} is left out: {'; '.join(found)}"
            self._left_out.append(left_out)
            if left_out not in self._told:
                self._told.add(left_out)
                LOG.warning("%s", left_out)

    def _block(self, sent: Any, job: Span) -> Block | None:
        """The results of a block; None where its worker is lost, and the block is to be given out again."""
        from concurrent.futures import CancelledError

        from distributed import KilledWorker
        from distributed.comm.core import CommClosedError

        if isinstance(sent, (CancelledError, CommClosedError, KilledWorker)):
            if self._client.status not in ("running", "connecting"):
                raise self._gone() from sent
            self._again(job, lost=isinstance(sent, KilledWorker))
            return None
        if isinstance(sent, BaseException):
            raise sent
        try:
            block = Block.unpack(sent)
        except BlockError as error:
            raise StudyError(f"the cluster at {self._address} sent back no results: {error}") from error
        if block.draws != job.stop - job.first:
            raise StudyError(f"the cluster at {self._address} sent back the results of another block")
        return block

    def _wait(self, whom: str, seconds: float, most: float, since: str) -> None:
        """Say whom the run waits for, once; raises StudyError where it has waited long enough."""
        if seconds > most:
            others = f". {'. '.join(self._left_out)}" if self._left_out else ""
            if whom == "the scheduler":
                raise StudyError(f"the cluster at {self._address} has not answered since {since}; {_SAFE}")
            raise StudyError(
                f"the cluster at {self._address} has had no worker that fits since {since}; {_SAFE}{others}"
            )
        if seconds > TOLD and whom not in self._said:
            self._said.add(whom)
            LOG.warning("waiting for %s of the cluster at %s since %s", whom, self._address, since)

    def _answers(self, whom: str) -> None:
        if whom in self._said:
            self._said.remove(whom)
            LOG.warning("%s of the cluster at %s answers again", whom, self._address)

    def _gone(self) -> StudyError:
        return StudyError(f"the cluster at {self._address} has gone; {_SAFE}")


_SAFE = "what it solved before is not lost"
