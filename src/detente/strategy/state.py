"""The working memory of the solver's kernels for one draw: behaviour, reach, beliefs, values, and their slopes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.kernels.four_lanes import WIDTH
from detente.kernels.records import Record
from detente.strategy.layout import Layout

Floats = NDArray[np.float64]

FLOOR = -690.0  # stands for the logarithm of zero: a chance of about 1e-300, so that beliefs stay defined


class State(Record):
    """Everything that the kernels write for one draw; made once per thread and used again.

    probability [edge], score [action]: behaviour and chance; unnormalised log behaviour.
    log_play [unknown action], reach, rest [position], belief [position]: log behaviour, log reach, beliefs. `rest` is
        what rounding took from `reach`: far off the path logs are large, and beliefs are in their last digits.
    value, slope [node, player]: payoffs, and their derivative in the rationality through those who have left; players
        are filled up with zeros to a multiple of four.
    chance [position], weight [left node]: log chance since the position above; constant beliefs of those who left.
    gain, rise [action]: of those who have left, what it is worth less than the best action, and the slope of its worth.
    quality, quality_slope [unknown action]: action values of the mover, and their derivative likewise.
    reference [k]: the unknown action against which log-odds are counted: one of the likely ones, for where two
        actions mix, their odds against an unlikely third are large and nearly equal, and rounding would eat them.
    shared [action of one information set, 2], lever [the same, player], likely, pace [unknown log-odds]: scratch.
    asks [1]: whether slopes are wanted as well.
    base, rate [action]: what each move's log-odds answer to, base + rate times the rationality of the point. 0 and 1
        but where some decisions have arrived and others, at which less is at stake, have not (`equilibrium.arriving`).
        At an unknown that of the reference counts for nothing.
    """

    probability: Floats
    score: Floats
    log_play: Floats
    reach: Floats
    rest: Floats
    belief: Floats
    value: Floats
    slope: Floats
    chance: Floats
    factor: Floats
    weight: Floats
    quality: Floats
    quality_slope: Floats
    reference: NDArray[np.int32]
    gain: Floats
    rise: Floats
    shared: Floats
    lever: Floats
    likely: Floats
    pace: Floats
    asks: NDArray[np.bool_]
    base: Floats
    rate: Floats


def new_state(layout: Layout, chance_classes: int, most_actions: int) -> State:
    """Zeroed working memory for one thread."""
    nodes, positions, actions = len(layout.parent), len(layout.position_node), len(layout.action)
    width = -(-layout.players // WIDTH) * WIDTH
    return State(
        probability=np.zeros(layout.actions + chance_classes),
        score=np.zeros(layout.actions),
        log_play=np.zeros(actions),
        reach=np.zeros(positions),
        rest=np.zeros(positions),
        belief=np.ones(positions),
        value=np.zeros((nodes, width)),
        slope=np.zeros((nodes, width)),
        chance=np.zeros(positions),
        factor=np.zeros(positions),
        weight=np.zeros(len(layout.left_node)),
        quality=np.zeros(actions),
        quality_slope=np.zeros(actions),
        reference=layout.action_start[:-1].copy(),
        gain=np.zeros(layout.actions),
        rise=np.zeros(layout.actions),
        shared=np.zeros((max(most_actions, 1), 2)),
        lever=np.zeros((max(most_actions, 1), width)),
        likely=np.zeros(layout.unknowns),
        pace=np.zeros(layout.unknowns),
        asks=np.zeros(1, np.bool_),
        base=np.zeros(layout.actions),
        rate=np.ones(layout.actions),
    )
