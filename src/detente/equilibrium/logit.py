"""The logit agent quantal response equilibria of one draw, followed from rationality 0 by pseudo-arclength.

Unknowns are log-odds z against each information set's first action; a point is (z, lambda) with lambda in units of
the inverse payoff range. The path solves F = z - lambda * (Q(a) - Q(first)) = 0 from (0, 0). Each step predicts to
second order from two tangents, and corrects with one Jacobian and one LU, which gives the next tangent as well.

Source: McKelvey & Palfrey 1998 (the equilibrium), Turocy 2005 (the principal branch), Allgower & Georg 1990.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.lapack import factorise, solve_factorised
from detente.strategy.layout import Layout
from detente.strategy.sweep import State, jacobian, kernel, residual

Floats = NDArray[np.float64]

REACHED, LIMIT, UNSETTLED, STALLED, EXHAUSTED, LOST, BROKEN = range(7)


class Rules(NamedTuple):
    """How carefully the path is followed; see `Settings` for the meaning of each."""

    tolerance: float
    corrector: float
    growth: float
    smallest_step: float
    most_steps: int
    tries: int
    limit: float
    cap: float
    settled: float
    regret: float


class Work(NamedTuple):
    """Memory of the path for one thread; n log-odds and the rationality.

    here, tangent, before: the present point, its tangent, and the tangent before it, with lengths in `step`:
        step[0] the next, step[1] the last one taken.
    there, ahead: the next point and its tangent. guess, border: a prediction and the last equation of the system.
    folds [.., 2]: lambda at turning points, and at bifurcations passed. counts: steps, folds, bifurcations, tries.
    """

    here: Floats
    tangent: Floats
    before: Floats
    there: Floats
    ahead: Floats
    guess: Floats
    border: Floats
    right: Floats
    step: Floats
    matrix: Floats
    pivots: NDArray[np.int32]
    order: NDArray[np.int32]
    letters: NDArray[np.uint8]
    folds: Floats
    counts: NDArray[np.int64]
    settled: Floats


MOST_FOLDS = 256


def new_work(unknowns: int, actions: int) -> Work:
    """Zeroed memory for a path with so many unknown log-odds, in a game with so many actions."""
    n = unknowns + 1
    return Work(
        here=np.zeros(n),
        tangent=np.zeros(n),
        before=np.zeros(n),
        there=np.zeros(n),
        ahead=np.zeros(n),
        guess=np.zeros(n),
        border=np.zeros(n),
        right=np.zeros(n),
        step=np.zeros(2),
        matrix=np.zeros((n, n)),
        pivots=np.zeros(n, np.int32),
        order=np.zeros(4, np.int32),
        letters=np.array([ord("N")], np.uint8),
        folds=np.zeros((2, MOST_FOLDS)),
        counts=np.zeros(4, np.int64),
        settled=np.zeros(actions),
    )


@kernel
def _longest(values: Floats) -> float:
    longest = 0.0
    for value in values:
        longest = max(longest, abs(value))
        if np.isnan(value):
            return np.inf
    return longest


@kernel
def _normalise(vector: Floats) -> None:
    length = np.sqrt(np.dot(vector, vector))
    for i in range(len(vector)):
        vector[i] /= length


@kernel
def _correct(layout: Layout, state: State, work: Work, point: Floats, accuracy: float, most: int) -> int:
    """Newton on F = 0 within the plane through `point` with normal `work.border`, the Jacobian made once.

    Moves `point`; returns the sign of the bordered determinant, or 0 where it did not converge.
    """
    n = len(point) - 1
    residual(layout, state, point, True, work.right)
    jacobian(layout, state, point, work.matrix)
    work.matrix[:, n] = work.border
    sign = factorise(work.matrix, work.pivots, work.order)
    if sign == 0:
        return 0
    last = np.inf
    for turn in range(most):
        for i in range(n):
            work.right[i] = -work.right[i]
        work.right[n] = 0.0
        solve_factorised(work.matrix, work.pivots, work.order, work.letters, work.right)
        length = _longest(work.right)
        if not np.isfinite(length) or (turn > 0 and length > 0.5 * last and length > 10.0 * accuracy):
            return 0
        for i in range(n + 1):
            point[i] += work.right[i]
        if length <= accuracy or (turn > 0 and length * length <= accuracy * last):
            return sign
        if turn > 0 and length > 0.5 * last:
            return sign  # within ten times the accuracy and no longer falling: rounding
        last = length
        if turn + 1 < most:
            residual(layout, state, point, False, work.right)
    return 0


@kernel
def _direction(work: Work, out: Floats) -> None:
    """The unit tangent from the factors at hand, pointing forward along `work.border`."""
    out[:] = 0.0
    out[-1] = 1.0
    solve_factorised(work.matrix, work.pivots, work.order, work.letters, out)
    _normalise(out)


@kernel
def _exact_direction(layout: Layout, state: State, work: Work, point: Floats, out: Floats) -> None:
    """The unit tangent at a point of the path, from a Jacobian of its own."""
    n = len(point) - 1
    residual(layout, state, point, True, work.right)
    jacobian(layout, state, point, work.matrix)
    work.matrix[:, n] = work.border
    factorise(work.matrix, work.pivots, work.order)
    _direction(work, out)


@kernel
def _between(a: Floats, slope_a: Floats, b: Floats, slope_b: Floats, length: float, share: float, out: Floats) -> None:
    """Cubic Hermite interpolation between two points of the path; `share` runs from 0 to 1."""
    s = share
    for i in range(len(out)):
        out[i] = (
            (1 + 2 * s) * (1 - s) ** 2 * a[i]
            + s * (1 - s) ** 2 * length * slope_a[i]
            + s * s * (3 - 2 * s) * b[i]
            - s * s * (1 - s) * length * slope_b[i]
        )


@kernel
def _turning_point(layout: Layout, state: State, work: Work, rules: Rules, a: Floats, da: Floats, b: Floats, db: Floats) -> bool:
    """Moves (b, db) to the point between a and b at which lambda turns; False where it could not be pinned down."""
    n = len(a) - 1
    low, high = a.copy(), b.copy()
    d_low, d_high = da.copy(), db.copy()
    point, slope = np.zeros(n + 1), np.zeros(n + 1)
    for _ in range(60):
        length = np.sqrt(np.dot(high - low, high - low))
        share = d_low[n] / (d_low[n] - d_high[n])
        share = min(max(share, 0.02), 0.98)
        _between(low, d_low, high, d_high, length, share, point)
        work.border[:] = (1.0 - share) * d_low + share * d_high
        _normalise(work.border)
        if _correct(layout, state, work, point, 1e-10, 12) == 0:
            return False
        _exact_direction(layout, state, work, point, slope)
        if abs(slope[n]) < 1e-9 or length < 1e-9 * (1.0 + _longest(point)):
            b[:] = point
            db[:] = slope
            return True
        if slope[n] * d_low[n] > 0.0:
            low[:] = point
            d_low[:] = slope
        else:
            high[:] = point
            d_high[:] = slope
    return False


@kernel
def _land(layout: Layout, state: State, work: Work, rules: Rules, target: float, a: Floats, da: Floats, b: Floats, db: Floats) -> bool:
    """Moves `work.here` to the path's point with lambda = target between a (below) and b (at or above)."""
    n = len(a) - 1
    low, high = a.copy(), b.copy()
    d_low, d_high = da.copy(), db.copy()
    point, start = np.zeros(n + 1), np.zeros(n + 1)
    for _ in range(40):
        length = np.sqrt(np.dot(high - low, high - low))
        lower, upper = 0.0, 1.0
        for _halving in range(50):
            middle = 0.5 * (lower + upper)
            _between(low, d_low, high, d_high, length, middle, point)
            if point[n] < target:
                lower = middle
            else:
                upper = middle
        point[n] = target
        start[:] = point
        work.border[:] = 0.0
        work.border[n] = 1.0
        if _correct(layout, state, work, point, 1e-6, 12) != 0 and _longest(point - start) <= max(
            rules.tolerance, 1e-9 * target
        ):
            _correct(layout, state, work, point, 1e-13 * (1.0 + _longest(point)), 12)
            work.here[:] = point
            return True
        _between(low, d_low, high, d_high, length, 0.5, point)
        work.border[:] = 0.5 * (d_low + d_high)
        if _correct(layout, state, work, point, 1e-8, 12) == 0:
            return False
        _normalise(work.border)
        _exact_direction(layout, state, work, point, start)
        if point[n] < target:
            low[:] = point
            d_low[:] = start
        else:
            high[:] = point
            d_high[:] = start
    return False


