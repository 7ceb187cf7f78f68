"""Every exception of Détente, and the problem a user can act on: where, what, and what would be right."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from detente.inert import inert, inert_lines

_LONGEST_SHOWN_LINE = 400


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file that somebody wrote; `line` and `column` count from 1, `text` is that line.

    The line is kept as it can be shown: a blank for each character that does not print, nothing of a very long one.
    """

    file: str
    line: int
    column: int
    text: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        shown = "" if len(self.text) > _LONGEST_SHOWN_LINE else self.text
        if not shown.isprintable():
            shown = "".join(sign if sign.isprintable() else " " for sign in shown)
        object.__setattr__(self, "text", shown)

    def __str__(self) -> str:
        return f"{inert(self.file)}:{self.line}:{self.column}"

    @property
    def caret(self) -> str:
        """A caret to be printed below the line; wide letters take two columns, accents none."""
        before = self.text[: self.column - 1].ljust(self.column - 1)
        return " " * sum(map(_columns, before)) + "^"


def _columns(sign: str) -> int:
    return 0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: where it stands, what was found, what would be right.

    severity: `error`, or `warning` for what is odd but can be used. The words are inert, whatever they quote.
    """

    what: str
    remedy: str = ""
    where: Place | None = None
    severity: Literal["error", "warning"] = "error"

    def __post_init__(self) -> None:
        object.__setattr__(self, "what", inert(self.what))
        object.__setattr__(self, "remedy", inert(self.remedy))

    def __str__(self) -> str:
        told = f"{self.severity}: {self.what}"
        lines = [f"{self.where}: {told}" if self.where else told]
        if self.where and self.where.text:
            lines += [f"    {self.where.text}", f"    {self.where.caret}"]
        if self.remedy:
            lines.append(f"    {self.remedy}")
        return "\n".join(lines)


class DetenteError(Exception):
    """Base of every error that Détente raises on purpose; its words are inert, whatever they quote."""

    def __init__(self, message: str = "") -> None:
        super().__init__(inert_lines(message))


class CaseError(DetenteError):
    """A case (or a game file) that cannot be used; carries all its problems, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        def position(problem: Problem) -> tuple[str, int, int]:
            where = problem.where
            return (where.file, where.line, where.column) if where else ("", 0, 0)

        self.problems: tuple[Problem, ...] = tuple(sorted(dict.fromkeys(problems), key=position))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[CaseError], tuple[tuple[Problem, ...]]]:
        return CaseError, (self.problems,)


class RequestError(DetenteError):
    """A request that does not fit the case: an unknown name, a value out of range, an unreadable option."""


class StudyError(DetenteError):
    """A study that cannot be kept, found or read: its library, its file, the connection, or who solves it."""


class DiskError(StudyError):
    """A disk that takes no more: says which folder, what is kept, and how to go on."""


class StoppedError(DetenteError):
    """Work that was stopped, by whoever had begun it, before there was anything to tell."""

    def __init__(self, message: str = "stopped before anything was finished") -> None:
        super().__init__(message)
