"""Gradients of answers in every assumption: exact derivatives as tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaincinv

from detente.analysis.gradient import Gradient, gradients, outcome_gradients
from detente.analysis.over_draws.intervals import HIGH, LOW, interval
from detente.analysis.over_draws.ranking import Estimates, standing
from detente.analysis.solved import Solved, solve_draws
from detente.crisis.expressions import Expression
from detente.crisis.quantities import Distribution
from detente.equilibrium.solution import Solution
from detente.errors import StoppedError
from detente.game.drawn.draws import Draws, dimensions
from detente.game.drawn.rankings import RankingAxis, place_slope, ranked_values
from detente.game.written import Written
from detente.kernels.stopping import stop_asked
from detente.study.how_solved import HowSolved
from detente.study.inputs.rankings import ranking_parts
from detente.study.request import Prepared, Request

Floats = NDArray[np.float64]
Row = dict[str, Any]

_BLOCK = 32
_RESAMPLES = 200

GRADIENT_COLUMNS = (
    "quantity name kind derivative per_range low high at value condition supported "
    "derivative_low derivative_high same_sign place"
)
"""Columns of every table of derivatives, after those that say what it is the derivative of.

quantity, name, kind: what is moved; `kind` is quantity, rationality, preference (what a ranked outcome between best
    and worst is worth) or number (one that stands in a formula and has no name).
derivative: change of the answer per unit, everything that is defined by the quantity following it.
low, high: the 5th and 95th percentile of the quantity, all others at their medians; NaN where it is a fixed number.
per_range: derivative times (high - low), the change if it moved across that range in a straight line.
at, value, condition: where the quantity stands, the answer there, the condition of the equations.
derivative_low, derivative_high, same_sign: over draws; the share of draws whose derivative has the median's sign.
place: from 1, by how far it moves the answer across its range, among all that have one; of the others by the size of
    the derivative, named and nameless apart. What resamples of the draws do not tell apart shares one.
