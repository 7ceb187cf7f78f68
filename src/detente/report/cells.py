"""A study's data frames as typed rows: what each field of a row is read from, and as what."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from detente.report.words import Estimate, plain

Row = dict[str, Any]
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Column:
    """The column that a field of a row is read from, for a field whose own name is not the column's.

    otherwise: the column that serves where this one says nothing.
    """

    name: str
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class EstimateColumns:
    """The columns of an estimate, where they are not "mean", "low" and "high"."""

    middle: str = "mean"
    low: str = "low"
    high: str = "high"

    @staticmethod
    def of(name: str) -> EstimateColumns:
        """The middle in the column of that name, the ends beside it."""
        return EstimateColumns(name, f"{name}_low", f"{name}_high")


def read(kind: type[Kind], frame: Any) -> list[Kind]:
    """The rows of a data frame as records of a dataclass; none where the study has no such table.

    Raises KeyError where a column is missing.
    """
    readers = _readers(kind)
    return [kind(**{name: reader(row) for name, reader in readers.items()}) for row in rows(frame)]


@cache
def _readers(kind: type) -> dict[str, Callable[[Row], Any]]:
    """Per field of a dataclass, what makes its value of a row."""
    hints = get_type_hints(kind, include_extras=True)
    return {each.name: _reader(each.name, hints[each.name]) for each in fields(kind)}


def _reader(name: str, hint: Any) -> Callable[[Row], Any]:
    wanted, where = get_args(hint)[:2] if get_origin(hint) is Annotated else (hint, None)
    if callable(where):  # what makes the field of a whole row
        return where
    if wanted is Estimate:
        columns = where if isinstance(where, EstimateColumns) else EstimateColumns()
        return lambda row: estimate(row, columns)
    column = where if isinstance(where, Column) else Column(name)
    value = _VALUES[wanted]
    if column.otherwise:
        return lambda row: value(row[column.name]) or value(row[column.otherwise])
    return lambda row: value(row[column.name])


def rows(frame: Any) -> Iterable[Row]:
    """The rows of a data frame; none where the study has no such table."""
    return [] if frame is None else frame.to_dict("records")


def number(value: Any) -> float:
    """A number; NaN for nothing."""
    return math.nan if value is None else float(value)


def words(value: Any) -> str:
    """Text without control characters; empty for nothing."""
    return "" if value is None or value != value else plain(str(value))


def whole(value: Any) -> int:
    """A whole number; 0 for nothing."""
    return 0 if value is None or value != value else int(value)


def day(value: Any) -> date | None:
    """A date; None for nothing, or for what is none."""
    if isinstance(value, datetime):
        return None if value != value else value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def yes(value: Any) -> bool:
    """True where a cell of a table says yes; an empty cell (None, NaN) says no."""
    return value is not None and value == value and bool(value)


def estimate(row: Row, columns: EstimateColumns) -> Estimate:
    """The middle and the ends of an interval from three columns."""
    return Estimate(number(row[columns.middle]), number(row[columns.low]), number(row[columns.high]))


_VALUES: dict[Any, Callable[[Any], Any]] = {
    str: words,
    float: number,
    int: whole,
    bool: yes,
    date | None: day,
    tuple[str, ...]: lambda value: tuple(words(value).split()),
}
