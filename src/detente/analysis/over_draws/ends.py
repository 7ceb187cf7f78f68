"""The endings as they are told: groups of endings first, where a case has any, then each ending by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.crisis.model import Crisis

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ends:
    """Groups and endings of a case, in its order, the groups first.

    ids, labels [end]: labels of groups stand in quotes, which tell them from endings. groups: number of the groups.
    table [outcome, end]: 1 where the outcome belongs to it.
    """

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    groups: int
    table: Floats

    @staticmethod
    def of(crisis: Crisis) -> Ends:
        """The groups and endings of a case."""
        outcomes = [outcome.id for outcome in crisis.outcomes]
        own = [[float(outcome in group.endings) for outcome in outcomes] for group in crisis.groups]
        table = np.concatenate([np.array(own, float).reshape(len(own), len(outcomes)), np.eye(len(outcomes))]).T
        ids = tuple(each.id for each in (*crisis.groups, *crisis.outcomes))
        labels = (*(f"“{group.label}”" for group in crisis.groups), *(outcome.label for outcome in crisis.outcomes))
        return Ends(ids, labels, len(own), table)

    def chances(self, outcomes: Floats) -> Floats:
        """[…, end]: the chance of each from the chances of the outcomes […, outcome]; NaN stays NaN."""
        return outcomes @ self.table if self.groups else outcomes

    def first(self, sizes: Floats, least: float) -> range:
        """Positions among which the one that moves most is told: the groups where one of them moves by so much."""
        return range(self.groups) if (sizes[: self.groups] >= least).any() else range(len(self.ids))
