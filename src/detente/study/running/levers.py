"""Levers: the inputs moved to find those that the endings hinge on, and the draws and solutions spent on each.

Every input is moved to its 5th and its 95th percentile, everything else as in the draw, and the game solved anew. If
there are too many inputs for that, the inputs moved are those that look largest by exact derivatives and by the draws
themselves. All inputs that are moved begin with a few draws; more draws go to inputs not yet told apart, from the
largest down.
Source: common random numbers (Glasserman and Yao 1992); the best of several (Kim and Nelson 2006).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.ends import Ends
from detente.analysis.over_draws.intervals import HIGH, LOW
from detente.analysis.over_draws.ranking import Estimates, beyond, in_places, larger, leads
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.crisis.model import Crisis
from detente.crisis.quantities import RATIONALITY
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import SOBOL, Draws, dimensions, from_cube
from detente.game.drawn.moved import moved
from detente.game.drawn.rankings import column_of, jumps
from detente.study.inputs.uncertain import InputColumn, uncertain
from detente.study.request import Prepared, Request
from detente.study.running.columns import Columns
from detente.study.running.foretold import values_of
from detente.study.running.plan import DRAWS, ENDS, Span, Task, block_draws
from detente.study.running.weights import normalised

Floats = NDArray[np.float64]
Found = Mapping[str, Columns]
"""Results so far, by the purpose of a task."""

LEVELS = dict(zip(ENDS, (LOW, HIGH), strict=True))
LEAST_EFFECT = 0.01
"""An effect of less than a point is no hinge, however sure."""

FEWEST_FOR_HINGES = 12
"""Fewer draws than this say nothing about what an answer hinges on."""

DRAWS_AT_A_TIME = 32
"""Number of draws that an input is given at a time."""

MOST_MOVED = 10
"""At most so many inputs are moved where not all can be."""
_BY_DERIVATIVE = 8
"""Number of those inputs chosen by derivatives; the others are chosen by the draws, for a derivative does not see a
jump.
"""

SLOPE_DRAWS = 96
"""Derivatives are taken in so many draws."""

_WORK, _LEAST = 90_000, 2
"""Solutions for each draw: as many as make so many nodes, and no fewer than that."""
_PILOT = 0.5
"""Largest share of the solutions for the first draws of the inputs that are moved."""

_ALIKE = 0.75
"""An ending that moves by at least this share of the largest move, and is not told apart from it, moves as far."""

_FURTHER = 2
"""Multiple of the run's draws that the leading inputs may be moved on, if the budget is too small for every input."""

SLOPES = "hinges, derivatives"


