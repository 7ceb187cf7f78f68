"""Consistency of beliefs with behaviour in the sense of Kreps and Wilson, decided exactly.

An assessment (behaviour, beliefs) is consistent if some sequence of behaviour in which everybody errs everywhere, ever
more rarely, tends to the behaviour while Bayes' rule applied to it tends to the beliefs. Write the chance of an action
that is never taken as xi * e^K, e tending to 0. Then a history's chance is of the order of the sum of K over the errors
on its way, and, by theorems of the alternative, the assessment is consistent if and only if

- numbers K >= 1, one for every action that is never taken, make the histories believed possible at an information set
  equally costly there and cheaper, by 1 or more, than those believed impossible (a linear programme), and
- numbers log xi make the ratios of the beliefs in the former right (linear equations).

Both parts are linear and separate, so that each has a certificate: rational K that are checked in exact arithmetic, or
the information sets whose beliefs must change. Chance moves of probability zero err like players.

Source: Kreps and Wilson 1982, Sequential equilibria, lemmas A1 and A2 (where K is a labelling of the actions).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, eye_array, hstack

from detente.game.arrays import Game, Numbers

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Errors = frozenset[int]

LARGEST_DENOMINATOR = 10_000
EXCESS = 1e-6  # of the elastic programmes: what exceeds it is a contradiction and no rounding


@dataclass(frozen=True, eq=False)
class WaysThere:
    """Ways of play to every node: errors [node] made on the way, and log_chance [node] of all other moves.

    An error is an action of probability zero (by its number), or an edge of chance of probability zero (the number of
    actions plus the node it leads to).
    """

    errors: list[Errors]
    log_chance: Floats


@dataclass(frozen=True, eq=False)
class Consistency:
    """Verdict on the consistency of beliefs, with a small set of information sets whose beliefs contradict the rest.

    faults: those sets, empty for consistent beliefs. tremble: for every error its K, a whole number, if the beliefs are
    consistent. exact: True where exact arithmetic confirmed the K (after a failure of the linear programme they are
    confirmed to rounding only).
    """

    consistent: bool
    faults: tuple[int, ...]
    tremble: dict[int, int]
    exact: bool


def ways(game: Game, numbers: Numbers, behaviour: Floats, tolerance: float) -> WaysThere:
    """The ways to all nodes under behaviour [action] of the first draw; up to `tolerance` a probability is zero."""
    odds = np.ones(game.nodes)
    by_action, by_chance = game.action >= 0, game.chance >= 0
    odds[by_action] = behaviour[game.action[by_action]]
    odds[by_chance] = numbers.chance[0][game.chance[by_chance]]
    wrong = odds <= np.where(by_action, tolerance, 0.0)
    logs = np.log(np.where(wrong, 1.0, odds))
    for level in game.levels():
        if level.start:
            logs[level] += logs[game.parent[level]]
    errors: list[Errors] = [frozenset()]
    number = np.where(by_action, game.action, game.actions + np.arange(game.nodes)).tolist()
    for above, erred, which in zip(game.parent[1:].tolist(), wrong[1:].tolist(), number[1:], strict=True):
        errors.append(errors[above] | {which} if erred else errors[above])
    return WaysThere(errors, logs)


def bayes_beliefs(game: Game, found: WaysThere) -> tuple[Floats, Bools]:
    """[position in infoset_nodes] beliefs, and [infoset] whether consistency leaves no other.

    Where it does, beliefs are those of errors that are all equally rare. They are pinned where some history takes only
    errors that every other history takes as well: on the path of play, and at many information sets off it.
    """
    beliefs = np.zeros(len(game.infoset_nodes))
    pinned = np.ones(game.infosets, bool)
    for infoset, nodes, place in _sets(game):
        here = [found.errors[node] for node in nodes]
        fewest = min(here, key=len)
        pinned[infoset] = all(fewest <= errors for errors in here)
        likely = np.array([len(errors) == len(fewest) for errors in here])
        logs = np.where(likely, found.log_chance[nodes], -np.inf)
        weights = np.exp(logs - logs.max())
        beliefs[place] = weights / weights.sum()
    return beliefs, pinned


def check_consistency(game: Game, found: WaysThere, beliefs: Floats, tolerance: float) -> Consistency:
    """Decides whether beliefs [position in infoset_nodes] are consistent with the ways of play that behaviour makes.

    tolerance: bound up to which a belief counts as zero, and by which a belief may be off.
    """
    variables: dict[int, int] = {}
    alike, apart, ratios = _Conditions(variables), _Conditions(variables), _Conditions(variables)
    for infoset, nodes, place in _sets(game):
        held = beliefs[place]
        first = int(np.argmax(held))
        for k, node in enumerate(nodes):
            if k == first or held[first] <= tolerance:
                continue
            pair = found.errors[node], found.errors[nodes[first]]
            if held[k] > tolerance:
                chances = float(found.log_chance[node] - found.log_chance[nodes[first]])
                alike.add(infoset, *pair, 0.0)
                ratios.add(infoset, *pair, float(np.log(held[k] / held[first])) - chances, tolerance / float(held[k]))
            else:
                apart.add(infoset, *pair, 1.0)
    costs, faults = _cheapest(alike, apart, len(variables))
    faults |= _misfits(ratios, len(variables))
    if faults:
        return Consistency(False, tuple(sorted(faults)), {}, True)
    whole, exact = _whole(costs, alike, apart)
    return Consistency(True, (), {error: whole[k] for error, k in variables.items()}, exact)


def _sets(game: Game) -> Iterator[tuple[int, list[int], slice]]:
    """Every information set with its nodes and their positions."""
    for infoset in range(game.infosets):
        place = slice(int(game.infoset_node_start[infoset]), int(game.infoset_node_start[infoset + 1]))
        yield infoset, game.infoset_nodes[place].tolist(), place


class _Conditions:
    """Linear conditions: the errors of one history against those of another; `variables` numbers errors as they come.

    Each condition belongs to an information set (owner) and may be missed by `slack`; equal ones of one set are kept
    once.
    """

    def __init__(self, variables: dict[int, int]) -> None:
        self._variables = variables
        self.rows: list[dict[int, int]] = []
        self.right: list[float] = []
        self.owner: list[int] = []
        self.slack: list[float] = []
        self._known: set[tuple[int, Errors, Errors, float]] = set()

    def add(self, infoset: int, errors: Errors, other: Errors, right: float, slack: float = 0.0) -> None:
        key = (infoset, errors - other, other - errors, right)
        if key in self._known:
            return
        self._known.add(key)
        row = {self._number(error): 1 for error in errors - other}
        row |= {self._number(error): -1 for error in other - errors}
        self.rows.append(row)
        self.right.append(right)
        self.owner.append(infoset)
        self.slack.append(slack)

    def _number(self, error: int) -> int:
        return self._variables.setdefault(error, len(self._variables))

    def matrix(self, width: int) -> Any:
        at = [(k, column, value) for k, row in enumerate(self.rows) for column, value in row.items()]
        rows, columns, values = zip(*at, strict=True) if at else ((), (), ())
        return coo_array((np.array(values, float), (rows, columns)), shape=(len(self.rows), width)).tocsr()


def _cheapest(alike: _Conditions, apart: _Conditions, width: int) -> tuple[Floats, set[int]]:
    """Small K, and the information sets at which none will do."""
    owners = [*alike.owner, *apart.owner]
    if not owners:
        return np.ones(width), set()
    equal, least, count = alike.matrix(width), apart.matrix(width), len(owners)
    up = eye_array(len(alike.rows), count)
    down = eye_array(len(apart.rows), count, k=len(alike.rows))
    # every condition may be violated at a price; the least sum of violations is zero where K exist
    found = _programme(
        np.concatenate([np.zeros(width), np.ones(2 * count)]),
        (hstack([equal, up, -up]), np.zeros(len(alike.rows))),
        (hstack([-least, -down, 0 * down]), -np.array(apart.right)),
        [(1.0, None)] * width + [(0.0, None)] * (2 * count),
    )
    if found is None:
        raise ArithmeticError("the linear programme on trembles was not solved")
    off = found[width : width + count] + found[width + count :]
    faults = {owner for owner, amount in zip(owners, off.tolist(), strict=True) if amount > EXCESS}
    if faults or not width:
        return found[:width], faults
    small = _programme(
        np.ones(width),
        (equal, np.zeros(len(alike.rows))),
        (-least, -np.array(apart.right)),
        [(1.0, None)] * width,
    )
    return found[:width] if small is None else small, faults


def _misfits(ratios: _Conditions, width: int) -> set[int]:
    """The information sets whose ratios of beliefs no log xi makes right; few, as the least sum of misfits has it."""
    count = len(ratios.rows)
    if not count:
        return set()
    each = eye_array(count)
    found = _programme(
        np.concatenate([np.zeros(width), np.ones(2 * count)]),
        (hstack([ratios.matrix(width), each, -each]), np.array(ratios.right)),
        None,
        [(None, None)] * width + [(0.0, None)] * (2 * count),
    )
    if found is None:
        raise ArithmeticError("the linear programme on ratios of beliefs was not solved")
    off = found[width : width + count] + found[width + count :]
    told = zip(ratios.owner, off.tolist(), ratios.slack, strict=True)
    return {owner for owner, amount, slack in told if amount > 2 * slack + EXCESS}


def _programme(
    cost: Floats, equal: Any, below: Any, bounds: Sequence[tuple[float | None, float | None]]
) -> Floats | None:
    """The point of least cost; None where HiGHS finds none."""
    kept = [None if pair is None or not len(pair[1]) else pair for pair in (equal, below)]
    (a_eq, b_eq), (a_ub, b_ub) = ((None, None) if pair is None else pair for pair in kept)
    result: Any = linprog(cost, A_ub=a_ub, b_ub=b_ub, A_eq=a_eq, b_eq=b_eq, bounds=bounds, method="highs")
    return result.x if result.status == 0 else None


def _whole(costs: Floats, alike: _Conditions, apart: _Conditions) -> tuple[list[int], bool]:
    """K as whole numbers, and whether they pass every condition in exact arithmetic."""
    fractions = [Fraction(float(cost)).limit_denominator(LARGEST_DENOMINATOR) for cost in costs]
    scale = int(np.lcm.reduce([fraction.denominator for fraction in fractions])) if fractions else 1
    whole = [int(fraction * scale) for fraction in fractions]

    def sums(rows: _Conditions) -> Iterator[int]:
        return (sum(whole[column] * sign for column, sign in row.items()) for row in rows.rows)

    right = all(cost >= 1 for cost in whole) and all(s == 0 for s in sums(alike)) and all(s >= 1 for s in sums(apart))
    return whole, right
