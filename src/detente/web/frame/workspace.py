"""The cases that a laboratory shows: those of the catalogue, which stay as they are, and the files of one folder."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from detente.case.catalogue import case_title, catalogue
from detente.errors import DetenteError
from detente.files import write_atomically

MOST_FILES = 500
"""Case files of the folder that are listed."""

MOST_TEXT = 4_000_000
"""Bytes of a case file that is opened."""

_NAME = re.compile(r"[^/\\\0]{1,150}\.ya?ml", re.IGNORECASE)
_CASE = re.compile(r"^detente:", re.MULTILINE)
_CRISIS = re.compile(r"[a-z-]+-\d{4}")
_FIRST = "iran-2025"
_DRAFTS = Path(".detente", "drafts")


class NoCaseError(DetenteError):
    """A case that is neither in the catalogue nor in the folder, or a name that no case file can have."""


class ChangedError(DetenteError):
    """A file that somebody else has changed since it was read; carries what it holds now."""

    def __init__(self, now: CaseText) -> None:
        super().__init__(f"{now.name} was changed by somebody else since it was opened")
        self.now = now


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case as it is listed. own: True for a file of the folder, which can be changed.

    crisis: True for one of the catalogue that is a crisis of history, and no model or example.
    """

    name: str
    title: str
    own: bool
    crisis: bool = False


@dataclass(frozen=True, slots=True)
class CaseText:
    """The text of a case. digest: SHA-256 of its UTF-8 bytes. own: as for `ListedCase`."""

    name: str
    text: str
    digest: str
    own: bool

    @staticmethod
    def of(name: str, text: str, own: bool = True) -> CaseText:
        """A text under a name."""
        return CaseText(name, text, digest_of(text), own)


def digest_of(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Workspace:
    """A folder with case files, and the catalogue beside it. Nothing outside of the folder is read or written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def cases(self) -> list[ListedCase]:
        """The cases of the folder; then the catalogue, its crises first and of these the founding case."""
        files = sorted(path for path in self.folder.glob("[!.]*") if _NAME.fullmatch(path.name) and self._inside(path))
        heads = {path: _head(path) for path in files[:MOST_FILES]}
        own = [
            ListedCase(path.name, case_title(head) or path.name, True)
            for path, head in heads.items()
            if _CASE.search(head)
        ]
        known = [ListedCase(each.name, each.title, False, bool(_CRISIS.fullmatch(each.name))) for each in catalogue()]
        return [*own, *sorted(known, key=lambda each: (not each.crisis, each.crisis and each.name != _FIRST))]

    def read(self, name: str) -> CaseText:
        """The text of a case as it stands. Raises NoCaseError."""
        if not _NAME.fullmatch(name):
            for each in catalogue():
                if each.name == name:
                    return CaseText.of(name, each.path.read_text("utf-8"), False)
            raise NoCaseError(f"there is no case `{name}` in the catalogue")
        path = self._path(name)
        try:
            if path.stat().st_size > MOST_TEXT:
                raise NoCaseError(f"{name} is larger than {MOST_TEXT:,} bytes: that is no case")
            text = path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            raise NoCaseError(f"there is no file {name} in {self.folder}") from None
        except UnicodeDecodeError:
            raise NoCaseError(f"{name} is not written in UTF-8") from None
        except OSError as error:
            raise NoCaseError(f"{name} cannot be read: {error.strerror}") from error
        return CaseText.of(name, text)

    def save(self, name: str, text: str, began: str) -> CaseText:
        """Write a case's text, unless somebody else changed it meanwhile.

        began: the digest of what the change began from; empty for a file that must not be there yet. Raises
        ChangedError, NoCaseError for a name that no file can have, and OSError where it cannot be written.
        """
        path = self._path(name)
        try:
            now = self.read(name)
        except NoCaseError:
            if path.exists():
                raise
            now = None
        if now is not None and now.digest not in (began, digest_of(text)):
            raise ChangedError(now)
        write_atomically(path, text.encode("utf-8", "surrogatepass"))
        self.forget_draft(name)
        return CaseText.of(name, text)

    @staticmethod
    def is_file_name(name: str) -> bool:
        """True where a name is one of a case file, and not of the catalogue."""
        return bool(_NAME.fullmatch(name))

    def free_name(self, name: str) -> str:
        """A file name like the given one that is not taken."""
        stem = re.sub(r"\.ya?ml$", "", name, flags=re.IGNORECASE)
        number, candidate = 1, f"{stem}.yaml"
        while (self.folder / candidate).exists():
            number += 1
            candidate = f"{stem}-{number}.yaml"
        return candidate

    def keep_draft(self, name: str, text: str, began: str) -> None:
        """Keep what is being typed, so that it is there again after a crash. Raises OSError."""
        body = json.dumps({"text": text, "began": began}, ensure_ascii=False)
        write_atomically(self._draft(name), body.encode("utf-8", "surrogatepass"))

    def draft(self, name: str) -> tuple[str, str] | None:
        """The text that was typed and not saved, and the digest of what it began from; None where there is nothing."""
        try:
            held = json.loads(self._draft(name).read_text("utf-8"))
            return str(held["text"]), str(held["began"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def forget_draft(self, name: str) -> None:
        """Forget what was typed: it is saved, or given up."""
        try:
            self._draft(name).unlink(missing_ok=True)
        except OSError:
            return

    def _draft(self, name: str) -> Path:
        if name != Path(name).name or name.startswith("."):
            raise NoCaseError(f"`{name}` is no name of a case")
        return self.folder / _DRAFTS / f"{name}.json"

    def _path(self, name: str) -> Path:
        path = self.folder / name
        if not _NAME.fullmatch(name) or name.startswith(".") or not self._inside(path):
            raise NoCaseError(f"`{name}` is no name of a case file: it ends in .yaml and names no other folder")
        return path

    def _inside(self, path: Path) -> bool:
        """True where a path stays in the folder, links followed."""
        try:
            return path.resolve().parent == self.folder and not path.is_dir()
        except OSError:
            return False


def _head(path: Path) -> str:
    """The text of a file as far as it is looked at for a list; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_TEXT).decode("utf-8", "replace")
    except OSError:
        return ""
