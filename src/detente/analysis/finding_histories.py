"""Histories found by words, and the way to one: what a reader types, and what stands before what is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.histories import HistoryTelling, View, find, view_of
from detente.analysis.solved import Solved
from detente.crisis.model import Crisis
from detente.crisis.play import NATURE
from detente.errors import RequestError
from detente.game.paths import story_of

MOST_FOUND = 20
"""Histories that a search tells when it is asked for no other number."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A history by its last move: who made it at which stage and round, its probability in all, and its address."""

    address: str
    actor: str
    stage: str
    round: int
    move: str
    in_all: float


def trail(solved: Solved, address: str, seen_by: str | None = None) -> tuple[Passed, ...]:
    """The histories on the way to an address, itself included and the start left out.

    seen_by: as for `histories`. Raises RequestError for what names nothing.
    """
    telling = HistoryTelling(solved, view_of(solved.game, solved.crisis, seen_by))
    history, _ = find(telling.view, solved, address)
    found: list[Passed] = []
    while history > 0:
        found.append(_passed(telling, history))
        history = int(telling.view.parent[history])
    return tuple(reversed(found))


def search(solved: Solved, words: str, seen_by: str | None = None, most: int = MOST_FOUND) -> tuple[Passed, ...]:
    """The histories that end with a move of which the words tell, the likeliest first.

    Every word occurs in the last move (in its name or its stage's, its identifiers, or its actor), or on the way
    there; at least one occurs in the last move itself. Upper and lower case are alike. Only histories of positive
    probability are told. Raises RequestError where there is no word.
    """
    wanted = list(dict.fromkeys(words.casefold().split()))
    if not wanted:
        raise RequestError("say what to look for, such as the name of a move")
    telling = HistoryTelling(solved, view_of(solved.game, solved.crisis, seen_by))
    view = telling.view
    texts = _texts(solved, view)
    fits, here = np.ones(view.count, bool), np.zeros(view.count, bool)
    for word in wanted:
        own = _own(view, [[word in text for text in each] for each in texts])
        here |= own
        fits &= _inherited(view, own)
    found = np.flatnonzero(fits & here & (telling.chance > 0.0))
    order = found[np.argsort(-telling.chance[found], kind="stable")][:most]
    return tuple(_passed(telling, int(history)) for history in order)


def _passed(telling: HistoryTelling, history: int) -> Passed:
    actor, stage, round, move, _ = telling.last(history)
    return Passed(telling.address(history), actor, stage, round, move, float(telling.chance[history]))


def _texts(solved: Solved, view: View) -> list[list[str]]:
    """By step and look, everything that a search may find it by."""
    crisis = solved.crisis
    names = {actor.id: actor.label for actor in crisis.actors} | {NATURE: "chance"}
    found: list[list[str]] = []
    for step, looks in zip(story_of(solved.game).steps, view.looks, strict=True):
        if not step.stage:
            found.append([])
            continue
        stage = crisis.stage(step.stage)
        before = f"{step.actor} {names[step.actor]} {stage.id} {stage.label}"
        found.append([f"{before} {_labels(crisis, step.stage, look)}".casefold() for look in looks])
    return found


def _labels(crisis: Crisis, stage: str, look: str) -> str:
    moves = (move for move in crisis.stage(stage).moves if move.id == look)
    return " ".join([look, *(move.label for move in moves)])


def _own(view: View, matches: list[list[bool]]) -> NDArray[np.bool_]:
    """[history]: True where its last move matches. matches: by step and look."""
    widest = max((len(each) for each in matches), default=0)
    table = np.zeros((len(matches) + 1, widest + 1), bool)
    for position, each in enumerate(matches):
        table[position, : len(each)] = each
    own = table[view.step, view.label]
    own[0] = False
    return own


def _inherited(view: View, own: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[history]: True where it or one before it is marked."""
    found = own.copy()
    for depth in range(1, int(view.depth.max(initial=0)) + 1):
        here = np.flatnonzero(view.depth == depth)
        found[here] |= found[view.parent[here]]
    return found
