"""Chances of sequences of moves where each actor does what is best for it, given the chances of those of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.errors import CaseError, Problem
from detente.estimation.cutoffs.laws import Bell, Law
from detente.estimation.cutoffs.normal_plane import in_a_normal_plane
from detente.estimation.cutoffs.payoffs import EntrySums
from detente.estimation.cutoffs.plane import in_a_plane
from detente.estimation.cutoffs.regions import Shares, on_a_line
from detente.estimation.cutoffs.tree import CutoffTree, DecisionPart, Own

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Terms:
    """Products that add up: value `source` times the entries `factors` of play, into `target`, one of `size`.

    source, target [term], factors [term, factor]; entries: how many play has; values: how many values there are.
    """

    def __init__(self, places: tuple[Ints, Ints, Ints], size: int, entries: int, values: int) -> None:
        self.source, self.target, self.factors = places
        self.size = size
        self._into = EntrySums(self.target, size)
        self._by = [EntrySums(self.target * entries + factor, size * entries) for factor in self.factors.T]
        self._back = EntrySums(self.source, values)

    def add(self, values: Floats, play: Floats) -> Floats:
        """[row, target]."""
        return self._into.of(self._products(values, play))

    def _products(self, values: Floats, play: Floats, but: int = -1) -> Floats:
        found = values[:, self.source]
        for position, factor in enumerate(self.factors.T):
            if position != but:
                found = found * play[:, factor]
        return found

    def slopes(self, values: Floats, play: Floats) -> Floats:
        """[row, target, entry of play]."""
        rows, entries = play.shape
        out = np.zeros((rows, self.size * entries))
        for position, sums in enumerate(self._by):
            out += sums.of(self._products(values, play, position))
        return out.reshape(rows, self.size, entries)

    def pull(self, values: Floats, play: Floats, by: Floats) -> Floats:
        """[row, value]: derivatives by the values, from those by the targets [row, target]."""
        ones = np.ones((len(play), values.shape[1]))
        return self._back.of(self._products(ones, play) * by[:, self.target])


@dataclass(frozen=True, eq=False)
class _PlanShares:
    """The way from the shares of plans to play.

    entries: those that a part fills. counted [entry of a sequence, count]: what each takes of the counts of shares; a
    number that bears on no choice of the part has its mean everywhere. left, right: from plans to sequences.
    """

    entries: Ints
    counted: Floats
    left: Floats
    right: Floats

    def by_worth(self, shares: Shares) -> Floats:
        """[row, entry, sequence and payoff]: derivatives of a part's play by what its sequences pay."""
        slopes = shares.slopes()
        rows, plans, counts, _, payoffs = slopes.shape
        return self.left @ slopes.reshape(rows, plans * counts, plans * payoffs) @ self.right


@dataclass(frozen=True, eq=False)
class Reply:
    """Best replies: play [row, entry]; parts: their shares, for derivatives."""

    play: Floats
    shares: tuple[Shares, ...]


