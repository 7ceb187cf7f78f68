"""Splices: an edit of a text as the pieces that it replaces, which can be taken back to the last byte."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detente.case.form.register import Path


class Piece(NamedTuple):
    """New text for what stands between two positions; pieces of one edit do not overlap."""

    start: int
    end: int
    text: str


class Splice(NamedTuple):
    """A piece of text replaced at a position: what stood there, and what stands there now."""

    at: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CaseEdit:
    """One step of an analyst: the operation, the path of the entry, and the splices that did it, one after another."""

    operation: str
    path: Path
    splices: tuple[Splice, ...]

    def done(self, text: str) -> str:
        """The text after the edit."""
        for at, before, after in self.splices:
            text = text[:at] + after + text[at + len(before) :]
        return text

    def undone(self, text: str) -> str:
        """The text before the edit."""
        for at, before, after in reversed(self.splices):
            text = text[:at] + before + text[at + len(after) :]
        return text


def spliced(text: str, pieces: Iterable[Piece]) -> list[Splice]:
    """Pieces as splices to be made one after another, from the last to the first.

    Insertions at one position come out in the order given, before what is replaced there.
    """
    ordered: Sequence[Piece] = sorted(pieces, key=lambda piece: piece[:2])
    return [Splice(start, text[start:end], new) for start, end, new in reversed(ordered) if text[start:end] != new]


def difference(before: str, after: str) -> list[Splice]:
    """The one splice between two texts: all that lies between what they begin and what they end with alike."""
    if before == after:
        return []
    shortest = min(len(before), len(after))
    start = next((n for n in range(shortest) if before[n] != after[n]), shortest)
    same = next((n for n in range(shortest - start) if before[-1 - n] != after[-1 - n]), shortest - start)
    return [Splice(start, before[start : len(before) - same], after[start : len(after) - same])]
