"""The solver's sweeps run backwards: from derivatives in reach and action values to those in payoffs and chances.

All are per draw, at the state that `residual` leaves: values, beliefs and behaviour of one point. Nothing is
differentiated twice: each sweep visits every node once. At information sets that have left the system beliefs count
as those of full behaviour, so that derivatives hold payoff class by payoff class, also of classes that pay alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.kernels.compiled import kernel
from detente.kernels.records import Record
from detente.strategy.layout import Layout
from detente.strategy.state import FLOOR, State

Floats = NDArray[np.float64]


class Adjoint(Record):
    """Memory of the backward sweeps for one thread; `d` is the derivative of the number asked about.

    reach, logs, worth [node]: probability of the node and its logarithm; what reaching it is worth to the number.
    edge [edge]: d by the probability of an action or a chance class. pull [action]: d by the log probability of an
    action, as far as d goes by the logarithm of reach, which is known where reach itself has vanished.
    value [node, player], log_reach [node]: d by values and by log reach where they enter action values.
    quality [unknown action]: d by action values. log_edge [edge]: log probabilities.
    weights [left node]: beliefs at the information sets that have left. slope [1]: d by the rationality.
    """

    reach: Floats
    logs: Floats
    worth: Floats
    edge: Floats
    pull: Floats
    value: Floats
    log_reach: Floats
    quality: Floats
    log_edge: Floats
    weights: Floats
    slope: Floats


def new_adjoint(layout: Layout, chance_classes: int) -> Adjoint:
    """Zeroed working memory for one thread."""
    nodes, edges = len(layout.parent), layout.actions + chance_classes
    return Adjoint(
        reach=np.zeros(nodes),
        logs=np.zeros(nodes),
        worth=np.zeros(nodes),
        edge=np.zeros(edges),
        pull=np.zeros(layout.actions),
        value=np.zeros((nodes, layout.players)),
        log_reach=np.zeros(nodes),
        quality=np.zeros(len(layout.action)),
        log_edge=np.zeros(edges),
        weights=np.zeros(len(layout.left_node)),
        slope=np.zeros(1),
    )


@kernel
def weigh(layout: Layout, state: State, adjoint: Adjoint, log_play: Floats) -> None:
    """Reach of every node, and beliefs at the information sets that have left; log_play [action]."""
    parent, edge, probability = layout.parent, layout.edge, state.probability
    reach, logs, log_edge, weights = adjoint.reach, adjoint.logs, adjoint.log_edge, adjoint.weights
    for e in range(len(log_edge)):
        if e < len(log_play):
            log_edge[e] = log_play[e]
        else:
            log_edge[e] = max(np.log(probability[e]), FLOOR) if probability[e] > 0.0 else FLOOR
    reach[0] = 1.0
    logs[0] = 0.0
    for node in range(1, len(parent)):
        above, e = parent[node], edge[node]
        reach[node] = reach[above] * probability[e]
        logs[node] = logs[above] + log_edge[e]
    nodes, starts = layout.left_node, layout.left_start
    for k in range(len(layout.left)):
        start, end = starts[k], starts[k + 1]
        weights[start] = 1.0
        if end - start == 1:
            continue
        top = -np.inf
        for j in range(start, end):
            top = max(top, logs[nodes[j]])
        total = 0.0
        for j in range(start, end):
            weights[j] = np.exp(logs[nodes[j]] - top)
            total += weights[j]
        for j in range(start, end):
            weights[j] /= total


@kernel
def begin(
    layout: Layout, state: State, adjoint: Adjoint, by_leaf: Floats, by_log_leaf: Floats, by_action: Floats
) -> None:
    """Sets adjoint.edge and adjoint.pull from derivatives by the reach of each leaf, by its log, and by each action.

    by_log_leaf [leaf], or nothing where d does not go by the logarithm of reach.
    """
    parent, edge, probability = layout.parent, layout.edge, state.probability
    reach, worth, out = adjoint.reach, adjoint.worth, adjoint.edge
    for e in range(len(out)):
        out[e] = by_action[e] if e < len(by_action) else 0.0
    for node in range(len(parent)):
        worth[node] = 0.0
    for leaf in range(len(layout.leaf_node)):
        worth[layout.leaf_node[leaf]] = by_leaf[leaf]
    for node in range(len(parent) - 1, 0, -1):
        above, e = parent[node], edge[node]
        out[e] += reach[above] * worth[node]
        worth[above] += probability[e] * worth[node]
    pull = adjoint.pull
    for a in range(len(pull)):
        pull[a] = 0.0
    if len(by_log_leaf) == 0:
        return
    for node in range(len(parent)):
        worth[node] = 0.0
    for leaf in range(len(layout.leaf_node)):
        worth[layout.leaf_node[leaf]] = by_log_leaf[leaf]
    for node in range(len(parent) - 1, 0, -1):
        e = edge[node]
        worth[parent[node]] += worth[node]
        if e < len(pull):
            pull[e] += worth[node]
        elif probability[e] > 0.0:
            out[e] += worth[node] / probability[e]


@kernel
def by_odds(layout: Layout, state: State, adjoint: Adjoint, out: Floats) -> None:
    """Sets out [unknown log-odds] from derivatives by the probabilities of actions."""
    starts, action, probability, edge = layout.action_start, layout.action, state.probability, adjoint.edge
    pull = adjoint.pull
    for k in range(len(layout.unknown)):
        mean = 0.0
        for a in range(starts[k], starts[k + 1]):
            mean += probability[action[a]] * edge[action[a]] + pull[action[a]]
        column = starts[k] - k
        for a in range(starts[k], starts[k + 1]):
            if a != state.reference[k]:
                out[column] = probability[action[a]] * (edge[action[a]] - mean) + pull[action[a]]
                column += 1


@kernel
def _from_qualities(layout: Layout, state: State, adjoint: Adjoint) -> None:
    """Action values pass what they got to the values of children and to log reach, which makes beliefs."""
    places, children, nodes, starts = (
        layout.position_start,
        layout.position_child,
        layout.position_node,
        layout.action_start,
    )
    belief, value, quality, by_quality = state.belief, state.value, state.quality, adjoint.quality
    by_value, by_log = adjoint.value, adjoint.log_reach
    for k in range(len(layout.unknown)):
        player = layout.player[k]
        first, start, end = starts[k], places[k], places[k + 1]
        mean = 0.0
        for position in range(start, end):
            child = children[position] - first
            pull = 0.0
            for a in range(first, starts[k + 1]):
                by_value[child + a, player] += belief[position] * by_quality[a]
                pull += by_quality[a] * (value[child + a, player] - quality[a])
            by_log[nodes[position]] = belief[position] * pull
            mean += belief[position] * pull
        for position in range(start, end):
            by_log[nodes[position]] -= belief[position] * mean


@kernel
def _through_left(
    layout: Layout, state: State, adjoint: Adjoint, first_item: int, last_item: int, rationality: float
) -> None:
    """Information sets that have left, a run of the plan: from values of their nodes to values of their children.

    One node with two actions is a common case, and written out.
    """
    value, probability, players = state.value, state.probability, layout.players
    by_value, by_log, by_edge, weights = adjoint.value, adjoint.log_reach, adjoint.edge, adjoint.weights
    nodes, starts, first_child, owner = layout.left_node, layout.left_start, layout.first_child, layout.left_player
    left, infoset_action, simple, plan_left = layout.left, layout.infoset_action, layout.left_simple, layout.plan_left
    base, rate, pull = state.base, state.rate, adjoint.pull
    slope = 0.0
    for item in range(last_item - 1, first_item - 1, -1):
        k = plan_left[item]
        player, start, end = owner[k], starts[k], starts[k + 1]
        first = infoset_action[left[k]]
        if simple[k]:
            node = nodes[start]
            child = first_child[node]
            one, two = probability[first], probability[first + 1]
            for p in range(players):
                by_edge[first] += by_value[node, p] * value[child, p]
                by_edge[first + 1] += by_value[node, p] * value[child + 1, p]
                by_value[child, p] += one * by_value[node, p]
                by_value[child + 1, p] += two * by_value[node, p]
            mean = one * by_edge[first] + two * by_edge[first + 1] + pull[first] + pull[first + 1]
            share_one = one * (by_edge[first] - mean) + pull[first]
            share_two = two * (by_edge[first + 1] - mean) + pull[first + 1]
            slope += rate[first] * (share_one * value[child, player] + share_two * value[child + 1, player])
            pace = base[first] + rate[first] * rationality
            by_value[child, player] += pace * share_one
            by_value[child + 1, player] += pace * share_two
            continue
        count = infoset_action[left[k] + 1] - first
        mean = 0.0
        for a in range(count):
            for j in range(start, end):
                child = first_child[nodes[j]] + a
                for p in range(players):
                    by_edge[first + a] += by_value[nodes[j], p] * value[child, p]
                    by_value[child, p] += probability[first + a] * by_value[nodes[j], p]
            mean += probability[first + a] * by_edge[first + a] + pull[first + a]
        for a in range(count):
            worth = 0.0
            for j in range(start, end):
                worth += weights[j] * value[first_child[nodes[j]] + a, player]
            share = probability[first + a] * (by_edge[first + a] - mean) + pull[first + a]
            slope += rate[first + a] * share * worth
            drawn = (base[first + a] + rate[first + a] * rationality) * share
            for j in range(start, end):
                child = first_child[nodes[j]] + a
                by_value[child, player] += weights[j] * drawn
                if end - start > 1:
                    by_log[nodes[j]] += weights[j] * drawn * (value[child, player] - worth)
    adjoint.slope[0] += slope


@kernel
def _through_plain(layout: Layout, state: State, adjoint: Adjoint, first_item: int, last_item: int) -> None:
    """Nodes where chance or unknowns move, a run of the plan, likewise."""
    value, probability, players = state.value, state.probability, layout.players
    by_value, by_edge, edge, plan_node = adjoint.value, adjoint.edge, layout.edge, layout.plan_node
    first_child, child_count = layout.first_child, layout.child_count
    for item in range(last_item - 1, first_item - 1, -1):
        node = plan_node[item]
        child = first_child[node]
        for below in range(child, child + child_count[node]):
            e = edge[below]
            pull = 0.0
            for p in range(players):
                pull += by_value[node, p] * value[below, p]
                by_value[below, p] += probability[e] * by_value[node, p]
            by_edge[e] += pull


@kernel
def finish(layout: Layout, state: State, adjoint: Adjoint, rationality: float) -> None:
    """Turns derivatives by action values (adjoint.quality) and probabilities into those by leaf values and chances.

    Leaves derivatives by leaf values in adjoint.value at the leaves, those by chances in adjoint.edge at the chance
    classes, and adds to adjoint.slope the effect of the rationality through information sets that have left.
    """
    by_value, by_log, by_edge, probability = adjoint.value, adjoint.log_reach, adjoint.edge, state.probability
    parent, edge, players, actions = layout.parent, layout.edge, layout.players, layout.actions
    plan_node = layout.plan_node
    for node in range(len(parent)):
        by_log[node] = 0.0
        for p in range(players):
            by_value[node, p] = 0.0
    _from_qualities(layout, state, adjoint)
    end = len(plan_node)
    while end > 0:
        item = end - 1
        answers = plan_node[item] < 0
        while item > 0 and (plan_node[item - 1] < 0) == answers:
            item -= 1
        if answers:
            _through_left(layout, state, adjoint, item, end, rationality)
        else:
            _through_plain(layout, state, adjoint, item, end)
        end = item
    for node in range(len(parent) - 1, 0, -1):
        e = edge[node]
        if by_log[node] != 0.0:
            if e >= actions and probability[e] > 0.0:
                by_edge[e] += by_log[node] / probability[e]
            by_log[parent[node]] += by_log[node]
