"""The findings of a fit: coefficients with their errors, and how they came about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.estimation.fitted.several import Others
from detente.estimation.fitting.fitting import Fitted, crisis_of, unknowns_of
from detente.estimation.fitting.maximum import MaximumState
from detente.plurals import counted

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
"""Probability that intervals are meant to cover."""


@dataclass(frozen=True, eq=False)
class FoundEstimates:
    """Estimates of a case's quantities from episodes.

    fitted: everything that was computed. others: equilibria beside the one that the likelihood belongs to, where they
    were looked for.
    """

    fitted: Fitted
    others: Others | None = None

    @property
    def crisis(self) -> Crisis:
        """The case."""
        return crisis_of(self.fitted)

    @property
    def state(self) -> MaximumState:
        """The verdict on the maximum of the likelihood."""
        return self.fitted.maximum.state

    @property
    def good(self) -> bool:
        """True where there is a maximum, and so a table."""
        return self.state is MaximumState.MAXIMUM

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients, in order."""
        return self.fitted.likelihood.design.coefficients

    @property
    def theta(self) -> Floats:
        """[coefficient]: the estimates, or where the climb ended."""
        return self.fitted.maximum.point.theta

    @property
    def covariance(self) -> Floats:
        """[coefficient, coefficient]: zero for what is held or stands at a bound. Raises RequestError without one."""
        found, free = self.fitted.covariance, self.fitted.maximum.free
        if found is None:
            raise RequestError(f"{self.state.value} There are no errors, and nothing to foretell from it")
        whole = np.zeros((len(free), len(free)))
        whole[np.ix_(free, free)] = found.matrix
        return whole

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood of the data at the estimates, priors apart."""
        return self.fitted.maximum.point.log_likelihood

    @property
    def episodes(self) -> int:
        """Number of episodes, rows of the table, that were used."""
        return self.fitted.likelihood.episodes.number

    @property
    def parameters(self) -> int:
        """Number of free coefficients."""
        return int(self.fitted.maximum.free.sum())

    @property
    def aic(self) -> float:
        """Akaike's criterion: 2 × coefficients − 2 × log-likelihood."""
        return 2.0 * self.parameters - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Schwarz's criterion: log(episodes) × coefficients − 2 × log-likelihood."""
        return float(np.log(self.episodes)) * self.parameters - 2.0 * self.log_likelihood

    def to_frame(self) -> pd.DataFrame:
        """One row a coefficient: estimate, error, z, p, low and high of the 95 % interval; NaN without a maximum."""
        maximum, errors = self.fitted.maximum, np.full(len(self.names), np.nan)
        estimate = self.theta.copy()
        if self.fitted.covariance is not None:
            errors[maximum.free] = np.sqrt(np.diag(self.fitted.covariance.matrix))
        elif not self.good:
            estimate[:] = np.nan
        with np.errstate(all="ignore"):
            z = estimate / errors
        width = norm.ppf(0.5 + CONFIDENCE / 2.0) * errors
        quantity = {
            number: part.link.quantity
            for part in reversed(self.fitted.likelihood.design.parts)
            for number in part.coefficient
        }
        return pd.DataFrame(
            {
                "coefficient": self.names,
                "quantity": [quantity[k] for k in range(len(self.names))],
                "estimate": estimate,
                "error": errors,
                "z": z,
                "p": 2.0 * norm.sf(np.abs(z)),
                "low": estimate - width,
                "high": estimate + width,
            }
        )

    def starts(self) -> pd.DataFrame:
        """One row a start: the log-likelihood reached, steepness there, iterations, and at which maximum (1: best)."""
        maximum = self.fitted.maximum
        rows = [
            {
                "start": number,
                "log_likelihood": each.log_likelihood,
                "value": each.value,
                "steepness": each.steepness,
                "iterations": each.iterations,
                "maximum": _which(each.value, [other.value for other in maximum.distinct]),
            }
            for number, each in enumerate(maximum.climbs, 1)
        ]
        return pd.DataFrame(rows)

    def remarks(self) -> list[str]:
        """Sentences on all that is to be known about the fit."""
        maximum, likelihood = self.fitted.maximum, self.fitted.likelihood
        said = [*likelihood.episodes.notes, self.state.value]
        if maximum.toward:
            said.append(f"It concerns {', '.join(f'`{name}`' for name in maximum.toward)}.")
        said.append(_on_starts(self))
        if likelihood.penalised:
            said.append("Priors count beside the data: estimates and errors are those of a penalised likelihood.")
        if self.fitted.covariance is not None:
            said += self.fitted.covariance.says
            said.append(f"The condition of the information is {maximum.condition:.1e}.")
        at_bound = [
            name
            for name, free, known in zip(self.names, maximum.free, likelihood.design.restrictions, strict=True)
            if not free and known.value is None
        ]
        if at_bound:
            said.append(f"At a bound, and therefore without an error: {', '.join(f'`{name}`' for name in at_bound)}.")
        return [*said, *likelihood.model.says, *self._on_equilibria()]

    def _on_equilibria(self) -> list[str]:
        maximum = self.fitted.maximum
        said: list[str] = []
        if not unknowns_of(self.fitted.compiled):
            return ["Every decision is answered in closed form, so that there is one equilibrium."]
        if len(maximum.stepped):
            said.append(
                f"On the way the climb left the principal branch at {counted(len(maximum.stepped), 'row')} of "
                "covariates. It was begun afresh from there, and the numbers are those of the principal branch; where "
                "the branch is left the likelihood jumps, and standard errors do not know that."
            )
        turning = int((maximum.point.evaluated.turns > 0).sum())
        if turning:
            said.append(
                f"At {counted(turning, 'row')} of covariates the path to the equilibrium turns, so that there are "
                "others; `equilibria` lists them."
            )
        if self.others is not None:
            said += self.others.remarks()
        return said


def _which(value: float, values: list[float]) -> int:
    if not np.isfinite(value) or not values:
        return 0
    return int(np.argmin([abs(value - each) for each in values])) + 1


def _on_starts(fit: FoundEstimates) -> str:
    maximum = fit.fitted.maximum
    climbs, distinct = maximum.climbs, maximum.distinct
    best = distinct[0].value if distinct else -np.inf
    reached = sum(abs(each.value - best) < 1e-5 for each in climbs if np.isfinite(each.value))
    said = f"{reached:,} of {counted(len(climbs), 'start')} led here"
    if len(distinct) < 2:
        return f"{said}."
    rest = ", ".join(f"{each.log_likelihood:.4f}" for each in distinct[1:6])
    return f"{said}; the others ended lower, at a log-likelihood of {rest}: there are several maxima."
