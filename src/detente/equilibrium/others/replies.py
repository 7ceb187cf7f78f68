"""Replies: what is best for a player, or logit, given how everybody else plays, at every information set it has.

Payoffs are summed in sequence form: each leaf belongs to the player's last action before it, each information set to
the last action before it. Sums are held with the logarithm of their largest weight, so that a reply is as exact where
play never comes as where it does: there beliefs are those that equally rare trembles leave.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.others.tuning import AS_GOOD, LOG_TREMBLE, REPLIES_AT_REST
from detente.game.arrays import Game, Numbers
from detente.kernels.compiled import entry, kernel
from detente.kernels.records import Record, indices, plain
from detente.kernels.stopping import stop_asked
from detente.strategy.behaviour import edges_of, log_chance
from detente.strategy.sequence_form import last_actions

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]


class ReplyGame(Record):
    """A game as replies read it. Edges are actions, then chance classes; -1 leads to the root.

    owner [edge]: whose action it is, -1 for chance. last [player, leaf]: the player's last action before the leaf, -1
    where there is none. own, own_start [player + 1]: the information sets player by player, those latest in play first.
    above [infoset]: the last action of its player before it, -1 where there is none.
    """

    parent: Ints
    edge: Ints
    owner: Ints
    leaf_node: Ints
    leaf_class: Ints
    last: Ints
    own: Ints
    own_start: Ints
    above: Ints
    action_start: Ints
    infoset_node_start: Ints
    infoset_nodes: Ints


class Sums(Record):
    """Scratch: log reach by the others [node]; and by action what it is worth, its weight, and both weights' scale."""

    others: Floats
    worth: Floats
    weight: Floats
    scale: Floats


def shape_of(game: Game) -> ReplyGame:
    """Made once per game."""
    return game.kept.once(ReplyGame, lambda: _shape(game))


def _shape(game: Game) -> ReplyGame:
    last = np.stack([last_actions(game, player) for player in range(len(game.players))])
    first = game.infoset_nodes[game.infoset_node_start[:-1]]
    above = last[game.infoset_player, first] if game.infosets else np.zeros(0, np.int32)
    own = [_latest_first(game, player, above) for player in range(len(game.players))]
    owner = np.concatenate([game.infoset_player[game.infoset_of_action], np.full(game.chance_classes, -1)])
    return ReplyGame(
        parent=indices(game.parent),
        edge=edges_of(game),
        owner=indices(owner),
        leaf_node=indices(game.leaf_node),
        leaf_class=indices(game.leaf_class),
        last=indices(last[:, game.leaf_node]),
        own=indices(np.concatenate([np.zeros(0, np.int32), *own])),
        own_start=indices(np.cumsum([0, *map(len, own)])),
        above=indices(above),
        action_start=indices(game.action_start),
        infoset_node_start=indices(game.infoset_node_start),
        infoset_nodes=indices(game.infoset_nodes),
    )


def _latest_first(game: Game, player: int, above: Ints) -> Ints:
    """The player's information sets, each before the one that it comes after."""
    sets = np.flatnonzero(game.infoset_player == player)
    depth = np.zeros(game.infosets, np.int64)
    for infoset in sets.tolist():  # chains are short, and a set may have a smaller number than the one above it
        at = above[infoset]
        while at >= 0:
            depth[infoset] += 1
            at = above[game.infoset_of_action[at]]
    return sets[np.argsort(-depth[sets], kind="stable")].astype(np.int32)


