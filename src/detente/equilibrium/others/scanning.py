"""Equilibria that replies lead to: ways to play without mixing, all of them or many, and scans of one group's play.

Where nobody's reply departs from a way to play, it is an equilibrium. Three ways lead there. In a small game every way
to play without mixing is looked at. In a larger one players reply in turn, set out from ways that a seed fixes. And one
*group* of information sets, those at which a player has as many moves at the same depth, is made to choose a move with
each probability from zero to one, all alike, while the others reply: where the group's own reply chooses it as often,
on the whole, as it was made to, there is an equilibrium wherever others care for the group's play on the whole only.
Between two probabilities where the reply passes from less to more than that, or back, the place is looked for by
halving, so that equilibria are found from which replies lead away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.others.replies import Replies
from detente.equilibrium.others.starts import kinds_of
from detente.equilibrium.others.tuning import (
    ALIKE,
    FEWEST_POINTS,
    HALVINGS,
    LOG_TREMBLE,
    MOST_EXACT_SHARES,
    MOST_GROUPS,
    MOST_WAYS,
    REPLY_ROUNDS,
    ROUGHLY,
)
from detente.game.arrays import Game
from detente.strategy.behaviour import log_reach

Floats = NDArray[np.float64]


@dataclass(eq=False)
class Looked:
    """Ways to play at which replies came to rest, and the extent of the search for them.

    found: log probabilities [action] of ways to play that nobody's reply departs from, or may not depart from. ways:
    number of ways to play without mixing that were tried as starts; all: True where the game has no others. groups,
    points: groups that were scanned, and the number of probabilities over all groups. whole: True where the search did
    all that it planned.
    """

    found: list[Floats] = field(default_factory=list[Floats])
    ways: int = 0
    all: bool = False
    groups: int = 0
    points: int = 0
    whole: bool = True

    def to_dict(self) -> dict[str, int | bool]:
        """Extent of the search, as plain values."""
        names = ("ways", "all", "groups", "points", "whole")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, eq=False)
class Group:
    """Information sets [member] of one player at one depth, and the rank of the move that a scan is about."""

    members: NDArray[np.int64]
    rank: int


def groups_of(game: Game) -> list[Group]:
    """The groups of a game, each with every move of its own but the first; the largest first."""
    kinds = kinds_of(game)
    counts = np.diff(game.action_start)
    found = [
        Group(members, rank)
        for members in (np.flatnonzero(kinds == kind) for kind in range(int(kinds.max(initial=-1)) + 1))
        for rank in range(1 if counts[members[0]] == 2 else 0, int(counts[members[0]]))
    ]
    return sorted(found, key=lambda group: -len(group.members))


def ways_to_play(game: Game) -> int:
    """Number of ways to play without mixing; counted up to `MOST_WAYS` only."""
    total = 1
    for count in np.diff(game.action_start).tolist():
        total *= count
        if total > MOST_WAYS:
            break
    return total


def every_way(replies: Replies) -> Looked | None:
    """Looks at every way to play without mixing; None where that would take more replies than allowed."""
    game, players = replies.game, len(replies.game.players)
    counts = np.diff(game.action_start)
    total = ways_to_play(game)
    if total > MOST_WAYS or total * players > replies.allowed:
        return None
    looked = Looked(ways=total, all=True)
    for number in range(total):
        logs = replies.pure(np.array(np.unravel_index(number, counts), np.int64))
        if replies.rest(logs, 1) is not None:
            looked.found.append(logs)
    return looked


def many_ways(replies: Replies, starts: int, seed: int) -> Looked:
    """Lets players reply in turn from ways to play without mixing, and along scans of every group.

    starts: how many ways, which may take half of the replies allowed, and about how many probabilities of each group.
    """
    looked = Looked()
    for number in range(starts):
        if replies.count >= replies.allowed / 2:
            looked.whole = False
            break
        rng = np.random.default_rng((seed, 1, number))
        counts = np.diff(replies.game.action_start)
        chosen = np.minimum((_numbers(replies.game, rng, number) * counts).astype(np.int64), counts - 1)
        players = rng.permutation(len(replies.game.players)).astype(np.int32)
        looked.ways += 1
        if (logs := replies.rest(replies.pure(chosen), REPLY_ROUNDS, players=players)) is not None:
            looked.found.append(logs)
    groups = groups_of(replies.game)
    looked.whole &= len(groups) <= MOST_GROUPS
    groups = groups[:MOST_GROUPS]
    allowed = replies.allowed
    for number, group in enumerate(groups):
        if replies.count >= allowed:
            break
        # Each group has an even share of what is left, and what one leaves over goes to the next: the group that the
        # others care for on the whole may be the smallest, which comes last.
        replies.allowed = replies.count + (allowed - replies.count) / (len(groups) - number)
        looked.groups += 1
        looked.found += _scanned(replies, group, max(starts, FEWEST_POINTS), looked)
        looked.whole &= not replies.spent
    replies.allowed = allowed
    return looked


def _numbers(game: Game, rng: np.random.Generator, number: int) -> Floats:
    """[infoset]: numbers from 0 to 1 that choose the moves: one for all who stand alike in turn with one each."""
    if number % 2:
        return rng.random(game.infosets)
    kinds = kinds_of(game)
    return rng.random(int(kinds.max(initial=0)) + 1)[kinds]


def _scanned(replies: Replies, group: Group, points: int, looked: Looked) -> Iterator[Floats]:
    """Ways to play at which replies rest, from each probability of a scan, and from each point at which the group's
    reply is the play that the scan prescribes.
    """
    scan = _Scan(replies, group)
    before: tuple[float, float] | None = None
    for made in _probabilities(len(group.members), points).tolist():
        if replies.spent:
            return
        looked.points += 1
        gap = scan.gap(made)
        if gap is None:
            before = None
            continue
        yield from scan.onward()
        if before is not None and before[1] * gap < 0.0:
            yield from scan.between(before[0], made, before[1])
        before = made, gap


def _probabilities(members: int, points: int) -> Floats:
    """Probabilities of a scan: from zero to one in even steps, and in a small group every share of its members."""
    even = np.linspace(0.0, 1.0, points)
    return even if members > MOST_EXACT_SHARES * points else np.union1d(even, np.arange(members + 1) / members)


class _Scan:
    """One group made to choose a move with some probability, everybody else replying."""

    def __init__(self, replies: Replies, group: Group) -> None:
        self._replies, self._group = replies, group
        game = replies.game
        self._player = int(game.infoset_player[group.members[0]])
        self._held = np.zeros(game.infosets, np.bool_)
        self._held[group.members] = True
        self._first = game.action_start[group.members].astype(np.int64)
        self._count = int(game.action_start[group.members[0] + 1] - self._first[0])
        nodes = [
            game.infoset_nodes[game.infoset_node_start[each] : game.infoset_node_start[each + 1]]
            for each in group.members.tolist()
        ]
        self._nodes = np.concatenate(nodes)
        self._node_starts = np.cumsum([0, *map(len, nodes[:-1])])
        self._logs = replies.pure(np.zeros(game.infosets, np.int64))
        self._replied = self._logs

    def gap(self, made: float) -> float | None:
        """Probability with which the group's reply chooses the move, less the probability prescribed; None without a
        reply.
        """
        for rank in range(self._count):
            share = made if rank == self._group.rank else (1.0 - made) / (self._count - 1)
            self._logs[self._first + rank] = np.log(share) if share > 0.0 else LOG_TREMBLE
        rested = self._replies.rest(self._logs, REPLY_ROUNDS, self._held)
        if rested is None:
            return None
        self._logs = rested
        self._replied = self._replies.reply(rested, self._player)
        gap = self._chosen() - made
        return 0.0 if abs(gap) <= ALIKE else gap

    def onward(self) -> Iterator[Floats]:
        """The way to play at which replies rest, set out from the group's own reply."""
        if (rested := self._replies.rest(self._replied, REPLY_ROUNDS)) is not None:
            yield rested

    def between(self, low: float, high: float, gap: float) -> Iterator[Floats]:
        """The place between two probabilities at which the group replies what it was made to do."""
        for _ in range(HALVINGS if np.isinf(self._replies.rationality) else ROUGHLY):
            middle = 0.5 * (low + high)
            here = None if self._replies.spent else self.gap(middle)
            if here is None:
                return
            replied = middle + here
            if here != 0.0 and low < replied < high and self.gap(replied) == 0.0:
                here = 0.0
            if here == 0.0:
                yield from self.onward()
                return
            low, high = (middle, high) if here * gap > 0.0 else (low, middle)
        yield self._replied

    def _chosen(self) -> float:
        """Probability with which the group's reply chooses the move, averaged over the reach of the group's information
        sets.
        """
        game, numbers = self._replies.game, self._replies.numbers
        logs = log_reach(game, numbers, self._logs[None])[0, self._nodes]
        weight = np.add.reduceat(np.exp(logs - logs.max()), self._node_starts)
        share = np.exp(self._replied[self._first + self._group.rank])
        return float(weight @ share / weight.sum())
