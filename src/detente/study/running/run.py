"""One run: a case and settings in, everything that the report tells out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.ends import Ends
from detente.analysis.told.whatever_is_played import rests_on_play, settled_by, settled_values
from detente.crisis.changes import before_parting
from detente.crisis.expressions import Belief, Probability
from detente.crisis.inquiry import EVENTS, OUTSET, Scenario
from detente.crisis.model import Crisis
from detente.errors import StoppedError, StudyError
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import Draws, dimensions, uniform_cube, with_fixed
from detente.kernels.stopping import stop_asked
from detente.study.games import prepare
from detente.study.how_solved import HowSolved
from detente.study.request import Prepared, Request
from detente.study.running.bench import Bench, prepared_for
from detente.study.running.columns import Block, BlockError, Columns
from detente.study.running.ensemble import Ensemble
from detente.study.running.levers import Levers, MovedInput, levers_of, moves_and_jobs
from detente.study.running.plan import (
    DRAWS,
    UNCHANGED,
    Plan,
    Span,
    Task,
    claim_ends,
    plan_of,
    question_purpose,
    question_values,
    scenario_purpose,
)
from detente.study.running.telling import ClaimTrial, Sweep, sweep_of, trials_of
from detente.study.running.weights import draw_weights
from detente.study.running.workers import Threads, Workers

Floats = NDArray[np.float64]
HINGES_STAGE = "what it hinges on"
Progress = Callable[[str, int, int], None]
"""Called as (what is being solved, solutions found, solutions that the whole run takes)."""


@dataclass(frozen=True, eq=False)
class Alternative:
    """A scenario solved at the first draws of the run: outcomes [draw, outcome], after the same given the timeline.

    events: so many events of the timeline it is given: those before the first that the scenario contradicts.
    """

    scenario: Scenario
    outcomes: Floats
    after: Floats
    events: int


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything that one run found; `interrupted` names what was cut short, empty if nothing was.

    claims: as they are told first; beside: the same claims at the other moment, where there is one.
    stands: where something is changed, the case as it stands at the first draws.
    solved: endings and certificate of the solutions that claims, scenarios and questions rest on, by these words.
    """

    prepared: Prepared
    request: Request
    ensemble: Ensemble
    claims: tuple[ClaimTrial, ...] = ()
    beside: tuple[ClaimTrial, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    interrupted: str = ""
    solved: Mapping[str, HowSolved] = field(default_factory=dict[str, HowSolved])
    levers: Levers | None = None
    found: Mapping[str, Columns] = field(default_factory=dict[str, Columns])
    moves: tuple[MovedInput, ...] = ()
    stands: Ensemble | None = None
    _settled: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]], init=False, repr=False)

    @cached_property
    def weights(self) -> Floats:
        """[draw]: how much each draw counts given every event of the timeline; they sum to one."""
        return draw_weights(self.ensemble)

    @property
    def parted(self) -> bool:
        """True where the change that the whole run is of contradicts an event, and leaves out those from it on."""
        return len(self.prepared.crisis.timeline) < len(self.prepared.base.timeline)

    def after(self, events: int) -> Floats:
        """[draw, outcome]: chances given the first events of the timeline, as the case stands."""
        whole = events == len(self.prepared.crisis.timeline)
        return self.ensemble.outcomes_after if whole else self.ensemble.outcomes_along[:, events]

    def weights_after(self, events: int) -> Floats:
        """[draw]: how much each draw counts given the first events of the timeline."""
        return self.weights if events == len(self.prepared.crisis.timeline) else draw_weights(self.ensemble, events)

    def settled_by(self, alternative: Alternative) -> frozenset[str]:
        """The groups and endings that a scenario by itself makes impossible or sure, however everybody plays."""
        ends, scenario = Ends.of(self.prepared.crisis), alternative.scenario
        if scenario.id not in self._settled:
            there, here = ends.chances(alternative.outcomes), ends.chances(self.ensemble.outcomes)
            changed = np.abs(there.mean(axis=0) - here[: len(there)].mean(axis=0)) > 0.0
            certain = changed & (there.min(axis=0) == there.max(axis=0)) & np.isin(there[0].round(12), (0.0, 1.0))
            suspects = [id for id, suspect in zip(ends.ids, certain, strict=True) if suspect]
            self._settled[scenario.id] = settled_by(self.prepared.base, scenario, suspects) if suspects else frozenset()
        return self._settled[scenario.id]

    def by_rule(self, trial: ClaimTrial) -> bool:
        """True where a claim's answer is so however everybody plays: its own numbers, or the courses, settle it."""
        event = isinstance(trial.claim.of[1], Probability | Belief)
        ends = [each for each in (trial.at_low, trial.at_high) if len(each)]
        certain = event and any(bool(np.isin(each.round(12), (0.0, 1.0)).all()) for each in ends)
        if not certain and (trial.when == EVENTS or rests_on_play(trial.claim.of[1], self.prepared.crisis)):
            return False  # play has a say, as far as the draws and the formula show
        fixed: list[float | None] = []
        for end in (trial.low, trial.high):
            prepared = self.prepared
            if end.made or end.scenario != self.request.scenario:
                prepared = prepared_for(prepared, self.request, end.scenario, end.made, end.events)
            draws = prepared.draws(replace(self.request, draws=None))
            if end.fixed:
                draws = with_fixed(draws, {**prepared.fixed, **end.fixed}, dimensions(prepared.base))
            seen = self.prepared.crisis.timeline[: end.events] if trial.when == EVENTS else ()
            found = settled_values(prepared.compiled, draws, dict([trial.claim.of]), seen)
            fixed.append(found.get(trial.claim.of[0]))
        settled = [each for each in fixed if each is not None]
        if event and any(min(abs(each), abs(1.0 - each)) < 1e-9 for each in settled):
            return True
        return len(settled) == len(fixed)

    def first(self, draws: int) -> Findings:
        """The findings over the first `draws` draws alone; all findings if there are no more."""
        if self.ensemble.count <= draws:
            return self
        ensemble = Ensemble(self.ensemble.draws.block(0, draws), self.ensemble.columns, self.ensemble.interrupted)
        return replace(self, ensemble=ensemble)


