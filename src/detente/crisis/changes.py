"""A crisis under one of its scenarios. The crisis given is left as it is.

Moves that a scenario takes away stay in place with a condition that never holds (branches of chance: probability 0),
so that the positions of moves mean the same in every version of a case and results can be set side by side.

Where a change contradicts an event of the timeline, history parts there: the changed crisis has seen the events before
it, and none after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches

from detente.crisis.expressions import Expression, Number, Operation, RoundNumber
from detente.crisis.inquiry import Limit, Observation, Prior
from detente.crisis.model import Crisis
from detente.crisis.play import NATURE, Actor, Move, Stage, Step
from detente.crisis.quantities import Distribution, Shape
from detente.errors import RequestError

NEVER = Operation("=", (Number(0.0), Number(1.0)))
"""A condition that holds nowhere."""


def with_scenario(crisis: Crisis, scenario: str) -> Crisis:
    """The crisis under one of its scenarios. Raises RequestError where it has none of that name.

    A forbidden move is never available. A forced move is the only one wherever it is available at all. Probabilities
    of nature's other branches are scaled up, or left to `rest` where that remains.
    """
    known = {each.id: each for each in crisis.scenarios}
    if scenario not in known:
        raise RequestError(_unknown("scenario", scenario, known))
    chosen = known[scenario]
    changed = _with_distributions(crisis, dict(chosen.set))
    actors = tuple(_with_priors(actor, chosen.prior) for actor in changed.actors)
    return with_limits(replace(changed, actors=actors), chosen.limits)


def with_structure(crisis: Crisis, fixed: Mapping[str, float]) -> Crisis:
    """The crisis with those of its structural quantities that are fixed set to their numbers."""
    shaping = {each.id for each in crisis.quantities if each.structural} & {*fixed}
    if not shaping:
        return crisis
    numbers = {name: Distribution(Shape.VALUE, (Number(float(fixed[name])),)) for name in shaping}
    return _with_distributions(crisis, numbers)


def with_limits(crisis: Crisis, limits: Iterable[Limit]) -> Crisis:
    """The crisis with moves forbidden or forced, one limit after another, and the events before it parts from history.

    Raises RequestError for an unknown stage.
    """
    listed, known = list(limits), [each.id for each in crisis.stages()]
    for each in listed:
        if each.stage not in known:
            raise RequestError(_unknown("stage", each.stage, known))
    steps = tuple(_limited(step, listed) for step in crisis.steps)
    return replace(crisis, steps=steps, timeline=before_parting(crisis, listed))


def before_parting(crisis: Crisis, limits: Iterable[Limit]) -> tuple[Observation, ...]:
    """The events of the timeline before the first that moves forbidden or forced contradict; all where none does."""
    listed = list(limits)
    for number, event in enumerate(crisis.timeline):
        stage = crisis.stage(event.stage)
        behind = {n for n in range(len(stage.moves)) if event.seen and stage.shown(n) == event.seen} or {event.move}
        own = [each for each in listed if each.stage == event.stage and each.round in (0, event.round)]
        gone = {move for each in own if not each.forced for move in each.moves}
        made = {each.moves[0] for each in own if each.forced}
        if not behind - gone or (made and not behind & made):
            return crisis.timeline[:number]
    return crisis.timeline


def _with_distributions(crisis: Crisis, distributions: Mapping[str, Distribution]) -> Crisis:
    names = [quantity.id for quantity in crisis.quantities]
    for name in distributions:
        if name not in names:
            raise RequestError(_unknown("quantity", name, names))
    quantities = (
        replace(each, distribution=distributions[each.id]) if each.id in distributions else each
        for each in crisis.quantities
    )
    return replace(crisis, quantities=tuple(quantities))


def _with_priors(actor: Actor, priors: Iterable[Prior]) -> Actor:
    own = {prior.variable: prior for prior in priors if prior.actor == actor.id}
    private = tuple(
        replace(each, probabilities=own[each.id].probabilities, distribution=own[each.id].distribution)
        if each.id in own
        else each
        for each in actor.private
    )
    return replace(actor, private=private)


def _limited(step: Step, limits: list[Limit]) -> Step:
    if not isinstance(step, Stage):
        stages = tuple(_limited(each, limits) for each in step.stages)
        return replace(step, stages=stages)  # pyright: ignore[reportArgumentType]
    moves = step.moves
    for limit in limits:
        if limit.stage != step.id:
            continue
        own = frozenset(limit.moves)
        if step.by == NATURE:
            changed = _only_branch(moves, limit.moves[0]) if limit.forced else _without_branches(moves, own)
            moves = tuple(_in_round(limit.round, *each) for each in zip(moves, changed, strict=True))
        elif limit.forced:
            moves = _only(moves, limit.moves[0], limit.round)
        else:
            moves = tuple(
                replace(move, when=_and(move.when, _but(limit.round))) if n in own else move
                for n, move in enumerate(moves)
            )
    return replace(step, moves=moves)


def _but(round: int) -> Expression:
    """A condition that holds in every other round; for round 0, which stands for all, nowhere."""
    return Operation("!=", (RoundNumber(), Number(float(round)))) if round else NEVER


def _and(one: Expression | None, other: Expression) -> Expression:
    return other if one is None or other is NEVER else Operation("and", (one, other))


def _only(moves: tuple[Move, ...], only: int, round: int) -> tuple[Move, ...]:
    """The other moves stay where the forced one is not available, so that nobody is left without a move."""
    forced = moves[only].when
    otherwise = NEVER if forced is None else Operation("not", (forced,))
    if round:
        otherwise = _but(round) if forced is None else Operation("or", (_but(round), otherwise))
    return tuple(move if n == only else replace(move, when=_and(move.when, otherwise)) for n, move in enumerate(moves))


def _in_round(round: int, before: Move, changed: Move) -> Move:
    """A branch with its new probability in one round only (0: in all)."""
    if not round or before.probability == changed.probability:
        return changed
    if before.probability is None or changed.probability is None:
        return before  # what is left over follows from the others
    here = Operation("=", (RoundNumber(), Number(float(round))))
    return replace(before, probability=Operation("if", (here, changed.probability, before.probability)))


def _without_branches(moves: tuple[Move, ...], gone: frozenset[int]) -> tuple[Move, ...]:
    left = [move.probability for n, move in enumerate(moves) if n not in gone]
    total = None if None in left else _sum([each for each in left if each is not None])
    return tuple(_scaled(move, n in gone, total) for n, move in enumerate(moves))


def _scaled(move: Move, gone: bool, total: Expression | None) -> Move:
    if gone:
        return replace(move, probability=Number(0.0))
    if total is None or move.probability is None:
        return move
    return replace(move, probability=Operation("/", (move.probability, total)))


def _sum(parts: list[Expression]) -> Expression:
    total = parts[0]
    for part in parts[1:]:
        total = Operation("+", (total, part))
    return total


def _only_branch(moves: tuple[Move, ...], only: int) -> tuple[Move, ...]:
    return tuple(replace(move, probability=Number(float(n == only))) for n, move in enumerate(moves))


def _unknown(noun: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    close = get_close_matches(name, names, n=1)
    if close:
        return f"the case has no {noun} `{name}`: did you mean `{close[0]}`?"
    return f"the case has no {noun} `{name}`: it has {', '.join(names) or 'none'}"
