"""Reporting cues, the source that each belongs to, and the content that is attributed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from detente.reading.marks.nouns import noun_phrase_after, noun_phrase_before, past_adverbs
from detente.reading.marks.quotations import quoted_places
from detente.reading.spans import Sort, TextMark, Token
from detente.reading.texts import Sentence, Text

PRONOUNS = frozenset("i he she they we who you it".split())
_QUOTES = frozenset('“”"‘’«»')
_BEFORE_INVERTED = _QUOTES | frozenset(("'", "’", "—", "―", "–"))
_LINKS = frozenset("and but yet to or while by for then of from in without about after before at when against".split())
_SUBORDINATE = frozenset("if unless when while that as because although though who which".split())
_AFTER_A_SUBJECT = frozenset("in on to during at who as earlier of last after before via about when while with".split())
_WITHIN_A_CUE = frozenset("to in a an the by out on at for about of".split())
_INVERTED = frozenset(
    "said says wrote writes added adds asked asks explained explains tweeted noted notes argued argues warned continued"
    " replied insisted declared recalled concluded reported announced remarked observed cautioned stated joked".split()
)
_LONGEST_NAME = 9
_LONGEST_JOINT = 2
"""Words between two cue words that make one cue of them: called … for."""


@cache
def cue_places() -> Mapping[str, frozenset[str]]:
    """Places in which each word is a cue, as the list beside this module says."""
    found: dict[str, frozenset[str]] = {}
    for line in files("detente.reading.marks").joinpath("cues.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            places, _, words = line.partition(":")
            found |= dict.fromkeys(words.split(), frozenset(places.split()))
    return found


def attributions(text: Text) -> Iterator[TextMark]:
    """Cues of a text outside its quotations, each followed by its source and its content where the rules find them."""
    quoted = quoted_places(text)
    for sentence in text.sentences:
        tokens = sentence.tokens
        last_source: TextMark | None = None
        for first, last in _cues(tokens, quoted):
            cue = _mark(text, Sort.CUE, tokens[first].start, tokens[last].end, "cue-word")
            yield cue
            found = _source(tokens, first, last, last_source)
            if found is not None:
                start, end, rule = found
                last_source = _mark(text, Sort.SOURCE, start, end, rule, cue.start)
                yield last_source
            yield from _content(text, sentence, first, last)


def _mark(text: Text, sort: Sort, start: int, end: int, rule: str, about: int = -1) -> TextMark:
    return TextMark(sort, start, end, text.words[start:end], rule, about=about)


def _cues(tokens: Sequence[Token], quoted: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """First and last token of every cue; words of one cue that stand together are joined."""
    open_: tuple[int, int] | None = None
    for at, token in enumerate(tokens):
        if not token.is_word or _within(token, quoted) or not is_cue(tokens, at):
            continue
        if open_ and _joins(tokens, open_[1], at):
            open_ = open_[0], at
            continue
        if open_:
            yield open_
        open_ = at, at + (token.lower == "according" and at + 1 < len(tokens))
    if open_:
        yield open_


def _joins(tokens: Sequence[Token], last: int, at: int) -> bool:
    between = tokens[last + 1 : at]
    return len(between) < _LONGEST_JOINT and all(each.lower in _WITHIN_A_CUE for each in between)


def _within(token: Token, spans: Sequence[tuple[int, int]]) -> bool:
    """True where a token stands in one of some spans, which lie in the order of the text and apart."""
    at = bisect_right(spans, (token.start, len(token.word) + token.end)) - 1
    return at >= 0 and spans[at][0] <= token.start < spans[at][1]


def is_cue(tokens: Sequence[Token], at: int) -> bool:
    """True where the list takes the word for a cue in this place."""
    places = cue_places().get(tokens[at].lower)
    return places is not None and ("always" in places or not places.isdisjoint(_places(tokens, at)))


def _places(tokens: Sequence[Token], at: int) -> Iterator[str]:
    """The places, in the words of the list, that a word stands in."""
    after = [each.lower for each in tokens[at + 1 : at + 5]]
    before = [each.lower for each in tokens[max(0, at - 2) : at]][::-1]
    if after[:1] == ["that"]:
        yield "that"
    elif "that" in after[1:4] and not any(sign in after[: after.index("that")] for sign in (".", ";", ",")):
        yield "that-soon"
    beside = [*after[:2], *before]
    if (
        any(each in _QUOTES for each in beside)
        or after[:1] == [":"]
        or ("," in after and any(each in _QUOTES for each in after[2:4]))
    ):
        yield "quotation"
    if before[:1] == ["to"]:
        yield "to"
    if after:
        yield f"+{after[0]}"
    subject = past_adverbs(tokens, at)
    if subject >= 0:
        word = tokens[subject]
        if word.lower in PRONOUNS:
            yield "pronoun"
        elif word.capital:
            yield "name"
        elif word.word == ",":
            yield "comma"
        elif word.is_word:
            yield "noun"


def _source(tokens: Sequence[Token], first: int, last: int, previous: TextMark | None) -> tuple[int, int, str] | None:
    """Start, end and rule of whoever a cue belongs to."""
    if tokens[first].lower == "according":
        return _named(noun_phrase_after(tokens, last + 1), "according-to")
    before = tokens[first - 1].word if first else ""
    if last + 1 < len(tokens) and tokens[last + 1].lower == "by" and first and is_auxiliary(tokens[first - 1]):
        return _named(noun_phrase_after(tokens, last + 2), "passive")
    if before == "," and (apposed := _apposed(tokens, first)):
        return apposed
    if tokens[first].lower in _INVERTED and (
        before in _BEFORE_INVERTED or (before == "," and _ends_clause(tokens, last))
    ):
        found = _named(noun_phrase_after(tokens, last + 1), "inverted")
        if found:
            return found
    subject = past_adverbs(tokens, first)
    while subject >= 0 and tokens[subject].lower in ("who", "which", "that"):
        subject -= 1 + (subject > 0 and tokens[subject - 1].word == ",")
    if subject >= 0 and tokens[subject].word == ")":
        subject = next((at for at in range(subject, -1, -1) if tokens[at].word == "("), 0) - 1
    if subject < 0:
        return _after_the_opening(tokens, last)
    word = tokens[subject]
    if word.word == ",":
        return _across_a_comma(tokens, first, subject, previous)
    if word.lower in _LINKS:
        return _again(previous, "same-subject") or _main_subject(tokens, first)
    if not word.is_word:
        return _again(previous, "same-subject")
    if tokens[first].lower.endswith("ing") and subject == first - 1 and word.lower not in PRONOUNS:
        return _again(previous, "participle") or _named(noun_phrase_before(tokens, subject + 1), "subject")
    return _named(noun_phrase_before(tokens, subject + 1), "subject")


def _apposed(tokens: Sequence[Token], cue: int) -> tuple[int, int, str] | None:
    """The name that opens a sentence, where an apposition between commas parts it from its cue."""
    comma = next((at for at in range(cue - 1) if tokens[at].word == ","), -1)
    name = tokens[: max(comma, 0)]
    if not name or len(name) > _LONGEST_NAME or not (name[0].capital and name[-1].is_word):
        return None
    if any(is_auxiliary(each) or each.lower in PRONOUNS for each in name):
        return None
    return _named(noun_phrase_before(tokens, comma), "apposition")


def _ends_clause(tokens: Sequence[Token], last: int) -> bool:
    """True where nothing but a noun phrase follows the cue in its clause, so that it is the cue's subject."""
    span = noun_phrase_after(tokens, last + 1)
    if span is None:
        return False
    after = next((token for token in tokens[last + 1 :] if token.start >= span[1]), None)
    return after is None or not after.is_word or after.lower in _AFTER_A_SUBJECT


