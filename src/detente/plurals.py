"""Numbers of things in words: "1 event", "6 events", "1,000 draws"."""

from __future__ import annotations


def counted(number: int | float, one: str, many: str = "", gap: str = " ") -> str:
    """A number of things; `many` where the plural is not formed with an s."""
    return f"{number:,}{gap}{one if number == 1 else many or one + 's'}"


def were(number: int) -> str:
    """The verb after a number of things in the past: "1 study was", "2 studies were"."""
    return "was" if number == 1 else "were"
