"""The range and the density of everything uncertain in a case, for a slider and the picture beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import HIGH, LOW
from detente.crisis.quantities import RATIONALITY, Distribution
from detente.game.drawn.draws import Draws, dimensions
from detente.study.request import Prepared, Request

Floats = NDArray[np.float64]

_POINTS, _TAIL = 64, 1e-4
"""Pieces that a density is told in, and the probability left out at either end."""


@dataclass(frozen=True, eq=False)
class Range:
    """A quantity, or the rationality, with its uncertainty, everything else at its median.

    at: where it stands at the settings in force. low, median, high: its 5th, 50th and 95th percentile; of a number
    that is not uncertain they are that number. values, density [point]: its density, per unit; empty where it is not
    uncertain. fixed: whether it is set to a number.
    """

    id: str
    name: str
    unit: str
    at: float
    low: float
    median: float
    high: float
    values: Floats
    density: Floats
    fixed: bool


def ranges_of(prepared: Prepared, request: Request) -> list[Range]:
    """The ranges of all quantities in the order of the case, then of the rationality where that is finite."""
    axes = dimensions(prepared.base)
    free = Prepared(prepared.compiled, prepared.base, prepared.crisis, {})
    edges = np.clip(np.linspace(0.0, 1.0, _POINTS + 1), _TAIL, 1.0 - _TAIL)
    levels = np.concatenate([edges, [LOW, 0.5, HIGH]])
    names = [axis for axis in axes if axis == RATIONALITY or axis in {each.id for each in prepared.crisis.quantities}]
    cube = np.full((len(names) * len(levels), len(axes)), 0.5)
    for number, name in enumerate(names):
        cube[number * len(levels) : (number + 1) * len(levels), axes.index(name)] = levels
    moved = free.at(cube)
    here = prepared.draws(request)

    def told(id: str, name: str, unit: str, at: float) -> Range:
        fixed = id in prepared.fixed or (id == RATIONALITY and request.rationality is not None)
        nothing = np.zeros(0)
        if id not in names:
            return Range(id, name, unit, at, at, at, at, nothing, nothing, fixed)
        number = names.index(id)
        found = _values(moved, id)[number * len(levels) : (number + 1) * len(levels)]
        x, (low, median, high) = found[: len(edges)], found[len(edges) :].tolist()
        width = np.diff(x)
        if not (width > 0.0).all():  # held to a number by the scenario, or by what it is defined by
            return Range(id, name, unit, at, low, median, high, nothing, nothing, fixed)
        return Range(id, name, unit, at, low, median, high, x[:-1] + 0.5 * width, np.diff(edges) / width, fixed)

    quantities = [
        told(each.id, each.label, each.unit, float(np.median(here.quantities[each.id])))
        for each in prepared.crisis.quantities
    ]
    wanted = here.rationality if request.rationality is None else np.array([request.rationality])
    if isinstance(prepared.crisis.rationality, Distribution) or np.isfinite(wanted).all():
        quantities.append(told(RATIONALITY, "rationality of the actors", "", float(np.median(wanted))))
    return quantities


def _values(draws: Draws, id: str) -> Floats:
    return draws.rationality if id == RATIONALITY else draws.quantities[id]
