"""Noun phrases found without a parser: from a place leftwards or rightwards to the nearest word that cannot belong."""

from __future__ import annotations

from collections.abc import Sequence

from detente.reading.spans import Token

_LONGEST = 14
"""Words of a noun phrase beyond which a rule has lost its way."""
_ADVERBS = frozenset(
    "has have had also later then previously repeatedly recently once again now still already just not never is was are"
    " were be been being will would did does do can could may might must should often publicly even first further"
    " finally himself herself itself themselves today yesterday monday tuesday wednesday thursday friday saturday"
    " sunday flatly long reportedly always almost ever own all"
    " either both remains remain remained become became".split()
)
_LEFT_END = frozenset(
    "that if when while because as after before which where whether than then so or but though although since until"
    " unless like with without amid despite is are was were be been has have had did does do will would can could may"
    " might must should said says told to what why how".split()
)
_RIGHT_END = frozenset(
    "that if when while because as after before which where whether than then so or but though although since until who"
    " is are was were be been has have had did does do will would can could may might must should in on at by during to"
    " about not earlier later monday tuesday wednesday thursday friday saturday sunday yesterday today".split()
)
_OPENERS = frozenset("in on at by for from after before during amid despite with under over earlier later".split())
_DETERMINERS = frozenset("the a an this that these those his her their its our some many most several one two".split())
_INSIDE = frozenset("of for at in from on and".split())
_PUNCTUATION_INSIDE = frozenset(".&/%’'")


def past_adverbs(tokens: Sequence[Token], at: int) -> int:
    """Place of the last token before `at` that is no adverb or auxiliary; −1 where there is none."""
    at -= 1
    while at >= 0 and (tokens[at].lower in _ADVERBS or (tokens[at].lower.endswith("ly") and not tokens[at].capital)):
        at -= 1
    return at


def noun_phrase_before(tokens: Sequence[Token], end: int) -> tuple[int, int] | None:
    """First and last character of the noun phrase that ends just before a token."""
    first = end
    while first > 0 and end - first < _LONGEST:
        word = tokens[first - 1]
        if word.lower in _LEFT_END or not (word.is_word or (word.word in _PUNCTUATION_INSIDE and first < end)):
            break
        if word.lower == "and" and not (first < end and tokens[first].capital and tokens[first - 2].capital):
            break
        first -= 1
    first = _trimmed(tokens, first, end)
    while first < end and not tokens[end - 1].is_word:
        end -= 1
    if first >= end or _only_describes(tokens[end - 1]):
        return None
    return tokens[first].start, tokens[end - 1].end


def _only_describes(token: Token) -> bool:
    """True where the last word is a participle, as in “renewed calls”: the cue is then a noun without a subject."""
    return token.lower.endswith("ed") and not token.capital


def _trimmed(tokens: Sequence[Token], first: int, end: int) -> int:
    """Start without what comes before the noun: adverbs, and a phrase such as “On Monday”."""
    while first < end and (tokens[first].lower in _ADVERBS or tokens[first].lower in ("and", "yet", "however")):
        first += 1
    if first < end and tokens[first].lower in _OPENERS:
        for at in range(end - 1, first, -1):
            if tokens[at].lower in _DETERMINERS or (
                tokens[at].capital and not tokens[at - 1].capital and tokens[at - 1].lower not in _INSIDE
            ):
                return at
        return max(end - 1, first)
    return first


def noun_phrase_after(tokens: Sequence[Token], first: int) -> tuple[int, int] | None:
    """First and last character of the noun phrase that begins at a token."""
    if (
        first >= len(tokens)
        or not tokens[first].is_word
        or tokens[first].lower in _RIGHT_END - {"that"}
        or tokens[first].lower == "of"
    ):
        return None
    last = first
    while last + 1 < len(tokens) and last - first < _LONGEST:
        word = tokens[last + 1]
        if word.lower in _RIGHT_END or not (word.is_word or word.word in _PUNCTUATION_INSIDE - {"."}):
            break
        last += 1
    return tokens[first].start, tokens[last].end
