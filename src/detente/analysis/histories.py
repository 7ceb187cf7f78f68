"""The tree of histories as somebody outside or inside the game sees it, private values and unseen moves merged.

A *history* here is a sequence of moves as the observer sees them; many nodes of the game may look alike to it. Rarer
branches are summed, so that ends, branches and sums always add up to the history they follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.solved import Solved
from detente.case.spelling.suggest import did_you_mean, listed
from detente.crisis.model import Crisis
from detente.crisis.play import NATURE
from detente.errors import RequestError
from detente.game.arrays import Game
from detente.game.kept import Same
from detente.game.paths import story_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

EVERYBODY = "everybody"
"""The observer who sees only moves that all actors see, as they look to those who did not make them."""

BETWEEN = " / "
"""Mark between the moves of an address."""

LEAST = 0.015
"""Share of the history at the root below which branches are summed."""

_FEW = 8
"""Branches that are told at the root where all are rare, so that opening a rest always tells something."""

_RARE = re.compile(r"rarer than (?P<share>[0-9.eE+-]+)")


@dataclass(frozen=True, eq=False)
class View:
    """The histories that an observer tells apart; history 0 is the start, and each has a larger number than its parent.

    of [node]: the history that the observer has seen by then. parent, step, label [history]: the one before, the step
    of its last move, and which of the step's looks it has. looks: by step the looks of its moves, empty where the
    observer sees none. place: by (parent, step, look) the history. depth [history].
    """

    of: Ints
    parent: Ints
    step: Ints
    label: Ints
    looks: tuple[tuple[str, ...], ...]
    place: Mapping[tuple[int, int, int], int]
    depth: Ints

    @property
    def count(self) -> int:
        """Number of histories."""
        return len(self.parent)

    def children(self, history: int) -> NDArray[np.intp]:
        """The histories one move on."""
        return np.flatnonzero(self.parent == history)

    def summed(self, at_leaves: Floats) -> Floats:
        """[history, …]: sums over everything at and below each history of numbers [history, …] told of it alone."""
        total = at_leaves.copy()
        for depth in range(int(self.depth.max(initial=0)), 0, -1):
            here = np.flatnonzero(self.depth == depth)
            np.add.at(total, self.parent[here], total[here])
        return total


def view_of(game: Game, crisis: Crisis, seen_by: str | None) -> View:
    """The view of the analyst (None), of `everybody`, or of one actor; made once. Raises RequestError for another."""
    actors = [actor.id for actor in crisis.actors]
    if seen_by is not None and seen_by not in (EVERYBODY, *actors):
        raise RequestError(f"`{seen_by}` sees nothing: {did_you_mean(seen_by, [EVERYBODY, *actors], 'observers')}")
    return game.kept.recent((View, Same(crisis), seen_by), lambda: _view(game, crisis, seen_by))


def _looks(game: Game, crisis: Crisis, seen_by: str | None) -> Iterator[list[str]]:
    """Looks of each step's moves to the observer; empty for a step of which the observer sees nothing."""
    stages = {stage.id: stage for stage in crisis.stages()}
    everybody = [actor.id for actor in crisis.actors]
    for step in story_of(game).steps:
        stage = stages.get(step.stage)
        if stage is None:
            yield []
        elif seen_by is None or seen_by == step.actor:
            yield list(step.labels)
        elif all(map(stage.sees, everybody)) if seen_by == EVERYBODY else stage.sees(seen_by):
            yield [stage.shown(move) for move in range(len(step.labels))]
        else:
            yield []


def _view(game: Game, crisis: Crisis, seen_by: str | None) -> View:
    story = story_of(game)
    told = list(_looks(game, crisis, seen_by))
    looks = tuple(tuple(dict.fromkeys(each)) for each in told)
    most = max((len(step.labels) for step in story.steps), default=0)
    code = np.full((len(told) + 1, most + 1), -1, np.int64)  # the root's edge is of no step
    for position, labels in enumerate(told):
        code[position, : len(labels)] = [looks[position].index(label) for label in labels]
    label = code[story.step, np.maximum(story.move, 0)]
    label[0] = -1
    of = np.zeros(game.nodes, np.int32)
    place: dict[tuple[int, int, int], int] = {}
    parent, step_at, label_at, depth = [-1], [-1], [-1], [0]
    for level in game.levels():
        if not level.start:
            continue
        above, own = of[game.parent[level]].astype(np.int64), label[level]
        seen = own >= 0
        here = above.copy()
        packed = (above[seen] * len(told) + story.step[level][seen]) * (most + 1) + own[seen]
        found, inverse = np.unique(packed, return_inverse=True)
        numbers = np.zeros(len(found), np.int64)
        for k, key in enumerate(found.tolist()):
            rest, which = divmod(key, most + 1)
            before, position = divmod(rest, len(told))
            number = place.setdefault((before, position, which), len(parent))
            if number == len(parent):
                parent.append(before)
                step_at.append(position)
                label_at.append(which)
                depth.append(depth[before] + 1)
            numbers[k] = number
        here[seen] = numbers[inverse.reshape(-1)]
        of[level] = here
    parents, steps, labels, depths = (np.array(each, np.int32) for each in (parent, step_at, label_at, depth))
    return View(of, parents, steps, labels, looks, place, depths)


