"""The estimate apart from its data: coefficients with their covariance, and the case in which they stand for ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.case.read import read_text
from detente.case.spelling.suggest import did_you_mean
from detente.case.written_back.write import case_text
from detente.crisis.evidence import Support
from detente.crisis.expressions import Expression, Number, Operation, QuantityName
from detente.crisis.model import Crisis
from detente.crisis.quantities import RATIONALITY, Distribution, Quantity, Shape
from detente.errors import RequestError
from detente.estimation.observed.design import QuantityDesign
from detente.estimation.observed.specification import EXP, LOGIT_LINK, Link, Specification, Term
from detente.estimation.observed.terms import Covariate, term_columns

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CarriedEstimate:
    """Coefficients [coefficient], their covariance, and what is needed to put them back into a case.

    typical: for every covariate its typical value, its values where it is categorical, and the base.
    rationality: the number at which play was solved, None where the case's own held or where it was estimated.
    says: one sentence on where the numbers come from.
    """

    names: tuple[str, ...]
    theta: Floats
    covariance: Floats
    specification: Specification
    typical: Mapping[str, tuple[float, tuple[str, ...], str]]
    rationality: float | None
    says: str

    def index(self, profile: Mapping[str, Any] | None = None) -> tuple[Floats, Floats]:
        """The linear index of every linked quantity at a profile of covariates, and their covariance.

        Covariates that the profile leaves out stand at their typical values. Raises RequestError for one that no link
        mentions, or a value that it cannot have.
        """
        columns = {name: self._column(name, (profile or {}).get(name)) for name in self.typical}
        for name in profile or {}:
            if name not in self.typical:
                known = did_you_mean(name, self.typical, "covariates")
                raise RequestError(f"no link mentions the covariate `{name}`: {known}")
        places = {name: number for number, name in enumerate(self.names)}
        pull = np.zeros((len(self.specification.links), len(self.names)))
        for k, link in enumerate(self.specification.links):
            for term in link.terms:
                for name, x in term_columns(term, columns, 1):
                    pull[k, places[term.coefficient or f"{link.quantity}: {name}"]] += x[0]
        return pull @ self.theta, pull @ self.covariance @ pull.T

    def _column(self, name: str, value: Any) -> Covariate:
        usual, values, base = self.typical[name]
        if value is None:
            return Covariate(np.array([usual]), values, base)
        if values:
            if str(value) not in values:
                raise RequestError(f"`{value}` is no value of `{name}`: {did_you_mean(str(value), values, 'values')}")
            return Covariate(np.array([float(values.index(str(value)))]), values, base)
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = np.nan
        if not np.isfinite(number):
            raise RequestError(f"`{name}` is a number, not {value!r}")
        return Covariate(np.array([number]))

    def sample(self, draws: int, seed: int = 0, profile: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """[draw, quantity]: quantities drawn from the estimate's normal distribution, at a profile of covariates."""
        middle, spread = self.index(profile)
        root = _root(spread)
        index = middle + np.random.default_rng(seed).normal(size=(draws, len(middle))) @ root.T
        found = {
            link.quantity: QuantityDesign(link, np.zeros((0, 0)), np.zeros(0, np.int64)).value(index[:, k])
            for k, link in enumerate(self.specification.links)
        }
        return pd.DataFrame(found)

    def case(self, crisis: Crisis, profile: Mapping[str, Any] | None = None) -> Crisis:
        """The case with the estimate's joint distribution in place of what it says of the linked quantities.

        Each of them is a formula of independent standard normal numbers, which become quantities of the case: whatever
        reads a case (draws, claims, sensitivity, a file) reads it so. Fixed quantities stand at their numbers.
        Raises RequestError where the case has no such quantity, and as `index` does.
        """
        middle, spread = self.index(profile)
        root = _root(spread)
        known = {each.id for each in crisis.quantities}
        for link in self.specification.links:
            if link.quantity not in known and link.quantity != RATIONALITY:
                remedy = did_you_mean(link.quantity, known, "quantities")
                raise RequestError(
                    f"the estimate is of another case: this one has no quantity `{link.quantity}`. {remedy}"
                )
        note = Support(note=self.says)
        open_: list[Quantity] = []
        formulas: dict[str, Distribution] = {}
        labels = {each.id: each.label for each in crisis.quantities} | {RATIONALITY: "the rationality"}
        for column, link in enumerate(self.specification.links):
            if np.abs(root[:, column]).max() > 0.0:
                name = _unused(f"open_{column + 1}", known)
                known.add(name)
                what = f"what the data leave open about {labels[link.quantity]}"
                normal = Distribution(Shape.NORMAL, (Number(0.0), Number(1.0)))
                open_.append(Quantity(name, normal, what, support=note))
            else:
                open_.append(Quantity("", Distribution(Shape.VALUE, (Number(0.0),))))
        for k, link in enumerate(self.specification.links):
            index = _sum(middle[k], [(root[k, j], open_[j].id) for j in range(len(open_)) if open_[j].id])
            formulas[link.quantity] = Distribution(Shape.EQUALS, (_through(link, index),))
        for name, value in self.specification.fixed.items():
            formulas[name] = Distribution(Shape.VALUE, (Number(value),))
        quantities = [
            replace(each, distribution=formulas[each.id], support=note) if each.id in formulas else each
            for each in crisis.quantities
        ]
        rationality = crisis.rationality
        if RATIONALITY in formulas:
            rationality = formulas[RATIONALITY]
        elif self.rationality is not None:
            rationality = Distribution(Shape.VALUE, (Number(self.rationality),))
        altered = replace(
            crisis, quantities=(*(each for each in open_ if each.id), *quantities), rationality=rationality
        )
        return read_text(case_text(altered), f"{crisis.name or 'case'}.yaml")


