"""Two versions of a case on common draws: what both have is drawn alike, so that differences are the versions' own.

Source: common random numbers (Conway 1963; Glasserman and Yao 1992).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.ends import Ends
from detente.analysis.quantity_of_interest import value_of
from detente.analysis.solved import Solved, solve_draws
from detente.analysis.updating import log_events, outcomes_after, subjects_of, weight_after
from detente.case.formula.parsing import parse_interest
from detente.crisis.expressions import Expression
from detente.crisis.inquiry import ANALYST, EVENTS, OUTSET
from detente.crisis.model import Crisis
from detente.equilibrium.solve import Settings
from detente.errors import CaseError
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import Draws, dimensions, from_cube, uniform_cube
from detente.game.drawn.rankings import KEY, RankingAxis
from detente.study.how_solved import HowSolved
from detente.study.running.columns import Block, Columns
from detente.study.running.plan import DRAWS, Plan, Span, Task, block_draws
from detente.study.running.weights import normalised
from detente.study.running.workers import Threads

Floats = NDArray[np.float64]
Done = Callable[[int], None]
"""Called with how many draws were solved since the last call."""

GROUP, ENDING, READING, ASKED, WEIGHT = "group", "ending", "reading", "asked", "weight"


@dataclass(frozen=True, order=True)
class Key:
    """An answer: an ending or a reading by its id, or a quantity of interest by its formula; when: outset or events.

    The kind `weight` is no answer: the log probability of the events, by which draws are weighed.
    """

    kind: str
    id: str
    when: str


WEIGHT_KEY = Key(WEIGHT, "", EVENTS)

Answers = Mapping[Key, Floats]
"""[draw] for every answer; NaN where it is not defined."""


def weights_of(found: Answers) -> Floats:
    """[draw]: how much each draw counts given the events, for one version."""
    return normalised(found[WEIGHT_KEY])


@dataclass(frozen=True, eq=False)
class CommonDraws:
    """Points of one cube for all versions of a case; `axes` say what each column drives, by what it is.

    The columns of the first version are those that a run of it has with the same seed.
    """

    axes: tuple[str, ...]
    cube: Floats

    @staticmethod
    def of(before: Crisis, after: Crisis, count: int, seed: int, sampling: str) -> CommonDraws:
        """Draws for two versions as they are written."""
        first = list(_axes(before).values())
        own = [axis for axis in _axes(after).values() if axis not in first]
        cube = uniform_cube(len(first), count, seed, sampling)
        # Another sequence of the kind would run in step with the first one.
        more = uniform_cube(len(own), count, seed + _APART, "latin")
        twins = _twins(before, after)
        for position, axis in enumerate(own):
            if twins.get(axis) in first:
                more[:, position] = cube[:, first.index(twins[axis])]
        return CommonDraws((*first, *own), np.concatenate([cube, more], axis=1))

    @property
    def count(self) -> int:
        """Number of draws."""
        return len(self.cube)

    def draws(self, crisis: Crisis, count: int, fixed: Mapping[str, float] | None = None) -> Draws:
        """The first draws, of one version or of a case between them. Raises CaseError where one has no value."""
        local = {axis: name for name, axis in _axes(crisis).items()}
        axes = tuple(local.get(axis, f"column {k}") for k, axis in enumerate(self.axes))
        return from_cube(crisis, self.cube[:count], axes=axes, fixed=fixed)


_APART = 1_000_003


def _axes(crisis: Crisis) -> dict[str, str]:
    """Name of each dimension of a case by its name there; a ranking is named by its actor and not by its position."""
    found: dict[str, str] = {}
    for name in dimensions(crisis):
        axis = name
        if name.startswith("preference "):
            part = RankingAxis.read(name)
            assert part is not None
            preference = crisis.preferences[part.preference]
            whose = preference.actor
            if preference.variable is not None and preference.value is not None:
                value = crisis.private(preference.actor, preference.variable).values[preference.value]
                whose += f".{preference.variable} = {value}"
            tier = " ~ ".join(preference.tiers[part.number]) if part.kind == KEY else part.number
            axis = f"ranking of {whose}, {part.kind} {tier}"
        found[name] = axis
    return found


def _twins(before: Crisis, after: Crisis) -> dict[str, str]:
    """Quantities that only the second version has, by name, with the one of the first that says the same: renamed."""
    gone = [each for each in before.quantities if each.id not in {one.id for one in after.quantities}]
    known = {each.id for each in before.quantities}
    found: dict[str, str] = {}
    for each in after.quantities:
        if each.id not in known:
            alike = [one.id for one in gone if one.distribution == each.distribution]
            named = [one.id for one in gone if one.distribution == each.distribution and one.name == each.name]
            if len(alike) == 1 or len(named) == 1:
                found[each.id] = named[0] if len(named) == 1 else alike[0]
    return found


def renamed(before: Crisis, after: Crisis) -> dict[str, str]:
    """Quantities that seem to have another name only: old name -> new name."""
    return {old: new for new, old in _twins(before, after).items()}


def answers_of(
    compiled: CompiledGame,
    crises: Sequence[Crisis],
    draws: Draws,
    *,
    asked: Sequence[str] = (),
    rationality: float | None = None,
    done: Done | None = None,
    solved_so: list[HowSolved] | None = None,
) -> list[Answers]:
    """Solve a game and read it as each of the crises does, which differ in readings and timeline alone.

    solved_so: where endings and certificate of what is solved are added, block by block.
    """
    formulas = [{text: _parsed(text, crisis) for text in asked} for crisis in crises]
    task = Task(DRAWS, draws.count)
    columns = Columns(draws.count)

    def solve(job: Span, threads: int) -> Block:
        part = draws.block(job.first, job.stop)
        solved = solve_draws(compiled, part, rationality=rationality, settings=Settings(threads=threads))
        found: dict[str, Floats] = {}
        for number, crisis in enumerate(crises):
            view = replace(solved, compiled=replace(compiled, crisis=crisis))
            for key, values in _read(view, formulas[number]):
                found[f"{number} {key.kind} {key.when} {key.id}"] = values
        if solved_so is not None:
            solved_so.append(HowSolved.of(solved.solution))
        return Block.of(found, {})

    for job, block in Threads(solve, compiled).solve(Plan((task,), block_draws(compiled)).jobs()):
        columns.put(job.first, block)
        if done:
            done(job.stop - job.first)
    told: list[dict[Key, Floats]] = [{} for _ in crises]
    for name in columns.fields:
        number, kind, when, id = name.split(" ", 3)
        told[int(number)][Key(kind, id, when)] = columns.read(name, draws.count)
    return list(told)


def _parsed(text: str, crisis: Crisis) -> Expression | None:
    try:
        return parse_interest(text, crisis)
    except CaseError:
        return None


def _read(solved: Solved, formulas: Mapping[str, Expression | None]) -> Iterator[tuple[Key, Floats]]:
    """Every answer of solved draws, at the outset and given the events."""
    crisis = solved.crisis
    after = outcomes_after(solved)
    yield WEIGHT_KEY, log_events(solved)[:, -1]
    ends = Ends.of(crisis)
    for number, group in enumerate(crisis.groups):
        yield Key(GROUP, group.id, OUTSET), ends.chances(solved.outcomes)[:, number]
        yield Key(GROUP, group.id, EVENTS), ends.chances(after)[:, number]
    for number, outcome in enumerate(crisis.outcomes):
        yield Key(ENDING, outcome.id, OUTSET), solved.outcomes[:, number]
        yield Key(ENDING, outcome.id, EVENTS), after[:, number]
    weight = weight_after(solved)
    total = weight.sum(axis=1)
    for subject, holds in subjects_of(solved, ANALYST):
        if not subject.value:
            yield Key(READING, subject.id, OUTSET), (solved.leaf_reach * holds).sum(axis=1)
            with np.errstate(all="ignore"):
                held = np.where(total > 0, (weight * holds).sum(axis=1) / total, np.nan)
            yield Key(READING, subject.id, EVENTS), held
    for text, formula in formulas.items():
        unknown = np.full(solved.count, np.nan)
        yield Key(ASKED, text, OUTSET), unknown if formula is None else value_of(formula, solved)
        yield Key(ASKED, text, EVENTS), unknown if formula is None else value_of(formula, solved, crisis.timeline)
