"""Solution concepts by name: one loop over draws, one kind of result, one certificate for all of them.

`logit` is the path of logit equilibria (`detente.equilibrium.solve`); the others are found in the files of this folder
that have a function `concepts()`. Whatever finds a behaviour, NashConv and conditional regret are computed by
`detente.strategy.regret`, and what leaving correlated play would gain by `detente.strategy.coarse`.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.concepts.concept import Concept, ConceptAnswer, Effort
from detente.equilibrium.solution import LOGIT, Ending, JointPlay, Solution
from detente.game.arrays import Game, Numbers
from detente.kernels.records import plain
from detente.strategy.regret import conditional_regret, nash_conv
from detente.strategy.stakes import largest_share
from detente.strategy.state import FLOOR
from detente.strategy.units import check_countable, countable

Floats = NDArray[np.float64]

_LOGIT_SAYS = "logit equilibria, followed from random play to a rationality or to the limit"


@cache
def concepts() -> Mapping[str, Concept]:
    """Every concept of this folder, by name; `logit` is not among them."""
    folder = Path(__file__).parent
    modules = [import_module(f"{__package__}.{each.name}") for each in pkgutil.iter_modules([str(folder)])]
    declared = [module.concepts() for module in modules if module.__name__ != __name__ and hasattr(module, "concepts")]
    return {each.name: each for some in declared for each in some}


def concept_words() -> dict[str, str]:
    """Every concept that `solve` takes, `logit` first, with a sentence about it."""
    return {LOGIT: _LOGIT_SAYS, **{each.name: each.says for each in concepts().values()}}


Progress = Callable[[int, int], None]


def solve_concept(
    game: Game, numbers: Numbers, concept: str, *, effort: Effort | None = None, progress: Progress | None = None
) -> Solution:
    """Solve every draw for a concept other than `logit`.

    Raises RequestError where the concept does not fit the game, in words that say why; CaseError where no draw has
    payoffs that can be counted with; KeyError for an unknown concept.
    """
    check_countable(game, numbers)
    sought = concepts()[concept]
    solver = sought.fits(game, numbers, effort or Effort())
    answers: list[ConceptAnswer] = []
    for draw in range(numbers.draws):
        finite = np.isfinite(numbers.payoff[draw]).all() and np.isfinite(numbers.chance[draw]).all()
        known = finite and countable(plain(numbers.payoff[draw]))
        broken = Ending.BEYOND if finite else Ending.BROKEN
        answers.append(solver(draw) if known else ConceptAnswer(_random_play(game), broken))
        if progress:
            progress(draw + 1, numbers.draws)
    return _certified(game, numbers, sought, answers)


def _random_play(game: Game) -> Floats:
    return 1.0 / np.diff(game.action_start)[game.infoset_of_action]


def _certified(game: Game, numbers: Numbers, concept: Concept, answers: list[ConceptAnswer]) -> Solution:
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
        concept=concept.name,
        everywhere=concept.everywhere,
        joint=_joint(game, answers) if concept.correlated else None,
        subgame_perfect=_perfect(answers),
    )


def _perfect(answers: list[ConceptAnswer]) -> NDArray[np.bool_] | None:
    if all(answer.perfect is None for answer in answers):
        return None
    nowhere = np.zeros(len(answers[0].behaviour), bool)
    return np.array([nowhere if answer.perfect is None else answer.perfect for answer in answers])


def _joint(game: Game, answers: list[ConceptAnswer]) -> JointPlay:
    empty = np.full(game.leaves, np.nan)
    unknown = np.full(len(game.players), np.nan)
    return JointPlay(
        np.array([empty if answer.joint is None else answer.joint for answer in answers]),
        np.array([unknown if answer.gain is None else answer.gain for answer in answers]),
    )
