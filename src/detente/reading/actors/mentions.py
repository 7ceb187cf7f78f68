"""Mentions: every span of a text that names an actor, by the gazetteer and by the text itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from detente.reading.actors.gazetteer import Gazetteer, KnownActor, Naming
from detente.reading.spans import Token
from detente.reading.texts import Sentence, Text, tokens_of

_TITLES = frozenset(
    "president vice prime minister ministers foreign defense defence interior finance oil energy secretary state"
    " general of affairs supreme leader ayatollah king queen prince crown sheikh emir chancellor ambassador envoy"
    " special national security advisor adviser chief commander admiral colonel spokesman spokeswoman spokesperson"
    " senator representative speaker deputy former acting diplomat negotiator lawmaker opposition mr mrs ms dr gen"
    " sen rep lt col pope premier governor justice attorney director head of state nuclear top senior".split()
)
_LONGEST_PERSON = 4


@dataclass(frozen=True, slots=True)
class ActorMention:
    """A span that names an actor by its code; empty code: a person whom nothing places with an actor yet.

    rule: of the gazetteer, or of the text. refers_to: for a pronoun or description, start of the mention it takes up.
    """

    code: str
    start: int
    end: int
    text: str
    naming: Naming
    rule: str
    refers_to: int = -1


Forms = Mapping[str, Sequence[tuple[tuple[str, ...], str, Naming]]]
"""Word sequences by their first word, longest first, with the actor's code and the way of naming."""


def forms_of(gazetteer: Gazetteer) -> Forms:
    """Every sequence of words that names an actor."""
    found: dict[str, list[tuple[tuple[str, ...], str, Naming]]] = {}
    for actor in gazetteer.actors.values():
        for naming, words in _namings(actor):
            sequence = tuple(token.word for token in tokens_of(words, 0, len(words)))
            if sequence:
                found.setdefault(sequence[0], []).append((sequence, actor.code, naming))
    return {first: sorted(forms, key=lambda form: -len(form[0])) for first, forms in found.items()}


def _namings(actor: KnownActor) -> Iterator[tuple[Naming, str]]:
    for naming, words in actor.words:
        yield naming, words
        if naming is Naming.PEOPLE and not words.endswith(("s", "sh", "ch", "ese")):
            yield naming, f"{words}s"
        if naming is Naming.LEADER and " " in words:
            yield naming, words.split()[-1]


def named_mentions(text: Text, forms: Forms) -> Iterator[ActorMention]:
    """Mentions by the gazetteer and of the persons whom the text places beside them, in the order of the text."""
    placed: dict[str, str] = {}
    for sentence in text.sentences:
        by_place = {each.start: each for each in _gazetteered(text, sentence, forms)}
        found = [*by_place.values(), *_persons(text, sentence, by_place, placed)]
        yield from sorted(found, key=lambda each: each.start)


def _bare(token: Token) -> str:
    """The word without its possessive ending."""
    return token.word[:-2] if token.word.endswith(("’s", "'s")) else token.word.rstrip("’'")


def _gazetteered(text: Text, sentence: Sentence, forms: Forms) -> Iterator[ActorMention]:
    tokens = sentence.tokens
    at = 0
    while at < len(tokens):
        found = _longest(tokens, at, forms)
        if found is None:
            at += 1
            continue
        length, code, naming = found
        start, end = tokens[at].start, tokens[at + length - 1].end
        last = tokens[at + length - 1]
        end -= len(last.word) - len(_bare(last)) if last.is_word else 0
        yield ActorMention(code, start, end, text.words[start:end], naming, "gazetteer")
        at += length


def _longest(tokens: Sequence[Token], at: int, forms: Forms) -> tuple[int, str, Naming] | None:
    first = tokens[at]
    for sequence, code, naming in forms.get(first.word, ()) or forms.get(_bare(first), ()):
        words = tokens[at : at + len(sequence)]
        if len(words) < len(sequence) or not all(
            each.word == word or _bare(each) == word for each, word in zip(words, sequence, strict=True)
        ):
            continue
        if all(each.end == after.start for each, after in pairwise(words)) or "." not in sequence:
            return len(sequence), code, naming
    return None


def _persons(
    text: Text, sentence: Sentence, known: Mapping[int, ActorMention], placed: dict[str, str]
) -> Iterator[ActorMention]:
    """Persons who stand after an actor and a title (“Iranian General Qasem Soleimani”), and their last names later
    on.
    """
    tokens = sentence.tokens
    covered = [(each.start, each.end) for each in known.values()]
    at = 0
    while at < len(tokens):
        length = _name_length(tokens, at, covered)
        if not length:
            at += 1
            continue
        words = tokens[at : at + length]
        last = _bare(words[-1])
        code, rule = _placed(tokens, at, length, known), "title"
        if code is None and last in placed:
            code, rule = placed[last], "named-before"
        titled = at > 0 and tokens[at - 1].lower in _TITLES and tokens[at - 1].capital
        if code is not None or length > 1 or titled:
            if code:
                placed[last] = code
            start, end = words[0].start, words[-1].start + len(last)
            yield ActorMention(
                code or "", start, end, text.words[start:end], Naming.PERSON, rule if code else "name-alone"
            )
        at += length


def _name_length(tokens: Sequence[Token], at: int, covered: Sequence[tuple[int, int]]) -> int:
    """Number of capitalised words from a place on that may be a person's name; 0 where none begins there."""
    length = 0
    for token in tokens[at : at + _LONGEST_PERSON]:
        taken = any(start <= token.start < end for start, end in covered)
        if (
            taken
            or not token.capital
            or token.lower in _TITLES
            or not token.word[1:2].islower()
            or token.lower in _NO_NAMES
        ):
            break
        length += 1
        if token.word != _bare(token):
            break
    return length


_NO_NAMES = frozenset(
    "the a an this that these those it he she they we i in on at by for from with as if when while but and or not no"
    " his her their its our some many most others there here what who why how after before since despite although"
    " however meanwhile still yet january february march april may june july august september october november"
    " december monday tuesday wednesday thursday friday saturday sunday international institute foundation university"
    " council center centre agency group news times post press house".split()
)


def _placed(tokens: Sequence[Token], at: int, length: int, known: Mapping[int, ActorMention]) -> str | None:
    """Code of the actor that a title before a name, or an apposition after it, places the person with."""
    before = at - 1
    titles = 0
    while before >= 0 and (tokens[before].lower in _TITLES or tokens[before].word == "."):
        titles += tokens[before].is_word
        before -= 1
    here = _mention_ending(tokens, before, known)
    if here and titles:
        return here.code
    after = at + length
    if after < len(tokens) and tokens[after].word == ",":
        for token in tokens[after + 1 : after + 9]:
            if token.start in known and any(each.lower in _TITLES for each in tokens[after + 1 : after + 9]):
                return known[token.start].code
            if token.word in (",", "."):
                break
    return None


def _mention_ending(tokens: Sequence[Token], at: int, known: Mapping[int, ActorMention]) -> ActorMention | None:
    """The mention whose last word is a token; possessives and people only (“Iran’s”, “Iranian”, “U.S.”)."""
    if at < 0:
        return None
    return next((each for each in known.values() if each.start <= tokens[at].start < each.end), None)
