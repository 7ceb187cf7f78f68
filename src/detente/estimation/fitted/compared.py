"""Two fits side by side: the likelihood-ratio test, and Vuong's for fits of which neither holds the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm

from detente.errors import RequestError
from detente.estimation.fitted.found import FoundEstimates
from detente.estimation.model import sums

Floats = NDArray[np.float64]

NOTHING_APART = 0.1
"""Vuong's statistic has a distribution of its own only where the episodes' log-likelihoods differ; below this root of
their summed squares they do not."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A test between two fits. statistic and its p; degrees: of freedom, 0 where the statistic is normal."""

    test: str
    statistic: float
    p: float
    degrees: int
    says: str

    def __repr__(self) -> str:
        return self.says


def likelihood_ratio(larger: FoundEstimates, smaller: FoundEstimates) -> Comparison:
    """Twice the difference of log-likelihoods, chi-squared where the smaller fit is the larger one restricted.

    Raises RequestError where the two were not fitted to the same episodes, or have no maximum.
    """
    _same_data(larger, smaller)
    degrees = larger.parameters - smaller.parameters
    if degrees <= 0:
        raise RequestError(
            f"the larger fit has {larger.parameters} free coefficients and the smaller {smaller.parameters}: name the "
            "one with more first, or use Vuong's test where neither holds the other"
        )
    statistic = 2.0 * (larger.log_likelihood - smaller.log_likelihood)
    if statistic < -1e-6:
        raise RequestError(
            "the fit with more coefficients has the lower likelihood: the other is none of its restrictions, or it "
            "has not been climbed to its maximum (--starts)"
        )
    p = float(chi2.sf(max(statistic, 0.0), degrees))
    says = f"Likelihood ratio: chi-squared({degrees}) = {statistic:.3f}, p = {p:.4f}."
    return Comparison("likelihood-ratio", statistic, p, degrees, says)


def vuong(one: FoundEstimates, other: FoundEstimates) -> Comparison:
    """Vuong's statistic with Schwarz's correction for the number of coefficients; positive favours the first.

    Raises RequestError as `likelihood_ratio` does, and where the two foretell the same.
    Source: Vuong 1989, equation 5.9; the correction is that of Clarke and Signorino 2010.
    """
    _same_data(one, other)
    apart = by_episode(one) - by_episode(other)
    n = len(apart)
    spread = float(apart.std())
    if not np.sqrt(n) * spread > NOTHING_APART:
        raise RequestError(
            "the two fits give every episode all but the same probability, so that no test tells them apart; where one "
            "holds the other, the likelihood ratio is the test"
        )
    gain = float(apart.sum()) - 0.5 * np.log(n) * (one.parameters - other.parameters)
    statistic = float(gain / (np.sqrt(n) * spread))
    p = float(2.0 * norm.sf(abs(statistic)))
    favoured = "neither is favoured" if p > 0.05 else f"the {'first' if statistic > 0 else 'second'} is favoured"
    says = f"Vuong (corrected for coefficients): z = {statistic:.3f}, p = {p:.4f}; at 5 % {favoured}."
    return Comparison("vuong", statistic, p, 0, says)


def by_episode(fit: FoundEstimates) -> Floats:
    """[episode]: log-likelihood of each episode at the estimates."""
    likelihood = fit.fitted.likelihood
    logs = fit.fitted.maximum.point.evaluated.log_probability[likelihood.of] * likelihood.episodes.count
    return sums(likelihood.episodes.episode, logs, likelihood.episodes.number)


def _same_data(one: FoundEstimates, other: FoundEstimates) -> None:
    for each in (one, other):
        if not each.good:
            raise RequestError(f"{each.state.value} There is nothing to compare")
    mine, theirs = one.fitted.likelihood.episodes, other.fitted.likelihood.episodes
    same = len(mine.row) == len(theirs.row) and np.array_equal(mine.row, theirs.row)
    totals = [sums(each.episode, each.count, each.number) for each in (mine, theirs)]
    if not same or not np.allclose(totals[0], totals[1]):
        raise RequestError(
            f"the two were not fitted to the same episodes ({mine.number:,} and {theirs.number:,} rows): keep to rows "
            "that have every covariate of both"
        )
