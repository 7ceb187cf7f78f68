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


def place_in(file: str, lines: list[str], line: int, column: int) -> Place:
    """The position as a person counts it; line and column count from 0."""
    return Place(file, line + 1, column + 1, lines[line] if line < len(lines) else "")