Keep = Callable[[str, int, Block], object]
"""Keeps a block for good: purpose, first draw, results."""


@dataclass(frozen=True, eq=False)
class Run:
    """A case and a request made ready: what is to be solved, and what has been so far."""

    prepared: Prepared
    request: Request
    draws: Draws
    plan: Plan
    levers: Levers
    found: Mapping[str, Columns]
    bench: Bench

    @staticmethod
    def of(case: Crisis | CompiledGame, request: Request) -> Run:
        """Raises RequestError and CaseError."""
        prepared = prepare(case, request)
        if not dimensions(prepared.base):
            # Nothing is uncertain: every draw would be the same.
            request = replace(request, draws=None)
        draws = prepared.draws(request)
        plan = plan_of(prepared, request, draws)
        levers = levers_of(prepared, request, draws)
        found = {task.purpose: Columns(task.draws) for task in (*plan.tasks, *levers.tasks)}
        return Run(prepared, request, draws, plan, levers, found, Bench(prepared, request))

    def take_up(self, kept: Iterable[tuple[str, int, Block]]) -> int:
        """Read what was kept; returns how many solutions that is. Raises StudyError for results of another run."""
        for purpose, first, block in kept:
            try:
                self.found[purpose].put(first, block)
            except (KeyError, BlockError) as error:
                raise StudyError(f"the results kept for `{purpose}` do not belong to this study") from error
        return self.finished

    def forget(self) -> None:
        """Forget every result that was taken up."""
        for columns in self.found.values():
            columns.clear()

    @cached_property
    def points(self) -> Floats:
        """[draw, dimension]: points of the unit cube, and more of them where inputs are moved on more draws."""
        cube = self.draws.cube
        if self.levers.draws <= len(cube):
            return cube
        return uniform_cube(cube.shape[1], self.levers.draws, self.request.seed, self.request.sampling)

    @property
    def begun(self) -> bool:
        """True where there is anything to tell."""
        return self.found[DRAWS].prefix > 0

    @property
    def solutions(self) -> int:
        """Number of solutions that the run takes at the most."""
        return self.plan.draws + self.levers.solutions

    @property
    def says(self) -> str:
        """Sentence on the solutions that the run takes, part by part, each with the option that makes it less; empty if
        nothing is solved beside the draws.
        """
        parts: dict[str, int] = {}
        for task in self.plan.tasks:
            if task.purpose != DRAWS:
                kind = _KINDS[task.purpose.split(" ")[0]]
                parts[kind] = parts.get(kind, 0) + task.draws
        names = {_KINDS[UNCHANGED]: "scenarios"}
        asked = [f"{count:,} for {kind} (`--inquiry-draws {names.get(kind, kind)}=N`)" for kind, count in parts.items()]
        if self.levers.tries:
            asked.append(
                f"up to {self.levers.solutions:,} to tell what the answer hinges on (`hinges=0` leaves it out)"
            )
        if not asked:
            return ""
        return (
            f"the game of {self.prepared.compiled.game.nodes:,} nodes is solved {self.draws.count:,} times for the "
            f"draws (`--draws N`), and beside them {'; '.join(asked)}"
        )

    @property
    def finished(self) -> int:
        """Number of finished solutions."""
        return sum(columns.finished for columns in self.found.values())

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Everything that may be solved."""
        return (*self.plan.tasks, *self.levers.tasks)

    def jobs(self) -> Iterator[Span]:
        """Every block that may be solved."""
        yield from self.plan.jobs()
        for task in self.levers.tasks:
            for first in range(0, task.draws, task.block):
                yield Span(task, first, min(first + task.block, task.draws))

    def missing(self) -> list[Span]:
        """The blocks that are still to be solved, as far as that is known: what was found decides what is moved."""
        certain = [job for job in self.plan.jobs() if not self.found[job.task.purpose].has(job.first)]
        return [*certain, *moves_and_jobs(self.found, self.levers)[1]]

    def solve_here(self, job: Span, threads: int) -> Block:
        """Solve one block in the thread that calls."""
        return self.bench.solve(job.task, self.points[job.first : job.stop], threads, first=job.first)

    def threads(self, count: int = 0) -> Threads:
        """Workers on this machine; count 0 for one per processor."""
        return Threads(self.solve_here, self.prepared.compiled, count)

    def solve(self, workers: Workers, progress: Progress | None = None, keep: Keep | None = None) -> None:
        """Solve what is missing, until a stop is asked for; what is finished stays in its place."""

        def tell() -> None:
            if progress:
                open_ = (task.purpose for task in self.plan.tasks if self.found[task.purpose].finished < task.draws)
                progress(next(open_, HINGES_STAGE if self.levers.tries else DRAWS), self.finished, self.solutions)

        tell()
        while not stop_asked() and (missing := self.missing()):
            self._solve(missing, workers, tell, keep)

    def _solve(self, jobs: list[Span], workers: Workers, tell: Callable[[], None], keep: Keep | None) -> None:
        solving = workers.solve(jobs)
        try:
            for job, block in solving:
                if keep:
                    keep(job.task.purpose, job.first, block)
                self.found[job.task.purpose].put(job.first, block)
                tell()
        finally:
            solving.close()

    def findings(self) -> Findings:
        """Findings of the run so far. Raises StoppedError before the first block of draws is finished."""
        base = self.found[DRAWS]
        count = base.prefix
        if not count:
            raise StoppedError
        whole = count == self.draws.count
        ensemble = Ensemble(self.draws.block(0, count), base, not whole)
        open_ = [task.purpose for task in self.plan.tasks if self.found[task.purpose].finished < task.draws]
        moves, left = moves_and_jobs(self.found, self.levers)
        open_ += [job.task.purpose for job in left]
        weights = draw_weights(ensemble)
        trials = list(self._claims(ensemble))
        return Findings(
            self.prepared,
            self.request,
            ensemble,
            tuple(each for each in trials if each.first),
            tuple(each for each in trials if not each.first),
            tuple(self._sweeps(weights)),
            tuple(self._alternatives()) if whole else (),
            _KINDS[open_[0].split(" ")[0]] if open_ else "",
            self._solved(),
            self.levers,
            self.found,
            tuple(moves) if whole else (),
            self._ensemble(UNCHANGED) if self.request.changed else None,
        )

    def _solved(self) -> dict[str, HowSolved]:
        """Endings and certificate of what was solved beside the draws, by what it was solved for."""
        found: dict[str, list[HowSolved]] = {}
        for task in self.plan.tasks:
            if task.purpose != DRAWS and (ensemble := self._ensemble(task.purpose)):
                found.setdefault(_KINDS[task.purpose.split(" ")[0]], []).append(ensemble.how_solved)
        for task in self.levers.tries.values():
            # An input is moved on as many draws as it takes to tell.
            columns = self.found[task.purpose]
            if count := columns.prefix:
                draws = self.bench.draws(task, self.points[:count], self.prepared)
                found.setdefault("hinges", []).append(Ensemble(draws, columns).how_solved)
        return {kind: HowSolved.together(parts) for kind, parts in found.items()}

    def _ensemble(self, purpose: str) -> Ensemble | None:
        # A part of a comparison would be one of apples with pears: what is unfinished is left out whole.
        columns = self.found.get(purpose)
        if columns is None or columns.finished < columns.draws:
            return None
        return Ensemble(self.draws.block(0, columns.draws), columns)

    def _claims(self, ensemble: Ensemble) -> Iterator[ClaimTrial]:
        for claim in self.prepared.crisis.claims:
            ends = claim_ends(claim, self.draws, self.prepared, self.request)
            at_low, at_high = (self._ensemble(end.purpose) for end in ends) if ends else (None, None)
            if at_low and at_high:
                name = claim.of[0]
                found = {OUTSET: (at_low.interests[name], at_high.interests[name])}
                if ends[0].events != 0 and self.prepared.crisis.timeline:
                    found[EVENTS] = (at_low.interests_after[name], at_high.interests_after[name])
                yield from trials_of(claim, ends, found, draw_weights(ensemble, ends[0].events)[: at_low.count])

    def _sweeps(self, weights: Floats) -> Iterator[Sweep]:
        for question in self.prepared.crisis.questions:
            values = question_values(question)
            points = [self._ensemble(question_purpose(question, number)) for number in range(1, len(values) + 1)]
            known = [point for point in points if point]
            if len(known) == len(values):
                tables = {OUTSET: [point.interests for point in known]}
                if self.prepared.crisis.timeline:
                    tables[EVENTS] = [point.interests_after for point in known]
                yield sweep_of(question, values, tables, weights[: known[0].count])

    def _alternatives(self) -> Iterator[Alternative]:
        for scenario in self.prepared.base.scenarios:
            if solved := self._ensemble(scenario_purpose(scenario)):
                events = len(before_parting(self.prepared.crisis, scenario.limits))
                yield Alternative(scenario, solved.outcomes, solved.outcomes_after, events)


_KINDS = {
    DRAWS: "draws",
    UNCHANGED: "the case as it stands",
    "claims,": "claims",
    "scenario": "scenarios",
    "question": "questions",
    "hinges,": HINGES_STAGE,
}
"""Words for the task that a run was interrupted in, by the first word of the task's purpose."""
