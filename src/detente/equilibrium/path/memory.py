"""Memory for the kernels, for one thread at a time, kept with its game: making it takes longer than a small solve."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

import numpy as np

from detente.equilibrium.elimination.fronts import Fronts
from detente.equilibrium.path.newton import Work, new_work
from detente.equilibrium.path.tuning import MOST_KEPT
from detente.game.arrays import Game
from detente.kernels.stopping import Flag, Stop, heeded
from detente.strategy.adjoint import Adjoint, new_adjoint
from detente.strategy.layout import Layout
from detente.strategy.state import State, new_state

_Held = TypeVar("_Held")


class Lent(Generic[_Held]):
    """Something lent while a `with` block runs and taken back afterwards; after an error it is thrown away. idle: the
    stock.
    """

    __slots__ = ("_flag", "_held", "_idle", "_kept", "_make", "_stop")

    def __init__(
        self, idle: list[_Held], kept: bool, make: Callable[[], _Held], flag: Callable[[_Held], Flag] | None = None
    ) -> None:
        self._flag = flag
        self._stop: Stop | None = None
        self._idle = idle
        self._kept = kept
        self._make = make

    def __enter__(self) -> _Held:
        self._held = self._idle.pop() if self._idle else self._make()
        self._stop = heeded() if self._flag else None
        if self._flag and self._stop:
            self._stop.watch(self._flag(self._held))
        return self._held

    def __exit__(self, error: object, *_: object) -> None:
        if self._flag and self._stop:
            self._stop.leave(self._flag(self._held))
        if error is None and self._kept:
            self._idle.append(self._held)


def memory(game: Game, layout: Layout, fronts: Fronts | None) -> Lent[tuple[State, Work]]:
    """Lends a state and a work for the game's layout and plan, to one borrower at a time; their contents are undefined.

    layout, fronts: those kept with the game, as `layout_of` and `elimination_of` give them. Memory of a game above
    `MOST_KEPT` is made anew for every borrower and not kept.
    """
    kept = game.nodes + layout.unknowns**2 <= MOST_KEPT
    return Lent(_of(game, (id(layout), id(fronts))), kept, lambda: new_memory(game, layout, fronts), _halt)


def _halt(held: tuple[State, Work]) -> Flag:
    return held[1].halt


def backward_memory(game: Game, layout: Layout) -> Lent[Adjoint]:
    """Lends the arrays of the backward sweeps that derivatives take, to one borrower at a time."""
    return Lent(_of(game, id(layout)), game.nodes <= MOST_KEPT, lambda: new_adjoint(layout, game.chance_classes))


def _of(game: Game, key: Hashable) -> list[Any]:
    """The idle arrays of one kind, for one game."""
    return game.kept.once(("idle", key), list[Any])


def new_memory(game: Game, layout: Layout, fronts: Fronts | None) -> tuple[State, Work]:
    """A state and a work that are zeroed and belong to the caller alone."""
    most_actions = int(np.diff(game.action_start).max(initial=1))
    return new_state(layout, game.chance_classes, most_actions), new_work(layout.unknowns, game.actions, fronts)
