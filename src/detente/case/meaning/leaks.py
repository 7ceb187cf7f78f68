"""Check that the conditions of a choice mention only facts that the mover of the choice can know.

The check looks at the text of the case. Different moves that are open at one information set for other reasons are
found when the game is built.
"""

from __future__ import annotations

from collections.abc import Iterator

from detente.case.form.ledger import Ledger, Path
from detente.case.formula.scope import StageWords
from detente.case.meaning.names import PlacedStage
from detente.crisis.expressions import Count, Expression, PrivateValue, StageMove, walk
from detente.crisis.play import NATURE, Stage
from detente.errors import Problem


def check_leaks(placed: list[PlacedStage], stages: list[Stage], ledger: Ledger) -> None:
    """Record every mention, in a condition of a choice, of something that the actor who chooses cannot know."""
    words = {each.words.id: each.words for each in placed}
    by_name = {stage.id: stage for stage in stages}
    for each, stage in zip(placed, stages, strict=True):
        if stage.by == NATURE:
            continue
        for path, condition in _conditions(each, stage):
            for node in walk(condition):
                secret = _secret(node, words[stage.id], stage, by_name, words)
                if not secret:
                    continue
                what = f"information leak: `{stage.by}` chooses at stage `{stage.id}` but cannot know {secret}"
                remedy = "let the condition mention only what the mover has seen, or widen `seen_by` of that stage"
                place = getattr(node, "place", None)
                if place is not None:
                    ledger.problems.append(Problem(what, remedy, place))
                else:
                    ledger.error(path, what, remedy)


def _conditions(placed: PlacedStage, stage: Stage) -> Iterator[tuple[Path, Expression]]:
    if stage.when is not None:
        yield (*placed.path, "when"), stage.when
    for move in stage.moves:
        if move.when is not None:
            yield (*placed.path, "choose", move.id, "when"), move.when


def _secret(
    node: Expression, here: StageWords, stage: Stage, stages: dict[str, Stage], words: dict[str, StageWords]
) -> str:
    """Words for the fact that a part of a condition gives away and the mover cannot know; empty if there is none."""
    if isinstance(node, PrivateValue) and node.actor != stage.by:
        return f"`{node.actor}.{node.variable}`, which is private to `{node.actor}`"
    if not isinstance(node, StageMove | Count) or node.stage not in stages:
        return ""
    if not stages[node.stage].sees(stage.by):
        return f"the move at `{node.stage}`, which it does not see"
    at_once = here.together and words[node.stage].together == here.together and node.stage != stage.id
    if at_once and isinstance(node, StageMove) and not node.before:
        return f"the move at `{node.stage}`, which is made at the same time"
    return ""
