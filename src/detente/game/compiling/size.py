"""Size of a game before the game takes any memory.

Histories that agree on everything the shape of the game reads are counted together, so that a game of 10^12 nodes
is measured in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.crisis.model import Crisis
from detente.crisis.play import Repeat, stages_of
from detente.errors import CaseError, Problem
from detente.game.compiling.order import Play, Turn
from detente.game.rows import Columns, distinct, join, take
from detente.plurals import counted

MEMORY_BUDGET = 4 * 2**30
"""Bytes that a compiled game may take unless the caller says otherwise."""

_CONTEXTS = 20_000_000


@dataclass(frozen=True)
class TurnSize:
    """Nodes that one turn makes; `histories` are those at which it is played."""

    turn: Turn
    histories: float
    nodes: float


@dataclass(frozen=True)
class GameSize:
    """Nodes by turn, in the order of play. `complete` is false where counting stopped because it was enough."""

    turns: tuple[TurnSize, ...]
    bytes_per_node: int
    complete: bool = True

    @property
    def nodes(self) -> float:
        """All nodes, the root included."""
        return 1 + sum(each.nodes for each in self.turns)

    @property
    def bytes(self) -> float:
        """Memory that compiling the game takes at its peak."""
        return self.nodes * self.bytes_per_node

    def by_stage(self) -> dict[str, float]:
        """Nodes by stage (all rounds together) or private variable."""
        total: dict[str, float] = {}
        for each in self.turns:
            step = each.turn.step
            name = step.stage or f"{step.actor}.{step.variable}"
            total[name] = total.get(name, 0) + each.nodes
        return total


def measure(play: Play, *, enough: float = np.inf) -> GameSize:
    """The exact size of the game, without building it; stops counting beyond `enough` nodes."""
    columns = play.start(play.shape_keys)
    many: NDArray[np.float64] = np.ones(1)
    sizes: list[TurnSize] = []
    per_node = bytes_per_node(play)
    for turn in play.turns:
        play.begin(columns, turn)
        acting = play.acting(columns, turn, len(many))
        movers, weight = take(columns, acting), many[acting]
        moves = len(turn.labels)
        if len(weight) * moves > _CONTEXTS:
            sizes.append(TurnSize(turn, float(weight.sum()), float(weight.sum() * moves)))
            return GameSize(tuple(sizes), per_node, complete=False)
        possible = play.available(movers, turn, len(weight))
        sizes.append(TurnSize(turn, float(weight.sum()), float((possible.sum(axis=1) * weight).sum())))
        if sum(each.nodes for each in sizes) > enough:
            return GameSize(tuple(sizes), per_node, complete=False)
        row, move = np.nonzero(possible)
        children = take(movers, row)
        play.follow(children, turn, move.astype(np.int32))
        going = play.ends(children, turn, move.astype(np.int32)) < 0
        columns, many = _merge(
            [take(columns, ~acting), take(children, going)],
            np.concatenate([many[~acting], weight[row][going]]),
        )
        if turn.closes:
            going = play.conclude(columns, turn, len(many)) < 0
            columns, many = _merge([take(columns, going)], many[going])
    return GameSize(tuple(sizes), per_node)


def _merge(parts: list[Columns], many: NDArray[np.float64]) -> tuple[Columns, NDArray[np.float64]]:
    columns = join(parts) if parts[0] else {}
    first, inverse = distinct(columns.values(), len(many))
    total = np.zeros(len(first))
    np.add.at(total, inverse, many)
    return take(columns, first), total


def require_size(play: Play, memory_budget: int) -> GameSize:
    """The size of the game; raises CaseError, with its size by stage, where it would exceed the budget."""
    allowed = memory_budget / bytes_per_node(play)
    size = measure(play, enough=allowed)
    if size.complete and size.nodes <= allowed:
        return size
    raise CaseError([_too_large(play.crisis, size, memory_budget)])


def bytes_per_node(play: Play) -> int:
    """Bytes that one node takes at the peak of compilation."""
    keys = len(play.all_keys) + len(play.crisis.actors) + 3
    return 4 * (9 + 3 * keys) + 8 * (len(play.crisis.actors) + 4)


def _count(number: float) -> str:
    return f"{number:,.0f}" if number < 1e12 else f"{number:.1e}"


def _too_large(crisis: Crisis, size: GameSize, budget: int) -> Problem:
    stages = sorted(size.by_stage().items(), key=lambda item: -item[1])
    listed = "; ".join(f"`{name}` {_count(nodes)}" for name, nodes in stages[:4])
    least = "" if size.complete else "more than "
    what = (
        f"the game has {least}{_count(size.nodes)} nodes, about {size.bytes / 2**30:,.1f} GiB; "
        f"the budget is {budget / 2**30:.1f} GiB. Nodes by stage: {listed}"
    )
    widest = max(size.turns, key=lambda each: len(each.turn.labels))
    name = widest.turn.step.stage or f"{widest.turn.step.actor}.{widest.turn.step.variable}"
    repeats = [step for step in crisis.steps if isinstance(step, Repeat) and step.times > 1]
    branches = counted(len(widest.turn.labels), "branch", "branches")
    causes = [f"`{name}` has {branches}: a coarser `step` or fewer `points` shrinks it"]
    for repeat in repeats:
        inner = ", ".join(f"`{stage.id}`" for stage in stages_of(repeat.stages))
        causes.append(f"{inner} are repeated {repeat.times} times: each round multiplies the game")
    owner = widest.turn.stage or widest.turn.variable
    return Problem(what, "; ".join(causes), owner.place if owner is not None else None)
