"""Explicit frames: the words with which a text itself sets readings, camps or courses side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detente.reading.spans import Sort, TextMark
from detente.reading.texts import Sentence, Text

_COUNT = r"two|three|four|several|competing|rival|conflicting|different|alternative|both"
_KINDS = (
    r"readings?|interpretations?|explanations?|scenarios?|theor(?:y|ies)|camps?|schools?(?:\s+of\s+thought)?|hypotheses"
    r"|possibilities|options?|outcomes?|paths?|courses?|choices|views|logics?"
)
_FRAMES = (
    (
        "announced",
        "count",
        rf"(?:{_COUNT})\s+(?:possible\s+|plausible\s+|rival\s+|competing\s+|main\s+|broad\s+)*(?:{_KINDS})",
    ),
    ("first", "first-second", rf"(?<=\bthe\s)first(?=\s+(?:is|was|(?:{_KINDS})\b|holds|sees|says|view))"),
    ("second", "first-second", rf"(?<=\bthe\s)second(?=\s+(?:is|was|(?:{_KINDS})\b|holds|sees|says|view))"),
    ("third", "first-second", rf"(?<=\bthe\s)third(?=\s+(?:is|was|(?:{_KINDS})\b|holds|sees|says|view))"),
    ("first", "one-hand", r"on\s+(?:the\s+)?one\s+hand"),
    ("second", "one-hand", r"on\s+the\s+other(?:\s+hand)?(?=\W)"),
    ("choice", "choice-between", r"(?:a\s+)?(?:choice|choose|decide|torn|alternative)\s+between"),
)
_BOUNDED = tuple(
    (value, rule, re.compile(rf"(?<![\w’'-])(?:{pattern})(?![\w-])", re.IGNORECASE)) for value, rule, pattern in _FRAMES
)
_PAIRED = (
    (
        "some-others",
        re.compile(
            r"\b(some)\b(?!\s+of\s+the\s+most\b)[^.?!]{1,400}?(?<![\w’'-])(others?|the\s+rest)\b", re.IGNORECASE
        ),
    ),
    ("either-or", re.compile(r"\b(either)\b[^.?!]{1,300}?\b(or)\b", re.IGNORECASE)),
    ("whether-or", re.compile(r"\b(whether)\b[^.?!]{1,300}?\b(or)\b", re.IGNORECASE)),
    ("if-then", re.compile(r"\b(if)\b[^.?!]{1,300}?,?\s+(then)\b", re.IGNORECASE)),
)
_SOME = re.compile(r"^\W{0,3}(some)\b", re.IGNORECASE)
_OTHERS = re.compile(r"^\W{0,3}(others)\b", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"\bor\b", re.IGNORECASE)


def frames(text: Text) -> Iterator[TextMark]:
    """Frames of a text. value: the part of the frame that the words open (first, second, choice, alternatives)."""
    waiting: TextMark | None = None
    paragraph = 0
    for sentence in text.sentences:
        yield from _within(text, sentence)
        if sentence.paragraph != paragraph:
            waiting, paragraph = None, sentence.paragraph
        opened, answered = _opening(text, sentence, _SOME, "first"), _opening(text, sentence, _OTHERS, "second")
        if waiting and answered:
            yield from (waiting, answered)
            waiting = None
        waiting = opened or waiting


def _opening(text: Text, sentence: Sentence, pattern: re.Pattern[str], value: str) -> TextMark | None:
    found = pattern.match(text.words[sentence.start : sentence.start + 12])
    if not found:
        return None
    start = sentence.start + found.start(1)
    return TextMark(Sort.FRAME, start, start + len(found[1]), found[1], "some-others-across", value)


def _within(text: Text, sentence: Sentence) -> Iterator[TextMark]:
    words = text.words
    for value, rule, pattern in _BOUNDED:
        for found in pattern.finditer(words, sentence.start, sentence.end):
            yield TextMark(Sort.FRAME, found.start(), found.end(), found[0], rule, value)
    for rule, pattern in _PAIRED:
        for found in pattern.finditer(words, sentence.start, sentence.end):
            for group, value in ((1, "first"), (2, "second")):
                yield TextMark(Sort.FRAME, found.start(group), found.end(group), found[group], rule, value)
    if words[sentence.start : sentence.end].rstrip("\"'”’)").endswith("?"):
        for found in _ALTERNATIVE.finditer(words, sentence.start, sentence.end):
            yield TextMark(
                Sort.FRAME, found.start(), found.end(), found[0], "question-with-alternatives", "alternatives"
            )
