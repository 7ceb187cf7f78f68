"""Answers to the page of the game: the picture of the ways play can go, one decision, and what moves the endings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from detente.web.answered.served import Asked

if TYPE_CHECKING:
    from detente.analysis.at_decision import AtDecision, MoveWorth, Situation
    from detente.analysis.finding_histories import Passed
    from detente.crisis.model import Crisis
    from detente.report.naming import Names
    from detente.study.asked.answers import SolvedGame

Told = dict[str, Any]

SITUATIONS_TOLD = 12
"""Information sets of one decision that the page tells; the others are counted."""


def game(asked: Asked) -> Told:
    """The picture from a history on, the way there, and how it was solved.

    body: `seen_by`, `root`, `width` and `height` in pixels.
    """
    from detente.report.charts.game_picture import GamePicture, least_for
    from detente.report.naming import Names

    solved, crisis, body = *_solved(asked), asked.body
    seen_by, root, height = body.get("seen_by"), body.get("root") or "", int(body["height"])
    tree = solved.histories(seen_by, root, least_for(height))
    picture = GamePicture(tree, crisis, int(body["width"]), height)
    names = Names(crisis)
    return {
        "specification": picture.specification,
        "trail": [_passed(each, names) for each in solved.trail(root, seen_by)],
        # Where chance moves first, the first decision on the likely course.
        "decision": tree.decision or next((each.decision for each in tree.walk() if each.decision), ""),
        "observers": {"": "the analyst, who sees every move", "everybody": "everybody alike"}
        | {actor.id: names.actor(actor.id) for actor in crisis.actors},
        "says": solved.how_solved.sentence,
        "warnings": list(solved.how_solved.warnings),
    }


def decision(asked: Asked) -> Told:
    """One decision: what its actor knows and believes, and what its moves are worth. body: `seen_by`, `address`."""
    from detente.report.naming import Names

    solved, crisis = _solved(asked)
    return _told_decision(solved.decision(str(asked.body["address"]), asked.body.get("seen_by")), Names(crisis))


def find_moves(asked: Asked) -> Told:
    """The histories that words find. body: `seen_by`, `words`."""
    from detente.report.naming import Names

    solved, crisis = _solved(asked)
    names = Names(crisis)
    found = solved.search(str(asked.body["words"]), asked.body.get("seen_by"))
    return {"found": [_passed(each, names) for each in found]}


def movers(asked: Asked) -> Told:
    """The change of each ending's chance that each quantity makes across its range, the largest first.

    It is that of a straight line, as far as a probability can go.
    """
    from detente.report.naming import Names
    from detente.study.plain import records

    session, crisis = asked.session(), _crisis(asked)
    names = Names(crisis)
    table = session.gradient(*[f"P({each.id})" for each in crisis.outcomes]).to_frame()
    rows: dict[str, Told] = {}
    for each in records(table):
        if each["kind"] not in ("quantity", "rationality", "preference"):
            continue
        if each["per_range"] is None:
            continue
        chance = float(each["value"])
        change = min(
            max(float(each["per_range"]), -chance), 1.0 - chance
        )  # a straight line leads beyond what a probability can be
        row = rows.setdefault(str(each["quantity"]), {"name": str(each["name"]), "changes": {}})
        row["changes"][str(each["of"])] = change
    ordered = sorted(rows.values(), key=_largest_change)
    endings = [{"of": f"P({each.id})", "name": names.outcome(each.id)} for each in crisis.outcomes]
    return {"endings": endings, "quantities": ordered}


def _largest_change(row: Told) -> float:
    return -max(map(abs, row["changes"].values()))


def _solved(asked: Asked) -> tuple[SolvedGame, Crisis]:
    return asked.session().settle(), _crisis(asked)


def _crisis(asked: Asked) -> Crisis:
    from detente.crisis.model import Crisis

    case = asked.session().case
    assert isinstance(case, Crisis)  # pages open cases, and no game files
    return case


def _passed(each: Passed, names: Names) -> Told:
    from detente.report.playing.words import seen_words
    from detente.report.words import percent

    return {"words": seen_words(each, names), "in_all": percent(each.in_all), "address": each.address}


def _told_decision(told: AtDecision, names: Names) -> Told:
    from detente.report.words import percent, sentence

    when = f", round {told.round}" if told.round else ""
    return {
        "address": told.address,
        "title": f"{names.actor(told.actor)}, {names.stage(told.stage)}{when}",
        "actor": told.actor,
        "in_all": sentence(f"{percent(told.in_all)} of the time it comes to this decision here."),
        "situations": [_situation(each, told.stage, names) for each in told.situations[:SITUATIONS_TOLD]],
        "more": max(len(told.situations) - SITUATIONS_TOLD, 0),
    }


def _situation(each: Situation, stage: str, names: Names) -> Told:
    from detente.report.playing.words import belief_rows, known_words
    from detente.report.words import percent

    return {
        "private": known_words(each.private, names),
        "knows": known_words(each.knows, names),
        "share": "" if math.isnan(each.share) else percent(each.share),
        "beliefs": _beliefs(belief_rows(each.belief, names)),
        "moves": [_move(move, stage, names) for move in each.moves],
    }


def _move(move: MoveWorth, stage: str, names: Names) -> Told:
    from detente.report.words import number, percent

    return {
        "name": names.move(stage, move.move),
        "probability": move.probability,
        "chance": percent(move.probability),
        "worth": number(move.worth),
        "loss": number(move.loss),
        "best": move.loss == 0.0,
    }


def _beliefs(rows: list[tuple[str, list[tuple[str, float]]]]) -> list[Mapping[str, Any]]:
    from detente.report.words import percent

    return [
        {"what": what, "values": [{"name": name, "p": p, "chance": percent(p)} for name, p in values]}
        for what, values in rows
    ]
