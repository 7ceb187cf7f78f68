"""Forms: what a case says as nested mappings, and the parts in which two of them differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]
Form = dict[str, Any]
"""Nested mappings by name; leaves are `Said`."""


@dataclass(frozen=True)
class Said:
    """Something that a case says in one place: plain values of the case language."""

    value: Any


def differing(before: Form, after: Form, above: Path = ()) -> Iterator[Path]:
    """Paths of the smallest parts that differ; a part that one version lacks altogether is one of them."""
    for key in merged(before, after):
        path = (*above, key)
        if key not in before or key not in after:
            yield path
        elif isinstance(before[key], dict) and isinstance(after[key], dict):
            yield from differing(before[key], after[key], path)
        elif before[key] != after[key]:
            yield path


def merged(before: Iterable[str], after: Iterable[str]) -> list[str]:
    """All keys: those of `after` in their order, each other one behind the key that it followed in `before`."""
    keys, previous = list(after), ""
    for key in before:
        if key not in keys:
            keys.insert(keys.index(previous) + 1 if previous in keys else 0, key)
        previous = key
    return keys


def at(form: Form, path: Path) -> Any:
    """The part of a form at a path: a `Said`, a mapping of them, or None if the form has nothing there."""
    found: Any = form
    for key in path:
        if not isinstance(found, dict) or key not in found:
            return None
        found = found[key]
    return found


def plain(part: Any) -> Any:
    """A part of a form as plain values."""
    if isinstance(part, Said):
        return part.value
    return {key: plain(each) for key, each in part.items()} if isinstance(part, dict) else part


def reordered(before: Any, after: Any, above: Path = ()) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Parts that list what both have in another order, with the names in either order.

    Entries of a list go by their `id`; a list of anything else is a leaf.
    """
    was, is_ = _named(before), _named(after)
    names = [each for each in was if each in is_], [each for each in is_ if each in was]
    if names[0] != names[1]:
        yield above, *names
    for name in names[1]:
        yield from reordered(was[name], is_[name], (*above, name))


def _named(part: Any) -> Mapping[str, Any]:
    if isinstance(part, list):
        return {each["id"]: each for each in part if isinstance(each, dict) and "id" in each}
    return part if isinstance(part, dict) else {}
