"""One decision of a solution: what the actor knows and believes there, and what each of its moves is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.histories import BETWEEN, decisions_after, find, no_decision, view_of
from detente.analysis.profile import beliefs_told
from detente.analysis.solved import Solved
from detente.game.arrays import Game, Numbers
from detente.game.paths import story_of
from detente.strategy.behaviour import values
from detente.strategy.beliefs import beliefs_from_logs

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MoveWorth:
    """A move that is open: its probability, and the actor's expected payoff from it on, with standard errors.

    Both are means over draws, errors NaN for a single draw. loss: how much less it is worth than the best move, on
    average over draws, >= 0.
    """

    move: str
    probability: float
    worth: float
    loss: float
    probability_error: float
    worth_error: float


@dataclass(frozen=True, slots=True)
class Situation:
    """One information set at which the actor may find itself: what it privately is, has seen, believes and may do.

    share: how likely it is that it is here, given that the decision comes up after the history; NaN where that never
    happens. belief: by what is unknown the probability of each value, as the profile of a solution tells it; it is the
    actor's own, who may see less or more than the history tells.
    """

    private: Mapping[str, str]
    knows: Mapping[str, str]
    belief: Mapping[str, Mapping[str, float]]
    share: float
    moves: tuple[MoveWorth, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values; None for what is not known."""
        return {
            "private": dict(self.private),
            "knows": dict(self.knows),
            "belief": {name: dict(belief) for name, belief in self.belief.items()},
            "share": _known(self.share),
            "moves": [{name: _known(value) for name, value in asdict(move).items()} for move in self.moves],
        }


@dataclass(frozen=True, eq=False)
class AtDecision:
    """A decision after a history. in_all: probability that it comes up there. situations: the likeliest first."""

    address: str
    actor: str
    stage: str
    round: int
    in_all: float
    situations: tuple[Situation, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values; None for what is not known."""
        told: dict[str, Any] = {name: getattr(self, name) for name in ("address", "actor", "stage", "round", "in_all")}
        told["situations"] = [each.to_dict() for each in self.situations]
        return told


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and np.isnan(value) else value


def at_decision(solved: Solved, address: str, seen_by: str | None = None) -> AtDecision:
    """The decision of an address: that of a history, then the stage, such as `STAGE: MOVE / STAGE`.

    seen_by: who sees the history, as for `histories`. Raises RequestError for what names nothing.
    """
    game, crisis, story = solved.game, solved.crisis, story_of(solved.game)
    view = view_of(game, crisis, seen_by)
    before, _, part = address.rpartition(BETWEEN)
    history, _ = find(view, solved, before)
    position = decisions_after(view, solved, history).get(part)
    if position is None:
        raise no_decision(view, solved, history, part)
    infoset = np.where(game.infoset >= 0, game.infoset, game.infosets)
    step = np.append(story.infoset_step, -1)[infoset]
    nodes = np.flatnonzero((view.of == history) & (step == position))
    sets, of = np.unique(game.infoset[nodes], return_inverse=True)
    weight = np.bincount(of.reshape(-1), solved.reach[:, nodes].mean(axis=0), len(sets))
    worth = _worth(solved, sets.tolist())
    total = float(weight.sum())
    chances = solved.solution.behaviour
    found = [
        _situation(solved, int(one), float(weight[k]) / total if total > 0.0 else np.nan, chances, worth[k])
        for k, one in enumerate(sets.tolist())
    ]
    order = sorted(range(len(found)), key=lambda k: -weight[k])
    stage = story.steps[position]
    actor = game.players[int(game.infoset_player[sets[0]])]
    return AtDecision(address, actor, stage.stage, stage.round, total, tuple(found[k] for k in order))


def situation_at(solved: Solved, infoset: int) -> Situation:
    """The situation of an actor that finds itself at an information set."""
    return _situation(solved, infoset, 1.0, solved.solution.behaviour, _worth(solved, [infoset])[0])


def worth_of_moves(game: Game, below: Floats, belief: Floats, infoset: int) -> Floats:
    """[move]: expected payoff of the actor from each move on.

    below [node, player]: expected payoffs; belief [position in infoset_nodes].
    """
    places = slice(int(game.infoset_node_start[infoset]), int(game.infoset_node_start[infoset + 1]))
    moves = int(game.action_start[infoset + 1] - game.action_start[infoset])
    children = game.first_child[game.infoset_nodes[places]][:, None] + np.arange(moves)
    return belief[places] @ below[children, int(game.infoset_player[infoset])]


def _worth(solved: Solved, sets: list[int]) -> list[Floats]:
    """Expected payoff [draw, move], by information set, of the actor from each move on, given its beliefs there."""
    game, numbers, solution = solved.game, solved.numbers, solved.solution
    found: list[list[Floats]] = [[] for _ in sets]
    for draw in range(solved.count):  # one at a time: a value for every node, draw and player may not fit in memory
        part = slice(draw, draw + 1)
        own = Numbers(numbers.payoff[part], numbers.chance[part])
        below = values(game, own, solution.behaviour[part])[0]
        belief = beliefs_from_logs(game, own, solution.log_behaviour[part])[0]
        for k, infoset in enumerate(sets):
            found[k].append(worth_of_moves(game, below, belief, infoset))
    return [np.array(each) for each in found]


def _situation(solved: Solved, infoset: int, share: float, chances: Floats, worth: Floats) -> Situation:
    entry = beliefs_told(solved, infoset)
    own = chances[:, int(solved.game.action_start[infoset]) : int(solved.game.action_start[infoset + 1])]
    loss = (worth.max(axis=1, keepdims=True) - worth).mean(axis=0)
    moves = tuple(
        MoveWorth(move, *(float(each) for each in row))
        for move, *row in zip(
            entry["moves"], own.mean(axis=0), worth.mean(axis=0), loss, _error(own), _error(worth), strict=True
        )
    )
    return Situation(entry["private"], entry["knows"], entry["belief"], share, moves)


def _error(values: Floats) -> Iterator[float]:
    """[move]: standard errors of the means over draws; NaN for a single draw."""
    if len(values) < 2:
        return iter([np.nan] * values.shape[1])
    return iter((values.std(axis=0, ddof=1) / np.sqrt(len(values))).tolist())
