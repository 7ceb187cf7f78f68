"""Output that a person sees: tables that fit the width, problems on the error stream, or JSON for programs.

Everything that reaches the terminal passes here. Each text is made inert before it is laid out, so that no line break
in it forges a row; a guard does the same for whatever is written past these functions (warnings, tracebacks, logs).
"""

from __future__ import annotations

import json
import logging
import math
import sys
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detente.cli.terminal.columns import Cell, entries, fitted, wrapped
from detente.errors import Problem
from detente.inert import escape, inert, inert_lines
from detente.plurals import counted

out = Console(highlight=False, markup=False)
err = Console(stderr=True, highlight=False, markup=False)


class Guard:
    """A stream that writes everything inert, line breaks aside; rich writes past it, with its colours."""

    def __init__(self, stream: Any) -> None:
        self.rich_proxied_file = stream  # where rich itself looks for the stream behind

    def write(self, text: str) -> int:
        self.rich_proxied_file.write(inert_lines(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rich_proxied_file, name)


def say(*lines: str, indent: int = 0) -> None:
    """Print plain lines, wrapped between words at the width of the terminal."""
    for line in lines:
        for part in wrapped(inert(line), out.width - indent):
            out.print(Text(" " * indent + part), soft_wrap=True)


def asked(question: str) -> str | None:
    """The line that a person types after a question; None where there is none to come."""
    out.print(Text(f"{inert(question)}: "), end="")
    line = sys.stdin.readline()
    if not line:
        out.print()
    return line.strip() if line else None


def heading(text: str) -> None:
    """Print a heading after an empty line."""
    _styled(text, "bold")


def note(text: str) -> None:
    """Print a remark under a table."""
    _styled(text, "dim")


def _styled(text: str, style: str) -> None:
    out.print()
    for part in wrapped(inert(text), out.width):
        out.print(Text(part, style=style), soft_wrap=True)


def solved(how_solved: Mapping[str, Any], whose: str = "") -> None:
    """Print how what was told was solved, and what a reader has to know of that. how_solved: as `--json` has it."""
    first, *warnings = how_solved["says"]
    note(f"{whose}{first}")
    say(*warnings)


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print a table; a column whose heading starts with `>` is aligned to the right.

    A cell is a text, or a list of texts that stand one below the other. No word is broken: where the columns do not
    fit side by side, each row is told as lines of its own.
    """
    right = [column.startswith(">") for column in columns]
    names = [inert(column.removeprefix(">")) for column in columns]
    cells = [[_lines(cell) for cell in row] for row in rows]
    widths = fitted(names, cells, right, out.width)
    if widths is None:
        for line in entries(names, cells, out.width):
            out.print(Text(line), soft_wrap=True)
        return
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    for name, width, flush in zip(names, widths, right, strict=True):
        shown = Text("\n".join(wrapped(name, width)))
        grid.add_column(shown, justify="right" if flush else "left", width=width, no_wrap=True)
    for row in cells:
        grid.add_row(
            *(
                Text("\n".join(part for line in cell for part in wrapped(line, width)))
                for cell, width in zip(row, widths, strict=False)
            )
        )
    out.print(grid)


def _lines(cell: Cell) -> list[str]:
    return [inert(cell)] if isinstance(cell, str) else [inert(line) for line in cell]


def problems(found: Iterable[Problem]) -> None:
    """Print problems or warnings on the error stream, each with its line and a caret, and count them."""
    listed = list(found)
    if not listed:
        return
    for problem in listed:
        err.print(Text(inert_lines(str(problem))), soft_wrap=True)
        err.print()
    warned = sum(problem.severity == "warning" for problem in listed)
    counts = ((len(listed) - warned, "problem", "bold red"), (warned, "warning", "bold"))
    for count, noun, style in counts:
        if count:
            err.print(Text(counted(count, noun), style=style))


def complain(text: str) -> None:
    """Print an error that no place in a file explains."""
    err.print(Text(inert_lines(f"error: {text}")), soft_wrap=True)


def remark(text: str) -> None:
    """Print a remark on the error stream, beside output that programs read."""
    err.print(Text(inert_lines(f"note: {text}")), soft_wrap=True)


class _Remarks(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        err.print(Text(inert_lines(f"note: {record.getMessage()}")), soft_wrap=True)


@contextmanager
def remarks() -> Generator[None]:
    """Print what a run says while it goes on (`logging`, name `detente`) on the error stream."""
    log, handler = logging.getLogger("detente"), _Remarks()
    log.addHandler(handler)
    before = log.propagate, log.level
    log.propagate = False
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.propagate = before[0]
        log.setLevel(before[1])


def emit(value: Any) -> None:
    """Print JSON; a number that is not finite becomes null, for JSON has no other word for it."""
    text = json.dumps(finite(value), indent=2, ensure_ascii=False, allow_nan=False, default=str)
    sys.stdout.write(inert_json(text) + "\n")


def inert_json(text: str) -> str:
    """JSON with every character that does not print written by its number, which programs read as the same."""
    if text.isprintable():
        return text
    return "".join(sign if sign == "\n" or inert(sign) == sign else _escaped(sign) for sign in text)


def _escaped(sign: str) -> str:
    return json.dumps(sign)[1:-1] if ord(sign) > 0x7F else escape(sign).replace("\\x", "\\u00")


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
