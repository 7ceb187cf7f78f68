"""Points that the path goes back to, to be followed again more carefully, when it got stuck or lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.path.newton import SLOTS, Work, copy
from detente.equilibrium.path.steps import DOUBTED, FOLDS, NEXT, SIGN, STEPS, SUSPECT, weigh
from detente.equilibrium.path.tuning import SAME_TURN, SPACING
from detente.kernels.compiled import kernel
from detente.strategy.layout import Layout
from detente.strategy.state import State

Floats = NDArray[np.float64]

TURN = 2  # slot of the turning point that is looked out for


@kernel
def forget(work: Work) -> None:
    """Drops all checkpoints: another path begins."""
    for slot in range(SLOTS):
        work.checkpoints.counts[slot, SIGN] = 0


@kernel
def keep(layout: Layout, state: State, work: Work) -> None:
    """Keeps the present point where it is time for it."""
    kept = work.checkpoints
    for slot in range(len(SPACING)):
        if work.counts[STEPS] % SPACING[slot] != 0:
            continue
        copy(work.here, kept.points[slot, 0])
        copy(work.tangent, kept.points[slot, 1])
        copy(work.before, kept.points[slot, 2])
        for i in range(len(work.step)):
            kept.step[slot, i] = work.step[i]
        for i in range(len(work.counts)):
            kept.counts[slot, i] = work.counts[i]
        for k in range(len(layout.unknown)):
            kept.reference[slot, k] = state.reference[k]


@kernel
def go_back(layout: Layout, state: State, work: Work, slot: int, care: float) -> bool:
    """Makes a checkpoint the present point, with a shorter step to take; False where there is none in the slot."""
    kept = work.checkpoints
    if slot >= len(SPACING) or kept.counts[slot, SIGN] == 0:
        return False
    copy(kept.points[slot, 0], work.here)
    copy(kept.points[slot, 1], work.tangent)
    copy(kept.points[slot, 2], work.before)
    for i in range(len(work.step)):
        work.step[i] = kept.step[slot, i]
    steps = work.counts[STEPS]
    for i in range(len(work.counts)):
        work.counts[i] = kept.counts[slot, i]
    work.counts[STEPS] = steps
    work.counts[SUSPECT] = 0
    for k in range(len(layout.unknown)):
        state.reference[k] = kept.reference[slot, k]
    kept.counts[TURN, SIGN] = 0
    work.step[DOUBTED] = 0.0
    work.step[NEXT] *= care
    weigh(work)
    return True


@kernel
def been_here(layout: Layout, state: State, work: Work, turn: Floats) -> bool:
    """True where the turning point just passed had been passed before: the path goes round a closed curve.

    The branch from rationality zero never comes back to a point of its own, so that such a path has left the branch.
    Every turning point is compared with one that is kept: the first, second, fourth, eighth and so on, in turn.
    Source: Brent 1980 (cycles).
    """
    n = len(turn) - 1
    kept = work.checkpoints
    if kept.counts[TURN, SIGN] != 0 and work.tangent[n] * kept.points[TURN, 1, n] > 0.0:
        same = True
        for k in range(len(layout.unknown)):
            same = same and kept.reference[TURN, k] == state.reference[k]
        for i in range(n + 1):
            same = same and abs(turn[i] - kept.points[TURN, 0, i]) < SAME_TURN * (1.0 + abs(turn[i]))
        if same:
            return True
    passed = work.counts[FOLDS]
    if passed & (passed - 1) == 0:
        copy(turn, kept.points[TURN, 0])
        copy(work.tangent, kept.points[TURN, 1])
        for k in range(len(layout.unknown)):
            kept.reference[TURN, k] = state.reference[k]
        kept.counts[TURN, SIGN] = 1
    return False
