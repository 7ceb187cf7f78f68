"""Solution concepts by name: one loop over draws, one kind of result, one certificate for all of them.

`logit` is the path of logit equilibria (`detente.equilibrium.solve`); the others are found here. Whatever finds a
behaviour, NashConv and conditional regret are computed by `detente.strategy.regret`, and what leaving correlated play
would gain by `detente.strategy.coarse`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.concepts.backward_induction import backward_induction, check_perfect_information
from detente.equilibrium.concepts.coarse import Correlated, coarse_correlated
from detente.equilibrium.concepts.linear_programme import opponents, zero_sum_equilibrium
from detente.equilibrium.concepts.refusal import extensive_form_coarse_correlated
from detente.equilibrium.concepts.regret_matching import REGRET_RULES, regret_matching
from detente.equilibrium.concepts.tuning import ACCURACY, ITERATIONS
from detente.equilibrium.solution import Ending, JointPlay, Solution
from detente.game.arrays import Game, Numbers
from detente.kernels.records import plain
from detente.strategy.coarse import coarse_gains, refusing_gains
from detente.strategy.regret import conditional_regret, nash_conv
from detente.strategy.stakes import largest_share
from detente.strategy.state import FLOOR
from detente.strategy.units import check_countable, countable

Floats = NDArray[np.float64]

CONCEPTS = {
    "logit": "logit equilibria, followed from random play to a rationality or to the limit",
    "backward-induction": "subgame-perfect play where information is perfect, with every tie told",
    "zero-sum": "the value and optimal strategies of a two-player zero-sum game, by linear programme",
    **dict.fromkeys(
        REGRET_RULES, "regret minimisation: a Nash equilibrium of a two-player zero-sum game in the long run"
    ),
    "coarse-correlated": "play that a mediator correlates (normal-form coarse correlated equilibrium), any players",
    "extensive-form-coarse-correlated": "the same, where a player may refuse at every information set, any players",
}
"""Every concept that `solve` takes, and what it is."""

_Finder = Callable[..., Correlated]
_Certificate = Callable[[Game, Numbers, int, Floats, Floats], Floats]

CORRELATED: dict[str, tuple[_Finder, _Certificate]] = {
    "coarse-correlated": (coarse_correlated, coarse_gains),
    "extensive-form-coarse-correlated": (extensive_form_coarse_correlated, refusing_gains),
}
"""Concepts of joint play: what finds it, and what says what anybody gains by leaving it."""


Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """Iteration stops after so many `iterations`, or where deviating gains at most `accuracy` of the payoff range."""

    iterations: int = ITERATIONS
    accuracy: float = ACCURACY


@dataclass(frozen=True, eq=False)
class _Answer:
    """Result for one draw: behaviour [action]; perfect [action]; joint [leaf], gain [player]."""

    behaviour: Floats
    ending: Ending
    steps: int = 0
    perfect: NDArray[np.bool_] | None = None
    joint: Floats | None = None
    gain: Floats | None = None


def solve_concept(
    game: Game, numbers: Numbers, concept: str, *, effort: Effort | None = None, progress: Progress | None = None
) -> Solution:
    """Solve every draw for a concept other than `logit`.

    Raises RequestError where the concept does not fit the game, in words that say why; CaseError where no draw has
    payoffs that can be counted with; KeyError for an unknown concept.
    """
    check_countable(game, numbers)
    solver = _solver(game, numbers, concept, effort or Effort())
    answers: list[_Answer] = []
    for draw in range(numbers.draws):
        finite = np.isfinite(numbers.payoff[draw]).all() and np.isfinite(numbers.chance[draw]).all()
        known = finite and countable(plain(numbers.payoff[draw]))
        broken = Ending.BEYOND if finite else Ending.BROKEN
        answers.append(solver(draw) if known else _Answer(_random_play(game), broken))
        if progress:
            progress(draw + 1, numbers.draws)
    return _certified(game, numbers, concept, answers)


def _solver(game: Game, numbers: Numbers, concept: str, effort: Effort) -> Callable[[int], _Answer]:
    if concept == "backward-induction":
        check_perfect_information(game)
        return lambda draw: _induced(game, numbers, draw)
    if concept == "zero-sum":
        pair = opponents(game, numbers)
        return lambda draw: _programmed(game, numbers, draw, pair)
    if concept in CORRELATED:
        return lambda draw: _correlated(game, numbers, draw, effort, concept)
    rule = REGRET_RULES[concept]

    def minimised(draw: int) -> _Answer:
        found = regret_matching(
            game,
            numbers.payoff[draw],
            numbers.chance[draw],
            rule,
            iterations=effort.iterations,
            accuracy=effort.accuracy,
        )
        return _Answer(found.behaviour, Ending.CONVERGED if found.converged else Ending.STOPPED, found.iterations)

    return minimised


def _induced(game: Game, numbers: Numbers, draw: int) -> _Answer:
    behaviour, perfect = backward_induction(game, numbers, draw)
    return _Answer(behaviour, Ending.INDUCED, perfect=perfect)


def _programmed(game: Game, numbers: Numbers, draw: int, pair: tuple[int, int]) -> _Answer:
    behaviour, solved = zero_sum_equilibrium(game, numbers, draw, pair)
    return _Answer(behaviour, Ending.OPTIMAL if solved else Ending.UNSOLVED)


def _correlated(game: Game, numbers: Numbers, draw: int, effort: Effort, concept: str) -> _Answer:
    find, certify = CORRELATED[concept]
    found = find(
        game, numbers.payoff[draw], numbers.chance[draw], iterations=effort.iterations, accuracy=effort.accuracy
    )
    return _Answer(
        found.behaviour,
        Ending.CONVERGED if found.converged else Ending.STOPPED,
        found.iterations,
        joint=found.joint,
        gain=certify(game, numbers, draw, found.joint, found.others),
    )


def _random_play(game: Game) -> Floats:
    return 1.0 / np.diff(game.action_start)[game.infoset_of_action]


def _certified(game: Game, numbers: Numbers, concept: str, answers: list[_Answer]) -> Solution:
    behaviour = np.array([answer.behaviour for answer in answers]).reshape(len(answers), game.actions)
    with np.errstate(divide="ignore"):
        logs = np.maximum(np.log(behaviour), FLOOR)
    nothing = (np.zeros(0),) * len(answers)
    return Solution(
        game=game,
        rationality=np.full(len(answers), np.inf),
        reached=np.full(len(answers), np.inf),
        endings=tuple(answer.ending for answer in answers),
        log_behaviour=logs,
        nash_conv=nash_conv(game, numbers, behaviour),
        conditional_regret=conditional_regret(game, numbers, logs),
        regret_share=largest_share(game, numbers, logs),
        departure=np.full(len(answers), np.nan),
        payoff_range=numbers.payoff_range(),
        turning_points=nothing,
        bifurcations=nothing,
        unknowns=0,
        steps=np.array([answer.steps for answer in answers], np.int64),
        concept=concept,
        joint=_joint(game, answers) if concept in CORRELATED else None,
        subgame_perfect=_perfect(answers),
    )


def _perfect(answers: list[_Answer]) -> NDArray[np.bool_] | None:
    if all(answer.perfect is None for answer in answers):
        return None
    nowhere = np.zeros(len(answers[0].behaviour), bool)
    return np.array([nowhere if answer.perfect is None else answer.perfect for answer in answers])


def _joint(game: Game, answers: list[_Answer]) -> JointPlay:
    empty = np.full(game.leaves, np.nan)
    unknown = np.full(len(game.players), np.nan)
    return JointPlay(
        np.array([empty if answer.joint is None else answer.joint for answer in answers]),
        np.array([unknown if answer.gain is None else answer.gain for answer in answers]),
    )
