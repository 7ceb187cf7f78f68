"""Colours of everything that is drawn, for a light and a dark page; this module needs no library."""

from __future__ import annotations

PALETTE: dict[str, tuple[str, str]] = {
    "ink": ("#1d2329", "#e8eaed"),
    "muted": ("#59636e", "#a9b2bb"),
    "faint": ("#dbe0e5", "#39424a"),
    "paper": ("#fefefe", "#14181c"),
    "blue": ("#1d5b99", "#82b7ec"),
    "rust": ("#b34a17", "#f39c6d"),
    "teal": ("#1a7567", "#62c8b6"),
    "plum": ("#74407f", "#d2a1e2"),
    "ochre": ("#836400", "#dfba52"),
}
"""Light and dark colour of each tone; every one of them is legible as text on its own page (WCAG AA)."""

ACCENTS = ("blue", "rust", "teal", "plum", "ochre")

FILLS = (
    "#1b6f66",
    "#2f7a3c",
    "#5f6d1c",
    "#56626e",
    "#34557f",
    "#5d4a94",
    "#84407a",
    "#8a5a06",
    "#a34310",
    "#a32a1e",
)
"""Fills of endings, from cool to warm, on either page; white words are legible on every one of them (WCAG AA)."""

ON_FILLS = "#ffffff"


def fill(position: int, count: int) -> str:
    """The fill of an ending among so many, spread over all fills so that few endings look most unlike."""
    if count > len(FILLS):
        return FILLS[position % len(FILLS)]
    return FILLS[round(position * (len(FILLS) - 1) / max(count - 1, 1))]
