"""Mode of what a span says: actual, conditional, hypothetical, historical or reported; and the day it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.reading.proposals.records import Mode
from detente.reading.spans import Sort, TextMark

_HYPOTHETICAL = re.compile(
    r"\b(?:may|might|could|would|can|should|aimed at|willing(?:ness)?|in order|if|to be|possib\w+|potential\w*|risks?|"
    r"hop(?:e|es|ing)|want(?:s|ed)?|demonstrating|instead of|rather than|without|avoid\w*|prevent\w*)\b",
    re.IGNORECASE,
)
_HISTORICAL = re.compile(
    r"\b(?:previously|formerly|historically|history of|had\s+\w+ed|in the past|decades? ago|years? ago|long history"
    r"|former)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[;:—]|,\s+(?=(?:and|but|while|yet)\s)")
_TO_COME = re.compile(r"\bto\s+(?:\w+ly\s+)?$", re.IGNORECASE)


def mode_of(words: str, span: tuple[int, int], sentence: tuple[int, int], marks: Sequence[TextMark]) -> Mode:
    """The mode of a span of a sentence, by the words just before it and the marks of the sentence."""
    start = max([sentence[0], *_clause_ends(words, sentence[0], span[0])])
    before = words[start : span[0]]
    conditions = [each for each in marks if each.sort is Sort.CONDITION]
    if any(start <= each.start < span[0] for each in conditions):
        return Mode.CONDITIONAL
    if _HYPOTHETICAL.search(before[-60:]) or _TO_COME.search(before):
        return Mode.CONDITIONAL if conditions and "," in words[sentence[0] : sentence[1]] else Mode.HYPOTHETICAL
    years = [each for each in marks if each.sort is Sort.DATE and each.rule in ("year", "ago")]
    if _HISTORICAL.search(before[-60:]) or years:
        return Mode.HISTORICAL
    if any(each.sort is Sort.CONTENT and each.start <= span[0] < each.end for each in marks):
        return Mode.REPORTED
    return Mode.ACTUAL


def _clause_ends(words: str, start: int, end: int) -> list[int]:
    """Places just after the signs before a span that end a clause."""
    return [start + found.end() for found in _CLAUSE_END.finditer(words[start:end])]


def day_of(marks: Sequence[TextMark], at: int) -> str:
    """The date of a sentence that stands nearest to a place; empty where it has none that is known."""
    dates = [each for each in marks if each.sort is Sort.DATE and each.value and not each.value.startswith("--")]
    return min(dates, key=lambda each: abs(each.start - at)).value if dates else ""
