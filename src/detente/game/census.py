"""Counts of nodes and information sets, by step of play and by player."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.game.arrays import Game
from detente.game.story import Step


@dataclass(frozen=True, slots=True)
class StepCount:
    """One unrolled step of play: the nodes that it leads to, and the information sets at which it is played."""

    step: Step
    nodes: int
    information_sets: int


def count_steps(game: Game) -> tuple[StepCount, ...]:
    """The steps of play in order; none for a game without a story, as a game file makes it."""
    story = game.story
    if story is None:
        return ()
    nodes = np.bincount(story.step[1:], minlength=len(story.steps))
    sets = np.bincount(story.infoset_step, minlength=len(story.steps))
    return tuple(
        StepCount(step, int(made), int(known)) for step, made, known in zip(story.steps, nodes, sets, strict=True)
    )


def information_sets_by_player(game: Game) -> dict[str, int]:
    """Number of information sets of each player."""
    counts = np.bincount(game.infoset_player, minlength=len(game.players))
    return dict(zip(game.players, counts.tolist(), strict=True))
