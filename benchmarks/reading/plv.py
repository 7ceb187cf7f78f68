"""PLV (Hu et al. 2024): PLOVER root types of marked source–target pairs, rules only; macro F1 over the 15 roots."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from detente.reading.marks.events import PLOVER_ROOTS
from detente.reading.proposals.roots import Span, event_of
from detente.reading.texts import tokens_of

_TAG = re.compile(r"(</?[st]>)")
DEFAULT_ROOT = "SUPPORT"
"""Root type that is answered where no word signals an event: no answer would count the same as a wrong one."""


@dataclass(frozen=True)
class Pair:
    """A sentence with a source and a target, and the annotated root type."""

    words: str
    source: Span | None
    target: Span | None
    root: str


def pairs(folder: Path, part: str) -> Iterator[Pair]:
    """The pairs of a part: train or test."""
    csv.field_size_limit(10_000_000)
    with (folder / "datasets" / f"PLV_{part}.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            yield _pair(row["marked_sentence"], row["gold_root"])


def _pair(marked: str, root: str) -> Pair:
    words, opened, spans = "", 0, dict[str, Span]()
    for piece in _TAG.split(marked):
        if piece in ("<s>", "<t>"):
            opened = len(words)
        elif piece in ("</s>", "</t>"):
            spans.setdefault(piece[2], (opened, len(words)))
        else:
            words += piece
    return Pair(words, spans.get("s"), spans.get("t"), root)


def answered(pair: Pair) -> str:
    """The rules' root type."""
    found = event_of(pair.words, tokens_of(pair.words, 0, len(pair.words)), pair.source, pair.target)
    return found[0] if found else DEFAULT_ROOT


def macro_f1(answers: list[tuple[str, str]]) -> float:
    """Mean over the roots of the F1 of each; answers: annotated and answered root."""
    gold, told = Counter(each for each, _ in answers), Counter(each for _, each in answers)
    right = Counter(each for each, other in answers if each == other)
    return sum(2 * right[root] / max(gold[root] + told[root], 1) for root in PLOVER_ROOTS) / len(PLOVER_ROOTS)


def scored(folder: Path, part: str) -> tuple[int, float, float]:
    """Number of pairs, macro F1, share of right roots."""
    answers = [(pair.root, answered(pair)) for pair in pairs(folder, part)]
    return len(answers), macro_f1(answers), sum(one == other for one, other in answers) / len(answers)
