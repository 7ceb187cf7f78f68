"""The record of a solution concept: its name, a sentence about it, and how it is found.

Each file of this folder with a function `concepts()` declares those that it finds; `registry` gathers them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.concepts.tuning import ACCURACY, ITERATIONS
from detente.equilibrium.solution import Ending
from detente.game.arrays import Game, Numbers

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effort:
    """Iteration stops after so many `iterations`, or where deviating gains at most `accuracy` of the payoff range."""

    iterations: int = ITERATIONS
    accuracy: float = ACCURACY


@dataclass(frozen=True, eq=False)
class ConceptAnswer:
    """Result for one draw: behaviour [action], how it ended, and iterations done.

    perfect [action]: moves that some subgame-perfect equilibrium makes. joint [leaf], gain [player]: play that is
    correlated, and what leaving it gains.
    """

    behaviour: Floats
    ending: Ending
    steps: int = 0
    perfect: NDArray[np.bool_] | None = None
    joint: Floats | None = None
    gain: Floats | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """A solution concept.

    fits: from a game, its numbers and an effort to what answers each draw; raises RequestError, in words that say why,
        where the concept does not fit the game.
    everywhere: moves are best where play never comes as well.
    iterated: found by iteration, which an effort limits.
    leaving, form: where play is correlated, words for leaving it, and for the form of the equilibrium that nobody
        leaves; else empty.
    """

    name: str
    says: str
    fits: Callable[[Game, Numbers, Effort], Callable[[int], ConceptAnswer]]
    everywhere: bool = False
    iterated: bool = False
    leaving: str = ""
    form: str = ""

    @property
    def correlated(self) -> bool:
        """True where a mediator correlates play."""
        return bool(self.leaving)
