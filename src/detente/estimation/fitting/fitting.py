"""One fit from end to end: a case, its links and episodes, to estimates with their errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.crisis.model import Crisis
from detente.crisis.quantities import RATIONALITY
from detente.errors import RequestError
from detente.estimation.fitting.climbing import Climb
from detente.estimation.fitting.errors import INFORMATION, REPLICATIONS, Covariance, covariance
from detente.estimation.fitting.identification import summary, unidentified
from detente.estimation.fitting.likelihood import Likelihood
from detente.estimation.fitting.maximum import Maximum, MaximumState, find_maximum, starts_of
from detente.estimation.game_model import GameModel
from detente.estimation.model import Model, Seen
from detente.estimation.observed.design import make_design
from detente.estimation.observed.episodes import Episodes, read_episodes
from detente.estimation.observed.specification import Specification
from detente.estimation.observed.table import ObservedTable
from detente.estimation.smooth import smooth_model, wants_smooth
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import median_draw

Floats = NDArray[np.float64]
BLUNT = 4.0
"""Rationality times payoff range at which a climb begins where the case leaves the rationality at the limit: the worst
move is made once in fifty."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FitEffort:
    """The search for a maximum: starts, the seed of all that is random, how errors come about."""

    starts: int = 4
    seed: int = 0
    errors: str = INFORMATION
    replications: int = REPLICATIONS

    def __post_init__(self) -> None:
        if self.starts < 1:
            raise RequestError(f"a climb has one start at the least; got {self.starts}")
        if self.seed < 0:
            raise RequestError(f"the seed is a whole number from 0 up; got {self.seed}")


@dataclass(frozen=True, eq=False)
class Fitted:
    """The findings of a fit: the likelihood with all its data, its maximum, and the errors where there is a maximum."""

    compiled: CompiledGame
    specification: Specification
    rationality: float | None
    likelihood: Likelihood
    maximum: Maximum
    covariance: Covariance | None
    effort: FitEffort


def likelihood_of(
    compiled: CompiledGame, specification: Specification, episodes: Episodes, rationality: float | None
) -> Likelihood:
    """The likelihood of episodes in a case; rationality None leaves it to the case. Raises CaseError, RequestError."""
    design = make_design(specification, episodes)
    model = model_of(compiled, design.quantities, episodes.kinds, specification, rationality)
    unit = _unit(compiled, specification, rationality)
    return Likelihood.of_episodes(model, design, episodes, ridge=specification.ridge, unit=unit)


def model_of(
    compiled: CompiledGame,
    quantities: Sequence[str],
    kinds: Sequence[Seen],
    specification: Specification,
    rationality: float | None,
) -> Model:
    """The game as the likelihood sees it; in the limit, private numbers by their laws in place of their points."""
    assert compiled.crisis is not None
    if RATIONALITY not in quantities and wants_smooth(compiled.crisis, rationality):
        return smooth_model(compiled.crisis, quantities, kinds, fixed=specification.fixed)
    return GameModel.of(
        compiled.crisis, quantities, kinds, fixed=specification.fixed, rationality=rationality, compiled=compiled
    )


def _unit(compiled: CompiledGame, specification: Specification, rationality: float | None) -> float:
    if any(link.quantity == RATIONALITY for link in specification.links):
        return 1.0
    found = _medians(compiled, specification)[RATIONALITY] if rationality is None else rationality
    return found if 0.0 < found < np.inf else 1.0


def _medians(compiled: CompiledGame, specification: Specification) -> dict[str, float]:
    """Every quantity, and the rationality, where the case has it at its median."""
    crisis = compiled.crisis
    assert crisis is not None
    draw = median_draw(crisis, fixed=dict(specification.fixed))
    known = {name: float(values[0]) for name, values in draw.quantities.items()}
    return {**known, RATIONALITY: float(draw.rationality[0])}


def first_start(likelihood: Likelihood, compiled: CompiledGame, specification: Specification) -> Floats:
    """The start at which every linked quantity has the case's own median, whatever its covariates."""
    known = _medians(compiled, specification)
    if not np.isfinite(known[RATIONALITY]):
        known[RATIONALITY] = BLUNT / _payoff_range(compiled, specification)
    theta = likelihood.design.start(known)
    if np.isfinite(likelihood.at(theta, slopes=False).value):
        return theta
    return likelihood.design.start({RATIONALITY: BLUNT / _payoff_range(compiled, specification)})


def _payoff_range(compiled: CompiledGame, specification: Specification) -> float:
    """The range of payoffs with everything at its median; 1 where nothing pays."""
    assert compiled.crisis is not None
    draw = median_draw(compiled.crisis, fixed=dict(specification.fixed))
    return float(compiled.numbers(draw).payoff_range()[0]) or 1.0


def fit(
    compiled: CompiledGame,
    specification: Specification,
    table: ObservedTable,
    *,
    rationality: float | None = None,
    effort: FitEffort | None = None,
    done: Sequence[Climb] = (),
    kept: Callable[[Climb], None] | None = None,
    progress: Progress | None = None,
) -> Fitted:
    """Fits a case to a table. done, kept: climbs of an earlier run, and what takes those of this one.

    Raises CaseError for bad data or links, RequestError where the data could not tell the coefficients apart.
    """
    effort = effort or FitEffort()
    episodes = read_episodes(table, specification, compiled)
    likelihood = likelihood_of(compiled, specification, episodes, rationality)
    first = first_start(likelihood, compiled, specification)
    free = np.array([known.value is None for known in likelihood.design.restrictions])
    if said := unidentified(likelihood, first, free, effort.seed):
        raise RequestError(summary(said))
    number = [len(done)]

    def take(found: Climb) -> None:
        number[0] += 1
        if progress is not None:
            progress("starts", number[0], effort.starts)
        if kept is not None:
            kept(found)

    starts = starts_of(likelihood, first, effort.starts, effort.seed)
    maximum = find_maximum(
        likelihood, starts, unknowns=unknowns_of(compiled), seed=effort.seed, done=done[: effort.starts], kept=take
    )
    errors = None
    if maximum.state is MaximumState.MAXIMUM:
        errors = covariance(
            likelihood, maximum, effort.errors, replications=effort.replications, seed=effort.seed, progress=progress
        )
    return Fitted(compiled, specification, rationality, likelihood, maximum, errors, effort)


def unknowns_of(compiled: CompiledGame) -> int:
    """Number of log-odds of play that are solved for; 0 where every decision is answered in closed form."""
    from detente.strategy.layout import layout_of

    return layout_of(compiled.game).unknowns


def crisis_of(fitted: Fitted) -> Crisis:
    """The case that was fitted."""
    assert fitted.compiled.crisis is not None
    return fitted.compiled.crisis
