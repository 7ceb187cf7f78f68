"""One step along the path: its measure of length, its prediction, its correction, and whether it is to be trusted.

Length is measured in log-odds, those beyond `LIKELY` in proportion to their size: what an action of log-odds -10,000
gains or loses moves play only through beliefs, and rounding moves it by more, the further the path has come. lambda
is measured likewise.

Two predictions compete, and each step takes the one that was closer at the step before: a parabola in the length of
the path, from two tangents, which follows bends; and a + b lambda + c log(lambda), from the same, which is what
log-odds come to in the end: those of worse actions grow with lambda, those of mixed ones settle, and those of actions
that vanish slowly fall with its logarithm.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.path.newton import Work, copy, correct, direction, linearise
from detente.equilibrium.path.tuning import (
    BARELY_SHORTENED,
    CAUTION,
    CLOSE,
    DOUBT_ENDS,
    EXACT_FROM,
    FINER,
    FIRM,
    FORESEEN_HALVINGS,
    GROWING_CAUTION,
    LEAST_ERROR,
    LIKELY,
    MARGIN,
    NARROW_STEP,
    NEAR_FOLD,
    NO_FURTHER,
    OFF_HALF,
    OFF_QUARTER,
    OFF_TWICE,
    PATIENCE,
    POLISHED,
    SETTLES,
    SHARP,
    SHARP_SHARE,
    SHARPEST_TURN,
    SHORTENED,
    SHORTEST_STEP,
    STEEP,
    STRAIGHT_ENOUGH,
)
from detente.kernels.compiled import kernel
from detente.strategy.layout import Layout
from detente.strategy.state import State
from detente.strategy.sweep import rebase

Floats = NDArray[np.float64]

STEPS, FOLDS, BIFURCATIONS, SIGN, SUSPECT, GROWING, RISING = range(7)
NEXT, LAST_LENGTH, BRACKET_BELOW, SETTLING, DOUBTED = range(5)


class Rules(NamedTuple):
    """Rules of following a path; `Settings` says the meaning of each."""

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
def distance(work: Work, a: Floats, b: Floats) -> float:
    """Length of the straight line between two points."""
    total = 0.0
    for i in range(len(a)):
        total += (work.weight[i] * (a[i] - b[i])) ** 2
    return float(np.sqrt(total))


@kernel
def error(work: Work, a: Floats, b: Floats) -> float:
    """Largest difference of two points; infinite where one of them is not a number."""
    longest = 0.0
    for i in range(len(a)):
        difference = work.weight[i] * abs(a[i] - b[i])
        if not difference < np.inf:
            return np.inf
        longest = max(longest, difference)
    return longest


@kernel
def unit(work: Work, vector: Floats) -> float:
    """Scales a vector to length one; returns what its length was."""
    total = 0.0
    for i in range(len(vector)):
        total += (work.weight[i] * vector[i]) ** 2
    length = np.sqrt(total)
    for i in range(len(vector)):
        vector[i] /= length
    return float(length)


@kernel
def along(work: Work, tangent: Floats) -> None:
    """Sets work.border to the normal of the plane across a tangent."""
    for i in range(len(tangent)):
        work.border[i] = work.weight[i] * work.weight[i] * tangent[i]


@kernel
def cosine(work: Work, a: Floats, b: Floats) -> float:
    """Cosine of the angle between two vectors of length one."""
    total = 0.0
    for i in range(len(a)):
        total += work.weight[i] * work.weight[i] * a[i] * b[i]
    return total


@kernel
def weigh(work: Work) -> None:
    """Sets what a difference in each variable counts for, seen from `work.here`."""
    for i in range(len(work.here)):
        work.weight[i] = 1.0 / (1.0 + abs(work.here[i]) / LIKELY)


@kernel
def measure(work: Work) -> None:
    """Measures length from `work.here`: new weights, and tangents and step lengths in them."""
    weigh(work)
    length = unit(work, work.tangent)
    unit(work, work.before)
    work.step[NEXT] *= length
    work.step[LAST_LENGTH] *= length
    work.step[DOUBTED] *= length


@kernel
def likelier(layout: Layout, state: State, k: int, odds: Floats) -> int:
    """The action that the log-odds of the k-th unknown had best be counted against; with two actions the present."""
    start, end = layout.action_start[k], layout.action_start[k + 1]
    best, top = state.reference[k], MARGIN
    if end - start < 3:
        return best
    column = start - k
    for a in range(start, end):
        if a != state.reference[k]:
            if odds[column] > top:
                best, top = a, odds[column]
            column += 1
    return best


@kernel
def choose_references(layout: Layout, state: State, work: Work) -> None:
    """Counts log-odds against a likely action wherever there are three or more."""
    for k in range(len(layout.unknown)):
        best = likelier(layout, state, k, work.here)
        if best != state.reference[k]:
            rebase(layout, state, k, best, work.here)
            rebase(layout, state, k, best, work.tangent)
            rebase(layout, state, k, best, work.before)
            _repace(layout, state, k, best, work.here)
            state.reference[k] = best


@kernel
def _repace(layout: Layout, state: State, k: int, reference: int, odds: Floats) -> None:
    """Sets the paces of moves that answer to another pace than the new reference, so that they stay as likely as they
    are.

    odds: log-odds, by the new reference already; `state.reference` is still the old one.
    """
    action, base, rate = layout.action, state.base, state.rate
    old, new = action[state.reference[k]], action[reference]
    base[old], rate[old] = base[new], rate[new]
    column = layout.action_start[k] - k
    for a in range(layout.action_start[k], layout.action_start[k + 1]):
        if a == reference:
            continue
        each = action[a]
        if base[each] != base[new] or rate[each] != rate[new]:
            pace = odds[column] / (state.quality[a] - state.quality[reference])
            if 0.0 < pace < np.inf:
                base[each], rate[each] = pace, 0.0
        column += 1


@kernel
def bends(work: Work, length: float, out: Floats) -> None:
    """Sets out to the parabola's point after so much length."""
    bend = 0.5 * length * length / work.step[LAST_LENGTH] if work.step[LAST_LENGTH] > 0.0 else 0.0
    for i in range(len(out)):
        out[i] = work.here[i] + length * work.tangent[i] + bend * (work.tangent[i] - work.before[i])


