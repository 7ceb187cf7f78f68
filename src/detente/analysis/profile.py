"""The solved game told information set by information set: the mover, its knowledge, its beliefs and its behaviour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.knowledge import NOT_PLAYED, Known, known_at, known_of
from detente.analysis.solved import Solved
from detente.crisis.model import Crisis
from detente.game.arrays import Game
from detente.game.histories import history_words, set_numbers
from detente.game.kept import Same
from detente.game.paths import story_of
from detente.strategy.beliefs import beliefs_from_logs

_FEW = 20
"""A belief over more values than this is told by its mean position instead of value by value."""

_MOST_HISTORIES = 500
"""Beliefs about several things at once are told history by history up to this many."""


def profile(solved: Solved) -> Iterator[dict[str, Any]]:
    """One entry for every information set, in the order of play; probabilities are means over draws.

    For a case: actor, stage, round, private, knows, belief, moves, and histories where
    several things are unknown. For a game file: actor, information_set, label,
    moves, and belief (by history) where there is a doubt.
    """
    behaviour = solved.solution.behaviour.mean(axis=0)
    if solved.game.story is None:
        yield from _plain(solved, behaviour)
    else:
        yield from _told(solved, behaviour)


def _plain(solved: Solved, behaviour: NDArray[np.float64]) -> Iterator[dict[str, Any]]:
    game = solved.game
    numbers = set_numbers(game)
    weights = beliefs_from_logs(game, solved.numbers, solved.solution.log_behaviour).mean(axis=0)
    for infoset in range(game.infosets):
        player = int(game.infoset_player[infoset])
        label = game.infoset_label[infoset] if game.infoset_label else ""
        actions = range(int(game.action_start[infoset]), int(game.action_start[infoset + 1]))
        told: dict[str, Any] = {
            "actor": game.players[player],
            "information_set": numbers[infoset],
            "label": label,
            "moves": {game.action_label[action]: float(behaviour[action]) for action in actions},
        }
        nodes = slice(int(game.infoset_node_start[infoset]), int(game.infoset_node_start[infoset + 1]))
        names = [history_words(game, node) for node in game.infoset_nodes[nodes][:_MOST_HISTORIES].tolist()]
        if 1 < nodes.stop - nodes.start <= _MOST_HISTORIES and len(set(names)) == len(names):
            told["belief"] = dict(zip(names, weights[nodes].tolist(), strict=True))
        yield told


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Something unknown at an information set: the names of its values, and where its row of sums begins."""

    name: str
    labels: tuple[str, ...]
    start: int

    def told(self, sums: list[float]) -> dict[str, float]:
        """Belief about it, from the sums of beliefs over histories with one value: not played first."""
        labels, start = self.labels, self.start
        if len(labels) > _FEW:
            share = np.array(sums[start + 1 : start + 1 + len(labels)])
            share /= share.sum()
            return {
                "mean position": float((share * np.arange(1, len(labels) + 1)).sum()),
                "positions": float(len(labels)),
            }
        told = dict(zip(labels, sums[start + 1 : start + 1 + len(labels)], strict=True))
        return told if not sums[start] else {**told, NOT_PLAYED: sums[start]}


@dataclass(frozen=True, slots=True)
class _Place:
    """Part of the account of one information set that no draw changes.

    actions: the range of its actions, whose moves are `moves`; nodes: its range of positions; whens: by history what
    is unknown in it, empty where that is not told.
    """

    known: Known
    actions: slice
    moves: tuple[str, ...]
    nodes: slice
    doubts: tuple[_Doubt, ...]
    whens: tuple[dict[str, str], ...]


@dataclass(frozen=True, eq=False)
class _Sheet:
    """All places, and the sparse table [sum, position] that adds beliefs up by what is unknown."""

    places: tuple[_Place, ...]
    sums: Any