"""


@dataclass(frozen=True, slots=True)
class Lever:
    """Something that can be moved: where it stands [draw], the ends of its range (NaN: none), what it rests on."""

    id: str
    name: str
    kind: str
    at: Floats
    low: float
    high: float
    supported: str


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """One answer [draw], the condition of the equations and whether that is bad [draw]; derivatives by each lever."""

    value: Floats
    condition: Floats
    fragile: NDArray[np.bool_]
    by: tuple[tuple[Lever, Floats], ...]

    def rows(self) -> Iterator[Row]:
        """A row for every lever, by the columns of `GRADIENT_COLUMNS`."""
        for (lever, derivative), place in zip(self.by, self._places(), strict=True):
            found = interval(derivative)
            agree = np.sign(derivative) == np.sign(found.median)
            yield {
                "quantity": lever.id,
                "name": lever.name,
                "kind": lever.kind,
                "derivative": found.median,
                "per_range": found.median * (lever.high - lever.low),
                "low": lever.low,
                "high": lever.high,
                "at": float(np.median(lever.at)),
                "value": interval(self.value).median,
                "condition": float(np.median(self.condition)),
                "supported": lever.supported,
                "derivative_low": found.low,
                "derivative_high": found.high,
                "same_sign": float(agree.mean()) if len(derivative) > 1 else np.nan,
                "place": place,
            }

    def _places(self) -> list[int]:
        """[lever]: see `GRADIENT_COLUMNS`; 0 where nothing is known."""
        place = [0] * len(self.by)
        kinds = [1 if each.kind == "number" else 0 if math.isfinite(each.high - each.low) else 2 for each, _ in self.by]
        for kind in set(kinds):
            own = [number for number, each in enumerate(kinds) if each == kind]
            ways = np.array([1.0 if kind else self.by[each][0].high - self.by[each][0].low for each in own])
            table = np.stack([self.by[each][1] for each in own], axis=1) * ways
            for number, each in zip(own, standing(_medians(table[np.isfinite(table).all(axis=1)])), strict=True):
                place[number] = each
        return place


def _medians(table: Floats) -> Estimates:
    """Sizes of the medians over draws of a table [draw, item], found again in resamples of the draws."""
    draws, items = table.shape
    if not draws:
        return Estimates(np.full(items, np.nan), np.zeros((0, items)), np.zeros(items))
    middle = np.median(table, axis=0)
    if draws == 1:
        return Estimates.known_means(np.abs(table))
    picks = np.random.default_rng(0).integers(draws, size=(_RESAMPLES, draws))
    again = np.stack([np.median(table[pick], axis=0) for pick in picks])
    return Estimates.resampled(middle, again, float(draws)).sizes()


@dataclass(frozen=True, eq=False)
class Gradients:
    """Derivatives of quantities of interest, by formula; draws None where everything is at its median.

    reached [draw]: the rationality they hold at; limit: whether that stands for the limit. how_solved: endings and
    certificate of the solutions that are differentiated.
    """

    found: Mapping[str, Sensitivity]
    reached: Floats
    draws: int | None
    limit: bool
    how_solved: HowSolved

    def to_frame(self) -> pd.DataFrame:
        """One row for every formula and every assumption; columns `of` and those of `GRADIENT_COLUMNS`."""
        rows = [{"of": text, **row} for text, found in self.found.items() for row in found.rows()]
        return pd.DataFrame(rows, columns=["of", *GRADIENT_COLUMNS.split()])

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """{formula: {value, condition, rationality, remarks, derivatives}}; None for what is not known."""
        told: dict[str, dict[str, Any]] = {}
        for text, found in self.found.items():
            told[text] = {
                "value": _known(interval(found.value).median),
                "condition": _known(float(np.median(found.condition))),
                "rationality": _known(float(np.median(self.reached))),
                "draws": self.draws,
                "remarks": self.remarks(text),
                "how_solved": self.how_solved.to_dict(),
                "derivatives": [
                    {key: _known(each) for key, each in row.items() if key not in ("value", "condition")}
                    for row in found.rows()
                ],
            }
        return told

    def remarks(self, formula: str) -> list[str]:
        """Sentences on the range in which the derivatives of a formula hold."""
        found = self.found[formula]
        said = [_on_condition(found.condition, found.fragile)]
        if self.limit:
            said.append(
                f"They are taken at rationality {float(np.median(self.reached)):.3g}, which stands for the limit. "
                "Where an actor is close to indifferent, play in the limit jumps, and no derivative shows that."
            )
        unknown = int(np.isnan(found.value).sum())
        if unknown:
            where = "the formula has" if not self.draws else f"in {unknown:,} of {self.draws:,} draws the formula has"
            said.append(f"No derivative where {where} no value: what is given never happens.".replace("where in", "in"))
        return [*said, *self.how_solved.warnings]

    def __repr__(self) -> str:
        frame = self.to_frame()
        # What has a range first, by its place in it.
        frame = frame.iloc[np.lexsort((frame["place"], frame["per_range"].isna()))]
        return frame[["of", "quantity", "derivative", "per_range"]].to_string(index=False)

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False)


def _on_condition(condition: Floats, fragile: NDArray[np.bool_]) -> str:
    worst, draws = float(condition.max()), len(condition)
    several = f" in {int(fragile.sum()):,} of {draws:,} draws" if draws > 1 else ""
    if not math.isfinite(worst):
        several = f" in {int((~np.isfinite(condition)).sum()):,} of {draws:,} draws" if draws > 1 else ""
        return f"The equations are singular{several}: the path of solutions turns there, and there is no derivative."
    text = f"The condition of the equations is {worst:.1e}" + (" at worst" if draws > 1 else "")
    if fragile.any():
        return (
            f"{text}: the path of solutions turns close by{several}, so that derivatives are large there and hold for "
            "the smallest changes only."
        )
    return f"{text}: no turn of the path of solutions is close by."


def find_gradients(prepared: Prepared, request: Request, interests: Mapping[str, Expression]) -> Gradients:
    """Solves the draws of a request and differentiates each quantity of interest. Raises StoppedError where stopped."""
    draws = prepared.draws(request)
    size = max(1, min(_BLOCK, prepared.compiled.draws_per_block() // (2 * max(len(interests), 1))))

    def solved() -> Iterator[Solved]:
        for start in range(0, draws.count, size):
            block = draws.block(start, min(start + size, draws.count))
            found = solve_draws(prepared.compiled, block, rationality=request.rationality)
            if stop_asked():
                raise StoppedError
            yield found

    return gradients_of(prepared, request, interests, draws, solved())


def gradients_of(
    prepared: Prepared, request: Request, interests: Mapping[str, Expression], draws: Draws, blocks: Iterable[Solved]
) -> Gradients:
    """Differentiates each quantity of interest in draws that are solved, block by block."""
    axes, own = dimensions(prepared.base), request.rationality is None
    parts: list[list[Gradient]] = []
    solutions: list[Solution] = []
    for solved in blocks:
        parts.append(gradients(list(interests.values()), solved, axes, prepared.fixed, own=own))
        solutions.append(solved.solution)
    levers = _levers(prepared, request, draws, np.concatenate([each.rationality for each in solutions]))
    found = {
        text: _sensitivity([part[number] for part in parts], levers, draws) for number, text in enumerate(interests)
    }
    return Gradients(
        found,
        np.concatenate([each.reached for each in solutions]),
        request.draws,
        any(np.isinf(each.rationality).any() for each in solutions),
        HowSolved.together(map(HowSolved.of, solutions)),
    )


def outcome_table(prepared: Prepared, request: Request) -> pd.DataFrame:
    """Derivatives of the probability of each outcome with everything at its median, at the outset and given the events.

    Columns `outcome`, `outcome_name`, `when` (outset or events) and those of `GRADIENT_COLUMNS`.
    """
    crisis = prepared.crisis
    alone = replace(request, draws=None)
    draws = prepared.draws(alone)
    axes, own = dimensions(prepared.base), request.rationality is None
    solved = solve_draws(prepared.compiled, draws, rationality=request.rationality)
    levers = _levers(prepared, alone, draws, solved.solution.rationality)
    rows: list[Row] = []
    for when in ("outset", "events") if crisis.timeline else ("outset",):
        found = outcome_gradients(solved, axes, prepared.fixed, own=own, after=when == "events")
        for outcome, part in zip(crisis.outcomes, found, strict=True):
            told = {"outcome": outcome.id, "outcome_name": outcome.label, "when": when}
            rows += [{**told, **row} for row in _sensitivity([part], levers, draws).rows()]
    return pd.DataFrame(rows, columns=["outcome", "outcome_name", "when", *GRADIENT_COLUMNS.split()])


def _levers(prepared: Prepared, request: Request, draws: Draws, rationality: Floats) -> dict[Any, Lever]:
    """Everything with a name that can be moved, by how `Slopes` calls it."""
    crisis = prepared.crisis
    ranges = _ranges(prepared)
    nowhere = (np.nan, np.nan)
    levers: dict[Any, Lever] = {}
    for quantity in crisis.quantities:
        if quantity.structural:
            continue  # another value is another game, and no derivative leads there
        low, high = ranges.get(quantity.id, nowhere) if quantity.distribution.uncertain else nowhere
        if quantity.id in prepared.fixed:
            low, high = nowhere
        at = draws.quantities[quantity.id]
        supported = str(quantity.support.grade)
        levers[quantity.id] = Lever(quantity.id, quantity.label, "quantity", at, low, high, supported)
    if np.isfinite(rationality).all():
        own = request.rationality is None and isinstance(crisis.rationality, Distribution)
        low, high = ranges.get("rationality", nowhere) if own else nowhere
        levers["rationality"] = Lever(
            "rationality", "rationality of the actors", "rationality", rationality, low, high, ""
        )
    for part in ranking_parts(crisis):
        if not part.axis.jumps:
            between, place = crisis.preferences[part.axis.preference].places - 2, part.axis.number
            # Worths of the places are order statistics of uniform numbers, which have beta distributions.
            low, high = betaincinv(between + 1 - place, place, [LOW, HIGH])
            at = ranked_values(crisis, draws.rankings, part.axis)
            levers[part.axis] = Lever(part.id, part.name, "preference", at, float(low), float(high), part.supported)
    return levers


def _ranges(prepared: Prepared) -> dict[str, tuple[float, float]]:
    """5th and 95th percentile of every input that has an axis of its own, with all others at the median."""
    axes = dimensions(prepared.base)
    cube = np.full((2 * len(axes), len(axes)), 0.5)
    for column in range(len(axes)):
        cube[2 * column, column], cube[2 * column + 1, column] = LOW, HIGH
    moved = prepared.at(cube)
    values = {**moved.quantities, "rationality": moved.rationality}
    return {
        name: (float(values[name][2 * column]), float(values[name][2 * column + 1]))
        for column, name in enumerate(axes)
        if name in values
    }


def _sensitivity(parts: Sequence[Gradient], levers: Mapping[Any, Lever], draws: Draws) -> Sensitivity:
    """The blocks of one answer put together; what does not matter at all has derivative 0."""
    value = np.concatenate([part.value for part in parts])
    keys: dict[Any, Lever] = dict(levers)
    for part in parts:
        for written in part.slopes.written:
            keys.setdefault(written, _number(written, draws.count))
    by: list[tuple[Lever, Floats]] = []
    for key, lever in keys.items():
        starts = accumulate((len(part.value) for part in parts), initial=0)
        column = np.concatenate([_slope(part, key, draws, start) for part, start in zip(parts, starts, strict=False)])
        by.append((lever, np.where(np.isnan(value), np.nan, column)))
    condition, fragile = (np.concatenate([getattr(part, each) for part in parts]) for each in ("condition", "fragile"))
    return Sensitivity(value, condition, fragile, tuple(by))


def _slope(part: Gradient, key: Any, draws: Draws, start: int) -> Floats:
    zero = np.zeros(len(part.value))
    if isinstance(key, Written):
        return part.slopes.written.get(key, zero)
    if isinstance(key, RankingAxis):
        own = draws.rankings[key.preference].part(slice(start, start + len(part.value)))
        return place_slope(key, own, part.slopes.tiers)
    return part.rationality if key == "rationality" else part.slopes.quantities.get(key, zero)


def _number(written: Written, draws: int) -> Lever:
    where = f"line {written.line}, column {written.column}"
    name = f"{written.value:g} in {written.owner.says}"
    at = np.full(draws, written.value)
    return Lever(f"{name} ({where})", name, "number", at, np.nan, np.nan, str(written.owner.support.grade))


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
