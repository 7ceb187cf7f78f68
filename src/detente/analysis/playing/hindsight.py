"""Hindsight on a game that a person played: the others as they were, what could have been known, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.at_decision import situation_at, worth_of_moves
from detente.analysis.histories import view_of
from detente.analysis.knowledge import NOT_PLAYED
from detente.analysis.playing.positions import SeenMove, moves_at, path_of
from detente.analysis.solved import Solved
from detente.equilibrium.examined.best_response import best_response
from detente.game.arrays import Numbers
from detente.game.paths import private_codes, story_of
from detente.strategy.behaviour import values
from detente.strategy.beliefs import beliefs_from_logs

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Other:
    """A private value of another actor: what it was, and how likely the seat could hold it to be.

    before: at the outset, by its own private values; after: given all that it had seen by the end, the ending itself
    among it. NaN where the solution never lets that happen.
    """

    actor: str
    variable: str
    value: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Unseen:
    """A move that the seat did not see, or saw only by its look (`looked`, else empty)."""

    move: SeenMove
    looked: str


@dataclass(frozen=True, slots=True)
class LookedBack:
    """One decision of the seat. best: the move worth most, by what the seat knew there; played: how likely the solution
    makes the move that was made.

    loss: how much less the move made was worth than the best, the others as solved and the seat's later moves as it
    made them, in payoff, >= 0. believed: of what was unknown there, how likely the seat could hold what was so; True
    values in `truth`.
    """

    stage: str
    round: int
    made: str
    best: str
    played: float
    loss: float
    truth: Mapping[str, str]
    believed: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Hindsight:
    """A finished game looked back upon by a seat.

    payoff: the seat's own at this end. worth: what the strategy it played (its moves where it came to decide, the
    solution elsewhere) may expect from the outset; of_solution: what the solution may. cost: how much more the best
    reply to the others may expect than that strategy, >= 0: what `detente judge` calls its gain. decisions: in the
    order of play. All payoffs are in the case's units.
    """

    actor: str
    outcome: str
    payoff: float
    worth: float
    of_solution: float
    cost: float
    others: tuple[Other, ...]
    unseen: tuple[Unseen, ...]
    decisions: tuple[LookedBack, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        told = {name: getattr(self, name) for name in ("actor", "outcome", "payoff", "worth", "of_solution", "cost")}
        told["others"] = [{k: None if v != v else v for k, v in asdict(each).items()} for each in self.others]
        told["unseen"] = [asdict(each) for each in self.unseen]
        told["decisions"] = [asdict(each) for each in self.decisions]
        return told


def look_back(solved: Solved, end: int, seat: str) -> Hindsight:
    """A game that came to a leaf (`end`, its node), looked back upon by a seat."""
    game = solved.game
    player = game.players.index(seat)
    own = _own_decisions(solved, end, player)
    behaviour = solved.solution.behaviour[0].copy()
    for infoset, action in own:
        behaviour[int(game.action_start[infoset]) : int(game.action_start[infoset + 1])] = 0.0
        behaviour[action] = 1.0
    numbers = Numbers(solved.numbers.payoff[:1], solved.numbers.chance[:1])
    below = values(game, numbers, behaviour[None])[0]
    # The seat's own moves tell it nothing new, so that its beliefs are those of the solution.
    belief = beliefs_from_logs(game, numbers, solved.solution.log_behaviour[:1])[0]
    leaf = int(np.searchsorted(game.leaf_node, end))
    return Hindsight(
        seat,
        solved.crisis.outcomes[int(story_of(game).outcome[leaf])].id,
        float(numbers.payoff[0, game.leaf_class[leaf], player]),
        float(below[0, player]),
        float(solved.utilities[0, player]),
        best_response(game, numbers, behaviour, player).gain,
        tuple(_others(solved, end, seat)),
        tuple(_unseen(solved, end, seat)),
        tuple(_looked_back(solved, end, each, (below, belief)) for each in own),
    )


def _own_decisions(solved: Solved, node: int, player: int) -> list[tuple[int, int]]:
    """Information sets at which the seat decided, each with the action it took, in the order of play."""
    game, found = solved.game, list[tuple[int, int]]()
    while node > 0:
        above = int(game.parent[node])
        infoset = int(game.infoset[above])
        if infoset >= 0 and int(game.infoset_player[infoset]) == player:
            found.append((infoset, int(game.action[node])))
        node = above
    return found[::-1]


def _looked_back(solved: Solved, end: int, decision: tuple[int, int], known: tuple[Floats, Floats]) -> LookedBack:
    game, story = solved.game, story_of(solved.game)
    infoset, action = decision
    start = int(game.action_start[infoset])
    worth = worth_of_moves(game, *known, infoset)
    names = moves_at(solved, int(game.infoset_nodes[game.infoset_node_start[infoset]]))
    step = story.steps[int(story.infoset_step[infoset])]
    situation = situation_at(solved, infoset)
    truth = {name: _was(solved, end, name) for name in situation.belief}
    believed = {name: belief.get(truth[name], np.nan) for name, belief in situation.belief.items()}
    return LookedBack(
        step.stage,
        step.round,
        names[action - start],
        names[int(np.argmax(worth))],
        float(solved.solution.behaviour[0, action]),
        float(worth.max() - worth[action - start]),
        truth,
        {name: p for name, p in believed.items() if not np.isnan(p)},
    )


def _was(solved: Solved, end: int, name: str) -> str:
    """The truth of something unknown, which beliefs name as `stage`, `stage (round 2)` or `actor.variable`."""
    steps = story_of(solved.game).steps
    for position, move in path_of(solved, end):
        step = steps[position]
        own = step.stage or f"{step.actor}.{step.variable}"
        if name == (f"{own} (round {step.round})" if step.round else own):
            return step.labels[move]
    return NOT_PLAYED


def _others(solved: Solved, end: int, seat: str) -> list[Other]:
    game, crisis = solved.game, solved.crisis
    view = view_of(game, crisis, seat)
    own = [
        private_codes(game, actor.id, each.id)[game.leaf_node]
        for actor, each in crisis.private_variables()
        if seat in each.knowers(actor.id)
    ]
    leaf = int(np.searchsorted(game.leaf_node, end))
    alike = np.ones(game.leaves, bool)
    for codes in own:
        alike &= codes == codes[leaf]
    # At the end everything has come out that the seat ever sees, the outcome among it.
    by_then = alike & (view.of[game.leaf_node] == view.of[end])
    by_then &= story_of(game).outcome == story_of(game).outcome[leaf]
    found: list[Other] = []
    for actor, variable in crisis.private_variables():
        if seat in variable.knowers(actor.id):
            continue
        codes = private_codes(game, actor.id, variable.id)[game.leaf_node]
        was = codes == codes[leaf]
        before, after = (_share(solved, was, given) for given in (alike, by_then))
        found.append(Other(actor.id, variable.id, _was(solved, end, f"{actor.id}.{variable.id}"), before, after))
    return found


def _share(solved: Solved, holds: NDArray[np.bool_], given: NDArray[np.bool_]) -> float:
    """The probability that something holds ([leaf]) given something else; NaN where that is impossible."""
    weights = solved.leaf_weights(given)[0]
    return float(weights[holds].sum() / total) if (total := float(weights.sum())) > 0.0 else np.nan


def _unseen(solved: Solved, end: int, seat: str) -> list[Unseen]:
    steps, found = story_of(solved.game).steps, list[Unseen]()
    for position, move in path_of(solved, end):
        step = steps[position]
        if not step.stage:
            continue
        stage = solved.crisis.stage(step.stage)
        made = step.labels[move]
        looked = made if step.actor == seat else stage.shown(move) if stage.sees(seat) else ""
        if looked != made:
            found.append(Unseen(SeenMove(step.actor, stage.id, step.round, made), looked))
    return found
