"""Values up the tree, run by run of a layout's plan: means over children, and answers of those who have left."""

from __future__ import annotations

import numpy as np

from detente.kernels.compiled import kernel
from detente.kernels.four_lanes import WIDTH, even, four, plus, put
from detente.strategy.layout import Layout
from detente.strategy.state import State

FAINTEST = -708.0  # logarithm of the smallest probability that is told apart from zero: below, arithmetic is slow


@kernel
def fading(logarithm: float) -> float:
    """The exponential of what is at most about zero; nothing where it would be too small for a full number."""
    return float(np.exp(logarithm)) if logarithm > FAINTEST else 0.0


@kernel
def _answer(layout: Layout, state: State, first_item: int, last_item: int, rationality: float) -> None:
    """The logit answers of information sets that have left, a run of the plan, from the values of their children.

    One node with two actions is a common case, and written out; both answer to one pace. Arrays are named before the
    loop: taken from a record within it, each would be looked up every time.
    """
    value, slope, probability, gain, rise = state.value, state.slope, state.probability, state.gain, state.rise
    nodes, first_child, score = layout.left_node, layout.first_child, state.score
    left, left_player, left_start, edge = layout.left, layout.left_player, layout.left_start, layout.edge
    simple, plan_left, starts, width = layout.left_simple, layout.plan_left, layout.infoset_action, value.shape[1]
    with_slope, known, base, rate = state.asks[0], layout.left_known, state.base, state.rate
    for item in range(first_item, last_item):
        k = plan_left[item]
        player, start, end = left_player[k], left_start[k], left_start[k + 1]
        if simple[k]:
            node = nodes[start]
            child = first_child[node]
            action = edge[child]
            better = value[child, player] - value[child + 1, player]
            pace = base[action] + rate[action] * rationality
            odds = pace * better
            small = fading(-abs(odds))
            large = 1.0 / (1.0 + small)
            small *= large
            one, two = (large, small) if odds >= 0.0 else (small, large)
            score[action] = min(odds, 0.0)
            score[action + 1] = min(-odds, 0.0)
            probability[action] = one
            probability[action + 1] = two
            tilt = 0.0
            if with_slope:
                tilt = one * two * (rate[action] * better + pace * (slope[child, player] - slope[child + 1, player]))
            for p in range(0, width, WIDTH):
                above, below = four(value, child, p), four(value, child + 1, p)
                put(value, node, p, plus(plus(even(0.0), one, above), two, below))
                if with_slope:
                    slant = plus(plus(even(0.0), one, four(slope, child, p)), two, four(slope, child + 1, p))
                    put(slope, node, p, plus(slant, tilt, plus(above, -1.0, below)))
            continue
        first = starts[left[k]]
        count = starts[left[k] + 1] - first
        if not known[k]:
            _weigh_up(layout, state, k, with_slope)
        total = 0.0
        for a in range(first, first + count):
            odds = (base[a] + rate[a] * rationality) * gain[a]
            score[a] = odds
            probability[a] = fading(odds)
            total += probability[a]
        mean = 0.0
        for a in range(first, first + count):
            probability[a] /= total
            mean += probability[a] * (rate[a] * gain[a] + (base[a] + rate[a] * rationality) * rise[a])
        for j in range(start, end):
            node = nodes[j]
            child = first_child[node] - first
            for p in range(0, width, WIDTH):
                worths, rises = even(0.0), even(0.0)
                for a in range(first, first + count):
                    here = four(value, child + a, p)
                    worths = plus(worths, probability[a], here)
                    if with_slope:
                        slant = even(0.0) if known[k] else four(slope, child + a, p)
                        moved = rate[a] * gain[a] + (base[a] + rate[a] * rationality) * rise[a]
                        rises = plus(rises, probability[a], plus(slant, moved - mean, here))
                put(value, node, p, worths)
                if with_slope:
                    put(slope, node, p, rises)


@kernel
def _weigh_up(layout: Layout, state: State, k: int, with_slope: bool) -> None:
    """Sets the gain of each action at a set that has left (its value less that of the best), and the value's slope."""
    value, slope, weight, first_child, nodes = (
        state.value,
        state.slope,
        state.weight,
        layout.first_child,
        layout.left_node,
    )
    gain, rise, player = state.gain, state.rise, layout.left_player[k]
    start, end = layout.left_start[k], layout.left_start[k + 1]
    first, last = layout.infoset_action[layout.left[k]], layout.infoset_action[layout.left[k] + 1]
    top = -np.inf
    for a in range(first, last):
        worth, slant = 0.0, 0.0
        for j in range(start, end):
            child = first_child[nodes[j]] + a - first
            worth += weight[j] * value[child, player]
            if with_slope:
                slant += weight[j] * slope[child, player]
        gain[a] = worth
        rise[a] = slant
        top = max(top, worth)
    for a in range(first, last):
        gain[a] -= top


@kernel
def give(layout: Layout, state: State) -> None:
    """Sets the values of nodes below which nobody has a choice: chance alone decides them, at every rationality.

    Also sets gains and slopes at information sets all of whose children are such nodes. A set with one node and two
    actions is left out, because `_answer` computes its gain at every call.
    """
    average(layout, state, 0, layout.plan_given, True)
    known, simple = layout.left_known, layout.left_simple
    for k in range(len(known)):
        if known[k] and not simple[k]:
            _weigh_up(layout, state, k, True)


@kernel
def average(layout: Layout, state: State, first_item: int, last_item: int, with_slope: bool) -> None:
    """Values (and their slopes) of nodes from those of their children, a run of the plan."""
    value, slope, probability = state.value, state.slope, state.probability
    plan_node, edge, width = layout.plan_node, layout.edge, value.shape[1]
    first_child, child_count = layout.first_child, layout.child_count
    for item in range(first_item, last_item):
        node = plan_node[item]
        child = first_child[node]
        end = child + child_count[node]
        for p in range(0, width, WIDTH):
            worths, rises = even(0.0), even(0.0)
            for below in range(child, end):
                share = probability[edge[below]]
                worths = plus(worths, share, four(value, below, p))
                if with_slope:
                    rises = plus(rises, share, four(slope, below, p))
            put(value, node, p, worths)
            if with_slope:
                put(slope, node, p, rises)


@kernel
def values(layout: Layout, state: State, rationality: float) -> None:
    """Values up the tree (and their slopes in the rationality), those who have left answering on the way.

    Where nobody has a choice any more, values are those that `load` has found.
    """
    plan_node = layout.plan_node
    item = layout.plan_given
    while item < len(plan_node):
        answers = plan_node[item] < 0
        end = item + 1
        while end < len(plan_node) and (plan_node[end] < 0) == answers:
            end += 1
        if answers:
            _answer(layout, state, item, end, rationality)
        else:
            average(layout, state, item, end, state.asks[0])
        item = end
