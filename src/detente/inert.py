r"""Text from elsewhere made inert: it can neither command a terminal, nor forge a line, nor turn a text around.

Cases, game files, studies, file names and the words of errors come from strangers. A line break or tab among them
becomes a blank; every other character that does not print is shown as an escape such as `\x1b` or `\u202e`: control
characters (C0 and C1), controls of the writing direction, invisible and unassigned ones, lone surrogates. Letters of
every script, their accents, all blanks and the joiners that Persian and Indic spelling needs stay as they are.
"""

from __future__ import annotations

import re
import unicodedata

_BREAKS = frozenset("\n\r\t\x85\u2028\u2029")
_KEPT = frozenset("\u200c\u200d")
"""Zero-width non-joiner and joiner: letters to a reader, nothing to a terminal."""
_CARRIAGE_RETURN = re.compile(r"\r\n?|[\x85\u2028\u2029]")


class _Shown(dict[int, str]):
    """Form in which each character is shown, found when the character is first met."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if sign in _BREAKS:
            shown = " "
        elif sign.isprintable() or sign in _KEPT or unicodedata.category(sign) == "Zs":
            shown = sign
        else:
            shown = escape(sign)
        self[code] = shown
        return shown


_SHOWN = _Shown()


def inert(text: str) -> str:
    """A text as one line that prints and does nothing else."""
    return text if text.isprintable() else text.replace("\r\n", " ").translate(_SHOWN)


def inert_lines(text: str) -> str:
    """A text with its line breaks, each line inert."""
    if text.isprintable():
        return text
    return "\n".join(map(inert, _CARRIAGE_RETURN.sub("\n", text).split("\n")))


def escape(sign: str) -> str:
    r"""A character by its number: `\x1b`, `\u202e`, `\U000e0041`."""
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