@dataclass(eq=False)
class Replies:
    """Replies in one draw of a game. count: how many have been given.

    rationality: of everybody, in units of 1/payoff; infinite for best replies. allowed: how many there may be before
    nothing more is begun.
    """

    game: Game
    numbers: Numbers
    rationality: float
    allowed: float = np.inf
    count: int = 0

    def __post_init__(self) -> None:
        self._shape = shape_of(self.game)
        self._payoff = plain(self.numbers.payoff[0])
        self._chance = log_chance(self.numbers)[0]
        rows = (np.zeros(self.game.actions) for _ in range(3))
        self._sums = Sums(np.zeros(self.game.nodes), *rows)
        self._players = indices(np.arange(len(self.game.players)))

    @property
    def spent(self) -> bool:
        """True where the effort is spent, so that no further reply is begun."""
        return self.count >= self.allowed or stop_asked()

    def pure(self, chosen: NDArray[np.integer]) -> Floats:
        """[action]: log probabilities where each information set makes the move of this rank, trembles apart."""
        logs = np.full(self.game.actions, LOG_TREMBLE)
        logs[self.game.action_start[:-1] + chosen] = 0.0
        return logs

    def rest(self, logs: Floats, rounds: int, held: Flags | None = None, players: Ints | None = None) -> Floats | None:
        """Log probabilities [action] from which nobody's reply departs, set out from some; None where play goes on.

        held [infoset]: where nobody replies. players: in what order they reply, all of them unless given.
        """
        edges = np.concatenate([logs, self._chance])
        frozen = np.zeros(self.game.infosets, np.bool_) if held is None else held
        order = self._players if players is None else players
        given = _come_to_rest(self._shape, self._sums, self._payoff, edges, self.rationality, frozen, order, rounds)
        self.count += abs(given)
        return edges[: self.game.actions] if given >= 0 else None

    def reply(self, logs: Floats, player: int) -> Floats:
        """Log probabilities [action] with one player's replaced by its reply."""
        edges = np.concatenate([logs, self._chance])
        frozen = np.zeros(self.game.infosets, np.bool_)
        _reply_once(self._shape, self._sums, self._payoff, edges, self.rationality, frozen, player)
        self.count += 1
        return edges[: self.game.actions]

    def margins(self, logs: Floats) -> Floats:
        """[infoset]: what the best move there gains on the second best, as a share of what they are worth.

        Given the log probabilities of everybody else, and the player's best replies later on.
        """
        edges = np.concatenate([logs, self._chance])
        out = np.zeros(self.game.infosets)
        _margins(self._shape, self._sums, self._payoff, edges, out)
        return out


@kernel
def _add(sums: Sums, action: int, worth: float, weight: float, scale: float) -> None:
    """Adds to what an action is worth: a worth with its weight, the latter over the exponential of its scale."""
    if scale > sums.scale[action]:
        less = np.exp(sums.scale[action] - scale)
        sums.worth[action] *= less
        sums.weight[action] *= less
        sums.scale[action] = scale
    share = weight * np.exp(scale - sums.scale[action])
    sums.worth[action] += share * worth
    sums.weight[action] += share


@kernel
def _gather(shape: ReplyGame, sums: Sums, payoff: Floats, logs: Floats, player: int) -> None:
    """Puts the leaves into the sums of a player's last actions, weighted by how likely the others make them."""
    others, last = sums.others, shape.last[player]
    others[0] = 0.0
    for node in range(1, len(shape.parent)):
        edge = shape.edge[node]
        others[node] = others[shape.parent[node]] + (0.0 if shape.owner[edge] == player else logs[edge])
    for a in range(len(sums.worth)):
        sums.worth[a] = 0.0
        sums.weight[a] = 0.0
        sums.scale[a] = -np.inf
    for leaf in range(len(last)):
        if last[leaf] >= 0:
            _add(sums, last[leaf], payoff[shape.leaf_class[leaf], player], 1.0, others[shape.leaf_node[leaf]])


@kernel
def _best(sums: Sums, first: int, end: int) -> float:
    best = -np.inf
    for a in range(first, end):
        sums.worth[a] /= sums.weight[a]
        best = max(best, sums.worth[a])
    return best


