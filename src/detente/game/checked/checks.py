"""Everything that can be wrong with a case once it reads: found by compiling it and trying draws, told in its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from detente.crisis.model import Crisis
from detente.errors import CaseError, Problem
from detente.game.checked.idle import idle_parts
from detente.game.compiling.build import compile_crisis
from detente.game.compiling.compiled import CompiledGame
from detente.game.compiling.order import Play
from detente.game.compiling.size import MEMORY_BUDGET, GameSize, require_size
from detente.game.drawn.draws import Draws, dimensions, from_cube, median_draw
from detente.game.paths import events_met

_TRIED = 64
_SEED = 20250307


@dataclass(frozen=True)
class CaseCheck:
    """Results of a check: problems, the size of the game by turn, and the game itself if it compiles.

    warnings: parts that a case without problems declares and nothing depends on.

    warnings: what a case without problems declares and nothing depends on.
    """

    problems: tuple[Problem, ...]
    size: GameSize | None = None
    compiled: CompiledGame | None = field(default=None, repr=False)
    warnings: tuple[Problem, ...] = ()


def check_crisis(crisis: Crisis, *, memory_budget: int = MEMORY_BUDGET) -> CaseCheck:
    """Compile a crisis and try its formulas at the median, at both ends of every range and at random draws.

    Does not raise for a bad case: all its problems come back.
    """
    size = compiled = None
    problems: list[Problem] = []
    try:
        size = require_size(Play(crisis), memory_budget)
        problems += _unreachable(size)
        compiled = compile_crisis(crisis, memory_budget=memory_budget)
        problems += _impossible_timeline(crisis, compiled)
    except CaseError as error:
        problems += error.problems
    if compiled is not None:
        problems += _formulas(crisis, compiled)
    warnings = idle_parts(crisis, compiled) if compiled is not None and not problems else ()
    return CaseCheck(CaseError(problems).problems, size, compiled, warnings)


def trial_draws(crisis: Crisis) -> Draws:
    """Draws that provoke bad formulas: the median, both ends of everything at once, one at a time, and at random."""
    width = len(dimensions(crisis))
    edge = 1e-6
    rows = [np.full((1, width), edge), np.full((1, width), 1 - edge)]
    rows += [np.where(np.eye(width, dtype=bool), end, 0.5) for end in (edge, 1 - edge)]
    rows.append(np.clip(np.random.default_rng(_SEED).random((_TRIED, width)), edge, 1 - edge))
    return from_cube(crisis, np.concatenate(rows))


def _unreachable(size: GameSize) -> Iterator[Problem]:
    reached: dict[str, float] = {}
    for each in size.turns:
        if each.turn.stage is not None:
            reached[each.turn.stage.id] = reached.get(each.turn.stage.id, 0) + each.histories
    stages = {each.turn.stage.id: each.turn.stage for each in size.turns if each.turn.stage is not None}
    for id, histories in reached.items():
        if not histories:
            stage = stages[id]
            why = "its `when` never holds" if stage.when is not None else "every history has ended before it"
            yield Problem(
                f"stage `{id}` can never be reached: {why}",
                "loosen the `when`, end fewer moves before it, or take the stage out",
                stage.place,
            )


def _formulas(crisis: Crisis, compiled: CompiledGame) -> Iterator[Problem]:
    try:
        trials = (median_draw(crisis), trial_draws(crisis))
    except CaseError as error:
        yield from error.problems
        return
    assert compiled.payoff_plan is not None
    for draws in trials:
        found: list[Problem] = []
        for plan in compiled.chance_plans:
            found += _raised(lambda plan=plan, draws=draws: plan.probabilities(crisis, draws))
        for plan in compiled.payoff_plan.outcomes:
            found += _raised(lambda plan=plan, draws=draws: plan.payoffs(crisis, draws))
        for plan in compiled.payoff_plan.costs.plans:
            found += _raised(lambda plan=plan, draws=draws: plan.costs(crisis, draws))
        yield from found
        if found:
            return


def _raised(action: Callable[[], object]) -> tuple[Problem, ...]:
    try:
        action()
    except CaseError as error:
        return error.problems
    return ()


def _impossible_timeline(crisis: Crisis, compiled: CompiledGame) -> Iterator[Problem]:
    met = events_met(compiled.game, crisis, crisis.timeline)
    for number, event in enumerate(crisis.timeline):
        so_far = (1 << (number + 1)) - 1
        if ((met & so_far) == so_far).any():
            continue
        move = event.seen or crisis.stage(event.stage).moves[event.move].id
        after = " after what was observed before it" if number else ""
        yield Problem(
            f"the timeline is impossible: no history has `{move}` at `{event.stage}`{after}, whatever anybody is",
            "check the `round`, and the `when` and `end` of earlier moves, or take the event out",
            event.place,
        )
        return
