"""The kernels of the solver: reach down, values up, action values, and their derivatives.

All are per draw, over a `Layout`, in logarithms wherever a probability may vanish. Payoffs are in units of the
payoff range and `rationality` in units of its inverse, so that nothing here depends on the scale of payoffs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.strategy.compiled import entry, kernel
from detente.strategy.layout import Layout

Floats = NDArray[np.float64]

FLOOR = -690.0  # stands for the logarithm of zero: a chance of about 1e-300, so that beliefs stay defined


class State(NamedTuple):
    """Everything that the kernels write for one draw; made once per thread and used again.

    probability [edge], score [action]: behaviour and chance; unnormalised log behaviour.
    log_play [unknown action], reach [position], belief [position]: log behaviour, log reach, beliefs.
    value, slope [node, player]: payoffs, and their derivative in the rationality through those who have left.
    chance [position], weight [left node]: log chance since the position above; constant beliefs of those who left.
    quality, quality_slope [unknown action]: action values of the mover, and their derivative likewise.
    shared [action of one information set, 2]: scratch. asks [1]: whether slopes are wanted as well.
    """

    probability: Floats
    score: Floats
    log_play: Floats
    reach: Floats
    belief: Floats
    value: Floats
    slope: Floats
    chance: Floats
    factor: Floats
    weight: Floats
    quality: Floats
    quality_slope: Floats
    shared: Floats
    asks: NDArray[np.bool_]


def new_state(layout: Layout, chance_classes: int, most_actions: int) -> State:
    """Zeroed working memory for one thread."""
    nodes, positions, actions = len(layout.parent), len(layout.position_node), len(layout.action)
    return State(
        probability=np.zeros(layout.actions + chance_classes),
        score=np.zeros(layout.actions),
        log_play=np.zeros(actions),
        reach=np.zeros(positions),
        belief=np.ones(positions),
        value=np.zeros((nodes, layout.players)),
        slope=np.zeros((nodes, layout.players)),
        chance=np.zeros(positions),
        factor=np.zeros(positions),
        weight=np.zeros(len(layout.left_node)),
        quality=np.zeros(actions),
        quality_slope=np.zeros(actions),
        shared=np.zeros((max(most_actions, 1), 2)),
        asks=np.zeros(1, np.bool_),
    )


@entry
def load(layout: Layout, state: State, payoff: Floats, chance: Floats) -> None:
    """Takes one draw's payoffs [class, player] and chance probabilities [class] into the state."""
    nodes = len(layout.parent)
    for leaf in range(len(layout.leaf_node)):
        node = layout.leaf_node[leaf]
        for player in range(layout.players):
            state.value[node, player] = payoff[layout.leaf_class[leaf], player]
            state.slope[node, player] = 0.0
    state.probability[: layout.actions] = 1.0
    logs = np.zeros(len(state.probability))
    for k in range(len(chance)):
        state.probability[layout.actions + k] = chance[k]
        logs[layout.actions + k] = max(np.log(chance[k]), FLOOR) if chance[k] > 0.0 else FLOOR
    luck = np.zeros(nodes)
    for node in range(1, nodes):
        if layout.child_count[node] > 0:
            luck[node] = luck[layout.parent[node]] + logs[layout.edge[node]]
    for position in range(len(layout.position_node)):
        above = layout.above[position]
        since = luck[layout.position_node[position]]
        if above >= 0:
            since -= luck[layout.position_node[above]]
        state.chance[position] = since
        state.factor[position] = np.exp(since)
    for k in range(len(layout.left)):
        start, end = layout.left_start[k], layout.left_start[k + 1]
        top = -np.inf
        for j in range(start, end):
            top = max(top, luck[layout.left_node[j]])
        total = 0.0
        for j in range(start, end):
            state.weight[j] = np.exp(luck[layout.left_node[j]] - top)
            total += state.weight[j]
        for j in range(start, end):
            state.weight[j] /= total


