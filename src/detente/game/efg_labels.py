"""Labels of a Gambit game file, as Gambit 17 wants them: tidy, and no two alike where they name something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def quoted(text: str) -> str:
    """A text in the double quotes of the file. A backslash at the end would escape the quote: a space follows it."""
    told = text.replace('"', '\\"')
    return f'"{told} "' if told.endswith("\\") else f'"{told}"'


def tidy(label: str) -> str:
    """The label with single spaces, none of them at its ends, no control characters and no backslash at the end."""
    words = "".join(letter if letter.isprintable() else " " for letter in label).split()
    return " ".join(words).rstrip("\\ ")


def told_apart(labels: Sequence[str], empty: str = "") -> tuple[str, ...]:
    """Names for things of one kind, no two of them alike.

    A label that no other thing has stays as it is. Of those that share one, the first keeps it and each further one
    gets its count in brackets; a thing without a label is called by its position, after the words of `empty`.
    """
    taken = {label for label in labels if label}
    seen = {""}
    last: dict[str, int] = {}
    names: list[str] = []
    for position, label in enumerate(labels, start=1):
        told = name = label or f"{empty} {position}".strip()
        if label in seen:
            number = last.get(name, 1)
            while told in taken:
                number += 1
                told = f"{name} ({number})"
            last[name] = number
        seen.add(label)
        taken.add(told)
        names.append(told)
    return tuple(names)


class Distinct:
    """Gives out labels no two of which are alike: a label that comes again is numbered."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._last: dict[str, int] = {}

    def name(self, label: str) -> str:
        """The tidy label, numbered where it was given out before."""
        label = tidy(label)
        name, count = label, self._last.get(label, 1)
        while name in self._used:
            count += 1
            name = f"{label} ({count})"
        self._last[label] = count
        self._used.add(name)
        return name


def distinct(labels: Iterable[str]) -> list[str]:
    """The labels, tidy and numbered where they would repeat or be empty."""
    names = Distinct()
    return [names.name(tidy(label) or str(position)) for position, label in enumerate(labels, start=1)]
