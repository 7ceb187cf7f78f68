"""Spots: which piece of a case's text an entry is, and which entry stands at a place of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from detente.case.form.register import Path
from detente.case.yaml.nodes import Document, Listing, Mapping, Node, Scalar, node_at, step_in

_SKIPPED = re.compile(r"(?:\s|(?<=\s)#[^\n]*)*")
"""Blanks, line breaks and comments."""


class Spot(NamedTuple):
    """Positions in the text, counted in characters from 0: where an entry begins and just after where it ends."""

    start: int
    end: int


def in_flow(document: Document, path: Path) -> bool:
    """True where what stands at a path is written inside braces or brackets."""
    node: Node | None = document.root
    for step in path:
        if isinstance(node, Mapping | Listing) and node.flow:
            return True
        node = step_in(node, step)
    return False


def end_of(node: Node, text: str) -> int:
    """Position just after the last sign of a value; the end mark of a block lies further on, beyond comments."""
    if isinstance(node, Mapping) and not node.flow and node.keys:
        return pair_end(node, list(node.keys)[-1], text)
    if isinstance(node, Listing) and not node.flow and node.items:
        return item_end(node, len(node.items) - 1, text)
    end = node.end.at
    if isinstance(node, Scalar) and node.style in ("|", ">"):
        while end > node.start.at and text[end - 1].isspace():
            end -= 1
    return end


def pair_end(mapping: Mapping, key: str, text: str) -> int:
    """Position just after a key and its value, whatever the value is: a piece of text, nothing, or an alias."""
    written, value = mapping.keys[key], mapping.values[key]
    colon = colon_after(written, text)
    if mapping.aliases and key in mapping.aliases:
        return mapping.aliases[key][1]
    if isinstance(value, Scalar) and value.value is None and not value.text:
        return colon
    return max(end_of(value, text), colon)


def item_end(listing: Listing, position: int, text: str) -> int:
    """Position just after an item of a list."""
    item = listing.items[position]
    if listing.aliases and position in listing.aliases:
        return listing.aliases[position][1]
    if isinstance(item, Scalar) and item.value is None and not item.text:
        return item.start.at
    return end_of(item, text)


def alias_at(document: Document, path: Path) -> Spot | None:
    """The piece of text in which an entry's value is an alias, such as `*name`; None where it is written itself."""
    holder: Any = node_at(document.root, path[:-1])
    aliases: Any = holder.aliases if isinstance(holder, Mapping | Listing) else None
    found: tuple[int, int] | None = aliases.get(path[-1]) if aliases else None
    return Spot(*found) if found else None


def colon_after(key: Scalar, text: str) -> int:
    """Position just after a key's colon; after the key itself where there is none, as in `{hold, strike}`."""
    at = key.end.at
    while at < len(text) and text[at] in " \t":
        at += 1
    return at + 1 if text[at : at + 1] == ":" else key.end.at


def item_start(listing: Listing, position: int, text: str) -> int:
    """Position at which an item begins: at its dash, or at the item itself inside brackets."""
    item = listing.items[position]
    at = listing.aliases[position][0] if listing.aliases and position in listing.aliases else item.start.at
    if listing.flow:
        return at
    column = listing.start.column
    while at >= 0:
        start = line_start(text, at)
        dash = start + column
        if dash < at + 1 and text[dash : dash + 1] == "-":
            return dash
        at = start - 1
    return item.start.at


def spot_of(document: Document, path: Path) -> Spot | None:
    """The piece of text that an entry is: from its key, or its dash, to its last sign. None where nothing is there."""
    if not path:
        return Spot(0, len(document.text))
    holder, step = node_at(document.root, path[:-1]), path[-1]
    if isinstance(holder, Mapping) and step in holder.keys:
        key = str(step)
        return Spot(holder.keys[key].start.at, pair_end(holder, key, document.text))
    if isinstance(holder, Listing) and isinstance(step, int) and step < len(holder.items):
        return Spot(item_start(holder, step, document.text), item_end(holder, step, document.text))
    return None


def path_at(document: Document, at: int) -> Path:
    """The path of the innermost entry that a position lies in; of the last one before it where it lies between."""
    path: Path = ()
    node: Node | None = document.root
    column = at - line_start(document.text, at)
    while isinstance(node, Mapping | Listing):
        begun = [(step, start) for step, start in _starts(node, document.text) if start <= at]
        if not begun or (node.flow and at >= node.end.at):
            break
        step, start = begun[-1]
        blank = not document.text[line_start(document.text, at) : at].strip() and not node.flow
        if blank and column < start - line_start(document.text, start):
            break  # the cursor stands further left than anything in here
        path = (*path, step)
        node = step_in(node, step)
    return path


def _starts(node: Mapping | Listing, text: str) -> Iterator[tuple[str | int, int]]:
    if isinstance(node, Mapping):
        yield from ((key, scalar.start.at) for key, scalar in node.keys.items())
    else:
        yield from ((n, item_start(node, n, text)) for n in range(len(node.items)))


def line_start(text: str, at: int) -> int:
    """Position at which the line begins that a position lies in."""
    return max(text.rfind("\n", 0, max(at, 0)), -1) + 1


def line_end(text: str, at: int) -> int:
    """Position just before the line break (or the end of the text) after a position."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if end > at and text[end - 1] == "\r" else end


def next_line(text: str, at: int) -> int:
    """Position at which the line after a position begins; the end of the text where there is none."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def skipped(text: str, at: int) -> int:
    """Position after blanks, line breaks and comments."""
    match = _SKIPPED.match(text, at)
    return match.end() if match else at


def position(text: str, line: int, column: int) -> int:
    """Position of a line and a column, which count from 1 as in messages; held within the text."""
    at = 0
    for _ in range(line - 1):
        at = next_line(text, at)
    return min(at + max(column - 1, 0), line_end(text, at))


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """Line and column of a position, which count from 1 as in messages."""
    return text.count("\n", 0, at) + 1, at - line_start(text, at) + 1
