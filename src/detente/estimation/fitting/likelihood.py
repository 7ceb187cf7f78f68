"""The log-likelihood of episodes as a function of coefficients: value, gradient, scores and curvature."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.estimation.model import AskedEntries, Evaluated, Model, sums
from detente.estimation.observed.design import CONSTANT, LinkDesign
from detente.estimation.observed.episodes import Episodes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEP = 1e-4
"""Share of a quantity (of 1 for a smaller one) by which slopes are differenced for the curvature: the error of
central differences is some 1e-8 of it, that of rounding less than 1e-9."""

LEAST_STEP = 1e-9
"""The smallest step, next to an end of what a link allows."""

LOG_LEAST = -660.0
"""Logarithm of a probability below which its slopes are lost; a likelihood with such a factor counts as zero."""


@dataclass(frozen=True, eq=False)
class LikelihoodPoint:
    """The likelihood at some coefficients.

    log_likelihood: of the data alone; value: with priors; both -inf where something that was seen is impossible, or an
    equilibrium was not found. gradient [coefficient]: of value. by [row, quantity]: derivatives of log_likelihood.
    """

    theta: Floats
    log_likelihood: float
    value: float
    gradient: Floats
    by: Floats
    evaluated: Evaluated


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Episodes, their links, and the game that gives them probabilities.

    cells: distinct (row of covariates, kind of observation); of [entry]: the cell of every entry of the episodes.
    weight [cell]: how often each was seen. ridge: standard deviation of a prior of every coefficient but constants.
    unit: how many log-odds a unit of payoff is, where that is one number for all: the rationality.
    """

    model: Model
    design: LinkDesign
    episodes: Episodes
    cells: AskedEntries
    of: Ints
    weight: Floats
    ridge: float | None = None
    unit: float = 1.0

    @staticmethod
    def of_episodes(
        model: Model, design: LinkDesign, episodes: Episodes, *, ridge: float | None = None, unit: float = 1.0
    ) -> Likelihood:
        """The likelihood of all episodes."""
        row, kinds = design.row[episodes.episode], len(model.kinds)
        found, of = np.unique(row * kinds + episodes.kind, return_inverse=True)
        weight = sums(of, episodes.count, len(found))
        return Likelihood(model, design, episodes, AskedEntries(found // kinds, found % kinds), of, weight, ridge, unit)

    @property
    def observations(self) -> float:
        """Number of observations, counts added up."""
        return float(self.weight.sum())

    def weighed(self, count: Floats) -> Likelihood:
        """The likelihood with other counts [entry], as a bootstrap draws them."""
        return replace(self, weight=sums(self.of, count, len(self.weight)))

    def thinned(self, rows: int, seed: int) -> Likelihood:
        """The likelihood of a random part of the distinct rows of covariates, `rows` of them at most."""
        if self.design.rows <= rows:
            return self
        kept = np.sort(np.random.default_rng(seed).choice(self.design.rows, rows, replace=False))
        place = np.full(self.design.rows, -1)
        place[kept] = np.arange(rows)
        some = place[self.cells.row] >= 0
        parts = tuple(replace(part, x=part.x[kept]) for part in self.design.parts)
        return replace(
            self,
            design=replace(self.design, parts=parts),
            cells=AskedEntries(place[self.cells.row[some]], self.cells.kind[some]),
            weight=self.weight[some],
        )

    def at(self, theta: Floats, near: object | None = None, *, slopes: bool = True) -> LikelihoodPoint:
        """The point at some coefficients; near: the state of a point close by, or None to start afresh."""
        values = self.design.values(theta)
        none = np.zeros_like(values)
        if not np.isfinite(values).all():
            lost = Evaluated(np.zeros(0), np.zeros((0, values.shape[1])), np.zeros(0, bool), np.zeros(0, np.int64))
            return LikelihoodPoint(theta, -np.inf, -np.inf, np.zeros(len(theta)), none, lost)
        found = self.model.evaluate(values, self.cells, near, slopes=slopes)
        counted = self.weight > 0.0
        logs = found.log_probability[counted]
        lost = not found.good.all() or bool((logs < LOG_LEAST).any())
        log_likelihood = -np.inf if lost else float(self.weight[counted] @ logs)
        prior, pull = self._prior(theta)
        by = np.zeros_like(values)
        if slopes and not lost:
            np.add.at(by, self.cells.row, self.weight[:, None] * np.where(counted[:, None], found.slopes, 0.0))
        gradient = self.design.gradient(theta, by) + pull
        return LikelihoodPoint(theta, log_likelihood, log_likelihood + prior, gradient, by, found)

    def _prior(self, theta: Floats) -> tuple[float, Floats]:
        mean, precision = self.priors()
        off = theta - mean
        return float(-0.5 * (precision * off) @ off), -precision * off

    def priors(self) -> tuple[Floats, Floats]:
        """[coefficient]: mean and precision of the normal priors; precision 0 where there is none."""
        mean, precision = np.zeros(len(self.design.coefficients)), np.zeros(len(self.design.coefficients))
        for number, (name, known) in enumerate(zip(self.design.coefficients, self.design.restrictions, strict=True)):
            if known.prior is not None:
                mean[number], precision[number] = known.prior[0], known.prior[1] ** -2.0
            elif self.ridge is not None and not name.endswith(CONSTANT):
                precision[number] = self.ridge**-2.0
        return mean, precision

    @property
    def penalised(self) -> bool:
        """True where a prior counts beside the data."""
        return bool(self.priors()[1].any())

    def outer(self, point: LikelihoodPoint) -> Floats:
        """[coefficient, coefficient]: the sum of outer products of the observations' scores, with the priors'."""
        scores = self.scores(point)
        return (scores * self.weight[:, None]).T @ scores + np.diag(self.priors()[1])

    def scores(self, point: LikelihoodPoint) -> Floats:
        """[cell, coefficient]: derivatives of the log-probability of each cell."""
        return self.design.pulled(point.theta, point.evaluated.slopes, self.cells.row)

    def information(self, point: LikelihoodPoint) -> Floats:
        """[coefficient, coefficient]: the observed information: minus the second derivatives of the value of a point.

        By central differences of the exact slopes in each quantity, which costs two evaluations a quantity, however
        many coefficients there are.
        """
        values = self.design.values(point.theta)
        rows, width = values.shape
        twice = np.zeros((rows, width, width))
        for column in range(width):
            room = 0.5 * self.design.parts[column].room(values[:, column])
            step = np.minimum(STEP * np.maximum(1.0, np.abs(values[:, column])), np.maximum(room, LEAST_STEP))
            sides: list[Floats] = []
            for sign in (1.0, -1.0):
                moved = values.copy()
                moved[:, column] += sign * step
                found = self.model.evaluate(moved, self.cells, point.evaluated.state)
                by = np.zeros_like(values)
                np.add.at(by, self.cells.row, self.weight[:, None] * found.slopes)
                sides.append(by)
            twice[:, column, :] = (sides[0] - sides[1]) / (2.0 * step)[:, None]
        twice = 0.5 * (twice + twice.transpose(0, 2, 1))
        found = -self.design.curvature(point.theta, point.by, twice) + np.diag(self.priors()[1])
        return 0.5 * (found + found.T)
