"""Gradients of quantities of interest: how P(…), E(…), U(…) move with every assumption of a case, exactly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.analysis.believing import information, moment_of
from detente.analysis.quantity_of_interest import LeafContext, at_leaves, belief_at_leaves, value_of
from detente.analysis.solved import Solved
from detente.crisis.expressions import (
    Belief,
    Expectation,
    Expression,
    Operation,
    Probability,
    QuantityName,
    Utility,
)
from detente.equilibrium.derivative import derivatives
from detente.game.paths import events_met, private_codes, story_of
from detente.game.rows import Codes
from detente.game.slopes.dependence import pull_definitions, pull_numbers
from detente.game.slopes.formulas import DERIVATIVE_RULES, ContextTable, Slopes, pull
from detente.game.written import Owner

Floats = NDArray[np.float64]

_FAINT = 1e-280
"""A condition that is less likely than this is differentiated by the logarithm of reach."""


@dataclass(frozen=True, eq=False)
class Gradient:
    """One number in every draw, with its derivatives.

    value, rationality [draw]: the number, and its derivative in the rationality, in units of 1/payoff.
    condition, fragile [draw]: of the Jacobian; whether derivatives hold for the smallest changes only.
    slopes: by everything the case assumes [draw].
    """

    value: Floats
    rationality: Floats
    condition: Floats
    fragile: NDArray[np.bool_]
    slopes: Slopes


@dataclass(eq=False)
class _Direct:
    """Derivatives of a number in its direct inputs: reach of leaves [draw, leaf], payoffs [draw, class, player],
    formulas.

    log_leaf [draw, leaf]: in the logarithm of reach, where what is given is so improbable that reach has vanished.
    """

    leaf: Floats
    log_leaf: Floats
    payoff: Floats
    slopes: Slopes

    def add(self, apart: Floats, given: _Given, by: Floats) -> None:
        """Adds what a mean over the leaves of a condition says of their reach, times `by` [draw].

        apart [draw, leaf]: how far a leaf's value is from the mean; 0 where the condition does not hold.
        """
        with np.errstate(all="ignore"):
            direct = apart * (by / given.mass)[:, None]
        self.leaf += np.where(given.vanished[:, None], 0.0, direct)
        if given.vanished.any():
            self.log_leaf += np.where(given.vanished[:, None], given.share * apart * by[:, None], 0.0)


def gradients(
    interests: Sequence[Expression], solved: Solved, axes: tuple[str, ...], fixed: Collection[str], *, own: bool
) -> list[Gradient]:
    """The gradient of each quantity of interest, at the rationality that each draw reached.

    axes: what the columns of the draws' cube drive. fixed: quantities set to a number. own: whether the rationality
    in force is the case's own, which quantities may define.
    """
    direct = [_direct(interest, solved) for interest in interests]
    values = [value_of(interest, solved) for interest in interests]
    return _finished(values, direct, solved, axes, fixed, own=own)


def outcome_gradients(
    solved: Solved, axes: tuple[str, ...], fixed: Collection[str], *, own: bool, after: bool, likelihood: bool = False
) -> list[Gradient]:
    """The gradient of the probability of each outcome of the case; with `after`, given every event of the timeline.

    likelihood: with `after`, the last is that of the natural logarithm of the probability of these events.
    """
    game, crisis = solved.game, solved.crisis
    ending = story_of(game).outcome
    holds = np.ones(game.leaves, bool)
    if after:
        everything = (1 << len(crisis.timeline)) - 1
        holds = (events_met(game, crisis, crisis.timeline)[game.leaf_node] & everything) == everything
    values: list[Floats] = []
    direct: list[_Direct] = []
    for number in range(len(crisis.outcomes)):
        part = _nothing(solved)
        mean, _ = _pull_mean((ending == number).astype(float), holds, np.ones(solved.count), solved, part)
        values.append(mean)
        direct.append(part)
    if after and likelihood:
        given = _Given.of(holds, solved)
        part = _nothing(solved)
        part.add(np.where(holds, 1.0, 0.0), given, np.ones(solved.count))
        values.append(given.log_mass)
        direct.append(part)
    return _finished(values, direct, solved, axes, fixed, own=own)


def leaf_gradients(
    by_leaf: Floats, solved: Solved, axes: tuple[str, ...], fixed: Collection[str], *, own: bool
) -> list[Gradient]:
    """The gradients of numbers of which only the derivatives by the reach of leaves are known.

    by_leaf [draw, number, leaf]; what the other arguments mean, `gradients` says. Values are NaN.
    """
    unknown = np.full(solved.count, np.nan)
    direct: list[_Direct] = []
    for number in range(by_leaf.shape[1]):
        part = _nothing(solved)
        part.leaf += by_leaf[:, number]
        direct.append(part)
    return _finished([unknown] * len(direct), direct, solved, axes, fixed, own=own)


def _nothing(solved: Solved) -> _Direct:
    assert solved.draws is not None
    shape = (solved.count, solved.game.payoff_classes, len(solved.game.players))
    leaves = solved.leaf_reach
    return _Direct(np.zeros_like(leaves), np.zeros_like(leaves), np.zeros(shape), Slopes(solved.draws))


def _finished(
    values: Sequence[Floats],
    direct: Sequence[_Direct],
    solved: Solved,
    axes: tuple[str, ...],
    fixed: Collection[str],
    *,
    own: bool,
) -> list[Gradient]:
    by_leaf, logs = np.stack([each.leaf for each in direct], axis=1), [each.log_leaf for each in direct]
    by_log = np.stack(logs, axis=1) if any(each.any() for each in logs) else None
    found = derivatives(solved.numbers, solved.solution, by_leaf, by_log_leaf=by_log)
    out: list[Gradient] = []
    for number, (value, part) in enumerate(zip(values, direct, strict=True)):
        slope = found.rationality[:, number]
        by_payoff = found.payoff[:, number] + part.payoff
        pull_numbers(solved.compiled, solved.numbers, by_payoff, found.chance[:, number], part.slopes)
        pull_definitions(part.slopes, axes, fixed, slope if own else None)
        out.append(Gradient(value, slope, found.condition, found.fragile, part.slopes))
    return out


def _direct(interest: Expression, solved: Solved) -> _Direct:
    out = _nothing(solved)
    with np.errstate(all="ignore"):
        _pull(interest, np.ones(solved.count), solved, out)
    return out


def _pull(interest: Expression, by: Floats, solved: Solved, out: _Direct) -> None:
    """Adds what a derivative `by` [draw] in a quantity of interest says of its parts."""
    if not by.any():
        return
    match interest:
        case QuantityName(name):
            out.slopes.quantity(name, by)
        case Probability(event, given):
            _pull_mean(np.asarray(at_leaves(event, solved), float), _holds(given, solved), by, solved, out)
        case Expectation(subject, given):
            values = np.asarray(at_leaves(subject, solved), float)
            _, share = _pull_mean(np.nan_to_num(values), _holds(given, solved), by, solved, out)
            table = ContextTable(LeafContext(solved, subject), _codes_at_leaves(solved))
            pull(subject, table, share, out.slopes, Owner(""))
        case Utility(actor, given):
            player = solved.game.players.index(actor)
            paid = solved.numbers.payoff[:, :, player][:, solved.game.leaf_class]
            _, share = _pull_mean(paid, _holds(given, solved), by, solved, out)
            for draw in range(solved.count):
                out.payoff[draw, :, player] += np.bincount(
                    solved.game.leaf_class, weights=share[draw], minlength=solved.game.payoff_classes
                )
        case Belief(given=given):
            moment = moment_of(solved.game, given)
            held = np.nan_to_num(belief_at_leaves(interest, solved, moment))
            _, share = _pull_mean(held, _holds(given, solved), by, solved, out)
            _pull_belief(interest, moment, share, solved, out)
        case Operation("if", (condition, then, otherwise)):
            chosen = np.asarray(value_of(condition, solved), bool)
            _pull(then, np.where(chosen, by, 0.0), solved, out)
            _pull(otherwise, np.where(chosen, 0.0, by), solved, out)
        case Operation(operator, operands) if operator in DERIVATIVE_RULES:
            values = [value_of(operand, solved) for operand in operands]
            for operand, factor in zip(operands, DERIVATIVE_RULES[operator](*values), strict=True):
                _pull(operand, np.where(by == 0.0, 0.0, by * factor), solved, out)
        case _:
            pass


def _pull_belief(belief: Belief, moment: int, by: Floats, solved: Solved, out: _Direct) -> None:
    """Adds what derivatives `by` [draw, leaf] in a belief held there say of the reach of what the holder thinks of."""
    cells = information(solved.game, solved.crisis, belief.actor, moment)
    inner = belief.subject
    if isinstance(inner, Belief):
        subject = np.nan_to_num(belief_at_leaves(inner, solved, moment))
    else:
        subject = np.broadcast_to(np.asarray(at_leaves(inner, solved), float), by.shape)
    mean = cells.means(solved.log_leaf_reach, subject)[:, cells.cell]
    total = np.add.reduceat(by[:, cells.order], cells.starts, axis=1)[:, cells.cell]
    mass = np.add.reduceat(solved.leaf_reach[:, cells.order], cells.starts, axis=1)[:, cells.cell]
    scale = np.where(total == 0.0, 0.0, total / mass)
    out.leaf += np.where(scale == 0.0, 0.0, (subject - mean) * scale)
    if isinstance(inner, Belief):
        _pull_belief(inner, moment, scale * solved.leaf_reach, solved, out)


def _holds(given: tuple[Expression, ...], solved: Solved) -> NDArray[np.bool_]:
    """[leaf] or [draw, leaf]: where all conditions hold."""
    holds = np.ones(solved.game.leaves, bool)
    for condition in given:
        holds = holds & np.asarray(at_leaves(condition, solved), bool)
    return holds


def _pull_mean(
    values: Floats, holds: NDArray[np.bool_], by: Floats, solved: Solved, out: _Direct
) -> tuple[Floats, Floats]:
    """The mean of values [leaf] or [draw, leaf] where a condition holds; adds its derivatives in reach to `out`.

    Returns the mean [draw], and its derivative by each value [draw, leaf]. NaN where the condition never holds.
    """
    given = _Given.of(holds, solved)
    mean = (given.share * values).sum(axis=1)
    out.add(np.where(holds, values - mean[:, None], 0.0), given, by)
    return mean, given.share * by[:, None]


@dataclass(frozen=True, eq=False)
class _Given:
    """A condition: how likely each leaf is given that it holds [draw, leaf], NaN where it never does.

    mass, log_mass [draw]: its probability, and the logarithm of that. vanished [draw]: where derivatives go by log
    reach, for the probability itself is next to what double precision cannot hold.
    """

    share: Floats
    mass: Floats
    log_mass: Floats
    vanished: NDArray[np.bool_]

    @staticmethod
    def of(holds: NDArray[np.bool_], solved: Solved) -> _Given:
        """holds: [leaf] or [draw, leaf]."""
        weight = solved.leaf_reach * holds
        mass = weight.sum(axis=1)
        with np.errstate(all="ignore"):
            share, log_mass = weight / mass[:, None], np.log(mass)
            small = mass < _FAINT
            if small.any():
                logs = np.where(holds, solved.log_leaf_reach, -np.inf)[small]
                top = logs.max(axis=1, keepdims=True)
                apart = np.exp(logs - top)
                share[small] = apart / apart.sum(axis=1, keepdims=True)
                log_mass[small] = top[:, 0] + np.log(apart.sum(axis=1))
            return _Given(share, mass, log_mass, small & np.isfinite(log_mass))


def _codes_at_leaves(solved: Solved) -> Callable[[str, str], Codes]:
    def codes(actor: str, variable: str) -> Codes:
        return private_codes(solved.game, actor, variable)[solved.game.leaf_node]

    return codes
