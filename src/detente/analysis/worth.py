"""Value of perfect information: the worth to an actor of knowing something at one of its decisions.

The actor learns it in private just before it decides, nobody notices, and everybody else plays on as in the solution.
From there on the actor chooses what is best for it, with the knowledge or without. So the worth is never negative: what
is known can be ignored.
Source: Raiffa and Schlaifer 1961 (expected value of perfect information); best responses in sequence form, von Stengel
1996.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.solved import Solved, in_units_of_largest
from detente.crisis.model import Crisis
from detente.game.arrays import Game
from detente.game.paths import events_met, made_at, step_of, story_of
from detente.strategy.sequence_form import last_actions

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

PRIVATE, MOVE = "private", "move"
MOST_TYPES = 8
"""Own types are told apart up to this many."""

MOST_VALUES = 12
"""Number of an unknown's values above which only the worth is told, and not the best move at each value."""

MOST_SITUATIONS = 400
"""A decision with more situations times moves than this is too large to be told."""

_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that an actor may not know when it decides: a private value of another, or a move that it did not see.

    position: the step of play that settled it. id: `actor.variable`, or the stage. labels: what it can be.
    """

    position: int
    kind: str
    id: str
    round: int
    labels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Decision:
    """An actor's choice at one step of play, as it stands after the events that the actor saw before it.

    infosets [situation]: the information sets at which the actor may then find itself. nodes, of [node]: the nodes in
    them that fit the events, and the situation of each. groups: what the actor may privately be, with none told apart
    beyond `MOST_TYPES`; group [situation]. moves [situation, move]: whether a move of the stage is open.
    """

    actor: str
    player: int
    position: int
    infosets: Longs
    nodes: Longs
    of: Longs
    groups: tuple[str, ...]
    group: Longs
    moves: NDArray[np.bool_]
    unknowns: tuple[tuple[Unknown, Longs], ...]
    """Each unknown with its value [node]; -1 where it was not settled on the way."""

    @property
    def small(self) -> bool:
        """True where the decision has few enough situations to be told draw by draw."""
        return self.moves.size <= MOST_SITUATIONS


def next_decision(game: Game, crisis: Crisis, actor: str) -> int | None:
    """The first step after the latest event at which the actor may be to move; None where there is none."""
    now = max((step_of(game, event) for event in crisis.timeline), default=-1)
    for position, step in enumerate(story_of(game).steps):
        by = None if step.draws_private else step.actor
        if position > now and by == actor and len(_situations(game, crisis, actor, position)):
            return position
    return None


def _situations(game: Game, crisis: Crisis, actor: str, position: int) -> Longs:
    """The actor's nodes at a step that fit the events that it saw before."""
    before = [event for event in crisis.timeline if step_of(game, event) < position]
    story, player = story_of(game), game.players.index(actor)
    if not game.infosets:
        return np.zeros(0, np.int64)  # play may be over before anybody is to move
    infoset = np.maximum(game.infoset, 0)
    own = (game.infoset >= 0) & (game.infoset_player[infoset] == player) & (story.infoset_step[infoset] == position)
    met = events_met(game, crisis, before, actor)
    everything = (1 << len(before)) - 1
    return np.flatnonzero(own & ((met & everything) == everything)).astype(np.int64)


def decision_at(game: Game, crisis: Crisis, actor: str, position: int) -> Decision | None:
    """The decision of an actor at a step of play; None where the events rule out that it comes up."""
    name = (Decision, actor, position, crisis.timeline)
    return game.kept.recent(name, lambda: _make_decision(game, crisis, actor, position))


def _make_decision(game: Game, crisis: Crisis, actor: str, position: int) -> Decision | None:
    nodes = _situations(game, crisis, actor, position)
    if not len(nodes):
        return None
    infosets, of = np.unique(game.infoset[nodes].astype(np.int64), return_inverse=True)
    story = story_of(game)
    first = nodes[np.unique(of, return_index=True)[1]]
    moves = np.zeros((len(infosets), len(story.steps[position].labels)), bool)
    for situation, node in enumerate(first.tolist()):
        children = slice(int(game.first_child[node]), int(game.first_child[node] + game.child_count[node]))
        moves[situation, story.move[children]] = True
    groups, group = _own_types(game, actor, first)
    unknowns = tuple(_unknowns(game, actor, position, nodes, of))
    player = game.players.index(actor)
    return Decision(actor, player, position, infosets, nodes, of.astype(np.int64), groups, group, moves, unknowns)


