"""One run: a case and settings in, everything that the report tells out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.crisis.changes import with_scenario
from detente.crisis.expressions import Expression
from detente.crisis.inquiry import Claim, Question, Scenario
from detente.crisis.model import Crisis
from detente.game.build import compile_crisis
from detente.game.compiled import CompiledGame
from detente.game.draws import Draws, dimensions, from_cube
from detente.study.ensemble import Ensemble, solve_ensemble
from detente.study.request import Prepared, Request, prepare

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
"""Called as (what is being done, done, total)."""

CLAIM_DRAWS = 200
SCENARIO_DRAWS = 100
QUESTION_DRAWS = 20
"""How many of a run's draws claims, scenarios and the points of questions are solved at, at the most."""

_ENDS = (0.05, 0.95)


@dataclass(frozen=True, eq=False)
class ClaimTrial:
    """A claim tried draw by draw: the quantity moved from low to high with everything else as in the draw.

    at_low, at_high [draw]: the quantity of interest at either end.
    """

    claim: Claim
    low: float
    high: float
    at_low: Floats
    at_high: Floats


@dataclass(frozen=True, eq=False)
class Sweep:
    """A question answered: shown [value, draw] for every quantity of interest, by its formula."""

    question: Question
    values: Floats
    shown: Mapping[str, Floats]


@dataclass(frozen=True, eq=False)
class Alternative:
    """A scenario solved at the first draws of the run: outcomes [draw, outcome]."""

    scenario: Scenario
    outcomes: Floats


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything that one run found; `interrupted` names what was cut short, empty if nothing was."""

    prepared: Prepared
    request: Request
    ensemble: Ensemble
    claims: tuple[ClaimTrial, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    interrupted: str = ""


def explore(case: Crisis | CompiledGame, request: Request, progress: Progress | None = None) -> Findings:
    """Solve the draws, then the claims, scenarios and questions of the case on the same draws.

    Ctrl-C keeps what is finished and says in `interrupted` what is not; before the first block of draws it raises.
    """
    prepared = prepare(case, request)
    if not dimensions(prepared.base):
        # Nothing is uncertain: every draw would be the same.
        request = replace(request, draws=None)
    run = _Run(prepared, request, progress)
    ensemble = run.solve("draws", prepared.compiled, prepared.draws(request), beliefs=True)
    findings = Findings(prepared, request, ensemble)
    if ensemble.interrupted:
        return replace(findings, interrupted="draws")
    part = "claims"
    try:
        findings = replace(findings, claims=tuple(run.claims(ensemble)))
        part = "scenarios"
        if request.scenario is None:
            findings = replace(findings, alternatives=tuple(run.alternatives(ensemble)))
        part = "questions"
        findings = replace(findings, sweeps=tuple(run.sweeps(ensemble)))
    except KeyboardInterrupt:
        return replace(findings, interrupted=part)
    return findings


@dataclass
class _Run:
    prepared: Prepared
    request: Request
    progress: Progress | None

    def solve(
        self,
        what: str,
        compiled: CompiledGame,
        draws: Draws,
        *,
        interests: Mapping[str, Expression] | None = None,
        beliefs: bool = False,
    ) -> Ensemble:
        def tell(done: int) -> None:
            if self.progress:
                self.progress(what, done, draws.count)

        tell(0)
        return solve_ensemble(
            compiled, draws, rationality=self.request.rationality, interests=interests, beliefs=beliefs, progress=tell
        )

    def _whole(self, ensemble: Ensemble) -> Ensemble:
        # A part of a comparison would be one of apples with pears: an interrupt drops it whole.
        if ensemble.interrupted:
            raise KeyboardInterrupt
        return ensemble

    def _moved(self, ensemble: Ensemble, most: int, fixed: Mapping[str, float]) -> Draws:
        """The first draws of the run with some quantities moved."""
        if self.request.draws is None:
            axes = dimensions(self.prepared.base)
            both = {**self.prepared.fixed, **fixed}
            return from_cube(self.prepared.crisis, ensemble.draws.cube, axes=axes, fixed=both, median=True)
        return self.prepared.at(ensemble.draws.cube[:most], fixed)

    def claims(self, ensemble: Ensemble) -> Iterator[ClaimTrial]:
        for claim in self.prepared.crisis.claims:
            low, high = ends_of(ensemble.draws, claim.raises, self.prepared)
            found: list[Floats] = []
            for end, value in (("low", low), ("high", high)):
                draws = self._moved(ensemble, CLAIM_DRAWS, {claim.raises: value})
                what = f"claim {claim.id}, {claim.raises} {end}"
                solved = self.solve(what, self.prepared.compiled, draws, interests={"of": claim.of[1]})
                found.append(self._whole(solved).interests["of"])
            yield ClaimTrial(claim, low, high, found[0], found[1])

    def alternatives(self, ensemble: Ensemble) -> Iterator[Alternative]:
        base = self.prepared.base
        for scenario in base.scenarios:
            crisis = with_scenario(base, scenario.id)
            other = Prepared(compile_crisis(crisis), base, crisis, self.prepared.fixed)
            draws = _Run(other, self.request, None)._moved(ensemble, SCENARIO_DRAWS, {})
            solved = self.solve(f"scenario {scenario.id}", other.compiled, draws)
            yield Alternative(scenario, self._whole(solved).outcomes)

    def sweeps(self, ensemble: Ensemble) -> Iterator[Sweep]:
        for question in self.prepared.crisis.questions:
            values = np.linspace(question.low, question.high, question.steps)
            shown: dict[str, list[Floats]] = {text: [] for text, _ in question.show}
            for number, value in enumerate(values, 1):
                draws = self._moved(ensemble, QUESTION_DRAWS, {question.vary: float(value)})
                what = f"question {question.id}, point {number} of {question.steps}"
                solved = self._whole(self.solve(what, self.prepared.compiled, draws, interests=dict(question.show)))
                for text, column in solved.interests.items():
                    shown[text].append(column)
            yield Sweep(question, values, {text: np.stack(columns) for text, columns in shown.items()})


def ends_of(draws: Draws, quantity: str, prepared: Prepared) -> tuple[float, float]:
    """Where a quantity is moved from and to: its 5th and 95th percentile over the draws.

    A fixed number is moved from half to one and a half of itself; one that may be a probability stays up to 1.
    """
    values = draws.quantities[quantity]
    axes = dimensions(prepared.base)
    if draws.count == 1 and quantity in axes:
        cube = np.full((2, len(axes)), 0.5)
        cube[:, axes.index(quantity)] = _ENDS
        values = prepared.at(cube).quantities[quantity]
        return float(values[0]), float(values[1])
    low, high = (float(each) for each in np.quantile(values, _ENDS))
    if high > low:
        return low, high
    if low == 0:
        return 0.0, 1.0
    near, far = 0.5 * low, 1.5 * low
    return (near, min(far, 1.0) if low <= 1 else far) if low > 0 else (far, near)
