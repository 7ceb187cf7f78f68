"""A review of what a program wrote into a case: each unverified citation is accepted, mended or refused.

Every decision is written at once, so that a review can be left and gone on with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detente.case.editing.file import CaseFile
from detente.case.sentences import split_sentences
from detente.case.sources import text_of
from detente.errors import CaseError
from detente.files import write_atomically
from detente.reading.into import keep_reviewed, key_of

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Unverified:
    """An unverified citation: its path, the entry that it stands at, and the sentence where the text is at hand."""

    path: Steps
    entry: Any
    source: str
    sentence: str
    text: str

    @property
    def owner(self) -> Steps:
        """Path of the entry that the citation stands at."""
        return self.path[:-2]

    @property
    def is_draft(self) -> bool:
        """True where the entry is a draft, which a refusal takes away with its citation."""
        return self.path[0] == "drafts"


class Review:
    """The unverified citations of a case file, in its order."""

    def __init__(self, path: Path, sources: Path | None = None) -> None:
        """Raises CaseError where the file is no YAML, OSError where it cannot be read."""
        self.path = path
        self._folder = sources or path.parent
        self._file = CaseFile.open(path)

    def items(self) -> list[Unverified]:
        """Everything that is still unverified."""
        return [self._item(path) for path in _unverified(self._file.get(()), ())]

    def accept(self, item: Unverified, says: str = "") -> None:
        """Take the mark away; with words, mend what the draft, or the citation, says."""
        self._file.remove((*item.path, "unverified"))
        if says and item.is_draft:
            keep_reviewed(self.path, key_of(item.entry))
        if says:
            at = item.owner if item.is_draft else item.path
            self._file.put((*at, "says"), says)
        self._save()

    def refuse(self, item: Unverified) -> None:
        """Take the draft or the citation away, and keep a draft from being proposed again."""
        if item.is_draft:
            keep_reviewed(self.path, key_of(item.entry))
            several = len(self._file.get(("drafts",))) > 1
            self._file.remove(item.owner if several else ("drafts",))
        else:
            several = len(self._file.get((*item.owner, "because"))) > 1
            self._file.remove(item.path if several else (*item.owner, "because"))
        self._save()

    def _save(self) -> None:
        write_atomically(self.path, self._file.text.encode())

    def _item(self, path: Steps) -> Unverified:
        cited = self._file.get(path)
        source, sentence = str(cited.get("source", "")), cited.get("sentence", "")
        return Unverified(path, self._file.get(path[:-2]), source, str(sentence), self._text(source, sentence))

    def _text(self, source: str, sentence: Any) -> str:
        """The cited sentences; empty where the text is not at hand."""
        entry = self._file.get(("sources", source))
        name = entry.get("file") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not name:
            return ""
        folder = self._folder.resolve()
        path = (folder / name).resolve()
        numbers = sentence if isinstance(sentence, list) else [sentence, sentence]
        if not path.is_relative_to(folder) or not path.is_file() or not all(isinstance(each, int) for each in numbers):
            return ""
        try:
            every = split_sentences(text_of(path).decode("utf-8"))
        except CaseError:
            return ""
        return " ".join(every[numbers[0] - 1 : numbers[-1]])


def _unverified(part: Any, path: Steps) -> Iterator[Steps]:
    if isinstance(part, dict):
        if part.get("unverified") is True and len(path) > 1 and path[-2] == "because":
            yield path
        for key, value in part.items():
            yield from _unverified(value, (*path, key))
    elif isinstance(part, list):
        for number, value in enumerate(part):
            yield from _unverified(value, (*path, number))


def count_unverified(path: Path) -> int:
    """Number of unverified citations of a case file, whole or not. Raises CaseError where it is no YAML."""
    return len(list(_unverified(CaseFile.open(path).get(()), ())))