def _own_types(game: Game, actor: str, first: Longs) -> tuple[tuple[str, ...], Longs]:
    told: list[list[str]] = [[] for _ in first.tolist()]
    for position, step in enumerate(story_of(game).steps):
        if step.draws_private and actor in step.knowers:
            codes = made_at(game, [position])[first]
            for words, code in zip(told, codes.tolist(), strict=True):
                words.append(f"{step.variable} = {step.labels[code]}")
    names = [", ".join(words) for words in told]
    groups = tuple(dict.fromkeys(names))
    if len(groups) > MOST_TYPES:
        return ("",), np.zeros(len(first), np.int64)
    return groups, np.array([groups.index(name) for name in names], np.int64)


def _unknowns(game: Game, actor: str, position: int, nodes: Longs, of: NDArray[Any]) -> Iterator[tuple[Unknown, Longs]]:
    """Steps settled before the decision whose outcome differs between nodes that look alike to the actor."""
    for place, step in enumerate(story_of(game).steps[:position]):
        if step.draws_private and actor in step.knowers:
            continue
        codes = made_at(game, [place])[nodes].astype(np.int64)
        least, most = np.full(of.max() + 1, np.iinfo(np.int64).max), np.full(of.max() + 1, -2)
        np.minimum.at(least, of, codes)
        np.maximum.at(most, of, codes)
        if (least == most).all():
            continue
        kind, id = (PRIVATE, f"{step.actor}.{step.variable}") if step.draws_private else (MOVE, step.stage)
        yield Unknown(place, kind, id, step.round, step.labels), codes


@dataclass(frozen=True, eq=False)
class WorthOfKnowing:
    """Worth of knowing one thing, given the actor's situation.

    gain [draw, group]: expected payoff of the best choices with the knowledge less that without, >= 0.
    changes [draw, group]: probability that the best choice is then another one.
    chance [draw, group, value]: how likely each value is, as the actor sees it. best [draw, group, value, move]:
    probability that a move is then the best one. Values are those of the unknown, the last one "not settled"; there
    are none where the unknown has more than `MOST_VALUES`.
    """

    unknown: Unknown
    gain: Floats
    changes: Floats
    chance: Floats
    best: Floats


@dataclass(frozen=True, eq=False)
class Worth:
    """A decision with what its moves and what knowledge is worth, draw by draw.

    weight [draw, situation]: how likely each situation is, given that the decision comes up after the events; NaN in
    draws where it does not. choices [draw, situation, move]: expected payoff of a move with the best play after it,
    NaN where it is not open. stake [draw]: the largest payoff of the actor less its smallest.
    """

    decision: Decision
    weight: Floats
    choices: Floats
    stake: Floats
    known: tuple[WorthOfKnowing, ...]

    def shares(self) -> Floats:
        """[draw, situation]: how likely each situation is within its group."""
        with np.errstate(all="ignore"):
            return self.weight / self.by_group(self.weight)[:, self.decision.group]

    def by_group(self, values: Floats) -> Floats:
        """[draw, group, …]: sums over the situations of a group."""
        out = np.zeros((len(values), len(self.decision.groups), *values.shape[2:]))
        for situation, group in enumerate(self.decision.group.tolist()):
            out[:, group] += values[:, situation]
        return out


def worth_of(solved: Solved, decision: Decision) -> Worth:
    """Worth, at a decision, of knowing each of the decision's unknowns."""
    plan = _plan_of(solved.game, decision)
    weight, belief = _situation_weights(solved, decision)
    flow = plan.flow(solved, belief)
    paid = flow[plan.leaves] * solved.numbers.payoff[:, plan.leaf_class, decision.player].T
    mass = np.zeros((len(decision.infosets), solved.count))
    np.add.at(mass, decision.of, belief)
    with np.errstate(all="ignore"):
        blind = plan.chains[0].choices(paid)[0]
        choices = np.where(decision.moves[:, :, None], blind / mass[:, None], np.nan)
    own = solved.numbers.payoff[:, :, decision.player]
    found = Worth(decision, weight.T.copy(), np.moveaxis(choices, 2, 0).copy(), own.max(axis=1) - own.min(axis=1), ())
    best = np.where(decision.moves[:, :, None], blind, -np.inf).max(axis=1)
    known = [
        _known(unknown, chain, paid, flow, (found, blind, best, mass))
        for (unknown, _), chain in zip(decision.unknowns, plan.chains[1:], strict=True)
    ]
    return Worth(decision, found.weight, found.choices, found.stake, tuple(known))


