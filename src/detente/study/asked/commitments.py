"""Levers that an actor holds: each of its moves that is still to come, committed to, and what a wish then comes to.

Quantities are facts that nobody can choose; what an actor can choose are its own moves. To commit to one means that
everybody knows that it will be made wherever it can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from detente.case.meaning.spoken import limit_words
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.inquiry import Limit
from detente.crisis.model import Crisis
from detente.errors import RequestError

_MOST = 12
"""Moves of a stage beyond which its commitments are not tried one by one."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """A move that an actor commits to, or never to make; value: what the wish's quantity then is, at the median.

    force, forbid: the move as a request names it, one of the two empty. met: whether the wish then holds.
    """

    force: str
    forbid: str
    says: str
    value: float
    met: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain values; `value` is None where what is asked then has none."""
        known = self.value if self.value == self.value else None
        return {"force": self.force, "forbid": self.forbid, "says": self.says, "value": known, "met": self.met}


def require_actor(crisis: Crisis, actor: str) -> None:
    """Raises RequestError where a case has no actor of that name, or one that never decides."""
    known = [each.id for each in crisis.actors]
    if actor not in known:
        raise RequestError(f"the case has no actor `{actor}`: {did_you_mean(actor, known, 'actors')}")
    if not any(actor in stage.movers for stage in crisis.stages()):
        raise RequestError(f"`{actor}` decides nothing in this case, so it holds no lever")


def open_limits(crisis: Crisis, actor: str) -> Iterator[Limit]:
    """Every move that an actor may still commit to; where it has more than two, every one that it may rule out too.

    Stages that the timeline tells of are over. Numbers are left out where there are more than `_MOST` of them.
    """
    over = {event.stage for event in crisis.timeline if not event.round}
    for stage in crisis.stages():
        moves = len(stage.moves)
        # What one of several who take turns commits to would bind the others.
        if stage.movers != (actor,) or stage.id in over or moves > _MOST or moves < 2:
            continue
        yield from (Limit(stage.id, (number,), True) for number in range(moves))
        if moves > 2:
            yield from (Limit(stage.id, (number,), False) for number in range(moves))


def named(limit: Limit, crisis: Crisis) -> tuple[str, str]:
    """A commitment as a request names it: what is forced, and what is forbidden."""
    text = f"{limit.stage}: {crisis.stage(limit.stage).moves[limit.moves[0]].id}"
    return (text, "") if limit.forced else ("", text)


def words(limit: Limit, crisis: Crisis) -> str:
    """A commitment for a reader."""
    return limit_words(limit, crisis)
