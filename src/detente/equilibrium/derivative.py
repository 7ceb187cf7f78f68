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

from detente.equilibrium.elimination import elimination_of
from detente.equilibrium.memory import memory
from detente.equilibrium.newton import Work, column_norm, linearise, solve_adjoint, solve_system
from detente.equilibrium.solution import Solution
from detente.equilibrium.tilted import adopt
from detente.game.arrays import Numbers
from detente.strategy.adjoint import Adjoint, begin, by_odds, finish, new_adjoint, weigh
from detente.strategy.compiled import entry, kernel
from detente.strategy.layout import Layout, layout_of
from detente.strategy.sweep import State, load

Floats = NDArray[np.float64]

FRAGILE = 1e3
"""How many times larger than usual a condition has to be for derivatives to be called fragile."""


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


def derivatives(numbers: Numbers, solution: Solution, by_leaf: Floats, by_action: Floats | None = None) -> Derivatives:
    """The derivatives of numbers g in everything that the game pays and how chance falls.

    by_leaf [draw, number, leaf]: partial derivatives of g by the probability of reaching each leaf.
    by_action [draw, number, action]: by behaviour itself where g reads it directly.
    They hold at the rationality that each draw reached: where the limit was asked for, at the large one that stood
    for it. Where g depends on payoffs or chances directly, the caller adds that.
    """
    game = solution.game
    layout = layout_of(game)
    draws, count = by_leaf.shape[:2]
    if by_action is None:
        by_action = np.zeros((draws, count, game.actions))
    out = Derivatives(
        np.zeros((draws, count, game.payoff_classes, len(game.players))),
        np.zeros((draws, count, game.chance_classes)),
        np.zeros((draws, count)),
        np.zeros(draws),
        1.0 + solution.reached * solution.payoff_range,
    )
    spread = solution.payoff_range
    unit = np.where(spread > 0.0, spread, 1.0)
    scaled = (numbers.payoff - numbers.payoff.min(axis=1, keepdims=True)) / unit[:, None, None]
    with memory(game, layout, elimination_of(game)) as (state, work):
        _pull(
            layout,
            state,
            work,
            new_adjoint(layout, game.chance_classes),
            np.ascontiguousarray(scaled),
            np.array(numbers.chance, np.float64, order="C"),
            np.ascontiguousarray(solution.log_behaviour),
            solution.reached * unit,
            (np.array(by_leaf, order="C"), np.array(by_action, order="C")),
            (out.payoff, out.chance, out.rationality, out.condition),
        )
    out.payoff[:] /= unit[:, None, None, None]
    out.rationality[:] *= unit[:, None]
    for table in (out.payoff, out.chance, out.rationality):
        table[~np.isfinite(out.condition)] = np.nan
    return out


@entry
def _pull(
    layout: Layout,
    state: State,
    work: Work,
    adjoint: Adjoint,
    payoff: Any,
    chance: Any,
    log_play: Any,
    rationality: Any,
    seeds: Any,
    out: Any,
) -> None:
    by_leaf, by_action = seeds
    by_payoff, by_chance, by_rationality, condition = out
    n = len(work.here) - 1
    for draw in range(len(payoff)):
        load(layout, state, payoff[draw], chance[draw])
        adopt(layout, state, work.here, log_play[draw])
        work.here[n] = rationality[draw]
        condition[draw] = _factorise(layout, state, work)
        if not condition[draw] < np.inf:
            continue
        weigh(layout, state, adjoint, log_play[draw])
        for number in range(by_leaf.shape[1]):
            begin(layout, state, adjoint, by_leaf[draw, number], by_action[draw, number])
            by_odds(layout, state, adjoint, work.right)
            work.right[n] = 0.0
            solve_adjoint(work, work.right)
            adjoint.slope[0] = _seed_qualities(layout, state, adjoint, work)
            finish(layout, state, adjoint, rationality[draw])
            for leaf in range(len(layout.leaf_node)):
                for p in range(layout.players):
                    by_payoff[draw, number, layout.leaf_class[leaf], p] += adjoint.value[layout.leaf_node[leaf], p]
            for k in range(by_chance.shape[2]):
                by_chance[draw, number, k] = adjoint.edge[layout.actions + k]
            by_rationality[draw, number] = adjoint.slope[0]


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
                adjoint.quality[a] = rationality * work.right[column]
                adjoint.quality[reference] -= rationality * work.right[column]
                slope += work.right[column] * (state.quality[a] - state.quality[reference])
                column += 1
    return slope


@kernel
def _factorise(layout: Layout, state: State, work: Work) -> float:
    """Factors of the Jacobian at work.here with the rationality held; returns its condition."""
    n = len(work.here) - 1
    for i in range(n):
        work.border[i] = 0.0
    work.border[n] = 1.0
    norm = column_norm(layout, state, work, work.here)
    if linearise(layout, state, work, work.here) == 0:
        return np.inf
    return max(norm * _inverse_norm(work), 1.0)


@kernel
def _inverse_norm(work: Work) -> float:
    """An estimate of the 1-norm of the inverse from below, seldom off by more than a factor of three.

    With the rationality held, it is J's own inverse that acts on what leaves the last variable alone.
    """
    n = len(work.here) - 1
    x, back = work.guess, work.there
    for i in range(n):
        x[i] = 1.0 / n
    best = 0.0
    for _ in range(5):
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
        for i in range(n):
            if abs(back[i]) > abs(back[top]):
                top = i
        for i in range(n):
            x[i] = 0.0
        x[top] = 1.0
    return best
