"""A gazetteer written for an analyst to edit: the entries of a text's own actors, and persons whom nothing places."""

from __future__ import annotations

import json
from collections.abc import Sequence

from detente.reading.actors.gazetteer import Gazetteer, KnownActor, Naming
from detente.reading.actors.linking import ActorList

_KEYS = (
    ("also", Naming.NAME),
    ("people", Naming.PEOPLE),
    ("capital", Naming.CAPITAL),
    ("bodies", Naming.BODY),
    ("leaders", Naming.LEADER),
)


def gazetteer_text(lists: Sequence[ActorList], known: Gazetteer) -> str:
    """YAML with one entry for each actor of the texts; persons whom nothing places stand in comments to be moved."""
    codes = dict.fromkeys(code for each in lists for code in each.by_actor())
    lines = [
        "# Actors of the texts, and the words that name them. Add a person to the `leaders` of an actor.",
        "actors:",
    ]
    lines += [f"  {code}: {_entry(known.actors[code])}" for code in codes]
    unplaced = dict.fromkeys(name for each in lists for name in each.unplaced())
    lines += [f"# placed with no actor: {_quoted(name)}" for name in unplaced]
    return "\n".join(lines) + "\n"


def _entry(actor: KnownActor) -> str:
    parts = [f"name: {_quoted(actor.name)}"]
    for key, naming in _KEYS:
        words = [each for each in actor.of(naming) if each != actor.name or naming is not Naming.NAME]
        if words:
            parts.append(f"{key}: [{', '.join(map(_quoted, words))}]")
    if actor.kind:
        parts.append(f"kind: {_quoted(actor.kind)}")
    return "{" + ", ".join(parts) + "}"


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
