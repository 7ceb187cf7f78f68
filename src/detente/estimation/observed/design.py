"""The way from coefficients to the quantities of every episode, and back: links, distinct rows, derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.case.spelling.suggest import did_you_mean
from detente.errors import CaseError, Problem
from detente.estimation.observed.episodes import Episodes
from detente.estimation.observed.specification import EXP, LOGIT_LINK, Link, Restriction, Specification
from detente.estimation.observed.terms import Columns, term_columns

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CONSTANT = "constant"


@dataclass(frozen=True, eq=False)
class QuantityDesign:
    """One quantity: x [row, term], and for each term the number of its coefficient."""

    link: Link
    x: Floats
    coefficient: Ints

    def index(self, theta: Floats) -> Floats:
        """[row]: the linear index, x times coefficients."""
        return self.x @ theta[self.coefficient]

    def value(self, index: Floats) -> Floats:
        """[row]: the quantity at a linear index."""
        if self.link.shape == EXP:
            with np.errstate(over="ignore"):
                return np.exp(index)
        if self.link.shape == LOGIT_LINK:
            low, high = self.link.between
            return low + (high - low) * _logistic(index)
        return index

    def slopes(self, index: Floats) -> tuple[Floats, Floats]:
        """[row]: first and second derivative of the quantity by its linear index."""
        if self.link.shape == EXP:
            with np.errstate(over="ignore"):
                found = np.exp(index)
            return found, found
        if self.link.shape == LOGIT_LINK:
            low, high = self.link.between
            share = _logistic(index)
            first = (high - low) * share * (1.0 - share)
            return first, first * (1.0 - 2.0 * share)
        return np.ones_like(index), np.zeros_like(index)

    def room(self, value: Floats) -> Floats:
        """[row]: distance of the quantity to the nearest end of what its link allows."""
        if self.link.shape == EXP:
            return value
        if self.link.shape == LOGIT_LINK:
            low, high = self.link.between
            return np.minimum(value - low, high - value)
        return np.full_like(value, np.inf)

    def inverse(self, value: float) -> float:
        """The linear index at which the quantity has a value; as near as the link comes to it."""
        if self.link.shape == EXP:
            return float(np.log(max(value, 1e-3)))
        if self.link.shape == LOGIT_LINK:
            low, high = self.link.between
            share = min(max((value - low) / (high - low), 0.01), 0.99)
            return float(np.log(share / (1.0 - share)))
        return value


def _logistic(index: Floats) -> Floats:
    return 0.5 * (1.0 + np.tanh(0.5 * index))


@dataclass(frozen=True, eq=False)
class LinkDesign:
    """The links of a specification over the distinct rows of covariates.

    coefficients: names, in order. restrictions: of each. parts: one a linked quantity. row [episode]: which distinct
    row is the episode's. scale [coefficient]: what a unit of it moves its index by, root mean square over episodes.
    """

    coefficients: tuple[str, ...]
    restrictions: tuple[Restriction, ...]
    parts: tuple[QuantityDesign, ...]
    row: Ints
    scale: Floats

    @property
    def quantities(self) -> tuple[str, ...]:
        """Linked quantities, in order."""
        return tuple(part.link.quantity for part in self.parts)

    @property
    def rows(self) -> int:
        """Number of distinct rows of covariates."""
        return len(self.parts[0].x)

    def indices(self, theta: Floats) -> Floats:
        """[row, quantity]: linear indices."""
        return np.stack([part.index(theta) for part in self.parts], axis=1)

    def values(self, theta: Floats) -> Floats:
        """[row, quantity]: the quantities."""
        return np.stack([part.value(part.index(theta)) for part in self.parts], axis=1)

    def pulled(self, theta: Floats, by: Floats, row: Ints) -> Floats:
        """[entry, coefficient]: derivatives by coefficients from those by quantities, by [entry, quantity]."""
        out = np.zeros((len(by), len(self.coefficients)))
        for k, part in enumerate(self.parts):
            first, _ = part.slopes(part.index(theta))
            share = (by[:, k] * first[row])[:, None] * part.x[row]
            np.add.at(out.T, part.coefficient, share.T)
        return out

    def gradient(self, theta: Floats, by: Floats) -> Floats:
        """[coefficient]: derivatives by coefficients from those by the quantities of each row, by [row, quantity]."""
        out = np.zeros(len(self.coefficients))
        for k, part in enumerate(self.parts):
            first, _ = part.slopes(part.index(theta))
            np.add.at(out, part.coefficient, part.x.T @ (by[:, k] * first))
        return out

    def curvature(self, theta: Floats, by: Floats, twice: Floats) -> Floats:
        """[coefficient, coefficient]: second derivatives, from first [row, q] and second ones [row, q, q]."""
        out = np.zeros((len(self.coefficients), len(self.coefficients)))
        slopes = [part.slopes(part.index(theta)) for part in self.parts]
        for k, part in enumerate(self.parts):
            for m, other in enumerate(self.parts):
                weight = twice[:, k, m] * slopes[k][0] * slopes[m][0]
                if k == m:
                    weight = weight + by[:, k] * slopes[k][1]
                block = part.x.T @ (weight[:, None] * other.x)
                np.add.at(out, (part.coefficient[:, None], other.coefficient[None, :]), block)
        return out

    def start(self, at: dict[str, float]) -> Floats:
        """[coefficient]: where every quantity has the value in `at` whatever its covariates, as far as constants go."""
        theta = np.zeros(len(self.coefficients))
        for part in self.parts:
            constants = np.flatnonzero((part.x == 1.0).all(axis=0))
            if len(constants):
                theta[part.coefficient[constants[0]]] = part.inverse(at.get(part.link.quantity, 0.0))
        for number, known in enumerate(self.restrictions):
            if known.start is not None:
                theta[number] = known.start
            if known.value is not None:
                theta[number] = known.value
            theta[number] = min(max(theta[number], known.low), known.high)
        return theta


def make_design(specification: Specification, episodes: Episodes) -> LinkDesign:
    """The design of some episodes. Raises CaseError for a term without a value, or a coefficient that is none."""
    names: dict[str, int] = {}
    parts: list[tuple[Link, Floats, Ints]] = []
    problems: list[Problem] = []
    for link in specification.links:
        columns: list[Floats] = []
        numbers: list[int] = []
        for term in link.terms:
            for name, x in term_columns(term, episodes.columns, episodes.number):
                problems += _without_value(term.text, x, episodes, term.place)
                known = term.coefficient or f"{link.quantity}: {name}"
                numbers.append(names.setdefault(known, len(names)))
                columns.append(x)
        parts.append((link, np.stack(columns, axis=1), np.array(numbers, np.int64)))
    for name, restriction in specification.restrictions.items():
        if name not in names:
            what = f"there is no coefficient `{name}`"
            problems.append(Problem(what, did_you_mean(name, names, "coefficients"), restriction.place))
    if problems:
        raise CaseError(problems)
    every = np.concatenate([x for _, x, _ in parts], axis=1)
    _, first, row = np.unique(every, axis=0, return_index=True, return_inverse=True)
    square = np.zeros(len(names))
    for _, x, coefficient in parts:
        np.maximum.at(square, coefficient, (x**2).mean(axis=0))
    return LinkDesign(
        tuple(names),
        tuple(specification.restrictions.get(name, Restriction()) for name in names),
        tuple(QuantityDesign(link, x[first], coefficient) for link, x, coefficient in parts),
        np.asarray(row, np.int64).reshape(-1),
        np.sqrt(np.where(square > 0.0, square, 1.0)),
    )


def make_rows(specification: Specification, columns: Columns, count: int, design: LinkDesign) -> LinkDesign:
    """The design with its links over other covariates, each row by itself."""
    parts: list[QuantityDesign] = []
    for part in design.parts:
        x = [each for term in part.link.terms for _, each in term_columns(term, columns, count)]
        parts.append(QuantityDesign(part.link, np.stack(x, axis=1), part.coefficient))
    return LinkDesign(design.coefficients, design.restrictions, tuple(parts), np.arange(count), design.scale)


def _without_value(text: str, x: Floats, episodes: Episodes, place: object) -> list[Problem]:
    bad = np.flatnonzero(~np.isfinite(x))
    if not len(bad):
        return []
    row = int(episodes.row[bad[0]]) + 1
    more = f", and in {len(bad) - 1:,} more" if len(bad) > 1 else ""
    remedy = "a logarithm or root of a negative number, or a division by zero, has none"
    what = f"the term `{text}` has no value in row {row}{more} of {episodes.file}"
    return [Problem(what, remedy, place)]  # pyright: ignore[reportArgumentType]
