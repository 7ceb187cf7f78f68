"""Draws with one input moved: to the same percentile in each of them, everything else as it was drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def moved(axes: tuple[str, ...], cube: Floats, axis: str, level: float) -> Floats:
    """Points of the unit cube [draw, dimension] with one input at a percentile of what it may be, given the others.

    axes: `detente.game.drawn.draws.dimensions` of the case. level: in (0, 1). A quantity whose distribution other
    quantities define is moved within that distribution, draw by draw. The worth of a ranked outcome is moved between
    those of the outcomes above and below it, so that the ranking stays.
    """
    points = cube.copy()
    if not axis.startswith("preference "):
        points[:, axes.index(axis)] = level
        return points
    _, position, _, tier = axis.split(" ")
    columns = np.array([k for k, name in enumerate(axes) if name.startswith(f"preference {position} ")])
    # The worths of a ranking are its uniform numbers in falling order: tier t is the t-th largest of them.
    order = np.argsort(-cube[:, columns], axis=1, kind="stable")
    ranked = np.take_along_axis(cube[:, columns], order, axis=1)
    bounded = np.pad(ranked, ((0, 0), (1, 1)), constant_values=((0.0, 0.0), (1.0, 0.0)))
    own = int(tier)
    above, below = bounded[:, own - 1], bounded[:, own + 1]
    points[np.arange(len(cube)), columns[order[:, own - 1]]] = below + level * (above - below)
    return points