@kernel
def _reply(
    shape: ReplyGame, sums: Sums, payoff: Floats, logs: Floats, rationality: float, frozen: Flags, player: int
) -> float:
    """Sets the player's log probabilities to its reply; the largest change of a probability."""
    _gather(shape, sums, payoff, logs, player)
    moved = 0.0
    for k in range(shape.own_start[player], shape.own_start[player + 1]):
        infoset = shape.own[k]
        first, end = shape.action_start[infoset], shape.action_start[infoset + 1]
        best = _best(sums, first, end)
        if not frozen[infoset]:
            if rationality == np.inf:
                moved = max(moved, _choose(sums, logs, first, end, best))
            else:
                moved = max(moved, _lean(sums, logs, first, end, rationality, best))
        if shape.above[infoset] >= 0:
            value = 0.0
            for a in range(first, end):
                value += np.exp(logs[a]) * sums.worth[a]
            _add(sums, shape.above[infoset], value, sums.weight[first], sums.scale[first])
    return moved


@kernel
def _choose(sums: Sums, logs: Floats, first: int, end: int, best: float) -> float:
    """Makes the best move of an information set, the one in use where it is as good; 1 where that is another one."""
    held, top, chosen = first, first, first
    for a in range(first, end):
        if logs[a] > logs[held]:
            held = a
        if sums.worth[a] == best:
            top = a
    chosen = held if sums.worth[held] >= best - AS_GOOD * abs(best) else top
    pure = True
    for a in range(first, end):
        pure = pure and logs[a] == (0.0 if a == chosen else LOG_TREMBLE)
        logs[a] = 0.0 if a == chosen else LOG_TREMBLE
    return 0.0 if pure else 1.0


@kernel
def _lean(sums: Sums, logs: Floats, first: int, end: int, rationality: float, best: float) -> float:
    """Sets an information set's probabilities to logit replies; the largest change."""
    total = 0.0
    for a in range(first, end):
        total += np.exp(rationality * (sums.worth[a] - best))
    moved = 0.0
    for a in range(first, end):
        to = rationality * (sums.worth[a] - best) - np.log(total)
        moved = max(moved, abs(np.exp(to) - np.exp(logs[a])))
        logs[a] = to
    return moved


@entry
def _reply_once(
    shape: ReplyGame, sums: Sums, payoff: Floats, logs: Floats, rationality: float, frozen: Flags, player: int
) -> None:
    _reply(shape, sums, payoff, logs, rationality, frozen, player)


@entry
def _come_to_rest(
    shape: ReplyGame,
    sums: Sums,
    payoff: Floats,
    logs: Floats,
    rationality: float,
    frozen: Flags,
    players: Ints,
    rounds: int,
) -> int:
    """Lets players reply in turn until nothing moves; how many replies that took, less than zero where it still does.

    logs [edge]: log probabilities, set to those at the end.
    """
    given = 0
    quiet = 0
    for _ in range(rounds):
        for k in range(len(players)):
            given += 1
            moved = _reply(shape, sums, payoff, logs, rationality, frozen, players[k])
            quiet = 0 if moved > REPLIES_AT_REST else quiet + 1
            if quiet >= len(players):
                return given
    return -given


@entry
def _margins(shape: ReplyGame, sums: Sums, payoff: Floats, logs: Floats, out: Floats) -> None:
    """Sets out [infoset] to what its best move gains on the second best, over what they are worth at most."""
    for player in range(len(shape.own_start) - 1):
        _gather(shape, sums, payoff, logs, player)
        for k in range(shape.own_start[player], shape.own_start[player + 1]):
            infoset = shape.own[k]
            first, end = shape.action_start[infoset], shape.action_start[infoset + 1]
            best = _best(sums, first, end)
            second, most, found = -np.inf, 0.0, False
            for a in range(first, end):
                most = max(most, abs(sums.worth[a]))
                if sums.worth[a] == best and not found:
                    found = True
                else:
                    second = max(second, sums.worth[a])
            out[infoset] = (best - second) / most if most > 0.0 else 0.0
            if shape.above[infoset] >= 0:
                _add(sums, shape.above[infoset], best, sums.weight[first], sums.scale[first])
