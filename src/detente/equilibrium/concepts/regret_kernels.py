"""Counterfactual regret minimisation in sequence form: the kernels. One loop for every rule and any number of players.

An iteration of one player is a sparse product (what each of its sequences is worth against the others' present plans),
one pass up its information sets (regrets, the next behaviour) and one pass down (the next plan, the average). With E
entries and two players an iteration reads 24 E bytes, which is the floor once the entries leave the caches.

Source: Zinkevich, Johanson, Bowling and Piccione 2007 (CFR); Tammelin 2014 (CFR+); Brown and Sandholm 2019
(discounted and linear CFR); Farina, Kroer and Sandholm 2021 (predictive CFR+).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.kernels.compiled import entry, kernel

Floats = NDArray[np.float64]


class RegretRule(NamedTuple):
    """Rule for keeping regrets and averages; t counts iterations from 1.

    alpha, beta: positive and negative regrets shrink by t^alpha / (t^alpha + 1) and t^beta / (t^beta + 1); infinite:
        they are kept whole; minus infinite: negative regrets are forgotten. gamma: iteration t weighs t^gamma.
    predictive: the next behaviour is chosen as if the last gradient came again.
    alternate: a player sees what those before it have just changed; otherwise all change at once.
    """

    alpha: float
    beta: float
    gamma: float
    predictive: bool
    alternate: bool


class Iterate(NamedTuple):
    """Records kept from iteration to iteration; all [sequence] but the last three.

    behaviour: probability of the sequence's last action at its information set. plan: product of the probabilities of
    all the sequence's actions. regret: accumulated counterfactual regret. total: weighted sum of plans. gradient,
    foreseen: scratch. others [row]: weighted sum of the others' plans at the entry; joint [entry]: of everybody's
    plans; both empty if joint play is not asked for. weight [1]: sum of those weights.
    """

    behaviour: Floats
    plan: Floats
    regret: Floats
    total: Floats
    gradient: Floats
    foreseen: Floats
    others: Floats
    joint: Floats
    weight: Floats


def new_iterate(sequences: int, players: int, entries: int) -> Iterate:
    """All zero; entries: how many joint play is kept for, 0 where it is not asked for."""
    a, b, c, d, e, f = np.zeros((6, sequences))
    return Iterate(a, b, c, d, e, f, np.zeros(players * entries), np.zeros(entries), np.zeros(1))


@kernel
def gradient_of(tree: Any, weights: Any, plan: Any, player: int, out: Any) -> None:
    """Sets out [sequence of the player]: payoff at entries that end with it, against the others' plans."""
    rows, others = tree.row_start, tree.others
    width = len(tree.start) - 2
    for sequence in range(tree.start[player], tree.start[player + 1]):
        worth = 0.0
        if width == 1:
            for row in range(rows[sequence], rows[sequence + 1]):
                worth += weights[row] * plan[others[row, 0]]
        else:
            for row in range(rows[sequence], rows[sequence + 1]):
                term = weights[row]
                for other in range(width):
                    term *= plan[others[row, other]]
                worth += term
        out[sequence] = worth


@kernel
def _remember(tree: Any, it: Any, weight: float, player: int) -> None:
    """Adds the others' present plans at every entry."""
    rows, others, plan = tree.row_start, tree.others, it.plan
    width = len(tree.start) - 2
    for sequence in range(tree.start[player], tree.start[player + 1]):
        for row in range(rows[sequence], rows[sequence + 1]):
            term = weight
            for other in range(width):
                term *= plan[others[row, other]]
            it.others[row] += term


@kernel
def remember_joint(tree: Any, plan: Any, joint: Any, weight: float) -> None:
    """Adds everybody's present plans to the joint play [entry]."""
    rows, others = tree.row_start, tree.others
    for sequence in range(tree.start[0], tree.start[1]):
        for row in range(rows[sequence], rows[sequence + 1]):
            term = weight * plan[sequence]
            for other in range(len(tree.start) - 2):
                term *= plan[others[row, other]]
            joint[tree.place[row]] += term


