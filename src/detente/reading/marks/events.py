"""Event words: the phrases that signal an event of a PLOVER root type, verbs and nominal events alike.

Source: PLOVER, Political Language Ontology for Verifiable Event Records (Open Event Data Alliance 2018).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from detente.reading.spans import Token
from detente.reading.texts import Sentence, Text

PLOVER_ROOTS = (
    "AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "YIELD", "REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST",
    "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip
"""Root types, from the most cooperative to the most conflictual; PLOVER writes YIELD as CONCEDE and RETREAT too."""
_LONGEST_STEM = 14
_HAPPENINGS = frozenset(PLOVER_ROOTS) - {"REQUEST", "ACCUSE"}
"""Types whose words report that something was done; the others mostly report what was said."""


@dataclass(frozen=True, slots=True)
class EventWord:
    """A phrase that signals an event: its type, its place, how many words of the list it matched."""

    root: str
    start: int
    end: int
    weight: int


@cache
def _phrases() -> Mapping[str, tuple[tuple[str, int, re.Pattern[str]], ...]]:
    """Phrases of the list by their first word (a stem ends in a star), with type and number of words."""
    found: dict[str, list[tuple[str, int, re.Pattern[str]]]] = {}
    for line in files("detente.reading.marks").joinpath("events.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            root, _, phrases = line.partition(":")
            for phrase in phrases.split(","):
                words = phrase.split()
                weight = sum(word != ".." for word in words)
                found.setdefault(words[0], []).append((root, weight, _pattern(words)))
    return {first: tuple(phrases) for first, phrases in found.items()}


def _pattern(words: list[str]) -> re.Pattern[str]:
    parts, gap = "", ""
    for word in words:
        if word == "..":
            gap = r"(?:[^\w.;,]+[\w’'-]+){0,5}?[^\w.;,]+"
            continue
        parts += (gap or r"[^\w.;]+") if parts else ""
        parts += re.escape(word).replace(r"\*", r"\w*")
        gap = ""
    return re.compile(rf"(?<![\w’'-]){parts}(?![\w’'-])", re.IGNORECASE)


def phrases_of_events(words: str, tokens: Sequence[Token]) -> Iterator[EventWord]:
    """Every phrase of the list among the tokens of a sentence, whose words stand in `words`."""
    if not tokens:
        return
    known, end = _phrases(), tokens[-1].end
    for token in tokens:
        lower = token.lower
        for first in (lower, *(f"{lower[:length]}*" for length in range(2, min(len(lower), _LONGEST_STEM) + 1))):
            for root, weight, pattern in known.get(first, ()):
                if found := pattern.match(words, token.start, end):
                    yield EventWord(root, found.start(), found.end(), weight)


def event_words(text: Text, sentence: Sentence) -> tuple[EventWord, ...]:
    """Phrases of a sentence that say that something was done, in their order; overlapping ones by the longest."""
    found = [each for each in phrases_of_events(text.words, sentence.tokens) if each.root in _HAPPENINGS]
    kept: list[EventWord] = []
    for each in sorted(found, key=lambda word: (-word.weight, word.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return tuple(sorted(kept, key=lambda word: word.start))
