"""The kernels of the solver: reach down, values up, action values, and their derivatives.

All are per draw, over a `Layout`, in logarithms wherever a probability may vanish. Payoffs are in units of the
payoff range and `rationality` in units of its inverse, so that nothing here depends on the scale of payoffs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.kernels.compiled import entry, kernel
from detente.strategy.layout import Layout
from detente.strategy.state import FLOOR, State
from detente.strategy.valuing import fading, give, values

Floats = NDArray[np.float64]


@entry
def load(layout: Layout, state: State, payoff: Floats, chance: Floats) -> None:
    """Takes one draw's payoffs [class, player] and chance probabilities [class] into the state.

    A negative chance is the logarithm of one, which may be as small as it likes.
    """
    leaf_node, leaf_class, players = layout.leaf_node, layout.leaf_class, layout.players
    value, slope = state.value, state.slope
    for leaf in range(len(leaf_node)):
        node, kind = leaf_node[leaf], leaf_class[leaf]
        for player in range(players):
            value[node, player] = payoff[kind, player]
            slope[node, player] = 0.0
    for action in range(layout.actions):
        state.base[action] = 0.0
        state.rate[action] = 1.0
    luck = np.zeros(len(layout.parent))
    _take_chances(layout, state, chance, luck)
    _take_luck(layout, state, luck)
    give(layout, state)


@kernel
def _take_chances(layout: Layout, state: State, chance: Floats, luck: Floats) -> None:
    """Sets luck [node that is no leaf]: the logarithm of how likely chance lets play come there."""
    probability, actions = state.probability, layout.actions
    parent, edge, child_count = layout.parent, layout.edge, layout.child_count
    logs = np.zeros(len(probability))
    for action in range(actions):
        probability[action] = 1.0
    for k in range(len(chance)):
        probability[actions + k] = chance[k] if chance[k] >= 0.0 else np.exp(chance[k])
        logs[actions + k] = max(np.log(chance[k]), FLOOR) if chance[k] > 0.0 else FLOOR
        if chance[k] < 0.0:
            logs[actions + k] = chance[k]
    for node in range(1, len(parent)):
        if child_count[node] > 0:
            luck[node] = luck[parent[node]] + logs[edge[node]]


@kernel
def _take_luck(layout: Layout, state: State, luck: Floats) -> None:
    """Sets the chance factors of positions, and the beliefs at information sets that have left, from the luck of nodes.

    luck [node]: logarithm of the product of all chance probabilities on the way to the node. `state.chance` and
    `state.factor` [position] become the luck since the position above, as a logarithm and as a number. `state.weight`
    becomes the belief in each node of a set that has left, by luck alone: the nodes share one sequence of decisions, or
    their beliefs do not matter (`detente.strategy.leaving`).
    """
    above_of, node_of, chance, factor = layout.above, layout.position_node, state.chance, state.factor
    for position in range(len(node_of)):
        above = above_of[position]
        since = luck[node_of[position]]
        if above >= 0:
            since -= luck[node_of[above]]
        chance[position] = since
        factor[position] = np.exp(since) if since != 0.0 else 1.0
    starts, nodes, weight = layout.left_start, layout.left_node, state.weight
    for k in range(len(starts) - 1):
        start, end = starts[k], starts[k + 1]
        weight[start] = 1.0
        if end - start == 1:
            continue
        top = -np.inf
        for j in range(start, end):
            top = max(top, luck[nodes[j]])
        total = 0.0
        for j in range(start, end):
            weight[j] = np.exp(luck[nodes[j]] - top)
            total += weight[j]
        for j in range(start, end):
            weight[j] /= total


@kernel
def play(layout: Layout, state: State, odds: Floats) -> None:
    """Behaviour at the unknowns from log-odds against each one's reference action, then reach and beliefs."""
    starts, action, reference = layout.action_start, layout.action, state.reference
    log_play, probability = state.log_play, state.probability
    for k in range(len(layout.unknown)):
        start, end = starts[k], starts[k + 1]
        column = start - k
        top = 0.0
        for a in range(start, end):
            log_play[a] = 0.0
            if a != reference[k]:
                log_play[a] = odds[column]
                top = max(top, odds[column])
                column += 1
        total = 0.0
        for a in range(start, end):
            log_play[a] -= top
            weight = fading(log_play[a])
            probability[action[a]] = weight
            total += weight
        shift = np.log(total)
        for a in range(start, end):
            log_play[a] -= shift
            probability[action[a]] /= total
    _reach(layout, state)
    _believe(layout, state)


