"""Multiplicity told: equilibria beside the one that a likelihood belongs to, and what the likelihood is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.other_equilibria import other_equilibria
from detente.estimation.fitting.fitting import Fitted, unknowns_of
from detente.estimation.game_model import GameModel
from detente.estimation.model import Histories, Ints, sums
from detente.estimation.smooth import SmoothModel
from detente.plurals import counted

Floats = NDArray[np.float64]

ROWS = 10
"""Rows of covariates that are searched for other equilibria unless told otherwise: first those whose path turns, then
those that stand for most observations."""


@dataclass(frozen=True, eq=False)
class Others:
    """The finds of a search for other equilibria at some rows of covariates.

    table: a row for every other equilibrium: `row` (of the table of episodes, from 1), `episodes` with these
    covariates, `log_likelihood` of these on the principal branch, and `there` in the other equilibrium.
    searched, rows: how many rows of covariates were searched, of how many.
    """

    table: pd.DataFrame
    searched: int
    rows: int

    def remarks(self) -> list[str]:
        """The finds in sentences."""
        where = f"{self.searched:,} of {counted(self.rows, 'row')} of covariates were searched for other equilibria"
        if not len(self.table):
            return [f"{where}: none was found."]
        better = int(np.count_nonzero(self.table["there"].to_numpy() > self.table["log_likelihood"].to_numpy() + 1e-9))
        return [
            f"{where}: at {len(set(self.table['row'])):,} there are others, {len(self.table):,} in all, and in "
            f"{better:,} of them what was seen is more likely than on the principal branch, to which the likelihood "
            "belongs."
        ]

    def to_dict(self) -> dict[str, Any]:
        """The table and its extent as plain values."""
        return {"searched": self.searched, "rows": self.rows, "found": self.table.to_dict("records")}


def other_plays(fitted: Fitted, rows: int = ROWS, *, starts: int | None = None, seed: int = 0) -> Others | None:
    """Searches the rows of covariates that matter most; None where the game has no equilibrium but one."""
    likelihood, point = fitted.likelihood, fitted.maximum.point
    model = likelihood.model
    if not isinstance(model, GameModel | SmoothModel) or not np.isfinite(point.value):
        return None
    if isinstance(model, GameModel) and not unknowns_of(fitted.compiled):
        return None
    design, episodes = likelihood.design, likelihood.episodes
    turns = point.evaluated.turns
    weight = sums(likelihood.cells.row, likelihood.weight, design.rows)
    order = np.lexsort((-weight, turns == 0))[:rows]
    values = design.values(point.theta)
    found: list[dict[str, Any]] = []
    for row in order.tolist():
        here = likelihood.cells.row == row
        kinds = likelihood.cells.kind[here]
        if isinstance(model, SmoothModel):
            plays = model.equilibria(values[row : row + 1], seed=seed, **({} if starts is None else {"starts": starts}))
            chances = plays.log_probability[:, kinds]
        else:
            chances = _by_search(fitted, model, values[row : row + 1], kinds, starts, seed)
        logs = chances @ likelihood.weight[here]
        first = int(episodes.row[np.flatnonzero(design.row == row)[0]]) + 1
        found += [
            {
                "row": first,
                "episodes": int((design.row == row).sum()),
                "equilibrium": number,
                "log_likelihood": float(logs[0]),
                "there": float(logs[number]),
            }
            for number in range(1, len(logs))
        ]
    columns = ["row", "episodes", "equilibrium", "log_likelihood", "there"]
    return Others(pd.DataFrame(found, columns=columns), len(order), design.rows)


def _by_search(fitted: Fitted, model: GameModel, values: Floats, kinds: Ints, starts: int | None, seed: int) -> Floats:
    """[equilibrium, kind]: log-probabilities at one row of values, those of the principal branch first."""
    known = Histories(fitted.compiled.game, model.crisis)
    draws, wanted = model.draws(values)
    several = other_equilibria(fitted.compiled, draws, float(wanted[0]), starts=starts, seed=seed)
    masks = [known.fit(model.kinds[kind]) for kind in kinds]
    with np.errstate(divide="ignore"):
        return np.log([[reach[mask].sum() for mask in masks] for reach in several.solved.leaf_reach])