@kernel
def _learn(tree: Any, it: Any, player: int, keep: float, forgive: float, predictive: bool) -> None:
    """Regrets and next behaviour of one player from its gradient, information sets from the last to the first."""
    behaviour, regret, gradient, foreseen = it.behaviour, it.regret, it.gradient, it.foreseen
    if predictive:
        foreseen[tree.start[player] : tree.start[player + 1]] = gradient[tree.start[player] : tree.start[player + 1]]
    for k in range(tree.set_start[player + 1] - 1, tree.set_start[player] - 1, -1):
        first, end = tree.first[k], tree.end[k]
        value = 0.0
        guess = 0.0
        for a in range(first, end):
            value += behaviour[a] * gradient[a]
            if predictive:
                guess += behaviour[a] * foreseen[a]
        total = 0.0
        for a in range(first, end):
            r = regret[a] + gradient[a] - value
            r *= keep if r > 0.0 else forgive
            regret[a] = r
            if predictive:
                r += foreseen[a] - guess
            r = max(r, 0.0)
            behaviour[a] = r
            total += r
        gradient[tree.above[k]] += value
        if total > 0.0:
            scale = 1.0 / total
            for a in range(first, end):
                behaviour[a] *= scale
        else:
            for a in range(first, end):
                behaviour[a] = 1.0 / (end - first)
        if predictive:
            guess = 0.0
            for a in range(first, end):
                guess += behaviour[a] * foreseen[a]
            foreseen[tree.above[k]] += guess


@kernel
def _plan(tree: Any, it: Any, player: int, weight: float) -> None:
    """The plan that follows from one player's behaviour, added to its average."""
    plan, behaviour, total = it.plan, it.behaviour, it.total
    start = tree.start[player]
    plan[start] = 1.0
    total[start] += weight
    for k in range(tree.set_start[player], tree.set_start[player + 1]):
        here = plan[tree.above[k]]
        for a in range(tree.first[k], tree.end[k]):
            step = here * behaviour[a]
            plan[a] = step
            total[a] += weight * step


@kernel
def _share(t: float, power: float) -> float:
    if np.isinf(power):
        return 1.0 if power > 0.0 else 0.0
    grown = t**power
    return grown / (grown + 1.0)


@entry
def start_plans(tree: Any, it: Any) -> None:
    """Sets everybody's plan from the behaviour."""
    for player in range(len(tree.start) - 1):
        _plan(tree, it, player, 0.0)


@entry
def iterate(tree: Any, weights: Any, it: Any, rule: Any, done: int, count: int) -> None:
    """Runs `count` iterations after `done` of them."""
    players = len(tree.start) - 1
    for step in range(count):
        t = float(done + step + 1)
        keep, forgive = _share(t, rule.alpha), _share(t, rule.beta)
        weight = t**rule.gamma
        if len(it.joint) > 0:
            it.weight[0] += weight
            remember_joint(tree, it.plan, it.joint, weight)
            for player in range(players):
                _remember(tree, it, weight, player)
        if not rule.alternate:
            for player in range(players):
                gradient_of(tree, weights, it.plan, player, it.gradient)
        for player in range(players):
            if rule.alternate:
                gradient_of(tree, weights, it.plan, player, it.gradient)
            _learn(tree, it, player, keep, forgive, rule.predictive)
            if rule.alternate:
                _plan(tree, it, player, weight)
        if not rule.alternate:
            for player in range(players):
                _plan(tree, it, player, weight)


@entry
def gains(tree: Any, weights: Any, plan: Any, scratch: Any, out: Any) -> None:
    """Sets out [player]: what a best response to the others' plans gains over one's own plan."""
    for player in range(len(tree.start) - 1):
        gradient_of(tree, weights, plan, player, scratch)
        value = 0.0
        for s in range(tree.start[player], tree.start[player + 1]):
            value += plan[s] * scratch[s]
        for k in range(tree.set_start[player + 1] - 1, tree.set_start[player] - 1, -1):
            best = scratch[tree.first[k]]
            for a in range(tree.first[k] + 1, tree.end[k]):
                best = max(best, scratch[a])
            scratch[tree.above[k]] += best
        out[player] = scratch[tree.start[player]] - value
