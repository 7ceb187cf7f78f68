"""The check of a case's text while it is typed."""

from __future__ import annotations

from typing import Any

from detente.errors import CaseError
from detente.web.answered.served import Asked, told_problems


def check(asked: Asked) -> dict[str, Any]:
    """Every problem and every oddity of a text, and the size of its game where it has none."""
    from detente.case.read import read_text
    from detente.game.checked.checks import check_crisis

    name = asked.name.removesuffix(".yaml").removesuffix(".yml")
    try:
        found = check_crisis(read_text(asked.text, f"{name}.yaml"))
    except CaseError as error:
        return {"problems": told_problems(error.problems), "size": None}
    size = None
    if found.compiled is not None and not found.problems:
        game = found.compiled.game
        size = {"nodes": game.nodes, "information_sets": game.infosets}
    return {"problems": told_problems((*found.problems, *found.warnings)), "size": size}
