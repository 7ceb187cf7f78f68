"""Waiting for what may never answer: said after a while, with since when, and broken off in the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread

LOG = logging.getLogger("detente")
"""Log of a run's remarks while it goes on; the command line prints the log, and Python's own default does too."""

TOLD = 15.0
"""Seconds of silence after which a run says what it waits for."""

BREAK_OFF_AFTER = 60.0
"""Seconds of silence after which a call to a server is broken off, and made again where that may help."""


def clock() -> str:
    """The time of day, as a person reads it off a clock."""
    return datetime.now().astimezone().strftime("%H:%M:%S")


@contextmanager
def watched(what: str, break_off: Callable[[], None] | None = None) -> Generator[None]:
    """Say what is waited for once the work within has taken TOLD seconds; after BROKEN_OFF call `break_off`.

    `break_off` is called in another thread, and must make the work within end.
    """
    ended, since = Event(), clock()
    told: list[bool] = []

    def look() -> None:
        if ended.wait(TOLD):
            return
        told.append(True)
        LOG.warning("waiting for %s since %s", what, since)
        if break_off is not None and not ended.wait(max(0.0, BREAK_OFF_AFTER - TOLD)):
            LOG.warning("%s has not answered since %s: the call is broken off", what, since)
            break_off()

    Thread(target=look, name="detente-watch", daemon=True).start()
    done = False
    try:
        yield
        done = True
    finally:
        ended.set()
        if done and told:
            LOG.warning("%s answers again", what)