@kernel
def settles(work: Work, rationality: float, out: Floats) -> bool:
    """Sets out to a + b lambda + c log(lambda) at a rationality; False where the path does not rise towards it."""
    n = len(out) - 1
    here, below = work.here[n], work.step[BRACKET_BELOW]
    rise, earlier = work.tangent[n], work.before[n]
    if here < SETTLES or not 0.0 < below < here or rise <= 0.0 or earlier <= 0.0 or rationality <= 0.0:
        return False
    ratio = rationality / here
    slow = (np.log(ratio) - (ratio - 1.0)) / (1.0 / here - 1.0 / below)
    for i in range(n):
        slope = work.tangent[i] / rise
        out[i] = work.here[i] + (rationality - here) * slope + slow * (slope - work.before[i] / earlier)
    out[n] = rationality
    return True


@kernel
def predict(work: Work, target: float) -> bool:
    """Sets work.guess and work.border; True where the step lands on the target.

    A landing step ends where lambda is foreseen to be the target, and keeps it there.
    """
    n = len(work.here) - 1
    h = work.step[NEXT]
    slope = work.tangent[n]
    along(work, work.tangent)
    if work.step[SETTLING] > 0.0:
        lands = work.here[n] + h * slope >= target
        if lands:
            h = (target - work.here[n]) / slope
        if settles(work, work.here[n] + h * slope, work.guess):
            work.step[NEXT] = h
            _hold(work, lands, target)
            return lands
        h = work.step[NEXT]
    bend = 0.5 / work.step[LAST_LENGTH] if work.step[LAST_LENGTH] > 0.0 else 0.0
    curve = bend * (slope - work.before[n])
    lands = work.here[n] + h * slope + h * h * curve >= target
    if lands:
        low = 0.0
        for _ in range(FORESEEN_HALVINGS):
            middle = 0.5 * (low + h)
            if work.here[n] + middle * slope + middle * middle * curve >= target:
                h = middle
            else:
                low = middle
        work.step[NEXT] = h
    bends(work, h, work.guess)
    _hold(work, lands, target)
    return lands


@kernel
def _hold(work: Work, lands: bool, target: float) -> None:
    """Keeps lambda at the target where a step lands on it."""
    if lands:
        n = len(work.here) - 1
        for i in range(n):
            work.border[i] = 0.0
        work.border[n] = 1.0
        work.guess[n] = target


@kernel
def _dips(work: Work) -> bool:
    """True where the cubic through both ends of a step turns twice in between: two turning points would be missed."""
    n = len(work.here) - 1
    start, end = work.tangent[n], work.ahead[n]
    if start * end <= 0.0:
        return False
    mean = (work.there[n] - work.here[n]) / distance(work, work.there, work.here)
    # The slope is start + 2 s (3 mean - 2 start - end) + 3 s^2 (start + end - 2 mean), s from 0 to 1.
    bend = 3.0 * (start + end - 2.0 * mean)
    turn = 3.0 * mean - 2.0 * start - end
    if bend == 0.0 or not 0.0 < -turn / bend < 1.0:
        return False
    return start * (start - turn * turn / bend) < 0.0


@kernel
def _closer(work: Work, h: float, found: float) -> float:
    """Error of the better prediction of the step just made, by which the next one is made and measured."""
    n = len(work.here) - 1
    if not settles(work, work.there[n], work.guess):
        work.step[SETTLING] = 0.0
        return found
    settling = error(work, work.guess, work.there)
    bends(work, h, work.guess)
    bending = error(work, work.guess, work.there)
    work.step[SETTLING] = 1.0 if settling < bending else 0.0
    return min(settling, bending)


