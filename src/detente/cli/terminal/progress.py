"""A progress bar on the error stream, with the time left; silent where nobody watches."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from detente.cli.terminal.screen import err
from detente.inert import inert

if TYPE_CHECKING:
    from rich.progress import Progress

Report = Callable[[str, int, int], None]
BAR_WIDTH = 32


class Clock:
    """Time that work has taken, pauses left out, and time that the rest will take at the same pace."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began = now()
        self._paused = 0.0
        self._before: int | None = None

    def left(self, done: int, total: int) -> float | None:
        """Seconds to go; None as long as nothing was done. What was there at the first call took no time."""
        if self._before is None:
            self._before = done
            self._began = self._now()
            self._paused = 0.0
        new = done - self._before
        return (self._now() - self._began - self._paused) / new * (total - done) if new > 0 else None

    def paused(self, seconds: float) -> None:
        """Leave a pause out."""
        self._paused += seconds


def told(seconds: float | None) -> str:
    """Time left, for people."""
    if seconds is None:
        return ""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours} h {minutes:02} min left" if hours else f"{minutes}:{whole % 60:02} left"


@contextmanager
def progress_bar() -> Generator[Report]:
    """Yield what `dt.run` calls with the name of a stage of work, how much is done and how much there is."""
    if not err.is_terminal:
        yield lambda stage, done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    words = TextColumn("{task.description}", markup=False)
    columns = (words, BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
    clock = Clock()
    # What is written past the bar passes the screen's guard.
    shown = Progress(*columns, console=err, transient=True, redirect_stdout=False, redirect_stderr=False)
    with shown as bar, _pauses(bar, clock):
        task = bar.add_task("", left="")  # one line, however many questions a case asks

        def report(stage: str, done: int, total: int) -> None:
            left = told(clock.left(done, total))
            bar.update(
                task, description=f"{inert(stage)[:BAR_WIDTH]:<{BAR_WIDTH}}", completed=done, total=total, left=left
            )

        yield report


@contextmanager
def _pauses(bar: Progress, clock: Clock) -> Generator[None]:
    """Ctrl-Z stops the whole process at once and leaves a tidy terminal; `fg` goes on."""
    if not hasattr(signal, "SIGTSTP"):
        yield
        return

    def pause(*_: Any) -> None:
        bar.stop()
        since = time.monotonic()
        os.kill(os.getpid(), signal.SIGSTOP)
        clock.paused(time.monotonic() - since)
        bar.start()

    before = signal.signal(signal.SIGTSTP, pause)
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, before)
