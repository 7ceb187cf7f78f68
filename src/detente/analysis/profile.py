"""Who does what, knowing what, believing what: the solved game told information set by information set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.solved import Solved
from detente.game.paths import made_at, story_of
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
    columns = [_Column(solved, position) for position in range(len(story.steps))]
    weights = beliefs(game, solved.numbers, solved.solution.behaviour).mean(axis=0)
    for infoset in range(game.infosets):
        actor = game.players[int(game.infoset_player[infoset])]
        step = story.steps[int(story.infoset_step[infoset])]
        nodes = slice(int(game.infoset_node_start[infoset]), int(game.infoset_node_start[infoset + 1]))
        private: dict[str, str] = {}
        knows: dict[str, str] = {}
        belief: dict[str, dict[str, float]] = {}
        for column in columns[: int(story.infoset_step[infoset])]:
            column.tell(actor, nodes, weights[nodes], private, knows, belief)
        first = int(game.infoset_nodes[nodes.start])
        children = range(int(game.first_child[first]), int(game.first_child[first] + game.child_count[first]))
        yield {
            "actor": actor,
            "stage": step.stage,
            "round": step.round,
            "private": private,
            "knows": knows,
            "belief": belief,
            "moves": {
                crisis.stage(step.stage).moves[int(story.move[child])].id: float(behaviour[game.action[child]])
                for child in children
            },
        }


class _Column:
    """What one step did on the way to every decision node, and how it looks to whom."""

    def __init__(self, solved: Solved, position: int) -> None:
        self._step = story_of(solved.game).steps[position]
        self._stage = solved.crisis.stage(self._step.stage) if self._step.stage else None
        self._codes = made_at(solved.game, [position])[solved.game.infoset_nodes]
        self._name = self._step.stage or f"{self._step.actor}.{self._step.variable}"
        if self._step.round:
            self._name += f" (round {self._step.round})"

    def tell(
        self,
        actor: str,
        nodes: slice,
        weight: NDArray[np.float64],
        private: dict[str, str],
        knows: dict[str, str],
        belief: dict[str, dict[str, float]],
    ) -> None:
        codes = self._codes[nodes]
        labels = self._step.labels
        if self._stage is None and self._step.actor == actor:
            private[self._step.variable] = labels[int(codes[0])]
            return
        if (codes < 0).all():
            return
        if (codes == codes[0]).all() and (self._stage is None or not self._stage.sees(actor)):
            # It could only have happened one way: nothing to see, nothing to doubt.
            return
        if self._stage is not None and self._stage.sees(actor) and (codes >= 0).all():
            own = actor == self._stage.by
            knows[self._name] = labels[int(codes[0])] if own else self._stage.shown(int(codes[0]))
        if not (codes == codes[0]).all():
            belief[self._name] = _distribution(labels, codes, weight)


def _distribution(labels: tuple[str, ...], codes: NDArray[np.int32], weight: NDArray[np.float64]) -> dict[str, float]:
    total = np.bincount(codes + 1, weights=weight, minlength=len(labels) + 1)
    if len(labels) > _FEW:
        share = total[1:] / total[1:].sum()
        return {"mean position": float((share * np.arange(1, len(labels) + 1)).sum()), "positions": float(len(labels))}
    told = {label: float(total[code + 1]) for code, label in enumerate(labels)}
    return told if not total[0] else {**told, "not played": float(total[0])}
