"""Simulated episodes for the tests, seeded: the three-ending game of deterrence, and a game with hidden types."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from detente.study.estimating import estimate, simulate

DETERRENCE = "signorino-1999-deterrence"
TRUTH = {
    "quo_1: constant": 0.3,
    "quo_1: trade": 0.8,
    "war_1: constant": -0.5,
    "war_1: regime = dem": -0.7,
    "war_2: constant": 0.2,
    "war_2: balance": 1.0,
}
LINKS: dict[str, Any] = {
    "estimate": {"quo_1": "1 + trade", "war_1": "1 + regime", "war_2": ["1", "balance"]},
    "observed": {"ending": "ending"},
    "fixed": {"capitulation_1": 1, "capitulation_2": 0},
    "cluster": "dyad",
}


@cache
def deterrence(rows: int = 400, seed: int = 1) -> pd.DataFrame:
    """Episodes with three covariates, a dyad, and how each ended."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "trade": rng.normal(size=rows).round(3),
            "balance": rng.uniform(-1, 1, size=rows).round(3),
            "regime": rng.choice(["auto", "dem"], size=rows),
            "dyad": rng.integers(60, size=rows),
        }
    )
    return simulate(DETERRENCE, table, LINKS, TRUTH, seed=seed)


def fit(data: pd.DataFrame | None = None, links: dict[str, Any] | None = None, **settings: Any) -> Any:
    """A fit of the deterrence game to its own episodes."""
    return estimate(DETERRENCE, deterrence() if data is None else data, links or LINKS, **{"starts": 2, **settings})
