"""Solving a case or a game file for a concept other than the logit equilibrium."""

from __future__ import annotations

import math

from detente.analysis.solved import Solved
from detente.case.spelling.suggest import did_you_mean
from detente.equilibrium.concepts.registry import CONCEPTS, Effort, solve_concept
from detente.equilibrium.concepts.tuning import ACCURACY, ITERATIONS
from detente.errors import RequestError
from detente.study.games import Games
from detente.study.how_solved import LOGIT
from detente.study.request import Request


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


def solve_as(games: Games, request: Request, concept: str, effort: Effort) -> Solved:
    """A case, or a game file, solved for a concept; RequestError where there is none such, or it does not fit."""
    if concept not in CONCEPTS:
        raise RequestError(f"there is no concept `{concept}`: {did_you_mean(concept, CONCEPTS, 'concepts')}")
    if concept == LOGIT:
        raise RequestError("`iterations` and `accuracy` belong to concepts found by iteration, such as `cfr+`")
    if request.rationality is not None:
        raise RequestError(f"`rationality` belongs to the concept `{LOGIT}`; `{concept}` has none")
    if (file := games.file) is not None:
        games.check(request)
        assert file.fixed is not None
        return Solved(file, None, file.fixed, solve_concept(file.game, file.fixed, concept, effort=effort))
    prepared = games.prepared(request)
    draws = prepared.draws(request)
    numbers = prepared.compiled.numbers(draws)
    return Solved(
        prepared.compiled, draws, numbers, solve_concept(prepared.compiled.game, numbers, concept, effort=effort)
    )
