"""Moving an entry: among its neighbours with its layout and inner comments, elsewhere as its new neighbours stand."""

from __future__ import annotations

from typing import Any

from detente.case.editing.aliases import kept
from detente.case.editing.changing import added, removed, shown
from detente.case.editing.splices import Piece, Splice, spliced
from detente.case.editing.spots import item_end, item_start, line_start, next_line, pair_end
from detente.case.form.register import Path
from detente.case.yaml.nodes import Document, Listing, Mapping, node_at, plain
from detente.case.yaml.tree import parse_tree
from detente.errors import CaseError, RequestError


def moved(document: Document, path: Path, into: Path, position: int) -> list[Splice]:
    """Splices that move an entry to a position among the entries of a list or a mapping, which may be its own.

    position: as counted once the entry is gone from where it was. Raises RequestError where it cannot be moved.
    """
    node, holder = node_at(document.root, path), node_at(document.root, into)
    if node is None or not path:
        raise RequestError(f"nothing stands at {shown(path)}")
    if not isinstance(holder, Mapping | Listing) or isinstance(holder, Listing) != isinstance(path[-1], int):
        kind = "list" if isinstance(path[-1], int) else "mapping"
        raise RequestError(f"`{shown(path)}` stands in a {kind}, and {shown(into)} is none")
    if into[: len(path)] == path:
        raise RequestError(f"`{shown(path)}` cannot be moved into itself")
    if into == path[:-1]:
        return _among_neighbours(document, holder, path[-1], position)
    return _elsewhere(document, path, into, position)


def _among_neighbours(document: Document, holder: Mapping | Listing, step: Any, position: int) -> list[Splice]:
    """A new order of the entries, each written as it was."""
    text = document.text
    steps: list[Any] = list(holder.keys) if isinstance(holder, Mapping) else list(range(len(holder.items)))
    spots = [_spot(holder, each, text) for each in steps]
    here = steps.index(step)
    if not 0 <= position < len(steps):
        raise RequestError(f"there is no place {position}: {len(steps)} entries stand there")
    if position == here:
        return []
    whole = not holder.flow and all(not text[line_start(text, start) : start].strip() for start, _ in spots)
    if whole:
        return spliced(text, _by_lines(text, spots, here, position))
    return spliced(text, _by_rotation(text, spots, here, position))


def _spot(holder: Mapping | Listing, step: Any, text: str) -> tuple[int, int]:
    if isinstance(holder, Mapping):
        return holder.keys[step].start.at, pair_end(holder, step, text)
    return item_start(holder, step, text), item_end(holder, step, text)


def _by_lines(text: str, spots: list[tuple[int, int]], here: int, position: int) -> list[Piece]:
    """Whole lines, with the comments behind them; comments above an entry stay where they are."""
    start, end = line_start(text, spots[here][0]), next_line(text, spots[here][1] - 1)
    lines = text[start:end]
    if not lines.endswith("\n"):
        lines += "\r\n" if "\r\n" in text else "\n"
    if position > here:
        target = next_line(text, spots[position][1] - 1)
        if not text[:target].endswith("\n"):
            lines = ("\r\n" if "\r\n" in text else "\n") + lines.rstrip("\r\n")
    else:
        target = line_start(text, spots[position][0])
    return [Piece(start, end, ""), Piece(target, target, lines)]


def _by_rotation(text: str, spots: list[tuple[int, int]], here: int, position: int) -> list[Piece]:
    """Entries of one line change places; what stands between them (commas, line breaks, comments) stays."""
    order = list(range(len(spots)))
    order.insert(position, order.pop(here))
    return [Piece(*spots[place], text[slice(*spots[entry])]) for place, entry in enumerate(order) if place != entry]


def _elsewhere(document: Document, path: Path, into: Path, position: int) -> list[Splice]:
    """The entry is added there with the layout of its new neighbours, then removed here."""
    holder = node_at(document.root, into)
    value = plain(node_at(document.root, path))  # pyright: ignore[reportArgumentType]
    source, last = path, path[-1]
    if isinstance(holder, Listing):
        there: Path = (*into, position)
        pieces = added(document, there, value)
        inside = path[: len(into)] == into
        step = path[len(into)] if inside else 0
        if inside and isinstance(step, int) and step >= position:
            source = (*into, step + 1, *path[len(into) + 1 :])
    else:
        assert isinstance(holder, Mapping)
        keys = list(holder.keys)
        before = keys[position] if 0 <= position < len(keys) else None
        pieces = added(document, (*into, str(last)), value, before)
    first = spliced(document.text, pieces)
    text = document.text
    for at, was, now in first:
        text = text[:at] + now + text[at + len(was) :]
    try:
        after = parse_tree(text, document.file)
    except CaseError as error:
        raise RequestError(f"`{shown(path)}` cannot stand there: {error.problems[0].what}") from None
    return [*first, *spliced(text, kept(after, removed(after, source)))]
