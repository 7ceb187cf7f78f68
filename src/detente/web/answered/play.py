"""Answers to the page on which a seat is played: nothing that the seat could not know leaves here before the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detente.web.answered.served import Asked

if TYPE_CHECKING:
    from detente.analysis.playing.playing import Playing

Told = dict[str, Any]


def seats(asked: Asked) -> Told:
    """The actors of a case, for whoever chooses a seat."""
    from detente.case.read import read_text

    crisis = read_text(asked.text, f"{asked.name.removesuffix('.yaml').removesuffix('.yml')}.yaml")
    decides = {stage.by for stage in crisis.stages()}
    return {"title": crisis.title, "seats": [{"id": each.id, "name": each.label} for each in crisis.actors
                                             if each.id in decides]}  # fmt: skip


def look(asked: Asked) -> Told:
    """The moment of a game as a seat sees it. body: `seats`, `seed`, `moves`, `seat`, `advice`."""
    return _told(_playing(asked), asked)


def move(asked: Asked) -> Told:
    """The moment after a move of the seat, if it is open to it. body: as for `look`, and `move`."""
    return _told(_playing(asked).make(str(asked.body["move"]), str(asked.body["seat"])), asked)


def _playing(asked: Asked) -> Playing:
    body = asked.body
    return asked.session().settle().play(*body["seats"], seed=int(body["seed"]), moves=body["moves"])


def _told(playing: Playing, asked: Asked) -> Told:
    from detente.report.naming import Names
    from detente.report.playing import words

    seat, names = str(asked.body["seat"]), Names(playing.solved.crisis)
    view = playing.view(seat)
    advice = playing.advice(seat) if view.moves and asked.body.get("advice") else None
    beliefs = words.belief_lines(advice.belief, names) if advice is not None else []
    return {
        "title": playing.solved.crisis.title,
        "seat": names.actor(seat),
        "private": words.private_words(view, names),
        "seen": [words.seen_words(each, names) for each in view.seen],
        "now": words.decision_words(view, names),
        "moves": [
            {"move": each.move, "name": each.name, "played": each.played, "worth": each.worth}
            for each in words.open_moves(view, names, advice)
        ],
        "beliefs": beliefs,
        "over": view.over,
        "waits": not view.over and not view.moves,
        "hindsight": [
            {"title": title, "lines": lines}
            for title, lines in (words.hindsight_lines(playing.hindsight(seat), names) if view.over else ())
        ],
    }
