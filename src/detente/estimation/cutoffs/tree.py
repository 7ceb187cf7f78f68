"""The tree of a case without its private numbers: sequences of moves, plans, and what every ending hangs on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from detente.crisis.model import Crisis
from detente.errors import CaseError, Problem
from detente.estimation.cutoffs.affine import Monomial, Name, monomials, numbers_of, probe
from detente.game.arrays import Game
from detente.game.compiling.build import compile_crisis
from detente.game.compiling.compiled import CompiledGame
from detente.game.histories import set_words
from detente.game.paths import story_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_NUMBERS = 10
"""Private numbers of one case: its tree is compiled with each of them at two points."""

MOST_PLANS = 64
"""Plans of one actor from one of its first decisions on; the work goes with their square."""


@dataclass(frozen=True, eq=False)
class DecisionPart:
    """Everything an actor can do from one of its first decisions on, which nothing else that it does bears upon.

    sequences [sequence]: numbers of the actor's sequences of moves in it. plans [plan, sequence]: 1 where a plan makes
    the moves of a sequence, else 0. numbers: positions, among the actor's, of private numbers that its payoffs depend
    on. words: the decision.
    """

    sequences: Ints
    plans: Floats
    numbers: tuple[int, ...]
    words: str


@dataclass(frozen=True, eq=False)
class Own:
    """An actor's side of the tree. Its sequence 0 is to have made no move yet.

    names: its private numbers. sequences: how many there are. before [sequence]: the sequence that its last move was
    added to. at [leaf]: the sequence that leads to each ending. random [sequence]: the chance of making its moves where
    each decision is by lot.
    """

    names: tuple[Name, ...]
    sequences: int
    before: Ints
    at: Ints
    random: Floats
    parts: tuple[DecisionPart, ...]


@dataclass(frozen=True, eq=False)
class CutoffTree:
    """A case without its private numbers.

    names: all private numbers. copies [leaf, grid]: the ending of the compiled game for each ending here, with private
    number k at 1 where bit k of grid is set, else at 0. chances [leaf]: chance classes on the way.
    paid: (leaf, actor, product of private numbers) wherever a payoff may hold it.
    """

    compiled: CompiledGame
    names: tuple[Name, ...]
    copies: Ints
    chances: tuple[tuple[int, ...], ...]
    actors: tuple[Own, ...]
    paid: tuple[tuple[int, int, Monomial], ...]

    @property
    def leaves(self) -> int:
        """The number of endings."""
        return len(self.copies)

    def bits(self, numbers: Monomial) -> int:
        """The grid point at which these private numbers are 1 and the others 0."""
        return sum(1 << self.names.index(name) for name in numbers)


def tree_of(crisis: Crisis) -> CutoffTree:
    """The tree of a case. Raises CaseError where private numbers do not enter payoffs as numbers times constants.

    Also where a decision is left without a private number: in the limit, probabilities are then steps.
    """
    names = numbers_of(crisis)
    paid_by = monomials(crisis)
    shared = [
        f"`{actor.id}.{each.id}`"
        for actor, each in crisis.private_variables()
        if each.numeric and each.knowers(actor.id) != (actor.id,)
    ]
    if shared:
        what = f"{', '.join(shared)}: not known to its own actor alone, whose cut-offs are to be found"
        raise CaseError([Problem(what, "leave `known_to` out of private numbers, or take a finite `rationality`")])
    if len(names) > MOST_NUMBERS:
        raise CaseError([Problem(f"{len(names)} private numbers; at most {MOST_NUMBERS} can be integrated over")])
    compiled = compile_crisis(probe(crisis))
    game = compiled.game
    node, grid = _without_numbers(game, names)
    first_leaf, copies = _copies(game, node, grid, 1 << len(names))
    story = story_of(game)
    paid = tuple(
        (leaf, player, each)
        for leaf, probed in enumerate(copies[:, 0])
        for player, actor in enumerate(crisis.actors)
        for each in paid_by[actor.id, crisis.outcomes[int(story.outcome[probed])].id]
    )
    sets = _Sets(game, node)
    actors = tuple(
        _own(sets, player, tuple(name for name in names if name[0] == actor.id), first_leaf, paid)
        for player, actor in enumerate(crisis.actors)
    )
    problems = [problem for own in actors for problem in _stepping(own)]
    if problems:
        raise CaseError(problems)
    chances = tuple(_chances(game, int(each), names) for each in first_leaf)
    return CutoffTree(compiled, names, copies, chances, actors, paid)


def _stepping(own: Own) -> Iterator[Problem]:
    for part in own.parts:
        if not part.numbers and len(part.plans) > 1:
            yield Problem(
                f"at {part.words} nothing that only the actor knows bears on the choice, so that in the limit of "
                "perfect rationality its probabilities are steps",
                "give the actor a private number that its payoffs depend on, or a finite `rationality`",
            )


def _draws_number(game: Game, names: Sequence[Name]) -> NDArray[np.int64]:
    """[step]: the position of the private number that is drawn there, or -1."""
    found = [
        names.index((step.actor, step.variable)) if (step.actor, step.variable) in names else -1
        for step in story_of(game).steps
    ]
    return np.array(found, np.int64)


def _without_numbers(game: Game, names: Sequence[Name]) -> tuple[Ints, Ints]:
    """[node]: one number for all nodes that differ in private numbers alone; and those numbers, a bit each."""
    story = story_of(game)
    draws = _draws_number(game, names)
    number, grid = np.zeros(game.nodes, np.int64), np.zeros(game.nodes, np.int64)
    known = 1
    most = int(story.move.max(initial=0)) + 2
    for level in game.levels():
        if not level.start:
            continue
        above, step, move = game.parent[level], story.step[level], story.move[level].astype(np.int64)
        which = draws[step]
        grid[level] = grid[above] | np.where(which >= 0, move << np.maximum(which, 0), 0)
        keys, place = np.unique(number[above] * most + move, return_inverse=True)
        number[level] = np.where(which >= 0, number[above], known + place)
        known += len(keys)
    return number, grid


def _copies(game: Game, node: Ints, grid: Ints, points: int) -> tuple[Ints, Ints]:
    """[leaf]: the node of the first copy of every ending; [leaf, grid]: all copies, as leaves of the game."""
    leaf = game.leaf_node
    _, place = np.unique(node[leaf], return_inverse=True)
    copies = np.full((int(place.max()) + 1, points), -1, np.int64)
    copies[place, grid[leaf]] = np.arange(game.leaves)
    assert (copies >= 0).all()
    return leaf[copies[:, 0]].astype(np.int64), copies


def _chances(game: Game, node: int, names: Sequence[Name]) -> tuple[int, ...]:
    """Chance classes on the way to a node, the drawing of private numbers left out."""
    story, draws = story_of(game), _draws_number(game, names)
    found: list[int] = []
    while node > 0:
        if game.chance[node] >= 0 and draws[story.step[node]] < 0:
            found.append(int(game.chance[node]))
        node = int(game.parent[node])
    return tuple(found)


class _Sets:
    """Information sets that differ in private numbers alone taken for one."""

    def __init__(self, game: Game, node: Ints) -> None:
        self.game = game
        starts = game.infoset_node_start[:-1]
        least = np.minimum.reduceat(node[game.infoset_nodes], starts) if game.infosets else np.zeros(0, np.int64)
        _, first, self.number = np.unique(least, return_index=True, return_inverse=True)
        self.instance = first

    def moves(self, number: int) -> int:
        """The number of moves at one."""
        instance = int(self.instance[number])
        return int(self.game.action_start[instance + 1] - self.game.action_start[instance])

    def of(self, player: int) -> list[int]:
        """Those of a player."""
        return [k for k, one in enumerate(self.instance) if self.game.infoset_player[one] == player]


def _own(
    sets: _Sets, player: int, names: tuple[Name, ...], leaves: Ints, paid: Sequence[tuple[int, int, Monomial]]
) -> Own:
    game = sets.game
    start: dict[int, int] = {}
    count = 1
    for number in sets.of(player):
        start[number] = count
        count += sets.moves(number)
    last = np.zeros(game.nodes, np.int64)
    for level in game.levels():
        if not level.start:
            continue
        above = game.parent[level]
        here = game.infoset[above]
        mine = np.flatnonzero((here >= 0) & (game.infoset_player[np.maximum(here, 0)] == player))
        last[level] = last[above]
        rank = game.action[level][mine] - game.action_start[here[mine]]
        last[level.start + mine] = np.array([start[k] for k in sets.number[here[mine]].tolist()], np.int64) + rank
    below: dict[int, list[int]] = {}
    before = np.zeros(count, np.int64)
    for number in start:
        node = int(game.infoset_nodes[game.infoset_node_start[sets.instance[number]]])
        below.setdefault(int(last[node]), []).append(number)
        before[start[number] : start[number] + sets.moves(number)] = last[node]
    random = np.ones(count)
    at = last[leaves]
    parts: list[DecisionPart] = []
    for number in below.get(0, []):
        words = set_words(game, int(sets.instance[number]))
        members = _within(number, start, sets, below, random)
        plans = _plans(number, start, sets, below, words)
        table = np.array([[float(each in plan) for each in members] for plan in plans])
        inside = set(members)
        held = {name for leaf, owner, each in paid if owner == player and int(at[leaf]) in inside for name in each}
        known = tuple(k for k, name in enumerate(names) if name in held)
        parts.append(DecisionPart(np.array(members, np.int64), table, known, words))
    return Own(names, count, before, at, random, tuple(parts))


def _within(
    number: int,
    start: Mapping[int, int],
    sets: _Sets,
    below: Mapping[int, list[int]],
    random: Floats,
    chance: float = 1.0,
) -> list[int]:
    """The sequences from a decision on; fills in their chances where every decision is by lot."""
    found: list[int] = []
    moves = sets.moves(number)
    for sequence in range(start[number], start[number] + moves):
        random[sequence] = chance / moves
        found.append(sequence)
        for each in below.get(sequence, []):
            found += _within(each, start, sets, below, random, chance / moves)
    return found


def _plans(
    number: int, start: Mapping[int, int], sets: _Sets, below: Mapping[int, list[int]], words: str
) -> list[frozenset[int]]:
    """All plans from a decision on, as the sequences that each plan may come to make."""
    found: list[frozenset[int]] = []
    for sequence in range(start[number], start[number] + sets.moves(number)):
        later = [_plans(each, start, sets, below, words) for each in below.get(sequence, [])]
        count = int(np.prod([float(len(each)) for each in later]))
        if len(found) + count > MOST_PLANS:
            raise CaseError([_too_many(words)])
        found += [frozenset({sequence}).union(*each) for each in product(*later)]
    return found


def _too_many(words: str) -> Problem:
    return Problem(
        f"from {words} on there are more than {MOST_PLANS} plans, too many to integrate over private numbers",
        "use a finite `rationality`, or fewer moves",
    )
