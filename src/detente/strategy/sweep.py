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
    log_play [unknown action], reach, rest [position], belief [position]: log behaviour, log reach, beliefs. `rest` is
        what rounding took from `reach`: far off the path logs are large, and beliefs are in their last digits.
    value, slope [node, player]: payoffs, and their derivative in the rationality through those who have left.
    chance [position], weight [left node]: log chance since the position above; constant beliefs of those who left.
    quality, quality_slope [unknown action]: action values of the mover, and their derivative likewise.
    reference [k]: the unknown action against which log-odds are counted: one of the likely ones, for where two
        actions mix, their odds against an unlikely third are large and nearly equal, and rounding would eat them.
    shared [action of one information set, 2]: scratch. asks [1]: whether slopes are wanted as well.
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
        rest=np.zeros(positions),
        belief=np.ones(positions),
        value=np.zeros((nodes, layout.players)),
        slope=np.zeros((nodes, layout.players)),
        chance=np.zeros(positions),
        factor=np.zeros(positions),
        weight=np.zeros(len(layout.left_node)),
        quality=np.zeros(actions),
        quality_slope=np.zeros(actions),
        reference=layout.action_start[:-1].copy(),
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
    """Behaviour at the unknowns from log-odds against each one's reference action, then reach and beliefs."""
    for k in range(len(layout.unknown)):
        start, end = layout.action_start[k], layout.action_start[k + 1]
        column = start - k
        top = 0.0
        for a in range(start, end):
            state.log_play[a] = 0.0
            if a != state.reference[k]:
                state.log_play[a] = odds[column]
                top = max(top, odds[column])
                column += 1
        total = 0.0
        for a in range(start, end):
            state.log_play[a] -= top
            weight = np.exp(state.log_play[a])
            state.probability[layout.action[a]] = weight
            total += weight
        shift = np.log(total)
        for a in range(start, end):
            state.log_play[a] -= shift
            state.probability[layout.action[a]] /= total
    for j in range(len(layout.downward)):
        position = layout.downward[j]
        above = layout.above[position]
        if above < 0:
            state.reach[position] = state.chance[position]
            state.rest[position] = 0.0
            continue
        step = state.log_play[layout.above_action[position]] + state.chance[position]
        before = state.reach[above]
        total = before + step
        virtual = total - before
        state.reach[position] = total
        state.rest[position] = state.rest[above] + ((before - (total - virtual)) + (step - virtual))
    for k in range(len(layout.unknown)):
        start, end = layout.position_start[k], layout.position_start[k + 1]
        if end - start == 1:
            continue
        top = start
        for position in range(start + 1, end):
            if state.reach[position] > state.reach[top]:
                top = position
        total = 0.0
        for position in range(start, end):
            difference = (state.reach[position] - state.reach[top]) + (state.rest[position] - state.rest[top])
            state.belief[position] = np.exp(difference)
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
    """Sets out [unknown] = z - lambda * (Q(a) - Q(reference)) at point = (z, lambda)."""
    n = len(point) - 1
    rationality = point[n]
    play(layout, state, point)
    values(layout, state, rationality)
    qualities(layout, state)
    for k in range(len(layout.unknown)):
        base = state.quality[state.reference[k]]
        column = layout.action_start[k] - k
        for a in range(layout.action_start[k], layout.action_start[k + 1]):
            if a != state.reference[k]:
                out[column] = point[column] - rationality * (state.quality[a] - base)
                column += 1


@kernel
def _future(layout: Layout, state: State, position: int, matrix: Floats) -> None:
    """Adds how play at this position moves the values of those who moved before."""
    k = layout.position_unknown[position]
    start, end = layout.action_start[k], layout.action_start[k + 1]
    child = layout.position_child[position]
    node = layout.position_node[position]
    chance = state.factor[position]
    taken = layout.above_action[position]
    above = layout.above[position]
    while above >= 0:
        earlier = layout.position_unknown[above]
        player = layout.player[earlier]
        weight = state.belief[above] * chance
        reference = state.reference[earlier]
        first, last = layout.action_start[earlier] - earlier, layout.action_start[earlier + 1] - earlier - 1
        if weight != 0.0:
            column = start - k
            for c in range(start, end):
                if c == state.reference[k]:
                    continue
                gain = state.value[child + c - start, player] - state.value[node, player]
                term = weight * state.probability[layout.action[c]] * gain
                if taken == reference:
                    for row in range(first, last):
                        matrix[column, row] -= term
                else:
                    matrix[column, taken - earlier - (1 if taken > reference else 0)] += term
                column += 1
        chance *= state.factor[above] * state.probability[layout.action[taken]]
        taken = layout.above_action[above]
        above = layout.above[above]


@kernel
def _past(layout: Layout, state: State, position: int, matrix: Floats) -> None:
    """Adds how play before this position moves beliefs, and with them the action values, at its information set."""
    k = layout.position_unknown[position]
    player = layout.player[k]
    start = layout.action_start[k]
    child = layout.position_child[position]
    belief = state.belief[position]
    reference = state.reference[k]
    base = state.value[child + reference - start, player] - state.quality[reference]
    row = start - k - 1
    for a in range(start, layout.action_start[k + 1]):
        if a == reference:
            continue
        row += 1
        lift = belief * (state.value[child + a - start, player] - state.quality[a] - base)
        if lift == 0.0:
            continue
        above = layout.above[position]
        taken = layout.above_action[position]
        while above >= 0:
            earlier = layout.position_unknown[above]
            if layout.player[earlier] != player:
                column = layout.action_start[earlier] - earlier
                for c in range(layout.action_start[earlier], layout.action_start[earlier + 1]):
                    if c != state.reference[earlier]:
                        share = (1.0 if c == taken else 0.0) - state.probability[layout.action[c]]
                        matrix[column, row] += lift * share
                        column += 1
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
        reference = state.reference[k]
        column = layout.action_start[k] - k
        for a in range(layout.action_start[k], layout.action_start[k + 1]):
            if a != reference:
                rise = state.quality_slope[a] - state.quality_slope[reference]
                matrix[n, column] = state.quality[reference] - state.quality[a] - rationality * rise
                column += 1


@kernel
def rebase(layout: Layout, state: State, k: int, reference: int, vector: Floats) -> None:
    """Log-odds of the k-th unknown in a vector, from the present reference action to another one of its actions.

    The caller sets `state.reference` once all vectors have been changed.
    """
    start, end = layout.action_start[k], layout.action_start[k + 1]
    old = state.reference[k]
    shift = vector[reference - k - (1 if reference > old else 0)]
    column = start - k
    for a in range(start, end):
        state.log_play[a] = -shift
        if a != old:
            state.log_play[a] += vector[column]
            column += 1
    column = start - k
    for a in range(start, end):
        if a != reference:
            vector[column] = state.log_play[a]
            column += 1


def load_draw(layout: Layout, state: State, payoff: Floats, chance: Floats) -> None:
    """`load` for callers outside the kernels, with arrays of the kind that it was compiled for."""
    load(layout, state, np.ascontiguousarray(payoff), np.ascontiguousarray(chance))