@kernel
def _reach(layout: Layout, state: State) -> None:
    """Log reach of every position, with what rounding takes from it (Knuth's two-sum)."""
    downward, above_of, taken_at = layout.downward, layout.above, layout.above_action
    log_play, chance, reach, rest = state.log_play, state.chance, state.reach, state.rest
    for position in downward:
        above = above_of[position]
        if above < 0:
            reach[position] = chance[position]
            rest[position] = 0.0
            continue
        step = log_play[taken_at[position]] + chance[position]
        before = reach[above]
        total = before + step
        virtual = total - before
        reach[position] = total
        rest[position] = rest[above] + ((before - (total - virtual)) + (step - virtual))


@kernel
def _believe(layout: Layout, state: State) -> None:
    """Beliefs at the unknowns, from log reach relative to the likeliest node."""
    places, reach, rest, belief = layout.position_start, state.reach, state.rest, state.belief
    for k in range(len(places) - 1):
        start, end = places[k], places[k + 1]
        if end - start == 1:
            continue
        top = start
        for position in range(start + 1, end):
            if reach[position] > reach[top]:
                top = position
        total = 0.0
        for position in range(start, end):
            belief[position] = fading((reach[position] - reach[top]) + (rest[position] - rest[top]))
            total += belief[position]
        for position in range(start, end):
            belief[position] /= total


@kernel
def qualities(layout: Layout, state: State) -> None:
    """Action values at the unknowns, given beliefs and values (and their slopes in the rationality)."""
    places, children, starts = layout.position_start, layout.position_child, layout.action_start
    belief, value, slope, with_slope = state.belief, state.value, state.slope, state.asks[0]
    quality, quality_slope, player_of = state.quality, state.quality_slope, layout.player
    for k in range(len(player_of)):
        player, first = player_of[k], starts[k]
        for a in range(first, starts[k + 1]):
            worth = 0.0
            rise = 0.0
            for position in range(places[k], places[k + 1]):
                child = children[position] + a - first
                worth += belief[position] * value[child, player]
                if with_slope:
                    rise += belief[position] * slope[child, player]
            quality[a] = worth
            quality_slope[a] = rise


@kernel
def residual(layout: Layout, state: State, point: Floats, out: Floats) -> None:
    """Sets out [unknown] = z - pace * (Q(a) - Q(reference)) at point = (z, lambda); see `State` for the pace."""
    n = len(point) - 1
    rationality = point[n]
    play(layout, state, point)
    values(layout, state, rationality)
    qualities(layout, state)
    starts, quality, reference = layout.action_start, state.quality, state.reference
    action, base, rate = layout.action, state.base, state.rate
    for k in range(len(starts) - 1):
        own = reference[k]
        column = starts[k] - k
        for a in range(starts[k], starts[k + 1]):
            if a != own:
                pace = base[action[a]] + rate[action[a]] * rationality
                out[column] = point[column] - pace * (quality[a] - quality[own])
                column += 1


@kernel
def paces(layout: Layout, state: State, rationality: float, out: Floats) -> None:
    """Sets out [unknown log-odds] to what each answers to at a rationality."""
    starts, action, reference = layout.action_start, layout.action, state.reference
    for k in range(len(starts) - 1):
        column = starts[k] - k
        for a in range(starts[k], starts[k + 1]):
            if a != reference[k]:
                out[column] = state.base[action[a]] + state.rate[action[a]] * rationality
                column += 1


