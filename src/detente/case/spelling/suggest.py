"""Remedies: the name that was probably meant, or the names there are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from detente.case.spelling.letters import unlike


class Suggestion(str):
    """A sentence that offers one of the names that could stand in a place.

    names: all that could; nouns: the word for them; calls: functions that could stand there as well.
    """

    __slots__ = ("calls", "names", "nouns")
    names: tuple[str, ...]
    nouns: str
    calls: tuple[str, ...]

    def __new__(cls, sentence: str, names: Iterable[str], nouns: str) -> Suggestion:
        """The sentence, with the names and the noun for them."""
        made = super().__new__(cls, sentence)
        made.names, made.nouns, made.calls = tuple(names), nouns, ()
        return made


def did_you_mean(word: str, known: Iterable[str], nouns: str = "names") -> Suggestion:
    """A sentence that offers the closest of the known names, or lists them; says where one only looks the same."""
    names = list(dict.fromkeys(known))
    return Suggestion(_sentence(word, names, nouns), names, nouns)


def _sentence(word: str, names: list[str], nouns: str) -> str:
    if not names:
        return f"there are no {nouns} here"
    for name in names:
        if difference := unlike(word, name):
            return f"it looks like `{name}` and is not the same: {difference}"
    folded = {name.casefold(): name for name in reversed(names)}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=0.54)
    if close:
        return f"did you mean `{folded[close[0]]}`?"
    return f"the {nouns} here: {listed(names)}"


def listed(names: Iterable[str], most: int = 8) -> str:
    """Names in quotes, at most so many of them."""
    every = list(names)
    shown = ", ".join(f"`{name}`" for name in every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown
