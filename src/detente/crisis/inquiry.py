"""Questions put to a crisis: hypotheses, observed events, quantities of interest, rival claims, scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from detente.crisis.evidence import Support
from detente.crisis.expressions import Expression
from detente.crisis.quantities import Distribution
from detente.errors import Place

OUTSET, EVENTS = "outset", "events"
"""Moments from which a number is told: before anything was seen, and given every event of the timeline."""

ANALYST = "analyst"
"""The observer outside the game, who sees every event of the timeline as it was."""

READINGS = "readings"
"""The group that all readings of a case form; every private variable forms one of its own."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A named hypothesis about what somebody privately is or wants."""

    id: str
    when: Expression
    name: str = ""
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The reading's name for a reader."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Observation:
    """A dated event that was actually seen: the move (by position) made at a stage, in a round (0: none).

    seen: the label under which it was seen, where which of the moves behind it was made stays open; `move` is then the
    first of those. Empty where the move itself was seen. known: the day from which an analyst could know of the event,
    where that is not the day on which it happened.
    """

    stage: str
    move: int
    round: int = 0
    date: date | None = None
    name: str = ""
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)
    seen: str = ""
    known: date | None = None


def known_by(timeline: Sequence[Observation], day: date) -> tuple[Observation, ...]:
    """The events of a timeline of which an analyst could know on a day, in their order.

    An event is known from its `known`, else from its date. One without either is known as soon as the next event that
    has a date happened, or the last such event before it where none follows; all are known where nothing is dated.
    """
    since: list[date] = []
    following: date | None = max((each.date for each in timeline if each.date), default=None)
    for event in reversed(timeline):
        following = event.date or following
        since.append(event.known or following or date.min)
    return tuple(event for event, first in zip(timeline, reversed(since), strict=True) if first <= day)


@dataclass(frozen=True, slots=True)
class Question:
    """One quantity varied over `steps` equally spaced values, and the quantities of interest to show.

    given: since when it is told first, `events` or `outset`; empty leaves it to whether events were seen.
    """

    id: str
    vary: str
    low: float
    high: float
    steps: int
    show: tuple[tuple[str, Expression], ...]
    name: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)
    given: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """Moves (by position) forbidden at a stage, or with `forced` the one that is left; in one round, or (0) in all."""

    stage: str
    moves: tuple[int, ...]
    forced: bool = False
    round: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """One of two courses that a claim compares: a scenario, moves made, or with neither the case as it stands."""

    scenario: str = ""
    moves: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody's causal claim: raising quantities makes a quantity of interest rise or fall.

    Or that one course puts it above or below another: `rises` then says whether above.
    raises: the quantity, or the first of several; empty where courses are compared. directions: all quantities and
    whether each goes up, where they are several or it goes down. courses: the two compared. `of` keeps the formula as
    written beside its tree. given: as for a question.
    """

    id: str
    says: str
    raises: str
    rises: bool
    of: tuple[str, Expression]
    by: str = ""
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)
    given: str = ""
    directions: tuple[tuple[str, bool], ...] = ()
    courses: tuple[Course, ...] = ()

    @property
    def moved(self) -> tuple[tuple[str, bool], ...]:
        """Every quantity that the claim moves, and whether it goes up; none where it compares courses."""
        return self.directions or (((self.raises, True),) if self.raises else ())


@dataclass(frozen=True, slots=True)
class Prior:
    """A replacement for the prior of a private variable: probabilities, or a distribution for a numeric one."""

    actor: str
    variable: str
    probabilities: tuple[Expression | None, ...] = ()
    distribution: Distribution | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named change: quantities set, moves (by position) forbidden or forced at stages, priors replaced.

    in_rounds: what is forbidden or forced in one round only.
    """

    id: str
    name: str = ""
    set: tuple[tuple[str, Distribution], ...] = ()
    forbid: tuple[tuple[str, tuple[int, ...]], ...] = ()
    force: tuple[tuple[str, int], ...] = ()
    prior: tuple[Prior, ...] = ()
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)
    in_rounds: tuple[Limit, ...] = ()

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Everything that is forbidden, then everything that is forced."""
        forbidden = (Limit(stage, moves) for stage, moves in self.forbid)
        forced = (Limit(stage, (move,), True) for stage, move in self.force)
        return (*forbidden, *forced, *self.in_rounds)

    @property
    def label(self) -> str:
        """The scenario's name for a reader."""
        return self.name or self.id
