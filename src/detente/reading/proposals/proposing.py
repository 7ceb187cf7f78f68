"""Everything that a marked text proposes: statements, events, candidate readings, candidate claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.reading.actors.gazetteer import Naming
from detente.reading.actors.linking import ActorList
from detente.reading.actors.mentions import ActorMention
from detente.reading.marking import Marked
from detente.reading.marks.events import EventWord
from detente.reading.proposals.claims import links
from detente.reading.proposals.modes import day_of, mode_of
from detente.reading.proposals.records import Mode, Proposal, ProposalKind
from detente.reading.proposals.roots import event_of
from detente.reading.spans import Sort, TextMark
from detente.reading.texts import Role, Sentence

_NO_STATEMENTS = frozenset("appear appears appeared seem seems seemed expected known".split())
"""Cues of a state and of hearsay; the text itself says what they introduce."""
_LONGEST_SHOWN = 160


def proposals(marked: Marked, actors: ActorList) -> list[Proposal]:
    """The proposals of a text, in the order of their places."""
    found: list[Proposal] = []
    for sentence in marked.text.sentences:
        if sentence.role is Role.BODY and sentence.tokens:
            found += [
                *_statements(marked, actors, sentence),
                *_events(marked, actors, sentence),
                *_readings(marked, sentence),
                *_claims(marked, actors, sentence),
            ]
    return sorted(found, key=lambda each: (each.start, each.kind))


def _within(marks: Sequence[TextMark], sort: Sort, start: int, end: int) -> list[TextMark]:
    return [each for each in marks if each.sort is sort and start <= each.start < end]


def _speaker(marked: Marked, actors: ActorList, mark: TextMark | None) -> str:
    """Words of a source on one line; where it is a pronoun, the words that it takes up."""
    if mark is None:
        return ""
    found = next(iter(actors.within(mark.start, mark.end)), None)
    if found and found.naming is Naming.PRONOUN and found.refers_to >= 0:
        taken = next(iter(actors.within(found.refers_to, found.refers_to + 1)), None)
        return taken.text if taken else mark.text
    return " ".join(mark.text.split())


def _statements(marked: Marked, actors: ActorList, sentence: Sentence) -> Iterator[Proposal]:
    marks = marked.of(sentence)
    for cue in (each for each in marks if each.sort is Sort.CUE and each.text.lower() not in _NO_STATEMENTS):
        source = next((each for each in marks if each.sort is Sort.SOURCE and each.about == cue.start), None)
        content = next((each for each in marks if each.sort is Sort.CONTENT and each.about == cue.start), None)
        if source is None or content is None:
            continue
        hedges = _within(marks, Sort.HEDGE, content.start, content.end)
        negations = _within(marks, Sort.NEGATION, content.start, content.end)
        details = {"cue": cue.text, "polarity": "negative" if len(negations) % 2 else "positive"}
        if hedges:
            details["hedge"] = ", ".join(each.text for each in hedges)
        yield Proposal(
            ProposalKind.STATEMENT,
            marked.text.name,
            sentence.number,
            content.start,
            content.end,
            content.text,
            _shown(content.text),
            source.rule,
            _mode_of_content(marks, content),
            by=_speaker(marked, actors, source),
            date=day_of(marks, cue.start),
            details=details,
        )


def _mode_of_content(marks: Sequence[TextMark], content: TextMark) -> Mode:
    """Mode of what is said: conditional and hypothetical where its own words say so, else reported."""
    if _within(marks, Sort.CONDITION, content.start, content.end):
        return Mode.CONDITIONAL
    hedged = any(each.rule == "modal" for each in _within(marks, Sort.HEDGE, content.start, content.end))
    return Mode.HYPOTHETICAL if hedged else Mode.REPORTED


def _shown(words: str) -> str:
    """The words on one line, cut at a word where they are long."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN].rsplit(' ', 1)[0]} …"


