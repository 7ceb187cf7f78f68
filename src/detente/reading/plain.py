"""A text that was read, as plain values for JSON; offsets count the characters of the decoded text."""

from __future__ import annotations

from typing import Any

from detente.reading.actors.linking import ActorList
from detente.reading.coverage import Coverage
from detente.reading.marking import Marked, counted_by_sort
from detente.reading.measured import measured
from detente.reading.proposals.records import Proposal
from detente.reading.spans import TextMark


def plain_marked(marked: Marked) -> dict[str, Any]:
    """A text with its sentences and their marks."""
    text = marked.text
    return {
        "file": text.name,
        "sha256": text.sha256,
        "encoding": text.encoding,
        "markup": text.looks_like_markup,
        "marks": counted_by_sort(marked.marks),
        "sentences": [
            {
                "number": each.number,
                "start": each.start,
                "end": each.end,
                "paragraph": each.paragraph,
                "role": str(each.role),
                "text": text.of(each),
                "carries": list(marked.carries(each)),
                "marks": [plain_mark(mark) for mark in marked.of(each)],
            }
            for each in text.sentences
        ],
    }


def plain_mark(mark: TextMark) -> dict[str, Any]:
    """A mark; `value` and `about` only where it has them."""
    told: dict[str, Any] = {
        "sort": str(mark.sort),
        "start": mark.start,
        "end": mark.end,
        "text": mark.text,
        "rule": mark.rule,
    }
    if mark.value:
        told["value"] = mark.value
    if mark.about >= 0:
        told["cue_at"] = mark.about
    return told


def plain_coverage(covered: Coverage) -> dict[str, Any]:
    """Coverage of a text by a case."""
    return {
        "source": covered.source or None,
        "stale": covered.stale,
        "sentences": covered.sentences,
        "cited": list(covered.cited),
        "uncited": [{"sentence": each.sentence.number, "carries": list(each.carries)} for each in covered.uncited],
    }


def plain_actors(actors: ActorList) -> dict[str, Any]:
    """Mentions of actors, persons whom nothing places, and descriptions of events."""
    return {
        "mentions": [
            {
                "actor": each.code or None,
                "start": each.start,
                "end": each.end,
                "text": each.text,
                "naming": str(each.naming),
                "rule": each.rule,
                **({"refers_to": each.refers_to} if each.refers_to >= 0 else {}),
            }
            for each in actors.mentions
        ],
        "unplaced": list(actors.unplaced()),
        "event_references": [
            {"start": each.start, "end": each.end, "text": each.text, "refers_to": each.refers_to}
            for each in actors.events
        ],
    }


def plain_proposal(proposal: Proposal) -> dict[str, Any]:
    """A proposal with its span, its rule, and how often the rule is right (null where no public data measure it)."""
    quality = measured(proposal)
    return {
        "id": proposal.id,
        "kind": str(proposal.kind),
        "sentence": proposal.sentence,
        "start": proposal.start,
        "end": proposal.end,
        "quote": proposal.quote,
        "what": proposal.what,
        "mode": str(proposal.mode),
        "by": proposal.by,
        "to": proposal.to,
        "date": proposal.date or None,
        **dict(proposal.details),
        "rule": proposal.rule,
        "measured": {"right": quality.right, "tried": quality.tried, "data": quality.data} if quality else None,
    }
