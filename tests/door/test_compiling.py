"""A person who waits for the compiler is told so, once; a program that reads the output is not."""

from __future__ import annotations

import io
from typing import Any

import pytest
from numba import njit
from rich.console import Console

from detente.cli.terminal import compiling


def compiled_twice() -> None:
    """Something new for the compiler each time."""
    made: Any = njit
    for _ in range(2):
        assert made(lambda: 1)() == 1


def printed(monkeypatch: pytest.MonkeyPatch, *, watched: bool) -> str:
    shown = io.StringIO()
    monkeypatch.setattr(compiling, "err", Console(file=shown, force_terminal=watched, width=200))
    with compiling.told_of_compiling():
        compiled_twice()
    compiled_twice()
    return shown.getvalue()


def test_the_compiler_is_mentioned_once_where_somebody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed(monkeypatch, watched=True).count(compiling.NOTICE) == 1


def test_the_compiler_is_not_mentioned_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed(monkeypatch, watched=False) == ""


def test_the_compiler_is_not_mentioned_where_nothing_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(compiling, "err", Console(file=shown, force_terminal=True))
    with compiling.told_of_compiling():
        pass
    assert shown.getvalue() == ""
