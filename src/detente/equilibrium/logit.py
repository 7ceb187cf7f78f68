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

from detente.equilibrium.newton import Work, copy, correct, direction, dot, gap, linearise, normalise, size
from detente.strategy.compiled import entry, kernel
from detente.strategy.layout import Layout
from detente.strategy.sweep import State, load, rebase, residual

Floats = NDArray[np.float64]

REACHED, LIMIT, UNSETTLED, STALLED, EXHAUSTED, LOST, BROKEN = range(7)
STEPS, FOLDS, BIFURCATIONS, SIGN = range(4)
MARGIN = 1.5  # log-odds by which another action must be likelier to become the reference
SHARPEST_TURN = 0.6  # smallest cosine between the tangents at both ends of a step
NEAR_FOLD = 0.2  # share of lambda in the tangent below which tangents are made exact
TOLERABLE = 1e-6  # regret, as a share of the payoff range, at which rounding may keep behaviour moving
PATIENCE = 8  # refusals in a row after which a change of the determinant's sign is taken for a bifurcation


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


@kernel
def _start(layout: Layout, state: State, work: Work) -> None:
    """The point lambda = 0, uniform behaviour, and the tangent there."""
    n = len(work.here) - 1
    for k in range(len(layout.unknown)):
        state.reference[k] = layout.action_start[k]
    for i in range(n + 1):
        work.here[i] = 0.0
        work.border[i] = 0.0
    work.border[n] = 1.0
    linearise(layout, state, work, work.here)
    direction(work, work.tangent)
    copy(work.tangent, work.before)
    work.step[0] = 0.3
    work.step[1] = 0.0
    for i in range(FOLDS, len(work.counts)):
        work.counts[i] = 0


@kernel
def _predict(work: Work, target: float) -> bool:
    """Sets work.guess to second order, and work.border; True where the step lands on the target.

    A landing step ends where lambda is foreseen to be the target, and keeps it there.
    """
    n = len(work.here) - 1
    h = work.step[0]
    bend = 0.5 / work.step[1] if work.step[1] > 0.0 else 0.0
    slope = work.tangent[n]
    curve = bend * (slope - work.before[n])
    lands = work.here[n] + h * slope + h * h * curve >= target
    if lands:
        low = 0.0
        for _ in range(60):
            middle = 0.5 * (low + h)
            if work.here[n] + middle * slope + middle * middle * curve >= target:
                h = middle
            else:
                low = middle
        work.step[0] = h
    for i in range(n + 1):
        curve = bend * (work.tangent[i] - work.before[i])
        work.guess[i] = work.here[i] + h * work.tangent[i] + h * h * curve
        work.border[i] = 0.0 if lands else work.tangent[i]
    if lands:
        work.guess[n] = target
        work.border[n] = 1.0
    return lands


@kernel
def _dips(work: Work) -> bool:
    """Whether the cubic through both ends of a step turns twice in between, so that two folds would be missed."""
    n = len(work.here) - 1
    start, end = work.tangent[n], work.ahead[n]
    if start * end <= 0.0:
        return False
    square = 0.0
    for i in range(n + 1):
        square += (work.there[i] - work.here[i]) ** 2
    length = np.sqrt(square)
    mean = (work.there[n] - work.here[n]) / length
    # The slope is start + 2 s (3 mean - 2 start - end) + 3 s^2 (start + end - 2 mean), s from 0 to 1.
    bend = 3.0 * (start + end - 2.0 * mean)
    turn = 3.0 * mean - 2.0 * start - end
    if bend == 0.0 or not 0.0 < -turn / bend < 1.0:
        return False
    return start * (start - turn * turn / bend) < 0.0


@kernel
def _try_step(layout: Layout, state: State, work: Work, rules: Rules, lands: bool, careful: bool) -> int:
    """One attempt at the step foreseen, into (work.there, work.ahead); sets the next length.

    Returns the determinant's sign, or 0 where the step was refused and is to be tried again, shorter.
    """
    n = len(work.here) - 1
    h = work.step[0]
    work.step[0] = 0.3 * h
    if not gap(work.guess, work.here) < np.inf:
        return 0
    copy(work.guess, work.there)
    found = correct(layout, state, work, work.there, max(rules.corrector, 1e-14 * abs(work.guess[n])))
    if found == 0:
        return 0
    error = gap(work.there, work.guess)
    if error > 2.0 * rules.tolerance or error > 0.5 * h:
        shorter = min((rules.tolerance / error) ** (1.0 / 3.0), np.sqrt(0.25 * h / error))
        work.step[0] = h * max(0.1, 0.8 * shorter)
        return 0
    if found * work.counts[SIGN] < 0 and not careful:
        return 0
    direction(work, work.ahead)
    if not lands and (abs(work.ahead[n]) < NEAR_FOLD or work.ahead[n] * work.tangent[n] < 0.0):
        copy(work.ahead, work.border)  # the factors belong to the prediction: too far away to tell which side it is
        if linearise(layout, state, work, work.there) == 0:
            return 0
        direction(work, work.ahead)
    if not lands and (dot(work.ahead, work.tangent) < SHARPEST_TURN or _dips(work)):
        work.step[0] = 0.5 * h
        return 0
    work.step[1] = h
    longer = 0.9 * (rules.tolerance / max(error, 1e-12)) ** (1.0 / 3.0)
    work.step[0] = h * min(rules.growth, max(0.3, longer))
    return found


