"""Worth to a named actor of knowing something before a named decision."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from detente.analysis.worth import Decision, decision_at, next_decision
from detente.case.spelling.suggest import did_you_mean
from detente.errors import RequestError
from detente.game.paths import stage_positions, story_of
from detente.study.cases import Case, load
from detente.study.games import prepare
from detente.study.request import Prepared, Request
from detente.study.running.workers import solve_ensemble
from detente.study.tables.value_of_knowing import worth_table


def worth(
    case: Case | str | Path,
    actor: str,
    *,
    move: str | None = None,
    round: int = 0,
    rationality: float | str | None = None,
    set: Mapping[str, float] | None = None,
    scenario: str | None = None,
    draws: int | None = 100,
    seed: int = 0,
) -> pd.DataFrame:
    """Worth to an actor of knowing each thing that it does not know before it decides; settings as for `detente.solve`.

    move: the stage of the decision, the next one open to the actor if left out; round: the round of a repeated stage.
    Everybody else plays on as in the solution, not noticing that the actor knows. Columns:
    `detente.study.tables.value_of_knowing.WORTH`; `attrs["how_solved"]` of the table has endings and certificate of the
    solutions. Raises RequestError for an actor or a stage that does not fit.
    """
    loaded = load(case) if isinstance(case, str | Path) else case
    request = Request.of(rationality, set, scenario, draws, seed)
    prepared = prepare(loaded, request)
    decision = _wanted(prepared, actor, move, round)
    if not decision.small:
        raise RequestError(
            f"`{actor}` may then find itself in {len(decision.infosets):,} situations, too many to tell; "
            "fewer points of its private values, or fewer moves to choose from, would do"
        )
    sample = prepared.draws(request)
    steps = ((decision.actor, decision.position),)
    ensemble = solve_ensemble(prepared.compiled, sample, rationality=request.rationality, decisions=steps)
    table = worth_table(prepared, ensemble, steps)
    table.attrs["how_solved"] = ensemble.how_solved.to_dict()
    return table


def _wanted(prepared: Prepared, actor: str, move: str | None, round: int) -> Decision:
    game, crisis = prepared.compiled.game, prepared.crisis
    known = [each.id for each in crisis.actors]
    if actor not in known:
        raise RequestError(f"the case has no actor `{actor}`. {did_you_mean(actor, known, 'actors')}")
    own = [stage.id for stage in crisis.stages() if actor in stage.movers]
    if move is None:
        position = next_decision(game, crisis, actor)
        if position is None:
            remedy = f"name one with --move: {', '.join(own)}" if own else "it never decides"
            raise RequestError(f"after the events `{actor}` has no decision left to make; {remedy}")
    else:
        if move not in own:
            raise RequestError(f"`{actor}` does not decide at `{move}`. {did_you_mean(move, own, 'stages of its own')}")
        steps = story_of(game).steps
        places = [k for k in stage_positions(game, move) if round in (0, steps[k].round)]
        if not places:
            raise RequestError(f"`{move}` has no round {round}")
        position = places[0]
    found = decision_at(game, crisis, actor, position)
    if found is None:
        raise RequestError(f"the events rule out that `{actor}` decides at `{move}`")
    return found
