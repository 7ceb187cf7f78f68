"""Cells of a study's data frames as plain values."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from detente.report.words import Estimate, plain

Row = dict[str, Any]


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


def estimate(row: Row, median: str = "median", low: str = "low", high: str = "high") -> Estimate:
    """Median and ends of an interval from three columns."""
    return Estimate(*(number(row.get(each)) for each in (median, low, high)))
