"""Solving a case or a game file for a concept other than the logit equilibrium."""

from __future__ import annotations

import math

from detente.analysis.solved import Solved
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.model import Crisis
from detente.equilibrium.concepts.registry import ACCURACY, CONCEPTS, ITERATIONS, Effort, solve_concept
from detente.errors import RequestError
from detente.game.compiling.compiled import CompiledGame
from detente.study.request import Request, prepare

LOGIT = "logit"


def effort_of(iterations: int | None, accuracy: float | None) -> Effort:
    """Checked limits of the effort: iterations and accuracy. Raises RequestError."""
    if iterations is not None and iterations < 1:
        raise RequestError(f"the number of iterations is a whole number from 1 up; got {iterations}")
    if accuracy is not None and not (math.isfinite(accuracy) and accuracy >= 0):
        raise RequestError(f"the accuracy is a share of the payoff range, such as 1e-4; got {accuracy}")
    return Effort(
        ITERATIONS if iterations is None else iterations,
        ACCURACY if accuracy is None else accuracy,
    )


def solve_as(case: Crisis | CompiledGame, request: Request, concept: str, effort: Effort) -> Solved:
    """The case solved for a concept. Raises RequestError where there is no such concept or it does not fit."""
    if concept not in CONCEPTS:
        raise RequestError(f"there is no concept `{concept}`: {did_you_mean(concept, CONCEPTS, 'concepts')}")
    if concept == LOGIT:
        raise RequestError("`iterations` and `accuracy` belong to concepts found by iteration, such as `cfr+`")
    if request.rationality is not None:
        raise RequestError(f"`rationality` belongs to the concept `{LOGIT}`; `{concept}` has none")
    if isinstance(case, CompiledGame) and case.fixed is not None:
        if request.set or request.scenario or request.draws:
            raise RequestError("a game file has no quantities, scenarios or draws")
        return Solved(case, None, case.fixed, solve_concept(case.game, case.fixed, concept, effort=effort))
    prepared = prepare(case, request)
    draws = prepared.draws(request)
    numbers = prepared.compiled.numbers(draws)
    return Solved(
        prepared.compiled, draws, numbers, solve_concept(prepared.compiled.game, numbers, concept, effort=effort)
    )
