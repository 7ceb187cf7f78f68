"""What it would be worth to know an uncertain quantity before a choice: partial perfect information, from draws.

E[max of the conditional expectations given the quantity] less max of the expectations. Each move's conditional
expectation is a cubic in the quantity's rank, fitted to the draws, so that draws made for other purposes serve.
Source: Raiffa and Schlaifer 1961; regression in place of nested sampling: Strong, Oakley and Brennan 2014. How large
the worth of something unrelated comes out by chance: the same with the draws shuffled (Fisher 1935).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEVEL = 0.9
"""Probability that an interval is meant to hold."""

FEWEST = 24
"""Fewer draws than this say nothing about single quantities."""

MOST = 1024
_DEGREE, _RESAMPLES, _SHUFFLES = 3, 60, 400
_CHANCE = 0.05


@dataclass(frozen=True, slots=True)
class Foreknowledge:
    """What knowing something is worth, with its bootstrap interval.

    told: whether that is beyond what something unrelated would show by chance. changes: share of the draws in which the
    best choice is another one than without. at_low, at_high: best move of the likeliest situation where the quantity
    is low, and where it is high (the middles of its lowest and highest quarter); -1 where that does not apply.
    """

    worth: float
    low: float
    high: float
    told: bool
    changes: float
    at_low: int = -1
    at_high: int = -1


@dataclass(frozen=True, eq=False)
class _Choices:
    """paid [draw, situation * move]: payoffs of moves times the probability of the situation; 0 where not open."""

    paid: Floats
    open: Bools

    def best(self, paid: Floats) -> Floats:
        """[…, situation]: payoff of the best move."""
        return np.where(self.open, paid.reshape(*paid.shape[:-1], *self.open.shape), -np.inf).max(axis=-1)

    def moves(self, paid: Floats) -> NDArray[np.intp]:
        """[…, situation]: the best move."""
        return np.where(self.open, paid.reshape(*paid.shape[:-1], *self.open.shape), -np.inf).argmax(axis=-1)

    def worth(self, expected: Floats) -> float:
        """Of knowing what `expected` [draw, situation * move] depends on."""
        gain = self.best(expected).mean(axis=0) - self.best(expected.mean(axis=0))
        return float(np.maximum(gain, 0.0).sum())


def of_everything(share: Floats, choices: Floats, open_moves: Bools, *, seed: int = 0) -> Foreknowledge:
    """What it is worth to know every quantity at once; arguments as for `of_each`."""
    told, _ = _choices(share, choices, open_moves)
    worth = told.worth(told.paid)
    rng = np.random.default_rng(seed)
    number = len(told.paid)
    again = [told.worth(told.paid[rng.integers(number, size=number)]) for _ in range(_RESAMPLES)]
    low, high = _ends(worth, again)
    return Foreknowledge(worth, low, high, worth > 0, _changes(told, told.paid, share))


def of_each(
    columns: Mapping[str, Floats], share: Floats, choices: Floats, open_moves: Bools, *, seed: int = 0
) -> dict[str, Foreknowledge]:
    """What it is worth to know each quantity, none where draws are few.

    columns: quantity -> [draw]. share [draw, situation]: how likely each situation is, NaN in draws to leave out.
    choices [draw, situation, move]: what each move is expected to pay there. open_moves [situation, move].
    """
    told, known = _choices(share, choices, open_moves)
    number = len(told.paid)
    if number < FEWEST:
        return {}
    rng = np.random.default_rng(seed)
    basis = _basis(np.arange(number))
    shuffled = np.sort([told.worth(_fitted(basis, told.paid[rng.permutation(number)])) for _ in range(_SHUFFLES)])
    least = float(shuffled[min(int((1 - _CHANCE / max(len(columns), 1)) * _SHUFFLES), _SHUFFLES - 1)])
    picks = rng.integers(number, size=(_RESAMPLES, number))
    likeliest = int(np.argmax(np.nanmean(share[known], axis=0)))
    found: dict[str, Foreknowledge] = {}
    for name, values in columns.items():
        rank = np.argsort(np.argsort(values[known][:MOST], kind="stable"), kind="stable")
        expected = _fitted(_basis(rank), told.paid)
        worth = told.worth(expected)
        low, high = worth, worth
        if worth > least:
            again = [told.worth(_fitted(_basis(_ranks(rank[pick])), told.paid[pick])) for pick in picks]
            low, high = _ends(worth, again)
        order = np.argsort(rank)
        ends = (order[number // 8], order[number - 1 - number // 8])
        best = [int(told.moves(expected[end])[likeliest]) for end in ends]
        changes = _changes(told, expected, share[known][:MOST])
        found[name] = Foreknowledge(worth, low, high, worth > least, changes, *best)
    return found


def _choices(share: Floats, choices: Floats, open_moves: Bools) -> tuple[_Choices, Bools]:
    known = np.asarray(~np.isnan(share).any(axis=1), bool)
    paid = np.where(open_moves, np.nan_to_num(choices[known]) * share[known][:, :, None], 0.0)[:MOST]
    return _Choices(paid.reshape(len(paid), -1), open_moves), known


def _basis(rank: NDArray[np.integer[Any]]) -> Floats:
    """[draw, function]: orthonormal polynomials of the rank."""
    u = 2 * (rank + 0.5) / len(rank) - 1
    return np.linalg.qr(np.polynomial.legendre.legvander(u, _DEGREE))[0]


def _fitted(basis: Floats, paid: Floats) -> Floats:
    return basis @ (basis.T @ paid)


def _ranks(values: NDArray[np.integer[Any]]) -> NDArray[np.intp]:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable")


def _changes(told: _Choices, expected: Floats, share: Floats) -> float:
    blind = told.moves(told.paid.mean(axis=0))
    other = told.moves(expected) != blind
    weight = share[~np.isnan(share).any(axis=1)][: len(expected)]
    return float((other * weight).sum(axis=1).mean())


def _ends(worth: float, again: list[float]) -> tuple[float, float]:
    spread = NormalDist().inv_cdf(0.5 + LEVEL / 2) * float(np.std(again))
    return max(0.0, worth - spread), worth + spread