@kernel
def play(layout: Layout, state: State, odds: Floats) -> None:
    """Behaviour at the unknowns from log-odds against each one's first action, then reach and beliefs."""
    for k in range(len(layout.unknown)):
        start, end = layout.action_start[k], layout.action_start[k + 1]
        first = start - k - 1
        top = 0.0
        for a in range(start + 1, end):
            top = max(top, odds[first + a - start])
        total = np.exp(-top)
        state.log_play[start] = -top
        for a in range(start + 1, end):
            state.log_play[a] = odds[first + a - start] - top
            total += np.exp(state.log_play[a])
        shift = np.log(total)
        for a in range(start, end):
            state.log_play[a] -= shift
            state.probability[layout.action[a]] = np.exp(state.log_play[a])
    for j in range(len(layout.downward)):
        position = layout.downward[j]
        reach = state.chance[position]
        above = layout.above[position]
        if above >= 0:
            reach += state.reach[above] + state.log_play[layout.above_action[position]]
        state.reach[position] = reach
    for k in range(len(layout.unknown)):
        start, end = layout.position_start[k], layout.position_start[k + 1]
        if end - start == 1:
            continue
        top = -np.inf
        for position in range(start, end):
            top = max(top, state.reach[position])
        total = 0.0
        for position in range(start, end):
            state.belief[position] = np.exp(state.reach[position] - top)
            total += state.belief[position]
        for position in range(start, end):
            state.belief[position] /= total


@kernel
def _answer(layout: Layout, state: State, k: int, rationality: float) -> None:
    """The logit answer of an information set that has left, from the values of its children."""
    infoset = layout.left[k]
    player = layout.left_player[k]
    first = layout.infoset_action[infoset]
    count = layout.infoset_action[infoset + 1] - first
    start, end = layout.left_start[k], layout.left_start[k + 1]
    top = -np.inf
    for a in range(count):
        worth = 0.0
        for j in range(start, end):
            worth += state.weight[j] * state.value[layout.first_child[layout.left_node[j]] + a, player]
        state.shared[a, 0] = worth
        top = max(top, worth)
    total = 0.0
    for a in range(count):
        score = rationality * (state.shared[a, 0] - top)
        state.score[first + a] = score
        weight = np.exp(score)
        state.probability[first + a] = weight
        total += weight
    mean = 0.0
    for a in range(count):
        state.probability[first + a] /= total
        if state.asks[0]:
            rise = 0.0
            for j in range(start, end):
                rise += state.weight[j] * state.slope[layout.first_child[layout.left_node[j]] + a, player]
            state.shared[a, 1] = state.shared[a, 0] - top + rationality * rise
            mean += state.probability[first + a] * state.shared[a, 1]
    for j in range(start, end):
        node = layout.left_node[j]
        child = layout.first_child[node]
        for p in range(layout.players):
            value = 0.0
            slope = 0.0
            for a in range(count):
                chance = state.probability[first + a]
                value += chance * state.value[child + a, p]
                if state.asks[0]:
                    tilt = state.shared[a, 1] - mean
                    slope += chance * (state.slope[child + a, p] + state.value[child + a, p] * tilt)
            state.value[node, p] = value
            if state.asks[0]:
                state.slope[node, p] = slope


@kernel
def values(layout: Layout, state: State, rationality: float) -> None:
    """Values up the tree (and their slopes in the rationality), those who have left answering on the way."""
    for item in range(len(layout.plan_node)):
        node = layout.plan_node[item]
        if node < 0:
            _answer(layout, state, layout.plan_left[item], rationality)
            continue
        child = layout.first_child[node]
        end = child + layout.child_count[node]
        for p in range(layout.players):
            value = 0.0
            for below in range(child, end):
                value += state.probability[layout.edge[below]] * state.value[below, p]
            state.value[node, p] = value
        if state.asks[0]:
            for p in range(layout.players):
                slope = 0.0
                for below in range(child, end):
                    slope += state.probability[layout.edge[below]] * state.slope[below, p]
                state.slope[node, p] = slope


@kernel
def qualities(layout: Layout, state: State) -> None:
    """Action values at the unknowns, given beliefs and values (and their slopes in the rationality)."""
    for k in range(len(layout.unknown)):
        player = layout.player[k]
        first, end = layout.action_start[k], layout.action_start[k + 1]
        for a in range(first, end):
            worth = 0.0
            rise = 0.0
            for position in range(layout.position_start[k], layout.position_start[k + 1]):
                child = layout.position_child[position] + a - first
                worth += state.belief[position] * state.value[child, player]
                if state.asks[0]:
                    rise += state.belief[position] * state.slope[child, player]
            state.quality[a] = worth
            state.quality_slope[a] = rise


