"""A text that was read, as plain values for JSON; offsets count the characters of the decoded text."""

from __future__ import annotations

from typing import Any

from detente.reading.coverage import Coverage
from detente.reading.marking import Marked, counted_by_sort
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
