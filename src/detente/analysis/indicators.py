"""Indicators: moves that may be seen next, the probability of each and the belief it would leave, given the events so
far.

Source: Lindley 1956 (information that an observation is expected to give); Grabo and others on indicators in warning
analysis, where the weights are judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.solved import Solved
from detente.analysis.updating import subjects_of, weight_after
from detente.crisis.inquiry import ANALYST
from detente.crisis.model import Crisis
from detente.crisis.play import simultaneous
from detente.game.arrays import Game
from detente.game.paths import made_at, step_of, story_of
from detente.game.story import Step

Floats = NDArray[np.float64]

_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Sight:
    """Something that could be seen at one step of play: one look of one or several moves.

    step: position among the unrolled steps; moves: positions of the moves that look alike to others; name: that look.
    """

    step: int
    stage: str
    round: int
    moves: tuple[int, ...]
    look: str


def open_steps(game: Game, crisis: Crisis) -> list[tuple[int, Step]]:
    """The steps of play that are still to come after the latest event, or are made at once with it, in order."""
    steps = story_of(game).steps
    told = {step_of(game, event) for event in crisis.timeline}
    latest = max(told, default=-1)
    beside = simultaneous(crisis.steps, steps[latest].stage) if told else frozenset[str]()

    def coming(position: int, step: Step) -> bool:
        at_once = step.stage in beside and step.round == steps[latest].round
        return position not in told and (position > latest or at_once)

    return [
        (position, step) for position, step in enumerate(steps) if not step.draws_private and coming(position, step)
    ]


def sights(game: Game, crisis: Crisis) -> Iterator[Sight]:
    """Everything that may be seen at the open steps, as others see it."""
    for position, step in open_steps(game, crisis):
        stage = crisis.stage(step.stage)
        looks: dict[str, list[int]] = {}
        for move in range(len(stage.moves)):
            looks.setdefault(stage.shown(move), []).append(move)
        for look, moves in looks.items():
            yield Sight(position, step.stage, step.round, tuple(moves), look)


def joint(solved: Solved) -> Floats:
    """[draw, subject + 1, move + 1]: probabilities of subjects and moves together, given the events of the timeline.

    Subject 0 is certain, the others are those of an outside reader in their order. Move 0 is certain, the others are
    the moves of the open steps, step by step. NaN in draws where the events are impossible.
    """
    game = solved.game
    weight = weight_after(solved)
    total = weight.sum(axis=1)
    places = _places(game, solved.crisis)
    held = [np.ones(1, bool), *(holds for _, holds in subjects_of(solved, ANALYST))]
    found = np.stack([np.asarray((places.T @ (weight * holds).T).T) for holds in held], axis=1)
    with np.errstate(all="ignore"):
        return np.where(total[:, None, None] > 0, found / total[:, None, None], np.nan)


def _places(game: Game, crisis: Crisis) -> Any:
    """[leaf, move + 1]: 1 where the move was made on the way to the leaf; the first column is 1 everywhere."""
    from scipy.sparse import csr_array

    rows: list[NDArray[Any]] = [np.arange(game.leaves)]
    columns: list[NDArray[Any]] = [np.zeros(game.leaves, np.int64)]
    first = 1
    for position, step in open_steps(game, crisis):
        made = made_at(game, [position])[game.leaf_node]
        leaves = np.flatnonzero(made >= 0)
        rows.append(leaves)
        columns.append(first + made[leaves])
        first += len(step.labels)
    row, column = np.concatenate(rows), np.concatenate(columns)
    return csr_array((np.ones(len(row)), (row, column)), shape=(game.leaves, first))


@dataclass(frozen=True, eq=False)
class Watched:
    """Diagnostic value of one sight, draw by draw.

    chance [draw]: probability of seeing it. given, otherwise [draw, subject]: the same probability given that the
    subject is true, and given that it is false. after [draw, subject]: belief in each subject once the sight is seen.
    """

    sight: Sight
    chance: Floats
    given: Floats
    otherwise: Floats
    after: Floats

    @property
    def log_ratio(self) -> Floats:
        """[draw, subject]: natural log of how much likelier it is if the subject is so than if it is not."""
        with np.errstate(all="ignore"):
            return np.log(np.maximum(self.given, _TINY)) - np.log(np.maximum(self.otherwise, _TINY))


def watched(game: Game, crisis: Crisis, table: Floats) -> list[Watched]:
    """Every sight with what it would tell, from the table of `joint`."""
    starts = _starts(game, crisis)
    held = table[:, 1:, 0]
    found: list[Watched] = []
    for sight in sights(game, crisis):
        seen = table[:, :, [starts[sight.step] + move for move in sight.moves]].sum(axis=2)
        chance, both = seen[:, 0], seen[:, 1:]
        with np.errstate(all="ignore"):
            given = np.where(held > _TINY, both / held, np.nan)
            otherwise = np.where(1 - held > _TINY, (chance[:, None] - both) / (1 - held), np.nan)
            after = np.where(chance[:, None] > _TINY, both / chance[:, None], np.nan)
        found.append(Watched(sight, chance, np.clip(given, 0, 1), np.clip(otherwise, 0, 1), np.clip(after, 0, 1)))
    return found


def _starts(game: Game, crisis: Crisis) -> dict[int, int]:
    starts, first = dict[int, int](), 1
    for position, step in open_steps(game, crisis):
        starts[position] = first
        first += len(step.labels)
    return starts


def information(watched: Sequence[Watched], table: Floats, subjects: Sequence[int]) -> Floats:
    """[draw]: bits that looking at one step is expected to give about subjects of which one is so (or none of them).

    watched: the sights of one step. subjects: their positions (from 0); that the step does not come up counts as
    seen. Mutual information.
    """
    held = table[:, [1 + each for each in subjects], 0]
    chances = np.stack([each.chance for each in watched], axis=1)
    both = np.stack([each.chance[:, None] * _known(each.after[:, subjects]) for each in watched], axis=1)
    absent = np.clip(1 - chances.sum(axis=1), 0, 1)
    both = np.concatenate([both, np.clip(held - both.sum(axis=1), 0, 1)[:, None]], axis=1)
    seen = np.concatenate([chances, absent[:, None]], axis=1)
    rest = np.clip(seen - both.sum(axis=2), 0, 1)
    table = np.concatenate([both, rest[:, :, None]], axis=2)
    apart = table.sum(axis=1, keepdims=True) * table.sum(axis=2, keepdims=True)
    with np.errstate(all="ignore"):
        bits = np.where((table > _TINY) & (apart > 0), table * np.log2(table / apart), 0.0)
    return np.maximum(bits.sum(axis=(1, 2)), 0.0)


def _known(values: Floats) -> Floats:
    return np.nan_to_num(values, nan=0.0)


def entropy(chances: Floats) -> Floats:
    """[draw]: bits of uncertainty about subjects [draw, subject] of which one is so, or none."""
    every = np.concatenate([chances, np.clip(1 - chances.sum(axis=1, keepdims=True), 0, 1)], axis=1)
    with np.errstate(all="ignore"):
        return np.where(every > _TINY, -every * np.log2(every), 0.0).sum(axis=1)
