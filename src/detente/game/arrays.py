"""The finite extensive-form game as flat, level-ordered arrays: what the solvers see.

Nodes are numbered level by level: a parent's number is smaller than its children's, the children of a node are
contiguous, and so are the nodes of a level. An edge is named by the node it leads to. Payoffs and chance
probabilities differ from draw to draw and are stored per *class*: leaves that pay the same in every draw share a
payoff class, chance edges with the same probability in every draw share a chance class.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.game.file_names import FileNames
from detente.game.kept import Kept
from detente.game.story import Story

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

CHANCE = -1
LEAF = -2


@dataclass(frozen=True, eq=False)
class Game:
    """An extensive-form game of n players with chance and imperfect information (perfect recall).

    players: names, in order.
    parent [node]: the node above; -1 at the root, which is node 0.
    first_child, child_count [node]: children are first_child .. first_child + child_count - 1.
    infoset [node]: number of the information set, or CHANCE, or LEAF.
    action [node]: number of the action that leads to the node, or -1 where chance (or nothing) leads there.
    chance [node]: chance class of the edge that leads to the node, or -1.
    level_start [level + 1]: first node of each level, closed by the number of nodes.
    infoset_player [infoset]: who moves.
    action_start [infoset + 1]: the actions of information set I are action_start[I] .. action_start[I + 1] - 1;
        child k of each of its nodes is reached by action action_start[I] + k.
    infoset_node_start [infoset + 1], infoset_nodes: the nodes of each information set.
    leaf_node [leaf]: nodes of the leaves, ascending. leaf_class [leaf]: payoff class.
    payoff_classes, chance_classes: how many there are.
    worth [player, payoff class]: classes with one number pay the player the same in every draw; None where only
        equal classes are known to.
    infoset_label, action_label: names for people, empty where a Story tells them.
    story: how nodes came from a case, or None for a game that was loaded from a game file.
    file: what a game file calls things, or None for a game that came from a case.
    kept: what has been worked out from the other fields: layouts, plans, tables of what an event means.
    """

    title: str
    players: tuple[str, ...]
    parent: Ints
    first_child: Ints
    child_count: Ints
    infoset: Ints
    action: Ints
    chance: Ints
    level_start: Ints
    infoset_player: Ints
    action_start: Ints
    infoset_node_start: Ints
    infoset_nodes: Ints
    leaf_node: Ints
    leaf_class: Ints
    payoff_classes: int
    chance_classes: int
    infoset_label: tuple[str, ...] = ()
    action_label: tuple[str, ...] = ()
    story: Story | None = field(default=None, repr=False)
    file: FileNames | None = field(default=None, repr=False)
    worth: Ints | None = field(default=None, repr=False)
    kept: Kept = field(default_factory=Kept, init=False, repr=False)

    @property
    def nodes(self) -> int:
        """Number of nodes, leaves included."""
        return len(self.parent)

    @property
    def leaves(self) -> int:
        """Number of leaves."""
        return len(self.leaf_node)

    @property
    def infosets(self) -> int:
        """Number of information sets."""
        return len(self.infoset_player)

    @property
    def actions(self) -> int:
        """Number of actions, over all information sets."""
        return int(self.action_start[-1])

    @cached_property
    def infoset_of_action(self) -> Ints:
        """[action]: the information set at which the action is available."""
        return np.repeat(np.arange(self.infosets, dtype=np.int32), np.diff(self.action_start))

    def levels(self) -> Iterator[slice]:
        """The nodes of each level as a slice, from the root down."""
        for start, end in zip(self.level_start[:-1], self.level_start[1:], strict=True):
            yield slice(int(start), int(end))


@dataclass(frozen=True, eq=False)
class Numbers:
    """Payoffs and chance probabilities of a game, for a block of draws.

    payoff [draw, payoff class, player]: von Neumann-Morgenstern utilities, costs on the way subtracted.
    chance [draw, chance class]: probabilities in [0, 1]; they sum to one over the children of a chance node. In a part
        that was cut out of a game (`detente.equilibrium.fallback.cutting`), and nowhere else, a negative one is a
        logarithm.
    """

    payoff: Floats
    chance: Floats

    @property
    def draws(self) -> int:
        """Number of draws in the block."""
        return len(self.payoff)

    def payoff_range(self) -> Floats:
        """[draw]: largest minus smallest payoff over players' own leaves: max over players of (max - min)."""
        spread = self.payoff.max(axis=1) - self.payoff.min(axis=1)
        return spread.max(axis=1)


def ranges(starts: NDArray[np.integer], counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """The ranges start .. start + count - 1, one after the other."""
    closed = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    return np.arange(closed[-1]) + np.repeat(np.asarray(starts, np.int64) - closed[:-1], counts)
