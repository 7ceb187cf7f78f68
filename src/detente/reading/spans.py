"""Spans of a text, and what a mark says of one: its sort, its place, and the rule that found it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """Things that are marked in a text."""

    CUE = "cue"
    """Word that attributes something to somebody: said, warned, according to."""
    SOURCE = "source"
    """Person or body that the attributed content comes from, as the text calls it."""
    CONTENT = "content"
    """Words that are attributed."""
    HEDGE = "hedge"
    """Word that weakens a commitment: may, appears, suggest."""
    NEGATION = "negation"
    CONDITION = "condition"
    """Word that opens a condition: if, unless, provided that."""
    QUOTATION = "quotation"
    DATE = "date"
    FRAME = "frame"
    """Words with which a text sets readings side by side: two readings, the first is, either … or."""


@dataclass(frozen=True, slots=True)
class TextMark:
    """A marked span: characters `start` to `end` of the decoded text, which read `text` there, to the letter.

    rule: name of the rule that found it. value: what the span comes to, such as the day of a date or the part of a
    frame. about: start of the cue that a source or a content belongs to, −1 for every other sort.
    """

    sort: Sort
    start: int
    end: int
    text: str
    rule: str
    value: str = ""
    about: int = -1


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a single other sign, with its place in the text."""

    word: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in small letters, with a straight apostrophe."""
        return self.word.lower().replace("’", "'")

    @property
    def capital(self) -> bool:
        """True where the word begins with a capital letter."""
        return self.word[:1].isupper()

    @property
    def is_word(self) -> bool:
        """True where the token is no punctuation mark."""
        return self.word[:1].isalnum()
