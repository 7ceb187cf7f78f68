"""The blocks of a run solved by a Dask cluster."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable
from queue import Empty, Queue
from typing import Any

from detente.errors import RequestError, StudyError
from detente.study.columns import Block, BlockError
from detente.study.orders import order_of, solve_order
from detente.study.plan import Job
from detente.study.run import Run
from detente.study.workers import Done

_CONNECT = 30.0
_WITHOUT_WORKERS = 60.0
"""Seconds to wait for the scheduler, and for a worker where there is none."""
_LOOK = 1.0
_AHEAD = 3
"""Blocks given out per thread of the cluster: enough to keep it busy, few enough to be stopped at once."""


class Cluster:
    """Workers at the address of a Dask scheduler, such as `tcp://10.0.0.1:8786`.

    The case travels as text and results come back as packed numbers. A block whose worker is lost is solved by
    another. Whoever runs the scheduler is trusted: Dask runs what it is sent.
    """

    def __init__(self, address: str, run: Run) -> None:
        self._address = address
        self._run = run

    def solve(self, jobs: Iterable[Job]) -> Generator[Done]:
        """The jobs with their results. Raises StudyError where the cluster fails, RequestError without Dask."""
        waiting = deque(jobs)
        if not waiting:
            return
        client = self._connected()
        try:
            yield from self._solved(client, waiting)
        finally:
            client.close(timeout=2)

    def _connected(self) -> Any:
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise RequestError("a cluster needs Dask: pip install 'detente[cluster]'") from error
        try:
            return Client(self._address, timeout=_CONNECT, set_as_default=False, name="detente")
        except (OSError, TimeoutError, ValueError) as error:
            raise StudyError(f"no Dask scheduler answers at {self._address}: {error}") from error

    def _solved(self, client: Any, waiting: deque[Job]) -> Generator[Done]:
        order = order_of(self._run)
        under_way: dict[Any, Job] = {}
        done: Queue[Any] = Queue()
        threads, looked, alone_since = 0, 0.0, time.monotonic()
        while waiting or under_way:
            if not threads or time.monotonic() - looked > _LOOK:
                threads, looked = self._threads(client), time.monotonic()
            if threads:
                alone_since = looked
            elif looked - alone_since > _WITHOUT_WORKERS:
                raise StudyError(f"the cluster at {self._address} has had no worker for {_WITHOUT_WORKERS:.0f} seconds")
            while waiting and len(under_way) < max(1, _AHEAD * threads):
                job = waiting.popleft()
                asked = (order, job.task.purpose, job.first, job.stop)
                future = client.submit(solve_order, *asked, pure=False, retries=2)
                under_way[future] = job
                future.add_done_callback(done.put)
            try:
                future = done.get(timeout=_LOOK)
            except Empty:
                continue
            yield under_way.pop(future), self._result(future)

    def _threads(self, client: Any) -> int:
        """How many threads the cluster has at the moment."""
        try:
            if client.status == "running":
                return sum(client.nthreads().values())
        except (OSError, TimeoutError) as error:
            raise self._gone() from error
        raise self._gone()

    def _gone(self) -> StudyError:
        return StudyError(f"the cluster at {self._address} has gone; what it solved before is not lost")

    def _result(self, future: Any) -> Block:
        from concurrent.futures import CancelledError

        from distributed import KilledWorker
        from distributed.comm.core import CommClosedError

        try:
            return Block.unpack(future.result())
        except (CancelledError, CommClosedError) as error:
            raise self._gone() from error
        except KilledWorker as error:
            raise StudyError(
                f"the cluster at {self._address} lost every worker that tried one block: have they enough memory?"
            ) from error
        except BlockError as error:
            raise StudyError(f"the cluster at {self._address} sent back no results: {error}") from error
