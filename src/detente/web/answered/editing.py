"""A case as forms: what stands at a place, what may be added there, and edits that keep all the rest as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.case.editing.completing import completion
from detente.case.editing.file import CaseFile
from detente.case.editing.records import standing
from detente.case.form.register import Path
from detente.case.written_back.write import flow_text
from detente.case.yaml.nodes import plain
from detente.case.yaml.tree import parse_tree
from detente.errors import CaseError, RequestError
from detente.web.answered.served import Asked

Told = dict[str, Any]

_SHORT = 90
"""Characters of the summary of an entry that has entries of its own."""

_LONG = 400
"""Entries of one form; a longer list is edited in the text."""


def complete(asked: Asked) -> Told:
    """Everything that may stand at the cursor. body: line and column, from 1."""
    found = completion(asked.text, int(asked.body["line"]), int(asked.body["column"]))
    offers = [{"text": each.text, "kind": each.kind, "about": each.about} for each in found.offers]
    return {"start": found.start, "end": found.end, "offers": offers}


def form(asked: Asked) -> Told:
    """The form at a place of the text. body: `path`, or `line` and `column`, from 1. Raises CaseError."""
    file = CaseFile(asked.text, asked.name)
    path = tuple(asked.body["path"]) if asked.body.get("path") is not None else None
    if path is None:
        path = file.path_at(int(asked.body["line"]), int(asked.body["column"]))
    return form_at(file, path)


def edit(asked: Asked) -> Told:
    """An edit of one entry. body: `operation`, `path`, and what it needs. Raises CaseError and RequestError.

    `put` takes `value`, as it would be written in the text; `rename` and `add` take `name`; `move` takes `position`.
    The answer has the whole text after it, and the form at the same entry.
    """
    file, body = CaseFile(asked.text, asked.name), asked.body
    path: Path = tuple(body["path"])
    match body["operation"]:
        case "put":
            file.put(path, written(str(body["value"])))
        case "add":
            there = file.get(path)
            step = len(there) if isinstance(there, list) else str(body["name"])
            file.add((*path, step), written(str(body["value"])))
        case "remove":
            file.remove(path)
            path = path[:-1]
        case "rename":
            file.rename(path, str(body["name"]))
            path = (*path[:-1], str(body["name"])) if isinstance(path[-1], str) else path
        case "move":
            file.move(path, int(body["position"]))
            path = path[:-1]
        case other:
            raise RequestError(f"there is no edit `{other}`")
    return {"text": file.text, "form": form_at(file, path)}


def written(text: str) -> Any:
    """A value from how it is written in a field: as in the text of a case, and a plain text where it is none."""
    try:
        return plain(parse_tree(f"x: {text.strip()}\n", "field").root)["x"]
    except CaseError:
        return text


def form_at(file: CaseFile, path: Path) -> Told:
    """The entry at a path, or the one around it where that is a single value."""
    value = file.get(path)
    focus: str | int | None = None
    if path and not _inner(value):
        path, focus = path[:-1], path[-1]
        value = file.get(path)
    slot = standing(path)
    keys = slot.keys if isinstance(value, dict) else {}
    place = file.place_of(path) if path else None
    around = file.get(path[:-1]) if path else None
    return {
        "path": list(path),
        "focus": focus,
        "crumbs": [{"path": list(path[:k]), "label": _label(file, path[:k])} for k in range(len(path) + 1)],
        "about": slot.key.about if slot.key else "",
        "kind": "list" if isinstance(value, list) else "mapping",
        "entries": list(_entries(file, path, value)),
        "addable": [
            {"name": name, "about": key.about, "required": key.required}
            for name, key in keys.items()
            if name not in value
        ],
        "free": not keys,
        "line": place[0][0] if place else 1,
        "position": path[-1] if path and isinstance(path[-1], int) else None,
        "neighbours": len(around) if isinstance(around, list) else None,
        "renamable": len(path) > 1 and not standing(path[:-1]).keys and isinstance(path[-1], str),
    }


def _entries(file: CaseFile, path: Path, value: Any) -> Iterator[Told]:
    known = standing(path).keys
    listed = enumerate(value) if isinstance(value, list) else (value or {}).items()
    for step, inner in list(listed)[:_LONG]:
        here = (*path, step)
        key = known.get(str(step))
        place = file.place_of(here)
        deeper = _inner(inner)
        yield {
            "step": step,
            "path": list(here),
            "label": _label(file, here),
            "about": key.about if key else "",
            "words": list(key.words) if key else [],
            "deeper": deeper,
            "text": _summary(inner) if deeper else _field(inner),
            "line": place[0][0] if place else None,
        }


def _inner(value: Any) -> bool:
    """True where an entry has entries of its own that a single field would not hold."""
    if isinstance(value, dict):
        return True
    return isinstance(value, list) and any(isinstance(each, dict | list) for each in value)


def _field(value: Any) -> str:
    """A value as it stands in a field: a text as it is, anything else as it would be written."""
    if isinstance(value, str):
        # A text that would be read as something else is written with its quotes.
        return value if written(value) == value else flow_text(value)
    return "" if value is None else flow_text(value)


def _summary(value: Any) -> str:
    text = flow_text(value)
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def _label(file: CaseFile, path: Path) -> str:
    """A name for an entry: its key, or for one of a list the name that it says it has."""
    if not path:
        return "the case"
    if isinstance(path[-1], str):
        return path[-1]
    value = file.get(path)
    for key in ("id", "name", "stage", "together", "repeat", "actor", "outcome", "source", "if"):
        if isinstance(value, dict) and isinstance(value.get(key), str):
            return f"{path[-1] + 1}. {value[key]}"
    return f"{path[-1] + 1}."