@kernel
def _start(layout: Layout, state: State, work: Work) -> None:
    """The point lambda = 0, uniform behaviour, and the tangent there."""
    work.here[:] = 0.0
    work.border[:] = 0.0
    work.border[-1] = 1.0
    _exact_direction(layout, state, work, work.here, work.tangent)
    work.before[:] = work.tangent
    work.step[0] = 0.3
    work.step[1] = 0.0
    work.counts[1:3] = 0


@kernel
def _predict(work: Work) -> None:
    """work.guess: second-order prediction at distance work.step[0]; work.border: the tangent foreseen there."""
    h = work.step[0]
    bend = h / work.step[1] if work.step[1] > 0.0 else 0.0
    for i in range(len(work.here)):
        turn = bend * (work.tangent[i] - work.before[i])
        work.guess[i] = work.here[i] + h * (work.tangent[i] + 0.5 * turn)
        work.border[i] = work.tangent[i]


@kernel
def _try_step(layout: Layout, state: State, work: Work, rules: Rules, sign: int, careful: bool) -> int:
    """One attempt at a step into (work.there, work.ahead); sets the next length.

    Returns the determinant's sign, or 0 where the step was refused and is to be tried again, shorter.
    """
    n = len(work.here) - 1
    _predict(work)
    work.there[:] = work.guess
    h = work.step[0]
    found = 0
    if _longest(work.guess - work.here) < np.inf:
        found = _correct(layout, state, work, work.there, max(rules.corrector, 1e-14 * abs(work.guess[n])), 8)
    if found == 0:
        work.step[0] = 0.3 * h
        return 0
    error = _longest(work.there - work.guess)
    allowed = rules.tolerance
    if error > 2.0 * allowed or error > 0.5 * h:
        work.step[0] = h * max(0.1, 0.8 * min((allowed / error) ** (1.0 / 3.0), (0.25 * h / error) ** 0.5))
        return 0
    if sign != 0 and found != sign and not careful:
        work.step[0] = 0.25 * h
        return 0
    _direction(work, work.ahead)
    if np.dot(work.ahead, work.tangent) < 0.3:
        work.step[0] = 0.4 * h
        return 0
    work.step[1] = h
    work.step[0] = h * min(rules.growth, max(0.3, 0.9 * (allowed / max(error, 1e-12)) ** (1.0 / 3.0)))
    return found


