"""Problems as they are found, the names that come up, and the place in the file of each path of the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from detente.case.form.register import Path as Path
from detente.case.form.register import Register
from detente.case.spelling.suggest import Suggestion
from detente.case.yaml.nodes import Document, Mapping, Mark, Node, Scalar, node_at
from detente.errors import Place, Problem


class Ledger:
    """Collects problems. Paths lead through the document as written: ("stages", 0, "choose", "accept").

    Without a document (a case built in Python) problems name the path instead of a line.
    """

    def __init__(self, document: Document | None = None) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.muted: tuple[Path, ...] = ()
        self.register = Register()
        self.suggestions: list[tuple[Path, Suggestion]] = []

    def is_muted(self, path: Path) -> bool:
        """True where a path lies in an entry about which enough has been said."""
        return any(path[: len(entry)] == entry for entry in self.muted)

    def error(self, path: Path, what: str, remedy: str = "", *, key: bool = False, at: int = 0) -> None:
        """Record a problem at a path: at its key, or `at` characters into its value."""
        if isinstance(remedy, Suggestion):
            self.suggestions.append((path, remedy))
        if self.is_muted(path):
            return
        if self.document is None:
            self.problems.append(Problem(f"{_in_words(path)}: {what}" if path else what, remedy))
        else:
            place = self.place(path, key=key) if key or not at else self.locator(path)(at)
            self.problems.append(Problem(what, remedy, place))

    def suggest(self, path: Path, names: Iterable[str], nouns: str) -> None:
        """Record names that could stand at a path where any other could as well."""
        self.suggestions.append((path, Suggestion("", names, nouns)))

    def node(self, path: Path) -> Node | None:
        """The node at a path; None where the document has none."""
        return node_at(self.document.root, path) if self.document else None

    def place(self, path: Path, *, key: bool = False) -> Place | None:
        """Place in the file of a path's value, or of its key; for a missing value, the place of the nearest thing
        around it.
        """
        if self.document is None:
            return None
        if not path:
            return self.document.place(self.document.root.start)
        holder = self.node(path[:-1])
        if isinstance(holder, Mapping) and path[-1] in holder.keys:
            name = str(path[-1])
            value = holder.values[name]
            empty = isinstance(value, Scalar) and value.value is None
            shown = holder.keys[name].start if key or empty or not _near(holder.keys[name], value) else value.start
            return self.document.place(shown)
        node = self.node(path)
        return self.document.place(node.start) if node is not None else self.place(path[:-1], key=True)

    def locator(self, path: Path) -> Callable[[int], Place | None]:
        """Function from the position of a character in the text at a path to its place in the file."""
        document, node = self.document, self.node(path)
        if document is None or not isinstance(node, Scalar):
            place = self.place(path)
            return lambda _: place
        marks: list[Mark] = []

        def locate(at: int) -> Place:
            if written_as_read(document.text, node):
                return document.place(Mark(node.start.at + at, node.start.line, node.start.column + at))
            if not marks:
                marks.extend(aligned(document.text, node))
            return document.place(marks[min(at, len(marks) - 1)])

        return locate


def _near(key: Scalar, value: Node) -> bool:
    """True where a value begins on the line of its key, so that pointing at the value is clearer than pointing at the
    key.
    """
    return value.start.line == key.start.line or not isinstance(value, Scalar)


def written_as_read(source: str, node: Scalar) -> bool:
    """True where the text of a scalar stands in the source sign by sign."""
    return not node.style and source.startswith(node.text, node.start.at)


def aligned(source: str, node: Scalar) -> Iterator[Mark]:
    """The mark of each character of a scalar's text, found by matching its signs to the source in order."""
    index, line, column = node.start.at, node.start.line, node.start.column
    if node.style in ("|", ">"):
        end = source.find("\n", index)
        index, line, column = (len(source), line, column) if end < 0 else (end + 1, line + 1, 0)
    last = Mark(index, line, column)
    for sign in node.text + " ":
        if not sign.isspace():
            while index < node.end.at and source[index] != sign:
                line, column = (line + 1, 0) if source[index] == "\n" else (line, column + 1)
                index += 1
            last = Mark(index, line, column)
            yield last
            index, column = index + 1, column + 1
        else:
            yield Mark(index, line, column)


def _in_words(path: Path) -> str:
    shown = ""
    for step in path:
        shown += f"[{step}]" if isinstance(step, int) else f".{step}" if shown else step
    return shown
