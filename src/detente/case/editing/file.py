"""A case file edited in place: what is not touched stays as it was, byte for byte, with its comments and layout.

Every edit is an operation at a path with the pieces of text that it replaced, so that each can be taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Pairs
from pathlib import Path as FilePath
from typing import Any

from detente.case.editing.aliases import kept, opened
from detente.case.editing.changing import added, changed, removed, shown
from detente.case.editing.moving import moved
from detente.case.editing.reading import CaseRead, reading_of
from detente.case.editing.renaming import renamed
from detente.case.editing.splices import CaseEdit, Piece, Splice, difference, spliced
from detente.case.editing.spots import line_and_column, path_at, position, spot_of
from detente.case.form.numbers import SHAPES
from detente.case.form.register import Path
from detente.case.spelling.suggest import did_you_mean
from detente.case.yaml.nodes import Document, node_at, plain
from detente.case.yaml.tree import BYTE_ORDER_MARK, decode, parse_tree
from detente.crisis.model import Crisis
from detente.errors import CaseError, Problem, RequestError
from detente.files import write_atomically


class CaseFile:
    """A case file's text, with edits that keep the rest of it as it is, and can be undone to the beginning.

    A path leads through the document as written: ("outcomes", "war", "payoffs", "us"), ("stages", 0, "by").
    """

    def __init__(self, text: str, name: str = "case") -> None:
        """Takes any text; edits other than `write` need one that is a YAML mapping."""
        self.name = name
        self._mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
        self._text = text.removeprefix(BYTE_ORDER_MARK)
        self._done: list[CaseEdit] = []
        self._undone: list[CaseEdit] = []
        self._read: CaseRead | None = None

    @classmethod
    def open(cls, path: str | FilePath) -> CaseFile:
        """The file at a path. Raises CaseError where it is no text in UTF-8, OSError where it cannot be read at all."""
        data = FilePath(path).read_bytes()
        text = decode(data, str(path))
        marked = data.startswith(BYTE_ORDER_MARK.encode())
        return cls(BYTE_ORDER_MARK + text if marked else text, str(path))

    @property
    def text(self) -> str:
        """The text as it now is."""
        return self._mark + self._text

    @property
    def edits(self) -> tuple[CaseEdit, ...]:
        """Edits made and not undone, the first one first."""
        return tuple(self._done)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the text as it now is; empty where it reads as a case."""
        return self._reading().problems

    def crisis(self) -> Crisis:
        """The crisis that the text now says. Raises CaseError with all its problems."""
        reading = self._reading()
        if reading.crisis is None:
            raise CaseError(reading.problems)
        return reading.crisis

    def save(self, path: str | FilePath | None = None) -> FilePath:
        """Write the file, whole or not at all, once it reads as a case. Raises CaseError where it does not."""
        self.crisis()
        return write_atomically(FilePath(path or self.name), self.text.encode())

    def get(self, path: Path = ()) -> Any:
        """The plain value at a path: a number, a text, a list or a dictionary; None where nothing stands there."""
        node = node_at(self._tree().root, path)
        return None if node is None else plain(node)

    def add(self, path: Path, value: Any, before: str | None = None) -> CaseEdit:
        """Add an entry. The last step of the path is its key, or its position in a list; what leads there is made.

        before: the key before which it is to stand (at the end of the mapping otherwise). Raises RequestError where it
        is there already.
        """
        return self._edit("add", path, lambda document: added(document, path, value, before))

    def remove(self, path: Path) -> CaseEdit:
        """Remove an entry. Raises RequestError where nothing stands there."""
        return self._edit("remove", path, lambda document: removed(document, path))

    def change(self, path: Path, value: Any) -> CaseEdit:
        """Make what stands at a path say something else; of a mapping, only the keys that differ are touched."""
        return self._edit("change", path, lambda document: changed(document, path, value))

    def put(self, path: Path, value: Any) -> CaseEdit:
        """Change an entry where it is there, else add it."""
        there = spot_of(self._tree(), path) is not None
        return self.change(path, value) if there else self.add(path, value)

    def move(self, path: Path, position: int, into: Path | None = None) -> CaseEdit:
        """Move an entry to a position (from 0) among its neighbours, or among the entries of another list or mapping.

        Raises RequestError where nothing stands there, or where it cannot stand there.
        """
        target = path[:-1] if into is None else into
        return self._record(CaseEdit("move", path, tuple(moved(self._tree(), path, target, position))))

    def rename(self, path: Path, name: str) -> CaseEdit:
        """Give what is declared at a path another name, wherever it is mentioned: formulas, rankings, events, claims.

        Raises RequestError where nothing with a name is declared there, or where the new name would clash or come to
        mean something else; CaseError where the text does not read as a case.
        """
        pieces = renamed(self._reading(), path, name)
        return self._record(CaseEdit("rename", path, tuple(spliced(self._text, pieces))))

    def write(self, text: str) -> CaseEdit:
        """Replace the whole text, as a person does who types; kept as the piece that differs."""
        self._mark, text = text[: text.startswith(BYTE_ORDER_MARK)], text.removeprefix(BYTE_ORDER_MARK)
        return self._record(CaseEdit("write", (), tuple(difference(self._text, text))))

    def undo(self) -> CaseEdit | None:
        """Take the latest edit back; None where there is none."""
        if not self._done:
            return None
        edit = self._done.pop()
        self._undone.append(edit)
        self._set(edit.undone(self._text))
        return edit

    def redo(self) -> CaseEdit | None:
        """Make the edit again that was taken back last; None where there is none."""
        if not self._undone:
            return None
        edit = self._undone.pop()
        self._done.append(edit)
        self._set(edit.done(self._text))
        return edit

    def path_at(self, line: int, column: int) -> Path:
        """The path of the innermost entry at a place in the text; line and column count from 1, as in messages."""
        return path_at(self._tree(), position(self._text, line, column))

    def place_of(self, path: Path) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """Line and column at which an entry begins, and just after which it ends; None where nothing stands there."""
        spot = spot_of(self._tree(), path)
        if spot is None:
            return None
        return line_and_column(self._text, spot.start), line_and_column(self._text, spot.end)

    def mentions(self, path: Path) -> list[tuple[int, int]]:
        """Line and column of every place that mentions what is declared at a path, its declaration first."""
        return [line_and_column(self._text, at) for at in self._reading().places_of(path)]

    def set_quantity(self, name: str, value: float | str | Pairs[str, Any]) -> CaseEdit:
        """Give a quantity a number, a formula (`equals`) or a distribution such as {"uniform": [0, 1]}.

        Its name, unit, evidence and note stay. Raises RequestError where the case has no such quantity.
        """
        entries = self.get(("quantities",)) or {}
        if name not in entries:
            raise RequestError(f"the case has no quantity `{name}`: {did_you_mean(name, entries, 'quantities')}")
        shape = dict(value) if isinstance(value, Pairs) else {"equals" if isinstance(value, str) else "value": value}
        written = entries[name]
        if not isinstance(written, dict):
            return self.change(("quantities", name), shape if isinstance(value, str | Pairs) else value)
        kept = {key: each for key, each in written.items() if key not in SHAPES}
        return self.change(("quantities", name), {**shape, **kept})

    def add_evidence(self, path: Path, source: str, sentence: int | tuple[int, int], says: str) -> CaseEdit:
        """Add a citation at a path such as ("quantities", "p"). Raises RequestError where nothing stands there."""
        if spot_of(self._tree(), path) is None:
            raise RequestError(f"nothing stands at {shown(path)}")
        there = self.get((*path, "because"))
        numbers = list(sentence) if isinstance(sentence, tuple) else sentence
        cited = {"source": source, "sentence": numbers, "says": says}
        return self.add((*path, "because", len(there) if isinstance(there, list) else 0), cited)

    def _edit(self, operation: str, path: Path, pieces: Callable[[Document], list[Piece]]) -> CaseEdit:
        """Make an edit of one place: aliases on the way are written out first, and so are those that would be lost."""
        document, made = self._tree(), list[Splice]()
        while opening := opened(document, path):
            made += spliced(document.text, opening)
            document = parse_tree(CaseEdit(operation, path, tuple(made)).done(self._text), self.name)
        made += spliced(document.text, kept(document, pieces(document)))
        return self._record(CaseEdit(operation, path, tuple(made)))

    def _record(self, edit: CaseEdit) -> CaseEdit:
        text = edit.done(self._text)
        if edit.operation != "write":
            try:
                parse_tree(text, self.name)
            except CaseError as error:
                what = f"`{shown(edit.path)}` cannot be edited so, for the text would be no YAML any more"
                raise RequestError(f"{what}: {error.problems[0].what}") from None
        self._done.append(edit)
        self._undone.clear()
        self._set(text)
        return edit

    def _set(self, text: str) -> None:
        self._text, self._read = text, None

    def _reading(self) -> CaseRead:
        if self._read is None:
            self._read = reading_of(self._text, self.name)
        return self._read

    def _tree(self) -> Document:
        document = self._reading().document
        if document is None:
            raise CaseError(self._reading().problems)
        return document