@kernel
def _unrest(layout: Layout, state: State, work: Work) -> float:
    """Largest change of unknown behaviour, weighted by how likely its information set is reached, since last asked."""
    worst = 0.0
    for k in range(len(layout.unknown)):
        reach = 0.0
        for position in range(layout.position_start[k], layout.position_start[k + 1]):
            reach += np.exp(state.reach[position])
        for a in range(layout.action_start[k], layout.action_start[k + 1]):
            action = layout.action[a]
            worst = max(worst, reach * abs(state.probability[action] - work.settled[action]))
            work.settled[action] = state.probability[action]
    return worst


@kernel
def _regret(layout: Layout, state: State) -> float:
    """Largest gain of one deviation at an unknown information set, by the solver's own values."""
    worst = 0.0
    for k in range(len(layout.unknown)):
        best = -np.inf
        mean = 0.0
        for a in range(layout.action_start[k], layout.action_start[k + 1]):
            best = max(best, state.quality[a])
            mean += state.probability[layout.action[a]] * state.quality[a]
        worst = max(worst, best - mean)
    return worst


@kernel
def _advance(work: Work) -> None:
    work.before[:] = work.tangent
    work.tangent[:] = work.ahead
    work.here[:] = work.there


@kernel
def _note(work: Work, kind: int, rationality: float) -> None:
    count = work.counts[1 + kind]
    if count < work.folds.shape[1]:
        work.folds[kind, count] = rationality
    work.counts[1 + kind] = count + 1


