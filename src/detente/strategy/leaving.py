"""Information sets that leave the system of unknowns, because their player's best move depends on nobody's play.

Two conditions are judged from the leaves up. No unknown stands below. And beliefs do not matter: either the nodes
differ by chance alone (all share one sequence of decisions), or every action has the same value to the player at all of
them, whatever is true; the last mover who knows its own stakes is the common case.

Values are compared by words: 64-bit numbers, equal for values that are equal in every draw and at every rationality,
and different otherwise but for an accident of probability 2^-64 a pair.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game

Ints = NDArray[np.int32]
Words = NDArray[np.uint64]
Mask = NDArray[np.bool_]

_SEED = 20250413


def depths(game: Game) -> Ints:
    """[node]: its level."""
    return np.repeat(np.arange(len(game.level_start) - 1, dtype=np.int32), np.diff(game.level_start))


def levels_of_children(game: Game) -> Ints:
    """[node]: the level of its children; 0 for a leaf."""
    first = np.minimum(game.first_child, game.nodes - 1)
    return np.where(game.child_count > 0, depths(game)[first], 0).astype(np.int32)


def answer_levels(game: Game) -> Ints:
    """[infoset]: the shallowest level of children of its nodes. Going up, all its children are valued by then."""
    if not game.infosets:
        return np.zeros(0, np.int32)
    return np.minimum.reduceat(levels_of_children(game)[game.infoset_nodes], game.infoset_node_start[:-1])


def leaving(game: Game) -> Mask:
    """[infoset]: whether it leaves. One whose nodes are not all above all its children stays."""
    if not game.infosets:
        return np.zeros(0, bool)
    deepest = np.maximum.reduceat(depths(game)[game.infoset_nodes], game.infoset_node_start[:-1])
    choice = np.diff(game.action_start) > 1
    return _Worths(game, choice).leaving(choice & (deepest < answer_levels(game)))


def _mixed(words: Words) -> Words:
    """A bijection of 64-bit words that scatters them. Source: Steele, Lea & Flood 2014 (SplitMix)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _alike(value: NDArray[Any], starts: NDArray[Any]) -> Mask:
    """True where a value is the same throughout each of the segments that begin at `starts`."""
    return np.minimum.reduceat(value, starts) == np.maximum.reduceat(value, starts)


def _segments(first: Ints, counts: Ints) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The ranges first .. first + count - 1 one after the other, and where each begins among them."""
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) + np.repeat(first - starts, counts), starts


class _Worths:
    """Words of nodes and edges, level by level from the leaves up.

    word [player, node]: what the node is worth to the player; of no meaning where bound.
    edge [node]: how likely the edge into the node is. bound [node]: an unknown stands here or below.
    """

    def __init__(self, game: Game, choice: Mask) -> None:
        self._game = game
        self._choice = choice
        self._random = np.random.default_rng(_SEED)
        classes = game.payoff_classes
        worth = game.worth if game.worth is not None else np.tile(np.arange(classes), (len(game.players), 1))
        self._word = np.zeros((len(game.players), game.nodes), np.uint64)
        for player, own in enumerate(worth):
            words = self._words(int(own.max(initial=0)) + 1)
            self._word[player, game.leaf_node] = words[own][game.leaf_class]
        self._edge = np.zeros(game.nodes, np.uint64)
        by_chance = game.chance >= 0
        self._edge[by_chance] = self._words(game.chance_classes)[game.chance[by_chance]]
        self._bound = np.zeros(game.nodes, bool)
        self._certain = self._certain_beliefs()

    def _words(self, count: int) -> Words:
        return self._random.integers(0, 2**63, count, dtype=np.uint64)

    def _certain_beliefs(self) -> Mask:
        """[infoset]: whether its nodes differ by chance alone: the sum of a word per decision on the way is one."""
        game = self._game
        words = self._words(game.actions)
        words[~self._choice[game.infoset_of_action]] = 0
        step = np.where(game.action >= 0, words[game.action], np.uint64(0))
        sequence = step.copy()
        for level in game.levels():
            if level.start:
                sequence[level] = sequence[game.parent[level]] + step[level]
        return _alike(sequence[game.infoset_nodes], game.infoset_node_start[:-1])

    def leaving(self, candidate: Mask) -> Mask:
        """[infoset]: which of the candidates leave."""
        game = self._game
        left = np.zeros(game.infosets, bool)
        self._bind(np.arange(game.infosets), candidate)  # what stays in any case may stand below its own level
        answers = answer_levels(game)
        valued = levels_of_children(game)
        decides = game.infoset >= 0
        valued[decides] = answers[game.infoset[decides]]
        sets, nodes = np.argsort(answers, kind="stable"), np.argsort(valued, kind="stable")
        for level in range(int(valued.max(initial=0)), 0, -1):
            here = sets[slice(*np.searchsorted(answers[sets], [level, level + 1]))]
            if len(here):
                left[here] = self._answer(here) & candidate[here]
                self._bind(here, left)
            self._value(nodes[slice(*np.searchsorted(valued[nodes], [level, level + 1]))])
        return left

    def _answer(self, sets: NDArray[np.intp]) -> Mask:
        """[set]: whether nothing unknown is below and beliefs do not matter; gives words to their actions.

        Equal menus of worths are answered alike, whoever else is at stake.
        """
        game = self._game
        counts = np.diff(game.infoset_node_start)[sets].astype(np.int32)
        places, _ = _segments(game.infoset_node_start[sets], counts)
        nodes = game.infoset_nodes[places]
        moves = np.diff(game.action_start)[sets].astype(np.int32)
        children, _ = _segments(game.first_child[nodes], game.child_count[nodes])
        player = np.repeat(np.repeat(game.infoset_player[sets], counts), game.child_count[nodes])
        order = np.argsort(game.action[children], kind="stable")
        children, player = children[order], player[order]
        action, first = np.unique(game.action[children], return_index=True)
        word = self._word[player, children]
        same = _alike(word, first)
        bound = np.logical_or.reduceat(self._bound[children], first)
        # Sets ascend, and so do their actions: the sorted actions are those of one set after the other.
        by_set = np.cumsum(moves) - moves
        alike = np.logical_and.reduceat(same, by_set)
        free = ~np.logical_or.reduceat(bound, by_set)
        menu = np.add.reduceat(_mixed(word[first]), by_set)
        likely = _mixed(word[first] + _mixed(np.repeat(menu, moves)))
        fresh = self._words(len(action))
        self._edge[children] = np.repeat(
            np.where(np.repeat(alike, moves), likely, fresh), np.diff(np.append(first, len(children)))
        )
        return free & (alike | self._certain[sets])

    def _bind(self, sets: NDArray[np.intp], left: Mask) -> None:
        game = self._game
        unknown = sets[self._choice[sets] & ~left[sets]]
        counts = np.diff(game.infoset_node_start)[unknown].astype(np.int32)
        places, _ = _segments(game.infoset_node_start[unknown], counts)
        self._bound[game.infoset_nodes[places]] = True

    def _value(self, nodes: NDArray[np.intp]) -> None:
        """Words of nodes whose children have theirs. Where all children are worth the same, so is the node."""
        game = self._game
        nodes = nodes[game.child_count[nodes] > 0]
        if not len(nodes):
            return
        children, starts = _segments(game.first_child[nodes], game.child_count[nodes])
        self._bound[nodes] |= np.logical_or.reduceat(self._bound[children], starts)
        for words in self._word:
            below = words[children]
            mean = np.add.reduceat(_mixed(below + _mixed(self._edge[children])), starts)
            words[nodes] = np.where(_alike(below, starts), below[starts], mean)
