"""Word of every kernel that has to be compiled, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from numba.core import event


@contextmanager
def telling_of_kernels(begun: Callable[[int], None]) -> Generator[None]:
    """Within, call `begun` with the number of kernels, this one included, whenever the compilation of one begins."""

    class KernelTeller(event.Listener):
        count = 0

        def on_start(self, event: Any) -> None:
            self.count += 1
            begun(self.count)

        def on_end(self, event: Any) -> None:
            """Says nothing: what begins next is told instead."""

    teller = KernelTeller()
    event.register("numba:compile", teller)
    try:
        yield
    finally:
        event.unregister("numba:compile", teller)
