"""Answers to the live page: what can be moved, in which order, and what follows from the numbers as they stand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from detente.crisis.inquiry import ANALYST, READINGS
from detente.report.charts.drawing import NARROW, Canvas, specification
from detente.report.charts.live import live_beliefs, live_endings
from detente.report.words import day
from detente.study.plain import records
from detente.web.answered.served import Asked, Sessions

if TYPE_CHECKING:
    from detente.analysis.histories import History
    from detente.crisis.inquiry import Observation
    from detente.crisis.model import Crisis
    from detente.study.asked.answers import SolvedGame
    from detente.study.session import Session

Told = dict[str, Any]

_WIDE = Canvas(width=920, label=235, note=0, columns=1)
_PANEL = Canvas(width=450, label=210, note=0, columns=2)
"""Widths of the chart of the endings, and of one of a belief, of which several stand side by side."""


def desk(asked: Asked) -> Told:
    """The case for the page: its names, what can be moved, the charts, and the settled answer to it as written."""
    return asked.remembered("desk", lambda: _desk(asked))


def answer(asked: Asked) -> Told:
    """The answer at the settings of the question: continued from nearby numbers, or with `settle` from the start."""
    session = asked.session()
    solved = session.settle() if asked.body.get("settle") else session.solve()
    return told(solved, session)


def told(solved: SolvedGame, session: Session) -> Told:
    """A solution as the page shows it; every number is the solution's own."""
    settings = session.settings.plain()
    return {
        "settings": {name: settings.get(name) for name in ("rationality", "set", "scenario", "force", "forbid")},
        "endings": {name: float(values[0]) for name, values in solved.outcomes.items()},
        "after": _finite(solved.after().to_dict()),
        "beliefs": [
            {"observer": each["observer"], "subject": each["subject"], "name": each["name"], "value": each["value"],
             "belief": [_number(value) for value in each["belief"]]}
            for each in solved.beliefs().to_dict()
        ],
        "course": list(_course(solved)),
        "status": solved.status,
        "continued": solved.moved is None and "CONTINUED" in [each.name for each in solved.solved.solution.endings],
        "good": all(each.good for each in solved.solved.solution.endings),
        "settled": solved.settled,
        "moved": None if solved.moved is None else float(solved.moved[0]),
    }  # fmt: skip


def _desk(asked: Asked) -> Told:
    session = asked.session()
    crisis = asked.crisis()
    written = told(session.settle(), session)
    actors = {actor.id: actor.label for actor in crisis.actors}
    return {
        "title": crisis.title,
        "about": crisis.about,
        "actors": actors,
        "outcomes": [{"id": each.id, "name": each.label} for each in crisis.outcomes],
        "movers": _movers(session, crisis),
        "limit": crisis.rationality == "limit",
        "stages": [
            {
                "id": stage.id,
                "name": stage.label,
                "actor": actors.get(stage.by, ""),
                "moves": [{"id": move.id, "name": move.label} for move in stage.moves],
            }
            for stage in crisis.stages()
            if stage.by != "nature"
        ],
        "scenarios": [{"id": each.id, "name": each.name or each.id} for each in crisis.scenarios],
        **_pictures(crisis, written),
        "written": written,
    }  # fmt: skip


def _pictures(crisis: Crisis, written: Told) -> Told:
    """The events in words, the beliefs that are shown, and the charts in two widths."""
    names = {ANALYST: "an outside analyst", **{actor.id: actor.label for actor in crisis.actors}}
    labels = [each["event"] for each in written["after"][1:]]
    listed = zip(crisis.timeline, labels, strict=True)
    events = ["Before anything", *(_event(number, *each) for number, each in enumerate(listed, 1))]
    subjects = list(_subjects(crisis, written))
    endings = [(each.id, each.label) for each in crisis.outcomes]
    widths = {"wide": _WIDE, "narrow": NARROW}
    short = ["Before", *(_event(number, event, "") for number, event in enumerate(crisis.timeline, 1))]
    panels = {"wide": (events, _PANEL), "narrow": (short, NARROW)}
    drawn: dict[tuple[str, ...], dict[str, Any]] = {}
    for each in subjects:
        watching = tuple(names[observer] for observer in each["observers"])
        if watching not in drawn:
            drawn[watching] = {
                width: specification(live_beliefs(words, watching, canvas)) for width, (words, canvas) in panels.items()
            }
        each["chart"], each["watching"] = drawn[watching], watching
    return {
        "events": events,
        "chart": {width: specification(live_endings(endings, canvas)) for width, canvas in widths.items()},
        "subjects": subjects,
    }


