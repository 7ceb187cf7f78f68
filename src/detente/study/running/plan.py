"""Plan of a run: its draws, then claims, scenarios and questions on the same draws, cut into blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import HIGH, LOW, quantiles
from detente.crisis.changes import before_parting
from detente.crisis.expressions import Expression
from detente.crisis.inquiry import Claim, Course, Limit, Observation, Question, Scenario
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import Draws, dimensions
from detente.study.request import Prepared, Request

Floats = NDArray[np.float64]

DRAWS = "draws"
"""The task that every run begins with."""

UNCHANGED = "unchanged"
"""The task that solves the case as it stands, beside a run of it with something changed."""

ENDS = ("low", "high")
"""Ends of a claim's trial: the 5th and the 95th percentile of the quantity that the claim raises."""

_FEWEST, BLOCK_MOST = 32, 1024
_NODES = 2**19
"""A block holds as many draws as make about this many nodes: long enough to outweigh what surrounds the solver, short
enough to lose little when a machine stops. Blocks start at multiples of 32 draws, or of a smaller power of two where
even 32 draws would need too much memory."""


@dataclass(frozen=True, eq=False)
class Task:
    """One ensemble of a run: some of its draws, solved for the case with one change, or with none.

    purpose: the task's name, unique in the run. draws: number of the run's draws that are solved, from the first on.
    scenario: the scenario in force, None for the case as it stands. made: moves that are forced besides. events: so
    many events of the timeline count as seen, None for all.
    unchanged: True solves the case as it is written, without what the request changes. fixed: quantities set to a
    number. moved: an uncertain input and the percentile at which that input stands in every draw.
    interests: quantities of interest by formula, read given the events `seen`; given_events: True reads them also given
    the events of the timeline. after: True reads outcomes given the timeline as well. whole: True keeps moves and
    beliefs too. decisions: actor and step of each decision at which the worth of knowing is computed. slopes: True
    keeps derivatives and nothing else. block: number of draws solved at a time; 0 for that of the plan.
    """

    purpose: str
    draws: int
    scenario: str | None = None
    fixed: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    interests: Mapping[str, Expression] = field(default_factory=lambda: MappingProxyType({}))
    seen: tuple[Observation, ...] = ()
    after: bool = False
    whole: bool = False
    decisions: tuple[tuple[str, int], ...] = ()
    given_events: bool = False
    moved: tuple[str, float] | None = None
    slopes: bool = False
    block: int = 0
    made: tuple[Limit, ...] = ()
    events: int | None = None
    unchanged: bool = False

    @property
    def weighed(self) -> bool:
        """True where it is kept how likely each draw made the events."""
        return self.whole or self.given_events or self.moved is not None


@dataclass(frozen=True, slots=True)
class Span:
    """One block of a task: the draws from `first` up to `stop`."""

    task: Task
    first: int
    stop: int


@dataclass(frozen=True, eq=False)
class Plan:
    """The tasks of a run in their order, and how many draws a block has."""

    tasks: tuple[Task, ...]
    block: int

    def jobs(self) -> Iterator[Span]:
        """Every block of every task."""
        for task in self.tasks:
            for first in range(0, task.draws, self.block):
                yield Span(task, first, min(first + self.block, task.draws))

    @property
    def draws(self) -> int:
        """Number of solutions that the run takes in all."""
        return sum(task.draws for task in self.tasks)


