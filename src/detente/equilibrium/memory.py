"""Memory for the kernels, for one thread at a time, kept with its game: making it takes longer than a small solve."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import numpy as np

from detente.equilibrium.fronts import Fronts
from detente.equilibrium.newton import Work, new_work
from detente.game.arrays import Game
from detente.strategy.layout import Layout
from detente.strategy.sweep import State, new_state

MOST_KEPT = 200_000  # nodes and entries of the dense matrix from which memory is given back instead

_Key = tuple[int, int]
_idle: WeakKeyDictionary[Game, dict[_Key, list[tuple[State, Work]]]] = WeakKeyDictionary()


@contextmanager
def memory(game: Game, layout: Layout, fronts: Fronts | None) -> Generator[tuple[State, Work]]:
    """A state and a work for the game's layout and plan, nobody else's for the time being; what they hold is anything.

    The layout and the plan are those that are kept with the game, as `layout_of` and `elimination_of` give them.
    """
    idle = _idle.setdefault(game, {}).setdefault((id(layout), id(fronts)), [])
    held = idle.pop() if idle else new_memory(game, layout, fronts)
    yield held
    if game.nodes + layout.unknowns**2 <= MOST_KEPT:
        idle.append(held)


def new_memory(game: Game, layout: Layout, fronts: Fronts | None) -> tuple[State, Work]:
    """The same, zeroed and for the caller alone."""
    most_actions = int(np.diff(game.action_start).max(initial=1))
    return new_state(layout, game.chance_classes, most_actions), new_work(layout.unknowns, game.actions, fronts)
