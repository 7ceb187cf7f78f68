"""Which unknowns meet in the Jacobian, and its nonzero entries: information sets one of which is above the other.

Values carry what happens below to those above, beliefs what happened above to those below; nothing else couples two
information sets. So the nonzero blocks belong to the pairs (below, above) that some path through the tree joins.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.strategy.compiled import entry, kernel
from detente.strategy.layout import Layout
from detente.strategy.records import Record
from detente.strategy.sweep import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


class Walks(Record):
    """Where the Jacobian's entries are kept.

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
        """How many entries there are outside the border."""
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
    """Sets out [entry]: the derivative of `residual` at the state it left, but for the border and the identity."""
    for i in range(len(out)):
        out[i] = 0.0
    _future(layout, state, walks, rationality, out)
    _past(layout, state, walks, rationality, out)


@kernel
def _future(layout: Layout, state: State, walks: Walks, rationality: float, out: Floats) -> None:
    """Adds how play at every position moves the values of those who moved before."""
    above_of, taken_at, owner = layout.above, layout.above_action, layout.position_unknown
    children, nodes, player_of = layout.position_child, layout.position_node, layout.player
    starts, action, references = layout.action_start, layout.action, state.reference
    belief, factor, probability, value = state.belief, state.factor, state.probability, state.value
    walk_start, walk, entry_start = walks.walk_start, walks.walk, walks.entry_start
    for position in range(len(nodes)):
        k = owner[position]
        start, end = starts[k], starts[k + 1]
        child, node = children[position], nodes[position]
        own = references[k]
        chance = -rationality * factor[position]
        taken = taken_at[position]
        above = above_of[position]
        step = walk_start[position]
        while above >= 0:
            earlier = owner[above]
            weight = belief[above] * chance
            if weight != 0.0:
                player = player_of[earlier]
                base = references[earlier]
                width = starts[earlier + 1] - starts[earlier] - 1
                place = entry_start[walk[step]]
                column = taken - starts[earlier] - (1 if taken > base else 0)
                for c in range(start, end):
                    if c == own:
                        continue
                    term = weight * probability[action[c]] * (value[child + c - start, player] - value[node, player])
                    if taken == base:
                        for other in range(width):
                            out[place + other] -= term
                    else:
                        out[place + column] += term
                    place += width
            chance *= factor[above] * probability[action[taken]]
            taken = taken_at[above]
            above = above_of[above]
            step += 1


@kernel
def _past(layout: Layout, state: State, walks: Walks, rationality: float, out: Floats) -> None:
    """Adds how play before every position moves beliefs, and with them the action values, at its information set."""
    above_of, taken_at, owner = layout.above, layout.above_action, layout.position_unknown
    children, places, player_of = layout.position_child, layout.position_start, layout.player
    starts, action, references = layout.action_start, layout.action, state.reference
    belief, quality, probability, value = state.belief, state.quality, state.probability, state.value
    walk_start, walk, entry_start = walks.walk_start, walks.walk, walks.entry_start
    for position in range(len(children)):
        k = owner[position]
        if places[k + 1] - places[k] == 1 or belief[position] == 0.0:
            continue
        player, start, child = player_of[k], starts[k], children[position]
        own, width = references[k], starts[k + 1] - starts[k] - 1
        base = value[child + own - start, player] - quality[own]
        row = -1
        for a in range(start, start + width + 1):
            if a == own:
                continue
            row += 1
            lift = -rationality * belief[position] * (value[child + a - start, player] - quality[a] - base)
            above = above_of[position]
            taken = taken_at[position]
            step = walk_start[position]
            while above >= 0:
                earlier = owner[above]
                if player_of[earlier] != player:
                    place = entry_start[walk[step]] + (starts[earlier + 1] - starts[earlier] - 1) * width + row
                    for c in range(starts[earlier], starts[earlier + 1]):
                        if c != references[earlier]:
                            out[place] += lift * ((1.0 if c == taken else 0.0) - probability[action[c]])
                            place += width
                taken = taken_at[above]
                above = above_of[above]
                step += 1
