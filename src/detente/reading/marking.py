"""All marks of a text, sentence by sentence, and what each sentence carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from detente.reading.marks.cues import attributions
from detente.reading.marks.dates import dates
from detente.reading.marks.events import event_words
from detente.reading.marks.frames import frames
from detente.reading.marks.hedging import hedging
from detente.reading.marks.quotations import quotations
from detente.reading.spans import Sort, TextMark
from detente.reading.texts import Role, Sentence, Text

_CLAIM, _CONDITION, _EVENT = "claim", "condition", "event"


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its marks, in the order of their places; `of` gives those that begin in a sentence."""

    text: Text
    marks: tuple[TextMark, ...]
    by_sentence: Mapping[int, tuple[TextMark, ...]]

    def of(self, sentence: Sentence) -> tuple[TextMark, ...]:
        """Marks that begin in a sentence."""
        return self.by_sentence.get(sentence.number, ())

    def carries(self, sentence: Sentence) -> tuple[str, ...]:
        """Claim (something attributed or argued), condition, event (something done): all that the sentence carries.

        Nothing for headings, captions and page furniture.
        """
        if sentence.role is not Role.BODY:
            return ()
        found = {mark.sort for mark in self.of(sentence)}
        told: list[str] = []
        if found & {Sort.CUE, Sort.HEDGE, Sort.FRAME}:
            told.append(_CLAIM)
        if Sort.CONDITION in found:
            told.append(_CONDITION)
        if event_words(self.text, sentence):
            told.append(_EVENT)
        return tuple(told)


def mark(text: Text, published: date | None = None) -> Marked:
    """TextMark a text. published: the day from which “yesterday” and “on Monday” count."""
    found = sorted(_all(text, published), key=lambda each: (each.start, each.end, each.sort))
    grouped: dict[int, list[TextMark]] = {}
    for each in found:
        sentence = text.sentence_at(each.start)
        if sentence:
            grouped.setdefault(sentence.number, []).append(each)
    return Marked(text, tuple(found), {number: tuple(marks) for number, marks in grouped.items()})


def _all(text: Text, published: date | None) -> Iterator[TextMark]:
    for rule in (attributions, hedging, quotations, frames):
        yield from rule(text)
    yield from dates(text, published)


def counted_by_sort(marks: Sequence[TextMark]) -> dict[str, int]:
    """Number of marks of every sort, in the order of the sorts."""
    return {str(sort): sum(each.sort is sort for each in marks) for sort in Sort}
