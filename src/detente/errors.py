"""Every exception of Détente, and the problem a user can act on: where, what, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file that somebody wrote; `line` and `column` count from 1, `text` is that line."""

    file: str
    line: int
    column: int
    text: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: where it stands, what was found, what would be right."""

    what: str
    remedy: str = ""
    where: Place | None = None

    def __str__(self) -> str:
        lines = [f"{self.where}: error: {self.what}" if self.where else f"error: {self.what}"]
        if self.where and self.where.text:
            shown = self.where.text.replace("\t", " ")
            lines += [f"    {shown}", "    " + " " * (self.where.column - 1) + "^"]
        if self.remedy:
            lines.append(f"    {self.remedy}")
        return "\n".join(lines)


class DetenteError(Exception):
    """Base of every error that Détente raises on purpose."""


class CaseError(DetenteError):
    """A case (or a game file) that cannot be used; carries all its problems, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        def position(problem: Problem) -> tuple[str, int, int]:
            where = problem.where
            return (where.file, where.line, where.column) if where else ("", 0, 0)

        self.problems: tuple[Problem, ...] = tuple(sorted(dict.fromkeys(problems), key=position))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RequestError(DetenteError):
    """A request that does not fit the case: an unknown name, a value out of range, an unreadable option."""


class StudyError(DetenteError):
    """A study that cannot be kept, found or read: its library, its file, the connection, or who solves it."""
