"""The cut of a text into numbered sentences, so that a citation means the same sentence to everybody.

The rule, in full:

1. A text is blocks of lines, separated by blank lines. A block's line break is a *wrap* (a space) if the line has at
   most 200 characters and the next line's first word would not have fitted within the block's longest line, or if
   the next line begins with a small letter; otherwise it ends a sentence. So headings, captions and list items are
   sentences of their own, with or without a full stop.
2. Within the text so joined, a sentence ends after `.`, `!`, `?` or `…` (or several of them) and any closing quotes
   or brackets, where white space follows and then, past opening quotes, brackets and dashes, anything but a small
   letter. The full-width marks of East Asian writing end a sentence without white space.
3. A single `.` does not end a sentence after a title (`Mr.`, `Gen.`), after an initial (`J.`), after a number that
   opens the sentence (`2. Talks`), or, where a number follows, after `No.`, `p.`, `Jan.` and their like. After a
   dotted abbreviation (`U.S.`, `a.m.`) and `Inc.`, `etc.` and their like it does so only where the next word is
   one that commonly opens a sentence (`The`, `However`, …).
4. The end of the text ends the last sentence. White space within a sentence is one space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LONGEST_WRAPPED_LINE = 200
_LONGEST_ABBREVIATION = 40
"""Signs at the end of a word within which a dotted abbreviation is looked for."""

# A mark is met once, at the start of its run: otherwise an endless row of full stops takes the square of its length.
_END = re.compile(r"(?<![.!?…])(?P<mark>[.!?…]++)[\"'”’»)\]]*+(?=\s)|(?P<wide>[。！？]+)[」』”’)]*")
_OPENING = " \t\"'“”‘«([—–-~"
_SKIPPED = re.compile(f"[{re.escape(_OPENING)}]*+")
_WORD = re.compile(r"\w++")
_DOTTED = re.compile(r"(?:\w\.)+\w$")

_TITLES = frozenset(
    "mr mrs ms dr prof gen sen rep gov lt col sgt capt cmdr adm maj brig rev hon st messrs amb pres sec supt mt".split()
)
_BEFORE_A_NUMBER = frozenset(
    "no nos p pp fig figs vol ch sec art para para ca c approx jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_SELDOM_LAST = frozenset("inc ltd co corp jr sr etc vs cf al dept est ed eds bros".split())
_OPENERS = frozenset(
    "the a an this that these those it its he she they we you his her their our there here in on at by for from with"
    " as if when while since after before although though but and yet so still however meanwhile moreover instead"
    " now then today what who why how some many most both no not one two".split()
)


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, in order; the first has number 1 in a citation."""
    return [sentence for _, sentence in _cut(text)]


@dataclass(frozen=True, slots=True)
class LocatedSentence:
    """A sentence and its place: the characters from `start` to `end` of the text, with line breaks as they stand there.

    Counted in characters of the decoded text, from 0. paragraph: number of the run of joined lines, from 1.
    """

    text: str
    start: int
    end: int
    paragraph: int = 1


def located_sentences(text: str) -> list[LocatedSentence]:
    """The sentences of a text, in order, each with its place in it."""
    found: list[LocatedSentence] = []
    at = int(text.startswith("\ufeff"))
    for paragraph, sentence in _cut(text):
        start = -1
        for word in sentence.split():
            at = text.index(word, at)
            start = at if start < 0 else start
            at += len(word)
        found.append(LocatedSentence(sentence, start, at, paragraph))
    return found


def _cut(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence with the number of its paragraph."""
    for number, paragraph in enumerate(_paragraphs(text.removeprefix("\ufeff")), 1):
        start = 0
        for match in _END.finditer(paragraph):
            if match["wide"] or _ends_sentence(paragraph, start, match):
                if sentence := paragraph[start : match.end()].strip():
                    yield number, sentence
                start = match.end()
        if sentence := paragraph[start:].strip():
            yield number, sentence


def _paragraphs(text: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", "\n".join(text.splitlines())):
        lines = [" ".join(line.split()) for line in block.split("\n") if line.strip()]
        widest = max(map(len, lines), default=0)
        joined: list[str] = []
        for line, following in zip(lines, [*lines[1:], ""], strict=False):
            joined.append(line)
            if not (following and _wrapped(line, following, widest)):
                yield " ".join(joined)
                joined = []


def _wrapped(line: str, following: str, widest: int) -> bool:
    if following[0].islower():
        return True
    no_room = len(line) + 1 + len(following.split()[0]) > widest
    return len(line) <= _LONGEST_WRAPPED_LINE and no_room


def _ends_sentence(paragraph: str, start: int, match: re.Match[str]) -> bool:
    """True where a mark ends a sentence; looks no further than one word to either side of it."""
    after = _past_opening(paragraph, match.end())
    following = paragraph[after : after + 1]
    if not following or following.islower():
        return not following
    if match["mark"] != ".":
        return True
    first, last = _past_opening(paragraph, start), match.start()
    last -= paragraph[last - 1 : last] == " "
    if first >= last:
        return False
    blank = paragraph.rfind(" ", first, last)
    word = paragraph[max(blank + 1, first) : last].lstrip(_OPENING)
    plain = word.lower()
    if plain in _TITLES or (len(word) == 1 and word.isalpha()) or (blank < 0 and word.isdigit()):
        return False
    if plain in _BEFORE_A_NUMBER and following.isdigit():
        return False
    if plain in _SELDOM_LAST or _DOTTED.search(word[-_LONGEST_ABBREVIATION:]):
        opener = _WORD.match(paragraph, after)
        return bool(opener) and opener[0].lower() in _OPENERS
    return True


def _past_opening(paragraph: str, at: int) -> int:
    """Place of the first sign at or after `at` that opens nothing."""
    found = _SKIPPED.match(paragraph, at)
    return found.end() if found else at
