"""Regret minimisation against refusing a mediator's recommendations from some information set on: the kernels.

Every player weighs, for each of its information sets, a *refusal*: follow the mediator up to there, then play a plan of
one's own. A plan that no mixture of refusals changes (their fixed point, known in closed form) is what is played next,
so that no refusal's regret grows; the plan to go over to minimises its own regret, set by set, as in CFR+.

Source: Farina, Bianchi and Sandholm 2020, Coarse correlation in extensive-form games; Farina, Celli, Marchesi and Gatti
2022, Simple uncoupled no-regret learning dynamics for extensive-form correlated equilibrium (trigger regret).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.concepts.regret_kernels import gradient_of, remember_joint
from detente.kernels.compiled import entry, kernel

Floats = NDArray[np.float64]


class Refusals(NamedTuple):
    """Records kept from iteration to iteration.

    A *chain* is a player's information sets on the way to one of them, it included.

    chain [set, c]: its c-th set. depth [set]: how many there are. way [sequence]: the set where its last action is
        taken, -1 for an empty sequence.
    behaviour, regret, worth, own [sequence, c]: of the plan of one's own that is played from the c-th set of its chain
        on: probability of the sequence's last action, accumulated regret, and scratch.
    trigger [set]: accumulated regret of not having refused from there on. share [set]: weight of that refusal now.
    follow [sequence]: scratch. plan [sequence]: what is played. gradient [sequence]: scratch.
    joint [entry], mass [row, c], weight [1]: weighted sums, over iterations, of what all play together at an entry; of
        the others' plans there times the player's own up to the c-th set on its way there; and of the weights.
    """

    chain: NDArray[np.int32]
    depth: NDArray[np.int32]
    way: NDArray[np.int32]
    behaviour: Floats
    regret: Floats
    worth: Floats
    own: Floats
    trigger: Floats
    share: Floats
    follow: Floats
    plan: Floats
    gradient: Floats
    joint: Floats
    mass: Floats
    weight: Floats


@kernel
def _remember(tree: Any, it: Any, weight: float, player: int) -> None:
    """Adds the others' present plans, and the player's own up to each of its sets, at every entry."""
    for sequence in range(tree.start[player], tree.start[player + 1]):
        here = it.way[sequence]
        if here < 0:
            continue
        for row in range(tree.row_start[sequence], tree.row_start[sequence + 1]):
            term = weight
            for other in range(len(tree.start) - 2):
                term *= it.plan[tree.others[row, other]]
            for c in range(it.depth[here]):
                it.mass[row, c] += term * it.plan[tree.above[it.chain[here, c]]]


@kernel
def _learn(tree: Any, it: Any, player: int) -> None:
    """Regrets and next refusals of one player from its gradient, information sets from the last to the first."""
    for s in range(tree.start[player], tree.start[player + 1]):
        it.follow[s] = it.plan[s] * it.gradient[s]
        here = it.way[s]
        if here >= 0:
            for c in range(it.depth[here]):
                it.worth[s, c] = it.gradient[s]
    for k in range(tree.set_start[player + 1] - 1, tree.set_start[player] - 1, -1):
        first, end, above, last = tree.first[k], tree.end[k], tree.above[k], it.depth[k] - 1
        stay = 0.0
        for a in range(first, end):
            stay += it.follow[a]
        it.follow[above] += stay
        for c in range(last + 1):
            value = 0.0
            for a in range(first, end):
                value += it.behaviour[a, c] * it.worth[a, c]
            came = it.plan[tree.above[it.chain[k, c]]]
            total = 0.0
            for a in range(first, end):
                it.regret[a, c] = max(it.regret[a, c] + came * (it.worth[a, c] - value), 0.0)
                total += it.regret[a, c]
            for a in range(first, end):
                it.behaviour[a, c] = it.regret[a, c] / total if total > 0.0 else 1.0 / (end - first)
            if c < last:
                it.worth[above, c] += value
            else:
                it.trigger[k] = max(it.trigger[k] + came * value - stay, 0.0)


@kernel
def _weigh(tree: Any, it: Any, player: int) -> None:
    """Shares of a player's refusals, in proportion to regret."""
    start, end = tree.set_start[player], tree.set_start[player + 1]
    total = 0.0
    for k in range(start, end):
        total += it.trigger[k]
    for k in range(start, end):
        it.share[k] = it.trigger[k] / total if total > 0.0 else 1.0 / (end - start)


@kernel
def _settle(tree: Any, it: Any, player: int) -> None:
    """The plan that the weighed refusals leave as it is.

    Below the sets of a chain with shares w(c), the plan x solves x(s) sum w(c) = sum w(c) x(above c) own(s, c).
    """
    it.plan[tree.start[player]] = 1.0
    for k in range(tree.set_start[player], tree.set_start[player + 1]):
        above, last = tree.above[k], it.depth[k] - 1
        total = 0.0
        for c in range(last + 1):
            total += it.share[it.chain[k, c]]
        for a in range(tree.first[k], tree.end[k]):
            mixed = 0.0
            for c in range(last + 1):
                came = it.own[above, c] if c < last else 1.0
                it.own[a, c] = came * it.behaviour[a, c]
                mixed += it.share[it.chain[k, c]] * it.plan[tree.above[it.chain[k, c]]] * it.own[a, c]
            it.plan[a] = mixed / total if total > 0.0 else it.plan[above] * it.behaviour[a, last]


@entry
def refuse(tree: Any, weights: Any, it: Any, done: int, count: int) -> None:
    """Runs `count` iterations after `done` of them; iteration t weighs t in the sums."""
    players = len(tree.start) - 1
    for step in range(count):
        weight = float(done + step + 1)
        if done + step == 0:
            for player in range(players):
                _settle(tree, it, player)
        it.weight[0] += weight
        remember_joint(tree, it.plan, it.joint, weight)
        for player in range(players):
            _remember(tree, it, weight, player)
            gradient_of(tree, weights, it.plan, player, it.gradient)
        for player in range(players):
            _learn(tree, it, player)
            _weigh(tree, it, player)
            _settle(tree, it, player)
