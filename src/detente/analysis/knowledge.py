"""Knowledge of a player at each information set of a case, and the facts that the player is left to guess."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.crisis.model import Crisis
from detente.crisis.play import simultaneous
from detente.game.arrays import Game
from detente.game.kept import Same
from detente.game.paths import made_at, story_of

NOT_PLAYED = "not played"
"""Value shown for a step that did not come up in a history."""

Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Known:
    """One information set in the case's words.

    private: the player's own private values. knows: what it saw, by stage. unknown: by name what differs between the
    histories that look alike: the names of its values, and which of them [history] (-1: it was not played).
    round: 0 where the stage is not repeated.
    """

    infoset: int
    actor: str
    stage: str
    round: int
    private: dict[str, str]
    knows: dict[str, str]
    unknown: dict[str, tuple[tuple[str, ...], Codes]]


def known_at(game: Game, crisis: Crisis) -> tuple[Known, ...]:
    """Every information set of a compiled case, in the order of play; found once, and shared by all who ask."""
    return game.kept.recent((Known, Same(crisis)), lambda: tuple(known_of(game, crisis, range(game.infosets))))


def known_of(game: Game, crisis: Crisis, infosets: Iterable[int]) -> Iterator[Known]:
    """Some information sets of a compiled case; of a large game much sooner than all."""
    story = story_of(game)
    columns = game.kept.recent(
        (_Column, Same(crisis)), lambda: [_Column(game, crisis, position) for position in range(len(story.steps))]
    )
    for infoset in infosets:
        actor = game.players[int(game.infoset_player[infoset])]
        position = int(story.infoset_step[infoset])
        step = story.steps[position]
        known = Known(infoset, actor, step.stage, step.round, {}, {}, {})
        nodes = slice(int(game.infoset_node_start[infoset]), int(game.infoset_node_start[infoset + 1]))
        for column in columns[:position]:
            column.tell(nodes, known)
        yield known


class _Column:
    """One step's moves on the way to every decision node, and their look to each player."""

    def __init__(self, game: Game, crisis: Crisis, position: int) -> None:
        self._step = story_of(game).steps[position]
        self._stage = crisis.stage(self._step.stage) if self._step.stage else None
        self._at_once = simultaneous(crisis.steps, self._step.stage)
        self._codes = made_at(game, [position])[game.infoset_nodes]
        self._name = self._step.stage or f"{self._step.actor}.{self._step.variable}"
        if self._step.round:
            self._name += f" (round {self._step.round})"

    def tell(self, nodes: slice, known: Known) -> None:
        codes = self._codes[nodes]
        labels = self._step.labels
        if self._stage is None and known.actor in self._step.knowers:
            # A variable of another actor goes by its full name.
            name = self._step.variable if self._step.actor == known.actor else self._name
            known.private[name] = labels[int(codes[0])]
            return
        if (codes < 0).all():
            return
        if (codes == codes[0]).all() and (self._stage is None or not self._stage.sees(known.actor)):
            # It could only have happened one way: nothing to see, nothing to doubt.
            return
        if self._seen_by(known):
            shown = {self._looks(code, known.actor) for code in np.unique(codes).tolist()}
            if len(shown) == 1:
                known.knows[self._name] = shown.pop()
        if not (codes == codes[0]).all():
            known.unknown[self._name] = (labels, codes)

    def _seen_by(self, known: Known) -> bool:
        """True where the actor has seen the step before it decides: moves made at once come out together, later."""
        if self._stage is None or not self._stage.sees(known.actor):
            return False
        return known.stage not in self._at_once or known.round != self._step.round

    def _looks(self, code: int, actor: str) -> str:
        """The move of the step's stage as an actor who sees it is told of it; the mover knows its own."""
        assert self._stage is not None
        if code < 0:
            return NOT_PLAYED
        return self._step.labels[code] if actor == self._step.actor else self._stage.shown(code)
