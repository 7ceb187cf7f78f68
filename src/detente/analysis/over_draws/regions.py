"""Boxes in which something holds: few quantities, each cut at one end or both, as dense and as wide as can be.

Source: Friedman and Fisher 1999 (the patient rule induction method); Bryant and Lempert 2010 (coverage and density).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.ranking import WRONG_ORDER
from detente.analysis.over_draws.rules import counts_of, round_step

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_SIDES = 3
"""A box restricts no more quantities than this: a reader must be able to keep it in mind."""

_PEEL = 0.08
_SUPPORT = 0.1
_FEWEST = 10
BOX_FOLDS = 5


@dataclass(frozen=True, slots=True)
class QuantityBounds:
    """A quantity kept between two values; infinite where it is not cut."""

    quantity: str
    low: float
    high: float

    def met(self, values: Floats) -> Bools:
        """[draw]: where it is kept."""
        return (values > self.low) & (values <= self.high)


@dataclass(frozen=True, slots=True)
class Box:
    """A box in the space of the quantities in which something holds more often than elsewhere.

    share: how much of all draws lies inside. density: how often it holds inside; base: everywhere. coverage: share of
    the draws in which it holds that lie inside. held_back: the density found in boxes drawn without looking at the
    draws they are judged by (five-fold cross-validation).
    """

    limits: tuple[QuantityBounds, ...]
    share: float
    density: float
    base: float
    coverage: float
    held_back: float
    draws: int


def find_box(
    columns: Mapping[str, Floats], holds: Bools, weights: Floats | None = None, *, seed: int = 0
) -> Box | None:
    """The box that trades density against coverage best; None where none is told to be denser on held-back draws.

    columns: quantity -> [draw]. holds [draw]. weights [draw]: how much each draw counts.
    """
    draws, counts = len(holds), counts_of(len(holds), weights)
    good = counts * holds
    if round(min(float(good.sum()), float((counts - good).sum())), 6) < _FEWEST or not columns:
        return None
    limits = _peeled(columns, holds, counts)
    if not limits:
        return None
    held_back, number = _held_back(columns, holds, counts, seed)
    base = float(good.sum() / counts.sum())
    inside = _inside(columns, limits)
    # Chance alone would bring as much to one search in twenty.
    if not held_back > base + NormalDist().inv_cdf(1.0 - WRONG_ORDER) * math.sqrt(
        base * (1.0 - base) / max(number, 1.0)
    ):
        return None
    return Box(
        limits,
        float(counts[inside].sum() / counts.sum()),
        float(good[inside].sum() / counts[inside].sum()),
        base,
        float(good[inside].sum() / good.sum()),
        held_back,
        draws,
    )


def _inside(columns: Mapping[str, Floats], limits: tuple[QuantityBounds, ...]) -> Bools:
    inside = np.ones(len(next(iter(columns.values()))), bool)
    for each in limits:
        inside &= each.met(columns[each.quantity])
    return inside


def _held_back(columns: Mapping[str, Floats], holds: Bools, counts: Floats, seed: int) -> tuple[float, float]:
    """Density of boxes found without the draws that are counted (cross-validation), and the draws inside them.

    NaN where none does.
    """
    fold = np.random.default_rng(seed).permutation(len(holds)) % BOX_FOLDS
    hits = total = 0.0
    for number in range(BOX_FOLDS):
        test = fold == number
        limits = _peeled({name: values[~test] for name, values in columns.items()}, holds[~test], counts[~test])
        inside = _inside(columns, limits) & test
        hits += float(counts[inside & holds].sum())
        total += float(counts[inside].sum())
    return hits / total if total else float("nan"), total


def _peeled(columns: Mapping[str, Floats], holds: Bools, counts: Floats) -> tuple[QuantityBounds, ...]:
    """Peel thin slices off one end of one quantity at a time, then keep the box that serves best.

    What serves is the harmonic mean of density and coverage, so that neither is bought with all of the other.
    """
    bounds: dict[str, tuple[float, float]] = {}
    inside = np.ones(len(holds), bool)
    good = counts * holds
    if not good.any():
        return ()
    least = max(_FEWEST, int(_SUPPORT * counts.sum()))
    best: tuple[float, dict[str, tuple[float, float]]] = (_served(good, counts, inside), {})
    while True:
        step = _best_peel(columns, (good, counts), inside, bounds, least)
        if step is None:
            break
        name, low, high = step
        bounds[name] = (low, high)
        inside &= (columns[name] > low) & (columns[name] <= high)
        served = _served(good, counts, inside)
        if served > best[0] + 1e-9:
            best = (served, dict(bounds))
    return tuple(QuantityBounds(name, low, high) for name, (low, high) in best[1].items())


def _served(good: Floats, counts: Floats, inside: Bools) -> float:
    density, coverage = good[inside].sum() / counts[inside].sum(), good[inside].sum() / good.sum()
    return float(2 * density * coverage / (density + coverage)) if density + coverage else 0.0


def _best_peel(
    columns: Mapping[str, Floats],
    tally: tuple[Floats, Floats],
    inside: Bools,
    bounds: Mapping[str, tuple[float, float]],
    least: int,
) -> tuple[str, float, float] | None:
    """The slice whose removal raises the density most, for each draw removed; None where none does.

    tally: for how many draws each one counts [draw] where it holds (else 0), and in any case.
    """
    best: tuple[float, tuple[str, float, float]] | None = None
    held, counts = tally
    here, good = float(counts[inside].sum()), float(held[inside].sum())
    names = bounds if len(bounds) >= MOST_SIDES else columns
    for name in names:
        values = columns[name]
        low, high = bounds.get(name, (-np.inf, np.inf))
        step = round_step(float(np.ptp(values)))
        for end, quantile in ((0, _PEEL), (1, 1 - _PEEL)):
            edge = float(np.quantile(values[inside], quantile))
            edge = float(np.round((np.ceil(edge / step) if end == 0 else np.floor(edge / step)) * step, 12))
            new = (edge, high) if end == 0 else (low, edge)
            kept = inside & (values > new[0]) & (values <= new[1])
            number = float(counts[kept].sum())
            if not least <= round(number, 6) < round(here, 6):
                continue
            gain = (float(held[kept].sum()) / number - good / here) / (here - number)
            if gain > 0 and (best is None or gain > best[0]):
                best = (gain, (name, *new))
    return None if best is None else best[1]
