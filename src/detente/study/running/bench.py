"""The bench at which blocks are solved: a prepared case and the points of its draws in, one block's results out."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from detente.analysis.solved import solve_draws
from detente.crisis.changes import with_limits, with_scenario, with_structure
from detente.crisis.inquiry import Limit
from detente.equilibrium.solve import Settings
from detente.game.compiling.build import compile_crisis
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import Draws, dimensions, from_cube
from detente.game.drawn.moved import moved
from detente.study.request import Prepared, Request
from detente.study.running.columns import Block
from detente.study.running.ensemble import read_block
from detente.study.running.foretold import slopes_block
from detente.study.running.plan import Task

Floats = NDArray[np.float64]
_GAMES = 3
"""Games of scenarios kept at a time; tasks come scenario by scenario."""


_Course = tuple[str | None, tuple[Limit, ...], int | None]


@dataclass(eq=False)
class Bench:
    """A case ready to be solved with any of its scenarios, by many threads at once."""

    prepared: Prepared
    request: Request
    _others: OrderedDict[_Course, Prepared] = field(default_factory=OrderedDict["_Course", Prepared])
    _plain: Prepared | None = None
    _lock: Lock = field(default_factory=Lock)

    def solve(self, task: Task, cube: Floats, threads: int, *, first: int = 0) -> Block:
        """Solve the draws at these points [draw, dimension] of the unit cube; first: how many come before them."""
        prepared = self._unchanged(task.events) if task.unchanged else self._with(task.scenario, task.made, task.events)
        draws, rationality = self.draws(task, cube, prepared, first), self.request.rationality
        if task.slopes:
            settings = Settings(threads=threads)
            solved = solve_draws(prepared.compiled, draws, rationality=rationality, settings=settings)
            return slopes_block(solved, prepared, own=rationality is None)
        return solve_block(prepared.compiled, draws, task, rationality, threads)

    def draws(self, task: Task, cube: Floats, prepared: Prepared, first: int = 0) -> Draws:
        """The draws of a task at points of the unit cube."""
        axes = dimensions(prepared.base)
        return from_cube(
            prepared.crisis,
            cube if task.moved is None else moved(prepared.base, axes, cube, *task.moved),
            axes=axes,
            fixed={**prepared.fixed, **task.fixed},
            median=self.request.draws is None,
            first=first,
        )

    def _unchanged(self, events: int | None) -> Prepared:
        with self._lock:
            if self._plain is None:
                self._plain = as_written(self.prepared, events)
            return self._plain

    def _with(self, scenario: str | None, made: tuple[Limit, ...], events: int | None) -> Prepared:
        if not made and events is None and scenario in (None, self.request.scenario):
            return self.prepared
        with self._lock:
            name = (scenario, made, events)
            if name not in self._others:
                self._others[name] = prepared_for(self.prepared, self.request, scenario, made, events)
                while len(self._others) > _GAMES:
                    self._others.popitem(last=False)
            return self._others[name]


def as_written(prepared: Prepared, events: int | None) -> Prepared:
    """The case as it is written, and only the first events seen."""
    crisis = replace(prepared.base, timeline=prepared.base.timeline[:events])
    return Prepared(compile_crisis(crisis), prepared.base, crisis, {})


def prepared_for(
    prepared: Prepared, request: Request, scenario: str | None, made: tuple[Limit, ...], events: int | None = None
) -> Prepared:
    """The case of a request with a scenario in force, moves made besides, and only the first events seen."""
    crisis = prepared.crisis
    if scenario is not None and scenario != request.scenario:
        crisis = with_structure(with_scenario(prepared.base, scenario), prepared.fixed)
    if made:
        crisis = with_limits(crisis, made)
    compiled = prepared.compiled if crisis is prepared.crisis else compile_crisis(crisis)
    if events is not None and events < len(crisis.timeline):
        crisis = replace(crisis, timeline=crisis.timeline[:events])
        compiled = replace(compiled, crisis=crisis)
    return Prepared(compiled, prepared.base, crisis, prepared.fixed)


def solve_block(compiled: CompiledGame, draws: Draws, task: Task, rationality: float | None, threads: int) -> Block:
    """Solve a block of draws and read off what the task keeps."""
    solved = solve_draws(compiled, draws, rationality=rationality, settings=Settings(threads=threads))
    return read_block(solved, task)
