"""PLOVER root type of an event: the event word that the source governs, and what the words before make of it.

“Refused to release” is a refusal and no release; “threatened to strike” a threat; “called on Iran to release” a
request; “agreed to send aid” an agreement. The rules weigh every event word of a sentence by its length and its
distance from the source, and read the words between the two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from detente.reading.marks.events import EventWord, phrases_of_events
from detente.reading.spans import Token

Span = tuple[int, int]

_COOPERATIVE = frozenset(("CONSULT", "SUPPORT", "COOPERATE", "AID", "YIELD", "AGREE"))
_CONFLICTUAL = frozenset(("COERCE", "ASSAULT", "SANCTION", "MOBILIZE", "PROTEST"))
_THREATENED = re.compile(r"\b(?:threat\w*|warn\w*|vow\w*|ultimatum|would retaliate|sworn?|swore)\b", re.IGNORECASE)
_REFUSED = re.compile(
    r"\b(?:refus\w*|reject\w*|declin\w*|fail\w* to|den(?:y|ied|ies)|will not|won[’']t|would not|not to|ruled out"
    r"|unwilling"
    r"|dismiss\w*|vetoed|never|reneg\w*|oppos\w*|block(?:s|ed|ing)?|did not|do(?:es)? not|could not|cannot)\b",
    re.IGNORECASE,
)
_AGREED = re.compile(
    r"\b(?:agree\w*|promis\w*|pledg\w*|will|would|plan\w*|ready|willing|to be|intend\w*|offer\w* to|commit\w* to|set to"
    r"|about to|approv\w*)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:demand\w*|call(?:s|ed|ing)? (?:on|for|upon)|urg\w*|ask\w*|appeal\w*|request\w*|must|should|insist\w*)\b",
    re.IGNORECASE,
)
_INTENDED = re.compile(r"\b(?:will|would|plans? to|consider\w*|may|could)\b", re.IGNORECASE)
_FUTURE = re.compile(r"\bwill\b|\bsaid (?:it|they|he|she) would\b", re.IGNORECASE)
_ENDED = re.compile(
    r"\b(?:suspen\w*|cancel\w*|halt\w*|cut\w*|reduc\w*|freez\w*|froze\w*|stop\w*|withdr\w*|withh\w*|end(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
_EASED = re.compile(
    r"\b(?:lift\w*|eas(?:e|es|ed|ing)|revok\w*|drop(?:s|ped|ping)?|repeal\w*|releas\w*|end(?:s|ed)?)\b", re.IGNORECASE
)
_FARTHEST = 150
_PER_WORD, _PER_SIGN, _BEFORE, _IN_SOURCE, _IN_TARGET = 1.0, 0.018, 0.7, 1.2, 1.5
"""Weights of an event word: each word of its phrase; each character from the source; a place before the source, in the
source, in the target. Tuned on the training part of PLV."""


def event_of(
    words: str, tokens: Sequence[Token], source: Span | None, target: Span | None
) -> tuple[str, EventWord] | None:
    """Root type and event word of what a source does to a target; None where no word signals an event."""
    found = list(phrases_of_events(words, tokens))
    if not found:
        return None
    best = max(found, key=lambda each: _weight(each, source, target))
    return _root(words, best, source), best


def _weight(event: EventWord, source: Span | None, target: Span | None) -> float:
    passive = bool(source and target and target[0] < source[0])
    start = target[1] if passive and target else source[1] if source else event.start
    weight = _PER_WORD * event.weight - _PER_SIGN * min(abs(event.start - start), _FARTHEST)
    if source and event.start < source[1] and not passive:
        weight -= _BEFORE
    if source and source[0] <= event.start < source[1]:
        weight -= _IN_SOURCE
    if target and target[0] <= event.start < target[1]:
        weight -= _IN_TARGET
    return weight


def _root(words: str, event: EventWord, source: Span | None) -> str:
    """The root type, as the words between source and event have it."""
    between = words[source[1] : event.start] if source and source[1] <= event.start else ""
    root = event.root
    if root in _CONFLICTUAL | {"ACCUSE"} and _THREATENED.search(between):
        return "THREATEN"
    if root in ("AID", "CONSULT", "COOPERATE", "SUPPORT") and _ENDED.search(between):
        return "SANCTION"
    if root == "COERCE" and _EASED.search(between):
        return "YIELD"
    if root != "REJECT" and _REFUSED.search(between):
        return "REJECT"
    if root in _COOPERATIVE and _ASKED.search(between):
        return "REQUEST"
    if root in _COOPERATIVE - {"AGREE", "SUPPORT"} and _AGREED.search(between):
        return "AGREE"
    if root == "SUPPORT" and _FUTURE.search(between):
        return "AGREE"
    if root in _CONFLICTUAL and _INTENDED.search(between):
        return "THREATEN"
    return root
