"""A digest of what a case says: the same for the same content, whatever its layout, comments or file name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, fields, is_dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Any

from detente.crisis.model import Crisis

_NOT_CONTENT = frozenset({"place", "digest"})


def digest_of(crisis: Crisis) -> str:
    """SHA-256 of the content, in hexadecimal. Fields left at their default do not enter it, nor does the name."""
    return sha256("\0".join(_words(crisis, outermost=True)).encode()).hexdigest()


def _words(value: object, *, outermost: bool = False) -> Iterator[str]:
    """The value as a flat series of words from which it could be rebuilt."""
    if value is None or isinstance(value, str | float | int):
        yield repr(value)
    elif isinstance(value, tuple):
        yield "("
        for item in value:
            yield from _words(item)
        yield ")"
    elif isinstance(value, Enum):
        yield str(value.value)
    elif is_dataclass(value):
        yield type(value).__name__
        for each in _content(type(value)):
            held = getattr(value, each.name)
            if held is each.default or held == each.default or (outermost and each.name == "name"):
                continue
            yield each.name
            yield from _words(held)
        yield ")"
    else:
        yield repr(value)


@cache
def _content(record: Any) -> tuple[Field[Any], ...]:
    return tuple(each for each in fields(record) if each.name not in _NOT_CONTENT)
