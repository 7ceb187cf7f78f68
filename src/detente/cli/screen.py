"""What a person sees: tables that fit 80 columns, problems on the error stream, or JSON for programs."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from detente.errors import Problem

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def say(*lines: str, indent: int = 0) -> None:
    """Print plain lines, wrapped at the width of the terminal."""
    for line in lines:
        out.print(Padding(Text(line), (0, 0, 0, indent), expand=False))


def heading(text: str) -> None:
    """Print a heading after an empty line."""
    out.print()
    out.print(Text(text, style="bold"))


def note(text: str) -> None:
    """Print a remark under a table."""
    out.print()
    out.print(Text(text, style="dim"))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; a column whose heading starts with `>` is aligned to the right."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    for column in columns:
        right = column.startswith(">")
        grid.add_column(column.removeprefix(">"), justify="right" if right else "left", no_wrap=right, overflow="fold")
    for row in rows:
        grid.add_row(*(escape(cell) for cell in row))
    out.print(grid)


def problems(found: Iterable[Problem]) -> None:
    """Print problems on the error stream, each with its line and a caret, and count them."""
    listed = list(found)
    for problem in listed:
        err.print(Text(str(problem)), soft_wrap=True)
        err.print()
    count = len(listed)
    err.print(Text("1 problem" if count == 1 else f"{count} problems", style="bold red"))


def complain(text: str) -> None:
    """Print an error that no place in a file explains."""
    err.print(Text(f"error: {text}"), soft_wrap=True)


def emit(value: Any) -> None:
    """Print JSON; a number that is not finite becomes null, for JSON has no other word for it."""
    json.dump(finite(value), sys.stdout, indent=2, ensure_ascii=False, allow_nan=False, default=str)
    sys.stdout.write("\n")


def finite(value: Any) -> Any:
    """The value with plain Python numbers, and None for every number that is not finite."""
    if isinstance(value, dict):
        return {str(key): finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(each) for each in value]
    if hasattr(value, "tolist"):
        return finite(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