@dataclass(frozen=True, eq=False)
class History:
    """A history with its likelier branches; probabilities are means over draws.

    address: what finds it again. actor, stage, round, move: of its last move, as the observer sees it ("" at the
    start; the actor of a chance event is `nature`). decision: address of the decision at which that move was made.
    there: probability of the move where the history before has happened; in_all: of the whole history; error: its
    standard error over draws, NaN for a single one. outcomes: probability of each outcome given the history. ends: by
    outcome, the part of `in_all` where the observer sees nothing more before the end. branches: histories one move
    on, the likeliest first; rest: those that are rarer, None where there are none.
    """

    address: str
    actor: str
    stage: str
    round: int
    move: str
    decision: str
    there: float
    in_all: float
    error: float
    outcomes: Mapping[str, float]
    ends: Mapping[str, float]
    branches: tuple[History, ...] = ()
    rest: Rest | None = None

    def walk(self) -> Iterator[History]:
        """The history and all that are told below it, parents first."""
        pending: list[History] = [self]
        while pending:
            history = pending.pop()
            yield history
            pending.extend(reversed(history.branches))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, branches inside branches."""
        told = {name: getattr(self, name) for name in ("address", "actor", "stage", "round", "move", "decision")}
        told |= {"there": self.there, "in_all": self.in_all, "error": None if np.isnan(self.error) else self.error}
        told |= {"outcomes": dict(self.outcomes), "ends": dict(self.ends)}
        told["branches"] = [branch.to_dict() for branch in self.branches]
        told["rest"] = None if self.rest is None else self.rest.to_dict()
        return told


@dataclass(frozen=True, eq=False)
class Rest:
    """The rarer branches of a history, summed. address: opens them. count: how many. Otherwise as for `History`."""

    address: str
    count: int
    there: float
    in_all: float
    outcomes: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        told = {name: getattr(self, name) for name in ("address", "count", "there", "in_all")}
        return {**told, "outcomes": dict(self.outcomes)}


def histories(solved: Solved, seen_by: str | None = None, root: str | None = None, least: float = LEAST) -> History:
    """The tree of histories from `root` on, branches of less than `least` of the root's probability summed.

    seen_by: None for the analyst, who sees every move as it was made; `everybody`; or an actor, who sees its own moves
    and what it is shown of others'. Private values are merged. root: the address of a history, or of a rest, whose
    branches are then told. Raises RequestError for what names nothing, and for a history that never happens.
    """
    if not 0.0 <= least < 1.0:
        raise RequestError(f"`least` is a share from 0 up and below 1; got {least}")
    view = view_of(solved.game, solved.crisis, seen_by)
    history, below = find(view, solved, root or "")
    return HistoryTelling(solved, view).told(history, below, least)


def _summed_at(place: NDArray[np.integer[Any]], weights: Floats, size: int) -> Floats:
    """Sum of the weights at each of so many places."""
    return np.bincount(place, weights, size).astype(np.float64)


@dataclass(eq=False)
class HistoryTelling:
    """Probabilities of all histories of a view, and the tree told from them.

    at [history, outcome]: where the observer sees nothing more before the end; total: at and below. mean, square
    [history]: of the whole probability over draws.
    """

    solved: Solved
    view: View
    at: Floats = field(init=False)
    total: Floats = field(init=False)
    chance: Floats = field(init=False)
    error: Floats = field(init=False)

    def __post_init__(self) -> None:
        solved, view = self.solved, self.view
        game, outcomes = solved.game, len(solved.crisis.outcomes)
        place = view.of[game.leaf_node].astype(np.int64) * outcomes + story_of(game).outcome
        size = view.count * outcomes
        sums = _summed_at(place, solved.leaf_reach.mean(axis=0), size).reshape(view.count, outcomes)
        self.at, self.total = sums, view.summed(sums)
        self.chance = self.total.sum(axis=1)
        self.error = np.full(view.count, np.nan)
        if solved.count > 1:
            square = np.zeros(view.count)
            for reach in solved.leaf_reach:
                own = _summed_at(view.of[game.leaf_node], reach, view.count)
                square += (view.summed(own) - self.chance) ** 2
            self.error = np.sqrt(square / (solved.count - 1) / solved.count)

    def told(self, history: int, below: float, least: float) -> History:
        """The tree from a history on. below: only branches of less probability than that are told at the root."""
        if not self.chance[history] > 0.0:
            raise RequestError(f"`{address_of(self.view, self.solved, history)}` never happens in this solution")
        children = [child for child in self._children(history) if self.chance[child] < below]
        whole = float(sum(self.chance[child] for child in children)) if np.isfinite(below) else self.chance[history]
        return self._told(history, children, least * whole, first=_FEW, alone=np.isfinite(below))

    def _children(self, history: int) -> list[int]:
        own = self.view.children(history)
        own = own[self.chance[own] > 0.0]
        return own[np.argsort(-self.chance[own], kind="stable")].tolist()

    def _told(self, history: int, children: list[int], least: float, *, first: int = 0, alone: bool = False) -> History:
        shown = [child for child in children if self.chance[child] >= least] or children[:first]
        # A rest of one would take no less room than what it stands for.
        shown += children[len(shown) :] if len(children) - len(shown) == 1 else []
        rare = children[len(shown) :]
        branches = tuple(self._told(child, self._children(child), least) for child in shown)
        rest = None
        if rare:
            total = self.total[rare].sum(axis=0)
            limit = float(np.nextafter(self.chance[rare[0]], 1.0))
            address = BETWEEN.join(filter(None, [self.address(history), f"rarer than {limit!r}"]))
            there = float(total.sum() / self.chance[history])
            rest = Rest(address, len(rare), there, float(total.sum()), self._shares(total))
        ends = {} if alone else {k: p for k, p in self._named(self.at[history]).items() if p > 0.0}
        before = int(self.view.parent[history])
        chance = float(self.chance[history])
        there = chance / float(self.chance[before]) if before >= 0 else 1.0
        last = self.last(history)
        return History(
            self.address(history), *last, there, chance, float(self.error[history]),
            self._shares(self.total[history]), ends, branches, rest,
        )  # fmt: skip

    def address(self, history: int) -> str:
        """The address of a history."""
        return address_of(self.view, self.solved, history)

    def _named(self, values: Floats) -> dict[str, float]:
        names = [outcome.id for outcome in self.solved.crisis.outcomes]
        return dict(zip(names, values.tolist(), strict=True))

    def _shares(self, values: Floats) -> dict[str, float]:
        return self._named(values / values.sum())

    def last(self, history: int) -> tuple[str, str, int, str, str]:
        """Of a history's last move the actor, stage, round, move, and the address of the decision."""
        if not history:
            return "", "", 0, "", ""
        step = story_of(self.solved.game).steps[int(self.view.step[history])]
        by = step.actor
        move = self.view.looks[int(self.view.step[history])][int(self.view.label[history])]
        before = self.address(int(self.view.parent[history]))
        decision = "" if by == NATURE else BETWEEN.join(filter(None, [before, step_words(step.stage, step.round)]))
        return by, step.stage, step.round, move, decision


