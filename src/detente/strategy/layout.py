"""The solver's view of a game: which information sets are unknowns, which leave the system, and in what order.

An information set *leaves* when its action values depend on no unknown (see `detente.strategy.leaving`). Its
behaviour is then an explicit function of the rationality. The others are *unknowns*; no unknown is below one that
has left. Information sets with a single action belong to neither.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import LEAF, Game, ranges
from detente.kernels.records import Record, indices
from detente.strategy.leaving import answer_levels, leaving, levels_of_children

Ints = NDArray[np.int32]


class Layout(Record):
    """Index arrays for the kernels; read only. `position` numbers the nodes of unknown information sets.

    An edge is numbered by its action, or by `actions` + its chance class: see `edge` [node].

    unknown [k], player [k]: the information set that is the k-th unknown, and who moves there.
    action_start [k + 1]: its actions in the numbering of unknown actions; `action` maps those to the game's.
    position_start [k + 1], position_node, position_child, position_unknown: its nodes, their first children, and k.
    above, above_action [position]: nearest position above (-1: none), and the unknown action taken there.
    downward: positions such that the one above always comes first.
    plan_node [item]: a node to be valued from its children, or -1 where the item is `plan_left` [item], an
        information set that has left: items are in an order in which everything below comes first. The first
        `plan_given` of them are nodes below which nobody has a choice: their values do not depend on behaviour.
    left, left_player, left_start [+ 1], left_node: the information sets that have left, and their nodes;
        left_simple: whether it is one node with two actions; left_known: whether nobody has a choice below it, so that
        what its actions are worth does not depend on behaviour.
    """

    players: int
    actions: int
    first_child: Ints
    child_count: Ints
    parent: Ints
    edge: Ints
    infoset_action: Ints
    leaf_node: Ints
    leaf_class: Ints
    unknown: Ints
    player: Ints
    action_start: Ints
    action: Ints
    position_start: Ints
    position_node: Ints
    position_child: Ints
    position_unknown: Ints
    above: Ints
    above_action: Ints
    downward: Ints
    plan_node: Ints
    plan_left: Ints
    plan_given: int
    left: Ints
    left_player: Ints
    left_start: Ints
    left_node: Ints
    left_simple: NDArray[np.bool_]
    left_known: NDArray[np.bool_]

    @property
    def unknowns(self) -> int:
        """Number of unknown log-odds."""
        return len(self.action) - len(self.unknown)


def layout_of(game: Game, *, eliminate: bool = True) -> Layout:
    """The game's layout, made once per game; without elimination every information set with a choice is unknown."""
    return game.kept.once((Layout, eliminate), lambda: _lay_out(game, eliminate))


def _lay_out(game: Game, eliminate: bool) -> Layout:
    choices = np.diff(game.action_start)
    left = leaving(game) if eliminate else np.zeros(game.infosets, bool)
    unknown = np.flatnonzero((choices > 1) & ~left).astype(np.int32)
    gone = np.flatnonzero(left).astype(np.int32)
    position_start, position_node = _nodes_of(game, unknown)
    left_start, left_node = _nodes_of(game, gone)
    above, above_action = _nearest_above(game, unknown, position_node)
    decided = _decided(game)
    plan_node, plan_left, given = _plan(game, gone, decided)
    edge = np.where(game.action >= 0, game.action, game.actions + game.chance).astype(np.int32)
    edge[0] = 0
    return Layout(
        players=len(game.players),
        actions=game.actions,
        first_child=indices(game.first_child),
        child_count=indices(game.child_count),
        parent=indices(game.parent),
        edge=edge,
        infoset_action=indices(game.action_start),
        leaf_node=indices(game.leaf_node),
        leaf_class=indices(game.leaf_class),
        unknown=unknown,
        player=indices(game.infoset_player[unknown]),
        action_start=_starts(choices[unknown]),
        action=indices(ranges(game.action_start[unknown], choices[unknown])),
        position_start=position_start,
        position_node=position_node,
        position_child=indices(game.first_child[position_node]),
        position_unknown=np.repeat(np.arange(len(unknown), dtype=np.int32), np.diff(position_start)),
        above=above,
        above_action=above_action,
        downward=np.argsort(position_node, kind="stable").astype(np.int32),
        plan_node=plan_node,
        plan_left=plan_left,
        plan_given=given,
        left=gone,
        left_player=indices(game.infoset_player[gone]),
        left_start=left_start,
        left_node=left_node,
        left_simple=(np.diff(left_start) == 1) & (choices[gone] == 2),
        left_known=_known(game, decided, left_start, left_node),
    )


