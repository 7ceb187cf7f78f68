"""The players and their private variables, the state of the world, the order of play, and the outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from detente.crisis.evidence import Support
from detente.crisis.expressions import Expression, Operation, with_number
from detente.crisis.quantities import Distribution
from detente.errors import Place

NATURE = "nature"


@dataclass(frozen=True, slots=True)
class PrivateVariable:
    """A fact that its actor knows and others do not: the actor's type in one respect.

    Named: `values` with one probability each; `None` stands for the written `rest`.
    Numeric: `distribution` on `points` equally likely points at its middle quantiles; `values` is empty.
    `known_to`: the actors who know it; None: only the one whose it is.
    """

    id: str
    values: tuple[str, ...] = ()
    probabilities: tuple[Expression | None, ...] = ()
    distribution: Distribution | None = None
    points: int = 0
    known_to: tuple[str, ...] | None = None
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)

    def knowers(self, owner: str) -> tuple[str, ...]:
        """The actors who know it, where it is that of `owner`."""
        return (owner,) if self.known_to is None else self.known_to

    @property
    def numeric(self) -> bool:
        """True where the values are the points of a numeric distribution's grid."""
        return self.distribution is not None

    @property
    def size(self) -> int:
        """Number of values that the variable can have."""
        return self.points if self.numeric else len(self.values)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who decides."""

    id: str
    name: str = ""
    private: tuple[PrivateVariable, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The actor's name for a reader."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class StateVariable:
    """A variable of the world with a finite, ordered domain.

    `values` are the names, or the numbers from `low` up where the domain is numeric; `start` is a code.
    """

    id: str
    values: tuple[str, ...]
    start: int
    numeric: bool = False
    low: int = 0
    name: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class EndingRule:
    """The outcome in which play ends where `when` holds (None: always)."""

    outcome: str
    when: Expression | None = None
    place: Place | None = field(default=None, compare=False, repr=False)


def always_ends(ends: tuple[EndingRule, ...]) -> bool:
    """True where play ends whatever the case is: the last of the endings has no condition."""
    return bool(ends) and ends[-1].when is None


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that can be done at a stage, and what it does.

    `id` is the name, or the written number at a numeric stage (then `number` holds it). `set` gives new values of
    state variables, evaluated at once on the state before. `cost` is subtracted from the payoff of each actor
    named. `ends` are tried in order, on the state that `set` leaves; where none holds, play goes on. `probability` is
    for nature's branches; None there stands for the written `rest`.
    """

    id: str
    number: float | None = None
    name: str = ""
    when: Expression | None = None
    set: tuple[tuple[str, Expression], ...] = ()
    cost: tuple[tuple[str, Expression], ...] = ()
    ends: tuple[EndingRule, ...] = ()
    probability: Expression | None = None
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The move's name for a reader."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class DrawnBy:
    """The distribution from which nature draws a number: `points` equally likely ones, or for 0 those of a grid."""

    distribution: Distribution
    points: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """One choice of an actor, or one chance event (`by` is then `nature`).

    `seen_by` lists the actors who observe the move (None: all). The mover always knows its own move.
    `seen_as` gives for each move (by position) the label that observers see. `turns`: inside a `repeat`, the actors who
    choose in turn, round by round; `by` is then the first of them. `allowed`: a condition on the numbers of a numeric
    stage, in which the stage stands for the number that might be chosen. `drawn`: says where the chances of a number
    that nature draws come from.
    """

    id: str
    by: str
    moves: tuple[Move, ...]
    name: str = ""
    numeric: bool = False
    when: Expression | None = None
    seen_by: tuple[str, ...] | None = None
    seen_as: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    allowed: Expression | None = None
    drawn: DrawnBy | None = None
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The stage's name for a reader."""
        return self.name or self.id

    def sees(self, actor: str) -> bool:
        """True where the actor observes the move made at this stage; the mover always does."""
        return actor in self.movers or self.seen_by is None or actor in self.seen_by

    @property
    def movers(self) -> tuple[str, ...]:
        """Everybody who chooses here, in whatever round."""
        return self.turns or (self.by,)

    def mover(self, round: int) -> str:
        """The actor who chooses in a round; rounds count from 1, and 0 stands for a stage that is not repeated."""
        return self.turns[(round - 1) % len(self.turns)] if self.turns and round else self.by

    def in_round(self, round: int) -> Stage:
        """The stage as it is in one round, with the actor whose turn it is."""
        return replace(self, by=self.mover(round), turns=()) if self.turns else self

    def condition(self, move: int) -> Expression | None:
        """The condition under which a move is available; None: always."""
        own = self.moves[move].when
        number = self.moves[move].number
        if self.allowed is None or number is None:
            return own
        allowed = with_number(self.allowed, self.id, number)
        return allowed if own is None else Operation("and", (allowed, own), self.place)

    def shown(self, move: int) -> str:
        """The label under which observers other than the mover see a move."""
        return self.seen_as[move] if self.seen_as else self.moves[move].id


@dataclass(frozen=True, slots=True)
class Together:
    """Stages made simultaneously: no mover sees the others' moves before all have moved."""

    stages: tuple[Stage, ...]
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Inner stages played `times` times; `round` counts from 1."""

    times: int
    stages: tuple[Stage | Together, ...]
    place: Place | None = field(default=None, compare=False, repr=False)


Step = Stage | Together | Repeat


def stages_of(steps: tuple[Step, ...]) -> Iterator[Stage]:
    """Every stage in the order in which it is written."""
    for step in steps:
        if isinstance(step, Stage):
            yield step
        else:
            yield from stages_of(step.stages)


def simultaneous(steps: tuple[Step, ...], stage: str) -> frozenset[str]:
    """The stages that are made at once with a stage, itself among them."""
    for step in steps:
        inner = simultaneous(step.stages, stage) if isinstance(step, Repeat) else frozenset[str]()
        if isinstance(step, Together) and stage in (names := frozenset(each.id for each in step.stages)):
            inner = names
        if inner:
            return inner
    return frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way the crisis can end, with von Neumann-Morgenstern utilities (absent actors: see `preferences`)."""

    id: str
    name: str = ""
    payoffs: tuple[tuple[str, Expression], ...] = ()
    support: Support = Support()
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The outcome's name for a reader."""
        return self.name or self.id

    def payoff(self, actor: str) -> Expression | None:
        """The written payoff of an actor, if any."""
        return dict(self.payoffs).get(actor)
