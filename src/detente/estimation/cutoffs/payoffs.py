"""Payoffs as sums of products of private numbers in standard form, and the way back to the quantities of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.crisis.expressions import Expression, Number, quantities_in
from detente.crisis.model import Crisis
from detente.errors import CaseError, Problem
from detente.estimation.cutoffs.laws import Law, Placed, placed
from detente.estimation.cutoffs.tree import CutoffTree
from detente.game.arrays import Numbers
from detente.game.drawn.draws import Draws, QuantityContext, dimensions, from_cube
from detente.game.drawn.fit import require_fit
from detente.game.evaluate import evaluate
from detente.game.rows import Codes
from detente.game.slopes.dependence import pull_definitions, pull_numbers
from detente.game.slopes.formulas import ContextTable, Slopes, pull
from detente.game.written import Owner

Floats = NDArray[np.float64]


FAST = 10**6
"""Entries of the table that takes payoffs to terms in one step; beyond that, steps number by number are cheaper."""


@dataclass(frozen=True, eq=False)
class Paid:
    """Payoffs in the rows of one evaluation.

    terms [row, term]: by `CutoffTree.paid`, the factor before each product of private numbers in standard form. chance
    [row, leaf]: the product of chances on the way to an ending. weighed [row, term]: terms times the chance of
    their ending.
    """

    draws: Draws
    numbers: Numbers
    terms: Floats
    chance: Floats
    weighed: Floats
    grids: tuple[Floats, ...]


class Payoffs:
    """The payoffs of a tree at any values of the quantities that are linked to data; all else stands at its median.

    Raises CaseError where the law of a private number is not known before these quantities are.
    """

    def __init__(self, tree: CutoffTree, crisis: Crisis, quantities: Sequence[str], fixed: Mapping[str, float]) -> None:
        self.tree = tree
        self.crisis = crisis
        self.quantities = tuple(quantities)
        self.fixed = dict(fixed)
        self.axes = dimensions(crisis)
        self.placed = self._placed()
        self._leaf = np.array([leaf for leaf, _, _ in tree.paid])
        self._bits = np.array([tree.bits(each) for _, _, each in tree.paid])
        self._actor = np.array([actor for _, actor, _ in tree.paid])
        game = tree.compiled.game
        self._class = game.leaf_class[tree.copies]
        self._fast: Floats | None = None
        self._fast = self._table()

    @property
    def laws(self) -> tuple[Law, ...]:
        """[number]: the laws of the private numbers in standard form."""
        return tuple(each.law for each in self.placed)

    def _placed(self) -> tuple[Placed, ...]:
        at_median = self._draws({}, 1)
        moving = self._moving()
        found: list[Placed] = []
        problems: list[Problem] = []
        for actor, name in self.tree.names:
            variable = self.crisis.private(actor, name)
            assert variable.distribution is not None
            mentioned = {each for one in variable.distribution.parameters for each in quantities_in(one)}
            context = QuantityContext(at_median.quantities)
            values = tuple(float(np.ravel(evaluate(each, context))[0]) for each in variable.distribution.parameters)
            here = placed(variable.distribution, None if mentioned & moving else values)
            if here is None:
                problems.append(
                    Problem(
                        f"the law of the private number `{actor}.{name}` depends on what is estimated",
                        "let only a `normal` or `uniform` without `within` depend on it, or use a finite `rationality`",
                        variable.place,
                    )
                )
            else:
                found.append(here)
        if problems:
            raise CaseError(problems)
        return tuple(found)

    def _moving(self) -> set[str]:
        """Quantities that are linked to data, or defined by some that are."""
        moving = set(self.quantities)
        for quantity in self.crisis.quantities:
            parameters = quantity.distribution.parameters
            if quantity.id not in self.fixed and any(quantities_in(each) & moving for each in parameters):
                moving.add(quantity.id)
        return moving

    def _draws(self, set: Mapping[str, Floats], rows: int) -> Draws:
        cube = np.full((rows, len(self.axes)), 0.5)
        fixed: dict[str, float | Floats] = {**self.fixed, **set}
        return from_cube(self.tree.compiled.crisis or self.crisis, cube, axes=self.axes, fixed=fixed, median=True)

    def at(self, values: Floats) -> Paid:
        """Payoffs at values [row, quantity]. Raises CaseError where a formula has no value."""
        draws = self._draws({name: values[:, k] for k, name in enumerate(self.quantities)}, len(values))
        numbers = self.tree.compiled.numbers(draws)
        terms, grids = self._terms(draws, numbers.payoff)
        chance = np.ones((len(values), self.tree.leaves))
        for leaf, classes in enumerate(self.tree.chances):
            for each in classes:
                chance[:, leaf] *= numbers.chance[:, each]
        return Paid(draws, numbers, terms, chance, terms * chance[:, self._leaf], grids)

    def _terms(self, draws: Draws, payoff: Floats) -> tuple[Floats, tuple[Floats, ...]]:
        """[row, term] from payoffs [row, class, player], and what each private number is multiplied by on the way."""
        if self._fast is not None:
            return payoff.reshape(len(payoff), -1) @ self._fast.T, ()
        table = self._by_number(payoff[:, self._class])
        for number in range(len(self.tree.names)):
            low, high = _halves(table, number)
            high -= low
        grids: list[Floats] = []
        for number, each in enumerate(self.placed):
            place, scale = self._place(each, number, draws)
            low, high = _halves(table, number)
            grids.append(high.copy())
            low += _wide(place, high) * high
            high *= _wide(scale, high)
        flat = table.reshape(len(payoff), self.tree.leaves, -1, table.shape[-1])
        return flat[:, self._leaf, self._bits, self._actor], tuple(grids)

    def _table(self) -> Floats | None:
        """[term, class and player]: what takes payoffs to terms; None where it differs from row to row."""
        if not all(isinstance(each.place, Number) and isinstance(each.scale, Number) for each in self.placed):
            return None
        game = self.tree.compiled.game
        shape = (game.payoff_classes, len(game.players))
        size = shape[0] * shape[1]
        if size * len(self._leaf) > FAST:
            return None
        return self._terms(self._draws({}, size), np.eye(size).reshape(size, *shape))[0].T

    def _by_number(self, table: Floats) -> Floats:
        """[row, leaf, last number, …, first number, actor] from [row, leaf, grid, actor]."""
        return table.reshape(*table.shape[:2], *(2,) * len(self.tree.names), table.shape[-1])

    def _place(self, placed: Placed, number: int, draws: Draws) -> tuple[Floats, Floats]:
        """[row]: place and scale. Raises CaseError where the parameters make no distribution."""
        actor, name = self.tree.names[number]
        distribution = self.crisis.private(actor, name).distribution
        assert distribution is not None
        parameters = tuple(_values(each, draws) for each in distribution.parameters)
        require_fit(distribution, parameters, f"the private number {name}")
        return _values(placed.place, draws), _values(placed.scale, draws)

    def pull(self, paid: Paid, by_weighed: Floats, by_chance: Floats) -> Floats:
        """[row, quantity]: derivatives, from those by `Paid.weighed` [row, term] and by `Paid.chance` [row, leaf]."""
        if any(self.tree.chances):
            by_chance = by_chance + EntrySums(self._leaf, self.tree.leaves).of(by_weighed * paid.terms)
        slopes = Slopes(paid.draws)
        by_payoff = self._by_payoff(paid, by_weighed, slopes)
        pull_numbers(self.tree.compiled, paid.numbers, by_payoff, self._by_class(paid, by_chance), slopes)
        # The private numbers stand at 0 and 1 whatever is estimated.
        slopes.grids.clear()
        pull_definitions(slopes, self.axes, {*self.fixed, *self.quantities})
        zero = np.zeros(len(by_weighed))
        return np.stack([slopes.quantities.get(name, zero) for name in self.quantities], axis=1)

    def _by_payoff(self, paid: Paid, by_weighed: Floats, slopes: Slopes) -> Floats:
        """[row, class, player]: derivatives by payoffs; adds to slopes those by the laws of private numbers."""
        by_terms = by_weighed * paid.chance[:, self._leaf]
        if self._fast is not None:
            return (by_terms @ self._fast).reshape(paid.numbers.payoff.shape)
        rows = len(by_weighed)
        table = np.zeros((rows, *self._class.shape, len(self.crisis.actors)))
        # Products of numbers differ within an ending and an actor: nothing is written twice.
        table[:, self._leaf, self._bits, self._actor] = by_terms
        by = self._by_number(table)
        for number, each in reversed(list(enumerate(self.placed))):
            low, high = _halves(by, number)
            grid = paid.grids[number]
            axes = tuple(range(1, grid.ndim))
            self._pull_expression(each.place, (low * grid).sum(axis=axes), slopes)
            self._pull_expression(each.scale, (high * grid).sum(axis=axes), slopes)
            high *= _wide(_values(each.scale, paid.draws), high)
            high += _wide(_values(each.place, paid.draws), high) * low
        for number in range(len(self.tree.names)):
            low, high = _halves(by, number)
            low -= high
        flat = table.reshape(rows, -1, table.shape[-1])
        return EntrySums(self._class.reshape(-1), paid.numbers.payoff.shape[1]).of(flat)

    def _by_class(self, paid: Paid, by_chance: Floats) -> Floats:
        out = np.zeros_like(paid.numbers.chance)
        for leaf, classes in enumerate(self.tree.chances):
            for position, each in enumerate(classes):
                others = [paid.numbers.chance[:, other] for k, other in enumerate(classes) if k != position]
                out[:, each] += by_chance[:, leaf] * np.prod(others, axis=0) if others else by_chance[:, leaf]
        return out

    def _pull_expression(self, expression: Expression, by: Floats, slopes: Slopes) -> None:
        if not isinstance(expression, Number):
            table = ContextTable(QuantityContext(slopes.draws.quantities), _no_codes)
            pull(expression, table, by[:, None], slopes, Owner(""))


class EntrySums:
    """Entries added up by where each of them goes: target [entry], one of `size`. Sorted once, used often."""

    def __init__(self, target: NDArray[np.integer], size: int) -> None:
        self._order = np.argsort(target, kind="stable")
        self._found, self._starts = np.unique(target[self._order], return_index=True)
        self._size = size

    def of(self, values: Floats) -> Floats:
        """[row, target, …] from values [row, entry, …]."""
        out = np.zeros((len(values), self._size, *values.shape[2:]))
        if len(self._found):
            out[:, self._found] = np.add.reduceat(values[:, self._order], self._starts, axis=1)
        return out


def _halves(table: Floats, number: int) -> tuple[Floats, Floats]:
    """Views of a table by numbers where one number is 0 and where it is 1; the first number has the last axis."""
    moved = np.moveaxis(table, table.ndim - 2 - number, 0)
    return moved[0], moved[1]


def _wide(values: Floats, like: Floats) -> Floats:
    return values.reshape(-1, *(1,) * (like.ndim - 1))


def _values(expression: Expression, draws: Draws) -> Floats:
    return np.broadcast_to(np.asarray(evaluate(expression, QuantityContext(draws.quantities)), float), (draws.count,))


def _no_codes(actor: str, variable: str) -> Codes:
    raise TypeError("only quantities can be mentioned here")
