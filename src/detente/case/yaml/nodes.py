"""The parts of a YAML file as a tree: values, lists and mappings, each with its position."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from detente.errors import Place

Value = str | int | float | bool | None


class Mark(NamedTuple):
    """A position in the text; all counts from 0."""

    at: int
    line: int
    column: int


@dataclass(slots=True, eq=False)
class Scalar:
    """A single value; `style` is the opening quote or block sign, empty for a plain scalar."""

    text: str
    value: Value
    style: str
    start: Mark
    end: Mark
    weight: int = 1


@dataclass(slots=True, eq=False)
class Listing:
    """A list; `flow` where it is written in brackets."""

    flow: bool
    start: Mark
    end: Mark
    items: list[Node] = field(default_factory=list["Node"])
    weight: int = 1
    aliases: dict[int, tuple[int, int]] | None = None
    """Positions of the items that repeat an anchor's value, each with where its `*name` begins and ends."""


@dataclass(slots=True, eq=False)
class Mapping:
    """Keys with values, in the order written; `flow` where it is written in braces."""

    flow: bool
    start: Mark
    end: Mark
    keys: dict[str, Scalar] = field(default_factory=dict[str, Scalar])
    values: dict[str, Node] = field(default_factory=dict[str, "Node"])
    waiting: Scalar | None = None
    weight: int = 1
    aliases: dict[str, tuple[int, int]] | None = None
    """Keys whose value repeats that of an anchor, each with where its `*name` begins and ends."""


Node = Scalar | Listing | Mapping


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A file's tree, and the lines that it was read from."""

    file: str
    text: str
    lines: list[str]
    root: Mapping

    def place(self, mark: Mark) -> Place:
        """The position as a person counts it, with the line."""
        return place_in(self.file, self.lines, mark.line, mark.column)


def plain(node: Node) -> Any:
    """The tree as dictionaries, lists and scalars."""
    match node:
        case Scalar():
            return node.value
        case Listing():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key: plain(value) for key, value in node.values.items()}


def step_in(node: Node | None, step: str | int) -> Node | None:
    """The node under a key or at a position; None where there is none."""
    if isinstance(node, Mapping):
        return node.values.get(str(step))
    if isinstance(node, Listing) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None


def node_at(root: Node, path: tuple[str | int, ...]) -> Node | None:
    """The node at a path; None where nothing is written there."""
    node: Node | None = root
    for step in path:
        node = step_in(node, step)
    return node


def place_in(file: str, lines: list[str], line: int, column: int) -> Place:
    """The position as a person counts it; line and column count from 0."""
    return Place(file, line + 1, column + 1, lines[line] if line < len(lines) else "")
