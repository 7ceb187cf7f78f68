"""The parts of a page: paragraphs, lists, figures with their tables, folds, sections.

Text is a plain string, escaped where the page is written, or Markup built by `Markup.format`, which escapes its parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

from markupsafe import Markup

from detente.report.charts.drawing import NARROW, WIDE, Canvas, Drawing, render

Text = str | Markup


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph; `tone` is "", "lead", "aside" or "caution"."""

    kind: ClassVar[str] = "prose"
    text: Text
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section."""

    kind: ClassVar[str] = "heading"
    text: Text
    level: int = 3


@dataclass(frozen=True, slots=True)
class Points:
    """A list; each item a text and, below it, smaller texts."""

    kind: ClassVar[str] = "points"
    items: Sequence[tuple[Text, Sequence[Text]]]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms with their meanings."""

    kind: ClassVar[str] = "terms"
    items: Sequence[tuple[Text, Text]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column heads its rows; `numeric` gives the positions of the columns of numbers."""

    kind: ClassVar[str] = "table"
    caption: Text
    columns: Sequence[str]
    rows: Sequence[Sequence[Text]]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart for a page and one for a phone under a sentence that says what it shows, and its numbers."""

    kind: ClassVar[str] = "figure"
    id: str
    finding: Text
    wide: Drawing
    narrow: Drawing
    how_to_read: Text
    table: Table


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks that open on demand, and in print."""

    kind: ClassVar[str] = "fold"
    summary: Text
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Card:
    """Blocks that belong together under a small heading."""

    kind: ClassVar[str] = "card"
    title: Text
    blocks: Sequence[Block]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Abreast:
    """Cards side by side where there is room."""

    kind: ClassVar[str] = "abreast"
    cards: Sequence[Card]


Block = Prose | Heading | Points | Terms | Table | Figure | Fold | Card | Abreast


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the page."""

    id: str
    title: str
    blocks: Sequence[Block] = field(default_factory=list[Block])


def figure(
    id: str, finding: Text, draw: Callable[[Canvas], Any], how_to_read: Text, table: Table, wide: Canvas = WIDE
) -> Figure:
    """A chart drawn for both widths; `id` names it among the figures of the page. wide: the canvas of a desk."""
    id = "figure-" + re.sub(r"[^A-Za-z0-9_]", "-", id)
    title, description = str(finding), f"{how_to_read} The numbers are in the table that follows."
    return Figure(
        id,
        finding,
        render(partial(draw, wide), f"{id}-wide", title, description),
        render(partial(draw, NARROW), f"{id}-narrow", title, description),
        how_to_read,
        table,
    )
