"""Payoffs as the solver's kernels want them: in units of their range, each player's smallest being zero."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.errors import CaseError, Place, Problem
from detente.game.arrays import Game, Numbers
from detente.kernels.compiled import entry, kernel
from detente.kernels.records import plain

Floats = NDArray[np.float64]

NARROWEST, WIDEST = 1e-290, 1e290  # what a player's payoffs may span, so that rationality in its inverse is a number


@entry
def payoff_ranges(payoff: Floats, out: Floats) -> None:
    """Sets out [draw] from payoff [draw, class, player], as `Numbers.payoff_range`: NaN where a payoff is NaN."""
    for draw in range(len(payoff)):
        widest = 0.0
        for player in range(payoff.shape[2]):
            low, high = np.inf, -np.inf
            known = True
            for each in range(payoff.shape[1]):
                known = known and payoff[draw, each, player] == payoff[draw, each, player]
                low = min(low, payoff[draw, each, player])
                high = max(high, payoff[draw, each, player])
            spread = high - low if known else np.nan
            if widest == widest and not spread <= widest:
                widest = spread
        out[draw] = widest


@entry
def countable(payoff: Floats) -> bool:
    """True where what each player's payoffs [class, player] span is nothing, or something that units can be made of."""
    for player in range(payoff.shape[1]):
        low, high = np.inf, -np.inf
        for each in range(len(payoff)):
            if not abs(payoff[each, player]) < np.inf:
                return False
            low, high = min(low, payoff[each, player]), max(high, payoff[each, player])
        if high > low and not NARROWEST <= high - low <= WIDEST:
            return False
    return True


def check_countable(game: Game, numbers: Numbers) -> None:
    """Raises CaseError where no draw has payoffs that units can be made of, sums beyond the largest number included."""
    most = np.finfo(np.float64).max
    payoff = np.nan_to_num(numbers.payoff, nan=most, posinf=most, neginf=-most)
    if any(countable(plain(each)) for each in payoff):
        return
    low, high = payoff[0].min(axis=0), payoff[0].max(axis=0)
    half = np.where(high > low, high / 2 - low / 2, 1.0)
    player = int(np.argmax(np.abs(np.log(np.maximum(half, 5e-324)))))
    what = (
        f"the payoffs of `{game.players[player]}` are beyond what can be counted with: they go from {low[player]:g} to "
        f"{high[player]:g}"
    )
    remedy = (
        f"what a player's payoffs span has to lie between {NARROWEST:g} and {WIDEST:g}, or be nothing: in other units "
        "the game is the same"
    )
    largest = int(np.argmax(np.abs(payoff[0, :, player])))
    raise CaseError([Problem(what, remedy, _place(game, largest))])


def _place(game: Game, payoff_class: int) -> Place | None:
    """The line of the outcome that pays a payoff class, or the beginning of a game file."""
    if game.story is None:
        return game.file.place if game.file is not None else None
    leaf = int(np.flatnonzero(game.leaf_class == payoff_class)[0])
    return game.story.outcome_place[game.story.outcome[leaf]]


@kernel
def in_units(payoff: Floats, unit: float, out: Floats) -> bool:
    """Sets out [class, player] to payoffs counted from each player's smallest; True where all of them are finite."""
    finite = True
    for player in range(payoff.shape[1]):
        low = np.inf
        for each in range(len(payoff)):
            low = min(low, payoff[each, player])
        for each in range(len(payoff)):
            out[each, player] = (payoff[each, player] - low) / unit
            finite = finite and np.isfinite(out[each, player])
    return finite


@entry
def unshifted(payoff: Floats, unit: float, out: Floats) -> bool:
    """Sets out [class, player] to payoffs counted from what is nearest to zero; True where all of them are finite.

    Where a payoff lies far below all the others, their differences would be lost in counting from it.
    """
    finite = True
    for player in range(payoff.shape[1]):
        low, high = np.inf, -np.inf
        for each in range(len(payoff)):
            low, high = min(low, payoff[each, player]), max(high, payoff[each, player])
        zero = max(low, min(0.0, high))
        for each in range(len(payoff)):
            out[each, player] = (payoff[each, player] - zero) / unit
            finite = finite and np.isfinite(out[each, player])
    return finite
