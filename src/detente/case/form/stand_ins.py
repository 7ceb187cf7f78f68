"""Stand-ins for what is wrong in a document's form, so that the rest can still be read and all problems told at once.

An entry with a stand-in in it is muted: nothing more is said about it, nor about names that it may have declared.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from detente.case.form.complaints import path_of
from detente.case.form.ledger import Ledger, Path

_MISSING: dict[str, Any] = {
    "probability": 0,
    "from": 0,
    "to": 1,
    "step": 1,
    "steps": 2,
    "when": True,
    "stages": [],
    "together": [],
    "show": [],
    "repeat": 1,
}
_WRONG: dict[str, Any] = {"model_type": {}, "model_attributes_type": {}, "dict_type": {}, "list_type": []}


def mend(written: dict[str, Any], error: ValidationError, ledger: Ledger) -> dict[str, Any] | None:
    """The document with stand-ins where its form is wrong, those entries muted; None where too much is missing."""
    mended = deepcopy(written)
    muted: list[Path] = []
    for details in error.errors(include_url=False):
        path = path_of(details)
        if len(path) < 2:
            return None
        holder = _holder(mended, path)
        if holder is None:
            return None
        key: Any = path[-1]
        if details["type"] == "extra_forbidden" or details["input"] is None:
            holder.pop(key)
        elif details["type"] == "missing":
            holder[key] = _MISSING.get(str(key), "")
        else:
            holder[key] = _WRONG.get(details["type"], _other(details["input"]))
        muted.append(_entry(path))
    ledger.muted = tuple(muted)
    return mended


def _other(found: Any) -> Any:
    """Something of another kind than what was found, in the hope that it fits."""
    return "" if isinstance(found, int | float) else 0


def _holder(written: Any, path: Path) -> Any:
    for step in path[:-1]:
        try:
            written = written[step]
        except (KeyError, IndexError, TypeError):
            return None
    return written if isinstance(written, dict | list) else None


def _entry(path: Path) -> Path:
    """The path of the entry (a quantity, a stage, …) that a path lies in."""
    end = 2
    while len(path) > end + 1 and path[end] in ("stages", "together"):
        end += 2
    return path[:end]
