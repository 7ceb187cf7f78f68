"""A readable rule on one quantity or two for the draws in which something holds, kept only if it predicts unseen draws.

Every threshold on one quantity, and every corner or band on two, is tried. What is told is how well the *search* does
on draws held back from it (cross-validation around the whole search), so that trying many rules is paid for. Weighted
draws are counted as the effective number of equally weighted ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import effective_number

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Singles = NDArray[np.float32]

CUTS = 9
"""Thresholds tried on each quantity: about the deciles of its draws, at round numbers."""

FEWEST_RARER = 8
"""Fewer draws than this on the rarer side leave nothing to learn from."""

RULE_FOLDS, REPEATS = 5, 3
_SUPPORT = 0.1
_NONE = np.float32(1e-6)
_NICE = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Condition:
    """One side of a threshold on a quantity."""

    quantity: str
    above: bool
    threshold: float

    def met(self, values: Floats) -> Bools:
        """[draw]: where the condition is met."""
        return values > self.threshold if self.above else values <= self.threshold


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions under which something holds more often, or less often, than elsewhere.

    inside: share of draws that meet the conditions; holds_inside, holds_outside: how often it holds there and
    elsewhere. accuracy: share of held-back draws called right; base: the share that the more frequent answer alone
    calls right. gain: by how much the mean squared error of the foretold chance falls on held-back draws; its
    standard error is gain_error.
    """

    conditions: tuple[Condition, ...]
    inside: float
    holds_inside: float
    holds_outside: float
    accuracy: float
    base: float
    gain: float
    gain_error: float
    draws: int


@dataclass(frozen=True, slots=True)
class _Cuts:
    """All thresholds: above [draw, cut], and what each is a threshold of."""

    above: Bools
    quantity: NDArray[np.intp]
    threshold: Floats
    names: tuple[str, ...]


_Pick = tuple[int, bool, int, bool]
"""First cut and whether its upper side is meant, second cut and the same; one cut alone is paired with itself."""


def counts_of(draws: int, weights: Floats | None) -> Floats:
    """[draw]: how many effective draws each one counts for; one each without weights."""
    if weights is None:
        return np.ones(draws)
    return weights * (effective_number(weights) / max(float(weights.sum()), np.finfo(float).tiny))


def find_rule(
    columns: Mapping[str, Floats], holds: Bools, weights: Floats | None = None, *, seed: int = 0
) -> Rule | None:
    """The rule that best tells where something holds; None where none foretells held-back draws.

    columns: quantity -> [draw]. holds [draw]. weights [draw]: how much each draw counts.
    """
    draws, counts = len(holds), counts_of(len(holds), weights)
    if round(min(float(counts[holds].sum()), float(counts[~holds].sum())), 6) < FEWEST_RARER:
        return None
    cuts = _cuts(columns)
    if not len(cuts.threshold):
        return None
    losses, right = _held_back(cuts, holds, counts, np.random.default_rng(seed))
    base, chosen = losses[0], 0
    for size in (1, 2):
        better = losses[chosen] - losses[size]
        if _mean(better, counts) > _error(better, counts):
            chosen = size
    if not chosen:
        return None
    pick = _search(cuts.above, cuts.quantity, holds, counts)[chosen - 1]
    if pick is None:
        return None
    inside = _inside(cuts.above, pick)
    gain = base - losses[chosen]
    return Rule(
        _conditions(cuts, pick),
        _mean(inside, counts),
        _mean(holds[inside], counts[inside]),
        _mean(holds[~inside], counts[~inside]),
        _mean(right[chosen], counts),
        max(_mean(holds, counts), _mean(~holds, counts)),
        _mean(gain, counts),
        _error(gain, counts),
        draws,
    )


def _mean(values: Floats | Bools, counts: Floats) -> float:
    return float((counts * values).sum() / counts.sum())


def _error(gain: Floats, counts: Floats) -> float:
    return float(np.sqrt(((counts * (gain - _mean(gain, counts))) ** 2).sum()) / counts.sum())


def round_step(spread: float) -> float:
    """A round number near a twenty-fifth of a range: the grain of readable thresholds."""
    if not spread > 0:
        return 1.0
    rough = spread / 25
    unit = 10.0 ** np.floor(np.log10(rough))
    return float(unit * next(nice for nice in _NICE if nice * unit >= rough * 0.999))


def _cuts(columns: Mapping[str, Floats]) -> _Cuts:
    above: list[Bools] = []
    quantity: list[int] = []
    threshold: list[float] = []
    for position, values in enumerate(columns.values()):
        step = round_step(float(np.ptp(values)))
        levels = np.quantile(values, np.arange(1, CUTS + 1) / (CUTS + 1))
        for level in np.unique(np.round(levels / step) * step):
            over = values > level
            if 0 < over.sum() < len(values):
                above.append(over)
                quantity.append(position)
                threshold.append(float(np.round(level, 12)))
    table = np.stack(above, axis=1) if above else np.zeros((0, 0), bool)
    return _Cuts(table, np.array(quantity, np.intp), np.array(threshold), tuple(columns))


