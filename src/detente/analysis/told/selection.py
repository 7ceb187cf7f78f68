"""Conditioning beside doing: an answer given that a move is seen, and the same where the move is forced.

Whoever makes a move of its own accord is not like whoever does not, so that seeing a move tells of its maker as well:
P(x) given (move) also selects histories. Forcing it does not: everybody knows that it had to be made, and it says
nothing of anybody. Source: Pearl 2009, "Causality", chapter 1 (seeing and doing).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import Interval, apart, interval
from detente.crisis.expressions import (
    Belief,
    DomainValue,
    Expectation,
    Expression,
    Number,
    Operation,
    Probability,
    StageMove,
    Utility,
)
from detente.crisis.inquiry import Limit, Observation
from detente.crisis.model import Crisis
from detente.crisis.play import Repeat, Stage, stages_of

Floats = NDArray[np.float64]
Asked = Probability | Expectation | Utility | Belief

NOTICED = 0.005
"""Difference of two answers at the median that is worth a sentence; over draws their standard error decides."""


@dataclass(frozen=True, eq=False)
class Selection:
    """An answer as it stands [draw], given that moves were seen, and with these moves forced.

    moves: the moves in words. weights [draw]: how much each draw counts, None where all count alike. seen_weights: how
    much given that the moves were seen, where seeing them weighs draws as well; None where that is no news of the
    draws.
    """

    quantity: str
    moves: str
    plain: Floats
    seen: Floats
    forced: Floats
    weights: Floats | None
    seen_weights: Floats | None = None

    def _told(self, values: Floats) -> Interval:
        return interval(values, self.weights)

    def _seen_beside(self, other: Floats) -> Interval:
        """The answer where the moves are seen, less another."""
        if self.seen_weights is None:
            return self._told(self.seen - other)
        even = np.ones(len(other)) if self.weights is None else self.weights
        return apart(other, self.seen, (even, self.seen_weights))

    @property
    def parts(self) -> bool:
        """True where the two effects have other signs, or differ by more than twice the error of their difference."""
        between = self._seen_beside(self.forced)
        room = 2 * between.error if between.error == between.error else NOTICED
        return bool(abs(between.mean) > max(room, 1e-9))

    def to_dict(self) -> dict[str, Any]:
        """Plain values: the three answers, both effects and their difference, each with its standard error."""
        own = self.weights if self.seen_weights is None else self.seen_weights
        numbers = {
            "seen": interval(self.seen, own),
            "forced": self._told(self.forced),
            "as_it_stands": self._told(self.plain),
            "seeing": self._seen_beside(self.plain),
            "doing": self._told(self.forced - self.plain),
            "apart": self._seen_beside(self.forced),
        }
        found: dict[str, Any] = {"moves": self.moves, "says": self.sentence}
        for name, number in numbers.items():
            found[name] = number.mean if number.mean == number.mean else None
            found[f"{name}_error"] = number.error if number.error == number.error else None
        return found

    @property
    def sentence(self) -> str:
        """Both effects in a sentence on selection."""
        seeing, doing = self._seen_beside(self.plain), self._told(self.forced - self.plain)
        return (
            f"Seeing {self.moves} moves {self.quantity} by {_signed(seeing)}, forcing it by {_signed(doing)}: who "
            "makes the move of its own accord differs from who does not, and seeing it tells that too (selection); "
            "forced, it tells nothing of anybody."
        )


def _signed(number: Interval) -> str:
    told = f"{number.mean:+.3f}".replace("-", "\u2212")
    return f"{told} ± {number.error:.3f}" if number.error == number.error else told


def moves_given(interest: Expression, crisis: Crisis) -> list[Limit]:
    """The moves that a quantity of interest is given, as they would be forced; empty where it is given anything else.

    A move inside a `repeat` counts as something else: what is seen is its latest round, what is forced is every one.
    """
    if not isinstance(interest, Asked) or not interest.given:
        return []
    once = _played_once(crisis)
    found: list[Limit] = []
    for condition in interest.given:
        match condition:
            case Operation("=", (StageMove(stage, False), DomainValue(_, code))) if stage in once:
                found.append(Limit(stage, (code,), True))
            case Operation("=", (StageMove(stage, False), Number(value))) if stage in once:
                numbers = [move.number for move in once[stage].moves]
                if value not in numbers:
                    return []
                found.append(Limit(stage, (numbers.index(value),), True))
            case _:
                return []
    return found


def moves_seen(seen: Iterable[Observation], crisis: Crisis) -> list[Limit]:
    """Moves that were seen, as they would be forced; none where a label was seen, or a round of a `repeat`."""
    once, events = _played_once(crisis), list(seen)
    if any(event.seen or event.round or event.stage not in once for event in events):
        return []
    return [Limit(event.stage, (event.move,), True) for event in events]


def _played_once(crisis: Crisis) -> dict[str, Stage]:
    """The stages outside every `repeat`, by name."""
    return {stage.id: stage for step in crisis.steps if not isinstance(step, Repeat) for stage in stages_of((step,))}


def given_moves(interest: Expression, limits: Iterable[Limit], crisis: Crisis) -> Expression | None:
    """A quantity of interest given that forced moves are seen; None where that cannot be said."""
    if not isinstance(interest, Asked) or interest.given:
        return None
    conditions: list[Expression] = []
    once = _played_once(crisis)
    for limit in limits:
        if not limit.forced or limit.round or limit.stage not in once:
            return None
        move = crisis.stage(limit.stage).moves[limit.moves[0]]
        value = DomainValue(move.id, limit.moves[0]) if move.number is None else Number(move.number)
        conditions.append(Operation("=", (StageMove(limit.stage), value)))
    return replace(interest, given=tuple(conditions)) if conditions else None


def move_words(limits: Iterable[Limit], crisis: Crisis) -> str:
    """Moves as a request names them: `gesture: ease`."""
    return " and ".join(f"`{each.stage}: {crisis.stage(each.stage).moves[each.moves[0]].id}`" for each in limits)


def forced_words(limits: Iterable[Limit], crisis: Crisis) -> tuple[str, ...]:
    """Moves one by one, as `force` takes them."""
    return tuple(f"{each.stage}: {crisis.stage(each.stage).moves[each.moves[0]].id}" for each in limits)


def noticed(found: Iterable[Selection]) -> Mapping[str, Selection]:
    """Those that are worth a sentence, by quantity."""
    return {each.quantity: each for each in found if each.parts}
