"""One seat or several played by people against the solved others: begin, see, move, and look back.

Luck and the others' moves follow from the seed alone, step by step, so that a game is its seats, its seed and the moves
made in it, and can be taken up again from them. A view of a seat holds nothing that the seat could not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.at_decision import Situation, situation_at
from detente.analysis.playing.hindsight import Hindsight, look_back
from detente.analysis.playing.positions import SeenMove, moves_at, path_of
from detente.analysis.solved import Solved
from detente.case.spelling.suggest import did_you_mean, listed
from detente.crisis.play import Stage, simultaneous
from detente.errors import RequestError
from detente.game.arrays import CHANCE, LEAF
from detente.game.paths import story_of
from detente.game.story import Step

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SeatView:
    """Everything that a seat knows at a moment of its game, and nothing else.

    private: the seat's own private values. seen: moves in the order of play, its own among them. stage, round, moves:
    the decision that is the seat's now; "", 0 and none where it has none. over: True at the end, which has an
    `outcome`; False with no moves where another seat is to move.
    """

    actor: str
    private: tuple[tuple[str, str], ...]
    seen: tuple[SeenMove, ...]
    stage: str
    round: int
    moves: tuple[str, ...]
    over: bool
    outcome: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "private": dict(self.private)}


@dataclass(frozen=True, eq=False)
class Playing:
    """A game as it stands: nothing in it changes, and `make` gives the game one move on.

    seats: the actors that people play. moves: what they made, in the order of play. node: how far play has come.
    """

    solved: Solved
    seats: tuple[str, ...]
    seed: int
    moves: tuple[str, ...]
    node: int

    @property
    def over(self) -> bool:
        """True where play has come to an end."""
        return self._infoset == LEAF

    @property
    def mover(self) -> str:
        """The seat whose turn it is; empty when play is over."""
        return "" if self.over else self.solved.game.players[int(self.solved.game.infoset_player[self._infoset])]

    @property
    def _infoset(self) -> int:
        return int(self.solved.game.infoset[self.node])

    def view(self, seat: str | None = None) -> SeatView:
        """The moment as a seat sees it; the only seat may be left out. Raises RequestError for what is no seat."""
        seat = self._seat(seat)
        crisis, story = self.solved.crisis, story_of(self.solved.game)
        steps, path = story.steps, list(path_of(self.solved, self.node))
        own = [(steps[k].variable, steps[k].labels[move]) for k, move in path if _draws_for(steps[k], seat)]
        seen = [each for k, move in path if (each := self._look(seat, k, move)) is not None]
        stage, round, moves, outcome = "", 0, (), ""
        if self.over:
            leaf = int(np.searchsorted(self.solved.game.leaf_node, self.node))
            outcome = crisis.outcomes[int(story.outcome[leaf])].id
        elif self.mover == seat:
            step = steps[int(story.infoset_step[self._infoset])]
            stage, round, moves = step.stage, step.round, self._open()
        return SeatView(seat, tuple(own), tuple(seen), stage, round, moves, self.over, outcome)

    def advice(self, seat: str | None = None) -> Situation:
        """The seat's beliefs at its decision, and its moves with their worth and how the solution plays them.

        Raises RequestError where it is not the seat's turn.
        """
        self._turn(seat)
        return situation_at(self.solved, self._infoset)

    def make(self, move: str, seat: str | None = None) -> Playing:
        """The game with a move made, and played on to the next decision of a seat or to the end.

        Raises RequestError for a move that is not open, and where it is not the seat's turn.
        """
        self._turn(seat)
        known = self._open()
        if move not in known:
            raise RequestError(f"`{move}` is no move here: {did_you_mean(move, known, 'moves')}")
        child = int(self.solved.game.first_child[self.node]) + known.index(move)
        return onward(self.solved, self.seats, self.seed, (*self.moves, move), child)

    def as_solved(self) -> Playing:
        """The game with the move made that the solution draws for whoever is to move."""
        return self.make(self._open()[_drawn(self.solved, self.seed, self.node)])

    def hindsight(self, seat: str | None = None) -> Hindsight:
        """The others as they were, what could have been known, and what it cost. Raises RequestError before the end."""
        seat = self._seat(seat)
        if not self.over:
            raise RequestError("hindsight comes when play is over: until then it would tell what the seat cannot know")
        return look_back(self.solved, self.node, seat)

    def to_dict(self) -> dict[str, Any]:
        """Everything needed to take the game up again with `SolvedGame.play`; it tells secrets to who can compute."""
        return {"seats": list(self.seats), "seed": self.seed, "moves": list(self.moves)}

    def _open(self) -> tuple[str, ...]:
        return moves_at(self.solved, self.node)

    def _seat(self, seat: str | None) -> str:
        if seat is None and len(self.seats) == 1:
            return self.seats[0]
        if seat not in self.seats:
            raise RequestError(f"say which seat: {listed(self.seats)}")
        return seat

    def _turn(self, seat: str | None) -> None:
        if self.over:
            raise RequestError("play is over: there is no move to make")
        if seat is not None and self._seat(seat) != self.mover:
            raise RequestError(f"it is not the turn of `{seat}`")

    def _look(self, seat: str, position: int, move: int) -> SeenMove | None:
        """A move made on the way as the seat sees it by now; None where it does not."""
        step = story_of(self.solved.game).steps[position]
        if not step.stage:
            return None
        stage = self.solved.crisis.stage(step.stage)
        if not stage.sees(seat) or (step.actor != seat and self._hidden_yet(stage, step.round)):
            return None
        look = step.labels[move] if step.actor == seat else stage.shown(move)
        return SeenMove(step.actor, stage.id, step.round, look)

    def _hidden_yet(self, stage: Stage, round: int) -> bool:
        """True where the stage is made at once with the one to come, so that its moves are not out."""
        if self.over:
            return False
        story = story_of(self.solved.game)
        now = story.steps[int(story.infoset_step[self._infoset])]
        return now.round == round and now.stage in simultaneous(self.solved.crisis.steps, stage.id)


def begin(solved: Solved, seats: Sequence[str], seed: int = 0, moves: Sequence[str] = ()) -> Playing:
    """A game from its seats and its seed, played on to the first decision of a seat, with moves made already.

    Raises RequestError for what is no actor or no move, and for a solution that nobody can play against: several draws,
    whose numbers advice would tell, or a joint plan.
    """
    actors = [actor.id for actor in solved.crisis.actors]
    if solved.count != 1:
        raise RequestError("one solution is played against: leave `draws` out")
    if solved.solution.joint is not None:
        raise RequestError("a joint plan tells everybody what to do together: play against a profile, such as logit")
    if not seats:
        raise RequestError(f"say which actor is played: {listed(actors)}")
    for seat in seats:
        if seat not in actors:
            raise RequestError(f"`{seat}` decides nothing: {did_you_mean(seat, actors, 'actors')}")
    if seed < 0:
        raise RequestError(f"a seed is a whole number from 0 up; got {seed}")
    playing = onward(solved, tuple(dict.fromkeys(seats)), seed, (), 0)
    for move in moves:
        playing = playing.make(move)
    return playing


def onward(solved: Solved, seats: tuple[str, ...], seed: int, moves: tuple[str, ...], node: int) -> Playing:
    """The game from a node on, with luck and the others' moves drawn until a seat decides or play is over."""
    game = solved.game
    held = {game.players.index(seat) for seat in seats}
    while (infoset := int(game.infoset[node])) != LEAF:
        if infoset != CHANCE and int(game.infoset_player[infoset]) in held:
            break
        node = int(game.first_child[node]) + _drawn(solved, seed, node)
    return Playing(solved, seats, seed, moves, node)


def _drawn(solved: Solved, seed: int, node: int) -> int:
    """The move or chance event at a node that the seed draws, by its position among those open."""
    chances = _chances(solved, node)
    # Luck belongs to the step of play, so that what a seat does before does not change what befalls it after.
    step = int(story_of(solved.game).step[int(solved.game.first_child[node])])
    luck = np.random.default_rng((seed, step)).random() * chances.sum()
    return min(int(np.searchsorted(np.cumsum(chances), luck, side="right")), int(np.flatnonzero(chances)[-1]))


def _chances(solved: Solved, node: int) -> Floats:
    """Probability of each of a node's children."""
    game = solved.game
    children = np.arange(game.first_child[node], game.first_child[node] + game.child_count[node])
    if int(game.infoset[node]) == CHANCE:
        return solved.numbers.chance[0][game.chance[children]]
    return solved.solution.behaviour[0][game.action[children]]


def _draws_for(step: Step, seat: str) -> bool:
    return step.draws_private and seat in step.knowers