def _told(solved: Solved, behaviour: NDArray[np.float64]) -> Iterator[dict[str, Any]]:
    game, crisis = solved.game, solved.crisis
    sheet = game.kept.recent((_Sheet, Same(crisis)), lambda: _sheet(game, crisis, known_at(game, crisis)))
    weights = beliefs_from_logs(game, solved.numbers, solved.solution.log_behaviour).mean(axis=0)
    yield from _entries(sheet, sheet.places, behaviour, weights)


def beliefs_told(solved: Solved, infoset: int) -> dict[str, Any]:
    """The entry of one information set of a case, as `profile` has it."""
    game, crisis = solved.game, solved.crisis
    sheet = _sheet(game, crisis, known_of(game, crisis, [infoset]))
    weights = beliefs_from_logs(game, solved.numbers, solved.solution.log_behaviour).mean(axis=0)
    return next(_entries(sheet, sheet.places, solved.solution.behaviour.mean(axis=0), weights))


def _entries(
    sheet: _Sheet, places: Sequence[_Place], behaviour: NDArray[np.float64], weights: NDArray[np.float64]
) -> Iterator[dict[str, Any]]:
    sums: list[float] = (sheet.sums @ weights).tolist()
    chances, beliefs = behaviour.tolist(), weights.tolist()
    for place in places:
        known = place.known
        told: dict[str, Any] = {
            "actor": known.actor,
            "stage": known.stage,
            "round": known.round,
            "private": dict(known.private),
            "knows": dict(known.knows),
            "belief": {doubt.name: doubt.told(sums) for doubt in place.doubts},
            "moves": dict(zip(place.moves, chances[place.actions], strict=True)),
        }
        if place.whens:
            told["histories"] = [
                {"when": dict(when), "p": p} for when, p in zip(place.whens, beliefs[place.nodes], strict=True) if p > 0
            ]
        yield told


def _sheet(game: Game, crisis: Crisis, every: Iterable[Known]) -> _Sheet:
    from scipy.sparse import csr_array

    story = story_of(game)
    stages = {stage.id: stage for stage in crisis.stages()}
    places: list[_Place] = []
    rows, columns, start = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)], 0
    for known in every:
        infoset = known.infoset
        nodes = slice(int(game.infoset_node_start[infoset]), int(game.infoset_node_start[infoset + 1]))
        actions = slice(int(game.action_start[infoset]), int(game.action_start[infoset + 1]))
        first = int(game.first_child[game.infoset_nodes[nodes.start]])
        made = story.move[first : first + actions.stop - actions.start].tolist()
        doubts: list[_Doubt] = []
        for name, (labels, codes) in known.unknown.items():
            doubts.append(_Doubt(name, labels, start))
            rows.append(start + 1 + codes.astype(np.intp))
            columns.append(np.arange(nodes.start, nodes.stop))
            start += len(labels) + 1
        several = len(known.unknown) > 1 and nodes.stop - nodes.start <= _MOST_HISTORIES
        moves = tuple(stages[known.stage].moves[move].id for move in made)
        places.append(_Place(known, actions, moves, nodes, tuple(doubts), _whens(known) if several else ()))
    row, column = np.concatenate(rows), np.concatenate(columns)
    sums = csr_array((np.ones(len(row)), (row, column)), shape=(start, len(game.infoset_nodes)))
    return _Sheet(tuple(places), sums)


def _whens(known: Known) -> tuple[dict[str, str], ...]:
    """Values of all unknowns together, history by history; the beliefs about each unknown alone say less."""
    columns = {
        name: [labels[code] if code >= 0 else NOT_PLAYED for code in codes.tolist()]
        for name, (labels, codes) in known.unknown.items()
    }
    return tuple(dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def where_reached(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """[draw, move]: how often each move is made where its stage is reached; NaN where it is not."""
    reached = table.sum(axis=1, keepdims=True)
    return np.divide(table, reached, out=np.full_like(table, np.nan), where=reached > 1e-12)
