"""The maximum of a likelihood, and whether it is one: several maxima, flat directions, coefficients that run away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from detente.estimation.fitting.climbing import FINE, Climb, climb
from detente.estimation.fitting.likelihood import Likelihood, LikelihoodPoint

Floats = NDArray[np.float64]

SAME_VALUE, SAME_PLACE = 1e-5, 1e-2
"""Two climbs met the same maximum where log-likelihoods and, in units of the scales, coefficients differ by no more."""

FAR = 50.0
"""A linear index further from zero than this, or an error larger than this, in units in which a logit errs by 1.8:
nothing within the data can hold a coefficient there."""

FEW, PART = 2_000, 500
"""Above so many distinct rows with unknown play, every climb begins on a random part of the rows."""


class MaximumState(Enum):
    """The verdict on a maximum; the value is a sentence for the user."""

    MAXIMUM = "The likelihood has a maximum here: its gradient vanishes and it curves down in every direction."
    FLAT = "The likelihood is flat here in some direction: the data do not tell these coefficients apart."
    RUNAWAY = (
        "The likelihood has no maximum: it goes on rising as coefficients run away, which no number of theirs can show."
    )
    UNFINISHED = "The climb ended before the gradient vanished: this is no maximum yet."
    NOWHERE = "At no start could the likelihood be computed: something that was seen is impossible there."


@dataclass(frozen=True, eq=False)
class Maximum:
    """The best of several climbs.

    point: afresh, on the principal branch. information [free, free], free [coefficient]: coefficients that are
    estimated and stand at no bound. climbs: one a start. distinct: climbs that ended at different maxima, best first.
    toward: names of the coefficients along which it is flat or runs away. stepped: rows at which the climb had left
    the principal branch. condition: of the information, in units of the scales.
    """

    state: MaximumState
    point: LikelihoodPoint
    free: NDArray[np.bool_]
    information: Floats
    climbs: tuple[Climb, ...]
    distinct: tuple[Climb, ...]
    toward: tuple[str, ...]
    stepped: NDArray[np.int64]
    condition: float


def starts_of(likelihood: Likelihood, first: Floats, count: int, seed: int) -> list[Floats]:
    """The first start as it is, the others at random about it, about a unit of log-odds away in every term."""
    rng = np.random.default_rng(seed)
    design = likelihood.design
    found = [first]
    for _ in range(count - 1):
        away = rng.normal(size=len(first)) / (likelihood.unit * design.scale)
        moved = first + away
        for number, known in enumerate(design.restrictions):
            if known.value is not None:
                moved[number] = known.value
            moved[number] = min(max(moved[number], known.low), known.high)
        found.append(moved)
    return found


def find_maximum(
    likelihood: Likelihood,
    starts: Sequence[Floats],
    *,
    unknowns: int,
    seed: int = 0,
    done: Sequence[Climb] = (),
    kept: Callable[[Climb], None] | None = None,
) -> Maximum:
    """Climbs from every start and judges the best end. done: climbs of the first starts, taken up as they are."""
    climbs = list(done)
    part = likelihood.thinned(PART, seed) if unknowns and likelihood.design.rows > FEW else None
    met: list[tuple[Floats, Climb]] = []
    for start in starts[len(climbs) :]:
        if part is None:
            found = climb(likelihood, start)
        else:
            rough = climb(part, start)
            known = next((each for end, each in met if _near(likelihood, end, rough.theta)), None)
            found = known or climb(likelihood, rough.theta, close=True)
            met.append((rough.theta, found))
        found = Climb(start, found.theta, found.value, found.log_likelihood, found.steepness, found.iterations)
        climbs.append(found)
        if kept is not None:
            kept(found)
    return judge(likelihood, climbs)


def _near(likelihood: Likelihood, one: Floats, other: Floats) -> bool:
    return bool(np.abs((one - other) * likelihood.design.scale).max() <= SAME_PLACE)


def judge(likelihood: Likelihood, climbs: Sequence[Climb]) -> Maximum:
    """Judges the climbs: the best afresh on the principal branch, and whether it is a maximum."""
    order = sorted(climbs, key=lambda each: -each.value if np.isfinite(each.value) else np.inf)
    distinct: list[Climb] = []
    for each in order:
        if np.isfinite(each.value) and not any(
            abs(each.value - other.value) <= SAME_VALUE and _near(likelihood, each.theta, other.theta)
            for other in distinct
        ):
            distinct.append(each)
    best = order[0]
    point, stepped = likelihood.at(best.theta), np.zeros(0, np.int64)
    if np.isfinite(point.value) and abs(point.value - best.value) > 1e-6 * max(1.0, abs(best.value)):
        best, point, stepped = _back_to_the_branch(likelihood, best, point)
    free = _free(likelihood, point)
    size = int(free.sum())
    if not np.isfinite(point.value):
        return Maximum(
            MaximumState.NOWHERE, point, free, np.zeros((size, size)), tuple(climbs), (), (), stepped, np.inf
        )
    information = likelihood.information(point)[np.ix_(free, free)]
    state, toward, condition = _verdict(likelihood, best, point, free, information)
    return Maximum(state, point, free, information, tuple(climbs), tuple(distinct), toward, stepped, condition)


def _back_to_the_branch(
    likelihood: Likelihood, best: Climb, point: LikelihoodPoint
) -> tuple[Climb, LikelihoodPoint, NDArray[np.int64]]:
    """The climb went on by continuation and left the principal branch: from where it ended, it is begun afresh."""
    followed = likelihood.at(best.theta)
    again = climb(likelihood, best.theta, close=True)
    there = likelihood.at(again.theta)
    carried = likelihood.at(again.theta, followed.evaluated.state)
    apart = np.abs(there.evaluated.log_probability - carried.evaluated.log_probability) > 1e-6
    rows = np.unique(likelihood.cells.row[apart])
    if np.isfinite(there.value) and there.value >= point.value:
        return again, there, rows
    return best, point, rows


def _free(likelihood: Likelihood, point: LikelihoodPoint) -> NDArray[np.bool_]:
    free = [
        known.value is None
        and not (point.theta[k] <= known.low and point.gradient[k] < 0.0)
        and not (point.theta[k] >= known.high and point.gradient[k] > 0.0)
        for k, known in enumerate(likelihood.design.restrictions)
    ]
    return np.array(free, bool)


def _verdict(
    likelihood: Likelihood, best: Climb, point: LikelihoodPoint, free: NDArray[np.bool_], information: Floats
) -> tuple[MaximumState, tuple[str, ...], float]:
    design = likelihood.design
    names = [name for name, some in zip(design.coefficients, free, strict=True) if some]
    if not names:
        return MaximumState.MAXIMUM, (), 1.0
    scale = design.scale[free]
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    condition = float(values[-1] / values[0]) if values[0] > 0.0 else np.inf
    far = np.abs(point.theta[free] * scale) * likelihood.unit > FAR
    loose = values * FAR**2 < likelihood.unit**2
    if not loose.any() and (best.arrived or best.steepness < 1e4 * FINE):
        return MaximumState.MAXIMUM, (), condition
    weakest = vectors[:, 0] if loose.any() else np.where(far, 1.0, 0.0)
    toward = tuple(name for name, part in zip(names, weakest, strict=True) if abs(part) > 0.1 * np.abs(weakest).max())
    if loose.any():
        rises = [_rises(likelihood, point, free, sign * vectors[:, 0] / scale) for sign in (1.0, -1.0)]
        if all(rises) and not far.any():
            return MaximumState.FLAT, toward, condition
        if any(rises) or far.any():
            return MaximumState.RUNAWAY, toward, condition
        if best.arrived and values[0] > 0.0:
            return MaximumState.MAXIMUM, (), condition
    elif far.any():
        return MaximumState.RUNAWAY, toward, condition
    return MaximumState.UNFINISHED, toward, condition


def _rises(likelihood: Likelihood, point: LikelihoodPoint, free: NDArray[np.bool_], direction: Floats) -> bool:
    """True where the likelihood falls nowhere, by more than a thousandth, far along a direction."""
    for distance in (1.0, 5.0, 20.0):
        theta = point.theta.copy()
        theta[free] += distance * direction / likelihood.unit
        value = likelihood.at(theta, slopes=False).value
        if np.isfinite(value) and value < point.value - 1e-3:
            return False
    return True
