"""Who does what, knowing what, believing what: the solved game told information set by information set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.knowledge import known_at
from detente.analysis.solved import Solved
from detente.game.paths import story_of
from detente.strategy.beliefs import beliefs

_FEW = 20
"""A belief over more values than this is told by its mean position instead of value by value."""


def profile(solved: Solved) -> Iterator[dict[str, Any]]:
    """One entry for every information set, in the order of play; probabilities are means over draws.

    For a case: actor, stage, round, private, knows, belief, moves. For a game file: actor, information_set, moves.
    """
    behaviour = solved.solution.behaviour.mean(axis=0)
    if solved.game.story is None:
        yield from _plain(solved, behaviour)
    else:
        yield from _told(solved, behaviour)


def _plain(solved: Solved, behaviour: NDArray[np.float64]) -> Iterator[dict[str, Any]]:
    game = solved.game
    numbers: dict[int, int] = {}
    for infoset in range(game.infosets):
        player = int(game.infoset_player[infoset])
        numbers[player] = numbers.get(player, 0) + 1
        label = game.infoset_label[infoset] if game.infoset_label else ""
        actions = range(int(game.action_start[infoset]), int(game.action_start[infoset + 1]))
        yield {
            "actor": game.players[player],
            "information_set": numbers[player],
            "label": label,
            "moves": {game.action_label[action]: float(behaviour[action]) for action in actions},
        }


def _told(solved: Solved, behaviour: NDArray[np.float64]) -> Iterator[dict[str, Any]]:
    game, crisis, story = solved.game, solved.crisis, story_of(solved.game)
    weights = beliefs(game, solved.numbers, solved.solution.behaviour).mean(axis=0)
    for known in known_at(game, crisis):
        nodes = slice(int(game.infoset_node_start[known.infoset]), int(game.infoset_node_start[known.infoset + 1]))
        first = int(game.infoset_nodes[nodes.start])
        children = range(int(game.first_child[first]), int(game.first_child[first] + game.child_count[first]))
        yield {
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


def _distribution(labels: tuple[str, ...], codes: NDArray[np.int32], weight: NDArray[np.float64]) -> dict[str, float]:
    total = np.bincount(codes + 1, weights=weight, minlength=len(labels) + 1)
    if len(labels) > _FEW:
        share = total[1:] / total[1:].sum()
        return {"mean position": float((share * np.arange(1, len(labels) + 1)).sum()), "positions": float(len(labels))}
    told = {label: float(total[code + 1]) for code, label in enumerate(labels)}
    return told if not total[0] else {**told, "not played": float(total[0])}
