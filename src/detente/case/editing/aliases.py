"""Aliases (`*name`) in a case that is edited: written out where an edit would change or lose what they repeat."""

from __future__ import annotations

from collections.abc import Iterator

from detente.case.editing.splices import Piece
from detente.case.editing.spots import alias_at
from detente.case.form.register import Path
from detente.case.written_back.write import flow_text
from detente.case.yaml.nodes import Document, Listing, Mapping, Node, plain, step_in


def kept(document: Document, pieces: list[Piece]) -> list[Piece]:
    """The pieces, and one more for each value that they take away while an alias still repeats it.

    The first such alias is written out, and is what the others repeat from then on.
    """
    saved: set[int] = set()
    more: list[Piece] = []
    for path, node in _aliases(document):
        spot = alias_at(document, path)
        if spot is None or id(node) in saved:
            continue
        lost = any(start <= node.start.at < end for start, end, _ in pieces)
        stays = not any(start < spot.end and spot.start < end for start, end, _ in pieces)
        if lost and stays:
            saved.add(id(node))
            name = document.text[spot.start + 1 : spot.end]
            more.append(Piece(spot.start, spot.end, f"&{name} {flow_text(plain(node))}"))
    return [*pieces, *more]


def opened(document: Document, path: Path) -> list[Piece]:
    """The piece that writes out an alias through which a path leads, so that the edit changes this place alone."""
    node: Node | None = document.root
    for length in range(1, len(path)):
        node = step_in(node, path[length - 1])
        spot = alias_at(document, path[:length])
        if spot is not None and node is not None:
            return [Piece(spot.start, spot.end, flow_text(plain(node)))]
    return []


def _aliases(document: Document) -> Iterator[tuple[Path, Node]]:
    """Every place at which a node is met for a second time, in the order written."""
    met: set[int] = set()
    waiting: list[tuple[Path, Node]] = [((), document.root)]
    while waiting:
        path, node = waiting.pop()
        if id(node) in met:
            yield path, node
            continue
        met.add(id(node))
        if isinstance(node, Mapping):
            waiting.extend(reversed([((*path, key), each) for key, each in node.values.items()]))
        elif isinstance(node, Listing):
            waiting.extend(reversed([((*path, n), each) for n, each in enumerate(node.items)]))
