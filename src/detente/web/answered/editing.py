"""The forms beside a case's text, edits made in them, and what may stand at the cursor."""

from __future__ import annotations

from typing import Any

from detente.case.editing.completing import completion
from detente.case.editing.file import CaseFile
from detente.case.editing.forms import blank, form_of, label_of, outline_of_forms, value_of
from detente.case.editing.reading import reading_of
from detente.errors import CaseError, RequestError
from detente.web.answered.served import Asked

_SECTION_AND_ENTRY = 2


def form(asked: Asked) -> dict[str, Any]:
    """The sections with their entries, and the entry at a path or at a line and column as a form.

    `read`: false where the text is no YAML, so that the forms stay as they were.
    """
    read = reading_of(asked.text, asked.name)
    if read.document is None:
        return {"read": False}
    path = tuple(asked.body.get("path") or ())
    cursor: list[Any] = []
    if asked.body.get("path") is None:
        file = CaseFile(asked.text, asked.name)
        cursor = list(file.path_at(int(asked.body["line"]), int(asked.body.get("column") or 1)))
        path = tuple(cursor[:_SECTION_AND_ENTRY])
    found = form_of(read, path)
    if found is None and len(path) > 1:
        path = path[:1]
        found = form_of(read, path)
    whole = found is not None and (len(path) > 1 or found["kind"] == "value" or bool(found["more"]))
    label = label_of(read.document, path) if path and found is not None else ""
    return {
        "read": True,
        "sections": outline_of_forms(read),
        "path": list(path),
        "cursor": cursor,
        "label": label,
        "form": found if whole else None,
    }


def edit(asked: Asked) -> dict[str, Any]:
    """The text after one edit. Raises RequestError where the edit cannot be made, CaseError where nothing can be."""
    file, body = CaseFile(asked.text, asked.name), asked.body
    path = tuple(body["path"])
    match body["operation"]:
        case "put":
            file.put(path, value_of(str(body["value"]), path))
        case "add":
            file.add(path, blank(path, str(body["name"])))
        case "remove":
            file.remove(path)
        case "move":
            file.move(path, int(body["position"]))
        case "rename":
            try:
                file.rename(path, str(body["name"]))
            except CaseError as error:
                what = "a name is changed wherever it is mentioned, for which the case must have no problems"
                raise RequestError(f"{what}: {error.problems[0].what}") from None
        case other:
            raise RequestError(f"there is no edit `{other}`")
    return {"text": file.text}


def complete(asked: Asked) -> dict[str, Any]:
    """Everything that may stand at a line and column."""
    found = completion(asked.text, int(asked.body["line"]), int(asked.body["column"]))
    return {
        "start": list(found.start),
        "end": list(found.end),
        "offers": [{"text": each.text, "kind": each.kind, "about": each.about} for each in found.offers],
    }
