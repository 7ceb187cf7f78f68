"""Worth of knowing an uncertain quantity before a choice: the expected value of partial perfect information, from
draws.

E[max of the conditional expectations given the quantity] less max of the expectations. Each move's conditional
expectation is a cubic in the quantity's rank, fitted to the draws, so that draws made for other purposes serve.
Source: Raiffa and Schlaifer 1961; regression in place of nested sampling: Strong, Oakley and Brennan 2014. How large
the worth of something unrelated comes out by chance: the same with the draws shuffled (Fisher 1935).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.indices import LEVEL
from detente.analysis.over_draws.intervals import effective_number
from detente.analysis.over_draws.ranking import Estimates, leaders

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEWEST_FOR_KNOWING = 24
"""Fewer draws than this say nothing about single quantities."""

MOST_LOOKED_BACK = 1024
_ENDS = (0.125, 0.875)
_DEGREE, _RESAMPLES, _SHUFFLES = 3, 60, 400
_CHANCE = 0.05


@dataclass(frozen=True, slots=True)
class Foreknowledge:
    """Worth of knowing something, with its bootstrap interval.

    told: whether that is beyond what something unrelated would show by chance. changes: share of the draws in which the
    best choice is another one than without. at_low, at_high: best move of the likeliest situation where the quantity
    is low, and where it is high (the middles of its lowest and highest quarter): several where resamples of the draws
    do not tell which, none where that does not apply.
    """

    worth: float
    low: float
    high: float
    told: bool
    changes: float
    at_low: tuple[int, ...] = ()
    at_high: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class _Choices:
    """paid [draw, situation * move]: payoffs of moves times the probability of the situation; 0 where not open.

    weights [draw]: how much each draw counts; they sum to one.
    """

    paid: Floats
    open: Bools
    weights: Floats

    def best(self, paid: Floats) -> Floats:
        """[…, situation]: payoff of the best move."""
        return np.where(self.open, paid.reshape(*paid.shape[:-1], *self.open.shape), -np.inf).max(axis=-1)

    def moves(self, paid: Floats) -> NDArray[np.intp]:
        """[…, situation]: the best move."""
        return np.where(self.open, paid.reshape(*paid.shape[:-1], *self.open.shape), -np.inf).argmax(axis=-1)

    def best_moves(self, situation: int, paid: Floats, again: Sequence[Floats]) -> tuple[int, ...]:
        """The best move in a situation, several where resamples [situation * move] do not tell which."""
        open_moves = np.flatnonzero(self.open[situation])
        values, *resamples = (each.reshape(self.open.shape)[situation, open_moves] for each in (paid, *again))
        found = Estimates.resampled(values, np.stack(resamples), effective_number(self.weights))
        return tuple(int(open_moves[each]) for each in leaders(found))

    def worth(self, expected: Floats, picked: NDArray[np.intp] | None = None) -> float:
        """Worth of knowing the facts that `expected` [draw, situation * move] depends on; picked: positions of those
        draws.
        """
        weights = self.weights if picked is None else self.weights[picked]
        share = weights / weights.sum()
        gain = share @ self.best(expected) - self.best(share @ expected)
        return float(np.maximum(gain, 0.0).sum())


def of_everything(
    share: Floats, choices: Floats, open_moves: Bools, weights: Floats | None = None, *, seed: int = 0
) -> Foreknowledge:
    """Worth of knowing every quantity at once; the arguments are those of `of_each`."""
    told, known = _choices(share, choices, open_moves, weights)
    worth = told.worth(told.paid)
    rng = np.random.default_rng(seed)
    number = len(told.paid)
    picks = rng.integers(number, size=(_RESAMPLES, number))
    again = [told.worth(told.paid[pick], pick) for pick in picks if told.weights[pick].any()]
    low, high = _ends(worth, again)
    return Foreknowledge(worth, low, high, worth > 0, _changes(told, told.paid, share[known][:MOST_LOOKED_BACK]))


def of_each(
    columns: Mapping[str, Floats],
    share: Floats,
    choices: Floats,
    open_moves: Bools,
    weights: Floats | None = None,
    *,
    seed: int = 0,
) -> dict[str, Foreknowledge]:
    """Worth of knowing each quantity; empty if the draws are too few.

    columns: quantity -> [draw]. share [draw, situation]: how likely each situation is, NaN in draws to leave out.
    choices [draw, situation, move]: what each move is expected to pay there. open_moves [situation, move]. weights
    [draw]: how much each draw counts.
    """
    told, known = _choices(share, choices, open_moves, weights)
    number = len(told.paid)
    if round(effective_number(told.weights), 6) < FEWEST_FOR_KNOWING:
        return {}
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(number) for _ in range(_SHUFFLES)]
    basis = _basis(np.arange(number))
    # A draw keeps its weight where the ranks are shuffled, so that only what the quantity tells is lost.
    shuffled = np.sort([told.worth(_fitted(basis[order], told.paid, told.weights)) for order in orders])
    least = float(shuffled[min(int((1 - _CHANCE / max(len(columns), 1)) * _SHUFFLES), _SHUFFLES - 1)])
    picks = rng.integers(number, size=(_RESAMPLES, number))
    likeliest = int(np.argmax(told.weights @ share[known][:MOST_LOOKED_BACK]))
    found: dict[str, Foreknowledge] = {}
    for name, values in columns.items():
        rank = np.argsort(np.argsort(values[known][:MOST_LOOKED_BACK], kind="stable"), kind="stable")
        expected = _fitted(_basis(rank), told.paid, told.weights)
        worth = told.worth(expected)
        changes = _changes(told, expected, share[known][:MOST_LOOKED_BACK])
        if worth <= least:
            found[name] = Foreknowledge(worth, worth, worth, False, changes)
            continue
        ranks = [_ranks(rank[pick]) for pick in picks]
        fits = [
            _fitted(_basis(own), told.paid[pick], told.weights[pick]) for own, pick in zip(ranks, picks, strict=True)
        ]
        low, high = _ends(worth, [told.worth(each, pick) for each, pick in zip(fits, picks, strict=True)])
        best = [
            told.best_moves(
                likeliest, _at(expected, rank, end), [_at(*each, end) for each in zip(fits, ranks, strict=True)]
            )
            for end in _ENDS
        ]
        found[name] = Foreknowledge(worth, low, high, True, changes, *best)
    return found


def _at(expected: Floats, rank: NDArray[np.intp], end: float) -> Floats:
    """[situation * move]: what is expected where a share `end` of the draws lies below."""
    return expected[np.argsort(rank)[int(end * len(rank))]]


def _choices(share: Floats, choices: Floats, open_moves: Bools, weights: Floats | None) -> tuple[_Choices, Bools]:
    known = np.asarray(~np.isnan(share).any(axis=1), bool)
    if weights is not None:
        known &= weights > 0.0
    paid = np.where(open_moves, np.nan_to_num(choices[known]) * share[known][:, :, None], 0.0)[:MOST_LOOKED_BACK]
    counts = np.ones(len(paid)) if weights is None else weights[known][:MOST_LOOKED_BACK]
    return _Choices(paid.reshape(len(paid), -1), open_moves, counts / max(counts.sum(), np.finfo(float).tiny)), known


def _basis(rank: NDArray[np.integer[Any]]) -> Floats:
    """[draw, function]: polynomials of the rank."""
    return np.asarray(np.polynomial.legendre.legvander(2 * (rank + 0.5) / len(rank) - 1, _DEGREE), np.float64)


def _fitted(basis: Floats, paid: Floats, weights: Floats) -> Floats:
    """[draw, situation * move]: weighted least squares on the basis."""
    root = np.sqrt(weights)[:, None]
    base = np.linalg.qr(root * basis)[0]
    return np.asarray(base @ (base.T @ (root * paid)) / root, np.float64)


def _ranks(values: NDArray[np.integer[Any]]) -> NDArray[np.intp]:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable")


def _changes(told: _Choices, expected: Floats, share: Floats) -> float:
    """Share [draw, situation]: of the draws that are told."""
    blind = told.moves(told.weights @ told.paid)
    other = told.moves(expected) != blind
    return float(told.weights @ (other * share).sum(axis=1))


def _ends(worth: float, again: list[float]) -> tuple[float, float]:
    spread = NormalDist().inv_cdf(0.5 + LEVEL / 2) * float(np.std(again))
    return max(0.0, worth - spread), worth + spread