def _starts(counts: NDArray[np.integer]) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def _nodes_of(game: Game, infosets: Ints) -> tuple[Ints, Ints]:
    counts = np.diff(game.infoset_node_start)[infosets]
    places = ranges(game.infoset_node_start[infosets], counts)
    return _starts(counts), indices(game.infoset_nodes[places])


def _nearest_above(game: Game, unknown: Ints, position_node: Ints) -> tuple[Ints, Ints]:
    """Nearest position above each position, and the unknown action taken there; -1 for a position with none above."""
    place = np.full(game.nodes, -1, np.int32)
    place[position_node] = np.arange(len(position_node))
    number = np.full(game.actions + 1, -1, np.int32)
    counts = np.diff(game.action_start)[unknown]
    actions = ranges(game.action_start[unknown], counts)
    number[actions] = np.arange(len(actions))
    above = np.full(game.nodes, -1, np.int32)
    taken = np.full(game.nodes, -1, np.int32)
    for level in game.levels():
        parent = game.parent[level]
        if parent[0] < 0:
            continue
        direct = place[parent] >= 0
        above[level] = np.where(direct, place[parent], above[parent])
        action = game.action[level]
        taken[level] = np.where(direct, number[np.maximum(action, 0)], taken[parent])
    return indices(above[position_node]), indices(taken[position_node])


def _plan(game: Game, gone: Ints, decided: NDArray[np.bool_]) -> tuple[Ints, Ints, int]:
    """Nodes and information sets that have left, deepest children first; and how many at the start are given."""
    number = np.full(game.infosets + 1, -1, np.int32)
    number[gone] = np.arange(len(gone))
    interior = np.flatnonzero(game.infoset != LEAF).astype(np.int32)
    plain = interior[number[np.where(game.infoset[interior] >= 0, game.infoset[interior], game.infosets)] < 0]
    first = game.infoset_nodes[game.infoset_node_start[gone]]
    level = np.concatenate([levels_of_children(game)[plain], answer_levels(game)[gone]])
    node = np.concatenate([plain, np.full(len(gone), -1, np.int32)])
    left = np.concatenate([np.full(len(plain), -1, np.int32), number[gone]])
    moves = np.concatenate([decided[plain], np.ones(len(gone), bool)])
    children = np.concatenate([game.child_count[plain], game.child_count[first]])  # like follows like
    order = np.lexsort((np.concatenate([plain, first]), children, node < 0, -level, moves))
    return indices(node[order]), indices(left[order]), int((~moves).sum())


def _known(game: Game, decided: NDArray[np.bool_], start: Ints, nodes: Ints) -> NDArray[np.bool_]:
    """[information set]: whether nobody has a choice below any of its nodes [start[k] .. start[k + 1]]."""
    if not len(nodes):
        return np.zeros(0, bool)
    counts = game.child_count[nodes]
    children = ranges(game.first_child[nodes], counts)
    below = np.logical_or.reduceat(decided[children], _starts(counts)[:-1])
    return ~np.logical_or.reduceat(below, start[:-1])


def _decided(game: Game) -> NDArray[np.bool_]:
    """[node]: whether somebody has a choice at the node or below it."""
    choice = np.append(np.diff(game.action_start) > 1, False)
    decided = choice[np.where(game.infoset >= 0, game.infoset, game.infosets)]
    for level in reversed(list(game.levels())):
        if level.start:
            np.logical_or.at(decided, game.parent[level], decided[level])
    return decided
