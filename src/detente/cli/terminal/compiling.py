"""A line on the error stream where the solver has to be compiled first; silent where nobody watches."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from detente.cli.terminal.screen import err

SOLVING = frozenset(
    {
        "run",
        "solve",
        "ask",
        "judge",
        "watch",
        "worth",
        "sensitivity",
        "require",
        "diff",
        "estimate",
        "rerun",
        "show",
        "play",
        "score",
        "forecast",
    }
)
"""The commands that may need the solver."""

NOTICE = "Compiling what solves games: once on this machine, for half a minute or more."


@contextmanager
def told_of_compiling() -> Generator[None]:
    """Say it once, as soon as anything is compiled rather than read from disk."""
    if not err.is_terminal:
        yield
        return
    from numba.core import event  # slow to import: only commands that need it anyway

    class Teller(event.Listener):
        told = False

        def on_start(self, event: Any) -> None:
            if not self.told:
                self.told = True
                err.print(NOTICE, style="dim")

        def on_end(self, event: Any) -> None:
            """Says nothing: the output that follows a compilation speaks for itself."""

    teller = Teller()
    event.register("numba:compile", teller)
    try:
        yield
    finally:
        event.unregister("numba:compile", teller)
