"""A position of a game by the moves on the way to it, and the moves that are open there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.analysis.solved import Solved
from detente.game.paths import story_of


@dataclass(frozen=True, slots=True)
class SeenMove:
    """A move as a seat saw it. round: 0 where the stage is not repeated. actor: `nature` for a chance event."""

    actor: str
    stage: str
    round: int
    move: str


def moves_at(solved: Solved, node: int) -> tuple[str, ...]:
    """The names of a node's moves, in their order."""
    game, story = solved.game, story_of(solved.game)
    first = int(game.first_child[node])
    labels = story.steps[int(story.step[first])].labels
    return tuple(labels[int(story.move[first + k])] for k in range(int(game.child_count[node])))


def path_of(solved: Solved, node: int) -> Iterator[tuple[int, int]]:
    """The steps on the way to a node, in the order of play, each with what was made or drawn."""
    game, story = solved.game, story_of(solved.game)
    path: list[int] = []
    while node > 0:
        path.append(node)
        node = int(game.parent[node])
    for at in reversed(path):
        yield int(story.step[at]), int(story.move[at])