def _after_the_opening(tokens: Sequence[Token], last: int) -> tuple[int, int, str] | None:
    """The subject of a sentence that opens with its cue, such as “Citing …, the minister”: the noun after the comma."""
    comma = next((at for at in range(last + 1, len(tokens)) if tokens[at].word == ","), -1)
    if tokens[last].lower.endswith("ing") and comma > 0:
        return _named(noun_phrase_after(tokens, comma + 1), "opening-participle")
    return None


def _main_subject(tokens: Sequence[Token], before: int) -> tuple[int, int, str] | None:
    verb = _first_verb(tokens)
    return _named(noun_phrase_before(tokens, verb), "main-subject") if verb <= before else None


def _across_a_comma(
    tokens: Sequence[Token], cue: int, comma: int, previous: TextMark | None
) -> tuple[int, int, str] | None:
    """The subject where a comma stands before the cue: a participle's, or the noun before an apposition."""
    if tokens[cue].lower.endswith("ing"):
        return _again(previous, "participle") or _main_subject(tokens, cue)
    earlier = next((at for at in range(comma - 1, -1, -1) if tokens[at].word == ","), -1)
    if earlier > 0:
        return _named(noun_phrase_before(tokens, earlier), "apposition")
    return _named(noun_phrase_before(tokens, comma), "subject") or _again(previous, "same-subject")


def _first_verb(tokens: Sequence[Token]) -> int:
    """Place of the first word that can only be a verb of the main clause; else the third token's."""
    for at, token in enumerate(tokens):
        if at and (is_auxiliary(token) or is_cue(tokens, at)):
            return at
    return min(2, len(tokens))


def is_auxiliary(token: Token) -> bool:
    """True where a word is a form of be, have or do, or a modal."""
    return token.lower in _AUXILIARIES


_AUXILIARIES = frozenset(
    "is are was were be been has have had do does did will would can could may might must should".split()
)


def _named(span: tuple[int, int] | None, rule: str) -> tuple[int, int, str] | None:
    return (*span, rule) if span else None


def _again(previous: TextMark | None, rule: str) -> tuple[int, int, str] | None:
    return (previous.start, previous.end, rule) if previous else None


def _content(text: Text, sentence: Sentence, first: int, last: int) -> Iterator[TextMark]:
    """The words after a cue, up to the sentence's end; where fewer than three follow, those before the last comma."""
    tokens = sentence.tokens
    after = [each for each in tokens[last + 1 :] if each.is_word]
    about = tokens[first].start
    if tokens[first].lower == "according":
        before = [each for each in tokens[:first] if each.is_word]
        if before:
            yield _mark(text, Sort.CONTENT, before[0].start, before[-1].end, "before-the-cue", about)
    elif len(after) > 2:
        begin = after[1] if after[0].lower == "that" else after[0]
        end = tokens[-1].start if not tokens[-1].is_word else tokens[-1].end
        if begin.start < end:
            yield _mark(text, Sort.CONTENT, begin.start, end, "after-the-cue", about)
    elif any(
        each.word in _BEFORE_INVERTED or each.word == "," for each in tokens[max(first - _LONGEST_NAME, 0) : first]
    ):
        comma = max(at for at in range(max(first - _LONGEST_NAME, 0), first) if not tokens[at].is_word)
        if any(each.lower in _SUBORDINATE for each in tokens[comma:first]):
            return
        before = [each for each in tokens[:comma] if each.is_word]
        if len(before) > 2:
            yield _mark(text, Sort.CONTENT, before[0].start, before[-1].end, "before-the-cue", about)
