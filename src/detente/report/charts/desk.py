"""Desks for charts: processes of their own turn specifications into SVG, while this one goes on."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

import vl_convert

_desks: ContextVar[Sequence[DrawingProcess]] = ContextVar("_desks", default=())
_kept: list[DrawingProcess] = []
_MOST = 2
"""Processes that draw: more would wait for the specifications, which one process makes."""


class DrawingProcess:
    """A process that draws in the order in which it is asked, and a thread that talks to it."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "detente.report.charts.desk"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._asked: SimpleQueue[tuple[str, Future[str]] | None] = SimpleQueue()
        self._waiting = 0
        self._thread = Thread(target=self._talk, daemon=True)
        self._thread.start()

    @property
    def open(self) -> bool:
        """True where the process runs."""
        return self._process.poll() is None

    @property
    def waiting(self) -> int:
        """Number of charts asked for and not drawn yet."""
        return self._waiting

    def ask(self, specification: dict[str, Any]) -> Future[str]:
        """The SVG of a chart, as soon as it is there; an empty text where it was not drawn."""
        drawn: Future[str] = Future()
        self._waiting += 1
        self._asked.put((json.dumps(specification), drawn))
        return drawn

    def close(self) -> None:
        """Ends the process; what it has not drawn is left."""
        atexit.unregister(self.close)
        self._asked.put(None)
        self._process.terminate()
        self._thread.join()
        with suppress(OSError):
            self._process.communicate()

    def _talk(self) -> None:
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        while (asked := self._asked.get()) is not None:
            text, drawn = asked
            answer = ""
            with suppress(OSError, ValueError):
                pipe_in.write(text.encode() + b"\n")
                pipe_in.flush()
                answer = json.loads(pipe_out.readline())
            self._waiting -= 1
            drawn.set_result(answer)


@contextmanager
def drawing_elsewhere() -> Generator[None]:
    """Lets charts of this block be drawn by processes of their own, where there are processors for them."""
    before = _desks.set(_hired(min(_MOST, os.cpu_count() or 1)) if (os.cpu_count() or 1) > 1 else ())
    try:
        yield
    finally:
        _desks.reset(before)


def _hired(number: int) -> Sequence[DrawingProcess]:
    """The desks of this process, kept for its next report, since beginning one takes as long as several charts."""
    _kept[:] = [each for each in _kept if each.open]
    with suppress(OSError):
        while len(_kept) < number:
            _kept.append(DrawingProcess())
            atexit.register(_kept[-1].close)
    return tuple(_kept)


def drawn(specification: dict[str, Any], version: str) -> Callable[[], str]:
    """The SVG of a Vega-Lite specification: begun at once at the desk, if there is one, and here otherwise."""
    desks = _desks.get()
    if not desks:
        svg = _draw(specification, version)
        return lambda: svg
    begun = min(desks, key=lambda each: each.waiting).ask({"specification": specification, "version": version})
    return lambda: begun.result() or _draw(specification, version)


def _draw(specification: dict[str, Any], version: str) -> str:
    return vl_convert.vegalite_to_svg(specification, vl_version=version, allowed_base_urls=[])


def _serve(asked: IO[str], told: IO[str]) -> None:
    """Answers each line with an SVG, or with an empty text where it cannot be drawn."""
    for line in asked:
        answer = ""
        with suppress(ValueError):
            request = json.loads(line)
            answer = _draw(request["specification"], request["version"])
        told.write(json.dumps(answer) + "\n")
        told.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asked
    with suppress(BrokenPipeError):
        _serve(sys.stdin, sys.stdout)
