"""The blocks of a run solved by a Dask cluster."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any

from detente.errors import RequestError, StudyError
from detente.study.cluster.dispatch import Dispatch
from detente.study.cluster.orders import order_of
from detente.study.running.plan import Span
from detente.study.running.run import Run
from detente.study.running.workers import Done

_CONNECT = 10.0
"""Seconds that a scheduler has to answer once its machine took the connection."""

_CHATTY = ("distributed", "tornado", "asyncio")
"""Loggers that report a lost connection by the traceback; a run says the same in a line."""


class Cluster:
    """Workers at the address of a Dask scheduler, such as `tcp://10.0.0.1:8786`.

    The case travels as text and results come back as packed numbers. A block whose worker is lost or silent is solved
    by another. Whoever runs the scheduler is trusted: Dask runs what it is sent.
    """

    def __init__(self, address: str, run: Run) -> None:
        self._address = address
        self._run = run
        self._told: set[str] = set()

    def solve(self, jobs: Iterable[Span]) -> Generator[Done]:
        """The jobs with their results. Raises StudyError where the cluster fails, RequestError without Dask."""
        waiting = deque(jobs)
        if not waiting:
            return
        try:
            import distributed  # noqa: F401  # pyright: ignore[reportUnusedImport]
        except ModuleNotFoundError as error:
            raise RequestError("a cluster needs Dask: pip install 'detente[cluster]'") from error
        with _quiet():
            client = self._connected()
            try:
                yield from Dispatch(client, self._address, order_of(self._run), waiting, self._told).solved()
            finally:
                client.close(timeout=2)

    def _connected(self) -> Any:
        from distributed import Client

        try:
            return Client(self._address, timeout=_CONNECT, set_as_default=False, name="detente")
        except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
            said = str(error).splitlines()[0] if str(error) else "it is no Dask scheduler"
            raise StudyError(f"no Dask scheduler answers at {self._address}: {said}") from error


@contextmanager
def _quiet() -> Generator[None]:
    """Keep tracebacks of Dask's own threads off the terminal."""
    known = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in _CHATTY]
    before = {name: logging.getLogger(name).level for name in {*_CHATTY, *known}}
    for name in before:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
