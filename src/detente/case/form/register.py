"""Register of names: where each name of a case is declared, and every place that mentions it.

The readers fill the register as they look names up, so that whoever reads a new key by way of them has it in the
register: renaming and completion need no list of keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

Path = tuple[str | int, ...]
Name = tuple[str, ...]
"""The space in which a name is looked up, then the names that lead to it: ("variables", "us", "aim", "deal") is a value
of a private variable, ("variables", "letter", "offer") a move, ("events", "war") an outcome.
"""
VARIABLES, EVENT_NAMES, LABELS = "variables", "events", "labels"
"""Spaces: quantities, actors, state and stages; outcomes and readings; looks of moves. Other sections are their own."""


class MentionedAt(NamedTuple):
    """A place that mentions a name: `at` characters into the text at a path, or into the path's key."""

    name: Name
    path: Path
    at: int = 0
    key: bool = False
    formula: bool = False
    """True where the name stands in a formula or a ranking, which put some names in quotes."""


class Register:
    """Names declared in a case, each with its noun, and the places that mention them."""

    def __init__(self) -> None:
        self.declared: dict[Name, MentionedAt] = {}
        self.nouns: dict[Name, str] = {}
        self.mentions: list[MentionedAt] = []

    def declare(self, name: Name, noun: str, path: Path, *, key: bool = True) -> None:
        """Enter a name where it is declared; a name that is declared twice counts where it is first."""
        self.declared.setdefault(name, MentionedAt(name, path, key=key))
        self.nouns.setdefault(name, noun)

    def mention(
        self, names: Iterable[Name], path: Path, *, at: int = 0, key: bool = False, formula: bool = False
    ) -> None:
        """Enter a place that mentions the first of some names that is declared, if any is."""
        for name in names:
            if name in self.declared:
                self.mentions.append(MentionedAt(name, path, at, key, formula))
                return

    def called(self, word: str, noun: str) -> list[Name]:
        """Names of sections that a word may mean, first those that the noun fits."""
        found = [name for name in self.declared if len(name) == 2 and name[1] == word]
        return sorted(found, key=lambda name: self.nouns[name] not in noun)