@kernel
def _follow(layout: Layout, state: State, work: Work, rules: Rules, target: float) -> int:
    """From lambda = 0 to the first crossing of the target (or the limit, where it is infinite)."""
    n = len(work.here) - 1
    _start(layout, state, work)
    sign = 0
    refused = 0
    mark = rules.limit / 100.0
    for _ in range(rules.most_steps):
        work.counts[0] += 1
        found = _try_step(layout, state, work, rules, sign, refused >= 8)
        if found == 0:
            refused += 1
            if work.step[0] < rules.smallest_step * (1.0 + 1e-3 * work.here[n]):
                return STALLED
            continue
        if sign != 0 and found != sign:
            _note(work, 1, work.there[n])
        sign = found
        refused = 0
        crossed = work.there[n] >= target
        end, slope = work.there, work.ahead
        if work.ahead[n] * work.tangent[n] < 0.0 and work.tangent[n] != 0.0:
            fold, at_fold = work.there.copy(), work.ahead.copy()
            if _turning_point(layout, state, work, rules, work.here, work.tangent, fold, at_fold):
                if work.tangent[n] > 0.0 and fold[n] >= target:
                    crossed = True
                    end, slope = fold, at_fold
                else:
                    _note(work, 0, fold[n])
            else:
                _note(work, 0, work.there[n])
        if crossed:
            if _land(layout, state, work, rules, target, work.here, work.tangent, end, slope):
                return REACHED
            return STALLED
        _advance(work)
        if work.here[n] <= 0.0:
            return LOST
        if work.here[n] >= mark:
            residual(layout, state, work.here, False, work.right)
            calm = _unrest(layout, state, work) <= rules.settled
            if work.here[n] >= rules.limit and calm and _regret(layout, state) <= rules.regret:
                return LIMIT
            if work.here[n] >= rules.cap:
                return LIMIT if calm else UNSETTLED
            mark = 5.0 * work.here[n] if work.here[n] < rules.limit else work.here[n]
    return EXHAUSTED


@kernel
def trace(layout: Layout, state: State, work: Work, rules: Rules, target: float) -> int:
    """Follows the path of the draw that `load` left in the state; more carefully each time it gets lost.

    Leaves the last point in `work.here` and behaviour there in the state. Returns how it ended.
    """
    n = len(work.here) - 1
    work.counts[:] = 0
    if n == 0 or target == 0.0:
        work.here[:] = 0.0
        work.here[n] = min(target, rules.cap)
        residual(layout, state, work.here, False, work.right)
        return REACHED if target < np.inf else LIMIT
    ending = LOST
    for attempt in range(rules.tries):
        work.counts[3] = attempt
        care = 0.2**attempt
        closer = Rules(
            rules.tolerance * care,
            rules.corrector * care,
            1.0 + (rules.growth - 1.0) * care,
            rules.smallest_step,
            rules.most_steps,
            rules.tries,
            rules.limit,
            rules.cap,
            rules.settled,
            rules.regret,
        )
        ending = _follow(layout, state, work, closer, target)
        if ending != LOST and ending != STALLED:
            break
    if not np.isfinite(_longest(work.here)):
        return BROKEN
    residual(layout, state, work.here, False, work.right)
    return ending
