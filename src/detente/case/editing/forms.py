"""A case as forms: its sections and entries, and one entry with every field that it has and every one that it may have.

Forms know no key of the language; they follow from what is written and from the records of the document.
"""

from __future__ import annotations

from typing import Any, Union

from detente.case.editing.reading import CaseRead
from detente.case.editing.records import Slot, keys_of_record, standing, step_into
from detente.case.editing.spots import line_and_column, spot_of
from detente.case.form.register import Path
from detente.case.written_back.write import flow_text
from detente.case.yaml.composing import resolve_plain
from detente.case.yaml.nodes import Document, Listing, Mapping, Node, Scalar, node_at, plain
from detente.case.yaml.tree import parse_tree
from detente.errors import CaseError

_BLOCKS = ("repeat", "together")


def outline_of_forms(read: CaseRead) -> list[dict[str, Any]]:
    """Every section with its sentence and its entries: path, label and line (from 1); no line where none is written."""
    document = read.document
    assert document is not None
    root = standing(())
    found: list[dict[str, Any]] = []
    for name, key in root.keys.items():
        node = document.root.values.get(name)
        here = step_into(root, name)
        entries = [] if node is None else _entries(document, (name,), node)
        line = None if node is None else _line(document, (name,))
        kind = "list" if here.lists else "text" if here.plain and not here.records else "named"
        found.append({"key": name, "about": key.about, "line": line, "kind": kind, "entries": entries})
    return found


def _entries(document: Document, path: Path, node: Node) -> list[dict[str, Any]]:
    if isinstance(node, Mapping):
        steps: list[str | int] = list(node.keys)
        if standing(path).keys:
            return []
    elif isinstance(node, Listing):
        steps = list(range(len(node.items)))
    else:
        return []
    return [
        {"path": [*path, step], "label": label_of(document, (*path, step)), "line": _line(document, (*path, step))}
        for step in steps
    ]


def label_of(document: Document, path: Path) -> str:
    """Words for an entry: its name in front of a reader, else its id or its key."""
    node = node_at(document.root, path)
    said = plain(node) if isinstance(node, Mapping) else {}
    for key in ("name", "says", "title"):
        if isinstance(said.get(key), str):
            return str(said[key])
    if "id" in said or isinstance(path[-1], str):
        return str(said.get("id", path[-1]))
    for key in _BLOCKS:
        if key in said:
            return f"{key} {said[key]}" if not isinstance(said[key], list) else key
    shown = [str(said[key]) for key in ("date", "stage", "outcome", "source") if key in said]
    return ", ".join(shown) or (flow_text(said)[:40] if said else f"{path[-1]}")


def form_of(read: CaseRead, path: Path) -> dict[str, Any] | None:
    """An entry with its fields, as plain values; None where nothing is written there."""
    document = read.document
    assert document is not None
    node = node_at(document.root, path)
    if node is None or not path:
        return None
    declared = {each.path: each for each in read.register.declared.values()}
    return _field(document, path, node, standing(path), set(declared))


def _field(document: Document, path: Path, node: Node, here: Slot, declared: set[Path]) -> dict[str, Any]:
    spot = spot_of(document, path)
    assert spot is not None
    start = line_and_column(document.text, spot.start)
    field: dict[str, Any] = {
        "path": list(path),
        "label": str(path[-1]) if isinstance(path[-1], str) else label_of(document, path),
        "about": here.key.about if here.key else "",
        "required": bool(here.key and here.key.required),
        "named": path in declared,
        "line": start[0],
    }
    if isinstance(node, Scalar | Listing):
        field["at"] = list(line_and_column(document.text, node.start.at))
    if isinstance(node, Scalar):
        return {**field, "kind": "value", "value": _shown(node), "words": list(here.key.words) if here.key else []}
    if isinstance(node, Listing) and all(isinstance(item, Scalar) for item in node.items):
        return {**field, "kind": "value", "value": flow_text(plain(node)), "words": []}
    if isinstance(node, Listing):
        parts = [(n, item) for n, item in enumerate(node.items)]
        fields = [_field(document, (*path, n), item, step_into(here, n), declared) for n, item in parts]
        return {**field, "kind": "list", "fields": fields, "more": []}
    fields = [_field(document, (*path, key), each, step_into(here, key), declared) for key, each in node.values.items()]
    free = step_into(here, "\0").annotation is not None
    fitting = [each for each in here.records if node.keys.keys() <= keys_of_record(each).keys()]
    keys = Slot(Union[tuple(fitting)]).keys if fitting else {} if free else here.keys  # noqa: UP007
    more = [{"key": name, "about": key.about} for name, key in keys.items() if name not in node.keys]
    return {**field, "kind": "mapping", "fields": fields, "more": more, "free": free}


def _shown(node: Scalar) -> str:
    return "" if node.value is None else node.text


def blank(path: Path, name: str = "") -> Any:
    """The least that can be written at a path: what its record requires, with `name` for an id."""
    return _blank(standing(path), name)


def _blank(here: Slot, name: str) -> Any:
    if here.key is not None and here.key.words and here.key.required:
        return here.key.words[0]
    named = next((each for each in here.records if "id" in keys_of_record(each)), None)
    if here.numeric and named is None:
        return 0
    free = step_into(here, "\0").annotation is not None
    if named is None and not here.plain and here.records and not free:
        named = here.records[0]
    if named is not None:
        required = {key: each for key, each in keys_of_record(named).items() if each.required}
        return {key: name if key == "id" else _blank(Slot(each.annotation, each), "") for key, each in required.items()}
    return "" if here.plain else [] if here.lists else {}


def value_of(text: str, path: Path) -> Any:
    """The value that somebody means who types a text into the field at a path: a number, a list, or the text itself."""
    here = standing(path)
    if here.key is not None and not here.numeric and not here.lists:
        return text
    if text.lstrip()[:1] in ("[", "{"):
        try:
            return plain(parse_tree(f"x: {text}", "").root)["x"]
        except CaseError:
            return text
    try:
        value = resolve_plain(text.strip())
    except ValueError:
        return text
    return value if isinstance(value, int | float) or value is None else text


def _line(document: Document, path: Path) -> int | None:
    spot = spot_of(document, path)
    return None if spot is None else line_and_column(document.text, spot.start)[0]
