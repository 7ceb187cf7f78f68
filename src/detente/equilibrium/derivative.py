"""Derivatives of any number that a solved game yields, in every payoff, every chance and the rationality.

Behaviour is an implicit function of the numbers of the game, F(odds, numbers) = 0. With g the number asked about and
J the Jacobian of F in the odds, one transposed solve J' w = dg/d(odds) is enough for all derivatives at once:
dg = (the direct part) - w' dF. So a gradient costs one Jacobian, one factorisation and three sweeps.

Source: the adjoint method, such as Giles & Pierce 2000; the estimate of the condition is that of
Hager 1984 and Higham 1988.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.equilibrium.elimination.dense_or_sparse import elimination_of
from detente.equilibrium.path.memory import backward_memory, memory
from detente.equilibrium.path.newton import Work, assemble, column_norm, factor, solve_adjoint, solve_system
from detente.equilibrium.path.tilted import adopt
from detente.equilibrium.solution import Solution
from detente.equilibrium.tuning import FRAGILE, NORM_ROUNDS
from detente.game.arrays import Numbers
from detente.kernels.compiled import entry, kernel
from detente.kernels.records import plain
from detente.strategy.adjoint import Adjoint, begin, by_odds, finish, weigh
from detente.strategy.layout import Layout, layout_of
from detente.strategy.state import State
from detente.strategy.sweep import load, residual
from detente.strategy.units import in_units

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Derivatives:
    """Derivatives of some numbers at the equilibrium of every draw. NaN where a draw has no answer.

    payoff [draw, number, payoff class, player]: through behaviour alone, per unit of payoff.
    chance [draw, number, chance class]: through behaviour and reach. Only differences between the branches of one
        chance event have a meaning, since their probabilities add up to one.
    rationality [draw, number]: in the rationality, which is in units of 1/payoff.
    condition [draw]: of the Jacobian in the 1-norm: by how much derivatives magnify a small error, 1 at best. It grows
        without bound towards a turning point of the path; infinite where the matrix is singular.
    usual [draw]: what it is wherever actors mix, far from any turning point: 1 + rationality times payoff range.
    """

    payoff: Floats
    chance: Floats
    rationality: Floats
    condition: Floats
    usual: Floats

    @property
    def fragile(self) -> NDArray[np.bool_]:
        """[draw]: whether the path turns so close by that derivatives hold for the smallest changes only."""
        return self.condition > FRAGILE * self.usual


def derivatives(
    numbers: Numbers,
    solution: Solution,
    by_leaf: Floats,
    by_action: Floats | None = None,
    by_log_leaf: Floats | None = None,
) -> Derivatives:
    """The derivatives of numbers g in everything that the game pays and how chance falls.

    by_leaf [draw, number, leaf]: partial derivatives of g by the probability of reaching each leaf.
    by_action [draw, number, action]: by behaviour itself where g reads it directly. by_log_leaf [draw, number, leaf]:
        by the logarithm of reach, where g is known though reach has vanished.
    They hold at the rationality that each draw reached: where the limit was asked for, at the large one that stood
    for it; where some decisions were followed further than others, at that of each. Where g depends on payoffs or
    chances directly, the caller adds that.
    """
    game = solution.game
    layout = layout_of(game)
    draws, count = by_leaf.shape[:2]
    if by_action is None:
        by_action = np.zeros((draws, count, 0))
    if by_log_leaf is None:
        by_log_leaf = np.zeros((draws, count, 0))
    out = Derivatives(
        np.zeros((draws, count, game.payoff_classes, len(game.players))),
        np.zeros((draws, count, game.chance_classes)),
        np.zeros((draws, count)),
        np.zeros(draws),
        1.0 + solution.reached * solution.payoff_range,
    )
    pace = np.zeros((draws, game.actions))
    for draw, each in solution.paces.items():
        pace[draw] = each
    solved = (numbers.payoff, numbers.chance, solution.log_behaviour, solution.reached, solution.payoff_range, pace)
    with memory(game, layout, elimination_of(game)) as (state, work), backward_memory(game, layout) as adjoint:
        _pull(
            layout,
            state,
            work,
            adjoint,
            tuple(plain(each) for each in solved),
            (plain(by_leaf), plain(by_log_leaf), plain(by_action)),
            (out.payoff, out.chance, out.rationality, out.condition),
        )
    return out


@entry
def _pull(layout: Layout, state: State, work: Work, adjoint: Adjoint, solved: Any, seeds: Any, out: Any) -> None:
    """All draws: what `derivatives` returns goes into out, in the same order."""
    payoff, chance, log_play, reached, spread, pace = solved
    by_leaf, by_log, by_action = seeds
    by_payoff, by_chance, by_rationality, condition = out
    scaled = np.empty_like(payoff[0])
    for draw in range(len(payoff)):
        unit = spread[draw] if spread[draw] > 0.0 else 1.0
        condition[draw] = np.inf
        if in_units(payoff[draw], unit, scaled):
            load(layout, state, scaled, chance[draw])
            if pace.shape[1] > 0 and pace[draw, 0] > 0.0:
                for action in range(pace.shape[1]):
                    state.base[action], state.rate[action] = pace[draw, action] * unit, 0.0
            adopt(layout, state, work.here, log_play[draw])
            work.here[len(work.here) - 1] = reached[draw] * unit
            condition[draw] = _factorise(layout, state, work)
        if condition[draw] < np.inf:
            weigh(layout, state, adjoint, log_play[draw])
        for number in range(by_leaf.shape[1]):
            if condition[draw] < np.inf:
                begin(layout, state, adjoint, by_leaf[draw, number], by_log[draw, number], by_action[draw, number])
                _gradient(layout, state, work, adjoint)
                _gather(layout, adjoint, unit, by_payoff[draw, number], by_chance[draw, number])
                by_rationality[draw, number] = adjoint.slope[0] * unit
            else:
                by_payoff[draw, number, :, :] = np.nan
                by_chance[draw, number, :] = np.nan
                by_rationality[draw, number] = np.nan


@kernel
def _gradient(layout: Layout, state: State, work: Work, adjoint: Adjoint) -> None:
    """Turns derivatives by reach and behaviour into all others, with the factors at hand."""
    n = len(work.here) - 1
    by_odds(layout, state, adjoint, work.right)
    work.right[n] = 0.0
    solve_adjoint(work, work.right)
    adjoint.slope[0] = _seed_qualities(layout, state, adjoint, work)
    finish(layout, state, adjoint, work.here[n])


@kernel
def _gather(layout: Layout, adjoint: Adjoint, unit: float, by_payoff: Floats, by_chance: Floats) -> None:
    """Sets by_payoff [class, player] from the leaves, per unit of payoff, and by_chance [class]."""
    leaf_node, leaf_class, value = layout.leaf_node, layout.leaf_class, adjoint.value
    for leaf in range(len(leaf_node)):
        for p in range(layout.players):
            by_payoff[leaf_class[leaf], p] += value[leaf_node[leaf], p]
    for kind in range(len(by_payoff)):
        for p in range(layout.players):
            by_payoff[kind, p] /= unit
    for kind in range(len(by_chance)):
        by_chance[kind] = adjoint.edge[layout.actions + kind]


@kernel
def _seed_qualities(layout: Layout, state: State, adjoint: Adjoint, work: Work) -> float:
    """Derivatives by action values from w (in work.right); returns the one by the rationality beside them."""
    n = len(work.here) - 1
    rationality = work.here[n]
    slope = 0.0
    for k in range(len(layout.unknown)):
        reference = state.reference[k]
        column = layout.action_start[k] - k
        adjoint.quality[reference] = 0.0
        for a in range(layout.action_start[k], layout.action_start[k + 1]):
            if a != reference:
                rise = state.rate[layout.action[a]]
                drawn = (state.base[layout.action[a]] + rise * rationality) * work.right[column]
                adjoint.quality[a] = drawn
                adjoint.quality[reference] -= drawn
                slope += rise * work.right[column] * (state.quality[a] - state.quality[reference])
                column += 1
    return slope


@kernel
def _factorise(layout: Layout, state: State, work: Work) -> float:
    """Factors of the Jacobian at work.here with the rationality held; returns its condition."""
    n = len(work.here) - 1
    for i in range(n):
        work.border[i] = 0.0
    work.border[n] = 1.0
    residual(layout, state, work.here, work.right)
    assemble(layout, state, work, work.here, work.here[n])
    norm = column_norm(work, work.guess)
    if factor(work) == 0:
        return np.inf
    return max(norm * _inverse_norm(work), 1.0)


@kernel
def _inverse_norm(work: Work) -> float:
    """An estimate of the 1-norm of the inverse from below, seldom off by more than a factor of three.

    The norm of what a vector of length one becomes is convex: the vector is moved to the corner towards which it rises
    most, until it rises nowhere. With the rationality held, it is J's own inverse that acts on what leaves the last
    variable alone.
    """
    n = len(work.here) - 1
    x, back = work.guess, work.there
    for i in range(n):
        x[i] = 1.0 / n
    best, corner = 0.0, -1
    for _ in range(NORM_ROUNDS):
        x[n] = 0.0
        solve_system(work, x)
        norm = 0.0
        for i in range(n):
            norm += abs(x[i])
            back[i] = 1.0 if x[i] >= 0.0 else -1.0
        if not norm > best:
            break
        best = norm
        back[n] = 0.0
        solve_adjoint(work, back)
        top = 0
        total = 0.0
        for i in range(n):
            total += back[i]
            if abs(back[i]) > abs(back[top]):
                top = i
        if abs(back[top]) <= (back[corner] if corner >= 0 else total / n):
            break
        for i in range(n):
            x[i] = 0.0
        x[top] = 1.0
        corner = top
    return best
