"""Words in lines for everything that is drawn; this module needs no library."""

from __future__ import annotations

import textwrap

TEXT = 12
SMALL = 11


def wrap(text: str, pixels: float, size: int = TEXT) -> list[str]:
    """Text in lines of about that width; a word too long for a line is broken."""
    return textwrap.wrap(text, max(8, int(pixels / (0.545 * size)))) or [""]
