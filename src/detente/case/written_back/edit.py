"""Editing a case file in place: what is not touched stays as it was, byte for byte, comments and layout included.

Every edit replaces or inserts a piece of the text at the position where the tree says that it stands.
"""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from pathlib import Path
from typing import Any

from detente.case.form.ledger import Ledger
from detente.case.form.numbers import SHAPES
from detente.case.read import read_text
from detente.case.spelling.suggest import did_you_mean
from detente.case.written_back.write import flow_text
from detente.case.yaml.nodes import Document, Listing, Mapping, Node, Scalar
from detente.case.yaml.tree import decode, parse_tree
from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.files import write_atomically


class CaseFile:
    """A case file's text, with edits that keep the rest of it as it is."""

    def __init__(self, text: str, name: str = "case") -> None:
        """Raises CaseError where the text is no YAML mapping."""
        self.name = name
        self._document = parse_tree(text, name)

    @classmethod
    def open(cls, path: str | Path) -> CaseFile:
        """The file at a path. Raises CaseError where it cannot be read as YAML, OSError where not at all."""
        return cls(decode(Path(path).read_bytes(), str(path)), str(path))

    @property
    def text(self) -> str:
        """The text as it now is."""
        return self._document.text

    def crisis(self) -> Crisis:
        """The crisis that the text now says. Raises CaseError with all its problems."""
        return read_text(self.text, self.name)

    def save(self, path: str | Path | None = None) -> Path:
        """Write the file, whole or not at all, once it reads as a case. Raises CaseError where it does not."""
        self.crisis()
        return write_atomically(Path(path or self.name), self.text.encode())

    def set_quantity(self, name: str, value: float | str | Pairs[str, Any]) -> None:
        """Give a quantity a number, a formula (`equals`) or a distribution such as {"uniform": [0, 1]}.

        Its name, unit, evidence and note stay. Raises RequestError where the case has no such quantity.
        """
        node = self._named("quantities", name)
        shape = dict(value) if isinstance(value, Pairs) else {"equals" if isinstance(value, str) else "value": value}
        if not isinstance(node, Mapping):
            self._replace(node, flow_text(value if isinstance(value, int | float) else shape))
            return
        written = [key for key in node.keys if key in SHAPES]
        if not written:
            raise RequestError(f"`{name}` has no number yet: add one by hand first")
        pairs = flow_text(shape)[1:-1]
        if len(shape) > 1 and not node.flow:
            raise RequestError("in a block a quantity takes one key at a time, such as {'uniform': [0, 1]}")
        first = node.keys[written[0]]
        self._splice(first.start.at, _end(node.values[written[0]], self.text), pairs)

    def add_evidence(
        self, path: tuple[str | int, ...], source: str, sentence: int | tuple[int, int], says: str
    ) -> None:
        """Add a citation at a path such as ("quantities", "p"). Raises RequestError where nothing stands there."""
        node = Ledger(self._document).node(path)
        cited = {
            "source": source,
            "sentence": list(sentence) if isinstance(sentence, tuple) else sentence,
            "says": says,
        }
        if node is None:
            raise RequestError(f"nothing stands at {'.'.join(map(str, path))}")
        if isinstance(node, Mapping) and isinstance(node.values.get("because"), Listing):
            self._append(node.values["because"], cited)
        elif isinstance(node, Mapping):
            self._add_key(node, "because", [cited])
        elif isinstance(node, Scalar) and node.value is not None and path[0] == "quantities":
            key = "equals" if isinstance(node.value, str) else "value"
            self._replace(node, flow_text({key: node.value, "because": [cited]}))
        elif isinstance(node, Scalar) and node.value is None:
            self._splice(node.start.at, node.start.at, " " + flow_text({"because": [cited]}))
        else:
            raise RequestError(f"{'.'.join(map(str, path))} cannot carry evidence: write it as a mapping first")

    def add_scenario(self, id: str, scenario: Pairs[str, Any]) -> None:
        """Add a scenario such as {"set": {"cost_a": 0}}. Raises RequestError where the name is taken."""
        section = self._document.root.values.get("scenarios")
        if isinstance(section, Mapping) and id in section.keys:
            raise RequestError(f"there is a scenario `{id}` already")
        if isinstance(section, Mapping):
            self._add_key(section, id, dict(scenario))
        elif section is None:
            self._add_key(self._document.root, "scenarios", {id: dict(scenario)})
        else:
            self._replace(section, " " + flow_text({id: dict(scenario)}))

    def _named(self, section: str, name: str) -> Node:
        entries = self._document.root.values.get(section)
        if not isinstance(entries, Mapping) or name not in entries.values:
            known = entries.keys if isinstance(entries, Mapping) else ()
            raise RequestError(f"the case has no quantity `{name}`: {did_you_mean(name, known, section)}")
        return entries.values[name]

    def _replace(self, node: Node, text: str) -> None:
        self._splice(node.start.at, _end(node, self.text), text)

    def _add_key(self, mapping: Mapping, key: str, value: Any) -> None:
        """Add a key at the end of a mapping."""
        pair = flow_text({key: value})[1:-1]
        if mapping.flow:
            inside = mapping.end.at - 1
            self._splice(inside, inside, f", {pair}" if mapping.keys else pair)
        else:
            self._add_line(mapping, " " * mapping.start.column + pair)

    def _append(self, listing: Node, value: Any) -> None:
        assert isinstance(listing, Listing)
        if listing.flow:
            inside = listing.end.at - 1
            self._splice(inside, inside, f", {flow_text(value)}" if listing.items else flow_text(value))
        else:
            self._add_line(listing, " " * listing.start.column + "- " + flow_text(value))

    def _add_line(self, block: Node, line: str) -> None:
        """Add a line after the last line of a block, whatever comment stands at that line's end."""
        text = self.text
        end = text.find("\n", max(_end(block, text) - 1, 0))
        newline = "\r\n" if "\r\n" in text else "\n"
        if end < 0:
            self._splice(len(text), len(text), newline + line + newline)
        else:
            self._splice(end + 1, end + 1, line + newline)

    def _splice(self, start: int, end: int, piece: str) -> None:
        text = self.text[:start] + piece + self.text[end:]
        self._document: Document = parse_tree(text, self.name)


def _end(node: Node, text: str) -> int:
    """Position just after the last sign of a value; the end mark of a block lies further on, beyond the comments after
    it.
    """
    while isinstance(node, Mapping | Listing) and not node.flow:
        inner = list(node.values.values()) if isinstance(node, Mapping) else node.items
        if isinstance(node, Mapping) and isinstance(inner[-1], Scalar) and inner[-1].value is None:
            return max(inner[-1].end.at, list(node.keys.values())[-1].end.at)
        node = inner[-1]
    end = node.end.at
    if isinstance(node, Scalar) and node.style in ("|", ">"):
        while end > node.start.at and text[end - 1].isspace():
            end -= 1
    return end
