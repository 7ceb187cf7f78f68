"""A large game solved in parts, each followed to the limit by itself.

A *part* is a set of subtrees that play hardly reaches, together with everything below their roots. The *rest* is the
game with every part cut off: play that comes to the root of a part ends there, and pays the part's value. On the path
of the whole game all parts share one rationality with the rest, and each sends the others back over its turning points.
Given the beliefs at its roots, however, a part is a game of its own, which is followed with a rationality of its own.

The search has these steps:

1. Trembling play (`detente.equilibrium.fallback.trembling`) shows roughly the behaviour at every information set, and
   so the first parts.
2. The rest is followed to the limit.
3. Each part is followed to the limit, smallest parts first, with the beliefs that small trembles at its entries leave.
4. If a player would gain by entering a part, other beliefs at its roots are tried, under which nobody gains by
   entering; if none are found, the part joins the rest. Steps 2 to 4 are repeated until no deviation gains anything.

Beliefs come from behaviour in which every move has some probability: the profile put together is a sequential
equilibrium up to its certificate. The profile need not be the limit of the path of the whole game.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.elimination.dense_or_sparse import elimination_of
from detente.equilibrium.fallback.cutting import Cutting, cut_off, subtrees
from detente.equilibrium.fallback.judging import Judged, judged
from detente.equilibrium.fallback.parts import Part, parts_of
from detente.equilibrium.fallback.trembling import trembling_play
from detente.equilibrium.fallback.tuning import (
    BETTER,
    ENTERED,
    FEW_STEPS,
    FEWEST_ITERATIONS,
    GOOD,
    MANY_STEPS,
    MISTAKEN,
    MOST_ENTRIES,
    MOST_ITERATIONS,
    MOST_TRIED,
    MUCH_LARGER,
    PART_RATIONALITY,
    PART_REGRET,
    QUIET_ROUNDS,
    RARER,
    REST_ATTEMPTS,
    SAME_WEIGHTS,
    SEARCH_ROUNDS,
    SELDOM_REACHED,
    SLIP,
    SMALL_PART,
    SOME_STEPS,
    SPREAD,
    TEMPTING,
    UNREACHED,
    VISITS,
    WHOLE_PART,
)
from detente.equilibrium.path import logit
from detente.equilibrium.path.draw import solve_draw
from detente.equilibrium.path.memory import memory
from detente.equilibrium.path.steps import STEPS, Rules
from detente.game.arrays import Game, Numbers
from detente.kernels.stopping import stop_asked
from detente.strategy.behaviour import normalised
from detente.strategy.layout import layout_of

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(eq=False)
class Allowance:
    """Budget of the search: `left`, in steps times unknowns. rules: of a path, by unknowns."""

    rules: Callable[[int], Rules]
    left: float
    steps: int = 0


def in_parts(game: Game, numbers: Numbers, effort: Allowance) -> Floats | None:
    """Log behaviour [action] of a single draw put together from parts; None where none are found, or fit."""
    play = trembling_play(game, numbers, int(np.clip(VISITS / game.nodes, FEWEST_ITERATIONS, MOST_ITERATIONS)))
    if not parts_of(game, np.exp(judged(game, numbers, play).reach), SELDOM_REACHED):
        return None
    found, good = _Parting(game, numbers, play, effort).run()
    return found if good else None


def _limit(game: Game, numbers: Numbers, play: Floats, effort: Allowance) -> Floats:
    """A part's log behaviour in the limit, as near as it was found; `play`: roughly how it is played."""
    if layout_of(game).unknowns <= SMALL_PART:
        return _path(game, numbers, effort, MANY_STEPS)[0]
    return _Parting(game, numbers, play, effort).run()[0]


def _path(game: Game, numbers: Numbers, effort: Allowance, most: int) -> tuple[Floats, bool]:
    """Log behaviour at the end of the path from rationality zero, and whether that will do."""
    layout = layout_of(game)
    unit = _range(numbers)
    rules = tuple(effort.rules(layout.unknowns)._replace(most_steps=most))
    scores = np.zeros((1, game.actions))
    with memory(game, layout, elimination_of(game)) as (state, work):
        payoff, chance = numbers.payoff[0], numbers.chance[0]
        ending = solve_draw(layout, state, work, rules, np.inf, unit, payoff, chance, scores[0])
        reached, steps = float(work.here[-1]), int(work.counts[STEPS])
    effort.left -= steps * (layout.unknowns + 1.0)
    if stop_asked():
        effort.left = -1.0
    effort.steps += steps
    play = normalised(game, scores)[0]
    if ending == logit.AT_LIMIT:
        return play, True
    return play, reached >= PART_RATIONALITY and judged(game, numbers, play).regret.max(
        initial=0.0
    ) <= PART_REGRET * unit


