"""Reading a case: from a file or a text to a crisis, or every problem at once with its place."""

from __future__ import annotations

from pathlib import Path

from detente.case.assemble import assemble
from detente.case.ledger import Ledger
from detente.case.nodes import plain
from detente.case.tree import LARGEST_FILE, decode, parse_tree
from detente.crisis.model import Crisis
from detente.errors import CaseError, Place, Problem


def read_case(path: str | Path) -> Crisis:
    """The crisis that a case file says. Raises CaseError with all its problems, or where it cannot be read."""
    file = Path(path)
    return _read(decode(_bytes(file), str(path)), str(path), file.stem)


def read_text(text: str, name: str = "case") -> Crisis:
    """The crisis that a text says; `name` stands for the file in messages. Raises CaseError."""
    return _read(text, name, Path(name).stem)


def _read(text: str, shown: str, name: str) -> Crisis:
    document = parse_tree(text, shown)
    return assemble(plain(document.root), Ledger(document), name)


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except IsADirectoryError:
        raise CaseError(
            [Problem("this is a folder, not a case", "name the case file in it", Place(str(file), 1, 1))]
        ) from None
    except OSError as error:
        what = f"the file cannot be read: {(error.strerror or str(error)).lower()}"
        raise CaseError(
            [Problem(what, "`detente catalogue` lists the cases that come with Détente", Place(str(file), 1, 1))]
        ) from None
