"""Ways to play from which a search for other equilibria sets out, one by one and the same for one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.others.tuning import ADJUSTING_STARTS, CARE, RELEASES, STRENGTHS
from detente.game.arrays import Game

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Start:
    """One way to play.

    tilt [action]: bonuses in shares of the payoff range. care [infoset]: shares of rationality, one unless uneven.
    release: see `RELEASES`. settles: whether play adjusts in time from there; else the bonuses fade while rationality
    rises.
    """

    tilt: Floats
    care: Floats
    release: float
    settles: bool
    uneven: bool


def starts_of(game: Game, numbers: range, seed: int, *, limit: bool) -> list[Start]:
    """The starts with these numbers."""
    kinds = kinds_of(game)
    return [_start(game, kinds, number, seed, limit) for number in numbers]


def _start(game: Game, kinds: NDArray[np.int64], number: int, seed: int, limit: bool) -> Start:
    """In the limit every other start has some players err more readily than others."""
    rng = np.random.default_rng((seed, number))
    uneven = limit and number % 2 == 1
    care = rng.choice(CARE, game.infosets) if uneven else np.ones(game.infosets)
    release = RELEASES[int(rng.integers(len(RELEASES)))]
    settles = not uneven and (number < ADJUSTING_STARTS or (number // 2 if limit else number) % 2 == 0)
    return Start(_tilt(game, kinds, number // 2 if limit else number, rng), care, release, settles, uneven)


def _tilt(game: Game, kinds: NDArray[np.int64], number: int, rng: np.random.Generator) -> Floats:
    """Bonuses [action]: in turn all who stand alike choose alike, some moves are left out, each chooses, or normal."""
    counts = np.diff(game.action_start)
    bonus = np.zeros(game.actions)
    kind = number % 4
    if kind == 3:
        bonus = rng.normal(size=game.actions)
    elif kind == 1:
        bonus = (rng.random(game.actions) < 0.5).astype(float)
    else:
        draw = rng.random(int(kinds.max(initial=0)) + 1)[kinds] if kind == 0 else rng.random(game.infosets)
        chosen = game.action_start[:-1] + np.minimum((draw * counts).astype(np.int64), counts - 1)
        bonus[chosen] = 1.0
    return bonus * STRENGTHS[int(rng.integers(len(STRENGTHS)))]


def kinds_of(game: Game) -> NDArray[np.int64]:
    """[infoset]: a number shared by those where the same player has as many actions at the same depth of the tree."""
    level = np.searchsorted(game.level_start, game.infoset_nodes[game.infoset_node_start[:-1]], side="right")
    what = np.stack([game.infoset_player, level, np.diff(game.action_start)], axis=1)
    return np.unique(what, axis=0, return_inverse=True)[1].reshape(-1)