def _event(number: int, event: Observation, words: str) -> str:
    """An event as a row of a chart: its number, its date, and who did what."""
    when = day(event.date, short=True)
    told = ": ".join(filter(None, [when, words]))
    return f"{number}. {told}" if told else f"Event {number}"


def _subjects(crisis: Crisis, written: Told) -> Iterator[Told]:
    """The beliefs that are shown: every reading and private value, but one of two that exclude each other."""
    found: dict[tuple[str, str], list[str]] = {}
    for each in written["beliefs"]:
        found.setdefault((each["subject"], each["value"]), []).append(each["observer"])
    groups: dict[str, list[tuple[str, str]]] = {}
    for subject, value in found:
        groups.setdefault(subject if value else READINGS, []).append((subject, value))
    names = {(each["subject"], each["value"]): each["name"] for each in written["beliefs"]}
    for members in groups.values():
        for key in members[-1:] if len(members) == 2 else members:
            yield {"subject": key[0], "value": key[1], "name": names[key], "observers": found[key]}


def _movers(session: Session, crisis: Crisis) -> list[Told]:
    """Everything that a slider moves, what moves an ending most first."""
    effects = _effects(session, crisis)

    def effect(mover: Told) -> float:
        return -mover["effect"]

    told = [
        {
            "id": each.id, "name": each.name, "unit": each.unit, "at": each.at, "low": each.low, "high": each.high,
            "median": each.median, "uncertain": each.values.size > 0, "effect": effects.get(each.id, 0.0),
        }
        for each in session.ranges()
    ]  # fmt: skip
    return sorted(told, key=effect)


def _effects(session: Session, crisis: Crisis) -> dict[str, float]:
    """By quantity, the most by which it moves the chance of an ending across its range, in a straight line."""
    table = session.gradient(*[f"P({each.id})" for each in crisis.outcomes]).to_frame()
    found: dict[str, float] = {}
    for row in records(table):
        if row["kind"] in ("quantity", "rationality") and row["per_range"] is not None:
            found[row["quantity"]] = max(found.get(row["quantity"], 0.0), abs(row["per_range"]))
    return found


def _course(solved: SolvedGame) -> Iterator[Told]:
    """The likeliest move at each point, from the start on, and the likeliest ending there."""
    crisis = solved.solved.crisis
    stages = {stage.id: stage for stage in crisis.stages()}
    history: History = solved.histories()
    while history.branches:
        history = history.branches[0]
        stage = stages[history.stage]
        moves = {move.id: move.label for move in stage.moves}
        actor = next((each.label for each in crisis.actors if each.id == stage.by), "")
        yield {
            "actor": actor,
            "stage": stage.label,
            "move": moves.get(history.move, history.move),
            "there": history.there,
            "in_all": history.in_all,
            "address": history.address,
        }
    if history.ends:
        ending = max(history.ends, key=lambda name: history.ends[name])
        yield {"ending": crisis.outcome(ending).label, "in_all": history.ends[ending]}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _finite(value: Any) -> Any:
    """Plain values with None where a number is none."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return _number(value) if isinstance(value, float) else value


def rehearse(case: str) -> None:
    """Do once, on a case of the catalogue, what the pages ask for, so that all of it is compiled and loaded."""
    from detente.case.catalogue import find

    path = find(case)
    asked = Asked(path.stem, path.read_text("utf-8"), "rehearsal", {}, _unheard, Sessions())
    known = desk(asked)
    first = known["movers"][0]
    moved = {"settings": {"set": {first["id"]: 0.5 * (first["low"] + first["high"])}}}
    for body in (moved, {**moved, "settle": True}):
        answer(replace(asked, body=body))


def _unheard(_: Told) -> None:
    """Says nothing: nobody waits for a rehearsal."""