def _situation_weights(solved: Solved, decision: Decision) -> tuple[Floats, Floats]:
    """Probability of each situation [situation, draw], and of each node of the decision in its situation [node, draw].

    From log reach, so that both are known however improbable the decision is: NaN, and 0, only where impossible.
    """
    logs = solved.log_reach[:, decision.nodes].T
    top = np.full((len(decision.infosets), solved.count), -np.inf)
    np.maximum.at(top, decision.of, logs)
    unit = np.where(np.isfinite(top), top, 0.0)
    belief = np.exp(logs - unit[decision.of])
    mass = np.zeros(top.shape)
    np.add.at(mass, decision.of, belief)
    with np.errstate(all="ignore"):
        weight = in_units_of_largest((np.log(mass) + unit).T).T
        weight = np.where(weight.sum(axis=0) > 0, weight / weight.sum(axis=0), np.nan)
        return weight, np.where(mass[decision.of] > 0, belief / mass[decision.of], 0.0)


def _known(
    unknown: Unknown, chain: _Chain, paid: Floats, flow: Floats, told: tuple[Worth, Floats, Floats, Floats]
) -> WorthOfKnowing:
    found, blind, best, mass = told
    decision = found.decision
    open_ = decision.moves[:, :, None]
    table = np.where(open_, chain.choices(paid), -np.inf)  # [value, situation, move, draw], unnormalised
    top = table.max(axis=2)
    at = np.where(open_, blind, -np.inf).argmax(axis=1)  # [situation, draw]
    # Where what was best without the knowledge is as good with it, nothing changes.
    slack = _TIE * np.abs(top).max(initial=1e-300)
    kept = np.take_along_axis(table, at[None, :, None, :], axis=2)[:, :, 0] >= top - slack
    chosen = np.where(kept, at, table.argmax(axis=2))  # [value, situation, draw]
    seen = np.zeros((len(unknown.labels) + 1, len(decision.infosets), found.stake.size))
    np.add.at(seen, (chain.codes, decision.of), flow[decision.nodes])
    share = found.shares().T  # [situation, draw]
    with np.errstate(all="ignore"):
        gain = np.maximum((top.sum(axis=0) - best) / mass, 0.0) * share
        seen = seen / mass * share
        changed = np.where(chosen != at, seen, 0.0).sum(axis=0)
        if len(unknown.labels) > MOST_VALUES:
            seen, chosen = seen[:0], chosen[:0]
        by_move = np.stack([np.where(chosen == move, seen, 0.0) for move in range(decision.moves.shape[1])], axis=-1)
        chance = found.by_group(seen.transpose(2, 1, 0))
        best_move = found.by_group(by_move.transpose(2, 1, 0, 3)) / chance[..., None]
    return WorthOfKnowing(unknown, found.by_group(gain.T), found.by_group(changed.T), chance, best_move)


@dataclass(frozen=True, eq=False)
class _Chain:
    """The actor's choices from a decision on, one for every value that it can tell apart; cells are own moves.

    codes [node of the decision]: the value there. sums [cell, leaf]: which own move comes last before the leaf.
    steps: per depth, the deepest first: cells sorted by where they are chosen, where each choice begins, and the cell
    before each choice. first [value, situation, move]: cells of the decision itself, -1 where there is none.
    """

    codes: Longs
    sums: Any
    steps: tuple[tuple[Longs, Longs, Longs], ...]
    first: Longs

    def choices(self, paid: Floats) -> Floats:
        """[value, situation, move, draw]: unnormalised expected payoff of each move, the best being done after it.

        0 where a move is not open or the value cannot be.
        """
        worth = np.asarray(self.sums @ paid)
        for cells, starts, above in self.steps:
            np.add.at(worth, above, np.maximum.reduceat(worth[cells], starts, axis=0))
        found = worth[np.maximum(self.first, 0)]
        return np.where((self.first >= 0)[..., None], found, 0.0)


@dataclass(frozen=True, eq=False)
class _Plan:
    """Everything about a decision that is the same in every draw.

    levels: from the decision down, nodes with their parents and, for edges that others make, the edge.
    chains: of the actor that knows nothing more, then one for each unknown.
    """

    decision: Decision
    levels: tuple[tuple[Longs, Longs, Longs, NDArray[np.bool_]], ...]
    leaves: Longs
    leaf_class: Longs
    chains: tuple[_Chain, ...]

    def flow(self, solved: Solved, belief: Floats) -> Floats:
        """[node, draw]: probability of coming there from the decision on, the actor's own moves counting as certain.

        belief [node of the decision, draw]: how likely each node is in its situation.
        """
        out = np.zeros((solved.game.nodes, solved.count))
        odds = np.concatenate([solved.solution.behaviour, solved.numbers.chance], axis=1).T
        out[self.decision.nodes] = belief
        for nodes, above, edge, own in self.levels:
            out[nodes] = out[above] * np.where(own[:, None], 1.0, odds[edge])
        return out


def _plan_of(game: Game, decision: Decision) -> _Plan:
    """Made once: blocks of draws come one after another."""
    return game.kept.recent((_Plan, decision), lambda: _make_plan(game, decision))


