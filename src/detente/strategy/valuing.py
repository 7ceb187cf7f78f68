"""Values up the tree, run by run of a layout's plan: means over children, and answers of those who have left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.strategy.compiled import kernel
from detente.strategy.layout import Layout

if TYPE_CHECKING:
    from detente.strategy.sweep import State


@kernel
def _answer(layout: Layout, state: State, first_item: int, last_item: int, rationality: float) -> None:
    """The logit answers of information sets that have left, a run of the plan, from the values of their children.

    One node with two actions is a common case, and written out. Arrays are named before the loop: taken from a tuple
    within it, each would be counted as a reference every time.
    """
    value, slope, shared, probability = state.value, state.slope, state.shared, state.probability
    nodes, weight, first_child, score = layout.left_node, state.weight, layout.first_child, state.score
    left, left_player, left_start, edge = layout.left, layout.left_player, layout.left_start, layout.edge
    simple, plan_left, starts, players = layout.left_simple, layout.plan_left, layout.infoset_action, layout.players
    with_slope = state.asks[0]
    for item in range(first_item, last_item):
        k = plan_left[item]
        player, start, end = left_player[k], left_start[k], left_start[k + 1]
        if simple[k]:
            node = nodes[start]
            child = first_child[node]
            action = edge[child]
            gain = value[child, player] - value[child + 1, player]
            odds = rationality * gain
            small = np.exp(-abs(odds))
            large = 1.0 / (1.0 + small)
            small *= large
            one, two = (large, small) if odds >= 0.0 else (small, large)
            score[action] = min(odds, 0.0)
            score[action + 1] = min(-odds, 0.0)
            probability[action] = one
            probability[action + 1] = two
            for p in range(players):
                value[node, p] = one * value[child, p] + two * value[child + 1, p]
            if with_slope:
                tilt = one * two * (gain + rationality * (slope[child, player] - slope[child + 1, player]))
                for p in range(players):
                    rise = one * slope[child, p] + two * slope[child + 1, p]
                    slope[node, p] = rise + tilt * (value[child, p] - value[child + 1, p])
            continue
        first = starts[left[k]]
        count = starts[left[k] + 1] - first
        top = -np.inf
        for a in range(count):
            worth = 0.0
            for j in range(start, end):
                worth += weight[j] * value[first_child[nodes[j]] + a, player]
            shared[a, 0] = worth
            top = max(top, worth)
        total = 0.0
        for a in range(count):
            odds = rationality * (shared[a, 0] - top)
            score[first + a] = odds
            shared[a, 0] -= top
            probability[first + a] = np.exp(odds)
            total += probability[first + a]
        mean = 0.0
        for a in range(count):
            probability[first + a] /= total
            if with_slope:
                rise = 0.0
                for j in range(start, end):
                    rise += weight[j] * slope[first_child[nodes[j]] + a, player]
                shared[a, 1] = shared[a, 0] + rationality * rise
                mean += probability[first + a] * shared[a, 1]
        for j in range(start, end):
            node = nodes[j]
            child = first_child[node]
            for p in range(players):
                worth = 0.0
                for a in range(count):
                    worth += probability[first + a] * value[child + a, p]
                value[node, p] = worth
            if with_slope:
                for p in range(players):
                    rise = 0.0
                    for a in range(count):
                        gain = slope[child + a, p] + value[child + a, p] * (shared[a, 1] - mean)
                        rise += probability[first + a] * gain
                    slope[node, p] = rise


@kernel
def average(layout: Layout, state: State, first_item: int, last_item: int, with_slope: bool) -> None:
    """Values (and their slopes) of nodes from those of their children, a run of the plan."""
    value, slope, probability = state.value, state.slope, state.probability
    plan_node, edge, players = layout.plan_node, layout.edge, layout.players
    first_child, child_count = layout.first_child, layout.child_count
    for item in range(first_item, last_item):
        node = plan_node[item]
        child = first_child[node]
        end = child + child_count[node]
        for p in range(players):
            worth = 0.0
            for below in range(child, end):
                worth += probability[edge[below]] * value[below, p]
            value[node, p] = worth
        if with_slope:
            for p in range(players):
                rise = 0.0
                for below in range(child, end):
                    rise += probability[edge[below]] * slope[below, p]
                slope[node, p] = rise


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
