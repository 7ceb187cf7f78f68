"""Answers for draws whose path to the limit ended early: the last point, certified, or an equilibrium found otherwise.

In the limit the candidates are, in turn, until one is certified: the last point of the path; paths of games whose
payoffs differ from the true ones by very little, which go round the obstacle; the game in parts
(`detente.equilibrium.fallback.parting`); regret minimisation from the best of these. Of all candidates the one with the
smallest gain from deviating is kept, by the code that certifies all answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.concepts.regret_matching import minimise_regret
from detente.equilibrium.fallback.tuning import (
    FEWEST_RESCUE_ITERATIONS,
    LEAST_CHANCE_OF_A_MOVE,
    MOST_RESCUE_ITERATIONS,
    NEARBY_SEED,
    NEARBY_SHARES,
    RESCUE_VISITS,
    STANDS_FOR_LIMIT,
)
from detente.equilibrium.solution import CERTIFIED, Ending
from detente.game.arrays import Game, Numbers
from detente.strategy.regret import conditional_regret, nash_conv

Floats = NDArray[np.float64]

PATH = "the path from rationality zero"
BY_LAST_POINT = "the last point of the path"
NEARBY = "the path of a game whose payoffs differ by {share:g} of their range"
PARTS = "the game solved in parts, and put together"
REGRET = "regret minimisation"
ADJUSTING = "play that adjusts in time at the rationality asked for"


Follow = Callable[[Floats], tuple[bool, Floats]]
"""Follows the path for payoffs [class, player]: whether it came to the end, and log behaviour [action] there."""
Apart = Callable[[], Floats | None]
"""Solves the game in parts: log behaviour [action], or None."""


class Ways(NamedTuple):
    """Other ways to the limit. parts_first: whether the game is parted before paths of nearby games are followed."""

    follow: Follow
    apart: Apart
    parts_first: bool


@dataclass(frozen=True, eq=False)
class Rescued:
    """The final answer of a draw: its ending, logs [action] (log behaviour), and the method that found it."""

    ending: Ending
    logs: Floats
    method: str


def in_the_limit(game: Game, numbers: Numbers, ending: Ending, last: tuple[Floats, float], ways: Ways) -> Rescued:
    """The best answer for a single draw whose path to the limit ended early, by what the certificate says.

    last: log behaviour [action] at the path's last point, and rationality there, in units of the inverse payoff range.
    """
    logs, rationality = last
    gain, regret = _gains(game, numbers, logs)
    if max(gain, regret) <= CERTIFIED and rationality >= STANDS_FOR_LIMIT:
        return Rescued(Ending.CERTIFIED, logs, PATH)
    best, least, method = logs, gain, BY_LAST_POINT
    for found, how in _others(numbers, ways):
        gain, regret = _gains(game, numbers, found)
        if max(gain, regret) <= CERTIFIED:
            return Rescued(Ending.PARTS if how == PARTS else Ending.SUBSTITUTE, found, how)
        if gain < least:
            best, least, method = found, gain, how
    behaviour = _minimised(game, numbers, best)
    gain, regret = _gains(game, numbers, behaviour)
    if gain < least:
        best, method = behaviour, REGRET
    if method == BY_LAST_POINT:
        return Rescued(ending, logs, PATH)
    good = max(_gains(game, numbers, best)) <= CERTIFIED
    return Rescued(Ending.SUBSTITUTE if good else Ending.APPROXIMATE, best, method)


def _gains(game: Game, numbers: Numbers, logs: Floats) -> tuple[float, float]:
    """NashConv and the largest conditional regret, as shares of the payoff range."""
    unit = float(numbers.payoff_range()[0]) or 1.0
    gain = nash_conv(game, numbers, np.exp(logs)[None])[0]
    return float(gain) / unit, float(conditional_regret(game, numbers, logs[None])[0]) / unit


def _others(numbers: Numbers, ways: Ways) -> Iterator[tuple[Floats, str]]:
    """Candidates from the paths of nearby games and from the parts of this game, each with its method."""
    unit = float(numbers.payoff_range()[0]) or 1.0
    rng = np.random.default_rng(NEARBY_SEED)
    if ways.parts_first and (found := ways.apart()) is not None:
        yield found, PARTS
    for share in NEARBY_SHARES:
        tilt = rng.uniform(-0.5, 0.5, numbers.payoff.shape[1:])
        arrived, found = ways.follow(numbers.payoff[0] + share * unit * tilt)
        if arrived:
            yield found, NEARBY.format(share=share)
    if not ways.parts_first and (found := ways.apart()) is not None:
        yield found, PARTS


def _minimised(game: Game, numbers: Numbers, logs: Floats) -> Floats:
    """Log behaviour after regret minimisation from a behaviour."""
    iterations = int(np.clip(RESCUE_VISITS / game.nodes, FEWEST_RESCUE_ITERATIONS, MOST_RESCUE_ITERATIONS))
    found = minimise_regret(game, numbers.payoff[0], numbers.chance[0], np.exp(logs), iterations=iterations)
    return np.log(np.maximum(found, LEAST_CHANCE_OF_A_MOVE))