def _make_plan(game: Game, decision: Decision) -> _Plan:
    below = np.full(game.nodes, -1, np.int64)  # the node of the decision that each node is below of
    below[decision.nodes] = np.arange(len(decision.nodes))
    levels: list[tuple[Longs, Longs, Longs, NDArray[np.bool_]]] = []
    own_actions = game.infoset_player[game.infoset_of_action] == decision.player
    for level in game.levels():
        if not level.start:
            continue
        every = np.arange(level.start, level.stop)
        nodes = every[(below[every] < 0) & (below[game.parent[every]] >= 0)]
        below[nodes] = below[game.parent[nodes]]
        edge = np.where(game.action[nodes] >= 0, game.action[nodes], game.actions + game.chance[nodes])
        own = (game.action[nodes] >= 0) & own_actions[np.maximum(game.action[nodes], 0)]
        levels.append((nodes.astype(np.int64), game.parent[nodes].astype(np.int64), edge.astype(np.int64), own))
    leaf = np.flatnonzero(below[game.leaf_node] >= 0)
    leaves = game.leaf_node[leaf].astype(np.int64)
    blind = np.zeros(len(decision.nodes), np.int64)
    chains = [_make_chain(game, decision, below, leaves, (blind, 1))]
    for unknown, codes in decision.unknowns:
        values = len(unknown.labels) + 1
        chains.append(_make_chain(game, decision, below, leaves, (codes % values, values)))
    return _Plan(decision, tuple(levels), leaves, game.leaf_class[leaf].astype(np.int64), tuple(chains))


def _make_chain(game: Game, decision: Decision, below: Longs, leaves: Longs, coded: tuple[Longs, int]) -> _Chain:
    from scipy.sparse import csr_array

    codes, values = coded
    last = last_actions(game, decision.player).astype(np.int64)
    own = np.flatnonzero((game.infoset >= 0) & (below >= 0))
    own = own[game.infoset_player[game.infoset[own]] == decision.player]
    # One choice for every own information set and value that can be told apart there; its cells are its moves.
    sets, value = game.infoset[own].astype(np.int64), codes[below[own]]
    choice, at = np.unique(sets * values + value, return_index=True)
    sets, value, node = sets[at], value[at], own[at]
    counts = (game.action_start[sets + 1] - game.action_start[sets]).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(counts)])
    of = {key: k for k, key in enumerate(choice.tolist())}

    def cell(action: Longs, code: Longs) -> Longs:
        infoset = game.infoset_of_action[action].astype(np.int64)
        which = np.array([of[key] for key in (infoset * values + code).tolist()], np.int64)
        return start[which] + action - game.action_start[infoset]

    column = np.arange(len(leaves))
    row = cell(last[leaves], codes[below[leaves]])
    sums = csr_array((np.ones(len(row)), (row, column)), shape=(int(start[-1]), len(leaves)))
    at_decision = np.isin(sets, decision.infosets)
    above = np.full(len(sets), -1, np.int64)
    above[~at_decision] = cell(last[node[~at_decision]], value[~at_decision])
    steps = tuple(_by_depth(above, start, counts))
    first = np.full((values, len(decision.infosets), decision.moves.shape[1]), -1, np.int64)
    story = story_of(game)
    for k in np.flatnonzero(at_decision).tolist():
        children = np.arange(counts[k]) + game.first_child[node[k]]
        situation = int(np.searchsorted(decision.infosets, sets[k]))
        first[value[k], situation, story.move[children]] = start[k] + np.arange(counts[k])
    return _Chain(codes, sums, steps, first)


def _by_depth(above: Longs, start: Longs, counts: Longs) -> Iterator[tuple[Longs, Longs, Longs]]:
    """Choices after the decision, the deepest first: their cells, where each begins among these, the cell before."""
    owner = np.repeat(np.arange(len(counts)), counts)
    depth = np.zeros(len(above), np.int64)
    while True:
        deeper = np.where(above >= 0, depth[owner[np.maximum(above, 0)]] + 1, 0)
        if (deeper == depth).all():
            break
        depth = deeper
    for level in range(int(depth.max(initial=0)), 0, -1):
        own = np.flatnonzero(depth == level)
        cells = np.concatenate([np.arange(start[k], start[k + 1]) for k in own.tolist()])
        starts = np.concatenate([[0], np.cumsum(counts[own])[:-1]])
        yield cells, starts, above[own]


def next_decisions(game: Game, crisis: Crisis, actors: Sequence[str]) -> Iterator[Decision]:
    """The next decision of each actor, where it has one."""
    for actor in actors:
        position = next_decision(game, crisis, actor)
        found = None if position is None else decision_at(game, crisis, actor, position)
        if found is not None and found.small:
            yield found
