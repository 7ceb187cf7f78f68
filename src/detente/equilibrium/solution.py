"""The result of a solver for every draw: behaviour, the ending of the search, and a certificate by other code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game

Floats = NDArray[np.float64]


class Ending(Enum):
    """Ending of the search for one draw's equilibrium; the value is a sentence for the user."""

    REACHED = "Followed from rationality zero to the rationality asked for."
    LIMIT = "Followed from rationality zero to the limit of perfect rationality."
    CONTINUED = "Continued from the solution of nearby numbers, which need not be on the path from rationality zero."
    OTHER = "Another equilibrium at the same numbers, off the path from rationality zero to the answer."
    CERTIFIED = (
        "Followed from rationality zero until the path could not be followed further, far into the limit: nobody gains "
        "more than a millionth of the payoff range by playing differently there, at any decision."
    )
    SUBSTITUTE = (
        "The path could not be followed to the limit: shown is an equilibrium found by other means, and certified; "
        "whether the path leads there is not known."
    )
    APPROXIMATE = (
        "The path could not be followed to the limit: shown is the best approximate equilibrium found by other means; "
        "the certificate says how good it is."
    )
    PARTS = (
        "Put together from parts of the game that were followed to the limit one by one, each with the beliefs that "
        "trembles leave where it is entered: a sequential equilibrium, certified at every decision; it need not be "
        "where the path of the whole game leads."
    )
    ADJUSTED = (
        "The path could not be followed to the rationality asked for: shown is a logit equilibrium at that "
        "rationality, where play that adjusts in time comes to rest; whether the path leads there is not known."
    )
    FAINT = (
        "Followed to the limit of what is most at stake. At some decision so little is at stake beside that, that "
        "which move is better there could not be settled in double precision."
    )
    UNSETTLED = "Followed to the highest rationality that arithmetic allows, where behaviour was still moving."
    STALLED = "The path could not be followed further: shown is the last point that was found."
    EXHAUSTED = "The path has too many bends for the steps allowed: shown is the last point that was found."
    LOST = (
        "At every precision tried the path came back to where it had been, and so had left its branch: the answer is "
        "not to be relied upon."
    )
    BROKEN = "The numbers of this draw are not finite: there is no answer."
    BEYOND = (
        "The payoffs of this draw are beyond what can be counted with: there is no answer. What a player's payoffs "
        "span has to lie between 1e-290 and 1e290, or be nothing."
    )
    INTERRUPTED = "Not solved: the run was stopped before this draw."
    INDUCED = "Solved backwards from the ends: every move is best given what follows it."
    OPTIMAL = "Solved as a linear programme to its optimum."
    UNSOLVED = "The linear programme was not solved: shown is random play."
    CONVERGED = "Regret was minimised until deviating gains no more than the accuracy asked for."
    STOPPED = "Regret was minimised for all the iterations allowed: deviating still gains more than was asked for."

    @property
    def good(self) -> bool:
        """True where the search ended at its aim."""
        return self in _GOOD

    @property
    def answered(self) -> bool:
        """True where there is an answer of some kind."""
        return self not in (Ending.BROKEN, Ending.BEYOND, Ending.INTERRUPTED)


CERTIFIED = 1e-6
"""Share of the payoff range that deviating may gain, in all and at any information set, where a draw is certified."""

_GOOD = {
    Ending.REACHED,
    Ending.LIMIT,
    Ending.CERTIFIED,
    Ending.SUBSTITUTE,
    Ending.PARTS,
    Ending.ADJUSTED,
    Ending.CONTINUED,
    Ending.OTHER,
    Ending.INDUCED,
    Ending.OPTIMAL,
    Ending.CONVERGED,
}


LOGIT = "logit"
"""Name of the concept that a solution is for unless another is named."""


@dataclass(frozen=True, eq=False)
class JointPlay:
    """Play that a mediator correlates: leaf_reach [draw, leaf] is how likely each ending is under it.

    gain [draw, player]: what the player gains by leaving it, as the concept lets it: by deciding, before the mediator
    says anything, to play another strategy against what the others are told; or by refusing, at one of its information
    sets, to hear any more. All at most zero: a normal-form, or extensive-form, coarse correlated equilibrium.
    """

    leaf_reach: Floats
    gain: Floats


@dataclass(frozen=True, eq=False)
class Solution:
    """Equilibria of a game, draw by draw: logit equilibria unless `concept` says otherwise.

    rationality, reached [draw]: precision asked for (infinite: the limit) and reached, in units of 1/payoff.
    endings: per draw. steps [draw]: attempted steps. unknowns: log-odds that were solved for.
    log_behaviour [draw, action]: logarithms of the probability of each action at its information set. They tell
        off-path beliefs apart where the probabilities themselves have vanished.
    nash_conv [draw]: sum over players of what a best response to the others would gain, in payoff units.
    conditional_regret [draw]: the most that one deviation gains at any information set, given beliefs there.
    regret_share [draw]: the largest share of what is at stake at any information set that one deviation gains there
        (`detente.strategy.stakes`); NaN at a finite rationality, where players err by assumption.
    departure [draw]: at a finite rationality, the largest difference between the probability of a move and that of the
        logit reply to all play (`detente.strategy.departure`); NaN in the limit and where there is no answer.
    payoff_range [draw]: as `Numbers.payoff_range`.
    turning_points, bifurcations: per draw, the rationality at each, in the order in which they were met.
    paces: by draw, the rationality [action] that each move answers to, where some decisions were followed further than
        others because less is at stake there; `reached` is then the highest.
    methods: per draw, how its answer was found where a path was to be followed; empty for other concepts.
    concept: what was solved for, by its name in `detente.equilibrium.concepts.registry`.
    everywhere: whether that asks for moves that are best where play never comes as well.
    joint: correlated play, of which `behaviour` is what each player does on average; None where players act apart.
    subgame_perfect [draw, action]: whether some subgame-perfect equilibrium in pure strategies makes the move when it
        comes to that; None except for backward induction.
    """

    game: Game
    rationality: Floats
    reached: Floats
    endings: tuple[Ending, ...]
    log_behaviour: Floats
    nash_conv: Floats
    conditional_regret: Floats
    regret_share: Floats
    departure: Floats
    payoff_range: Floats
    turning_points: tuple[Floats, ...]
    bifurcations: tuple[Floats, ...]
    unknowns: int
    steps: NDArray[np.int64]
    methods: tuple[str, ...] = ()
    paces: Mapping[int, Floats] = field(default_factory=dict[int, Floats])
    concept: str = LOGIT
    everywhere: bool = True
    joint: JointPlay | None = None
    subgame_perfect: NDArray[np.bool_] | None = None
    _behaviour: list[Floats] = field(default_factory=list[Floats], init=False, repr=False)

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.reached)

    @property
    def behaviour(self) -> Floats:
        """[draw, action]: probability of each action at its information set."""
        if not self._behaviour:
            self._behaviour.append(np.exp(self.log_behaviour))
        return self._behaviour[0]