def _root(covariance: Floats) -> Floats:
    """A lower triangular root of a covariance, which may be singular: a column of zeros where nothing is open."""
    size = len(covariance)
    root = np.zeros((size, size))
    rest = covariance.copy()
    for k in range(size):
        if rest[k, k] > 1e-14 * max(float(covariance[k, k]), 1e-300):
            root[k:, k] = rest[k:, k] / np.sqrt(rest[k, k])
            rest -= np.outer(root[:, k], root[:, k])
    return root


def _unused(name: str, known: set[str]) -> str:
    return name if name not in known else _unused(f"{name}_", known)


def _sum(constant: float, parts: Sequence[tuple[float, str]]) -> Expression:
    found: Expression = _number(constant)
    for factor, name in parts:
        if factor != 0.0:
            sign = "+" if factor > 0.0 else "-"
            found = Operation(sign, (found, Operation("*", (Number(abs(factor)), QuantityName(name)))))
    return found


def _number(value: float) -> Expression:
    return Number(value) if value >= 0.0 else Operation("neg", (Number(-value),))


def _through(link: Link, index: Expression) -> Expression:
    if link.shape == EXP:
        return Operation("exp", (index,))
    if link.shape == LOGIT_LINK:
        low, high = link.between
        below = Operation("+", (Number(1.0), Operation("exp", (Operation("neg", (index,)),))))
        return Operation("+", (_number(low), Operation("/", (Number(high - low), below))))
    return index


def plain_links(specification: Specification) -> dict[str, Any]:
    """The specification as plain values, from which `read_specification` makes the same."""
    told: dict[str, Any] = {"estimate": {link.quantity: _plain_link(link) for link in specification.links}}
    if specification.counts:
        told["observed"] = {"counts": dict(specification.counts)}
    else:
        shown: dict[str, Any] = {}
        for each in specification.shown:
            column = {"column": each.column, "is": dict(each.means)} if each.means else each.column
            if not each.stage:
                shown["ending"] = column
            else:
                stage = f"{each.stage}, round {each.round}" if each.round else each.stage
                shown.setdefault("moves", {})[stage] = column
        told["observed"] = shown
    for key in ("count", "cluster"):
        if named := getattr(specification, key):
            told[key] = named
    for key in ("bases", "fixed"):
        if table := getattr(specification, key):
            told[key] = dict(table)
    if specification.complete:
        told["complete"] = list(specification.complete)
    if specification.ridge is not None:
        told["ridge"] = specification.ridge
    restricted: dict[str, Any] = {}
    for name, known in specification.restrictions.items():
        entry: dict[str, Any] = {}
        if known.start is not None:
            entry["start"] = known.start
        if known.value is not None:
            entry["value"] = known.value
        if np.isfinite(known.low) or np.isfinite(known.high):
            entry["bounds"] = [_end(known.low), _end(known.high)]
        if known.prior is not None:
            entry["prior"] = {"normal": list(known.prior)}
        restricted[name] = entry
    return {**told, **({"coefficients": restricted} if restricted else {})}


def _end(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _plain_link(link: Link) -> dict[str, Any]:
    def told(term: Term) -> Any:
        return {"term": term.text, "coefficient": term.coefficient} if term.coefficient else term.text

    found: dict[str, Any] = {"link": link.shape, "of": [told(term) for term in link.terms]}
    return {**found, **({"between": list(link.between)} if link.shape == LOGIT_LINK else {})}