@kernel
def residual(layout: Layout, state: State, point: Floats, out: Floats) -> None:
    """Sets out [unknown] = z - lambda * (Q(a) - Q(first)) at point = (z, lambda)."""
    n = len(point) - 1
    rationality = point[n]
    play(layout, state, point)
    values(layout, state, rationality)
    qualities(layout, state)
    for k in range(len(layout.unknown)):
        first = layout.action_start[k]
        for a in range(first + 1, layout.action_start[k + 1]):
            column = a - k - 1
            out[column] = point[column] - rationality * (state.quality[a] - state.quality[first])


@kernel
def _future(layout: Layout, state: State, position: int, matrix: Floats) -> None:
    """Adds how play at this position moves the values of those who moved before."""
    k = layout.position_unknown[position]
    first, end = layout.action_start[k], layout.action_start[k + 1]
    child = layout.position_child[position]
    node = layout.position_node[position]
    chance = state.factor[position]
    taken = layout.above_action[position]
    above = layout.above[position]
    while above >= 0:
        earlier = layout.position_unknown[above]
        player = layout.player[earlier]
        weight = state.belief[above] * chance
        start = layout.action_start[earlier]
        if weight != 0.0:
            for c in range(first + 1, end):
                gain = state.value[child + c - first, player] - state.value[node, player]
                term = weight * state.probability[layout.action[c]] * gain
                if taken > start:
                    matrix[c - k - 1, taken - earlier - 1] += term
                else:
                    for a in range(start + 1, layout.action_start[earlier + 1]):
                        matrix[c - k - 1, a - earlier - 1] -= term
        chance *= state.factor[above] * state.probability[layout.action[taken]]
        taken = layout.above_action[above]
        above = layout.above[above]


@kernel
def _past(layout: Layout, state: State, position: int, matrix: Floats) -> None:
    """Adds how play before this position moves beliefs, and with them the action values, at its information set."""
    k = layout.position_unknown[position]
    player = layout.player[k]
    first, end = layout.action_start[k], layout.action_start[k + 1]
    child = layout.position_child[position]
    belief = state.belief[position]
    base = state.value[child, player] - state.quality[first]
    for a in range(first + 1, end):
        lift = belief * (state.value[child + a - first, player] - state.quality[a] - base)
        if lift == 0.0:
            continue
        row = a - k - 1
        above = layout.above[position]
        taken = layout.above_action[position]
        while above >= 0:
            earlier = layout.position_unknown[above]
            start = layout.action_start[earlier]
            if layout.player[earlier] != player:
                for c in range(start + 1, layout.action_start[earlier + 1]):
                    share = -state.probability[layout.action[c]]
                    if c == taken:
                        share += 1.0
                    matrix[c - earlier - 1, row] += lift * share
            taken = layout.above_action[above]
            above = layout.above[above]


@kernel
def jacobian(layout: Layout, state: State, point: Floats, matrix: Floats) -> None:
    """Sets matrix [variable, equation], transposed: the derivative of `residual` at the state it left.

    The last variable is the rationality; the last column of each row is left to the caller.
    """
    n = len(point) - 1
    rationality = point[n]
    for i in range(n):
        for j in range(n):
            matrix[i, j] = 0.0
    for k in range(len(layout.unknown)):
        start, end = layout.position_start[k], layout.position_start[k + 1]
        for position in range(start, end):
            _future(layout, state, position, matrix)
            if end - start > 1:
                _past(layout, state, position, matrix)
    for i in range(n):
        for j in range(n):
            matrix[i, j] *= -rationality
        matrix[i, i] += 1.0
    for k in range(len(layout.unknown)):
        first = layout.action_start[k]
        for a in range(first + 1, layout.action_start[k + 1]):
            rise = state.quality_slope[a] - state.quality_slope[first]
            matrix[n, a - k - 1] = -(state.quality[a] - state.quality[first]) - rationality * rise


def load_draw(layout: Layout, state: State, payoff: Floats, chance: Floats) -> None:
    """`load` for callers outside the kernels, with arrays of the kind that it was compiled for."""
    load(layout, state, np.ascontiguousarray(payoff), np.ascontiguousarray(chance))
