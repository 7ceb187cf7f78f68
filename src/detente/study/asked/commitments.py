"""Levers that an actor holds: each of its moves that is still to come, committed to, and what a wish then comes to.

Quantities are facts that nobody can choose; what an actor can choose are its own moves. To commit to one means that
everybody knows that it will be made wherever it can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from detente.case.formula.vocabulary import vocabulary_of
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

    force, forbid: the move as a request names it, several parted by semicolons where it is for some rounds of a
    `repeat`; one of the two is empty. met: whether the wish then holds.
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


def open_limits(crisis: Crisis, actor: str) -> Iterator[tuple[Limit, ...]]:
    """Every move that an actor may still commit to; where it has more than two, every one that it may rule out too.

    Stages that the timeline tells of are over; of a repeated stage only the rounds after the last one seen are left,
    one limit for each. Numbers are left out where there are more than `_MOST` of them.
    """
    known = vocabulary_of(crisis).stages
    for stage in crisis.stages():
        moves = len(stage.moves)
        # What one of several who take turns commits to would bind the others.
        if stage.movers != (actor,) or moves > _MOST or moves < 2:
            continue
        seen = [event.round for event in crisis.timeline if event.stage == stage.id]
        rounds = range(max(seen) + 1, known[stage.id].times + 1) if seen else (0,)
        for forced in (True, False) if moves > 2 else (True,):
            for number in range(moves) if rounds else ():
                yield tuple(Limit(stage.id, (number,), forced, round) for round in rounds)


def named(limits: Sequence[Limit], crisis: Crisis) -> tuple[str, ...]:
    """A commitment as a request names it, round by round where it is for some of them."""
    moves = [(each, crisis.stage(each.stage).moves[each.moves[0]].id) for each in limits]
    return tuple(
        f"{each.stage}, round {each.round}: {move}" if each.round else f"{each.stage}: {move}" for each, move in moves
    )


def words(limits: Sequence[Limit], crisis: Crisis) -> str:
    """A commitment for a reader."""
    first = limits[0]
    since = f" from round {first.round} on" if first.round else ""
    return f"{limit_words(replace(first, round=0), crisis)}{since}"
