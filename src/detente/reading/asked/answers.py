"""Answers of a model, taken item by item: each must quote the text to the letter and hold no number, or is refused."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from detente.reading.proposals.records import Mode, Proposal, ProposalKind
from detente.reading.texts import Text

_KEYS = {"kind", "quote", "says"}
_KINDS = ("coreference", "claim", "order", "type", "ranking")
_QUESTIONS = ("order", "type", "ranking")
_MOST_ITEMS = 500
_LONGEST = 500
_SHORTEST_QUOTE = 3
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*|[½¼¾⅓⅔%‰]")
_NUMBER_WORDS = re.compile(
    r"\b(?:percent|per cent|probabilit\w+|payoffs?|utilit(?:y|ies)|odds|likelihood of|chance of|half|thirds?|quarters?"
    r"|one in|two in|tenfold|twice|double)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Taken:
    """The items of an answer that were taken, as proposals, and how many were refused for which reason."""

    proposals: list[Proposal] = field(default_factory=list[Proposal])
    refused: Counter[str] = field(default_factory=Counter[str])


def taken(answer: str, text: Text) -> Taken:
    """The items of an answer that quote the text; whatever else it says is counted and dropped."""
    found = Taken()
    try:
        said = json.loads(answer)
        items = said["items"]
    except (ValueError, KeyError, TypeError, RecursionError):
        found.refused["no list of items"] += 1
        return found
    if not isinstance(items, list):
        found.refused["no list of items"] += 1
        return found
    for item in items[:_MOST_ITEMS]:
        reason = refusal(item, text)
        if reason:
            found.refused[reason] += 1
        else:
            found.proposals.append(_proposal(item, text))
    found.refused["more than 500 items"] += max(len(items) - _MOST_ITEMS, 0)
    found.refused = +found.refused
    return found


def refusal(item: Any, text: Text) -> str:
    """The reason for which an item is refused; empty where it is taken."""
    return next(_reasons(item, text), "")


def _reasons(item: Any, text: Text) -> Iterator[str]:
    if not isinstance(item, dict) or set(item) != _KEYS or not all(isinstance(each, str) for each in item.values()):
        yield "other keys than kind, quote and says"
        return
    kind, quote, says = item["kind"], item["quote"], item["says"]
    if kind not in _KINDS:
        yield "unknown kind"
    if len(quote.strip()) < _SHORTEST_QUOTE or quote not in text.words:
        yield "quote not found in the text"
    if not says.strip() or len(says) > _LONGEST or len(quote) > _LONGEST:
        yield "empty or longer than 500 characters"
    if set(_NUMBER.findall(says)) - set(_NUMBER.findall(quote)) or _NUMBER_WORDS.search(says):
        yield "a number"
    if kind in _QUESTIONS and not says.rstrip().endswith("?"):
        yield "no question"


def _proposal(item: dict[str, str], text: Text) -> Proposal:
    start = text.words.index(item["quote"])
    sentence = text.sentence_at(start) or next((each for each in text.sentences if each.end > start), None)
    kind = ProposalKind.CLAIM if item["kind"] == "claim" else ProposalKind.QUESTION
    return Proposal(
        kind,
        text.name,
        sentence.number if sentence else 1,
        start,
        start + len(item["quote"]),
        item["quote"],
        " ".join(item["says"].split()),
        "model",
        Mode.HYPOTHETICAL,
        details={"asked": item["kind"]},
    )