@dataclass(frozen=True, eq=False)
class Levers:
    """The inputs that can be moved, and what may be solved for that.

    inputs: in the order of the case. tries: by axis and end. slopes: the task that takes derivatives; None where every
    input is moved. budget: how many solutions all tries may take together. first: how many draws an input begins with.
    """

    crisis: Crisis
    axes: tuple[str, ...]
    inputs: tuple[InputColumn, ...] = ()
    tries: Mapping[tuple[str, str], Task] = field(default_factory=dict[tuple[str, str], Task])
    slopes: Task | None = None
    budget: int = 0
    first: int = 0

    @property
    def when(self) -> str:
        """The moment from which effects are compared: given the events where there are any."""
        return EVENTS if self.crisis.timeline else OUTSET

    @property
    def draws(self) -> int:
        """Number of draws on which an input is moved, at the most; it may exceed that of the run."""
        return next((task.draws for task in self.tries.values()), 0)

    @cached_property
    def ends(self) -> Ends:
        """Groups of endings and endings, of which the effects are told."""
        return Ends.of(self.crisis)

    @property
    def looks(self) -> int:
        """Number of comparisons of two inputs, at the most, while draws are added to either."""
        return 1 + 2 * -(-(self.draws - self.first) // DRAWS_AT_A_TIME)

    @property
    def solutions(self) -> int:
        """Number of solutions that all levers take, at the most."""
        return self.budget + (self.slopes.draws if self.slopes else 0)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Everything that may be solved."""
        return (*((self.slopes,) if self.slopes else ()), *self.tries.values())


def levers_of(prepared: Prepared, request: Request, draws: Draws) -> Levers:
    """The inputs of a run that differ between its draws, and how many solutions their moves may take."""
    axes = dimensions(prepared.base)
    none = Levers(prepared.crisis, axes)
    count = min(request.inquiry.hinges, draws.count)
    if request.draws is None or count < FEWEST_FOR_HINGES:
        return none
    inputs = tuple(each for each in uncertain(prepared.crisis, draws) if _movable(each, prepared, request, axes))
    if not inputs:
        return none
    every, budget = 2 * len(inputs) * count, count * max(_LEAST, _WORK // max(prepared.compiled.game.nodes, 1))
    first = count if every <= budget else min(DRAWS_AT_A_TIME, count)
    # No derivative tells of an input that jumps, so that each of them is moved.
    leaps = sum(jumps(each.axis) for each in inputs)
    budget = max(budget, 2 * first * leaps)
    # Draws beyond those of the run are the next points of its sequence; those of a Latin hypercube have no next ones.
    most = _FURTHER * count if first < count and request.sampling == SOBOL else count
    block = block_draws(prepared.compiled)
    tries = {
        (each.axis, end): Task(
            f"hinges, {each.axis} {end}",
            most,
            request.scenario,
            after=True,
            moved=(each.axis, level),
            block=block if first == count else min(DRAWS_AT_A_TIME, block),
        )
        for each in inputs
        for end, level in LEVELS.items()
    }
    slopes = None
    if 2 * len(inputs) * first > budget * _PILOT and first < count:
        few, block = min(SLOPE_DRAWS, count), _slope_piece(prepared.compiled)
        slopes = Task(SLOPES, few, request.scenario, slopes=True, block=block)
    return Levers(prepared.crisis, axes, inputs, tries, slopes, min(budget, every), first)


def _slope_piece(compiled: CompiledGame) -> int:
    """Number of draws differentiated at a time: every outcome takes as much memory as a solution."""
    assert compiled.crisis is not None
    return max(1, min(DRAWS_AT_A_TIME, compiled.draws_per_block() // (2 * len(compiled.crisis.outcomes))))


def _movable(column: InputColumn, prepared: Prepared, request: Request, axes: tuple[str, ...]) -> bool:
    set_by_hand = column.axis in prepared.fixed or (column.axis == RATIONALITY and request.rationality is not None)
    return column_of(column.axis) in axes and not set_by_hand


@dataclass(frozen=True, eq=False)
class MovedInput:
    """An input moved on the first `draws` draws.

    low, high [end]: mean chance of each group and outcome at either end. effect: the mean of the paired differences;
    draws on which the input was not moved add nothing to its error, so that inputs moved on fewer and on more draws
    compare. likely [end]: the sum of the chances at both ends. groups: number of the groups, which come first.
    """

    axis: str
    draws: int
    low: Floats
    high: Floats
    effect: Estimates
    likely: Estimates
    groups: int = 0

    @cached_property
    def leading(self) -> int:
        """The group of endings that it moves most, or the outcome where it moves no group beyond chance; of those moved
        about as far and not told apart, the likeliest.

        Where draws do not tell that either, the first in the case.
        """
        found = self.effect.sizes()
        if self.groups:
            own = found.of(range(self.groups))
            if (beyond(own, self.groups) & (own.values >= LEAST_EFFECT)).any():
                found = own
        top = int(np.argmax(found.values))
        apart = beyond(found.of([top] * found.count).minus(found), found.count - 1)
        alike = np.flatnonzero(~apart & (found.values >= _ALIKE * found.values[top]))
        return int(alike[in_places(self.likely.of(alike))[0]])

    @property
    def size(self) -> Estimates:
        """The size of the effect on the leading outcome."""
        return self.effect.of([self.leading]).sizes()


def read_move(found: Found, levers: Levers, axis: str, when: str, draws: int) -> MovedInput:
    """Movement of groups and outcomes with an input, on the first draws.

    Each end is the answer of a run with the input so set: its draws count by the probability that they, so moved, give
    to the events. Draws in which the events are impossible count for nothing at that end.
    """
    ends = levers.ends
    low, high = (_end(found[levers.tries[axis, end].purpose], when, draws, ends) for end in ENDS)
    if low is None or high is None:
        count = len(ends.ids)
        nothing = Estimates(np.zeros(count), np.zeros((levers.draws, count)), np.zeros(count))
        return MovedInput(axis, draws, nothing.values, nothing.values, nothing, nothing, ends.groups)
    change = high.minus(low)
    apart = np.pad(change.apart, ((0, levers.draws - draws), (0, 0)))
    likely = Estimates(low.values + high.values, low.apart + high.apart, change.effective)
    effect = Estimates(change.values, apart, change.effective)
    return MovedInput(axis, draws, low.values, high.values, effect, likely, ends.groups)


def _end(columns: Columns, when: str, draws: int, ends: Ends) -> Estimates | None:
    """[end]: the chances on the first draws of one task; None where no draw makes the events possible."""
    weight = _weights(columns, when, draws)
    chances = np.nan_to_num(columns.read("outcomes" if when == OUTSET else "outcomes_after", draws))
    return Estimates.means(ends.chances(chances), weight) if weight.any() else None


def _weights(columns: Columns, when: str, draws: int) -> Floats:
    """[draw]: how much each of the first draws of a task counts, at the outset or given the events."""
    return np.ones(draws) if when == OUTSET else normalised(columns.read("log_events", draws)[:, -1])


def sizes(moves: Sequence[MovedInput]) -> Estimates:
    """[move]: the size of each effect on the ending that it moves most."""
    return Estimates.beside([each.size for each in moves])


@dataclass(frozen=True, eq=False)
class Foretold:
    """Linear forecast of moving every input, from derivatives: effects [input, end] with their errors."""

    values: Floats
    errors: Floats


def foretold(found: Found, levers: Levers, when: str) -> Foretold:
    """The mean over draws of derivative times distance, for every input.

    Given the events, what each draw counts changes too: the derivative of a ratio of two sums over draws.
    """
    assert levers.slopes is not None
    columns, draws = found[SLOPES], levers.slopes.draws
    own = [levers.axes.index(column_of(each.axis)) for each in levers.inputs]
    slopes = _finite(columns.read(f"slopes {when}", draws))[:, own]  # [draw, input, outcome]
    slopes = levers.ends.chances(slopes)
    shape = slopes.shape[1:]
    weight = _weights(found[DRAWS], when, draws)
    if not weight.any():
        return Foretold(np.zeros(shape), np.zeros(shape))
    if when == EVENTS:
        share = weight / weight.sum()
        chances = levers.ends.chances(np.nan_to_num(found[DRAWS].read("outcomes_after", draws)))
        likelier = _finite(columns.read("slopes weight", draws))[:, own]  # [draw, input]
        slopes = slopes + (likelier - share @ likelier)[:, :, None] * (chances - share @ chances)[:, None]
    told = Estimates.means(slopes.reshape(draws, -1), weight)
    return Foretold(told.values.reshape(shape), told.errors.reshape(shape))


def _finite(table: Floats) -> Floats:
    """The table with zero for every missing derivative: an input without a derivative counts as still."""
    return np.nan_to_num(table, nan=0.0, posinf=0.0, neginf=0.0)


def _candidates(found: Found, levers: Levers) -> list[str] | None:
    """The inputs that are moved, by axis; None as long as that cannot be known."""
    every = [each.axis for each in levers.inputs]
    if levers.slopes is None:
        return every
    base = found[DRAWS]
    if found[SLOPES].finished < levers.slopes.draws or base.finished < base.draws:
        return None
    room = int(levers.budget * _PILOT) // (2 * levers.first)
    chosen = [number for number, axis in enumerate(every) if jumps(axis)]
    most = len(chosen) + max(2, min(MOST_MOVED, room, len(every)))
    by_slope = np.abs(foretold(found, levers, levers.when).values).max(axis=1)
    smooth = [int(each) for each in np.argsort(-by_slope, kind="stable") if each not in chosen]
    chosen += smooth[: min(_BY_DERIVATIVE, most - len(chosen))]
    by_draws = _sorted_effects(found, levers)
    chosen += [int(each) for each in np.argsort(-by_draws, kind="stable") if each not in chosen][: most - len(chosen)]
    return [every[each] for each in sorted(chosen)]


def _sorted_effects(found: Found, levers: Levers) -> Floats:
    """[input]: the largest difference of an outcome's mean between draws below and above the median of an input."""
    base = found[DRAWS]
    count, when = base.draws, levers.when
    chances = np.nan_to_num(base.read("outcomes" if when == OUTSET else "outcomes_after", count))
    chances = levers.ends.chances(chances)
    weight = _weights(base, when, count)
    scores: list[float] = []
    for each in levers.inputs:
        high = each.values[:count] > np.median(each.values[:count])
        held = [np.where(side, weight, 0.0) for side in (high, ~high)]
        gap = np.subtract(*(own @ chances / own.sum() for own in held)) if all(map(np.any, held)) else np.zeros(1)
        scores.append(float(np.abs(gap).max()))
    return np.array(scores)


def moves_and_jobs(found: Found, levers: Levers) -> tuple[list[MovedInput], list[Span]]:
    """The inputs moved as far as that has come, and the blocks that are to be solved next; none when all is done.

    A pure function of what was found: a run that goes on after an interruption chooses the same.
    """
    if not levers.tries:
        return [], []
    if levers.slopes is not None and (missing := _missing(found, [levers.slopes], levers.slopes.draws)):
        return [], missing
    axes = _candidates(found, levers)
    if axes is None:
        return [], []
    draws = dict.fromkeys(axes, 0)
    moves: list[MovedInput] = []
    wanted = dict.fromkeys(axes, levers.first)
    while True:
        tasks = [(levers.tries[axis, end], count) for axis, count in wanted.items() for end in ENDS]
        missing = [job for task, count in tasks for job in _missing(found, [task], count)]
        if missing:
            return moves, missing
        draws |= wanted
        moves = [read_move(found, levers, axis, levers.when, count) for axis, count in draws.items()]
        wanted = dict(_more(moves, levers))
        if not wanted:
            return moves, []


def _missing(found: Found, tasks: Sequence[Task], draws: int) -> list[Span]:
    """The blocks of the first draws of some tasks that are not there yet."""
    return [
        Span(task, first, min(first + task.block, task.draws))
        for task in tasks
        for first in range(0, draws, task.block)
        if not found[task.purpose].has(first)
    ]


def _more(moves: Sequence[MovedInput], levers: Levers) -> Iterator[tuple[str, int]]:
    """The inputs that are given more draws, with how many they then have; none where nothing is left to be told.

    The largest, and the largest of those that are not told apart from it; once it is told apart from all, the next.
    """
    left = levers.budget - sum(2 * each.draws for each in moves)
    found = sizes(moves)
    told = larger(found, levers.looks)
    told[int(np.argmax(found.values))] |= leads(found, levers.looks)
    order = [int(each) for each in np.argsort(-found.values, kind="stable")]
    while order:
        top, *others = order
        rival = next((each for each in others if not told[top, each]), None)
        given = False
        for each in () if rival is None else (top, rival):
            count = min(moves[each].draws + DRAWS_AT_A_TIME, levers.draws)
            cost = 2 * (count - moves[each].draws)
            if 0 < cost <= left:
                left -= cost
                given = True
                yield moves[each].axis, count
        if given:
            return
        order = others


def moved_ends(levers: Levers, column: InputColumn, draws: Draws, fixed: Mapping[str, float]) -> tuple[float, float]:
    """The two values between which an input is moved: its median over the draws at either end."""
    ends: list[float] = []
    for level in LEVELS.values():
        cube = moved(levers.crisis, levers.axes, draws.cube, column.axis, level)
        there = from_cube(levers.crisis, cube, axes=levers.axes, fixed=fixed)
        ends.append(float(np.median(values_of(there, column.axis))))
    return ends[0], ends[1]
