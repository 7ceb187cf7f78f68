"""Whatever ends a run from outside ends it as Ctrl-C does: what is finished is kept and written."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals that end a run: Ctrl-C, `kill` or a machine that shuts down, a terminal that is closed."""


def stop_alike() -> None:
    """Let every signal that ends a run do so as Ctrl-C does; one that is ignored, as under `nohup`, stays so."""
    for each in STOPPING:
        if each != signal.SIGINT and signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, _stop)


def _stop(number: int, frame: Any) -> None:
    if number != signal.SIGTERM:
        _leave_the_terminal()
    raise KeyboardInterrupt


def _leave_the_terminal() -> None:
    """Write no more to a terminal that is gone: every attempt would fail, and the results with it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            if os.isatty(stream.fileno()):
                os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError):
            continue
