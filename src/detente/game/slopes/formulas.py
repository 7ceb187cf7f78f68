"""Formulas differentiated backwards: from the derivative in a formula's value to those in what it mentions.

Exact, by the chain rule over the syntax tree, for all draws and contexts at once. Where a formula has a kink, the
branch that gives the value counts: the first of equals in `min` and `max`, the side up from zero in `abs`, the chosen
branch of `if`. What only decides between branches (a comparison, a condition) has no derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.crisis.expressions import Expression, Number, Operation, PrivateValue, QuantityName, walk
from detente.game.drawn.draws import Draws
from detente.game.evaluate import OPERATIONS, Context, Values, evaluate
from detente.game.written import Owner, Written

Floats = NDArray[np.float64]


@dataclass(eq=False)
class Slopes:
    """Derivatives of one number g in everything that a case assumes, summed up as they are met.

    quantities: by name [draw]. written: numbers written in formulas [draw]. tiers: (preference, tier) -> [draw].
    grids: values of a numeric private variable, (actor, variable) -> [draw, point].
    """

    draws: Draws
    quantities: dict[str, Floats] = field(default_factory=dict[str, Floats])
    written: dict[Written, Floats] = field(default_factory=dict[Written, Floats])
    tiers: dict[tuple[int, int], Floats] = field(default_factory=dict[tuple[int, int], Floats])
    grids: dict[tuple[str, str], Floats] = field(default_factory=dict[tuple[str, str], Floats])

    def quantity(self, name: str, by: Floats) -> None:
        """Adds a derivative [draw] by a quantity."""
        self.quantities[name] = self.quantities.get(name, 0.0) + by

    def number(self, owner: Owner, number: Number, by: Floats) -> None:
        """Adds a derivative [draw] by a number written in the formula of an owner; one that is not is nobody's."""
        if number.place is None or not owner.says:
            return
        known = Written(owner, number.value, number.place.line, number.place.column)
        self.written[known] = self.written.get(known, 0.0) + by

    def tier(self, preference: int, tier: int, by: Floats) -> None:
        """Adds a derivative [draw] by the utility of a tier of a ranking."""
        self.tiers[preference, tier] = self.tiers.get((preference, tier), 0.0) + by

    def private(self, actor: str, variable: str, codes: NDArray[np.int32], by: Floats) -> None:
        """Adds derivatives [draw, row] by the values of a numeric private variable, codes [row]."""
        points = self.draws.crisis.private(actor, variable).points
        table = self.grids.setdefault((actor, variable), np.zeros((self.draws.count, points)))
        codes = np.broadcast_to(codes, by.shape[-1:])
        known = codes >= 0
        place = np.arange(self.draws.count)[:, None] * points + codes[known]
        table += np.bincount(place.reshape(-1), by[:, known].reshape(-1), table.size).reshape(table.shape)


@dataclass(eq=False)
class ContextTable:
    """Contexts that formulas are read in, with each numeric private variable's code (actor, name) in every context.

    known: values of parts that are the same in every draw, with the parts themselves; varying: the other parts. Both
        by `id`, and kept from call to call.
    """

    context: Context
    codes: Callable[[str, str], NDArray[np.int32]]
    known: dict[int, tuple[Expression, Values]] = field(default_factory=dict[int, tuple[Expression, Values]])
    varying: dict[int, Expression] = field(default_factory=dict[int, Expression])


def pull(expression: Expression, table: ContextTable, by: Floats, slopes: Slopes, owner: Owner) -> None:
    """Adds to `slopes` what the derivatives `by` [draw, row] in an expression's value say of its parts."""
    if not by.any():
        return
    values: dict[int, Values] = {}
    with np.errstate(all="ignore"):
        if isinstance(expression, Operation):
            _value(expression, table, values, slopes)
        _pull(expression, by, values, _Way(table, slopes, owner))


@dataclass(frozen=True, slots=True)
class _Way:
    table: ContextTable
    slopes: Slopes
    owner: Owner


def _varies(expression: Expression, slopes: Slopes) -> bool:
    """True where the expression can differ from draw to draw."""
    for node in walk(expression):
        if isinstance(node, QuantityName):
            return True
        if isinstance(node, PrivateValue) and slopes.draws.crisis.private(node.actor, node.variable).numeric:
            return True
    return False


