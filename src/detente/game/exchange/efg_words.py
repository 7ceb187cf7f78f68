"""The words of a Gambit game file: strings, numbers, braces and letters, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from detente.errors import CaseError, Place, Problem

WORD = re.compile(
    r"""
    (?P<space>[\s]+)
  | (?P<text>"(?:\\"|[^"])*")
  | (?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+|/[0-9]+)?(?=[\s{},"]|$))
  | (?P<mark>[{},])
  | (?P<symbol>[^\s{},"]+)
    """,
    re.VERBOSE,
)
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
MOST_DIGITS = 400


@dataclass(frozen=True, slots=True)
class Word:
    """One word: kind is text, number, mark, symbol or end; `start` is its offset in the file."""

    kind: str
    value: str
    start: int

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= 40 else self.value[:37] + "..."
        if self.kind == "end":
            return "the end of the file"
        return f'the label "{shown}"' if self.kind == "text" else f"'{shown}'"


class Words:
    """The words of one file, read one after the other; `next` is the word that comes up."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._found = self._scan()
        self.next = next(self._found)
        self._numbers: dict[str, Fraction] = {}

    def _scan(self) -> Iterator[Word]:
        position = 0
        while position < len(self.text):
            match = WORD.match(self.text, position)
            if match is None:
                raise self.error(position, "this label is never closed", 'Close it with a double quote: "label".')
            kind = str(match.lastgroup)
            if kind == "text":
                yield Word(kind, match.group()[1:-1].replace('\\"', '"'), position)
            elif kind != "space":
                yield Word(kind, match.group(), position)
            position = match.end()
        while True:
            yield Word("end", "", len(self.text))

    def error(self, where: Word | int, what: str, remedy: str = "") -> CaseError:
        """A CaseError that points at a word or an offset."""
        start = where if isinstance(where, int) else where.start
        line = self.text.count("\n", 0, start) + 1
        begin = self.text.rfind("\n", 0, start) + 1
        end = self.text.find("\n", begin)
        shown = self.text[begin : end if end >= 0 else None].rstrip("\r")
        return CaseError([Problem(what, remedy, Place(self.file, line, start - begin + 1, shown))])

    def take(self) -> Word:
        """The word that comes up, and on to the one after it."""
        word = self.next
        self.next = next(self._found)
        return word

    def expect(self, kind: str, what: str, value: str = "") -> Word:
        """The word that comes up, which has to be of a kind (and value)."""
        if self.next.kind != kind or (value and self.next.value != value):
            raise self.error(self.next, f"expected {what}, found {self.next}")
        return self.take()

    def accept(self, value: str) -> bool:
        """True where the next word is this mark; then also goes on to the word after the mark."""
        if self.next.kind == "mark" and self.next.value == value:
            self.take()
            return True
        return False

    def whole(self, what: str) -> tuple[int, Word]:
        """A whole number, which may be negative, within what Gambit can read."""
        word = self.expect("number", what)
        if not WHOLE_NUMBER.fullmatch(word.value):
            raise self.error(word, f"expected {what}, a whole number of at most nine digits, found {word}")
        return int(word.value), word

    def number(self, what: str) -> Fraction:
        """A number written as 2, -0.5, 1e-3 or 1/3."""
        word = self.expect("number", what)
        if word.value not in self._numbers:
            self._numbers[word.value] = self._exact(word)
        return self._numbers[word.value]

    def _exact(self, word: Word) -> Fraction:
        exponent = re.search(r"[eE]([+-]?[0-9]+)$", word.value)
        if len(word.value) > MOST_DIGITS or (exponent and abs(int(exponent.group(1)[:9])) > MOST_DIGITS):
            raise self.error(word, f"the number {word} has too many digits", "Use numbers between 1e-300 and 1e300.")
        if word.value.count("/") and not int(word.value.split("/")[1]):
            raise self.error(word, f"the number {word} divides by zero")
        try:
            value = Fraction(word.value)
            float(value)
        except (ValueError, OverflowError):
            raise self.error(word, f"cannot read the number {word}", "Write 2, -0.5, 1e-3 or 1/3.") from None
        return value
