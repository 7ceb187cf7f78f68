"""Dense or sparse: how the Newton systems of a game are eliminated."""

from __future__ import annotations

from typing import Literal

from detente.equilibrium.elimination.fronts import Fronts, fronts_of
from detente.equilibrium.elimination.tuning import (
    ASSEMBLY,
    DENSE_CALL,
    DENSE_FLOPS,
    DENSE_TOUCH,
    FEWEST_PLANNED,
    MOST_DENSE,
    SWEEP,
)
from detente.errors import RequestError
from detente.game.arrays import Game
from detente.strategy.layout import Layout, layout_of

Elimination = Literal["auto", "dense", "sparse"]


def elimination_of(game: Game, *, eliminate: bool = True, how: Elimination = "auto") -> Fronts | None:
    """The plan of a sparse elimination, or None for a dense one; by default whichever is foreseen to be faster.

    eliminate: as for `layout_of`. Raises RequestError where neither would fit in memory, or the name is unknown.
    """
    if how not in ("auto", "dense", "sparse"):
        raise RequestError(f"elimination: {how!r} is unknown; it may be auto, dense or sparse")
    unknowns = layout_of(game, eliminate=eliminate).unknowns
    if how == "dense" or unknowns == 0 or (how == "auto" and unknowns < FEWEST_PLANNED):
        return None
    plan = _plan(layout_of(game, eliminate=eliminate), game)
    if plan is None:
        if how == "auto" and unknowns <= MOST_DENSE:
            return None
        raise RequestError(f"{unknowns} unknowns that all depend on one another do not fit in memory")
    fronts, cost = plan
    return fronts if how == "sparse" or cost < dense_cost(unknowns) else None


def _plan(layout: Layout, game: Game) -> tuple[Fronts, float] | None:
    """The plan for one of the game's own layouts, made once per game."""
    return game.kept.once(("fronts", id(layout)), lambda: fronts_of(layout))


def dense_cost(unknowns: int) -> float:
    """Nanoseconds that a dense assembly and factorisation take, about."""
    n = float(unknowns + 1)
    return n * n * (n * 2.0 / 3.0 / DENSE_FLOPS + DENSE_TOUCH) + DENSE_CALL


def foreseen_cost(game: Game, layout: Layout, fronts: Fronts | None) -> float:
    """Nanoseconds that one linear system takes, with the sweeps through the tree that make it, about."""
    cost = dense_cost(layout.unknowns)
    if fronts is not None and (plan := _plan(layout, game)) is not None and plan[0] is fronts:
        cost = plan[1]
    return ASSEMBLY * cost + SWEEP * (len(layout.position_node) + game.nodes)