@kernel
def _future(layout: Layout, state: State, matrix: Floats) -> None:
    """Adds how play at every position moves the values of those who moved before."""
    above_of, taken_at, owner = layout.above, layout.above_action, layout.position_unknown
    children, nodes, player_of = layout.position_child, layout.position_node, layout.player
    starts, action, reference = layout.action_start, layout.action, state.reference
    belief, factor, probability, value = state.belief, state.factor, state.probability, state.value
    for position in range(len(nodes)):
        k = owner[position]
        start, end = starts[k], starts[k + 1]
        child, node = children[position], nodes[position]
        chance = factor[position]
        taken = taken_at[position]
        above = above_of[position]
        while above >= 0:
            earlier = owner[above]
            player = player_of[earlier]
            weight = belief[above] * chance
            base = reference[earlier]
            if weight != 0.0:
                column = start - k
                for c in range(start, end):
                    if c == reference[k]:
                        continue
                    term = weight * probability[action[c]] * (value[child + c - start, player] - value[node, player])
                    if taken == base:
                        for row in range(starts[earlier] - earlier, starts[earlier + 1] - earlier - 1):
                            matrix[column, row] -= term
                    else:
                        matrix[column, taken - earlier - (1 if taken > base else 0)] += term
                    column += 1
            chance *= factor[above] * probability[action[taken]]
            taken = taken_at[above]
            above = above_of[above]


@kernel
def _past(layout: Layout, state: State, matrix: Floats) -> None:
    """Adds how play before every position moves beliefs, and with them the action values, at its information set."""
    above_of, taken_at, owner = layout.above, layout.above_action, layout.position_unknown
    children, places, player_of = layout.position_child, layout.position_start, layout.player
    starts, action, reference = layout.action_start, layout.action, state.reference
    belief, quality, probability, value = state.belief, state.quality, state.probability, state.value
    for position in range(len(children)):
        k = owner[position]
        if places[k + 1] - places[k] == 1:
            continue
        player, start, child = player_of[k], starts[k], children[position]
        own = reference[k]
        base = value[child + own - start, player] - quality[own]
        row = start - k - 1
        for a in range(start, starts[k + 1]):
            if a == own:
                continue
            row += 1
            lift = belief[position] * (value[child + a - start, player] - quality[a] - base)
            above = above_of[position]
            taken = taken_at[position]
            while above >= 0 and lift != 0.0:
                earlier = owner[above]
                if player_of[earlier] != player:
                    column = starts[earlier] - earlier
                    for c in range(starts[earlier], starts[earlier + 1]):
                        if c != reference[earlier]:
                            share = (1.0 if c == taken else 0.0) - probability[action[c]]
                            matrix[column, row] += lift * share
                            column += 1
                taken = taken_at[above]
                above = above_of[above]


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
    _future(layout, state, matrix)
    _past(layout, state, matrix)
    paces(layout, state, rationality, state.pace)
    for i in range(n):
        for j in range(n):
            matrix[i, j] *= -state.pace[j]
        matrix[i, i] += 1.0
    rationality_row(layout, state, rationality, matrix[n])


@kernel
def rationality_row(layout: Layout, state: State, rationality: float, out: Floats) -> None:
    """Sets out [equation]: the derivative of `residual` in the rationality, at the state it left."""
    starts, quality, slope, reference = layout.action_start, state.quality, state.quality_slope, state.reference
    action, base, rate = layout.action, state.base, state.rate
    for k in range(len(starts) - 1):
        own = reference[k]
        column = starts[k] - k
        for a in range(starts[k], starts[k + 1]):
            if a != own:
                rises = rate[action[a]]
                pace = base[action[a]] + rises * rationality
                out[column] = rises * (quality[own] - quality[a]) - pace * (slope[a] - slope[own])
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
