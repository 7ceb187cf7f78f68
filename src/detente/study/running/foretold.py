"""Linear forecasts from exact derivatives: the movement of every outcome with each input, draw by draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.analysis.gradient import Gradient, outcome_gradients
from detente.analysis.over_draws.intervals import HIGH, LOW
from detente.analysis.solved import Solved
from detente.crisis.quantities import RATIONALITY
from detente.game.drawn.draws import Draws, dimensions, from_cube
from detente.game.drawn.moved import moved
from detente.game.drawn.rankings import RankingAxis, jumps, place_slope, ranked_values
from detente.study.request import Prepared
from detente.study.running.columns import Block

Floats = NDArray[np.float64]


def slopes_block(solved: Solved, prepared: Prepared, *, own: bool) -> Block:
    """Fields `slopes outset` and, with a timeline, `slopes events` [draw, axis, outcome], `slopes weight`.

    Each is a derivative times the way from the 5th to the 95th percentile of what the axis drives; the last [draw,
    axis] is that of the natural logarithm of the probability of the events. own: True where the case's own rationality
    is in force.
    """
    assert solved.draws is not None
    axes = dimensions(prepared.base)
    ways = [_way(solved.draws, prepared, axes, axis) for axis in axes]
    found: dict[str, Floats] = {}
    for when in ("outset", "events") if solved.crisis.timeline else ("outset",):
        parts = outcome_gradients(solved, axes, prepared.fixed, own=own, after=when == "events", likelihood=True)
        table = [
            [_slope(part, solved.draws, axis) * way for part in parts] for axis, way in zip(axes, ways, strict=True)
        ]
        slopes = np.moveaxis(np.array(table).reshape(len(axes), len(parts), solved.count), 2, 0)
        found[f"slopes {when}"] = slopes[:, :, : len(solved.crisis.outcomes)]
        if when == "events":
            found["slopes weight"] = slopes[:, :, -1]
    return Block.of(found, {})


def values_of(draws: Draws, axis: str) -> Floats:
    """[draw]: the value of the input that an axis drives."""
    if axis == RATIONALITY:
        return draws.rationality
    part = RankingAxis.read(axis)
    return draws.quantities[axis] if part is None else ranked_values(draws.crisis, draws.rankings, part)


def _way(draws: Draws, prepared: Prepared, axes: tuple[str, ...], axis: str) -> Floats:
    if jumps(axis):
        return np.zeros(draws.count)
    low, high = (
        values_of(
            from_cube(
                prepared.crisis, moved(prepared.base, axes, draws.cube, axis, level), axes=axes, fixed=prepared.fixed
            ),
            axis,
        )
        for level in (LOW, HIGH)
    )
    return high - low


def _slope(part: Gradient, draws: Draws, axis: str) -> Floats:
    nothing = np.zeros(len(part.value))
    if axis == RATIONALITY:
        return part.rationality
    ranked = RankingAxis.read(axis)
    if ranked is not None:
        return nothing if ranked.jumps else place_slope(ranked, draws.rankings[ranked.preference], part.slopes.tiers)
    return part.slopes.quantities.get(axis, nothing)
