"""Texts as they are read: bytes decoded, digest, numbered sentences with their places and their role on the page."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from detente.case.sentences import LocatedSentence, located_sentences
from detente.case.sources import LARGEST_SOURCE
from detente.errors import CaseError, Problem
from detente.reading.spans import Token

LONGEST_PROSE = 10_000
"""Characters of a sentence beyond which it is no prose: it has no tokens, so that no rule about words reads it."""
_LONGEST_HEADING = 14
"""Words of a line that can still be a heading or a caption."""
_MARKED_BY = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d+(?:[.,:/-]\d+)*|\S")
_ENDED = re.compile(r"[.!…。！？][\"'”’»)\]]*$")
_FURNITURE = re.compile(
    r"^(?:share(?: this)?|tweet|print|e-?mail|subscribe|sign (?:in|up)|log in|read (?:more|the rest)|related"
    r"|advertisement|continue reading|follow (?:us|@)|comments?|copyright|©|all rights reserved"
    r"|click here|cookies?|menu|home|by [A-Z]\w+(?: [A-Z]\w+){0,3}$|(?:updated|published|posted)\b)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"^(?:photo|image|picture|file photo|figure|fig\.|credit|source|illustration|caption|video|map|chart)\b\s*[:.(]?|"
    r"\((?:photo|image|ap|reuters|getty|afp)\b|/(?:getty|reuters|afp|ap)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|script|style|p|br|a|span)\b[^<>]{0,2000}>", re.IGNORECASE)


class Role(StrEnum):
    """Place of a sentence on the page."""

    BODY = "body"
    TITLE = "title"
    HEADING = "heading"
    CAPTION = "caption"
    FURNITURE = "furniture"
    """Part of the page and not of the piece: share, subscribe, by-line, copyright."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A numbered sentence: characters `start` to `end` of the text, in paragraph `paragraph` (from 1)."""

    number: int
    start: int
    end: int
    paragraph: int
    role: Role
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was read: name, digest of its bytes, encoding, the decoded words, the sentences."""

    name: str
    sha256: str
    encoding: str
    words: str
    sentences: tuple[Sentence, ...]

    def of(self, sentence: Sentence) -> str:
        """The sentence as it stands in the text, line breaks included."""
        return self.words[sentence.start : sentence.end]

    @property
    def citable(self) -> bool:
        """True where a case can cite the text: citations count the sentences of UTF-8 files only."""
        return self.encoding in ("utf-8", "utf-8-sig")

    @property
    def looks_like_markup(self) -> bool:
        """True where tags of a web page stand among the words; they are read as words."""
        return len(_MARKUP.findall(self.words[:100_000])) > 2

    def sentence_at(self, at: int) -> Sentence | None:
        """The sentence in which a character stands; None between sentences."""
        low, high = 0, len(self.sentences)
        while low < high:
            middle = (low + high) // 2
            if self.sentences[middle].end <= at:
                low = middle + 1
            else:
                high = middle
        found = self.sentences[low] if low < len(self.sentences) else None
        return found if found and found.start <= at else None


def read_text_file(path: Path, encoding: str = "") -> Text:
    """The text of a file, decoded by its byte-order mark, else by `encoding`, else as UTF-8.

    Raises CaseError where it cannot be read, is too large, or is no text in that encoding.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_SOURCE + 1)  # a device has no size, and no end
    except OSError as error:
        raise CaseError([Problem(f"{path} cannot be read: {error.strerror}")]) from None
    if len(data) > LARGEST_SOURCE:
        raise CaseError([Problem(f"{path} is too large", f"at most {LARGEST_SOURCE:,} bytes are read")])
    return text_of_bytes(data, str(path), encoding)


def text_of_bytes(data: bytes, name: str, encoding: str = "") -> Text:
    """The text in some bytes. Raises CaseError as `read_text_file` does."""
    known = next((named for mark, named in _MARKED_BY if data.startswith(mark)), "")
    chosen = known or encoding or "utf-8"
    try:
        named = codecs.lookup(chosen).name
        words = data.decode(chosen)
    except LookupError:
        raise CaseError(
            [Problem(f"no encoding is called `{encoding}`", "name one such as utf-8, utf-16, windows-1252 or koi8-r")]
        ) from None
    except (UnicodeError, ValueError):
        raise CaseError(
            [
                Problem(
                    f"{name} is not text in {chosen}",
                    "save it as UTF-8, or name its encoding with --encoding, such as windows-1252",
                )
            ]
        ) from None
    if "\x00" in words:
        raise CaseError(
            [Problem(f"{name} holds null characters, as binary files do", "save it as plain text, in UTF-8")]
        )
    return Text(name, sha256(data).hexdigest(), named, words, _sentences(words))


def plain_text(words: str, name: str = "text") -> Text:
    """A text given as words; a lone surrogate counts in its digest as UTF-8 would write it."""
    return Text(name, sha256(words.encode("utf-8", "surrogatepass")).hexdigest(), "utf-8", words, _sentences(words))


def tokens_of(words: str, start: int, end: int) -> tuple[Token, ...]:
    """The tokens between two places of a text."""
    return tuple(Token(found[0], found.start(), found.end()) for found in _TOKEN.finditer(words, start, end))


def _sentences(words: str) -> tuple[Sentence, ...]:
    located = located_sentences(words)
    alone = [_alone(words, located, n) for n in range(len(located))]
    first_body = next((n for n in range(len(located)) if not _short(located[n], alone[n])), len(located))
    return tuple(
        Sentence(
            n + 1,
            each.start,
            each.end,
            each.paragraph,
            _role(each, alone[n], n, first_body),
            tokens_of(words, each.start, each.end) if each.end - each.start <= LONGEST_PROSE else (),
        )
        for n, each in enumerate(located)
    )


def _alone(words: str, located: Sequence[LocatedSentence], n: int) -> bool:
    """True where a sentence has its paragraph to itself."""
    here = located[n].paragraph
    before = n > 0 and located[n - 1].paragraph == here
    after = n + 1 < len(located) and located[n + 1].paragraph == here
    return not before and not after


def _short(sentence: LocatedSentence, alone: bool) -> bool:
    return alone and sentence.text.count(" ") < _LONGEST_HEADING and not _ENDED.search(sentence.text[-8:])


def _role(sentence: LocatedSentence, alone: bool, n: int, first_body: int) -> Role:
    shown = sentence.text[:300]
    if alone and sentence.text.count(" ") < 2 * _LONGEST_HEADING:
        if _FURNITURE.match(shown):
            return Role.FURNITURE
        if _CAPTION.search(shown):
            return Role.CAPTION
    if not _short(sentence, alone):
        return Role.BODY
    if n < first_body:
        return Role.TITLE if n == 0 else Role.CAPTION
    return Role.HEADING
