"""The value of a two-player zero-sum game as a linear programme in sequence form.

The first player's plan x maximises what the second player's best reply leaves. With w(J) the value of the second
player's information set J and c(b) = sum over s of A(s, b) x(s) what its sequence b pays,

    maximise c(empty) + sum of w(J) over the J that come first
    subject to w(J) <= c(b) + sum of w(J') over the J' that follow b, for every b at J; x a plan;

and the multipliers of the inequalities are the second player's plan.

Source: Koller, Megiddo and von Stengel 1996, Efficient computation of equilibria for extensive two-person games.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, hstack

from detente.equilibrium.concepts.concept import Concept, ConceptAnswer, Effort
from detente.equilibrium.concepts.tuning import LEAST_RANGE, PRECISION, ZERO_SUM
from detente.equilibrium.solution import Ending
from detente.errors import RequestError
from detente.game.arrays import Game, Numbers
from detente.game.histories import history_words
from detente.strategy.sequence_form import SequenceForm, behaviour_of, sequence_form, uniform

Floats = NDArray[np.float64]


def concepts() -> tuple[Concept, ...]:
    """The concept that this file finds."""
    says = "the value and optimal strategies of a two-player zero-sum game, by linear programme"
    return (Concept("zero-sum", says, _fits),)


def _fits(game: Game, numbers: Numbers, effort: Effort) -> Callable[[int], ConceptAnswer]:
    pair = opponents(game, numbers)

    def programmed(draw: int) -> ConceptAnswer:
        behaviour, solved = zero_sum_equilibrium(game, numbers, draw, pair)
        return ConceptAnswer(behaviour, Ending.OPTIMAL if solved else Ending.UNSOLVED)

    return programmed


def opponents(game: Game, numbers: Numbers) -> tuple[int, int]:
    """The two players of a zero-sum game (payoffs that always add up to the same number count as such).

    Further players are allowed where they never move. Raises RequestError that says where sums differ.
    """
    movers = np.unique(game.infoset_player).tolist()
    if len(movers) > 2 or len(game.players) < 2:
        names = ", ".join(f"`{game.players[player]}`" for player in movers)
        raise RequestError(
            f"this game is not zero-sum between two players: {len(movers)} players move ({names}). "
            "`coarse-correlated` and `logit` take any number"
        )
    rest = [player for player in range(len(game.players)) if player not in movers]
    first, second = sorted([*movers, *rest[: 2 - len(movers)]])
    sums = numbers.payoff[:, :, first] + numbers.payoff[:, :, second]
    spread = sums.max(axis=1) - sums.min(axis=1)
    draw = int(np.argmax(spread))
    if spread[draw] > ZERO_SUM * max(float(numbers.payoff_range()[draw]), LEAST_RANGE):
        raise RequestError(_not_zero_sum(game, numbers, (first, second), sums[draw], draw))
    return first, second


def _not_zero_sum(game: Game, numbers: Numbers, pair: tuple[int, int], sums: Floats, draw: int) -> str:
    names = [game.players[player] for player in pair]
    ends: list[str] = []
    for best in (int(np.argmax(sums)), int(np.argmin(sums))):
        leaf = int(np.flatnonzero(game.leaf_class == best)[0])
        paid = " and ".join(
            f"{numbers.payoff[draw, best, player]:.6g} to {name}" for player, name in zip(pair, names, strict=True)
        )
        ends.append(f"[{history_words(game, int(game.leaf_node[leaf]))}] pays {paid}, together {sums[best]:.6g}")
    among = f" (draw {draw + 1})" if numbers.draws > 1 else ""
    return (
        f"this game is not zero-sum: payoffs must add up to the same number wherever it ends, and {ends[0]}, "
        f"while {ends[1]}{among}. `logit` and `coarse-correlated` take any payoffs"
    )


def zero_sum_equilibrium(game: Game, numbers: Numbers, draw: int, pair: tuple[int, int]) -> tuple[Floats, bool]:
    """[action] behaviour of an optimal strategy for each, and whether the programme was solved.

    Where a plan never comes to one of its own information sets, behaviour there is uniform: this is a Nash
    equilibrium, not a sequential one.
    """
    form = sequence_form(game)
    unit = float(numbers.payoff_range()[draw]) or 1.0
    weights = form.weights(numbers.payoff[draw] / unit, numbers.chance[draw])
    tree, (first, second) = form.treeplex, pair
    rows = slice(first * form.entries, (first + 1) * form.entries)
    cells = form.entry_sequence[tree.place[rows]]
    mine = int(tree.start[first + 1] - tree.start[first])
    theirs = int(tree.start[second + 1] - tree.start[second])
    at = (cells[:, first] - tree.start[first], cells[:, second] - tree.start[second])
    paid = csr_array(coo_array((weights[rows], at), shape=(mine, theirs)))
    elsewhere = uniform(form)
    found = _solve(paid, _constraints(form, first), _constraints(form, second))
    if found is None:
        return behaviour_of(form, np.zeros(len(form.action)), elsewhere), False
    plan = np.zeros(len(form.action))
    plan[tree.start[first] : tree.start[first + 1]], plan[tree.start[second] : tree.start[second + 1]] = found
    return behaviour_of(form, plan, elsewhere), True


def _solve(paid: Any, mine: Any, theirs: Any) -> tuple[Floats, Floats] | None:
    """Optimal plans of the maximising and the minimising player, given payoffs [own sequence, other's sequence]."""
    objective = -np.concatenate([paid[:, [0]].toarray()[:, 0], -theirs[:, [0]].toarray()[:, 0]])
    bounds = [(0.0, None)] * paid.shape[0] + [(0.0, 0.0)] + [(None, None)] * (theirs.shape[0] - 1)
    from scipy.optimize import linprog  # slow to load, and few concepts need it

    found: Any = linprog(
        objective,
        A_ub=hstack([-paid.T[1:], theirs.T[1:]], format="csr"),
        b_ub=np.zeros(paid.shape[1] - 1),
        A_eq=hstack([mine, csr_array((mine.shape[0], theirs.shape[0]))], format="csr"),
        b_eq=np.append(1.0, np.zeros(mine.shape[0] - 1)),
        bounds=bounds,
        method="highs",
        options={"primal_feasibility_tolerance": PRECISION, "dual_feasibility_tolerance": PRECISION},
    )
    if found.status != 0:
        return None
    replies = np.append(1.0, -np.asarray(found.ineqlin.marginals))
    return np.maximum(found.x[: paid.shape[0]], 0.0), np.maximum(replies, 0.0)


def _constraints(form: SequenceForm, player: int) -> Any:
    """[1 + set, sequence] of a plan: the empty sequence is 1, and what follows an information set adds up to it.

    Row k + 1 is +1 at the k-th set's sequences and -1 at the one that leads there.
    """
    tree = form.treeplex
    start, sets = int(tree.start[player]), range(int(tree.set_start[player]), int(tree.set_start[player + 1]))
    row, column, value = [0], [0], [1.0]
    for k, which in enumerate(sets):
        own = range(int(tree.first[which]), int(tree.end[which]))
        row += [k + 1] * (len(own) + 1)
        column += [*(s - start for s in own), int(tree.above[which]) - start]
        value += [1.0] * len(own) + [-1.0]
    shape = (1 + len(sets), int(tree.start[player + 1]) - start)
    return csr_array(coo_array((value, (row, column)), shape=shape))
