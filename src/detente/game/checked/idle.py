"""Idle declarations: parts of a case that nothing depends on. They are no mistake of form, and seldom meant.

A name counts as used where something that matters mentions it: payoffs, costs, chances, conditions of play, readings,
questions, claims, the rationality; then whatever a used quantity, state variable or prior itself mentions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from detente.crisis.expressions import (
    Belief,
    Count,
    Expression,
    Operation,
    PrivateValue,
    QuantityName,
    StageMove,
    StateValue,
    Utility,
    walk,
)
from detente.crisis.inquiry import Scenario
from detente.crisis.model import Crisis
from detente.crisis.play import NATURE, Move, Stage
from detente.crisis.quantities import Distribution
from detente.errors import Place, Problem
from detente.game.checked.clashes import clashing_ends
from detente.game.compiling.compiled import CompiledGame

Name = tuple[str, ...]
"""("quantity", id), ("state", id), ("private", actor, variable), ("formula", id), ("stage", id) or ("actor", id)."""


def idle_parts(crisis: Crisis, compiled: CompiledGame) -> tuple[Problem, ...]:
    """Warnings of a case that compiles, in the order of the file."""
    used = _used(crisis)
    found = [
        *_unread(crisis, used),
        *_choices(crisis, used),
        *_actors(crisis, used),
        *_never_played(crisis, compiled),
        *_scenarios(crisis, used),
        *clashing_ends(crisis),
    ]
    return tuple(sorted(found, key=lambda each: (each.where.line, each.where.column) if each.where else (0, 0)))


def _warning(what: str, remedy: str, place: Place | None) -> Problem:
    return Problem(what, remedy, place, severity="warning")


def _mentioned(expressions: Iterable[Expression | None]) -> set[Name]:
    found: set[Name] = set()
    for expression in expressions:
        for node in walk(expression) if expression is not None else ():
            match node:
                case QuantityName(name):
                    found.add(("quantity", name))
                case StateValue(variable):
                    found.add(("state", variable))
                case PrivateValue(actor, variable):
                    found.add(("private", actor, variable))
                case Operation(called=name) if name:
                    found.add(("formula", name))
                case StageMove(stage) | Count(stage):
                    found.add(("stage", stage))
                case Utility(actor) | Belief(actor):
                    found.add(("actor", actor))
                case _:
                    pass
    return found


def _roots(crisis: Crisis) -> Iterator[Expression | None]:
    for outcome in crisis.outcomes:
        yield from (payoff for _, payoff in outcome.payoffs)
    for stage in crisis.stages():
        yield from (stage.when, stage.allowed)
        for move in stage.moves:
            yield from (move.when, move.probability, *(cost for _, cost in move.cost), *(end.when for end in move.ends))
    yield from (each.when for each in crisis.finally_)
    yield from (each.when for each in crisis.readings)
    for question in crisis.questions:
        yield from (shown for _, shown in question.show)
    yield from (claim.of[1] for claim in crisis.claims)
    if isinstance(crisis.rationality, Distribution):
        yield from crisis.rationality.parameters
    for scenario in crisis.scenarios:
        for _, distribution in scenario.set:
            yield from distribution.parameters
        for prior in scenario.prior:
            yield from (*prior.probabilities, *(prior.distribution.parameters if prior.distribution else ()))


def _used(crisis: Crisis) -> set[Name]:
    """Every name that something depends on, directly or by way of others."""
    rests_on: dict[Name, set[Name]] = {}
    for quantity in crisis.quantities:
        rests_on["quantity", quantity.id] = _mentioned(quantity.distribution.parameters)
    for actor, variable in crisis.private_variables():
        parameters = variable.distribution.parameters if variable.distribution else variable.probabilities
        rests_on["private", actor.id, variable.id] = _mentioned(parameters)
    for stage in crisis.stages():
        for move in stage.moves:
            for variable, value in move.set:
                rests_on.setdefault(("state", variable), set()).update(_mentioned([value]))
    used = _mentioned(_roots(crisis))
    used |= {("private", each.actor, each.variable) for each in crisis.preferences if each.variable is not None}
    waiting = list(used)
    while waiting:
        for name in rests_on.get(waiting.pop(), set[Name]()) - used:
            used.add(name)
            waiting.append(name)
    return used


def _unread(crisis: Crisis, used: set[Name]) -> Iterator[Problem]:
    take_out = "mention it where it matters, or take it out"
    for quantity in crisis.quantities:
        if ("quantity", quantity.id) not in used:
            what = (
                f"nothing depends on the quantity `{quantity.id}`: no payoff, chance, reading or question mentions it"
            )
            yield _warning(what, take_out, quantity.place)
    for named in crisis.formulas:
        if ("formula", named.id) not in used:
            yield _warning(f"nothing mentions the formula `{named.id}`", take_out, named.place)
    for variable in crisis.state:
        if ("state", variable.id) not in used:
            yield _warning(f"the state variable `{variable.id}` is never read", take_out, variable.place)
    for actor, variable in crisis.private_variables():
        if ("private", actor.id, variable.id) not in used:
            what = f"nothing depends on what `{actor.id}` privately knows as `{variable.id}`"
            yield _warning(what, take_out, variable.place)


def _choices(crisis: Crisis, used: set[Name]) -> Iterator[Problem]:
    """Choices between moves that lead to the same, by somebody whose choice can tell others nothing either."""
    stages = list(crisis.stages())
    private = {knower for actor, variable in crisis.private_variables() for knower in variable.knowers(actor.id)}
    for stage in stages:
        informed = private & {*stage.movers} or any(
            not each.sees(actor.id) for each in stages for actor in crisis.actors
        )
        heard = any(stage.sees(actor.id) for actor in crisis.actors if stage.movers != (actor.id,))
        if stage.by == NATURE or (informed and heard) or ("stage", stage.id) in used or len(stage.moves) < 2:
            continue
        if all(_effect(move, used) == _effect(stage.moves[0], used) for move in stage.moves):
            what = f"the choice at `{stage.id}` has no effect: whatever `{stage.by}` does there leads to the same"
            yield _warning(what, "let a payoff, a state that is read, or an `end` depend on it", stage.place)


def _effect(move: Move, used: set[Name]) -> object:
    read = tuple((variable, value) for variable, value in move.set if ("state", variable) in used)
    return read, move.cost, move.ends, move.when


def _actors(crisis: Crisis, used: set[Name]) -> Iterator[Problem]:
    deciding = {mover for stage in crisis.stages() for mover in stage.movers}
    knowing = {name[1] for name in used if name[0] == "private"}
    for actor in crisis.actors:
        if actor.id not in deciding | knowing and ("actor", actor.id) not in used:
            what = f"the actor `{actor.id}` never decides, and nothing depends on what it is"
            yield _warning(what, "give it a stage, or take it out: its payoffs move nobody", actor.place)


def _never_played(crisis: Crisis, compiled: CompiledGame) -> Iterator[Problem]:
    """Endings that no history has, and moves that are never open where their stage is played."""
    story = compiled.game.story
    assert story is not None
    reached = set(np.unique(story.outcome).tolist())
    for number, outcome in enumerate(crisis.outcomes):
        if number not in reached:
            what = f"no history ends in `{outcome.id}`: nobody can reach it"
            yield _warning(what, "let a move `end` in it, or take it out", outcome.place)
    names = {outcome.id for number, outcome in enumerate(crisis.outcomes) if number in reached}
    for group in crisis.groups:
        if names <= {*group.endings}:
            what = f"every history ends in the group `{group.id}`: its chance is always 1"
            yield _warning(what, "leave an ending out of it, or take the group out", group.place)
        elif not names & {*group.endings}:
            yield _warning(
                f"no history ends in the group `{group.id}`", "name other endings, or take it out", group.place
            )
    if crisis.ended and not names & {*crisis.ended.endings}:
        what = f"no history ends in `{crisis.ended.ending}`, which is what really came"
        yield _warning(what, "let a move `end` in it: the case holds what happened for impossible", crisis.ended.place)
    for stage in crisis.stages():
        yield from _never_open(stage, compiled)


def _never_open(stage: Stage, compiled: CompiledGame) -> Iterator[Problem]:
    story = compiled.game.story
    assert story is not None
    if stage.drawn is not None:
        return  # a grid may reach beyond what can be drawn
    turns = [number for number, step in enumerate(story.steps) if step.stage == stage.id]
    made = np.zeros(len(stage.moves), bool)
    made[np.unique(story.move[np.isin(story.step, turns)])] = True
    if not made.any():
        return
    for move, open_somewhere in zip(stage.moves, made, strict=True):
        if not open_somewhere:
            what = f"the move `{move.id}` is never open at `{stage.id}`: its `when` never holds there"
            yield _warning(what, "loosen its `when`, or take it out", move.place)


def _scenarios(crisis: Crisis, used: set[Name]) -> Iterator[Problem]:
    for scenario in crisis.scenarios:
        if not _changes(scenario, crisis, used):
            what = f"scenario `{scenario.id}` changes nothing that anything depends on"
            yield _warning(what, "let it set, forbid or force something else than the case does", scenario.place)


def _changes(scenario: Scenario, crisis: Crisis, used: set[Name]) -> bool:
    if scenario.limits:
        return True
    for id, distribution in scenario.set:
        if ("quantity", id) in used and distribution != crisis.quantity(id).distribution:
            return True
    for prior in scenario.prior:
        variable = crisis.private(prior.actor, prior.variable)
        same = prior.probabilities == variable.probabilities and prior.distribution == variable.distribution
        if ("private", prior.actor, prior.variable) in used and not same:
            return True
    return False
