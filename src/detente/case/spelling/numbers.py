"""Numbers as they are written: exact to the last digit where they can be chosen, and what only looks like one."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from detente.crisis.expressions import EQUAL_WITHIN, LARGEST_WHOLE

MOST_MOVES = 10_000

_WRITTEN = re.compile(
    r"\s*[-+]?([0-9]{1,30}|[0-9]{0,30}\.[0-9]{1,30}|[0-9]{1,30}\.)([eE][-+]?[0-9]{1,2})?\s*(/\s*[0-9]{1,30}\s*)?\Z"
)

DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_LOOKS_LIKE_ONE: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern + r"\Z"), what, remedy)
    for pattern, what, remedy in (
        (
            r"\d{4}-\d{1,2}-\d{1,2}([t ][0-9:.]+z?)?",
            "a date",
            "a number stands here; dates belong to `date` and `published`",
        ),
        (r"[-+]?[0-9][0-9_.eE]*_[0-9_.eE]*", "grouped by _", "write the digits without a sign between them"),
        (r"[-+]?0[xXoObB][0-9a-fA-F_]+", "not decimal", "write it with the digits 0 to 9, such as 16"),
        (r"[-+]?[0-9]+(:[0-9]+)+(\.[0-9]*)?", "a time, or counted in sixties", "write a decimal number, such as 1.5"),
        (r"[-+]?[0-9]{1,3}(,[0-9]+)+", "written with a comma", "write 1000, and 0.5 with a point"),
        (r"[-+]?\.?(inf|infinity|nan)", "not finite", "write a number such as 0.5 or 1e6"),
    )
)


def misread(text: str) -> tuple[str, str]:
    """Reason why a text that looks like a number is none, and the remedy; both are empty for any other text."""
    text = text.strip()
    other = next((sign for sign in text if not sign.isascii() and sign.isnumeric()), "")
    if other and not any(sign.isalpha() for sign in text):
        return f"`{other}` (U+{ord(other):04X}) is not one of the digits 0 to 9", "type the digits 0 to 9"
    for pattern, what, remedy in _LOOKS_LIKE_ONE:
        if pattern.match(text.lower()):
            return f"it is {what}", remedy
    return "", ""


def decimal(text: str) -> float:
    """The number that a text says in the digits 0 to 9. Raises ValueError where it says none."""
    if not DECIMAL.match(text.strip()):
        raise ValueError(text)
    return float(text)


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
    """Number of the numbers from low by step up to high; step is positive."""
    return int((high - low) / step) + 1


def too_close(low: Fraction, high: Fraction, step: Fraction) -> tuple[str, str] | None:
    """Fault and remedy where formulas could not tell neighbouring numbers apart."""
    largest = max(abs(low), abs(high))
    if step <= 2 * Fraction(EQUAL_WITHIN):
        what = f"formulas take numbers closer than {EQUAL_WITHIN:g} for equal, and the step is {float(step):.3g}"
        return what, "take another unit, in which the step is larger"
    whole = low.denominator == step.denominator == 1
    if (whole and largest <= LARGEST_WHOLE) or 1000 * Fraction(math.ulp(float(largest))) <= step:
        return None
    what = f"steps of {float(step):.3g} are lost in numbers as large as {float(largest):.3g}"
    return what, "formulas compute with about 16 digits: count from nearer to 0, or take larger steps"


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
