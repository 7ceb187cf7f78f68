"""The record of the catalogue's crises: what each said at each date, and how that scores, as computed.

    python -m detente.study.scored.catalogued [NAME…]

computes it anew (all of them, or those named) and writes `catalogue/record.json`. A case that was changed since is told
as such by `detente catalogue`, and a test holds that none was.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from detente.case.catalogue import catalogue
from detente.case.catalogue_record import RECORD, read_record
from detente.crisis.model import Crisis
from detente.files import write_atomically
from detente.study.cases import game_of, load
from detente.study.forecast.categories import categories_of, headline
from detente.study.scored.score import score
from detente.study.scored.scores import SCORES, Scores
from detente.version import __version__

RECORD_DRAWS = 200
"""Draws of every case in the record, as `detente score` makes them unless told otherwise."""


def entry_of(case: Crisis, scores: Scores) -> dict[str, Any]:
    """One crisis of the record: its size and dates, what it said at each date, its scores and their sensitivity."""
    (scored,) = scores.cases
    axis = headline(case)
    system = next(each for each in categories_of(case) if each.axis == axis)
    means = scores.by_case()
    own = means.loc[means["axis"] == axis].set_index("forecaster")
    changed = scores.sensitivity()
    variants = changed.loc[changed["axis"] == axis].set_index("variant") if len(changed) else None
    return {
        "digest": case.digest,
        "nodes": game_of(case).game.nodes,
        "began": _day(next((each.on for each in scored.forecasts if each.on), None)),
        "ended": _day(scored.ended_on),
        "ending": scored.ended,
        "axis": axis,
        "groups": list(system.names),
        "came": [bool(each) for each in scored.axes[axis][1]],
        "path": [
            {
                "on": _day(each.on),
                "event": each.events[-1] if each.events else "",
                "chances": [round(float(chance), 6) for chance in system.forecast(each)],
                "errors": [_number(system.error(each, place)) for place in range(system.count)],
            }
            for each in scored.forecasts
        ],
        "scores": {name: {score: _number(own.loc[name, score]) for score in ("dates", *SCORES)} for name in own.index},
        "sensitivity": {}
        if variants is None
        else {name: _number(variants.loc[name, "log"]) for name in variants.index},
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _number(value: Any) -> float | None:
    return None if value != value else round(float(value), 6)


def main(names: Sequence[str]) -> None:
    """Compute the record of the crises named, or of all that have ended, and write it."""
    record = dict(read_record()) if RECORD.is_file() else {}
    known = {each.name for each in catalogue()}
    nodes = {name: count for name, count in record.get("nodes", {}).items() if name in known}
    found: dict[str, Any] = {name: told for name, told in record.get("crises", {}).items() if name in known}
    for each in catalogue():
        case = load(each.path)
        nodes[each.name] = game_of(case).game.nodes
        if isinstance(case, Crisis) and case.ended is not None and (not names or each.name in names):
            found[each.name] = entry_of(case, score(case, draws=RECORD_DRAWS, sensitivity=True))
    told = {"draws": RECORD_DRAWS, "seed": 0, "version": __version__}
    told |= {"nodes": dict(sorted(nodes.items())), "crises": dict(sorted(found.items()))}
    text = json.dumps({**record, **told}, indent=1, ensure_ascii=False) + "\n"
    write_atomically(RECORD, text.encode())


if __name__ == "__main__":
    main(sys.argv[1:])
