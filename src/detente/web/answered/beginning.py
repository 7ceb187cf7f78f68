"""A new case: from a kind of crisis, or from an analyst's first answers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from detente.web.answered.served import Asked

_LONGEST = 60


def kinds(asked: Asked) -> dict[str, Any]:
    """Kinds of crisis that a case can be begun from."""
    from detente.case.beginnings.kinds import kinds as known

    return {"kinds": [{"name": each.name, "title": each.title} for each in known()]}


def begin(asked: Asked) -> dict[str, Any]:
    """Write a new case into the folder. body: `folder`; `kind`, or `answers`. Raises RequestError."""
    from detente.case.beginnings.asked import answers_of, case_from_answers
    from detente.case.beginnings.kinds import Beginning, beginning, free_name
    from detente.case.beginnings.kinds import begin as write

    if asked.body.get("kind"):
        chosen = beginning(str(asked.body["kind"]))
        stem = chosen.name
    else:
        answers = answers_of(asked.body["answers"])
        chosen = Beginning("", answers.title, case_from_answers(answers))
        stem = re.sub(r"[^a-z0-9]+", "-", answers.title.lower())[:_LONGEST].strip("-") or "case"
    file = Path(str(asked.body["folder"]), f"{stem}.yaml")
    written = write(free_name(file) if file.exists() else file, chosen)
    return {"name": written[0].name}
