"""Records of a search for other equilibria of one draw: its numbers, the equilibria found, and the effort spent."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.elimination.dense_or_sparse import foreseen_cost
from detente.equilibrium.elimination.fronts import Fronts
from detente.equilibrium.fallback.adjusting import adjust, begin
from detente.equilibrium.others.tuning import (
    AT_A_TIME,
    AT_REST,
    BESIDE,
    CALL,
    DRIFT,
    EFFORT_SHARE,
    EXACT_ODDS,
    FEWEST_WALK_STEPS,
    MOST_TURNS,
    MOST_WALK_STEPS,
    NANOSECOND,
    REPLY,
    SYSTEMS,
    WALK_FAR,
)
from detente.equilibrium.path import tilted
from detente.equilibrium.path.draw import write_play
from detente.equilibrium.path.memory import Lent, memory
from detente.equilibrium.path.newton import Work
from detente.equilibrium.solution import CERTIFIED
from detente.equilibrium.solve import Settings
from detente.game.arrays import Game, Numbers
from detente.kernels.stopping import stop_asked
from detente.strategy.behaviour import normalised, reach
from detente.strategy.layout import Layout
from detente.strategy.regret import conditional_regret, nash_conv
from detente.strategy.state import State

Floats = NDArray[np.float64]
Memory = tuple[State, Work]


@dataclass
class Found:
    """An equilibrium: log behaviour [action], probability of each leaf, and how it was found.

    hits: starts that led to it. index: see `Branches`. care [infoset]: with which its branch is to be walked.
    walked: whether its branch has been followed both ways, or need not be. whole: whether to where it ends.
    beside: probabilities [action] and index of equilibria that differ from it off the path only.
    """

    logs: Floats
    leaves: Floats
    how: str
    hits: int
    index: int | None
    care: Floats
    walked: bool = False
    whole: bool = False
    beside: list[tuple[Floats, int]] = field(default_factory=list[tuple[Floats, int]])

    def joined_by(self, logs: Floats, index: int | None, hits: int) -> None:
        """Takes in another that leads to the same endings: that one again, or one that differs off the path."""
        self.hits += hits
        behaviour = np.exp(logs)
        known = [np.exp(self.logs), *(each for each, _ in self.beside)]
        if index is not None and all(np.abs(behaviour - each).max() > BESIDE for each in known):
            self.beside.append((behaviour, index))


def apart(first: Floats, second: Floats) -> float:
    """The most by which two ways to play may differ in the probability of anything, from those of leaves [leaf].

    Of single leaves the largest difference says little: among thousands of private types each is rare.
    """
    return 0.5 * float(np.abs(first - second).sum())


@dataclass
class Search:
    """One search: the draw in the units of the kernels, what has been found and how many linear systems it took.

    same: largest difference of any probability between two that count as one, see `apart`. label [leaf]: its outcome.
    effort: seconds, as foreseen, after which nothing more is begun. replies: of players, that were looked at.
    """

    game: Game
    numbers: Numbers
    settings: Settings
    target: float
    limit: bool
    layout: Layout
    fronts: Fronts | None
    payoff: Floats
    chance: Floats
    same: float
    label: NDArray[np.integer]
    effort: float
    found: list[Found] = field(default_factory=list[Found])
    systems: int = 0
    replies: int = 0

    def memory(self) -> Lent[Memory]:
        """Working memory for one thread, lent while a `with` block runs."""
        return memory(self.game, self.layout, self.fronts)

    @cached_property
    def cost(self) -> float:
        """Seconds that a linear system takes, as foreseen from the size of the game."""
        return foreseen_cost(self.game, self.layout, self.fronts) * NANOSECOND

    @property
    def seconds(self) -> float:
        """CPU time that the linear systems and replies so far take, as foreseen."""
        return self.systems * self.cost + self.replies * self.reply_cost

    @property
    def reply_cost(self) -> float:
        """Seconds that a player's reply takes, as foreseen from the size of the game."""
        return CALL + REPLY * self.game.nodes

    @property
    def spent(self) -> bool:
        """True where the effort is spent, so that no further start is begun."""
        return self.seconds >= self.effort or stop_asked()

    def most(self, steps: int, systems: int) -> int:
        """Number of steps, each of `systems` linear systems, that one walk may take: `steps` at most."""
        allowed = EFFORT_SHARE * self.effort / (systems * self.cost)
        return int(min(steps, max(FEWEST_WALK_STEPS, allowed)))

    @property
    def indices(self) -> int:
        """Sum of the indices of what has been found; one over all equilibria of a regular game."""
        return sum((each.index or 0) + sum(index for _, index in each.beside) for each in self.found)

    def walk(
        self,
        memory: Memory,
        entry: tuple[Floats, Floats],
        start: float,
        *,
        target: float,
        up: bool = True,
        most: int = 1,
        tolerance: float = 1.0,
        steps: int = MOST_WALK_STEPS,
    ) -> tuple[tilted.Crossings, int]:
        """The crossings of a target on a walk from a behaviour and care, at a rationality (0: tilted to it).

        tolerance: share of that of the settings. steps: the most it may take. Why the walk ended comes second.
        """
        rules = tilted.Walk(
            target=target,
            fade=target,
            ceiling=WALK_FAR * target,
            tolerance=tolerance * self.settings.tolerance,
            corrector=self.settings.corrector if steps else EXACT_ODDS,
            growth=self.settings.growth,
            smallest_step=self.settings.smallest_step,
            most_steps=min(steps, self.most(MOST_WALK_STEPS, SYSTEMS)),
        )
        found = tilted.Crossings(
            np.zeros((most, self.game.actions)),
            np.zeros(most, np.int64),
            np.zeros(most, np.int64),
            np.zeros(3, np.int64),
        )
        state, work = memory
        why = tilted.wander(self.layout, state, work, rules, self.payoff, self.chance, *entry, float(start), up, found)
        return found, why

    def settle(self, memory: Memory, logs: Floats, rationality: float) -> tuple[Floats | None, int]:
        """Way to play at which adjustment in time comes to rest, from log probabilities; and the steps tried.

        The way to play is None if play does not come to rest.
        """
        state, work = memory
        begin(self.layout, state, work, self.payoff, self.chance)
        work.here[:-1] = self._odds(logs)
        work.here[-1] = rationality
        damping, drive, steps = -1.0, np.inf, 0
        enough, most = max(AT_REST, DRIFT * rationality), self.most(MOST_TURNS, 1)
        while not drive <= enough:
            if steps >= most or stop_asked():
                return None, steps
            damping, drive = adjust(self.layout, state, work, damping, AT_A_TIME)
            steps += AT_A_TIME
        return self.played(state), steps

    def _odds(self, logs: Floats) -> Floats:
        """[unknown]: log-odds of a behaviour against the first action of each information set."""
        layout = self.layout
        scores, starts = logs[layout.action], layout.action_start[:-1]
        odds = scores - np.repeat(scores[starts], np.diff(layout.action_start))
        return np.delete(odds, starts)

    def played(self, state: State) -> Floats:
        """[action]: log behaviour that the kernels left."""
        scores = np.empty(self.game.actions)
        write_play(self.layout, state, scores)
        return normalised(self.game, scores[None])[0]

    def exactly(self, memory: Memory, logs: Floats) -> tuple[Floats, int] | None:
        """The equilibrium at the target where Newton's method leads from log probabilities, with all erring alike.

        Second the sign of the determinant of the logit equations' derivative there. None where it leads nowhere.
        """
        even = np.ones(self.game.infosets)
        found, _ = self.walk(memory, (logs, even), self.target, target=self.target, steps=0)
        return (normalised(self.game, found.logs)[0], int(found.sign[0])) if found.tally[0] else None

    def sign(self, memory: Memory, logs: Floats) -> int | None:
        """The sign at an equilibrium at the target; None where rounding leaves Newton's method nothing to improve."""
        found = self.exactly(memory, logs)
        return found[1] if found else None

    def reach(self, logs: Floats) -> Floats:
        """[node]: probability of coming there under log behaviour [action]."""
        return reach(self.game, self.numbers, np.exp(logs)[None])[0]

    def reaches(self, logs: Floats) -> Floats:
        """[leaf]: probability of every leaf under log behaviour [action]."""
        return self.reach(logs)[self.game.leaf_node]

    def borne_out(self, logs: Floats) -> bool:
        """True where the certificate bears out that log probabilities [action] are an equilibrium.

        At a finite rationality players err by assumption, and the answer is always True: Newton's method has settled
        the equilibrium to rounding.
        """
        if not self.limit:
            return True
        gain = nash_conv(self.game, self.numbers, np.exp(logs)[None])
        regret = conditional_regret(self.game, self.numbers, logs[None])
        return bool(max(gain[0], regret[0]) <= CERTIFIED * (float(self.numbers.payoff_range()[0]) or 1.0))

    def keep(
        self, logs: Floats, care: Floats, how: str, index: int | None, hits: int = 0, *, alone: bool = False
    ) -> Found:
        """Adds an equilibrium unless it is known.

        Where errors were unequal on the way, whole families are found: of those one per distribution of endings.
        alone: whether it is known to stand alone, and so belongs to no family.
        """
        logs = normalised(self.game, logs[None])[0]
        leaves = self.reaches(logs)
        for known in self.found:
            mine, theirs = leaves, known.leaves
            if index is None and not alone:
                mine, theirs = (np.bincount(self.label, each) for each in (mine, theirs))
            if apart(mine, theirs) <= self.same:
                known.joined_by(logs, index, hits)
                return known
        self.found.append(Found(logs, leaves, how, hits, index, care))
        return self.found[-1]
