"""History of each node of a compiled case: moves, private values, observed events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.crisis.inquiry import Observation
from detente.crisis.model import Crisis
from detente.game.arrays import Game
from detente.game.kept import Same
from detente.game.rows import ROUND, Codes, Columns, Key
from detente.game.story import Story

Column = NDArray[Any]


def story_of(game: Game) -> Story:
    """The story of a game that was compiled from a case; TypeError for a game file."""
    if game.story is None:
        raise TypeError("this game was loaded from a game file and has no stages")
    return game.story


MOST_TOLD = 2**24
"""Steps times nodes up to which the whole story is kept; that of a larger game is climbed for step by step."""


def inherit(game: Game, own: Column, root: int, combine: Callable[[Column, Column], Column]) -> Column:
    """[node]: a value passed down the tree, `combine(parent's, own)`, starting from `root`."""
    value = own.copy()
    value[0] = root
    for level in game.levels():
        if level.start:
            value[level] = combine(value[game.parent[level]], own[level])
    return value


def _latest(above: Column, own: Column) -> Column:
    return np.where(own >= 0, own, above)


def _told(game: Game) -> Codes:
    """[step, node]: the move made at each step on the way to each node, -1 where it was not played: one climb for all.

    Every question about what happened on the way is answered from it.
    """
    story = story_of(game)
    table = np.full((len(story.steps), game.nodes), -1, np.int32)
    for level in game.levels():
        if level.start:
            table[:, level] = table[:, game.parent[level]]
            table[story.step[level], np.arange(level.start, level.stop)] = story.move[level]
    table.flags.writeable = False
    return table


def _made(game: Game, position: int) -> Codes:
    """[node]: the move made at one step on the way there, itself included; -1 where it was not played."""
    story = story_of(game)
    if len(story.steps) * game.nodes <= MOST_TOLD:
        return game.kept.once("told", lambda: _told(game))[position]

    def climb() -> Codes:
        own = np.where(story.step == position, story.move, -1).astype(np.int32)
        found = inherit(game, own, -1, _latest)
        found.flags.writeable = False
        return found

    return game.kept.recent(("made", position), climb)


def made_at(game: Game, positions: Sequence[int]) -> Codes:
    """[node]: the latest move made at any of these steps on the way there, itself included; -1 for none.

    Nobody can write into it: everybody who asks shares it.
    """
    if not positions:
        return np.full(game.nodes, -1, np.int32)
    # Steps come in the order of play, so that a later position is a later move.
    return reduce(_latest, (_made(game, position) for position in sorted(positions)))


def private_codes(game: Game, actor: str, variable: str) -> Codes:
    """[node]: the code of a private variable; -1 above the node at which nature draws it."""
    steps = story_of(game).steps
    return made_at(game, [k for k, step in enumerate(steps) if (step.actor, step.variable) == (actor, variable)])


def stage_positions(game: Game, stage: str) -> list[int]:
    """Positions of a stage among the unrolled steps, round by round."""
    return [k for k, step in enumerate(story_of(game).steps) if step.stage == stage]


def step_of(game: Game, event: Observation) -> int:
    """The position of an event's step among the unrolled ones; the first round where the event tells none."""
    steps = story_of(game).steps
    places = stage_positions(game, event.stage)
    return next((k for k in places if steps[k].round == event.round), places[0])


def times_made(game: Game, stage: str, move: int) -> Codes:
    """[node]: how often a move was made at a stage on the way there."""
    count = np.zeros(game.nodes, np.int32)
    for position in stage_positions(game, stage):
        count += _made(game, position) == move
    return count


def rounds(game: Game) -> Codes:
    """[leaf]: the round in which play ended, or the last one of the latest `repeat` where it ended after that."""
    story = story_of(game)
    latest, clock = 0, np.zeros(len(story.steps), np.int32)
    for position, step in enumerate(story.steps):
        latest = step.round or latest
        clock[position] = latest
    return clock[story.closed]


def _before(game: Game, stage: str) -> Codes:
    """[leaf]: the move of the round before the one in which play ended, or that was the last; -1 for none."""
    story = story_of(game)
    places = stage_positions(game, stage)
    found = np.full(len(story.closed), -1, np.int32)
    for own, following in pairwise(places):
        # The next round begins with its first step, which may be another stage's.
        first = following
        while story.steps[first - 1].round == story.steps[following].round:
            first -= 1
        begun = story.closed >= first
        found[begun] = _made(game, own)[game.leaf_node][begun]
    return found


def leaf_columns(game: Game, keys: frozenset[Key]) -> Columns:
    """Columns over the leaves, in leaf order, for expressions about how play ended."""
    columns: Columns = {}
    story = story_of(game)
    for key in keys:
        match key:
            case ("state", variable):
                columns[key] = story.state[variable]
                continue
            case ("private", actor, variable):
                codes = private_codes(game, actor, variable)
            case ("move", stage):
                codes = made_at(game, stage_positions(game, stage))
            case ("before", stage):
                columns[key] = _before(game, stage)
                continue
            case ("tally" | "count", stage, move):
                codes = times_made(game, stage, int(move))
            case _ if key == ROUND:
                columns[key] = rounds(game)
                continue
            case _:
                raise KeyError(key)
        columns[key] = codes[game.leaf_node]
    return columns


def shown_alike(crisis: Crisis, observation: Observation, observer: str | None) -> list[int]:
    """Moves that look to the observer like the one observed (None: somebody who sees moves as they are)."""
    stage = crisis.stage(observation.stage)
    if not observation.seen and (observer is None or observer == stage.mover(observation.round)):
        return [observation.move]
    label = stage.shown(observation.move)
    return [number for number in range(len(stage.moves)) if stage.shown(number) == label]


def events_met(game: Game, crisis: Crisis, timeline: Sequence[Observation], observer: str | None = None) -> Column:
    """[node]: bit k is set where what the observer saw of event k happened on the way there.

    Events that the observer cannot see are met everywhere. At most 62 events.
    """
    name = ("met", Same(crisis), tuple((each.stage, each.move, each.round, each.seen) for each in timeline), observer)
    return game.kept.recent(name, lambda: _met(game, crisis, timeline, observer))


def _met(game: Game, crisis: Crisis, timeline: Sequence[Observation], observer: str | None) -> Column:
    steps = story_of(game).steps
    met = np.zeros(game.nodes, np.int64)
    for number, event in enumerate(timeline):
        bit = np.int64(1 << number)
        if observer is not None and not crisis.stage(event.stage).sees(observer):
            met |= bit
            continue
        alike = shown_alike(crisis, event, observer)
        for position in stage_positions(game, event.stage):
            if event.round in (0, steps[position].round):
                met |= np.where(np.isin(_made(game, position), alike), bit, 0)
    met.flags.writeable = False
    return met
