"""The game as a likelihood sees it: log-probabilities of what may be seen, with slopes in the quantities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from detente.crisis.model import Crisis
from detente.game.arrays import Game
from detente.game.paths import inherit, stage_positions, story_of

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Seen:
    """One kind of observation: the endings that an episode may have had, and the moves that it may have taken.

    outcomes: ids of endings; empty where the ending was not seen. moves: (stage, round, positions of moves): one of
    these moves was made at that stage; round 0 stands for any round, or for a stage outside every `repeat`.
    """

    outcomes: frozenset[str] = frozenset()
    moves: tuple[tuple[str, int, frozenset[int]], ...] = ()


@dataclass(frozen=True, slots=True)
class AskedEntries:
    """The log-probabilities that are asked for: entry k is that of kind `kind[k]` in row `row[k]`, sorted by row."""

    row: Ints
    kind: Ints

    def between(self, start: int, stop: int) -> tuple[slice, AskedEntries]:
        """The cells of rows from start up to stop, rows counted from start; and where they stand."""
        here = slice(int(np.searchsorted(self.row, start)), int(np.searchsorted(self.row, stop)))
        return here, AskedEntries(self.row[here] - start, self.kind[here])


@dataclass(frozen=True, eq=False)
class Evaluated:
    """Log-probabilities at given values of the quantities.

    log_probability [cell]: natural logarithm; -inf where impossible. slopes [cell, quantity]: its derivatives.
    good [row]: whether the equilibrium of the row was found. turns [row]: turning points on the way to it.
    state: what a later evaluation close by may set out from.
    """

    log_probability: Floats
    slopes: Floats
    good: Bools
    turns: Ints
    state: object = None


def sums(number: NDArray[np.integer], weights: Floats, count: int) -> Floats:
    """[number]: weights added up by their numbers, which run from 0 to count - 1."""
    return np.asarray(np.bincount(number, weights=weights, minlength=count), float)


class Model(Protocol):
    """A game whose probabilities are known as functions of quantities.

    quantities: what the columns of `values` mean. kinds: what may be seen. says: how play was found, in sentences.
    """

    @property
    def quantities(self) -> Sequence[str]:
        """Names of the columns of `values`."""
        ...

    @property
    def kinds(self) -> Sequence[Seen]:
        """The kinds of observation, by the numbers in `AskedEntries.kind`."""
        ...

    @property
    def says(self) -> Sequence[str]:
        """Sentences on the way in which play is found, and to which error."""
        ...

    def evaluate(self, values: Floats, cells: AskedEntries, near: Any = None, *, slopes: bool = True) -> Evaluated:
        """Log-probabilities of cells at values [row, quantity]; near: the `state` of an evaluation close by."""
        ...


@dataclass(eq=False)
class Histories:
    """The endings of a compiled game that fit an observation."""

    game: Game
    crisis: Crisis
    _made: dict[tuple[str, int, frozenset[int]], Bools] = field(
        default_factory=dict[tuple[str, int, frozenset[int]], Bools], init=False
    )

    def fit(self, seen: Seen) -> Bools:
        """[leaf]: True where the history fits what was seen."""
        story = story_of(self.game)
        holds = np.ones(self.game.leaves, bool)
        if seen.outcomes:
            wanted = [k for k, outcome in enumerate(self.crisis.outcomes) if outcome.id in seen.outcomes]
            holds &= np.isin(story.outcome, wanted)
        for part in seen.moves:
            holds &= self._where_made(part)
        return holds

    def _where_made(self, part: tuple[str, int, frozenset[int]]) -> Bools:
        """[leaf]: True where one of the moves was made at the stage in that round."""
        if part not in self._made:
            stage, round, moves = part
            story = story_of(self.game)
            places = [k for k in stage_positions(self.game, stage) if round in (0, story.steps[k].round)]
            own = (np.isin(story.step, places) & np.isin(story.move, sorted(moves))).astype(np.int8)
            self._made[part] = inherit(self.game, own, 0, np.maximum)[self.game.leaf_node] > 0
        return self._made[part]


def leaves_seen(game: Game, crisis: Crisis, seen: Seen) -> Bools:
    """[leaf]: True where a history of the game fits what was seen."""
    return Histories(game, crisis).fit(seen)
