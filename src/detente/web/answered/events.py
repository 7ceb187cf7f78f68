"""Answers to the page of events: what may have been seen, and what follows from what was."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from detente.web.answered.served import Asked

if TYPE_CHECKING:
    from detente.crisis.inquiry import Observation
    from detente.crisis.model import Crisis
    from detente.crisis.play import Stage
    from detente.report.naming import Names
    from detente.study.along import BeliefsAlong, EndingsAlong
    from detente.study.asked.answers import SolvedGame

Told = dict[str, Any]

_LEAST_BITS = 1e-6
"""Bits below which a stage tells nothing: what rounding leaves."""


def sights(asked: Asked) -> Told:
    """Everything that can be seen in a case, stage by stage in the order of play, and the case's own events."""
    from detente.game.paths import story_of

    solved = asked.session().settle()
    crisis = solved.solved.crisis
    names = {actor.id: actor.label for actor in crisis.actors}
    steps = [step for step in story_of(solved.solved.game).steps if step.stage]
    return {
        "stages": [
            {
                "id": _where(step.stage, step.round),
                "name": crisis.stage(step.stage).label + (f", round {step.round}" if step.round else ""),
                "actor": names.get(crisis.stage(step.stage).by, ""),
                "sights": _sights(crisis.stage(step.stage), _where(step.stage, step.round)),
            }
            for step in steps
        ],
        "timeline": [_spelled(event, crisis) for event in crisis.timeline],
        "observers": {"analyst": "an outside reader"} | names,
    }


def follow(asked: Asked) -> Told:
    """Consequences of events: endings, beliefs with the weight of each event, what to watch next.

    body: `events` in the order in which they were seen, and `observer`.
    """
    from detente.report.naming import Names

    solved = asked.session().settle()
    crisis, events = solved.solved.crisis, [str(each) for each in asked.body["events"]]
    names = Names(crisis)
    along, beliefs = solved.after(events), solved.beliefs(events)
    possible = math.isfinite(float(along.log_chance[0, -1]))
    return {
        "events": list(along.events),
        "chance": [float(math.exp(each)) for each in along.log_chance[0]],
        "possible": possible,
        "endings": _endings(along, names),
        "beliefs": list(_beliefs(beliefs, str(asked.body.get("observer") or "analyst"), names)),
        "watch": _watch(solved, events, names) if possible else [],
        "says": solved.how_solved.sentence,
    }


def _where(stage: str, round: int) -> str:
    return f"{stage}, round {round}" if round else stage


def _sights(stage: Stage, where: str) -> list[Told]:
    """The moves of a stage and, where moves look alike to others, the looks."""
    found = [{"event": f"{where}: move {move.id}", "name": move.label} for move in stage.moves]
    if not stage.seen_as:
        return [{**each, "event": each["event"].replace(": move ", ": ", 1)} for each in found]
    looks = dict.fromkeys(stage.shown(number) for number in range(len(stage.moves)))
    return [*found, *({"event": f"{where}: seen {look}", "name": f"what looks like “{look}”"} for look in looks)]


def _spelled(event: Observation, crisis: Crisis) -> str:
    stage, where = crisis.stage(event.stage), _where(event.stage, event.round)
    if event.seen:
        return f"{where}: seen {event.seen}"
    return f"{where}: {'move ' if stage.seen_as else ''}{stage.moves[event.move].id}"


def _endings(along: EndingsAlong, names: Names) -> list[Told]:
    return [
        {"name": names.outcome(name), "path": [_known(float(each)) for each in along.mean(name)]}
        for name in along.outcomes
    ]


def _beliefs(beliefs: BeliefsAlong, observer: str, names: Names) -> list[Told]:
    """Beliefs of an observer of readings and private values after each event, and what each event did to the odds."""
    from detente.report.words import Estimate, factor

    found: list[Told] = []
    for path in beliefs:
        if path.observer != observer:
            continue
        ratios = [float(each) for each in path.log_ratio[0]]
        subject = path.subject
        found.append(
            {
                "name": subject.name if subject.value else names.reading(subject.id),
                "path": [_known(float(each)) for each in path.posterior[0]],
                "weights": [
                    "" if math.isnan(each) else factor(Estimate(each)).removesuffix(" (no interval)") for each in ratios
                ],
                "reading": not subject.value,
            }
        )
    return found


def _watch(solved: SolvedGame, events: list[str], names: Names) -> list[Told]:
    from detente.report.words import number, percent

    found: list[Told] = []
    for each in solved.watch(events):
        where = _where(each.stage, each.round)
        if not found or found[-1]["stage"] != where:
            found.append(
                {
                    "stage": where,
                    "name": names.stage(each.stage) + (f", round {each.round}" if each.round else ""),
                    "actor": names.actor(each.actor) if each.actor != "nature" else "",
                    "bits": number(each.bits if each.bits >= _LEAST_BITS else 0.0, 2),
                    "sights": [],
                }
            )
        found[-1]["sights"].append(
            {
                "name": names.move(each.stage, each.look),
                "chance": percent(each.chance),
                "after": [
                    {"name": names.reading(key), "now": percent(each.now[key]), "then": percent(value)}
                    for key, value in each.after.items()
                ],
            }
        )
    return found


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
