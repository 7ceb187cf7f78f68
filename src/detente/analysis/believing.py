"""Beliefs of actors at a moment of play: in anything that may be true, and beliefs about beliefs.

At a moment an actor knows its private values, the moves it made and what it saw of everybody else's, in order. What it
believes is the probability given that, by everybody's behaviour: B(i, X) = E[X | what i knows]. A belief differs from
history to history, so somebody else may hold a belief about it: B(j, B(i, X)) = E[B(i, X) | what j knows].
Source: information partitions and posteriors, Aumann 1976, "Agreeing to disagree".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.solved import Solved
from detente.crisis.expressions import Count, Ended, EndedIn, Expression, StageMove, StateValue, walk
from detente.crisis.inquiry import Observation
from detente.crisis.model import Crisis
from detente.game.arrays import Game
from detente.game.paths import made_at, stage_positions, step_of, story_of
from detente.game.rows import distinct
from detente.game.story import Step

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Partition:
    """A partition of things: which of them belong together.

    cell [thing]: number of the cell; order: things, cell by cell; starts [cell]: the first of each in that order.
    """

    cell: NDArray[np.intp]
    order: NDArray[np.intp]
    starts: NDArray[np.intp]

    @staticmethod
    def of(cell: NDArray[np.intp]) -> Partition:
        """Cells made of the number of each thing's cell; every number from 0 up is the number of a cell."""
        order = np.argsort(cell, kind="stable")
        _, starts = np.unique(cell[order], return_index=True)
        return Partition(cell, order, starts)

    def log_sums(self, logs: Floats) -> Floats:
        """[draw, cell]: logarithm of the probability of each cell, from those of things [draw, thing]."""
        held = logs[:, self.order]
        top = np.maximum.reduceat(held, self.starts, axis=1)
        unit = np.where(np.isfinite(top), top, 0.0)
        weight = np.exp(held - unit[:, self.cell[self.order]])
        with np.errstate(divide="ignore"):
            return unit + np.log(np.add.reduceat(weight, self.starts, axis=1))

    def means(self, logs: Floats, values: Floats) -> Floats:
        """[draw, cell]: the mean of values [draw, thing] in each cell; NaN where a cell is impossible.

        Each cell is taken in units of its likeliest thing, so that no belief is lost however improbable the cell is.
        """
        held = logs[:, self.order]
        top = np.maximum.reduceat(held, self.starts, axis=1)
        unit = np.where(np.isfinite(top), top, 0.0)
        weight = np.exp(held - unit[:, self.cell[self.order]])
        mass = np.add.reduceat(weight, self.starts, axis=1)
        # A thing that cannot happen may have no value; it has no part in any mean.
        told = np.where(weight > 0.0, values[:, self.order], 0.0)
        total = np.add.reduceat(weight * told, self.starts, axis=1)
        return np.divide(total, mass, out=np.full_like(total, np.nan), where=mass > 0.0)


def outset(game: Game) -> int:
    """The moment before the first stage: private values are drawn, and nothing else has happened."""
    return max((k for k, step in enumerate(story_of(game).steps) if step.draws_private), default=-1)


def moment_of(game: Game, conditions: Iterable[Expression], seen: Sequence[Observation] = ()) -> int:
    """The position in the order of play at which the last thing that is mentioned has happened.

    A stage is over when its move is made, one inside a `repeat` after its last round; how play ended, and what state
    it ended in, is known at the end. What mentions none of these is told from the outset.
    """
    end, latest = len(story_of(game).steps) - 1, outset(game)
    for condition in conditions:
        for node in walk(condition):
            match node:
                case StageMove(stage) | Count(stage):
                    latest = max(latest, *stage_positions(game, stage))
                case Ended() | EndedIn() | StateValue():
                    latest = end
                case _:
                    pass
    return max([latest, *(step_of(game, event) for event in seen)])


def information(game: Game, crisis: Crisis, actor: str, moment: int) -> Partition:
    """The endings of play that an actor cannot tell apart at a moment; nobody sees that a stage is skipped."""
    columns: list[Codes] = []
    for position, step in enumerate(story_of(game).steps[: moment + 1]):
        code = _as_seen(crisis, actor, step)
        if code is not None:
            columns.append(code[made_at(game, [position])[game.leaf_node]])
    _, cell = distinct(columns, game.leaves)
    return Partition.of(cell)


def _as_seen(crisis: Crisis, actor: str, step: Step) -> Codes | None:
    """[move]: the code of what an actor sees of each move, the last entry for a step that is skipped; None: nothing."""
    skipped = np.array([-1], np.int32)
    if step.draws_private:
        own = np.arange(len(step.labels), dtype=np.int32) if actor in step.knowers else None
        return None if own is None else np.concatenate([own, skipped])
    stage = crisis.stage(step.stage)
    if not stage.sees(actor):
        return None
    labels = [move.id if actor == step.actor else stage.shown(number) for number, move in enumerate(stage.moves)]
    known = list(dict.fromkeys(labels))
    return np.concatenate([np.array([known.index(label) for label in labels], np.int32), skipped])


def believed(solved: Solved, actor: str, values: Floats, moment: int) -> Floats:
    """[draw, leaf]: what an actor believes of values [draw, leaf] at a moment of the play that ends in each leaf."""
    cells = information(solved.game, solved.crisis, actor, moment)
    return cells.means(solved.log_leaf_reach, values)[:, cells.cell]
