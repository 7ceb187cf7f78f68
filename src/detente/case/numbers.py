"""The numbers that can be chosen at a numeric stage, exact to the last digit."""

from __future__ import annotations

import re
from fractions import Fraction

MOST_MOVES = 10_000

_WRITTEN = re.compile(r"\s*[-+]?(\d{1,30}|\d{0,30}\.\d{1,30}|\d{1,30}\.)([eE][-+]?\d{1,2})?\s*(/\s*\d{1,30}\s*)?\Z")


def exact(written: str) -> Fraction:
    """The number that was written, such as `0.05` or `1/30`. Raises ValueError where it is none."""
    if not _WRITTEN.match(written):
        raise ValueError(written)
    top, _, bottom = written.partition("/")
    below = Fraction(bottom.strip()) if bottom else Fraction(1)
    if not below:
        raise ValueError(written)
    return Fraction(top.strip()) / below


def count_between(low: Fraction, high: Fraction, step: Fraction) -> int:
    """How many numbers there are from low by step up to high; step is positive."""
    return int((high - low) / step) + 1


def grid(low: Fraction, step: Fraction, count: int) -> list[tuple[str, float]]:
    """The first numbers from low by step, each with its name: the shortest decimal that means it."""
    return [_named(low + step * position) for position in range(count)]


def _named(number: Fraction) -> tuple[str, float]:
    value = float(number)
    if number.denominator == 1:
        return str(number.numerator), value
    shortest = repr(value)
    if "e" in shortest:
        shortest = f"{value:.17f}".rstrip("0")
    return shortest, value