@dataclass(eq=False)
class CutoffReplies:
    """Best replies in a tree, row by row.

    An entry of play is the chance that an actor makes a sequence of moves or, where others are paid by what only it
    knows, the mean of a private number there times that chance. random [entry]: play by lot. sequence [entry]: the
    entry of the chance that goes with it. before [entry]: that of the sequence without its last move. free [entry]:
    False for what never changes, the sequence without a move.
    """

    tree: CutoffTree
    laws: tuple[Law, ...]
    random: Floats = field(init=False)
    sequence: Ints = field(init=False)
    before: Ints = field(init=False)
    free: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        tree = self.tree
        self._means = [
            any(name in each for _, payee, each in tree.paid if payee != player for name in own.names)
            for player, own in enumerate(tree.actors)
        ]
        self._first: list[int] = []
        random: list[Floats] = []
        free: list[NDArray[np.bool_]] = []
        sequence: list[Ints] = []
        before: list[Ints] = []
        size = 0
        for player, own in enumerate(tree.actors):
            self._first.append(size)
            width = self._width(player)
            known = [1.0, *(self.laws[tree.names.index(name)].mean for name in own.names)][:width]
            random.append((own.random[:, None] * np.array(known)).reshape(-1))
            free.append(np.repeat(np.arange(own.sequences) > 0, width))
            sequence.append(size + np.repeat(np.arange(own.sequences) * width, width))
            before.append(size + np.repeat(own.before * width, width))
            size += own.sequences * width
        self.size = size
        self.random, self.free = np.concatenate(random), np.concatenate(free)
        self.sequence, self.before = np.concatenate(sequence), np.concatenate(before)
        self.parts = [(player, part) for player, own in enumerate(tree.actors) for part in own.parts]
        self._require_plane()
        self._terms = [self._terms_of(player, part) for player, part in self.parts]
        leaves = np.arange(tree.leaves)
        factors = np.stack([self._entry(player, own.at, 0) for player, own in enumerate(tree.actors)], axis=1)
        self.endings = _Terms((leaves, leaves, factors), tree.leaves, self.size, tree.leaves)
        self._ways = [self._way(player, part) for player, part in self.parts]

    def _width(self, player: int) -> int:
        return 1 + len(self.tree.actors[player].names) if self._means[player] else 1

    def _entry(self, player: int, sequence: Ints, count: Ints | int) -> Ints:
        return self._first[player] + sequence * self._width(player) + count

    def entries(self, player: int, sequence: int) -> Ints:
        """The entries of play of one sequence: its chance, then the means."""
        return self._first[player] + sequence * self._width(player) + np.arange(self._width(player))

    def _laws_of(self, player: int, part: DecisionPart) -> tuple[Law, ...]:
        names = self.tree.actors[player].names
        return tuple(self.laws[self.tree.names.index(names[k])] for k in part.numbers)

    def _require_plane(self) -> None:
        problems: list[Problem] = []
        for player, part in self.parts:
            laws = self._laws_of(player, part)
            if len(laws) > 2 and not (_all_normal(laws) and len(part.plans) <= 3):
                problems.append(
                    Problem(
                        f"from {part.words} on {len(laws)} private numbers bear on {len(part.plans)} plans; at most "
                        "two numbers can be integrated over, and more only where all are normal and there are at most "
                        "three plans",
                        "let fewer private numbers enter the payoffs there, or use a finite `rationality`",
                    )
                )
        if problems:
            raise CaseError(problems)

    def _terms_of(self, player: int, part: DecisionPart) -> _Terms:
        """Payoffs of each sequence of a part to its actor, without and with each private number: [sequence, (1, z)]."""
        tree, own = self.tree, self.tree.actors[player]
        place = {int(sequence): k for k, sequence in enumerate(part.sequences)}
        width = 1 + len(part.numbers)
        source: list[int] = []
        target: list[int] = []
        factors: list[list[int]] = []
        for number, (leaf, payee, monomial) in enumerate(tree.paid):
            if payee != player or int(own.at[leaf]) not in place:
                continue
            held = [part.numbers.index(own.names.index(name)) for name in monomial if name in own.names]
            source.append(number)
            target.append(place[int(own.at[leaf])] * width + (1 + held[0] if held else 0))
            factors.append(
                [
                    int(self._entry(other, each.at[leaf : leaf + 1], _count(each, monomial))[0])
                    for other, each in enumerate(tree.actors)
                    if other != player
                ]
            )
        shape = (len(source), len(tree.actors) - 1)
        table = np.array(factors, np.int64).reshape(shape)
        places = (np.array(source, np.int64), np.array(target, np.int64), table)
        return _Terms(places, len(place) * width, self.size, len(tree.paid))

    def reply(self, paid: Floats, play: Floats) -> Reply:
        """Best replies to play [row, entry] where terms pay `paid` [row, term]."""
        out = np.repeat(self.random[None], len(play), axis=0)
        found: list[Shares] = []
        for (player, part), way, terms in zip(self.parts, self._ways, self._terms, strict=True):
            worth = terms.add(paid, play).reshape(len(play), len(part.sequences), -1)
            shares = _shares(part.plans @ worth, self._laws_of(player, part), means=self._means[player])
            counts = part.plans.T @ (shares.of @ way.counted.T)
            out[:, way.entries] = counts.reshape(len(play), -1)
            found.append(shares)
        return Reply(out, tuple(found))

    def _way(self, player: int, part: DecisionPart) -> _PlanShares:
        width = self._width(player)
        entries = self._entry(player, part.sequences[:, None], np.arange(width)[None, :]).reshape(-1)
        counted = np.zeros((width, 1 + len(part.numbers)))
        counted[0, 0] = 1.0
        for number in range(width - 1):
            if number in part.numbers:
                counted[1 + number, 1 + part.numbers.index(number)] = 1.0
            else:
                name = self.tree.actors[player].names[number]
                counted[1 + number, 0] = self.laws[self.tree.names.index(name)].mean
        left, right = np.kron(part.plans.T, counted), np.kron(part.plans, np.eye(counted.shape[1]))
        return _PlanShares(entries, counted, np.asarray(left, float), np.asarray(right, float))

    def slopes(self, paid: Floats, play: Floats, reply: Reply) -> Floats:
        """[row, entry, entry]: derivatives of replies by play."""
        rows = len(play)
        out = np.zeros((rows, self.size, self.size))
        for way, terms, shares in zip(self._ways, self._terms, reply.shares, strict=True):
            out[:, way.entries] = way.by_worth(shares) @ terms.slopes(paid, play)
        return out

    def pull(self, paid: Floats, play: Floats, reply: Reply, by: Floats) -> Floats:
        """[row, term]: derivatives by `paid`, from those by the replies [row, entry], play held as it is."""
        out = np.zeros_like(paid)
        for way, terms, shares in zip(self._ways, self._terms, reply.shares, strict=True):
            by_worth = (by[:, None, way.entries] @ way.by_worth(shares))[:, 0]
            out += terms.pull(paid, play, by_worth)
        return out


