"""Draws with one input moved: to the same percentile in each of them, everything else as it was drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.crisis.model import Crisis
from detente.game.drawn.rankings import RankingAxis, moved_ranking

Floats = NDArray[np.float64]


def moved(crisis: Crisis, axes: tuple[str, ...], cube: Floats, axis: str, level: float) -> Floats:
    """Points of the unit cube [draw, dimension] with one input at a percentile of what it may be, given the others.

    axes: `detente.game.drawn.draws.dimensions` of the case. level: in (0, 1). A quantity whose distribution other
    quantities define is moved within that distribution, draw by draw. What a place of a ranking is worth is moved
    between the worths of the places above and below it, so that the ranking stays; what jumps goes from one side to the
    other.
    """
    part = RankingAxis.read(axis)
    if part is not None:
        return moved_ranking(crisis, axes, cube, part, level)
    points = cube.copy()
    points[:, axes.index(axis)] = level
    return points
