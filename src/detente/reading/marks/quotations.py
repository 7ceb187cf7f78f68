"""Quotations: from an opening mark to the one that closes it, in the same paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detente.reading.spans import Sort, TextMark
from detente.reading.texts import Text

_PAIRS = {"“": "”", "«": "»", "„": "“", "「": "」", "『": "』"}
_MARKS = re.compile(r"[“”«»„「」『』\"]")
_FEWEST_SIGNS = 2


def quoted_places(text: Text) -> list[tuple[int, int]]:
    """Start and end of every quotation, marks included; one that its paragraph leaves open ends with the paragraph."""
    found: list[tuple[int, int]] = []
    for start, end in _paragraphs(text):
        opened, closing = -1, ""
        for sign in _MARKS.finditer(text.words, start, end):
            if opened < 0:
                opened, closing = _opening(sign[0], sign.start())
            elif sign[0] == closing:
                found.append((opened, sign.end()))
                opened = -1
        if opened >= 0 and closing != '"':
            found.append((opened, end))
    return found


def _opening(sign: str, at: int) -> tuple[int, str]:
    if sign == '"':
        return at, '"'
    return (at, _PAIRS[sign]) if sign in _PAIRS else (-1, "")


def _paragraphs(text: Text) -> Iterator[tuple[int, int]]:
    """Start and end of every paragraph."""
    start, number, end = 0, 0, 0
    for sentence in text.sentences:
        if sentence.paragraph != number:
            if number:
                yield start, end
            start, number = sentence.start, sentence.paragraph
        end = sentence.end
    if number:
        yield start, end


def quotations(text: Text) -> Iterator[TextMark]:
    """Every quotation as a mark; a single word in quotation marks is one too (scare quotes)."""
    for start, end in quoted_places(text):
        inside = text.words[start + 1 : end - 1]
        if len(inside) >= _FEWEST_SIGNS:
            words = len(inside.split())
            yield TextMark(
                Sort.QUOTATION, start, end, text.words[start:end], "quotation-marks", "words" if words < 4 else ""
            )