@kernel
def _between(work: Work, share: float, out: Floats) -> None:
    """Cubic Hermite interpolation between the points of the bracket; `share` runs from 0 to 1."""
    s = share
    length = 0.0
    for i in range(len(out)):
        length += (work.bracket[2, i] - work.bracket[0, i]) ** 2
    length = np.sqrt(length)
    for i in range(len(out)):
        out[i] = (
            (1 + 2 * s) * (1 - s) ** 2 * work.bracket[0, i]
            + s * (1 - s) ** 2 * length * work.bracket[1, i]
            + s * s * (3 - 2 * s) * work.bracket[2, i]
            - s * s * (1 - s) * length * work.bracket[3, i]
        )


@kernel
def _turning_point(layout: Layout, state: State, work: Work) -> bool:
    """Narrows the bracket until its upper end is where lambda turns; False where it could not be pinned down."""
    n = len(work.here) - 1
    point, slope = np.zeros(n + 1), np.zeros(n + 1)
    for _ in range(60):
        low, high = work.bracket[1, n], work.bracket[3, n]
        share = min(max(low / (low - high), 0.02), 0.98)
        _between(work, share, point)
        for i in range(n + 1):
            work.border[i] = (1.0 - share) * work.bracket[1, i] + share * work.bracket[3, i]
        normalise(work.border)
        if correct(layout, state, work, point, 1e-10) == 0 or linearise(layout, state, work, point) == 0:
            return False
        direction(work, slope)
        side = 0 if slope[n] * low > 0.0 else 2
        length = gap(work.bracket[0], work.bracket[2])
        if abs(slope[n]) < 1e-9 or length < 1e-9 * (1.0 + size(point)):
            side = 2
        copy(point, work.bracket[side])
        copy(slope, work.bracket[side + 1])
        if side == 2 and (abs(slope[n]) < 1e-9 or length < 1e-9 * (1.0 + size(point))):
            return True
    return False


@kernel
def _land(layout: Layout, state: State, work: Work, rules: Rules, target: float) -> bool:
    """Moves `work.there` to the path's point at lambda = target within the bracket (below it, then at or above)."""
    n = len(work.here) - 1
    point = np.zeros(n + 1)
    for _ in range(40):
        lower, upper = 0.0, 1.0
        for _halving in range(50):
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
        if correct(layout, state, work, work.there, 1e-6) != 0 and gap(point, work.there) <= rules.tolerance:
            return True
        _between(work, 0.5, point)
        for i in range(n + 1):
            work.border[i] = work.bracket[1, i] + work.bracket[3, i]
        normalise(work.border)
        if correct(layout, state, work, point, 1e-8) == 0:
            return False
        side = 0 if point[n] < target else 2
        copy(point, work.bracket[side])
        direction(work, work.bracket[side + 1])
    return False


@kernel
def _polish(layout: Layout, state: State, work: Work) -> None:
    """Takes `work.there` to rounding at its lambda, as the path's answer; what does not converge stays as it is."""
    n = len(work.here) - 1
    for i in range(n):
        work.border[i] = 0.0
    work.border[n] = 1.0
    copy(work.there, work.here)
    for _ in range(2):
        if correct(layout, state, work, work.there, 1e-14 * (1.0 + size(work.there))) == 0:
            break
    if gap(work.there, work.here) < 1e-3:
        copy(work.there, work.here)


@kernel
def _unrest(layout: Layout, state: State, work: Work) -> float:
    """Largest change of unknown behaviour, weighted by how likely its information set is reached, since last asked."""
    worst = 0.0
    for k in range(len(layout.unknown)):
        reach = 0.0
        for position in range(layout.position_start[k], layout.position_start[k + 1]):
            reach += float(np.exp(state.reach[position]))
        for a in range(layout.action_start[k], layout.action_start[k + 1]):
            action = layout.action[a]
            change = abs(float(state.probability[action] - work.settled[action]))
            worst = max(worst, reach * change)
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
def _note(work: Work, kind: int, rationality: float) -> None:
    count = work.counts[kind]
    if count < work.events.shape[1]:
        work.events[kind - FOLDS, count] = rationality
    work.counts[kind] = count + 1


@kernel
def _fold_crosses(layout: Layout, state: State, work: Work, target: float) -> bool:
    """Notes the turning point between here and there; True where the target is crossed before it."""
    n = len(work.here) - 1
    copy(work.here, work.bracket[0])
    copy(work.tangent, work.bracket[1])
    copy(work.there, work.bracket[2])
    copy(work.ahead, work.bracket[3])
    _turning_point(layout, state, work)
    fold = work.bracket[2, n]
    if work.tangent[n] > 0.0 and fold >= target:
        copy(work.here, work.bracket[0])
        copy(work.tangent, work.bracket[1])
        return True
    _note(work, FOLDS, fold)
    return False


