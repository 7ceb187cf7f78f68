"""Draws of what nobody knows: every uncertain quantity, ranking and prior of a case, as arrays over draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detente.crisis.expressions import Number, quantities_in
from detente.crisis.model import Crisis
from detente.crisis.play import PrivateVariable
from detente.crisis.quantities import Distribution
from detente.errors import CaseError, Problem
from detente.game.drawn.fit import require_fit, require_rationality
from detente.game.drawn.quantiles import quantiles
from detente.game.drawn.rankings import DrawnRanking, columns_of, drawn_ranking
from detente.game.evaluate import Values, evaluate

Floats = NDArray[np.float64]

_RATIONALITY = "rationality"

SOBOL, LATIN = "sobol", "latin"
SAMPLINGS = (SOBOL, LATIN)
"""Ways to spread draws over the unit cube: a scrambled Sobol sequence, or a Latin hypercube."""


def _kept(values: Floats) -> Floats:
    """A view of the numbers that cannot be written into."""
    kept = values.view()
    kept.flags.writeable = False
    return kept


@dataclass(frozen=True, eq=False)
class Draws:
    """Values of everything uncertain in a case, draw by draw.

    quantities: name -> [draw]. rankings: one for each preference of the crisis.
    rationality [draw]: precision λ per unit of payoff, infinity for the sequential limit.
    cube [draw, dimension]: the uniform numbers behind the draws (0.5 everywhere at the median).
    first: how many draws of the sample come before these. Nobody can write into any of the arrays: all questions to a
    study share them.
    """

    crisis: Crisis
    quantities: Mapping[str, Floats]
    rankings: tuple[DrawnRanking, ...]
    rationality: Floats
    cube: Floats
    first: int = 0
    _grids: dict[int, tuple[PrivateVariable, Floats]] = field(
        default_factory=dict[int, tuple[PrivateVariable, Floats]], init=False, repr=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "quantities", {name: _kept(each) for name, each in self.quantities.items()})
        object.__setattr__(self, "rationality", _kept(self.rationality))
        object.__setattr__(self, "cube", _kept(self.cube))

    @property
    def count(self) -> int:
        """Number of draws."""
        return len(self.cube)

    @property
    def utilities(self) -> tuple[Floats, ...]:
        """One [draw, tier] per preference of the crisis; tiers as in `Preference.tiers`."""
        return tuple(each.utilities for each in self.rankings)

    def block(self, start: int, stop: int) -> Draws:
        """The draws from start up to stop."""
        part = slice(start, stop)
        return Draws(
            self.crisis,
            {name: values[part] for name, values in self.quantities.items()},
            tuple(each.part(part) for each in self.rankings),
            self.rationality[part],
            self.cube[part],
            self.first + start,
        )

    def utility(self, preference: int, outcome: str) -> Floats:
        """[draw]: the utility of an outcome under the preference at that position of the crisis."""
        for position, tier in enumerate(self.crisis.preferences[preference].tiers):
            if outcome in tier:
                return self.rankings[preference].utilities[:, position]
        raise KeyError(outcome)

    def grid(self, variable: PrivateVariable) -> Floats:
        """[draw, point]: the values of a numeric private variable, at the middle quantiles of its prior.

        Raises CaseError where the prior is no distribution in some draw.
        """
        key = id(variable)
        if key not in self._grids:
            self._grids[key] = (variable, _kept(self._grid(variable)))
        return self._grids[key][1]

    def _grid(self, variable: PrivateVariable) -> Floats:
        distribution = variable.distribution
        assert distribution is not None
        parameters = _parameters(distribution, self.quantities, self.count)
        require_fit(distribution, parameters, f"the private number {variable.id}", self.first)
        u = (np.arange(variable.points) + 0.5) / variable.points
        values = quantiles(distribution, tuple(each[:, None] for each in parameters), u[None, :])
        return np.broadcast_to(values, (self.count, variable.points))


class QuantityContext:
    """A context that knows quantities only, [draw] each."""

    def __init__(self, quantities: Mapping[str, Floats]) -> None:
        self._quantities = quantities

    def quantity(self, name: str, /) -> Values:
        return self._quantities[name]

    def _unknown(self, *_: object) -> Values:
        raise TypeError("only quantities can be mentioned here")

    stage_move = state = private = round = count = ended = _unknown


def structural_values(crisis: Crisis) -> dict[str, Floats]:
    """The quantities that shape the game, which are certain: name -> number."""
    found: dict[str, Floats] = {}
    for quantity in crisis.quantities:
        if quantity.structural:
            [value] = _drawn(quantity.distribution, np.full(1, 0.5), found, f"quantity {quantity.id}", 0)
            found[quantity.id] = np.asarray(value)
    return found


def dimensions(crisis: Crisis) -> tuple[str, ...]:
    """Uncertain input that each column of the cube drives: quantities, then parts of rankings such as
    `preference k tier j`, then the rationality.

    A quantity has a column where the case or one of its scenarios makes it uncertain.
    """
    moved = {id for scenario in crisis.scenarios for id, distribution in scenario.set if distribution.uncertain}
    names = [each.id for each in crisis.quantities if each.distribution.uncertain or each.id in moved]
    for position, preference in enumerate(crisis.preferences):
        names += columns_of(preference, position)
    if isinstance(crisis.rationality, Distribution) and crisis.rationality.uncertain:
        names.append(_RATIONALITY)
    return tuple(names)


def from_cube(
    crisis: Crisis,
    cube: Floats,
    *,
    axes: tuple[str, ...] | None = None,
    fixed: Mapping[str, float | Floats] | None = None,
    median: bool = False,
    first: int = 0,
) -> Draws:
    """Draws from points of the unit cube.

    cube [draw, dimension]: one column for each of `axes`, which are `dimensions(crisis)` unless given; a scenario
        keeps the axes of its case, so that draw k differs from the case's draw k by the scenario alone.
    fixed: quantities set to a number, or to one per draw; whatever depends on them follows.
    median: rankings are spaced evenly instead (the cube then holds 0.5).
    first: how many draws of the sample come before these.
    Raises CaseError where a distribution has no such quantile in some draw (a lower bound above the upper one), and
    where a rationality is below zero.
    """
    column = {name: position for position, name in enumerate(axes or dimensions(crisis))}
    middle = np.full(len(cube), 0.5)

    def uniform(name: str) -> Floats:
        return cube[:, column[name]] if name in column else middle

    values: dict[str, Floats] = {}
    for quantity in crisis.quantities:
        if fixed and quantity.id in fixed:
            values[quantity.id] = np.broadcast_to(np.asarray(fixed[quantity.id], float), middle.shape).copy()
        else:
            values[quantity.id] = _drawn(
                quantity.distribution, uniform(quantity.id), values, f"quantity {quantity.id}", first
            )
    rankings = tuple(
        drawn_ranking(preference, position, uniform, len(cube), median=median)
        for position, preference in enumerate(crisis.preferences)
    )
    if isinstance(crisis.rationality, Distribution):
        rationality = _drawn(crisis.rationality, uniform(_RATIONALITY), values, "the rationality", first)
        require_rationality(rationality, crisis.rationality, first)
    else:
        rationality = np.full(len(cube), np.inf)
    return Draws(crisis, values, rankings, rationality, cube, first)


def with_fixed(draws: Draws, fixed: Mapping[str, float], axes: tuple[str, ...]) -> Draws:
    """The draws with some quantities set to a number; only values that depend on these are worked out anew.

    axes: what the columns of the cube drive. Raises CaseError as `from_cube` does.
    """
    crisis, count = draws.crisis, draws.count
    column = {name: position for position, name in enumerate(axes)}
    values, anew = dict(draws.quantities), set(fixed)

    def drawn(distribution: Distribution, name: str, what: str) -> Floats:
        u = draws.cube[:, column[name]] if name in column else np.full(count, 0.5)
        return _drawn(distribution, u, values, what, draws.first)

    def moves(distribution: Distribution) -> bool:
        return any(not isinstance(each, Number) and quantities_in(each) & anew for each in distribution.parameters)

    for quantity in crisis.quantities:
        if quantity.id in fixed:
            values[quantity.id] = np.full(count, float(fixed[quantity.id]))
        elif moves(quantity.distribution):
            values[quantity.id] = drawn(quantity.distribution, quantity.id, f"quantity {quantity.id}")
            anew.add(quantity.id)
    rationality = draws.rationality
    if isinstance(crisis.rationality, Distribution) and moves(crisis.rationality):
        rationality = drawn(crisis.rationality, _RATIONALITY, "the rationality")
        require_rationality(rationality, crisis.rationality, draws.first)
    return Draws(crisis, values, draws.rankings, rationality, draws.cube, draws.first)


def _parameters(distribution: Distribution, known: Mapping[str, Floats], draws: int) -> tuple[Floats, ...]:
    """The parameters of a distribution, [draw] each."""
    context = QuantityContext(known)
    return tuple(
        np.full(draws, each.value)
        if isinstance(each, Number)
        else np.broadcast_to(np.asarray(evaluate(each, context), float), (draws,))
        for each in distribution.parameters
    )


def _drawn(distribution: Distribution, u: Floats, known: Mapping[str, Floats], what: str, first: int) -> Floats:
    parameters = _parameters(distribution, known, len(u))
    require_fit(distribution, parameters, what, first)
    with np.errstate(all="ignore"):
        values = quantiles(distribution, parameters, u)
    bad = ~np.isfinite(values)
    if bad.any():
        draw = int(np.argmax(bad))
        problem = Problem(
            f"{what} has no value in draw {first + draw + 1} (it comes out as {values[draw]})",
            "check for a division by zero, a logarithm or root of a negative number, or bounds in the wrong order",
            distribution.place,
        )
        raise CaseError([problem])
    return np.ascontiguousarray(values, float)


def median_draw(crisis: Crisis, *, fixed: Mapping[str, float | Floats] | None = None) -> Draws:
    """One draw: every quantity at its median (or as `fixed`), ranked outcomes evenly spaced."""
    return from_cube(crisis, np.full((1, len(dimensions(crisis))), 0.5), fixed=fixed, median=True)


def sample_draws(
    crisis: Crisis, count: int, seed: int = 0, *, fixed: Mapping[str, float | Floats] | None = None
) -> Draws:
    """`count` draws by a scrambled Sobol sequence; the first n of a longer sample are the sample of n.

    Source: Sobol 1967; Owen 1998 (scrambling).
    """
    return from_cube(crisis, uniform_cube(len(dimensions(crisis)), count, seed), fixed=fixed)


def uniform_cube(width: int, count: int, seed: int, sampling: str = SOBOL) -> Floats:
    """[draw, dimension]: points of the unit cube, spread evenly, strictly inside (0, 1).

    sampling: `sobol`, or `latin` for a Latin hypercube, whose points depend on how many there are.
    Source: Sobol 1967; McKay, Beckman & Conover 1979.
    """
    if not width:
        return np.zeros((count, 0))
    from scipy.stats import qmc

    if sampling == LATIN:
        points = qmc.LatinHypercube(width, rng=seed).random(count)
    else:
        bits = max(count - 1, 1).bit_length()
        points = qmc.Sobol(width, scramble=True, rng=seed).random_base2(bits)[:count]
    return np.clip(points, 2.0**-40, 1 - 2.0**-40, out=points)