def _events(marked: Marked, actors: ActorList, sentence: Sentence) -> Iterator[Proposal]:
    """The event of a sentence, where it passes between two known actors."""
    event = sentence_event(marked, actors, sentence)
    if event is None:
        return
    root, word, source, target = event
    if target is None or target.code == source.code:
        return
    marks = marked.of(sentence)
    mode = mode_of(marked.text.words, (word.start, word.end), (sentence.start, sentence.end), marks)
    words = " ".join(marked.text.words[word.start : word.end].split())
    yield Proposal(
        ProposalKind.EVENT,
        marked.text.name,
        sentence.number,
        word.start,
        word.end,
        marked.text.words[word.start : word.end],
        f"{root}: {words}",
        "event-word",
        mode,
        by=source.code,
        to=target.code,
        date=day_of(marks, word.start),
        details={"root": root},
    )


def sentence_event(
    marked: Marked, actors: ActorList, sentence: Sentence
) -> tuple[str, EventWord, ActorMention, ActorMention | None] | None:
    """Root type, event word, source and target of what a sentence tells; None where no actor or no event is found.

    The source is the first actor before the event word, the target the first other actor after it, else between the
    two, else another mention of the same actor after it, which is then what a state does at home; else None.
    """
    here = [each for each in actors.within(sentence.start, sentence.end) if each.code]
    named = [each for each in here if each.naming is not Naming.PRONOUN] or here
    if not named:
        return None
    found = event_of(marked.text.words, sentence.tokens, (named[0].start, named[0].end), None)
    if found is None:
        return None
    root, word = found
    source = next((each for each in here if each.end <= word.start), None)
    after = [each for each in named if each.start >= word.start and each is not source]
    between = [each for each in named if source and source.end <= each.start and each.end <= word.start]
    others = [each for each in (*after, *between) if source is None or each.code != source.code]
    target = next(iter([*others, *after]), None)
    source = source or target
    return (root, word, source, target) if source else None


def _readings(marked: Marked, sentence: Sentence) -> Iterator[Proposal]:
    """A sentence, or the part of one, that a frame opens as one of several readings."""
    words = marked.text.words
    frames = [
        each for each in marked.of(sentence) if each.sort is Sort.FRAME and each.value in ("first", "second", "third")
    ]
    sides = [each for each in frames if each.rule in _READING_RULES]
    for number, frame in enumerate(sides):
        end = sides[number + 1].start if number + 1 < len(sides) else sentence.end
        quote = words[frame.start : end].rstrip(" ,;.\n")
        if len(quote.split()) > 1:
            yield Proposal(
                ProposalKind.READING,
                marked.text.name,
                sentence.number,
                frame.start,
                frame.start + len(quote),
                quote,
                _shown(quote),
                frame.rule,
                Mode.HYPOTHETICAL,
                details={"side": frame.value},
            )


_READING_RULES = ("first-second", "some-others", "some-others-across", "either-or", "whether-or", "one-hand")


def _claims(marked: Marked, actors: ActorList, sentence: Sentence) -> Iterator[Proposal]:
    marks = marked.of(sentence)
    for link in links(marked.text, sentence):
        content = next(
            (each for each in marks if each.sort is Sort.CONTENT and each.start <= link.start < each.end), None
        )
        source = next(
            (each for each in marks if content and each.sort is Sort.SOURCE and each.about == content.about), None
        )
        more = "more" if link.rises else "less"
        yield Proposal(
            ProposalKind.CLAIM,
            marked.text.name,
            sentence.number,
            link.start,
            link.end,
            marked.text.words[link.start : link.end],
            f"more of “{_shown(link.cause)}” brings {more} of “{_shown(link.effect)}”",
            link.rule,
            mode_of(marked.text.words, (link.start, link.end), (sentence.start, sentence.end), marks),
            by=_speaker(marked, actors, source),
            details={"expect": "rises" if link.rises else "falls"},
        )
