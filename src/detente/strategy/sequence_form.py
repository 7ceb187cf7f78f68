"""The sequence form of a game: what each player did on the way to every leaf, and leaves that came the same way merged.

A *sequence* of a player is its last action (which under perfect recall tells all before it), or the empty sequence
where it has not moved yet. Leaves at which every player holds the same sequence differ by chance alone and are one
*entry*: poker hands that nobody can tell apart collapse to what the cards mean.

Source: von Stengel 1996, Efficient computation of behavior strategies; Koller, Megiddo and von Stengel 1996.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.game.arrays import Game, ranges
from detente.game.rows import distinct

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


class Treeplex(NamedTuple):
    """Index arrays for the kernels; read only. Sequences and information sets of all players, player after player.

    start [player + 1]: sequences of player i are start[i] .. start[i + 1] - 1, the first of them the empty one.
    set_start [player + 1]: information sets of player i, those that come first in play first.
    first, end [set]: the sequences that end with an action there. above [set]: the sequence that leads there.
    row_start [sequence + 1]: the entries in which a sequence takes part, in `place` and `others`.
    others [row, player - 1]: the other players' sequences at that entry. place [row]: the entry.
    """

    start: Ints
    set_start: Ints
    first: Ints
    end: Ints
    above: Ints
    row_start: Longs
    others: Ints
    place: Ints


@dataclass(frozen=True, eq=False)
class SequenceForm:
    """The sequence form of one game, whatever its payoffs.

    infoset [set]: which information set of the game. action [sequence]: the game's action, -1 for an empty sequence.
    sequence [action]: the inverse. entry [leaf]: the entry that the leaf belongs to.
    entry_sequence [entry, player]: what everybody has done there.
    """

    game: Game
    treeplex: Treeplex
    infoset: Ints
    action: Ints
    sequence: Ints
    entry: Ints
    entry_sequence: Ints

    @property
    def entries(self) -> int:
        """Number of entries."""
        return len(self.entry_sequence)

    def weights(self, payoff: Floats, chance: Floats) -> Floats:
        """[row]: payoff times the probability of chance's moves, in the order of the treeplex.

        payoff [payoff class, player], chance [chance class]: one draw. Rows of player i's block weigh what i is paid.
        """
        luck = chance_reach(self.game, chance)
        paid = payoff[self.game.leaf_class]
        rows = np.empty(len(self.treeplex.place))
        for player in range(len(self.game.players)):
            own = slice(player * self.entries, (player + 1) * self.entries)
            total = np.bincount(self.entry, luck * paid[:, player], minlength=self.entries)
            rows[own] = total[self.treeplex.place[own]]
        return rows


def sequence_form(game: Game) -> SequenceForm:
    """The game's sequence form, made once per game."""
    return game.kept.once(SequenceForm, lambda: _make(game))


def chance_reach(game: Game, chance: Floats) -> Floats:
    """[leaf]: probability of everything that chance does on the way, given probabilities [chance class]."""
    odds = np.ones(game.nodes)
    by_chance = game.chance >= 0
    odds[by_chance] = chance[game.chance[by_chance]]
    for level in game.levels():
        if level.start:
            odds[level] *= odds[game.parent[level]]
    return odds[game.leaf_node]


def last_actions(game: Game, player: int) -> Ints:
    """[node]: the player's last action on the way there, the one that leads there included; -1 for none."""
    last = np.full(game.nodes, -1, np.int32)
    own = np.append(game.infoset_player[game.infoset_of_action] == player, False)
    mine = own[game.action]
    for level in game.levels():
        if level.start:
            last[level] = np.where(mine[level], game.action[level], last[game.parent[level]])
    return last


def uniform(form: SequenceForm) -> Floats:
    """[sequence]: behaviour at which every action is as likely as the others at its information set."""
    counts = (form.treeplex.end - form.treeplex.first).astype(np.int64)
    behaviour = np.ones(len(form.action))
    behaviour[form.action >= 0] = np.repeat(1.0 / counts, counts)
    return behaviour