@kernel
def try_step(layout: Layout, state: State, work: Work, rules: Rules, lands: bool) -> int:
    """One attempt at the step foreseen, into (work.there, work.ahead); sets the next length.

    Returns the determinant's sign, or 0 where the step was refused and is to be tried again, shorter.
    """
    n = len(work.here) - 1
    h = work.step[NEXT]
    work.step[NEXT] = SHORTENED * h
    if not error(work, work.guess, work.here) < np.inf:
        return 0
    copy(work.guess, work.there)
    slowest = CLOSE if work.here[n] < FIRM and work.counts[RISING] == 0 else np.inf
    found = correct(layout, state, work, work.there, min(rules.corrector, FINER * h), slowest)
    if found == 0:
        return 0
    wrong = error(work, work.there, work.guess)
    if wrong > OFF_TWICE * rules.tolerance or wrong > OFF_HALF * h:
        shorter = min((rules.tolerance / wrong) ** (1.0 / 3.0), np.sqrt(OFF_QUARTER * h / wrong))
        work.step[NEXT] = h * max(SHORTEST_STEP, CAUTION * shorter)
        return 0
    if found * work.counts[SIGN] < 0 and not _splits(work, h, wrong):
        return 0
    direction(work, work.ahead)
    unit(work, work.ahead)
    turns = abs(work.ahead[n]) < NEAR_FOLD * abs(work.tangent[n]) or work.ahead[n] * work.tangent[n] < 0.0
    if not lands and (turns or (work.there[n] > EXACT_FROM and work.step[SETTLING] > 0.0)):
        # The factors belong to the prediction: too far away to tell which side of a fold it is, and to foresee by.
        along(work, work.ahead)
        if linearise(layout, state, work, work.there) == 0:
            return 0
        direction(work, work.ahead)
        unit(work, work.ahead)
    # Where play has to answer a hundred million times as sharply as lambda moves, lambda's share in the tangent is less
    # than what points on the way are wrong by, and the cubic tells nothing.
    steep = work.counts[RISING] > 0 and max(abs(work.tangent[n]), abs(work.ahead[n])) < STEEP
    if not lands and (cosine(work, work.ahead, work.tangent) < SHARPEST_TURN or (not steep and _dips(work))):
        work.step[NEXT] = BARELY_SHORTENED * h
        return 0
    if found * work.counts[SIGN] < 0 or h > DOUBT_ENDS * work.step[DOUBTED]:
        work.counts[SUSPECT] = 0
        work.step[DOUBTED] = 0.0
    wrong = _closer(work, h, wrong)
    work.step[LAST_LENGTH] = h
    longer = GROWING_CAUTION * (rules.tolerance / max(wrong, LEAST_ERROR)) ** (1.0 / 3.0)
    work.step[NEXT] = h * min(rules.growth, max(SHORTENED, longer))
    return found


@kernel
def _splits(work: Work, h: float, wrong: float) -> bool:
    """True where a change of the determinant's sign is taken for a bifurcation, passed straight on; else counts the
    change.

    A step that ended on another sheet of the same fold has the wrong sign as well, and a much shorter step has not.
    """
    if work.counts[SUSPECT] >= PATIENCE and h < NARROW_STEP * work.step[DOUBTED] and wrong < STRAIGHT_ENOUGH * h:
        return True
    work.counts[SUSPECT] += 1
    work.step[DOUBTED] = max(work.step[DOUBTED], h)
    return False


@kernel
def sharpen(layout: Layout, state: State, work: Work, accuracy: float) -> None:
    """Takes `work.here` and its tangent to rounding, where that moves the point by what it may be wrong by.

    Points on the way are as exact as long steps need. Where only short ones succeed that is not enough. accuracy: of
    points on the way. What is further off, or leads another way, is another part of the path, or another branch.
    """
    n = len(work.here) - 1
    along(work, work.tangent)
    copy(work.here, work.there)
    if correct(layout, state, work, work.there, SHARP, np.inf) == 0:
        return
    if error(work, work.there, work.here) > NO_FURTHER * accuracy or linearise(layout, state, work, work.there) == 0:
        return
    direction(work, work.ahead)
    unit(work, work.ahead)
    if cosine(work, work.ahead, work.tangent) < SHARPEST_TURN or work.ahead[n] * work.tangent[n] <= 0.0:
        return  # the latter would pass a turning point that nobody notes
    copy(work.there, work.here)
    copy(work.ahead, work.tangent)


@kernel
def polish(layout: Layout, state: State, work: Work) -> None:
    """Takes `work.there` to rounding at its lambda, into `work.here`; what does not converge stays as it is.

    Large log-odds count for less here than they do on the way: theirs is the larger rounding error.
    """
    n = len(work.here) - 1
    for i in range(n):
        work.border[i] = 0.0
        work.weight[i] *= work.weight[i]
    work.border[n] = 1.0
    copy(work.there, work.here)
    for _ in range(2):
        if correct(layout, state, work, work.there, min(SHARP_SHARE * (1.0 + work.there[n]), SHARP), np.inf) == 0:
            break
    if error(work, work.there, work.here) < POLISHED:
        copy(work.there, work.here)
    for i in range(n):
        work.weight[i] = np.sqrt(work.weight[i])