def _search(
    above: Bools, quantity: NDArray[np.intp], holds: Bools, counts: Floats
) -> tuple[_Pick | None, _Pick | None]:
    """The best rule on one cut and on two, by the drop in Gini impurity; None where all are too one-sided."""
    table = above.astype(np.float32)
    weight = counts.astype(np.float32)[:, None]
    held, own = table[holds], weight[holds]
    count, total = float(counts.sum()), float(counts[holds].sum())
    both = np.asarray(table.T @ (weight * table), np.float32)
    both_held = np.asarray(held.T @ (own * held), np.float32)
    one: Singles = np.diag(both)
    one_held: Singles = np.diag(both_held)
    corners = {
        (True, True): (both, both_held),
        (True, False): (one[:, None] - both, one_held[:, None] - both_held),
        (False, False): (
            count - one[:, None] - one[None, :] + both,
            total - one_held[:, None] - one_held[None, :] + both_held,
        ),
    }
    single = _purity(one, one_held, count, total)
    first = int(np.argmax(single))
    alone = (first, True, first, True) if single[first] > 0 else None
    best, pair = 0.0, None
    for (left, right), (number, good) in corners.items():
        worth = _purity(number, good, count, total)
        place = int(np.argmax(worth))
        if worth.flat[place] > best:
            best = float(worth.flat[place])
            i, j = divmod(place, len(one))
            pair = (i, left, j, right)
    return alone, pair


def _purity(number: Singles, good: Singles, count: float, total: float) -> NDArray[np.floating[Any]]:
    """Sum over both sides of good^2 / number, which falls as p (1 - p) grows; 0 where a side holds too few draws."""
    least = max(5.0, _SUPPORT * count)
    with np.errstate(all="ignore"):
        pure: NDArray[np.floating[Any]] = good * good / number + (total - good) ** 2 / (count - number)
    pure[(number < least) | (number > count - least)] = 0.0
    return pure


def _inside(above: Bools, pick: _Pick) -> Bools:
    first, up, second, over = pick
    return (above[:, first] == up) & (above[:, second] == over)


def _rate(side: Bools, holds: Bools, counts: Floats) -> float:
    """Share of the draws on one side in which it holds, shrunk towards one half (Jeffreys 1946)."""
    return (float(counts[side & holds].sum()) + 0.5) / (float(counts[side].sum()) + 1)


def _held_back(
    cuts: _Cuts, holds: Bools, counts: Floats, rng: np.random.Generator
) -> tuple[list[Floats], list[Floats]]:
    """[draw] squared errors and shares called right on held-back draws: by the base rate, one cut, two."""
    draws = len(holds)
    losses = [np.zeros(draws) for _ in range(3)]
    right = [np.zeros(draws) for _ in range(3)]
    for _ in range(REPEATS):
        fold = rng.permutation(draws) % RULE_FOLDS
        for number in range(RULE_FOLDS):
            test, train = fold == number, fold != number
            mean = _rate(train, holds, counts)
            foretold = [np.full(int(test.sum()), mean)]
            for pick in _search(cuts.above[train], cuts.quantity, holds[train], counts[train]):
                if pick is None:
                    foretold.append(foretold[0])
                    continue
                inside = _inside(cuts.above, pick)
                yes, no = (_rate(train & side, holds, counts) for side in (inside, ~inside))
                foretold.append(np.where(inside[test], yes, no))
            for position, chance in enumerate(foretold):
                losses[position][test] += (chance - holds[test]) ** 2 / REPEATS
                right[position][test] += ((chance > 0.5) == holds[test]) / REPEATS
    return losses, right


def _conditions(cuts: _Cuts, pick: _Pick) -> tuple[Condition, ...]:
    first, up, second, over = pick
    found = [Condition(cuts.names[cuts.quantity[first]], up, float(cuts.threshold[first]))]
    if second != first:
        found.append(Condition(cuts.names[cuts.quantity[second]], over, float(cuts.threshold[second])))
    if len(found) == 2 and found[0].quantity == found[1].quantity and found[0].above == found[1].above:
        tight = max if found[0].above else min
        found = [tight(found, key=lambda each: each.threshold)]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class RivalMap:
    """Two claims over the fifths of one quantity, or over the thirds of two.

    x, y: the quantities; y is empty where a second one foretells no better. edges_x, edges_y: the inner bounds of
    their parts. gain: as in Rule, over the four cases (both hold, only the first, only the second, neither).
    """

    x: str
    y: str
    edges_x: tuple[float, ...]
    edges_y: tuple[float, ...]
    gain: float
    gain_error: float


