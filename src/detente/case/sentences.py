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

_END = re.compile(r"(?P<mark>[.!?…]+)[\"'”’»)\]]*(?=\s)|(?P<wide>[。！？]+)[」』”’)]*")
_OPENING = " \t\"'“”‘«([—–-~"
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
    found: list[str] = []
    for paragraph in _paragraphs(text.removeprefix("\ufeff")):
        start = 0
        for match in _END.finditer(paragraph):
            if match["wide"] or _ends_sentence(paragraph, start, match):
                found.append(paragraph[start : match.end()])
                start = match.end()
        found.append(paragraph[start:])
    return [sentence.strip() for sentence in found if sentence.strip()]


@dataclass(frozen=True, slots=True)
class LocatedSentence:
    """A sentence and its place: the characters from `start` to `end` of the text, with line breaks as they stand there.

    Counted in characters of the decoded text, from 0.
    """

    text: str
    start: int
    end: int


def located_sentences(text: str) -> list[LocatedSentence]:
    """The sentences of a text, in order, each with its place in it."""
    found: list[LocatedSentence] = []
    at = int(text.startswith("\ufeff"))
    for sentence in split_sentences(text):
        start = end = -1
        for sign in sentence:
            if sign.isspace():
                continue
            at = text.index(sign, at)
            start = at if start < 0 else start
            end = at = at + 1
        found.append(LocatedSentence(sentence, start, end))
    return found


def _paragraphs(text: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", "\n".join(text.splitlines())):
        lines = [" ".join(line.split()) for line in block.split("\n") if line.strip()]
        widest = max(map(len, lines), default=0)
        joined = ""
        for line, following in zip(lines, [*lines[1:], ""], strict=False):
            joined += line
            if following and _wrapped(line, following, widest):
                joined += " "
            else:
                yield joined
                joined = ""


def _wrapped(line: str, following: str, widest: int) -> bool:
    if following[0].islower():
        return True
    no_room = len(line) + 1 + len(following.split()[0]) > widest
    return len(line) <= _LONGEST_WRAPPED_LINE and no_room


def _ends_sentence(paragraph: str, start: int, match: re.Match[str]) -> bool:
    following = paragraph[match.end() :].lstrip(_OPENING)
    if not following or following[0].islower():
        return not following
    if match["mark"] != ".":
        return True
    words = paragraph[start : match.start()].lstrip(_OPENING).split()
    if not words:
        return False
    word = words[-1].lstrip(_OPENING)
    plain = word.lower()
    if plain in _TITLES or (len(word) == 1 and word.isalpha()) or (len(words) == 1 and word.isdigit()):
        return False
    if plain in _BEFORE_A_NUMBER and following[0].isdigit():
        return False
    if plain in _SELDOM_LAST or _DOTTED.search(word):
        opener = re.match(r"\w+", following)
        return bool(opener) and opener[0].lower() in _OPENERS
    return True