def _count(own: Own, monomial: frozenset[tuple[str, str]]) -> int:
    """The count of an actor's play that a product of private numbers takes: 0, or 1 + the position of its number."""
    return next((1 + k for k, name in enumerate(own.names) if name in monomial), 0)


def _all_normal(laws: Sequence[Law]) -> bool:
    return all(isinstance(law, Bell) for law in laws)


def _shares(plans: Floats, laws: tuple[Law, ...], *, means: bool) -> Shares:
    rows, count, width = plans.shape
    if count == 1:
        known = np.array([1.0, *(law.mean for law in laws)])
        of = np.broadcast_to(known, (rows, 1, width)).copy()
        return Shares(of, np.zeros((rows, 1, 1, width, width)))
    if len(laws) > 1 and _all_normal(laws) and count <= len(laws):
        return _turned(plans, laws, means=means)
    if len(laws) == 1:
        return on_a_line(plans, laws[0])
    return in_a_normal_plane(plans, means=means) if _all_normal(laws) else in_a_plane(plans, laws, means=means)


def _turned(plans: Floats, laws: tuple[Law, ...], *, means: bool) -> Shares:
    """Shares where normal numbers matter in fewer directions than there are numbers: by those directions alone.

    Independent standard normal numbers look the same from every side, and what lies across the directions is
    independent of the choice.
    """
    apart = plans[:, 1:, 1:] - plans[:, :1, 1:]
    directions = np.linalg.qr(np.swapaxes(apart, 1, 2))[0]
    few = np.concatenate([plans[:, :, :1], np.zeros((*plans.shape[:2], directions.shape[2]))], axis=2)
    few[:, 1:, 1:] = apart @ directions
    found = _shares(few, laws[: directions.shape[2]], means=means)
    rows, width = len(plans), plans.shape[2]
    back = np.zeros((rows, width, few.shape[2]))
    back[:, 0, 0] = 1.0
    back[:, 1:, 1:] = directions
    across = np.zeros((rows, width, width))
    across[:, 1:, 1:] = np.eye(width - 1) - directions @ np.swapaxes(directions, 1, 2)
    borders = np.einsum("nai,npqij,nbj->npqab", back, found.borders, back, optimize=True)
    borders += found.borders[..., :1, :1] * across[:, None, None]
    return Shares(np.einsum("nai,npi->npa", back, found.of), borders)
