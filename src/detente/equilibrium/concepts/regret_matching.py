"""Regret minimisation on a game's sequence form: approximate equilibria where no path is followed.

In two-player zero-sum games the average converges to the set of Nash equilibria under every rule. In other games
nothing is promised for Nash equilibrium: the profile with the least NashConv among those met is handed back, and the
certificate says what it is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.concepts.concept import Concept, ConceptAnswer, Effort
from detente.equilibrium.concepts.regret_kernels import Iterate, RegretRule, gains, iterate, new_iterate, start_plans
from detente.equilibrium.concepts.tuning import (
    FIRST_LOOK,
    GAIN_ROUNDING,
    ITERATIONS,
    NEXT_LOOK,
    PROFILE_ACCURACY,
    STAND_IN_ACCURACY,
    STAND_IN_ITERATIONS,
)
from detente.equilibrium.solution import Ending
from detente.game.arrays import Game, Numbers
from detente.kernels.stopping import stop_asked
from detente.strategy.sequence_form import SequenceForm, behaviour_of, sequence_form, uniform

Floats = NDArray[np.float64]

REGRET_RULES = {
    "cfr": RegretRule(np.inf, np.inf, 0.0, False, True),
    "cfr+": RegretRule(np.inf, -np.inf, 1.0, False, True),
    "linear-cfr": RegretRule(1.0, 1.0, 1.0, False, True),
    "discounted-cfr": RegretRule(1.5, 0.0, 2.0, False, True),
    "predictive-cfr+": RegretRule(np.inf, -np.inf, 2.0, True, True),
}
"""The rules by name, with the parameters of the papers that brought them."""

_LOOK = 400_000
"""Entries of payoffs between two looks at whether to stop: about a hundredth of a second."""

Watch = Callable[[int, float], None]


@dataclass(frozen=True, eq=False)
class Minimised:
    """Result of regret minimisation: behaviour [action], nash_conv in payoff units, iterations done.

    converged: True where NashConv is as small as was asked for.
    """

    behaviour: Floats
    nash_conv: float
    iterations: int
    converged: bool


def concepts() -> Iterator[Concept]:
    """The concepts that this file finds, one for each rule."""
    says = "regret minimisation: a Nash equilibrium of a two-player zero-sum game in the long run"
    for name, rule in REGRET_RULES.items():
        yield Concept(name, says, partial(_fits, rule), iterated=True)


def _fits(rule: RegretRule, game: Game, numbers: Numbers, effort: Effort) -> Callable[[int], ConceptAnswer]:
    def minimised(draw: int) -> ConceptAnswer:
        found = regret_matching(
            game,
            numbers.payoff[draw],
            numbers.chance[draw],
            rule,
            iterations=effort.iterations,
            accuracy=effort.accuracy,
        )
        return ConceptAnswer(found.behaviour, Ending.CONVERGED if found.converged else Ending.STOPPED, found.iterations)

    return minimised


def minimise_regret(
    game: Game, payoff: Floats, chance: Floats, start: Floats | None = None, *, iterations: int = STAND_IN_ITERATIONS
) -> Floats:
    """[action]: of all profiles met by predictive CFR+ the one with the least NashConv; n players, any payoffs.

    payoff [payoff class, player], chance [chance class]: one draw. start [action]: behaviour to begin with (uniform
    without one).
    """
    return regret_matching(
        game, payoff, chance, start=start, iterations=iterations, accuracy=STAND_IN_ACCURACY
    ).behaviour


def regret_matching(
    game: Game,
    payoff: Floats,
    chance: Floats,
    rule: RegretRule = REGRET_RULES["predictive-cfr+"],
    *,
    start: Floats | None = None,
    iterations: int = ITERATIONS,
    accuracy: float = PROFILE_ACCURACY,
    watch: Watch | None = None,
) -> Minimised:
    """Minimise regret until NashConv is at most `accuracy` of the payoff range, or all iterations are done.

    `watch(iterations done, least NashConv)` is called at every look; an exception there ends the search.
    """
    form = sequence_form(game)
    weights = form.weights(payoff, chance)
    spread, enough = stopping(payoff, accuracy)
    it = new_iterate(len(form.action), len(game.players), 0)
    _begin(form, it, weights, start, spread)
    best, least = behaviour_of(form, it.plan, it.behaviour), _nash_conv(form, weights, it.plan, it.gradient)
    done = 0
    for count in stretches(iterations):
        if least <= enough or stop_asked():
            break
        for part in pieces(count, form.treeplex.row_start[-1]):
            if not stop_asked():
                iterate(form.treeplex, weights, it, rule, done, part)
                done += part
        for plan in (_average(form, it), it.plan):
            gap = _nash_conv(form, weights, plan, it.gradient)
            if gap < least:
                best, least = behaviour_of(form, plan, it.behaviour), gap
        if watch:
            watch(done, least)
    return Minimised(best, least, done, least <= enough)


def stretches(iterations: int) -> Iterator[int]:
    """Numbers of iterations between two looks at the result: longer and longer, `iterations` in all."""
    done, look = 0, FIRST_LOOK
    while done < iterations:
        count = min(look, iterations) - done
        yield count
        done += count
        look = max(done + FIRST_LOOK, int(done * NEXT_LOOK))


def pieces(iterations: int, entries: int) -> Iterator[int]:
    """Numbers of iterations between two looks at whether to stop: about a million entries of the payoffs each."""
    size = max(1, _LOOK // max(int(entries), 1))
    for start in range(0, iterations, size):
        yield min(size, iterations - start)


def stopping(payoff: Floats, accuracy: float) -> tuple[float, float]:
    """The payoff range, and the gain from deviating at which to stop: rounding cannot be told from less."""
    spread = float((payoff.max(axis=0) - payoff.min(axis=0)).max())
    return spread, accuracy * spread + GAIN_ROUNDING * float(np.abs(payoff).max())


def _begin(form: SequenceForm, it: Iterate, weights: Floats, start: Floats | None, spread: float) -> None:
    """Uniform behaviour; or the given one, with regrets that would make regret matching choose it."""
    tree = form.treeplex
    counts = (tree.end - tree.first).astype(np.int64)
    own = form.action >= 0
    it.behaviour[:] = uniform(form)
    if start is not None:
        it.behaviour[own] = start[form.action[own]]
    start_plans(tree, it)
    if start is not None:
        it.regret[own] = spread * it.behaviour[own] * np.repeat(_counterfactual_reach(form, it.plan), counts)


def _counterfactual_reach(form: SequenceForm, plan: Floats) -> Floats:
    """[set]: how much of the entries' mass below an information set the others let through, at most 1."""
    tree = form.treeplex
    players = len(tree.start) - 1
    others = np.ones(len(tree.place))
    if players > 1:
        others = plan[tree.others].prod(axis=1)
    worth = np.add.reduceat(np.append(others, 0.0), tree.row_start[:-1]) * (np.diff(tree.row_start) > 0)
    reach = np.zeros(len(tree.first))
    for k in range(len(tree.first) - 1, -1, -1):
        reach[k] = worth[tree.first[k] : tree.end[k]].sum() / (tree.end[k] - tree.first[k])
        worth[tree.above[k]] += reach[k]
    return np.minimum(reach, 1.0)


def _average(form: SequenceForm, it: Iterate) -> Floats:
    """[sequence]: the average plan."""
    start = form.treeplex.start
    return it.total / np.repeat(it.total[start[:-1]], np.diff(start))


def _nash_conv(form: SequenceForm, weights: Floats, plan: Floats, scratch: Floats) -> float:
    found = np.zeros(len(form.treeplex.start) - 1)
    gains(form.treeplex, weights, plan, scratch, found)
    return float(found.sum())
