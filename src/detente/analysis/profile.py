"""The solved game told information set by information set: the mover, its knowledge, its beliefs and its behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.knowledge import NOT_PLAYED, Known, known_at
from detente.analysis.solved import Solved
from detente.game.histories import history_words, set_numbers
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


def _told(solved: Solved, behaviour: NDArray[np.float64]) -> Iterator[dict[str, Any]]:
    game, crisis, story = solved.game, solved.crisis, story_of(solved.game)
    weights = beliefs_from_logs(game, solved.numbers, solved.solution.log_behaviour).mean(axis=0)
    for known in known_at(game, crisis):
        nodes = slice(int(game.infoset_node_start[known.infoset]), int(game.infoset_node_start[known.infoset + 1]))
        first = int(game.infoset_nodes[nodes.start])
        children = range(int(game.first_child[first]), int(game.first_child[first] + game.child_count[first]))
        told: dict[str, Any] = {
            "actor": known.actor,
            "stage": known.stage,
            "round": known.round,
            "private": known.private,
            "knows": known.knows,
            "belief": {
                name: _distribution(labels, codes, weights[nodes]) for name, (labels, codes) in known.unknown.items()
            },
            "moves": {
                crisis.stage(known.stage).moves[int(story.move[child])].id: float(behaviour[game.action[child]])
                for child in children
            },
        }
        if len(known.unknown) > 1 and nodes.stop - nodes.start <= _MOST_HISTORIES:
            told["histories"] = _joint(known, weights[nodes])
        yield told


def _joint(known: Known, weight: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Probability of each history, told by the values of all unknowns together; beliefs about each unknown alone say
    less.
    """
    columns = {
        name: [_label(labels, code) for code in codes.tolist()] for name, (labels, codes) in known.unknown.items()
    }
    return [
        {"when": {name: column[k] for name, column in columns.items()}, "p": float(p)}
        for k, p in enumerate(weight.tolist())
        if p > 0.0
    ]


def _label(labels: tuple[str, ...], code: int) -> str:
    return labels[code] if code >= 0 else NOT_PLAYED


def _distribution(labels: tuple[str, ...], codes: NDArray[np.int32], weight: NDArray[np.float64]) -> dict[str, float]:
    total = np.bincount(codes + 1, weights=weight, minlength=len(labels) + 1)
    if len(labels) > _FEW:
        share = total[1:] / total[1:].sum()
        return {"mean position": float((share * np.arange(1, len(labels) + 1)).sum()), "positions": float(len(labels))}
    told = {label: float(total[code + 1]) for code, label in enumerate(labels)}
    return told if not total[0] else {**told, NOT_PLAYED: float(total[0])}
