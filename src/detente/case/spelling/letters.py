"""Signs that look like others: blanks that are none, invisible signs, one letter in two forms or of two scripts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NOT_IN_A_FILE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_NAMES = {"\x85": "next line", "\t": "tab", "\ufeff": "byte order mark", "\x7f": "delete"}
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters by their kind that look like blanks: the fillers of Hangul, the empty cell of Braille."""
_LATIN = str.maketrans(
    "аеорсхуіѕјԁһԛԝАВЕКМНОРСТХІЅЈУοανιρυκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcxyisjdhqwABEKMHOPCTXISJYoavipukABEZHIKMNOPTYX"
)
"""Letters of Cyrillic and Greek that are drawn as Latin ones."""
_MOST_TOLD = 20


def named(sign: str) -> str:
    """A sign that cannot be seen, in words: `a no-break space (U+00A0)`."""
    category = unicodedata.category(sign)
    if category == "Cs":
        name = "lone half of a surrogate pair"
    else:
        name = _NAMES.get(sign) or unicodedata.name(sign, "").lower()
    if not name:
        name = "control character" if category == "Cc" else "character that has no meaning"
    article = "an" if name[0] in "aeio" else "a"
    return f"{article} {name} (U+{ord(sign):04X})"


def is_odd(sign: str) -> bool:
    """True where a sign looks like a blank, or like nothing at all, and is no blank of a case."""
    return sign not in " \t\n\r" and (not sign.isprintable() or sign in _BLANK_LETTERS)


def first_odd(text: str) -> int | None:
    """The position of the first sign that looks like a blank or like nothing and is neither; None without one."""
    if text.isascii() and text.isprintable():
        return None
    return next((at for at, sign in enumerate(text) if is_odd(sign)), None)


def odd_sign(sign: str) -> tuple[str, str]:
    """Words and remedy for a sign that looks like a blank or like nothing."""
    if sign.isspace() or sign in _BLANK_LETTERS:
        return f"{named(sign)} stands here, which looks like a blank and is none", "type a plain space in its place"
    return f"{named(sign)} stands here, which cannot be seen", "delete it"


def forbidden(text: str) -> Iterable[int]:
    """Positions of the characters that no file may hold: controls, line breaks of other kinds, half characters."""
    for number, match in enumerate(_NOT_IN_A_FILE.finditer(text)):
        if number == _MOST_TOLD:
            return
        yield match.start()


def folded(text: str) -> str:
    """A text as it looks: accents in one form, every blank a space, invisible signs left out."""
    if text.isascii() and text.isprintable():
        return text
    seen = "".join(" " if sign.isspace() else "" if is_odd(sign) else sign for sign in text)
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def unlike(word: str, known: str) -> str:
    """Place at which two texts that look alike differ; empty where they do not look alike, or do not differ."""
    if word == known or (word.isascii() and known.isascii()):
        return ""
    for text, whose in ((word, "here"), (known, "there")):
        at = first_odd(text)
        if at is not None and folded(word) == folded(known):
            return f"{named(text[at])} stands in the one written {whose}"
    if unicodedata.normalize("NFC", word) == unicodedata.normalize("NFC", known):
        at = next(n for n, (one, two) in enumerate(zip(word + "\0", known + "\0", strict=False)) if one != two)
        one, two = _letter(word, at), _letter(known, at)
        return f"one letter is written in two forms, {_codes(one)} here and {_codes(two)} there"
    if len(word) == len(known) and _drawn(word) == _drawn(known):
        one, two = next((one, two) for one, two in zip(word, known, strict=True) if one != two)
        return f"{_told(one)} stands here, {_told(two)} there"
    return ""


def _letter(text: str, at: int) -> str:
    """The letter with its accents that a position belongs to."""
    while at and unicodedata.combining(text[at : at + 1] or " "):
        at -= 1
    end = at + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return text[at:end]


def _codes(text: str) -> str:
    return " ".join(f"U+{ord(sign):04X}" for sign in text) or "nothing"


def _drawn(text: str) -> str:
    """A text in Latin letters where letters of other scripts look like them."""
    return unicodedata.normalize("NFKC", text).translate(_LATIN)


def _told(sign: str) -> str:
    return f"`{sign}` (U+{ord(sign):04X}, {unicodedata.name(sign, 'without a name').lower()})"