@dataclass(frozen=True, slots=True)
class _Parts:
    """Quantities cut into equally frequent parts: part [draw, quantity], onehot [draw, quantity * parts]."""

    number: int
    edges: tuple[tuple[float, ...], ...]
    part: NDArray[np.intp]
    onehot: NDArray[np.float32]


def find_map(
    columns: Mapping[str, Floats], first: Bools, second: Bools, weights: Floats | None = None, *, seed: int = 0
) -> RivalMap | None:
    """The one quantity, or the two, that best tell apart the draws in which each of two claims holds; None if none
    foretells them.
    """
    fate = np.where(first, np.where(second, 0, 1), np.where(second, 2, 3))
    counts = counts_of(len(fate), weights)
    rarer = float(counts.sum() - np.bincount(fate, counts, minlength=4).max())
    if round(rarer, 6) < FEWEST_RARER or not columns:
        return None
    names = tuple(columns)
    fifths, thirds = _parts(columns, 5), _parts(columns, 3)
    gains = [np.zeros(len(fate)), np.zeros(len(fate))]
    rng = np.random.default_rng(seed)
    for _ in range(REPEATS):
        fold = rng.permutation(len(fate)) % RULE_FOLDS
        for number in range(RULE_FOLDS):
            test, train = fold == number, fold != number
            learn = np.where(train, counts, 0.0)
            gains[0][test] += _grid_gain(fifths, (_best_one(fifths, fate, learn),), fate, learn)[test] / REPEATS
            gains[1][test] += _grid_gain(thirds, _best_pair(thirds, fate, learn), fate, learn)[test] / REPEATS
    measures = [(_mean(each, counts), _error(each, counts)) for each in (*gains, gains[1] - gains[0])]
    if len(names) > 1 and all(mean > error for mean, error in measures[1:]):
        x, y = _best_pair(thirds, fate, counts)
        measured = measures[1]
        return RivalMap(names[x], names[y], thirds.edges[x], thirds.edges[y], *measured)
    if measures[0][0] <= measures[0][1]:
        return None
    x = _best_one(fifths, fate, counts)
    return RivalMap(names[x], "", fifths.edges[x], (), *measures[0])


def _parts(columns: Mapping[str, Floats], number: int) -> _Parts:
    edges: list[tuple[float, ...]] = []
    for values in columns.values():
        step = round_step(float(np.ptp(values)))
        levels = np.quantile(values, np.arange(1, number) / number)
        edges.append(tuple(float(each) for each in np.round(np.round(levels / step) * step, 12)))
    part = np.stack([np.digitize(v, e, right=True) for v, e in zip(columns.values(), edges, strict=True)], axis=1)
    onehot = (part[:, :, None] == np.arange(number)).reshape(len(part), -1).astype(np.float32)
    return _Parts(number, tuple(edges), part, onehot)


def _best_one(parts: _Parts, fate: NDArray[np.int64], counts: Floats) -> int:
    """Position of the quantity whose parts leave the least Gini impurity; counts [draw]: 0 for those held back."""
    table = parts.onehot * counts.astype(np.float32)[:, None]
    squares = sum(table[fate == case].sum(axis=0) ** 2 for case in range(4))
    kept = squares / np.maximum(table.sum(axis=0), _NONE)
    return int(np.argmax(kept.reshape(-1, parts.number).sum(axis=1)))


def _best_pair(parts: _Parts, fate: NDArray[np.int64], counts: Floats) -> tuple[int, int]:
    """Positions of the two quantities whose grid of parts leaves the least Gini impurity; counts as above."""
    weight = counts.astype(np.float32)[:, None]
    number = parts.onehot.T @ (weight * parts.onehot)
    squares = np.zeros_like(number)
    for case in range(4):
        own = parts.onehot[fate == case]
        squares += (own.T @ (weight[fate == case] * own)) ** 2
    kept = squares / np.maximum(number, _NONE)
    width = kept.shape[0] // parts.number
    purity = kept.reshape(width, parts.number, width, parts.number).sum(axis=(1, 3))
    np.fill_diagonal(purity, -np.inf)
    x, y = divmod(int(np.argmax(purity)), width)
    return min(x, y), max(x, y)


def _grid_gain(parts: _Parts, axes: tuple[int, ...], fate: NDArray[np.int64], counts: Floats) -> Floats:
    """[draw]: by how much the grid's shares foretell better than the shares of all draws; counts as above."""
    own = np.eye(4)[fate]
    cell = np.zeros(len(fate), np.intp)
    for axis in axes:
        cell = cell * parts.number + parts.part[:, axis]
    counted = own * counts[:, None]
    everywhere = counted.sum(axis=0) / counts.sum()
    cells = parts.number ** len(axes)
    shares = np.stack([counted[cell == k].sum(axis=0) + 2 * everywhere for k in range(cells)])
    shares /= shares.sum(axis=1, keepdims=True)
    return ((everywhere - own) ** 2).sum(axis=1) - ((shares[cell] - own) ** 2).sum(axis=1)
