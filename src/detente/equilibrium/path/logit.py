"""The logit agent quantal response equilibria of one draw, followed from rationality 0 by pseudo-arclength.

Unknowns are log-odds z against each information set's reference action; a point is (z, lambda) with lambda in units
of the inverse payoff range. The path solves F = z - lambda * (Q(a) - Q(reference)) = 0 from (0, 0). Each step predicts
to second order from two tangents, and corrects with one Jacobian and one LU, which gives the next tangent as well.

Source: McKelvey & Palfrey 1998 (the equilibrium), Turocy 2005 (the principal branch), Allgower & Georg 1990.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.path.checkpoints import been_here, forget, go_back, keep
from detente.equilibrium.path.folds import bracket, land, turning_point
from detente.equilibrium.path.newton import Work, copy, direction, linearise
from detente.equilibrium.path.steps import (
    BIFURCATIONS,
    BRACKET_BELOW,
    FOLDS,
    LAST_LENGTH,
    NEXT,
    SIGN,
    STEPS,
    Rules,
    choose_references,
    measure,
    polish,
    predict,
    sharpen,
    try_step,
)
from detente.equilibrium.path.tuning import (
    CAREFUL,
    CORNER,
    FAR_IN,
    FIRST_STEP,
    LOOKED_AGAIN,
    LOOKED_BELOW,
    SHORTENED,
    TOLERABLE,
    TROUBLE,
)
from detente.kernels.compiled import kernel
from detente.strategy.layout import Layout
from detente.strategy.state import State
from detente.strategy.sweep import load, residual

Floats = NDArray[np.float64]

REACHED, AT_LIMIT, UNSETTLED, STALLED, EXHAUSTED, LOST, BROKEN, CIRCLING, HALTED = range(9)
STRAIGHT, TURNED, CROSSED, AGAIN, BROKEN_OFF = range(5)  # whether lambda turns in a step, and how


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
    for i in range(len(work.step)):
        work.step[i] = 0.0
    work.step[NEXT] = FIRST_STEP
    measure(work)
    for i in range(FOLDS, len(work.counts)):
        work.counts[i] = 0


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
    """Largest gain of one deviation at an unknown information set, by the solver's own values.

    Of those that have arrived, where others have not, it says nothing: it is beside larger payoffs that they have.
    """
    worst = 0.0
    for k in range(len(layout.unknown)):
        best = -np.inf
        mean = 0.0
        rises = False
        for a in range(layout.action_start[k], layout.action_start[k + 1]):
            best = max(best, state.quality[a])
            mean += state.probability[layout.action[a]] * state.quality[a]
            rises = rises or state.rate[layout.action[a]] > 0.0
        if rises:
            worst = max(worst, best - mean)
    return worst


@kernel
def _note(work: Work, kind: int, rationality: float) -> None:
    count = work.counts[kind]
    if count < work.events.shape[1]:
        work.events[kind - FOLDS, count] = rationality
    work.counts[kind] = count + 1


@kernel
def _turn(layout: Layout, state: State, work: Work, target: float) -> int:
    """Looks for the turning point between here and there: noted, unless the target is crossed before it."""
    n = len(work.here) - 1
    bracket(work)
    if not turning_point(layout, state, work) and work.step[LAST_LENGTH] > CORNER:
        return BROKEN_OFF
    fold = work.bracket[2, n]
    if work.tangent[n] > 0.0 and fold >= target:
        copy(work.here, work.bracket[0])
        copy(work.tangent, work.bracket[1])
        return CROSSED
    _note(work, FOLDS, fold)
    return AGAIN if been_here(layout, state, work, work.bracket[2]) else TURNED


@kernel
def _at_rest(layout: Layout, state: State, work: Work, rules: Rules) -> int:
    """LIMIT or UNSETTLED where the path may end at `work.here`, REACHED (0) where it has to go on."""
    n = len(work.here) - 1
    rationality = work.here[n]
    copy(work.here, work.there)
    polish(layout, state, work)
    residual(layout, state, work.here, work.right)
    calm = _unrest(layout, state, work) <= rules.settled
    regret = _regret(layout, state)
    if rationality >= rules.limit and calm and regret <= rules.regret:
        return AT_LIMIT
    if rationality >= rules.cap:
        return AT_LIMIT if calm or regret <= TOLERABLE else UNSETTLED
    return REACHED


@kernel
def _go_on(layout: Layout, state: State, work: Work) -> None:
    """Makes the next point the present one."""
    n = len(work.here) - 1
    work.step[BRACKET_BELOW] = work.here[n]
    copy(work.tangent, work.before)
    copy(work.ahead, work.tangent)
    copy(work.there, work.here)
    choose_references(layout, state, work)
    measure(work)


@kernel
def follow(layout: Layout, state: State, work: Work, rules: Rules, target: float) -> int:
    """Follows the path from `work.here` to its first crossing of the target, or to the limit for an infinite target."""
    n = len(work.here) - 1
    mark = rules.limit / LOOKED_BELOW
    refused = 0
    for _ in range(rules.most_steps):
        if work.halt[0] != 0:
            return HALTED
        work.counts[STEPS] += 1
        lands = predict(work, target)
        last = work.step[LAST_LENGTH]
        found = try_step(layout, state, work, rules, lands)
        turn = STRAIGHT
        if found != 0 and not lands and work.ahead[n] * work.tangent[n] < 0.0:
            turn = _turn(layout, state, work, target)
            if turn == BROKEN_OFF:
                # No curve joins here and there: the step ended on another part of the path, or on another branch.
                work.step[NEXT] = SHORTENED * work.step[LAST_LENGTH]
                work.step[LAST_LENGTH] = last
                found = 0
        if found == 0:
            refused += 1
            if work.step[NEXT] < rules.smallest_step:
                return STALLED
            if refused == TROUBLE:
                sharpen(layout, state, work, rules.corrector)
            continue
        refused = 0
        if turn == AGAIN:
            return CIRCLING
        if work.counts[FOLDS] > work.events.shape[1]:
            return EXHAUSTED
        if found * work.counts[SIGN] < 0:
            _note(work, BIFURCATIONS, work.there[n])
        work.counts[SIGN] = found
        if not lands:
            crosses = work.there[n] >= target if turn == STRAIGHT else turn == CROSSED
            if crosses and turn == STRAIGHT:
                bracket(work)
            if crosses:
                if not land(layout, state, work, rules.tolerance, target):
                    return STALLED
                lands = True
        if lands:
            polish(layout, state, work)
            return REACHED
        _go_on(layout, state, work)
        if work.here[n] <= 0.0:
            return LOST
        keep(layout, state, work)
        if work.here[n] >= mark:
            ending = _at_rest(layout, state, work, rules)
            if ending != REACHED:
                return ending
            mark = LOOKED_AGAIN * work.here[n] if work.here[n] < rules.limit else work.here[n]
    return EXHAUSTED


@kernel
def trace(layout: Layout, state: State, work: Work, rules: Rules, target: float, payoff: Floats, chance: Floats) -> int:
    """Follows the path of the draw with these numbers; more carefully, from a checkpoint, each time it gets lost.

    payoff [class, player] in units of the payoff range, chance [class]. Leaves the last point in `work.here` and
    behaviour there in the state. Returns how it ended.
    """
    load(layout, state, payoff, chance)
    for i in range(len(work.counts)):
        work.counts[i] = 0
    n = len(work.here) - 1
    if n == 0 or target == 0.0:
        for i in range(n):
            work.here[i] = 0.0
        work.here[n] = target if target < np.inf else rules.cap
        residual(layout, state, work.here, work.right)
        return REACHED if target < np.inf else AT_LIMIT
    ending = LOST
    forget(work)
    for attempt in range(rules.tries):
        # What goes wrong shows only later: each time the path is taken up again further back, and more carefully.
        care = CAREFUL**attempt
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
        if ending == CIRCLING:
            forget(work)  # where the path left its branch is not known: before the first turn of the circle
        if attempt == 0 or not go_back(layout, state, work, attempt - 1, care):
            _start(layout, state, work)
        ending = follow(layout, state, work, closer, target)
        if ending not in (LOST, STALLED, CIRCLING):
            break
        if ending == STALLED and work.here[n] >= FAR_IN * rules.limit:
            # Far into the limit, and at rest: it is rounding that stops the path, and more care does not help.
            residual(layout, state, work.here, work.right)
            if _regret(layout, state) <= rules.regret:
                break
    if not np.isfinite(work.here).all():
        return BROKEN
    residual(layout, state, work.here, work.right)
    return ending