def behaviour_of(form: SequenceForm, plan: Floats, elsewhere: Floats) -> Floats:
    """[action]: what a plan [sequence] does; where its own moves keep it from an information set, `elsewhere`."""
    tree = form.treeplex
    own = form.action >= 0
    counts = (tree.end - tree.first).astype(np.int64)
    total = np.repeat(np.add.reduceat(plan[own], np.cumsum(counts) - counts), counts) if len(counts) else plan[own]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(total > 0.0, plan[own] / total, elsewhere[own])
    behaviour = np.empty(len(form.sequence))
    behaviour[form.action[own]] = found
    return behaviour


def _make(game: Game) -> SequenceForm:
    players = len(game.players)
    sequence = np.full(game.actions + 1, -1, np.int32)  # the last place stands for no action
    actions: list[Ints] = []
    sets: list[Ints] = []
    above: list[Ints] = []
    first: list[Ints] = []
    leaves = np.empty((game.leaves, players), np.int32)
    start = [0]
    for player in range(players):
        last = last_actions(game, player)
        own = _in_order(game, player, last)
        counts = np.diff(game.action_start)[own]
        listed = ranges(game.action_start[own], counts).astype(np.int32)
        actions += [np.array([-1], np.int32), listed]
        sequence[listed] = start[-1] + 1 + np.arange(len(listed))
        sequence[-1] = start[-1]
        leaves[:, player] = sequence[last[game.leaf_node]]
        sets.append(own)
        above.append(sequence[last[game.infoset_nodes[game.infoset_node_start[own]]]])
        first.append((start[-1] + 1 + np.cumsum(counts) - counts).astype(np.int32))
        start.append(start[-1] + 1 + len(listed))
    infoset = np.concatenate(sets).astype(np.int32)
    kept, entry = distinct([leaves[:, player] for player in range(players)], game.leaves)
    entry_sequence = np.ascontiguousarray(leaves[kept])
    row_start, others, place = _rows(entry_sequence, start[-1])
    begin = np.concatenate(first).astype(np.int32)
    treeplex = Treeplex(
        start=np.array(start, np.int32),
        set_start=np.concatenate([[0], np.cumsum([len(own) for own in sets])]).astype(np.int32),
        first=begin,
        end=(begin + np.diff(game.action_start)[infoset]).astype(np.int32),
        above=np.concatenate(above).astype(np.int32),
        row_start=row_start,
        others=others,
        place=place,
    )
    return SequenceForm(
        game,
        treeplex,
        infoset,
        np.concatenate(actions).astype(np.int32),
        sequence[:-1].copy(),
        entry.astype(np.int32),
        entry_sequence,
    )


def _in_order(game: Game, player: int, last: Ints) -> Ints:
    """The player's information sets such that each comes after the one above it."""
    own = np.flatnonzero(game.infoset_player == player).astype(np.int32)
    before = last[game.infoset_nodes[game.infoset_node_start[own]]]
    depth = np.zeros(game.infosets, np.int32)
    rank = np.zeros(game.nodes, np.int32)
    for level in game.levels():
        if level.start:
            up = game.parent[level]
            rank[level] = rank[up] + (last[level] != last[up])
    depth[own] = rank[game.infoset_nodes[game.infoset_node_start[own]]]
    return own[np.lexsort((own, before, depth[own]))]


def _rows(entry_sequence: Ints, sequences: int) -> tuple[Longs, Ints, Ints]:
    """The entries sorted by each player's sequence in turn: where each sequence's begin, the others', the entry."""
    entries, players = entry_sequence.shape
    counts = np.zeros(sequences, np.int64)
    others = np.empty((players * entries, max(players - 1, 1)), np.int32)
    place = np.empty(players * entries, np.int32)
    for player in range(players):
        rest = [other for other in range(players) if other != player]
        keys = [entry_sequence[:, other] for other in reversed(rest)]
        order = np.lexsort((*keys, entry_sequence[:, player]))
        rows = slice(player * entries, (player + 1) * entries)
        place[rows] = order
        others[rows, : len(rest)] = entry_sequence[order][:, rest]
        counts += np.bincount(entry_sequence[:, player], minlength=sequences)
    return np.concatenate([[0], np.cumsum(counts)]), others, place