def block_draws(compiled: CompiledGame) -> int:
    """Number of draws in a block: a power of two that depends on the game alone."""
    room = compiled.draws_per_block()
    if room < _FEWEST:
        return 1 << (room.bit_length() - 1)
    size = _FEWEST
    while size < BLOCK_MOST and 2 * size <= min(room, _NODES // max(compiled.game.nodes, 1)):
        size *= 2
    return size


def plan_of(prepared: Prepared, request: Request, draws: Draws) -> Plan:
    """Everything that a run solves; the values at which claims are tried come from the draws themselves."""
    decisions = next_steps(prepared)
    tasks = [Task(DRAWS, draws.count, request.scenario, after=True, whole=True, decisions=decisions)]

    events = bool(prepared.crisis.timeline)

    def some(most: int) -> int:
        return min(most, draws.count)

    # Claims about the same quantities, or courses, are tried on the same solutions.
    ends: dict[str, ClaimEnd] = {}
    interests: dict[str, dict[str, Expression]] = {}
    for claim in prepared.crisis.claims:
        for end in claim_ends(claim, draws, prepared, request):
            ends[end.purpose] = end
            interests.setdefault(end.purpose, {})[claim.of[0]] = claim.of[1]
    for purpose, end in ends.items():
        count, asked = some(request.inquiry.claims), interests[purpose]
        task = Task(
            purpose, count, end.scenario, end.fixed, asked, given_events=events, made=end.made, events=end.events
        )
        tasks.append(task)
    if request.scenario is None and not request.limited:
        for scenario in prepared.base.scenarios:
            purpose = scenario_purpose(scenario)
            tasks.append(Task(purpose, some(request.inquiry.scenarios), scenario.id, after=True))
    if request.changed:
        left, count = len(prepared.crisis.timeline), some(request.inquiry.scenarios)
        tasks.append(Task(UNCHANGED, count, after=True, given_events=True, events=left, unchanged=True))
    for question in prepared.crisis.questions:
        for number, value in enumerate(question_values(question), 1):
            purpose, count = question_purpose(question, number), some(request.inquiry.questions)
            fixed, shown = {question.vary: float(value)}, dict(question.show)
            tasks.append(Task(purpose, count, request.scenario, fixed, shown, given_events=events))
    return Plan(tuple(task for task in tasks if task.draws), block_draws(prepared.compiled))


def next_steps(prepared: Prepared) -> tuple[tuple[str, int], ...]:
    """Actor and step of play of the next decision that each actor has, where it is small enough to be told."""
    from detente.analysis.worth import next_decisions

    game, crisis = prepared.compiled.game, prepared.crisis
    found = next_decisions(game, crisis, [actor.id for actor in crisis.actors])
    return tuple((decision.actor, decision.position) for decision in found)


@dataclass(frozen=True, eq=False)
class ClaimEnd:
    """One of the two things that a claim sets side by side, as a task solves it; fields as in `Task`."""

    purpose: str
    scenario: str | None = None
    fixed: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    made: tuple[Limit, ...] = ()
    events: int | None = None


def claim_ends(claim: Claim, draws: Draws, prepared: Prepared, request: Request) -> tuple[ClaimEnd, ...]:
    """The low and the high end of what a claim moves, or the second and the first course that it compares.

    None where a course is a scenario and the whole run is of another, or of moves forced or forbidden. Both courses are
    told given the events before either parts from what happened.
    """
    if claim.courses:
        taken = request.scenario is not None or request.limited
        if taken and any(each.scenario for each in claim.courses):
            return ()
        crisis = prepared.crisis
        known = {each.id: each.limits for each in crisis.scenarios}
        every = [before_parting(crisis, (*known.get(each.scenario, ()), *each.moves)) for each in claim.courses]
        left = min(map(len, every))
        return tuple(
            ClaimEnd(
                _course_purpose(each, left if left < len(crisis.timeline) else None),
                each.scenario or request.scenario,
                made=each.moves,
                events=left,
            )
            for each in reversed(claim.courses)
        )
    low, high = dict[str, float](), dict[str, float]()
    for quantity, up in claim.moved:
        near, far = ends_of(draws, quantity, prepared)
        low[quantity], high[quantity] = (near, far) if up else (far, near)
    return tuple(
        ClaimEnd(claims_purpose(claim.moved, end), request.scenario, at)
        for end, at in zip(ENDS, (low, high), strict=True)
    )


def _course_purpose(course: Course, events: int | None) -> str:
    moves = " and ".join(f"{each.stage} {each.round} {each.moves[0]}" for each in course.moves)
    until = "" if events is None else f" after {events}"
    return f"claims, course {course.scenario or moves or 'as it stands'}{until}"


def claims_purpose(moved: Sequence[tuple[str, bool]], end: str) -> str:
    """The name of the task that solves one end of the range of the quantities that claims move."""
    names = " ".join(name if up else f"{name} down" for name, up in moved)
    return f"claims, {names} {end}"


def scenario_purpose(scenario: Scenario) -> str:
    """The name of the task that solves a scenario."""
    return f"scenario {scenario.id}"


def question_purpose(question: Question, number: int) -> str:
    """The name of the task that solves one point of a question, counted from 1."""
    return f"question {question.id}, point {number} of {question.steps}"


def question_values(question: Question) -> Floats:
    """[point]: where a question is solved."""
    return np.linspace(question.low, question.high, question.steps)


def ends_of(draws: Draws, quantity: str, prepared: Prepared) -> tuple[float, float]:
    """The two values between which a quantity is moved: its 5th and 95th percentile over the draws.

    A fixed number is moved from half to one and a half of itself; one that may be a probability stays up to 1.
    """
    values = draws.quantities[quantity]
    axes = dimensions(prepared.base)
    if draws.count == 1 and quantity in axes:
        cube = np.full((2, len(axes)), 0.5)
        cube[:, axes.index(quantity)] = LOW, HIGH
        values = prepared.at(cube).quantities[quantity]
        return float(values[0]), float(values[1])
    low, high = (float(each) for each in quantiles(values, [LOW, HIGH]))
    if high > low:
        return low, high
    if low == 0:
        return 0.0, 1.0
    near, far = 0.5 * low, 1.5 * low
    return (near, min(far, 1.0) if low <= 1 else far) if low > 0 else (far, near)