@kernel
def _at_rest(layout: Layout, state: State, work: Work, rules: Rules, mark: float) -> int:
    """LIMIT or UNSETTLED where the path may end at `work.here`, REACHED (0) where it has to go on."""
    n = len(work.here) - 1
    rationality = work.here[n]
    residual(layout, state, work.here, work.right)
    calm = _unrest(layout, state, work) <= rules.settled
    regret = _regret(layout, state)
    if rationality >= rules.limit and calm and regret <= rules.regret:
        return LIMIT
    if rationality >= rules.cap:
        return LIMIT if calm or regret <= TOLERABLE else UNSETTLED
    return REACHED


@kernel
def _choose_references(layout: Layout, state: State, work: Work) -> None:
    """Counts log-odds against a likely action wherever there are three or more; step lengths keep their meaning."""
    changed = False
    for k in range(len(layout.unknown)):
        start, end = layout.action_start[k], layout.action_start[k + 1]
        if end - start < 3:
            continue
        best, top = state.reference[k], MARGIN
        column = start - k
        for a in range(start, end):
            if a != state.reference[k]:
                if work.here[column] > top:
                    best, top = a, work.here[column]
                column += 1
        if best != state.reference[k]:
            changed = True
            rebase(layout, state, k, best, work.here)
            rebase(layout, state, k, best, work.tangent)
            rebase(layout, state, k, best, work.before)
            state.reference[k] = best
    if changed:
        length = np.sqrt(dot(work.tangent, work.tangent))
        for i in range(len(work.here)):
            work.tangent[i] /= length
            work.before[i] /= length
        work.step[0] *= length
        work.step[1] *= length


@kernel
def follow(layout: Layout, state: State, work: Work, rules: Rules, target: float) -> int:
    """From lambda = 0 to the first crossing of the target (or the limit, where it is infinite)."""
    n = len(work.here) - 1
    _start(layout, state, work)
    refused = 0
    mark = rules.limit / 100.0
    for _ in range(rules.most_steps):
        work.counts[STEPS] += 1
        lands = _predict(work, target)
        found = _try_step(layout, state, work, rules, lands, refused >= PATIENCE)
        if found == 0:
            refused += 1
            if work.step[0] < rules.smallest_step * (1.0 + 1e-3 * work.here[n]):
                return STALLED
            continue
        if found * work.counts[SIGN] < 0:
            _note(work, BIFURCATIONS, work.there[n])
        work.counts[SIGN] = found
        refused = 0
        if not lands:
            crosses = work.there[n] >= target
            if work.ahead[n] * work.tangent[n] < 0.0:
                crosses = _fold_crosses(layout, state, work, target)
            elif crosses:
                copy(work.here, work.bracket[0])
                copy(work.tangent, work.bracket[1])
                copy(work.there, work.bracket[2])
                copy(work.ahead, work.bracket[3])
            if crosses:
                if not _land(layout, state, work, rules, target):
                    return STALLED
                lands = True
        if lands:
            _polish(layout, state, work)
            return REACHED
        copy(work.tangent, work.before)
        copy(work.ahead, work.tangent)
        copy(work.there, work.here)
        if work.here[n] <= 0.0:
            return LOST
        _choose_references(layout, state, work)
        if work.here[n] >= mark:
            ending = _at_rest(layout, state, work, rules, mark)
            if ending != REACHED:
                return ending
            mark = 5.0 * work.here[n] if work.here[n] < rules.limit else work.here[n]
    return EXHAUSTED


@entry
def trace(layout: Layout, state: State, work: Work, rules: Rules, target: float, payoff: Floats, chance: Floats) -> int:
    """Follows the path of the draw with these numbers; more carefully each time it gets lost.

    payoff [class, player] in units of the payoff range, chance [class]. Leaves the last point in `work.here` and
    behaviour there in the state. Returns how it ended. One call does it all: handing the records over to compiled
    code takes as long as a dozen steps of a small game.
    """
    load(layout, state, payoff, chance)
    for i in range(len(work.counts)):
        work.counts[i] = 0
    n = len(work.here) - 1
    if n == 0 or target == 0.0:
        for i in range(n):
            work.here[i] = 0.0
        work.here[n] = min(target, rules.cap)
        residual(layout, state, work.here, work.right)
        return REACHED if target < np.inf else LIMIT
    ending = LOST
    care = 1.0
    for _ in range(rules.tries):
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
        ending = follow(layout, state, work, closer, target)
        if ending not in (LOST, STALLED):
            break
        care *= 0.2
    if not np.isfinite(work.here).all():
        return BROKEN
    residual(layout, state, work.here, work.right)
    return ending
