"""Memory for the kernels, for one thread at a time, kept with its game: making it takes longer than a small solve."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from detente.equilibrium.elimination.fronts import Fronts
from detente.equilibrium.path.newton import Work, new_work
from detente.game.arrays import Game
from detente.strategy.adjoint import Adjoint, new_adjoint
from detente.strategy.layout import Layout
from detente.strategy.state import State, new_state

MOST_KEPT = 200_000  # nodes and entries of the dense matrix from which memory is given back instead

_idle: WeakKeyDictionary[Game, dict[Hashable, list[Any]]] = WeakKeyDictionary()

_Held = TypeVar("_Held")


class Lent(Generic[_Held]):
    """Something that is lent while a `with` block runs, and thrown away where that fails. idle: what may be lent."""

    __slots__ = ("_held", "_idle", "_kept", "_make")

    def __init__(self, idle: list[_Held], kept: bool, make: Callable[[], _Held]) -> None:
        self._idle = idle
        self._kept = kept
        self._make = make

    def __enter__(self) -> _Held:
        self._held = self._idle.pop() if self._idle else self._make()
        return self._held

    def __exit__(self, error: object, *_: object) -> None:
        if error is None and self._kept:
            self._idle.append(self._held)


def memory(game: Game, layout: Layout, fronts: Fronts | None) -> Lent[tuple[State, Work]]:
    """A state and a work for the game's layout and plan, nobody else's for the time being; what they hold is anything.

    The layout and the plan are those that are kept with the game, as `layout_of` and `elimination_of` give them.
    """
    kept = game.nodes + layout.unknowns**2 <= MOST_KEPT
    return Lent(_of(game, (id(layout), id(fronts))), kept, lambda: new_memory(game, layout, fronts))


def backward_memory(game: Game, layout: Layout) -> Lent[Adjoint]:
    """The same for the sweeps that derivatives take."""
    return Lent(_of(game, id(layout)), game.nodes <= MOST_KEPT, lambda: new_adjoint(layout, game.chance_classes))


def _of(game: Game, key: Hashable) -> list[Any]:
    """What lies idle of one kind."""
    kinds = _idle.get(game)
    if kinds is None:
        kinds = _idle.setdefault(game, {})
    idle = kinds.get(key)
    return kinds.setdefault(key, []) if idle is None else idle


def new_memory(game: Game, layout: Layout, fronts: Fronts | None) -> tuple[State, Work]:
    """The same as `memory`, zeroed and for the caller alone."""
    most_actions = int(np.diff(game.action_start).max(initial=1))
    return new_state(layout, game.chance_classes, most_actions), new_work(layout.unknowns, game.actions, fronts)