def _value(expression: Expression, table: ContextTable, values: dict[int, Values], slopes: Slopes) -> Values:
    """The value of an expression, and into `values` by `id` those of all its parts that differ between draws."""
    if (kept := table.known.get(id(expression))) is not None:
        return kept[1]
    if id(expression) not in table.varying:
        if not _varies(expression, slopes):
            found = evaluate(expression, table.context)
            table.known[id(expression)] = (expression, found)
            return found
        table.varying[id(expression)] = expression
    if isinstance(expression, QuantityName):
        found = table.context.quantity(expression.name)
    elif isinstance(expression, Operation):
        parts = (_value(operand, table, values, slopes) for operand in expression.operands)
        found = OPERATIONS[expression.operator](*parts)
    else:
        found = evaluate(expression, table.context)
    values[id(expression)] = found
    return found


def _pull(expression: Expression, by: Floats, values: dict[int, Values], way: _Way) -> None:
    match expression:
        case Number():
            way.slopes.number(way.owner, expression, by.sum(axis=1))
        case QuantityName(name):
            way.slopes.quantity(name, by.sum(axis=1))
        case PrivateValue(actor, variable) if way.slopes.draws.crisis.private(actor, variable).numeric:
            way.slopes.private(actor, variable, way.table.codes(actor, variable), by)
        case Operation("if", (condition, then, otherwise)):
            chosen = np.asarray(_known(condition, values, way), bool)
            if chosen.any():
                _pull(then, np.where(chosen, by, 0.0), values, way)
            if not chosen.all():
                _pull(otherwise, np.where(chosen, 0.0, by), values, way)
        case Operation(operator, operands) if operator in DERIVATIVE_RULES:
            factors = DERIVATIVE_RULES[operator](*(np.asarray(_known(operand, values, way)) for operand in operands))
            for operand, factor in zip(operands, factors, strict=True):
                _pull(operand, _times(by, factor), values, way)
        case _:
            pass


def _times(by: Floats, factor: Values) -> Floats:
    """The product; zero where a branch was not taken, for its formula may have no value at all there."""
    if factor is ONE:
        return by
    return -by if factor is MINUS_ONE else np.where(by == 0.0, 0.0, by * factor)


def _known(expression: Expression, values: dict[int, Values], way: _Way) -> Values:
    found = values.get(id(expression))
    return _value(expression, way.table, values, way.slopes) if found is None else found


def _chosen(pick: Callable[..., Values]) -> Callable[..., tuple[Values, ...]]:
    def factors(*values: Values) -> tuple[Values, ...]:
        best = pick(np.stack(np.broadcast_arrays(*values)), axis=0)
        return tuple(np.where(best == number, 1.0, 0.0) for number in range(len(values)))

    return factors


def _power(base: Values, exponent: Values) -> tuple[Values, ...]:
    value = np.power(base, exponent)
    return (
        np.where(exponent == 0, 0.0, exponent * np.power(base, exponent - 1)),
        np.where(base == 0, 0.0, value * np.log(base)),
    )


def _quotient(a: Values, b: Values) -> tuple[Values, ...]:
    return 1.0 / b, -a / (b * b)


def _product(a: Values, b: Values) -> tuple[Values, ...]:
    return b, a


def _alone(rule: Callable[[Values], Values]) -> Callable[..., tuple[Values, ...]]:
    return lambda *values: (rule(values[0]),)


ONE, MINUS_ONE = np.ones(()), np.full((), -1.0)
DERIVATIVE_RULES: Mapping[str, Callable[..., tuple[Values, ...]]] = {
    "+": lambda *_: (ONE, ONE),
    "-": lambda *_: (ONE, MINUS_ONE),
    "*": _product,
    "/": _quotient,
    "^": _power,
    "neg": lambda *_: (MINUS_ONE,),
    "min": _chosen(np.argmin),
    "max": _chosen(np.argmax),
    "abs": _alone(lambda a: np.where(a >= 0, 1.0, -1.0)),
    "exp": _alone(np.exp),
    "log": _alone(lambda a: 1.0 / a),
    "sqrt": _alone(lambda a: 0.5 / np.sqrt(a)),
    "Phi": _alone(lambda a: np.exp(-(a**2) / 2) / np.sqrt(2 * np.pi)),
}
"""Partial derivatives of every operator in its operands."""
