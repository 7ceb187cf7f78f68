"""The actor list of a text: mentions by name, and pronouns and descriptions resolved within their paragraph.

The rules: “he” and “she” take up a person; “it” and “its” an actor named by its name, capital or body; “they” and
“their” a people or a body; “his administration”, “the government” and their like the actor of a person or of such a
mention. Of those mentioned before in the paragraph, it is the first one in the latest sentence that has one, which is
most often its subject. “The move”, “this overture” take up the event last told. Where the paragraph holds nothing
compatible, and for “it” in “it is likely that”, nothing is resolved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from detente.reading.actors.gazetteer import Gazetteer, Naming
from detente.reading.actors.mentions import ActorMention, forms_of, named_mentions
from detente.reading.marks.events import event_words
from detente.reading.spans import Token
from detente.reading.texts import Role, Sentence, Text

_PERSONS = (Naming.LEADER, Naming.PERSON)
_STATES = (Naming.NAME, Naming.CAPITAL, Naming.BODY)
_MANY = (Naming.PEOPLE, Naming.BODY)
_PRONOUNS: Mapping[str, tuple[Naming, ...]] = {
    **dict.fromkeys(("he", "him", "his", "she", "her"), _PERSONS),
    **dict.fromkeys(("it", "its"), _STATES),
    **dict.fromkeys(("they", "them", "their"), _MANY),
}
_GOVERNMENTS = frozenset(
    "administration government regime leadership cabinet aides officials advisers advisors army".split()
)
_EVENT_NOUNS = frozenset(
    "move overture outreach effort attempt approach offer letter step decision strike strikes attack attacks gesture"
    " announcement proposal message dismissal".split()
)
_FARTHEST_BACK = 50
"""Sentences with mentions, within the paragraph, among which a pronoun is resolved."""
_EXPLETIVE = frozenset("is was isn't wasn't seems seemed appears appeared".split())
_TAKING_UP = frozenset("the this that his her its their such".split())


@dataclass(frozen=True, slots=True)
class EventReference:
    """A description such as “the move”, and the place of the event word that it takes up."""

    start: int
    end: int
    text: str
    refers_to: int


@dataclass(frozen=True, slots=True)
class ActorList:
    """Mentions of a text, and descriptions of events, in the order of the text."""

    mentions: tuple[ActorMention, ...]
    events: tuple[EventReference, ...]

    def by_actor(self) -> dict[str, tuple[ActorMention, ...]]:
        """Mentions of every actor that is placed, most often mentioned first."""
        found: dict[str, list[ActorMention]] = {}
        for each in self.mentions:
            if each.code:
                found.setdefault(each.code, []).append(each)
        return {code: tuple(found[code]) for code in sorted(found, key=lambda code: -len(found[code]))}

    def unplaced(self) -> tuple[str, ...]:
        """Names of persons whom nothing places with an actor, in the order of the text."""
        alone = (each for each in self.mentions if not each.code and each.naming is Naming.PERSON)
        return tuple(dict.fromkeys(each.text for each in alone))

    def within(self, start: int, end: int) -> tuple[ActorMention, ...]:
        """Mentions that begin within a span."""
        first = bisect_left(self.mentions, start, key=lambda each: each.start)
        return self.mentions[first : bisect_left(self.mentions, end, first, key=lambda each: each.start)]


def actors_of(text: Text, gazetteer: Gazetteer) -> ActorList:
    """The actor list of a text."""
    named: dict[int, list[ActorMention]] = {}
    for each in named_mentions(text, forms_of(gazetteer)):
        sentence = text.sentence_at(each.start)
        if sentence:
            named.setdefault(sentence.number, []).append(each)
    mentions: list[ActorMention] = []
    references: list[EventReference] = []
    before: deque[Sequence[ActorMention]] = deque(maxlen=_FARTHEST_BACK)
    event, paragraph = -1, 0
    for sentence in text.sentences:
        if sentence.paragraph != paragraph:
            before.clear()
            event, paragraph = -1, sentence.paragraph
        here = named.get(sentence.number, [])
        resolved = list(_resolved(text, sentence, here, before))
        mentions += sorted([*here, *resolved], key=lambda each: each.start)
        if sentence.role is Role.BODY:
            references += _events(text, sentence, event)
            event = max([event, *(each.start for each in event_words(text, sentence) if each.root != "AGREE")])
        if here:
            before.append(here)
    return ActorList(tuple(mentions), tuple(references))


def _resolved(
    text: Text, sentence: Sentence, here: Sequence[ActorMention], before: Sequence[Sequence[ActorMention]]
) -> Iterator[ActorMention]:
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        known = chain([[each for each in here if each.end <= token.start]], reversed(before))
        if token.lower in _TAKING_UP and following and following.lower in _GOVERNMENTS:
            wanted = _PERSONS if token.lower in ("his", "her") else (*_PERSONS, *_STATES, Naming.PEOPLE)
            found = _subject(known, wanted)
            if found:
                yield _taking_up(text, token.start, following.end, Naming.DESCRIPTION, "government-of", found)
        elif token.lower in _PRONOUNS and not (token.lower == "it" and following and following.lower in _EXPLETIVE):
            found = _subject(known, _PRONOUNS[token.lower])
            if found:
                yield _taking_up(text, token.start, token.end, Naming.PRONOUN, "subject-in-paragraph", found)


def _subject(known: Iterable[Sequence[ActorMention]], wanted: Sequence[Naming]) -> ActorMention | None:
    """The first mention of a wanted kind in the latest sentence that has one; known: latest sentence first."""
    return next((each for sentence in known for each in sentence if each.naming in wanted), None)


def _taking_up(text: Text, start: int, end: int, naming: Naming, rule: str, of: ActorMention) -> ActorMention:
    return ActorMention(of.code, start, end, text.words[start:end], naming, rule, of.start)


def _events(text: Text, sentence: Sentence, before: int) -> Iterator[EventReference]:
    """Descriptions of an event that an earlier sentence of the paragraph tells."""
    tokens: Sequence[Token] = sentence.tokens
    for first, noun in pairwise(tokens):
        if before >= 0 and first.lower in ("the", "this", "that", "such") and noun.lower in _EVENT_NOUNS:
            yield EventReference(first.start, noun.end, text.words[first.start : noun.end], before)
