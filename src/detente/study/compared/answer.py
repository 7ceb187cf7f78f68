"""An answer in both of two versions, draw by draw, and an interval as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import NO_CHANGE, Interval, apart, interval, sign_share
from detente.analysis.over_draws.ranking import Estimates
from detente.study.compared.paired import Key

Floats = NDArray[np.float64]

BOTH_VERSIONS = ("before", "after", "difference")
INTERVAL_ENDS = ("mean", "error", "low", "high", "median")
"""An answer in either version and the difference, and what is told of each."""


@dataclass(frozen=True, eq=False)
class Answer:
    """One answer in both versions, draw by draw; NaN where a version does not have it.

    weights: how much each draw counts in either version, None where all count alike.
    """

    key: Key
    name: str
    before: Floats
    after: Floats
    weights: tuple[Floats, Floats] | None = None

    @property
    def differences(self) -> Floats:
        """[draw]: after less before."""
        apart = self.after - self.before
        return np.where(np.abs(apart) < NO_CHANGE, 0.0, apart)

    @property
    def difference(self) -> Interval:
        """The difference over the draws: of the means, with the range of the paired differences."""
        return apart(self.before, self.after, self.weights)

    @property
    def sides(self) -> tuple[Interval, Interval]:
        """The answer in either version."""
        first, second = self.weights or (None, None)
        return interval(self.before, first), interval(self.after, second)

    @property
    def sign_share(self) -> float:
        """Share of the draws in which the difference has the sign of the mean; NaN for no difference."""
        return sign_share(self.differences, None if self.weights is None else self.weights[0] + self.weights[1])

    @property
    def change(self) -> Estimates:
        """The difference [1] as an estimate that can be compared with others on the same draws."""
        first, second = self.weights or (None, None)
        before = Estimates.known_means(self.before[:, None], first)
        return Estimates.known_means(self.after[:, None], second).minus(before)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        told = {"kind": self.key.kind, "id": self.key.id, "name": self.name, "when": self.key.when}
        sides = dict(zip(BOTH_VERSIONS, (*self.sides, self.difference), strict=True))
        return {**told, **{name: plain_interval(found) for name, found in sides.items()}, "sign_share": self.sign_share}


def plain_interval(found: Interval) -> dict[str, float]:
    """An interval by the names of `INTERVAL_ENDS`."""
    ends = (found.mean, found.error, found.low, found.high, found.median)
    return dict(zip(INTERVAL_ENDS, ends, strict=True))
