"""Solving a case or a game file for a concept other than the logit equilibrium."""

from __future__ import annotations

import math

from detente.analysis.solved import Solved
from detente.case.spelling.suggest import did_you_mean
from detente.equilibrium.concepts.concept import Effort
from detente.equilibrium.concepts.registry import concept_words, concepts, solve_concept
from detente.equilibrium.concepts.tuning import ACCURACY, ITERATIONS
from detente.equilibrium.solution import LOGIT
from detente.errors import RequestError
from detente.study.games import Games
from detente.study.request import Request


def effort_of(iterations: int | None, accuracy: float | None) -> Effort | None:
    """Checked limits of the effort: iterations and accuracy; None where neither is given. Raises RequestError."""
    if iterations is None and accuracy is None:
        return None
    if iterations is not None and iterations < 1:
        raise RequestError(f"the number of iterations is a whole number from 1 up; got {iterations}")
    if accuracy is not None and not (math.isfinite(accuracy) and accuracy >= 0):
        raise RequestError(f"the accuracy is a share of the payoff range, such as 1e-4; got {accuracy}")
    return Effort(
        ITERATIONS if iterations is None else iterations,
        ACCURACY if accuracy is None else accuracy,
    )


def leaving_words(concept: str) -> tuple[str, str]:
    """Words for leaving play that is correlated, and for the form of the equilibrium that nobody leaves."""
    sought = concepts()[concept]
    return sought.leaving, sought.form


def solve_as(games: Games, request: Request, concept: str, effort: Effort | None) -> Solved:
    """A case, or a game file, solved for a concept; RequestError where there is none such, or it does not fit."""
    known = concept_words()
    if concept not in known:
        raise RequestError(f"there is no concept `{concept}`: {did_you_mean(concept, known, 'concepts')}")
    if effort is not None and not (concept in concepts() and concepts()[concept].iterated):
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
