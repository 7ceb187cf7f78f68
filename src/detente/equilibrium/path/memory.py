"""Memory for the kernels, for one thread at a time, kept with its game: making it takes longer than a small solve."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

import numpy as np

from detente.equilibrium.elimination.fronts import Fronts
from detente.equilibrium.path.newton import Work, new_work
from detente.equilibrium.path.tuning import MOST_KEPT
from detente.game.arrays import Game
from detente.strategy.adjoint import Adjoint, new_adjoint
from detente.strategy.layout import Layout
from detente.strategy.state import State, new_state

_Held = TypeVar("_Held")


class Lent(Generic[_Held]):
    """Something lent while a `with` block runs and taken back afterwards; after an error it is thrown away. idle: the
    stock.
    """

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
    """Lends a state and a work for the game's layout and plan, to one borrower at a time; their contents are undefined.

    layout, fronts: those kept with the game, as `layout_of` and `elimination_of` give them. Memory of a game above
    `MOST_KEPT` is made anew for every borrower and not kept.
    """
    kept = game.nodes + layout.unknowns**2 <= MOST_KEPT
    return Lent(_of(game, (id(layout), id(fronts))), kept, lambda: new_memory(game, layout, fronts))


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
