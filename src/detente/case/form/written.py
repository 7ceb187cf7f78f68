"""The kinds of values that an analyst writes, each with what is said where something else is found."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, WithJsonSchema
from pydantic_core import PydanticCustomError

from detente.case.spelling.letters import first_odd, named
from detente.case.spelling.numbers import misread
from detente.crisis.expressions import LARGEST_WHOLE


def describe(value: object) -> str:
    """Words for a value that was found in place of the right one."""
    match value:
        case dict():
            return "a mapping (`key: value`)"
        case list():
            return "a list"
        case None:
            return "nothing"
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f"the text `{value[:40]}`{_oddness(value)}"
        case _:
            return f"the number {value:g}" if isinstance(value, float) else f"the number {str(value)[:40]}"


def _oddness(text: str) -> str:
    at = first_odd(text)
    why = misread(text)[0] if at is None else f"{named(text[at])} is part of it"
    return f" ({why})" if why else ""


def digits(value: float) -> str:
    """A number as the name that it is: every digit where it is whole, else those that count."""
    whole = abs(value) <= LARGEST_WHOLE and value == int(value)
    return str(int(value)) if whole else f"{value:.15g}"


def wrong(wanted: str, found: object, remedy: str = "") -> PydanticCustomError:
    """The error to raise for a value of the wrong kind."""
    return PydanticCustomError(
        "case", "{what}", {"what": f"expected {wanted}, found {describe(found)}", "remedy": remedy}
    )


def _text(value: object) -> object:
    if not isinstance(value, str):
        remedy = "put it in quotes" if isinstance(value, int | float) else "write a text on the line of the key"
        raise wrong("a text", value, remedy)
    return value


def _digits(value: object) -> str:
    return misread(value)[1] if isinstance(value, str) else ""


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong("a number", value, _digits(value) or "write a number such as 0.5")
    return float(value) + 0.0  # no -0


def _whole(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise wrong("a whole number", value, _digits(value) or "write a number such as 3")
    return int(value)


def _formula(value: object) -> object:
    if isinstance(value, str | int | float):
        return value if isinstance(value, str | bool) else float(value) + 0.0  # no -0
    remedy = "write a number or a formula such as `1 - p`"
    if isinstance(value, dict | list):
        remedy += "; a formula that begins with { or [, or holds a comma inside { } or [ ], needs quotes"
    raise wrong("a number or a formula", value, remedy)


def _date(value: object) -> object:
    import datetime

    try:
        return datetime.date.fromisoformat(value) if isinstance(value, str) else _refuse_date(value)
    except ValueError:
        return _refuse_date(value)


def _loose_date(value: object) -> object:
    from detente.crisis.evidence import PartialDate

    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 9999:
        return PartialDate(value)
    year, _, month = value.partition("-") if isinstance(value, str) else ("", "", "")
    if len(year) == 4 and year.isascii() and year.isdigit() and int(year):
        if not month:
            return PartialDate(int(year))
        if len(month) == 2 and month.isascii() and month.isdigit() and 1 <= int(month) <= 12:
            return PartialDate(int(year), int(month))
    try:
        return _date(value)
    except PydanticCustomError:
        raise wrong("a date", value, "write a day as in 2025-03-24, a month (2025-03) or a year (2025)") from None


def _refuse_date(value: object) -> object:
    raise wrong("a date", value, "write year, month and day as in 2025-03-24")


def _named(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return digits(value)
    if not isinstance(value, str):
        raise wrong("a name or a number", value)
    return value


def _fraction(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise wrong("a number", value, "write a number such as 0.05, or a fraction such as 1/30")
    return repr(value) if isinstance(value, float) else str(value)


_NUMBER_OR_TEXT: dict[str, Any] = {"type": ["number", "string"]}
Text = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": "string"})]
Number = Annotated[float, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer"})]
Formula = Annotated[
    str | float | bool, BeforeValidator(_formula), WithJsonSchema({"type": ["number", "string", "boolean"]})
]
Value = Annotated[str, BeforeValidator(_named), WithJsonSchema(_NUMBER_OR_TEXT)]
"""The name or number of a move or a value."""
Fraction = Annotated[str, BeforeValidator(_fraction), WithJsonSchema(_NUMBER_OR_TEXT)]
"""A number kept as it was written, or a fraction such as 1/30."""
Date = Annotated[Any, BeforeValidator(_date), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"})]

LooseDate = Annotated[
    Any,
    BeforeValidator(_loose_date),
    WithJsonSchema({"type": ["string", "integer"], "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}),
]
"""A day, a month of a year, or a year."""


def _something(value: object) -> object:
    if value is None:
        raise wrong("a value", value, "write a value after the colon, or remove the key")
    return value


PRESENT = BeforeValidator(_something)
"""Validator of a key that may be left out: a key written without a value is a mistake."""


def either(**tests: type | tuple[type, ...]) -> Discriminator:
    """Tells alternatives apart by what is written: the first whose kind of value it is, else the last."""

    def choose(value: object) -> str:
        for tag, kind in tests.items():
            if isinstance(value, kind) and not (
                isinstance(value, bool) and bool not in (kind if isinstance(kind, tuple) else (kind,))
            ):
                return tag
        return list(tests)[-1]

    return Discriminator(choose)
