"""Check that the conditions of a choice mention only facts that the mover of the choice can know.

The check looks at the text of the case. Different moves that are open at one information set for other reasons are
found when the game is built.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

from detente.case.form.ledger import Ledger, Path
from detente.case.formula.scope import StageWords
from detente.case.meaning.names import PlacedStage
from detente.case.spelling.suggest import listed
from detente.crisis.expressions import Count, Expression, PrivateValue, StageMove, walk
from detente.crisis.play import NATURE, Actor, Stage
from detente.errors import Problem


def check_leaks(placed: list[PlacedStage], stages: list[Stage], actors: tuple[Actor, ...], ledger: Ledger) -> None:
    """Record every mention, in a condition of a choice, of something that the actor who chooses cannot know."""
    words = {each.words.id: each.words for each in placed}
    by_name = {stage.id: stage for stage in stages}
    knowers = {(actor.id, each.id): each.knowers(actor.id) for actor in actors for each in actor.private}
    for each, stage in zip(placed, stages, strict=True):
        if stage.by == NATURE:
            continue
        for mover, (path, condition) in product(stage.movers, _conditions(each, stage)):
            for node in walk(condition):
                secret = _secret(node, words[stage.id], replace(stage, by=mover, turns=()), by_name, words, knowers)
                if not secret:
                    continue
                what = f"information leak: `{mover}` chooses at stage `{stage.id}` but cannot know {secret}"
                remedy = "let the condition mention only what the mover has seen, or widen `seen_by` of that stage"
                place = getattr(node, "place", None)
                if place is not None:
                    ledger.problems.append(Problem(what, remedy, place))
                else:
                    ledger.error(path, what, remedy)


def _conditions(placed: PlacedStage, stage: Stage) -> Iterator[tuple[Path, Expression]]:
    if stage.when is not None:
        yield (*placed.path, "when"), stage.when
    if stage.allowed is not None:
        yield (*placed.path, "choose", "when"), stage.allowed
    for move in stage.moves:
        if move.when is not None:
            yield (*placed.path, "choose", move.id, "when"), move.when


def _secret(
    node: Expression,
    here: StageWords,
    stage: Stage,
    stages: dict[str, Stage],
    words: dict[str, StageWords],
    knowers: Mapping[tuple[str, str], tuple[str, ...]],
) -> str:
    """Words for the fact that a part of a condition gives away and the mover cannot know; empty if there is none."""
    if isinstance(node, PrivateValue):
        known = knowers.get((node.actor, node.variable), (stage.by,))
        if stage.by in known:
            return ""
        who = f"is private to {listed(known)}" if known else "nobody knows"
        return f"`{node.actor}.{node.variable}`, which {who}"
    if not isinstance(node, StageMove | Count) or node.stage not in stages:
        return ""
    if not stages[node.stage].sees(stage.by):
        return f"the move at `{node.stage}`, which it does not see"
    at_once = here.together and words[node.stage].together == here.together and node.stage != stage.id
    if at_once and isinstance(node, StageMove) and not node.before:
        return f"the move at `{node.stage}`, which is made at the same time"
    return ""