def _range(numbers: Numbers) -> float:
    return float(numbers.payoff_range()[0]) or 1.0


@dataclass(eq=False)
class _Parting:
    """The search in one game. play [action]: what is known of log behaviour; worth [node, player]: what it comes to.

    All by the key of a part. solved: weights of its roots, in logarithms, and its log behaviour there. rarer [entry]:
    how much less likely each entry is than the likeliest, in logarithms. entered: how often it was entered. joined:
    what joined the rest. shed: parts there were, and those that then left the rest.
    """

    game: Game
    numbers: Numbers
    play: Floats
    effort: Allowance
    parts: list[Part] = field(default_factory=list[Part])
    solved: dict[bytes, tuple[Floats, Floats]] = field(default_factory=dict[bytes, tuple[Floats, Floats]])
    rarer: dict[bytes, Floats] = field(default_factory=dict[bytes, Floats])
    entered: dict[bytes, int] = field(default_factory=dict[bytes, int])
    joined: set[bytes] = field(default_factory=set[bytes])
    shed: set[tuple[frozenset[bytes], frozenset[bytes]]] = field(
        default_factory=set[tuple[frozenset[bytes], frozenset[bytes]]]
    )

    def run(self) -> tuple[Floats, bool]:
        """Log behaviour, and whether nobody gains by deviating anywhere."""
        self.unit = _range(self.numbers)
        self.before = self.play.copy()
        at = judged(self.game, self.numbers, self.play)
        self.worth = at.worth
        self.parts = parts_of(self.game, np.exp(at.reach), SELDOM_REACHED)
        if not self.parts:
            return _path(self.game, self.numbers, self.effort, SOME_STEPS)
        idle = 0
        for _ in range(SEARCH_ROUNDS):
            rest, reached = self._rest()
            if self.effort.left < 0.0:
                break
            full = self.play.copy()
            full[rest.action] = reached
            intruded = self._intruded(rest, reached)
            if intruded:
                self._settle(intruded, judged(self.game, self.numbers, full), True)
                idle = 0
                continue
            if self._shed(rest, reached):
                rest = self._remaining()
            at, tempting = self._together(rest, full)
            self.worth = at.worth
            if tempting:
                self._settle(tempting, at, False)
                idle = 0
                continue
            if at.regret.max() <= GOOD * self.unit:
                return at.play, True
            idle += 1
            if idle > QUIET_ROUNDS:
                break
            self._doubt(rest, at)
        return self.play, False

    def _rest(self) -> tuple[Cutting, Floats]:
        """The game that is over where a part begins, and its log behaviour in the limit."""
        for attempt in range(REST_ATTEMPTS):
            last = attempt == REST_ATTEMPTS - 1
            rest = self._remaining()
            found, good = _path(rest.game, rest.numbers, self.effort, MANY_STEPS if last else FEW_STEPS)
            if good or last or self.effort.left < 0.0:
                return rest, found
            at = judged(rest.game, rest.numbers, found)
            more = parts_of(rest.game, np.exp(at.reach), SELDOM_REACHED)
            more = [part for part in more if rest.node[part.roots].tobytes() not in self.joined]
            if more:
                self._leave(rest, more, at)
        raise AssertionError("the last attempt returns")

    def _shed(self, rest: Cutting, reached: Floats) -> bool:
        """Takes out of the rest what its own solution does not reach; whether there was anything.

        What had joined leaves as well, but not twice from the same parts: that would go round in a circle.
        """
        at = judged(rest.game, rest.numbers, reached)
        more = parts_of(rest.game, np.exp(at.reach), SELDOM_REACHED)
        keys = {rest.node[part.roots].tobytes(): part for part in more}
        place = frozenset(part.key for part in self.parts), frozenset(keys)
        if place in self.shed:
            keys = {key: part for key, part in keys.items() if key not in self.joined}
        self.shed.add(place)
        if not keys:
            return False
        self._leave(rest, list(keys.values()), at)
        self.joined.difference_update(keys)
        if at.regret.max(initial=0.0) <= GOOD * self.unit:
            self._keep(self.parts[len(self.parts) - len(keys) :], rest, at)
        return True

    def _keep(self, parts: list[Part], rest: Cutting, at: Judged) -> None:
        """Remembers how parts are played in the rest's solution, and with what beliefs: there nobody gains by them."""
        reach = np.full(self.game.nodes, -np.inf)
        reach[rest.node] = at.reach
        for part in parts:
            own = self._own(part, reach)
            entries = self.play[part.entries]
            self.rarer[part.key] = entries - entries.max(initial=-np.inf)
            self.solved[part.key] = (own.numbers.chance[0, : len(part.roots)], self.play[own.action])

    def _remaining(self) -> Cutting:
        ends = np.zeros(self.game.nodes, bool)
        for part in self.parts:
            ends[part.roots] = True
        return cut_off(self.game, self.numbers, ends, self.worth)

    def _leave(self, rest: Cutting, more: list[Part], at: Judged) -> None:
        """Takes further parts out of the rest, with the parts that begin inside them."""
        self.play[rest.action] = self.before[rest.action] = at.play
        self.worth[rest.node] = at.worth
        for part in more:
            roots = rest.node[part.roots]
            inside = _below(self.game, roots)
            self.parts = [old for old in self.parts if not inside[old.roots[0]]]
            self.parts.append(Part(roots, np.flatnonzero(inside), rest.action[part.entries]))

    def _intruded(self, rest: Cutting, reached: Floats) -> list[Part]:
        """Parts that are entered in the rest's solution."""
        place = np.full(self.game.nodes, -1)
        place[rest.node] = np.arange(len(rest.node))
        reach = np.exp(judged(rest.game, rest.numbers, reached).reach)
        return [part for part in self.parts if reach[place[part.roots]].sum() > ENTERED]

    def _settle(self, parts: list[Part], at: Judged, entered: bool) -> None:
        """Keeps everybody out of parts that are worth entering, or joins them to the rest."""
        for part in parts:
            tries = self.entered[part.key] = self.entered.get(part.key, 0) + entered
            if tries > MOST_ENTRIES or not self._deterred(part, at, entered):
                self._join(part, at)

    def _deterred(self, part: Part, at: Judged, entered: bool) -> bool:
        """True where beliefs at the roots are found under which nobody who counts gains by entering; keeps them."""
        game = self.game
        movers = game.infoset_of_action[part.entries]
        counts = np.flatnonzero(at.mass[movers] > UNREACHED)
        if not len(counts):
            return False
        kept = self.solved.get(part.key)
        others = np.ones(game.actions, bool)
        others[part.entries] = False
        alone = counts[np.argsort(self._best(at, others)[movers[counts]] - at.quality[part.entries[counts]])]
        candidates = [-1] * entered + (list(alone) if len(part.nodes) <= MOST_TRIED else [])
        for one in candidates:
            rarer = np.maximum(self.before[part.entries], -SPREAD) if one < 0 else np.full(len(movers), RARER)
            if one >= 0:
                rarer[one] = 0.0
            full = at.play.copy()
            full[part.entries[counts]] = SLIP + rarer[counts]
            full = normalised(game, full[None])[0]
            self._solve(part, judged(game, self.numbers, full).reach, full)
            then = judged(game, self.numbers, full)
            gain = then.quality[part.entries] - self._best(then, others)[movers]
            if gain[counts].max() <= TEMPTING * self.unit:
                if one >= 0:
                    self.rarer[part.key] = rarer
                self.worth[part.nodes] = then.worth[part.nodes]
                self._remember(part)
                return True
        if kept:
            self.solved[part.key] = kept
        return False

    def _best(self, at: Judged, allowed: Flags) -> Floats:
        """[infoset]: what the best of the moves allowed is worth; infinite where there is none."""
        worth = np.maximum.reduceat(np.where(allowed, at.quality, -np.inf), self.game.action_start[:-1])
        return np.where(np.isfinite(worth), worth, np.inf)

    def _join(self, part: Part, at: Judged) -> None:
        """Makes a part belong to the rest, but for what is hardly reached within it."""
        self.joined.add(part.key)
        self.parts = [other for other in self.parts if other is not part]
        own = self._own(part, at.reach)
        if layout_of(own.game).unknowns <= WHOLE_PART:
            return
        inner = judged(own.game, own.numbers, at.play[own.action])
        self.worth[own.node[1:]] = inner.worth[1:]
        self.play[own.action] = self.before[own.action] = inner.play
        for deeper in parts_of(own.game, np.exp(inner.reach), SELDOM_REACHED):
            self.parts.append(Part(own.node[deeper.roots], own.node[deeper.nodes], own.action[deeper.entries]))

    def _own(self, part: Part, reach: Floats) -> Cutting:
        weights = reach[part.roots]
        return subtrees(self.game, self.numbers, part.roots, weights - np.logaddexp.reduce(weights))

    def _solve(self, part: Part, reach: Floats, full: Floats) -> None:
        """Solves a part, unless it is known at the same beliefs, and writes its log behaviour into `full`."""
        own = self._own(part, reach)
        weights = own.numbers.chance[0, : len(part.roots)]
        known = self.solved.get(part.key)
        if known is None or np.abs(np.exp(known[0]) - np.exp(weights)).max() > SAME_WEIGHTS:
            found = _limit(own.game, own.numbers, full[own.action], self.effort)
            known = self.solved[part.key] = (weights, found)
        full[own.action] = known[1]

    def _remember(self, part: Part) -> None:
        own = self._own(part, np.zeros(self.game.nodes))
        self.play[own.action] = self.solved[part.key][1]

    def _together(self, rest: Cutting, full: Floats) -> tuple[Judged, list[Part]]:
        """Solves the parts, smallest first; what all play together comes to, and which parts are worth entering."""
        for part in self.parts:
            slip = SLIP + self.rarer.get(part.key, np.maximum(self.before[part.entries], -SPREAD))
            rare = full[part.entries] < np.log(ENTERED)
            full[part.entries] = np.where(rare, slip, full[part.entries])
        full = normalised(self.game, full[None])[0]
        at = judged(self.game, self.numbers, full)
        reach = at.reach
        self.parts.sort(key=lambda part: len(part.nodes))
        sizes = [len(part.nodes) for part in self.parts] + [np.inf]
        for k, part in enumerate(self.parts):
            self._solve(part, reach, full)
            self._remember(part)
            if sizes[k + 1] > MUCH_LARGER * sizes[k]:
                at = self._corrected(rest, full)
                tempting = [part for part in self.parts[: k + 1] if self._tempts(part, at)]
                if tempting:
                    return at, tempting
        return at, []

    def _tempts(self, part: Part, at: Judged) -> bool:
        movers = self.game.infoset_of_action[part.entries]
        mean = np.add.reduceat(np.exp(at.play) * at.quality, self.game.action_start[:-1])
        return bool((at.quality[part.entries] - mean[movers]).max(initial=0.0) > TEMPTING * self.unit)

    def _corrected(self, rest: Cutting, full: Floats) -> Judged:
        """Behaviour in which players at information sets that only their own mistakes reach play their best move there.

        Such sets carry no weight in anybody's beliefs, so that the change leaves all beliefs as they are.
        """
        at = judged(self.game, self.numbers, full)
        usual = np.full(self.game.infosets, -np.inf)
        usual[rest.infoset] = 0.0
        for part in self.parts:
            sets = np.unique(self.game.infoset[part.nodes])
            usual[sets[sets >= 0]] = np.logaddexp.reduce(at.reach[part.roots]) if part.key in self.solved else -np.inf
        for _ in range(len(self.game.level_start)):
            wrong = np.flatnonzero((at.mass < usual + UNREACHED) & (at.regret > BETTER * GOOD * self.unit))
            if not len(wrong):
                break
            play = at.play.copy()
            for infoset in wrong:
                moves = slice(int(self.game.action_start[infoset]), int(self.game.action_start[infoset + 1]))
                best = int(at.quality[moves].argmax())
                play[moves] = np.minimum(play[moves], MISTAKEN)
                play[moves.start + best] = 0.0
            at = judged(self.game, self.numbers, play)
        return at

    def _doubt(self, rest: Cutting, at: Judged) -> None:
        """Forgets solutions of parts whose beliefs have moved, where the rest stands."""
        if at.regret[rest.infoset].max(initial=0.0) > GOOD * self.unit:
            return
        for part in self.parts:
            sets = np.unique(self.game.infoset[part.nodes])
            if at.regret[sets[sets >= 0]].max(initial=0.0) > GOOD * self.unit:
                self.solved.pop(part.key, None)


def _below(game: Game, roots: Longs) -> Flags:
    """[node]: whether it is one of the roots or below one."""
    inside = np.zeros(game.nodes, bool)
    inside[roots] = True
    for level in game.levels():
        if level.start:
            inside[level] |= inside[game.parent[level]]
    return inside
