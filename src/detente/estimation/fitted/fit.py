"""A fit as a user holds it: everything that can be asked of what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any, final

import pandas as pd

from detente.crisis.model import Crisis
from detente.estimation.fitted import compared, predicted, several, tables
from detente.estimation.fitted.carried import CarriedEstimate
from detente.estimation.fitted.compared import Comparison
from detente.estimation.fitted.found import FoundEstimates
from detente.estimation.fitted.several import other_plays
from detente.estimation.fitted.validation import Validation, cross_validate
from detente.estimation.fitting.fitting import Progress
from detente.plurals import counted


@final
@dataclass(frozen=True, eq=False, repr=False)
class Fit(FoundEstimates):
    """Estimates of a case's quantities from episodes, and the questions that they answer."""

    def predict(self, profiles: Any = None) -> pd.DataFrame:
        """Probabilities of the endings with errors and intervals; see `detente.estimation.fitted.predicted`."""
        return predicted.probabilities(self, profiles)

    def differences(self, change: Mapping[str, Sequence[Any]], profiles: Any = None) -> pd.DataFrame:
        """First differences: what moving covariates from one value to another does, such as {"distance": [0, 1]}."""
        return predicted.differences(self, change, profiles)

    def curve(self, covariate: str, values: Sequence[Any] | None = None, profiles: Any = None) -> pd.DataFrame:
        """Probabilities of the endings as one covariate moves."""
        return predicted.curve(self, covariate, values, profiles)

    def estimate(self) -> CarriedEstimate:
        """The coefficients apart from their data, to put them into a case. Raises RequestError without a maximum."""
        fitted, episodes = self.fitted, self.fitted.likelihood.episodes
        return CarriedEstimate(
            self.names,
            self.theta,
            self.covariance,
            fitted.specification,
            {name: (each.typical(), each.values, each.base) for name, each in episodes.columns.items()},
            fitted.rationality,
            f"estimated from {counted(self.episodes, 'episode')}, log-likelihood {self.log_likelihood:.2f}",
        )

    def sample(self, draws: int, seed: int = 0, profile: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """[draw, quantity]: quantities drawn from the estimate, at a profile of covariates."""
        return self.estimate().sample(draws, seed, profile)

    def case(self, profile: Mapping[str, Any] | None = None) -> Crisis:
        """The case with the estimate in place of what it says of the linked quantities; see `CarriedEstimate.case`."""
        return self.estimate().case(self.crisis, profile)

    def cross_validate(self, folds: int = 10, seed: int = 0, progress: Progress | None = None) -> Validation:
        """Scores out of sample beside base rates and a multinomial logit."""
        return cross_validate(self.fitted, folds, seed, progress)

    def likelihood_ratio(self, smaller: Fit) -> Comparison:
        """The likelihood-ratio test against a fit that is this one with restrictions."""
        return compared.likelihood_ratio(self, smaller)

    def vuong(self, other: Fit) -> Comparison:
        """Vuong's test against a fit that need not be nested, on the same episodes."""
        return compared.vuong(self, other)

    def equilibria(self, rows: int = several.ROWS, *, starts: int | None = None, seed: int = 0) -> Fit:
        """The fit, after a search for other equilibria at some rows of covariates."""
        return replace(self, others=other_plays(self.fitted, rows, starts=starts, seed=seed))

    def to_dict(self) -> dict[str, Any]:
        """Everything of the fit as plain values."""
        return tables.plain(self)

    def to_latex(self) -> str:
        """The table as LaTeX (booktabs)."""
        return tables.latex(self)

    def to_csv(self, path: str | Path | None = None) -> str | None:
        """The table as CSV, into a file or as a text."""
        return self.to_frame().to_csv(path, index=False)

    def __repr__(self) -> str:
        return tables.text(self)

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{escape(each)}</p>" for each in self.remarks())
        return (self.to_frame().to_html(index=False) if self.good else "") + notes
