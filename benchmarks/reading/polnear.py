"""PolNeAR (Newell et al. 2018): cues against the annotated ones, and the source of every cue that was found.

A cue is right where it shares a character with an annotated cue that no other has taken; a source is right where it
shares a word, other than a function word, with the annotated source of that cue. Cues whose annotation names no
source are left out of the second number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from detente.reading.marks.cues import attributions
from detente.reading.spans import Sort, TextMark
from detente.reading.texts import plain_text

Spans = tuple[tuple[int, int], ...]
_FUNCTION = frozenset("the a an of for in at and his her their its who that to s".split())


@dataclass(frozen=True)
class Attribution:
    """An annotated attribution: places of its cue, places of its source (empty where it has none)."""

    cue: Spans
    source: Spans


@dataclass
class Score:
    """Counts over articles."""

    articles: int = 0
    annotated: int = 0
    found: int = 0
    right: int = 0
    sources: int = 0
    sources_right: int = 0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall of cues."""
        return 2 * self.right / max(self.annotated + self.found, 1)

    @property
    def source_accuracy(self) -> float:
        """Share of right sources among the cues found whose annotation names one."""
        return self.sources_right / max(self.sources, 1)


def articles(folder: Path, part: str) -> Iterator[tuple[str, list[Attribution]]]:
    """Text and attributions of every article of a part (train, dev, test); of its annotators the first by name."""
    seen: set[str] = set()
    for path in sorted((folder / "data" / part / "attributions").glob("*.ann")):
        name = path.stem.rsplit("_", 1)[0]
        if name not in seen:
            seen.add(name)
            words = (folder / "data" / part / "text" / f"{name}.txt").read_bytes().decode("utf-8")
            yield words, list(_annotated(path.read_text("utf-8")))


def _annotated(standoff: str) -> Iterator[Attribution]:
    spans: dict[str, tuple[str, Spans]] = {}
    events: list[list[str]] = []
    for line in standoff.splitlines():
        name, _, rest = line.partition("\t")
        if name.startswith("T"):
            kind, _, places = rest.split("\t")[0].partition(" ")
            pairs = [each.split() for each in places.split(";")]
            spans[name] = kind, tuple((int(pair[0]), int(pair[1])) for pair in pairs if len(pair) == 2)
        elif name.startswith("E"):
            events.append(rest.split())
    for event in events:
        parts = [spans.get(each.partition(":")[2]) for each in event]
        cue = tuple(span for each in parts if each and each[0] == "Cue" for span in each[1])
        source = tuple(span for each in parts if each and each[0] == "Source" for span in each[1])
        if cue:
            yield Attribution(cue, source)


def scored(folder: Path, part: str) -> Score:
    """The rules' score on a part."""
    score = Score()
    for words, annotated in articles(folder, part):
        score.articles += 1
        _add(score, words, annotated)
    return score


def _add(score: Score, words: str, annotated: list[Attribution]) -> None:
    marks = list(attributions(plain_text(words)))
    cues = [mark for mark in marks if mark.sort is Sort.CUE]
    sources = {mark.about: mark for mark in marks if mark.sort is Sort.SOURCE}
    left = list(annotated)
    score.annotated += len(annotated)
    score.found += len(cues)
    for cue in cues:
        match = next((each for each in left if _overlap(cue, each.cue)), None)
        if match is None:
            continue
        left.remove(match)
        score.right += 1
        if match.source:
            score.sources += 1
            score.sources_right += _same(words, sources.get(cue.start), match.source)


def _overlap(mark: TextMark, spans: Spans) -> bool:
    return any(mark.start < end and start < mark.end for start, end in spans)


def _same(words: str, found: TextMark | None, spans: Spans) -> bool:
    """True where the source that was found shares a word with the annotated one."""
    if found is None:
        return False
    if words[spans[0][0] : spans[0][1]].lower() in ("who", "which", "that"):  # the noun before it says the same
        return 0 <= spans[0][0] - found.end <= 2 or found.start <= spans[0][0] < found.end
    low, high = min(start for start, _ in spans), max(end for _, end in spans)
    shared = words[max(low, found.start) : min(high, found.end)]
    content = [each for each in re.findall(r"\w+", shared.lower()) if each not in _FUNCTION]
    return bool(content) or (found.start < high and low < found.end and len(found.text.split()) == 1)


def by_rule(folder: Path, part: str) -> dict[str, tuple[int, int]]:
    """For each rule that names a source: answers with cue and source right, and all its answers."""
    found: dict[str, tuple[int, int]] = {}
    for words, annotated in articles(folder, part):
        marks = list(attributions(plain_text(words)))
        sources = {mark.about: mark for mark in marks if mark.sort is Sort.SOURCE}
        for cue in (mark for mark in marks if mark.sort is Sort.CUE and mark.start in sources):
            source = sources[cue.start]
            right = any(
                _overlap(cue, each.cue) and each.source and _same(words, source, each.source) for each in annotated
            )
            before = found.get(source.rule, (0, 0))
            found[source.rule] = before[0] + right, before[1] + 1
    return found
