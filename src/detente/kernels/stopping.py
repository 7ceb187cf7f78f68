"""Work that can be stopped: a token that everybody looks at who works for long, compiled code too.

Stopping is an answer, not an accident: whoever looks at the token returns what is finished. Nothing is thrown through
the program. Signals ask for a stop where somebody looks (`heeding_signals`); elsewhere they end the program as ever.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock, current_thread, main_thread
from typing import Any
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals that end work: Ctrl-C, `kill` or a machine that shuts down, a terminal that is closed."""

Flag = NDArray[np.int64]
"""One number that compiled code reads at every step: other than 0 once a stop is asked for."""


class Stop:
    """A token: whoever holds it may ask for a stop, from any thread, once and for all.

    under: a token whose stop is this one's too.
    """

    def __init__(self, under: Stop | None = None) -> None:
        self._asked = False
        self._lock = Lock()
        self._flags: list[Flag] = []
        self._below: WeakSet[Stop] = WeakSet()
        if under is not None:
            under._take(self)

    @property
    def asked(self) -> bool:
        """True where a stop has been asked for."""
        return self._asked

    def ask(self) -> None:
        """Ask for a stop; whoever looks at the token answers, compiled code within a step."""
        with self._lock:
            self._asked = True
            for flag in self._flags:
                flag[0] = 1
            below = list(self._below)
        for each in below:
            each.ask()

    def _take(self, other: Stop) -> None:
        with self._lock:
            self._below.add(other)
            asked = self._asked
        if asked:
            other.ask()

    @contextmanager
    def heeded(self) -> Generator[Stop]:
        """Within, `stop_asked` and compiled code look at this token, in the threads that are started for it too."""
        before = _heeded.set(self)
        try:
            yield self
        finally:
            _heeded.reset(before)

    def watch(self, flag: Flag) -> None:
        """From now on a stop sets the flag."""
        with self._lock:
            self._flags.append(flag)
            flag[0] = int(self._asked)

    def leave(self, flag: Flag) -> None:
        """No longer; the flag is 0 again."""
        with self._lock:
            self._flags = [each for each in self._flags if each is not flag]
            flag[0] = 0


_heeded: ContextVar[Stop | None] = ContextVar("detente_stop", default=None)


def heeded() -> Stop | None:
    """The token that is looked at here, if any."""
    return _heeded.get()


def stop_asked() -> bool:
    """True where whoever works here is to stop."""
    stop = _heeded.get()
    return stop is not None and stop.asked


@contextmanager
def heeding_signals() -> Generator[Stop]:
    """Within, Ctrl-C and its like ask for a stop instead of raising; a second one raises as ever.

    The token is one under whatever is heeded already. Signals reach the main thread only, and those that the process
    ignores stay ignored.
    """
    stop = Stop(heeded())
    before: dict[int, Callable[[int, Any], object]] = {}
    if current_thread() is main_thread():
        for each in SIGNALS:
            handler = signal.getsignal(each)
            if callable(handler):
                before[each] = handler

    def ask(number: int, frame: Any) -> None:
        if stop.asked:
            before[number](number, frame)
        try:
            before[number](number, frame)
        except KeyboardInterrupt:
            stop.ask()

    for each in before:
        signal.signal(each, ask)
    try:
        with stop.heeded():
            yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
