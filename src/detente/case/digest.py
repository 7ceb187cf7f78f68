"""A digest of what a case says: the same for the same content, whatever its layout, comments or file name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from hashlib import sha256

from detente.crisis.model import Crisis

_NOT_CONTENT = frozenset({"place", "digest"})


def digest_of(crisis: Crisis) -> str:
    """SHA-256 of the case's content, in hexadecimal. Fields left at their default do not enter it."""
    seal = sha256()
    for word in _words(crisis, outermost=True):
        seal.update(word.encode())
        seal.update(b"\0")
    return seal.hexdigest()


def _words(value: object, *, outermost: bool = False) -> Iterator[str]:
    """The value as a flat series of words from which it could be rebuilt."""
    if isinstance(value, Enum):
        yield str(value.value)
    elif is_dataclass(value):
        yield type(value).__name__
        for each in fields(value):
            held = getattr(value, each.name)
            if each.name in _NOT_CONTENT or held == each.default or (outermost and each.name == "name"):
                continue
            yield each.name
            yield from _words(held)
        yield ")"
    elif isinstance(value, tuple):
        yield "("
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _words(item)  # pyright: ignore[reportUnknownArgumentType]
        yield ")"
    else:
        yield repr(value)
