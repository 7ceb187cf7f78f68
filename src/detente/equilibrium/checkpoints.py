"""Points that the path goes back to, to be followed again more carefully, when it got stuck or lost."""

from __future__ import annotations

from detente.equilibrium.newton import SLOTS, Work, copy
from detente.equilibrium.steps import DOUBTED, NEXT, SIGN, STEPS, SUSPECT, weigh
from detente.strategy.compiled import kernel
from detente.strategy.layout import Layout
from detente.strategy.sweep import State

SPACING = (32, 256)  # attempted steps between two checkpoints, slot by slot


@kernel
def forget(work: Work) -> None:
    """Drops all checkpoints: another path begins."""
    for slot in range(SLOTS):
        work.checkpoints.counts[slot, SIGN] = 0


@kernel
def keep(layout: Layout, state: State, work: Work) -> None:
    """Keeps the present point where it is time for it."""
    kept = work.checkpoints
    for slot in range(SLOTS):
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
    if slot >= SLOTS or kept.counts[slot, SIGN] == 0:
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
    work.step[DOUBTED] = 0.0
    work.step[NEXT] *= care
    weigh(work)
    return True
