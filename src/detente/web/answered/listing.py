"""The studies of the user's library, as a page lists them."""

from __future__ import annotations

from typing import Any

from detente.web.answered.served import Asked


def studies(asked: Asked) -> dict[str, Any]:
    """Studies of the library, the last begun first. body: `most`, the number of them."""
    from detente.study.kept.library import Library

    most = int(asked.body.get("most", 50))
    with Library() as library:
        found = [
            {
                "id": each.id,
                "title": each.title,
                "name": each.name,
                "solutions": each.solutions,
                "kept": each.kept,
                "started": each.started,
                "finished": each.finished,
                "settings": dict(each.settings),
            }
            for each in library.records()[:most]
        ]
        return {"library": library.address, "studies": found}
