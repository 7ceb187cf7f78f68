"""Coupling of unknowns in the Jacobian, and its nonzero entries: pairs of information sets, one above the other.

Values carry what happens below to those above, beliefs what happened above to those below; nothing else couples two
information sets. So the nonzero blocks belong to the pairs (below, above) that some path through the tree joins.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.kernels.compiled import entry, kernel
from detente.kernels.four_lanes import WIDTH, add, at, cell, four, plus, put, short
from detente.kernels.records import Record
from detente.strategy.layout import Layout
from detente.strategy.state import State
from detente.strategy.sweep import paces

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


class Walks(Record):
    """Places of the Jacobian's entries.

    walk_start [position + 1], walk [step]: for each position, the pairs met on the way up, the nearest first.
    entry_start [pair + 1]: each pair's entries: first [log-odds of the one below, equation of the one above]; then
        [log-odds of the one above, equation of the one below], where beliefs there depend on it.
    """

    walk_start: Longs
    walk: Ints
    entry_start: Longs


class Coupling(NamedTuple):
    """The pairs of unknowns that meet.

    pair_start [k + 1]: the pairs in which the k-th unknown is the one below; above [pair]: the one above.
    """

    walks: Walks
    pair_start: Longs
    above: Ints

    @property
    def entries(self) -> int:
        """Number of entries outside the border."""
        return int(self.walks.entry_start[-1])


def coupling_of(layout: Layout) -> Coupling:
    """The pairs that meet in a layout; time and memory are proportional to positions times depth."""
    depth = np.zeros(len(layout.position_node), np.int32)
    _depths(layout, depth)
    walk_start = np.concatenate([[0], np.cumsum(depth, dtype=np.int64)])
    walk = np.empty(int(walk_start[-1]), np.int32)
    pair_start = np.zeros(len(layout.unknown) + 1, np.int64)
    above = np.empty(len(walk), np.int32)
    pairs = _pair(layout, walk_start, walk, pair_start, above)
    above = above[:pairs].copy()
    below = np.repeat(np.arange(len(layout.unknown)), np.diff(pair_start))
    width = np.diff(layout.action_start).astype(np.int64) - 1
    block = width[below] * width[above]
    learns = (layout.player[below] != layout.player[above]) & (np.diff(layout.position_start)[below] > 1)
    walks = Walks(walk_start, walk, np.concatenate([[0], np.cumsum(block * (1 + learns))]))
    return Coupling(walks, pair_start, above)


@entry
def _depths(layout: Layout, depth: Ints) -> None:
    for position in layout.downward:
        above = layout.above[position]
        depth[position] = 0 if above < 0 else depth[above] + 1


@entry
def _pair(layout: Layout, walk_start: Any, walk: Any, pair_start: Any, above: Any) -> int:
    """Numbers the pairs; returns how many there are."""
    unknowns = len(layout.unknown)
    known = np.full(unknowns, -1, np.int64)
    pairs = 0
    for k in range(unknowns):
        first = pairs
        for position in range(layout.position_start[k], layout.position_start[k + 1]):
            step = walk_start[position]
            up = layout.above[position]
            while up >= 0:
                other = layout.position_unknown[up]
                if known[other] < first:
                    known[other] = pairs
                    above[pairs] = other
                    pairs += 1
                walk[step] = known[other]
                step += 1
                up = layout.above[up]
        pair_start[k + 1] = pairs
    return pairs


@kernel
def entries(layout: Layout, state: State, walks: Walks, rationality: float, out: Floats) -> None:
    """Sets out [entry]: the derivative of `residual` at the state it left, but for the border and the identity.

    From every position one walk up to those who moved before: play here moves the values that they expect, and their
    play moves beliefs here, and with them the action values. The reference action is the one that all log-odds take
    from; there is no branch for it, since processors could not foretell which way it goes.
    """
    for i in range(len(out)):
        out[i] = 0.0
    above_of, taken_at, owner, places = (
        layout.above,
        layout.above_action,
        layout.position_unknown,
        layout.position_start,
    )
    starts, action, references, player_of = layout.action_start, layout.action, state.reference, layout.player
    belief, factor, probability, likely = state.belief, state.factor, state.probability, state.likely
    walk_start, walk, entry_start = walks.walk_start, walks.walk, walks.entry_start
    lever, lift, pace = state.lever, state.shared, state.pace
    _order(layout, state)
    paces(layout, state, rationality, pace)
    for i in range(len(pace)):
        pace[i] = pace[i] / rationality if rationality != 0.0 else 1.0  # one, exactly, where all answer alike
    for position in range(len(owner)):
        above = above_of[position]
        if above < 0:
            continue
        k = owner[position]
        player, start, width = player_of[k], starts[k] - k, starts[k + 1] - starts[k] - 1
        learns = places[k + 1] - places[k] > 1 and belief[position] != 0.0
        _stakes(layout, state, position, rationality)
        chance = -rationality * factor[position]
        taken = taken_at[position]
        step = walk_start[position]
        while above >= 0:
            earlier = at(owner, above)
            mover, first, base = at(player_of, earlier), at(starts, earlier), at(references, earlier)
            wide = at(starts, earlier + 1) - first - 1
            place = at(entry_start, at(walk, step))
            weight = at(belief, above) * chance
            column, against = taken - first - (1 if taken > base else 0), 0.0
            if taken == base:
                column, against = -1, 1.0
            if weight != 0.0:
                line = place
                for row in range(width):
                    short()
                    term = weight * at(likely, start + row) * cell(lever, row, mover)
                    for other in range(wide):
                        short()
                        drawn = term * at(pace, first - earlier + other)
                        add(out, line + other, drawn * ((1.0 if other == column else 0.0) - against))
                    line += wide
            if learns and mover != player:
                place += wide * width
                for other in range(wide):
                    short()
                    share = (1.0 if other == column else 0.0) - at(likely, first - earlier + other)
                    for row in range(width):
                        short()
                        add(out, place + row, cell(lift, row, 0) * share)
                    place += width
            chance *= at(factor, above) * at(probability, at(action, taken))
            taken = at(taken_at, above)
            above = at(above_of, above)
            step += 1


@kernel
def _order(layout: Layout, state: State) -> None:
    """Probabilities of the actions that have log-odds, in the order of these."""
    starts, action, references, likely = layout.action_start, layout.action, state.reference, state.likely
    for k in range(len(layout.unknown)):
        column = starts[k] - k
        for a in range(starts[k], starts[k + 1]):
            short()
            if a != references[k]:
                likely[column] = state.probability[action[a]]
                column += 1


@kernel
def _stakes(layout: Layout, state: State, position: int, rationality: float) -> None:
    """Sets the levers of a position's actions and the pull of its belief, in the order of the log-odds.

    `state.lever` [log-odds, player]: value of each action less the value of the position's node. `state.shared`
    [log-odds, 0]: derivative of the equations of the node's player in the belief in the node.
    """
    starts, value, lever, lift = layout.action_start, state.value, state.lever, state.shared
    k = layout.position_unknown[position]
    start, own, player = starts[k], state.reference[k], layout.player[k]
    child, node = layout.position_child[position] - start, layout.position_node[position]
    base = value[child + own, player] - state.quality[own]
    scale = -rationality * state.belief[position]
    row = 0
    for c in range(start, starts[k + 1]):
        if c == own:
            continue
        for p in range(0, value.shape[1], WIDTH):
            put(lever, row, p, plus(four(value, child + c, p), -1.0, four(value, node, p)))
        pace = state.pace[start - k + row]
        lift[row, 0] = scale * pace * (value[child + c, player] - state.quality[c] - base)
        row += 1
