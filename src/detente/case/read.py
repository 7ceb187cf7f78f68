"""Reading a case: from a file or a text to a crisis, or every problem at once with its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from detente.case.form.ledger import Ledger
from detente.case.meaning.assemble import assemble
from detente.case.yaml.nodes import plain
from detente.case.yaml.tree import LARGEST_FILE, decode, parse_tree
from detente.crisis.model import Crisis
from detente.errors import CaseError, Place, Problem


def read_case(path: str | Path) -> Crisis:
    """The crisis that a case file says. Raises CaseError with all its problems, or where it cannot be read."""
    file = Path(path)
    crisis = _read(decode(_bytes(file), str(path)), str(path), file.stem)
    problems = list(_links_out(crisis, file.parent))
    if problems:
        raise CaseError(problems)
    return crisis


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
        what, remedy = "this is a folder, not a case", "name the case file in it"
    except OSError as error:
        what = f"the file cannot be read: {(error.strerror or str(error)).lower()}"
        remedy = "`detente catalogue` lists the cases that come with Détente"
    raise CaseError([Problem(what, remedy, Place(str(file), 1, 1))])


def _links_out(crisis: Crisis, folder: Path) -> Iterator[Problem]:
    """Sources whose files are links to somewhere outside the case's folder."""
    home = folder.resolve()
    for source in crisis.sources:
        if source.file and not (home / source.file).resolve().is_relative_to(home):
            what = f"`{source.file}` is a link that leads out of the case's folder"
            yield Problem(what, "put the text into that folder, not a link to elsewhere", source.place)
