"""Faults made small: parts are dropped while what is wrong stays wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

MOST = 150
"""Tries at the most, for each may take a second."""


def smaller_text(text: str, wrong: Callable[[str], bool]) -> str:
    """The text with pieces left out, halves first, as long as `wrong` holds."""
    tries, size = 0, max(1, len(text) // 2)
    while size and tries < MOST:
        at = 0
        while at < len(text) and tries < MOST:
            tries += 1
            candidate = text[:at] + text[at + size :]
            if wrong(candidate):
                text = candidate
            else:
                at += size
        size //= 2
    return text


def smaller_case(document: dict[str, Any], wrong: Callable[[str], bool]) -> str:
    """A case's text with entries left out as long as `wrong` holds of it."""
    tries, shrunk = 0, True
    while shrunk and tries < MOST:
        shrunk = False
        for path in sorted(paths(document), key=len):
            tries += 1
            candidate = without(document, path)
            if wrong(json.dumps(candidate, ensure_ascii=False, indent=1)):
                document, shrunk = candidate, True
                break
            if tries >= MOST:
                break
    return json.dumps(document, ensure_ascii=False, indent=1)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    found = []
    for key in keys:
        found += [(*here, key), *paths(value[key], (*here, key))]
    return found


def without(document: Any, path: tuple[Any, ...]) -> Any:
    copy = json.loads(json.dumps(document))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return copy
