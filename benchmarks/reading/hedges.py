"""Hedges and conditions against sentences of public-domain speeches and papers, annotated once, by one annotator.

A mark is right where it shares a character with an annotated one of its sort that no other has taken. Some sentences
are shortened or put together from the source; the annotation, not the quotation, is what counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from detente.reading.marks.hedging import hedging
from detente.reading.spans import Sort
from detente.reading.texts import plain_text

_MARKED = re.compile(r"\[(?P<sort>[hc]) (?P<words>[^\]]+)\]")
_SORTS = {"h": Sort.HEDGE, "c": Sort.CONDITION}


@dataclass
class Found:
    """Counts of one sort of mark."""

    annotated: int = 0
    found: int = 0
    right: int = 0

    def __str__(self) -> str:
        f1 = 2 * self.right / max(self.annotated + self.found, 1)
        return f"{self.annotated} annotated, {self.found} found, {self.right} right, F1 {f1:.3f}"


def annotated() -> list[tuple[str, list[tuple[Sort, int, int]]]]:
    """Every sentence with its annotated spans."""
    lines = Path(__file__).with_name("hedges.txt").read_text("utf-8").splitlines()
    found: list[tuple[str, list[tuple[Sort, int, int]]]] = []
    for line in (each for each in lines if each and not each.startswith("#")):
        words, spans, at = "", list[tuple[Sort, int, int]](), 0
        for mark in _MARKED.finditer(line):
            words += line[at : mark.start()]
            spans.append((_SORTS[mark["sort"]], len(words), len(words) + len(mark["words"])))
            words += mark["words"]
            at = mark.end()
        found.append((words + line[at:], spans))
    return found


def scored() -> dict[str, Found]:
    """The rules' counts for hedges and conditions."""
    score = {str(sort): Found() for sort in _SORTS.values()}
    for words, spans in annotated():
        marks = [each for each in hedging(plain_text(words)) if each.sort in _SORTS.values()]
        left = list(spans)
        for sort, _, _ in spans:
            score[sort].annotated += 1
        for mark in marks:
            score[mark.sort].found += 1
            match = next(
                (each for each in left if each[0] is mark.sort and each[1] < mark.end and mark.start < each[2]), None
            )
            if match:
                left.remove(match)
                score[mark.sort].right += 1
    return score
