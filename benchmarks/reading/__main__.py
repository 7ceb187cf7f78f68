"""Scores of the reading rules on public data, which the user has; nothing of them is shipped.

    python -m benchmarks.reading --polnear PATH --plv PATH --plover PATH --spans 10000 [--final]

Tune on what is told without `--final`: the training part of PLV, train and dev of PolNeAR, the even places of PLOVER's
gold records. `--final` tells the other parts, once, with the version.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import detente
from benchmarks.reading import hedges, plover, plv, polnear, random_texts
from detente.reading.marking import mark
from detente.reading.texts import plain_text

_PAGE = 500
"""Words of a page."""


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--polnear", type=Path, help="folder of PolNeAR, with data/train, data/dev, data/test")
    parser.add_argument("--plv", type=Path, help="folder of Zero-Shot-PLOVER, with datasets/PLV_train.tsv")
    parser.add_argument("--plover", type=Path, help="folder of PLOVER, with gold_standard_records")
    parser.add_argument("--hedges", action="store_true", help="score hedges and conditions on the annotated sentences")
    parser.add_argument("--spans", type=int, default=0, metavar="N", help="check the spans of N random texts")
    parser.add_argument("--pages", type=int, default=0, metavar="N", help="time the marks of a text of N pages")
    parser.add_argument(
        "--rules", action="store_true", help="with --polnear, --plover: tell how often each rule is right"
    )
    parser.add_argument("--final", action="store_true", help="the parts that nothing was tuned on")
    asked = parser.parse_args()
    print(f"detente {detente.__version__}")
    for line in _lines(asked):
        print(line, flush=True)


def _lines(asked: argparse.Namespace) -> Iterator[str]:
    if asked.polnear:
        yield from _polnear(asked.polnear, "test" if asked.final else "dev", asked.rules)
    if asked.plv:
        part = "test" if asked.final else "train"
        count, macro, share = plv.scored(asked.plv, part)
        yield f"PLV {part}: {count} pairs, macro F1 {macro:.3f}, right {share:.3f}"
    if asked.plover:
        half = 1 if asked.final else 0
        score = plover.scored(asked.plover, half)
        typed, whole = score.f1(score.typed), score.f1(score.whole)
        yield (
            f"PLOVER gold records, {'odd' if half else 'even'} places: {score.annotated} records, {score.found} found, "
            f"type F1 {typed:.3f}, type with both actors {whole:.3f}"
        )
        if asked.rules:
            right, tried = plover.proposed_right(asked.plover, half)
            yield f"  events proposed between two actors: right in {right} of {tried}"
    if asked.hedges:
        for sort, value in hedges.scored().items():
            yield f"{sort}: {value}"
    if asked.spans:
        broken = random_texts.checked(asked.spans)
        yield f"{asked.spans:,} random texts in {len(random_texts.ENCODINGS)} encodings: {len(broken)} broken spans"
        yield from broken[:20]
    if asked.pages:
        yield _timed(asked.pages)


def _polnear(folder: Path, part: str, rules: bool) -> Iterator[str]:
    score = polnear.scored(folder, part)
    yield (
        f"PolNeAR {part}: {score.articles} articles, {score.annotated} cues, {score.found} found, "
        f"cue F1 {score.f1:.3f}, source right given the cue {score.source_accuracy:.3f}"
    )
    if rules:
        for rule, (right, tried) in sorted(polnear.by_rule(folder, part).items()):
            yield f"  rule {rule}: cue and source right in {right} of {tried}"


def _timed(pages: int) -> str:
    sentence = "The minister said on Monday that Iran may talk if sanctions end, and Russia suspended aid to Syria. "
    words = sentence * (pages * _PAGE // len(sentence.split()))
    start = time.perf_counter()
    marked = mark(plain_text(words))
    took = time.perf_counter() - start
    return f"{pages} pages, {len(marked.text.sentences):,} sentences: {len(marked.marks):,} marks in {took:.2f} s"


if __name__ == "__main__":
    main()
