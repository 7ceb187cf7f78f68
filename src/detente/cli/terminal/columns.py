"""Widths of the columns of a table, such that it fits the terminal and lines break between words only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

Cell = str | Sequence[str]
"""A text, or texts one below the other."""

GAP = 3
"""Blanks between two columns."""
INDENT = 2


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text, broken at blanks so as to fit a width; a word that is wider stays whole."""
    if cell_len(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line.strip() and cell_len(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def fitted(
    names: Sequence[str], rows: Sequence[Sequence[Sequence[str]]], right: Sequence[bool], width: int
) -> list[int] | None:
    """The columns' widths; None where they cannot stand side by side without breaking a word.

    rows: [row][column][line]. right: the columns of numbers, whose cells stay whole as long as there is room.
    """
    columns = [[line for row in rows if number < len(row) for line in row[number]] for number in range(len(names))]
    widest = [max(map(cell_len, (name, *column))) for name, column in zip(names, columns, strict=True)]
    room = width - GAP * (len(names) - 1)
    words = [_longest_word((name, *column)) for name, column in zip(names, columns, strict=True)]
    whole = [
        max(word, *map(cell_len, column), 0) if flush else word
        for word, column, flush in zip(words, columns, right, strict=True)
    ]
    least = whole if sum(whole) <= room else words
    if sum(least) > room:
        return None
    while sum(widest) > room:
        spare = [now if now > low else 0 for now, low in zip(widest, least, strict=True)]
        widest[spare.index(max(spare))] -= 1
    return widest


def _longest_word(texts: Sequence[str]) -> int:
    return max((cell_len(word) for text in texts for word in text.split(" ")), default=0)


def entries(names: Sequence[str], rows: Sequence[Sequence[Sequence[str]]], width: int) -> Iterator[str]:
    """The rows as lines of text, each beginning with its first cell, the others below it with their headings."""
    for row in rows:
        first, *rest = zip(names, row, strict=False)
        for line in first[1]:
            yield from wrapped(line, width)
        for name, cell in rest:
            told = [line for line in cell if line]
            if told:
                heading = f"{name}: " if name else ""
                for line in (f"{heading}{told[0]}", *told[1:]):
                    yield from (" " * INDENT + part for part in wrapped(line, width - INDENT))
        yield ""
