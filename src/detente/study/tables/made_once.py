"""Tables of a study that are made once, whoever asks for them first."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from threading import Lock

import pandas as pd


class TablesMadeOnce:
    """Tables by name, each handed out as a copy; one that another thread is making is waited for."""

    def __init__(self) -> None:
        self._kept: dict[str, pd.DataFrame] = {}
        self._making: dict[str, Lock] = {}

    def get(self, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The table of that name, made now unless it is there."""
        with self._making.setdefault(name, Lock()):
            if name not in self._kept:
                self._kept[name] = make()
            return self._kept[name].copy()


@contextmanager
def making_beside(*tables: Callable[[], pd.DataFrame]) -> Generator[None]:
    """Lets tables that solve games be made in a thread meanwhile, since kernels hold no interpreter lock.

    Raises what making them raised.
    """
    with ThreadPoolExecutor(1) as beside:
        made = [beside.submit(copy_context().run, table) for table in tables]
        yield
    for each in made:
        each.result()
