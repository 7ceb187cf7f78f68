"""Live histories as a table of integer columns, and the numbers that expressions read off it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.crisis.expressions import (
    Count,
    Expression,
    Number,
    PrivateValue,
    RoundNumber,
    StageMove,
    StateValue,
    quantities_in,
    walk,
)
from detente.crisis.model import Crisis
from detente.crisis.play import PrivateVariable
from detente.errors import CaseError, Problem
from detente.game.drawn.draws import Draws, QuantityContext, median_draw, structural_values
from detente.game.drawn.quantiles import quantiles
from detente.game.evaluate import Values, evaluate

Codes = NDArray[np.int32]
Key = tuple[str, ...]
"""A column: ("private", actor, variable), ("move" | "now" | "before", stage), ("state", variable),
("tally" | "count", stage, move) or ("round",)."""

Columns = dict[Key, Codes]

ROUND: Key = ("round",)


def keys_in(expression: Expression, repeated: frozenset[str] = frozenset()) -> frozenset[Key]:
    """The columns an expression reads; `repeated` are the stages of the repeat that it stands in."""
    found: set[Key] = set()
    for node in walk(expression):
        match node:
            case StageMove(stage, before):
                found.add(("before" if before else "move", stage))
            case StateValue(variable):
                found.add(("state", variable))
            case PrivateValue(actor, variable):
                found.add(("private", actor, variable))
            case RoundNumber():
                found.add(ROUND)
            case Count(stage, move):
                found.add(("count" if stage in repeated else "tally", stage, str(move)))
            case _:
                pass
    return frozenset(found)


def take(columns: Columns, index: NDArray[Any]) -> Columns:
    """The rows at an index, or under a mask."""
    return {key: column[index] for key, column in columns.items()}


def join(parts: Sequence[Columns]) -> Columns:
    """Tables below one another."""
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def distinct(columns: Iterable[NDArray[Any]], rows: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Distinct rows of integer columns: the first position of each, and for every row which one it is.

    Codes are packed into one integer as far as 62 bits go, which sorts far faster than rows do.
    """
    packed = np.zeros(rows, np.int64)
    size = 1
    for column in columns:
        if not rows:
            break
        low = int(column.min())
        span = int(column.max()) - low + 1
        if size * span >= 2**62:
            names, packed = np.unique(packed, return_inverse=True)
            size = len(names)
        packed = packed * span + (column.astype(np.int64) - low)
        size *= span
    _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    return first, inverse.reshape(-1)


def constant_grid(crisis: Crisis, variable: PrivateVariable) -> Values:
    """[point]: values of a numeric private variable whose prior mentions no quantity but structural ones.

    Raises CaseError where it does: the shape of a game must be the same for every draw.
    """
    distribution = variable.distribution
    assert distribution is not None
    parameters: list[Values] = []
    known = structural_values(crisis)
    for written in distribution.parameters:
        shaping = quantities_in(written) <= known.keys()
        parameter = Number(float(evaluate(written, QuantityContext(known)))) if shaping else written
        if not isinstance(parameter, Number):
            problem = Problem(
                f"`{variable.id}` decides who may do what, but its values depend on quantities",
                "the game must have one shape in every draw: write its bounds as numbers, or use named values",
                variable.place,
            )
            raise CaseError([problem])
        parameters.append(np.asarray([[parameter.value]]))
    u = (np.arange(variable.points) + 0.5) / variable.points
    return quantiles(distribution, tuple(parameters), u[None, :])[0]


def point_names(crisis: Crisis, variable: PrivateVariable) -> tuple[str, ...]:
    """Names of the points of a numeric private variable: their values, `about` the median draw's if the values differ
    from draw to draw; by number for a variable without distinct values.
    """
    numbered = tuple(f"point {point + 1} of {variable.points}" for point in range(variable.points))
    assert variable.distribution is not None
    try:
        with np.errstate(all="ignore"):
            if all(isinstance(parameter, Number) for parameter in variable.distribution.parameters):
                about, values = "", constant_grid(crisis, variable)
            else:
                about, values = "about ", median_draw(crisis).grid(variable)[0]
    except CaseError:
        return numbered
    names = tuple(f"{about}{value:.6g}" for value in values)
    return names if np.isfinite(values).all() and len(set(names)) == len(names) else numbered


class RowContext:
    """Values of an expression's names for a table of histories, in one draw-free or many drawn worlds.

    Without `draws` it answers for the shape of the game ([row]); with them also for quantities ([draw, row]).
    """

    def __init__(
        self,
        crisis: Crisis,
        columns: Mapping[Key, Codes],
        *,
        repeated: frozenset[str] = frozenset(),
        draws: Draws | None = None,
    ) -> None:
        self._crisis = crisis
        self._columns = columns
        self._repeated = repeated
        self._draws = draws

    def quantity(self, name: str, /) -> Values:
        if self._draws is None:
            return np.asarray(structural_values(self._crisis)[name])
        return self._draws.quantities[name][:, None]

    def stage_move(self, stage: str, before: bool, /) -> Values:
        codes = self._columns["before" if before else "move", stage]
        declared = self._crisis.stage(stage)
        chosen = [move.number if declared.numeric else code for code, move in enumerate(declared.moves)]
        # The last entry answers for code -1: nothing was chosen, and nothing is equal to nothing.
        return np.array([*chosen, np.nan], float)[codes]

    def state(self, variable: str, /) -> Values:
        declared = next(each for each in self._crisis.state if each.id == variable)
        codes = self._columns["state", variable].astype(float)
        return codes + declared.low if declared.numeric else codes

    def private(self, actor: str, variable: str, /) -> Values:
        declared = self._crisis.private(actor, variable)
        codes = self._columns["private", actor, variable]
        if not declared.numeric:
            return codes
        if self._draws is None:
            return constant_grid(self._crisis, declared)[codes]
        return self._draws.grid(declared)[:, codes]

    def round(self) -> Values:
        return self._columns[ROUND].astype(float)

    def count(self, stage: str, move: int, /) -> Values:
        return self._columns["count" if stage in self._repeated else "tally", stage, str(move)].astype(float)

    def ended(self, outcome: str, /) -> Values:
        raise TypeError(f"how play ended ({outcome}) is known only at the end")


def describe(crisis: Crisis, key: Key) -> str:
    """A column in the case's words."""
    match key:
        case ("private", actor, variable):
            return f"`{actor}.{variable}`"
        case ("move" | "now" | "before", stage):
            return f"the move at `{stage}`"
        case ("state", variable):
            return f"the state `{variable}`"
        case ("tally" | "count", stage, move):
            return f"how often `{crisis.stage(stage).moves[int(move)].id}` was chosen at `{stage}`"
        case _:
            return "the round"
