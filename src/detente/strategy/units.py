"""Payoffs as the solver's kernels want them: in units of their range, each player's smallest being zero."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.strategy.compiled import entry, kernel

Floats = NDArray[np.float64]


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


@kernel
def in_units(payoff: Floats, unit: float, out: Floats) -> bool:
    """Sets out [class, player] to payoffs counted from each player's smallest; whether all of them are finite."""
    finite = True
    for player in range(payoff.shape[1]):
        low = np.inf
        for each in range(len(payoff)):
            low = min(low, payoff[each, player])
        for each in range(len(payoff)):
            out[each, player] = (payoff[each, player] - low) / unit
            finite = finite and np.isfinite(out[each, player])
    return finite
