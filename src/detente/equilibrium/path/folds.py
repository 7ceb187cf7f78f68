"""Points between two points of the path: turning points of lambda, and the point at a given rationality."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.path.newton import Work, copy, correct, direction, linearise, size
from detente.equilibrium.path.steps import along, distance, error, unit
from detente.equilibrium.path.tuning import (
    EXACT_FACTORS,
    FLAT_BRACKET,
    FLAT_FOLD,
    FOLD_ACCURACY,
    FOLD_ROUNDS,
    FOLD_SHARE,
    HALFWAY,
    LANDED,
    LANDING_HALVINGS,
    LANDING_ROUNDS,
    NEAREST,
    QUICK,
    SAFE,
)
from detente.kernels.compiled import kernel
from detente.strategy.layout import Layout
from detente.strategy.state import State

Floats = NDArray[np.float64]


@kernel
def bracket(work: Work) -> None:
    """Looks between here and there from now on."""
    copy(work.here, work.bracket[0])
    copy(work.tangent, work.bracket[1])
    copy(work.there, work.bracket[2])
    copy(work.ahead, work.bracket[3])


@kernel
def _between(work: Work, share: float, out: Floats) -> None:
    """Cubic Hermite interpolation between the points of the bracket; `share` runs from 0 to 1."""
    s = share
    length = distance(work, work.bracket[2], work.bracket[0])
    for i in range(len(out)):
        out[i] = (
            (1 + 2 * s) * (1 - s) ** 2 * work.bracket[0, i]
            + s * (1 - s) ** 2 * length * work.bracket[1, i]
            + s * s * (3 - 2 * s) * work.bracket[2, i]
            - s * s * (1 - s) * length * work.bracket[3, i]
        )


@kernel
def _across(work: Work, share: float, scratch: Floats) -> None:
    """Sets work.border across the bracket."""
    for i in range(len(scratch)):
        scratch[i] = (1.0 - share) * work.bracket[1, i] + share * work.bracket[3, i]
    along(work, scratch)


@kernel
def _flattest(work: Work, nearest: float) -> float:
    """Place at which the cubic through the bracket turns in lambda, as a share of its length; `nearest` to its ends at
    most.
    """
    n = len(work.here) - 1
    start, end = work.bracket[1, n], work.bracket[3, n]
    mean = (work.bracket[2, n] - work.bracket[0, n]) / distance(work, work.bracket[2], work.bracket[0])
    # The slope is start + turn s + bend s^2, s from 0 to 1, and changes its sign in between.
    bend, turn = 3.0 * (start + end - 2.0 * mean), 2.0 * (3.0 * mean - 2.0 * start - end)
    root = np.sqrt(max(turn * turn - 4.0 * bend * start, 0.0))
    half = -0.5 * (turn + root) if turn > 0.0 else -0.5 * (turn - root)
    share = start / half if half != 0.0 else -1.0
    if not 0.0 <= share <= 1.0:
        share = half / bend if bend != 0.0 else -1.0
    if not 0.0 <= share <= 1.0:
        share = start / (start - end)
    return min(max(share, nearest), 1.0 - nearest)


@kernel
def turning_point(layout: Layout, state: State, work: Work) -> bool:
    """Narrows the bracket until its upper end is where lambda turns; False where it could not be pinned down."""
    n = len(work.here) - 1
    point, slope = np.zeros(n + 1), np.zeros(n + 1)
    accuracy = max(FOLD_ACCURACY, FOLD_SHARE * abs(work.here[n]))
    for turn in range(FOLD_ROUNDS):
        low, high = work.bracket[1, n], work.bracket[3, n]
        share = _flattest(work, NEAREST if turn < QUICK else SAFE)
        _across(work, share, slope)
        _between(work, share, point)
        copy(point, work.guess)
        if correct(layout, state, work, point, accuracy, np.inf) == 0:
            return False
        if error(work, point, work.guess) > EXACT_FACTORS and linearise(layout, state, work, point) == 0:
            return False
        direction(work, slope)
        unit(work, slope)
        side = 0 if slope[n] * low > 0.0 else 2
        length = error(work, work.bracket[0], work.bracket[2])
        # Where lambda turns it is flat: what is missing of it is the square of the slope over twice the bend.
        missing = slope[n] * slope[n] * distance(work, work.bracket[0], work.bracket[2]) / (2.0 * abs(high - low))
        flat = missing < FLAT_FOLD * accuracy or length < FLAT_BRACKET * (1.0 + size(point))
        if flat:
            side = 2
        copy(point, work.bracket[side])
        copy(slope, work.bracket[side + 1])
        if flat:
            return True
    return False


@kernel
def land(layout: Layout, state: State, work: Work, tolerance: float, target: float) -> bool:
    """Moves `work.there` to the path's point at lambda = target within the bracket (below it, then at or above)."""
    n = len(work.here) - 1
    point, slope = np.zeros(n + 1), np.zeros(n + 1)
    for _ in range(LANDING_ROUNDS):
        lower, upper = 0.0, 1.0
        for _halving in range(LANDING_HALVINGS):
            middle = 0.5 * (lower + upper)
            _between(work, middle, point)
            if point[n] < target:
                lower = middle
            else:
                upper = middle
        point[n] = target
        copy(point, work.there)
        for i in range(n + 1):
            work.border[i] = 0.0
        work.border[n] = 1.0
        if (
            correct(layout, state, work, work.there, LANDED, np.inf) != 0
            and error(work, point, work.there) <= tolerance
        ):
            return True
        _across(work, 0.5, slope)
        _between(work, 0.5, point)
        if correct(layout, state, work, point, HALFWAY, np.inf) == 0:
            return False
        side = 0 if point[n] < target else 2
        copy(point, work.bracket[side])
        direction(work, work.bracket[side + 1])
        unit(work, work.bracket[side + 1])
    return False