def step_words(stage: str, round: int) -> str:
    """A step as people name it: `STAGE`, or `STAGE, round 2`."""
    return f"{stage}, round {round}" if round else stage


def address_of(view: View, solved: Solved, history: int) -> str:
    """The moves of a history in words: `STAGE: MOVE / STAGE, round 2: MOVE`; empty for the start."""
    steps, words = story_of(solved.game).steps, list[str]()
    while history > 0:
        position = int(view.step[history])
        step = steps[position]
        look = view.looks[position][int(view.label[history])]
        words.append(f"{step_words(step.stage, step.round)}: {look}")
        history = int(view.parent[history])
    return BETWEEN.join(reversed(words))


def find(view: View, solved: Solved, address: str) -> tuple[int, float]:
    """The history of an address, and below which probability its branches are meant (infinity: all of them).

    Raises RequestError where there is none.
    """
    history, below, left = 0, np.inf, address
    while left:
        part = left.partition(BETWEEN)[0]
        if (rare := _RARE.fullmatch(left)) is not None:
            return history, float(rare["share"])
        known = dict(_next(view, solved, history))
        # How a move looks may hold what stands between moves: the longest that fits is meant.
        fitting = [words for words in known if left == words or left.startswith(words + BETWEEN)]
        if not fitting:
            remedy = did_you_mean(part, known, "moves") if known else "play is over there"
            raise RequestError(f"`{part}` does not come {where_words(view, solved, history)}: {remedy}")
        words = max(fitting, key=len)
        history, left = known[words], left[len(words + BETWEEN) :]
    return history, below


def _next(view: View, solved: Solved, history: int) -> Iterator[tuple[str, int]]:
    steps = story_of(solved.game).steps
    for child in view.children(history).tolist():
        position = int(view.step[child])
        step = steps[position]
        yield f"{step_words(step.stage, step.round)}: {view.looks[position][int(view.label[child])]}", child


def decisions_after(view: View, solved: Solved, history: int) -> dict[str, int]:
    """The steps at which an actor may have to decide with nothing more seen than a history: position by words."""
    game, story = solved.game, story_of(solved.game)
    nodes = np.flatnonzero((view.of == history) & (game.infoset >= 0))
    positions = np.unique(story.infoset_step[game.infoset[nodes]]) if len(nodes) else np.zeros(0, np.int32)
    steps = [(int(position), story.steps[int(position)]) for position in positions.tolist()]
    return {step_words(step.stage, step.round): position for position, step in steps}


def where_words(view: View, solved: Solved, history: int) -> str:
    """A history for an error."""
    return f"after `{address_of(view, solved, history)}`" if history else "at the start"


def no_decision(view: View, solved: Solved, history: int, part: str) -> RequestError:
    """The refusal of a decision that does not come there."""
    known = decisions_after(view, solved, history)
    remedy = f"the decisions there: {listed(known)}" if known else "nobody has a decision there"
    return RequestError(f"`{part}` is no decision {where_words(view, solved, history)}: {remedy}")
