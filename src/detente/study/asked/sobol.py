"""Total Sobol indices of an answer: a design made for them, over quantities that a screening chooses or that are named.

Source: Saltelli et al. 2010 (design and estimators); Kucherenko et al. 2009 (screening by derivatives).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.indices import Index, saltelli_indices, saltelli_points
from detente.analysis.over_draws.intervals import mean
from detente.case.formula.kinds import quote
from detente.case.formula.parsing import parse_interest
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.evidence import Grade
from detente.crisis.expressions import Belief, Expectation, Expression, Probability, Utility
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.crisis.model import Crisis
from detente.crisis.quantities import Distribution
from detente.errors import CaseError, RequestError
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import Draws, dimensions
from detente.game.drawn.rankings import jumps
from detente.plurals import counted
from detente.study.cases import Case, load
from detente.study.games import prepare
from detente.study.how_solved import HowSolved
from detente.study.inputs.rankings import preference_name
from detente.study.request import Prepared, Request
from detente.study.running.weights import draw_weights
from detente.study.running.workers import solve_ensemble
from detente.study.tables.gradients import find_gradients

Floats = NDArray[np.float64]
Row = dict[str, Any]

SOLUTIONS = 1500
"""Number of solutions that a design may take unless another number is given."""

TOP = 8
"""Number of inputs that a screening chooses if none are named."""

FEWEST_SAMPLES = 16
"""Fewer samples than this say nothing about indices."""

ALL_OTHERS = "rest"

TOTALS = (
    "of when place input name first first_low first_high total total_low total_high "
    "low_value high_value at_low at_high supported samples"
)


@dataclass(frozen=True, slots=True)
class Input:
    """Columns of the cube varied together. id: a quantity, `rationality`, a ranking, or several of these, joined."""

    id: str
    name: str
    supported: str
    axes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Design:
    """The solutions to come: `samples` times (inputs + 2, and one more for the rest of the axes)."""

    prepared: Prepared
    request: Request
    interests: Mapping[str, Expression]
    inputs: tuple[Input, ...]
    left: tuple[Input, ...]
    samples: int

    @property
    def solutions(self) -> int:
        """Number of solutions that the design takes."""
        return self.samples * (len(self.inputs) + 2 + bool(self.left))


@dataclass(frozen=True, eq=False)
class Totals:
    """Results of a design: a row for each answer, moment and input; see `TOTALS`.

    place: rank of an input by its total index, from 1; inputs that the resamples do not tell apart share one (0: none).
    first: share of the variance that the input explains alone; total: share that the input explains alone and together
    with other inputs, with 90 % bootstrap intervals. low_value, high_value, at_low, at_high: mean of a single quantity
    in its lowest and highest quarter, and of the answer there, given the events over draws weighed by the events.
    Indices count draws alike: their design needs independent quantities, and quantities are no longer independent after
    events. The input `rest` is all other inputs together. how_solved: endings and certificate of the points of the
    design.
    """

    design: Design
    frame: pd.DataFrame
    how_solved: HowSolved

    def to_frame(self) -> pd.DataFrame:
        """The table."""
        return self.frame.copy()


def plan_totals(
    case: Case | str | Path,
    *formulas: str,
    inputs: Sequence[str] = (),
    solutions: int = SOLUTIONS,
    top: int = TOP,
    rationality: float | str | None = None,
    set: Mapping[str, float] | None = None,
    scenario: str | None = None,
    seed: int = 0,
) -> Design:
    """Plans the total indices of these answers: the design and its number of solutions; settings as for
    `detente.solve`.

    formulas: such as "P(war)"; every group of endings and every outcome if left out. inputs: names of quantities,
    `rationality`, or `preferences.ACTOR`; several joined by commas are varied as one. Without any, the `top` inputs are
    those that move the answers most by their derivatives at the median. solutions: at most so many are solved. Raises
    RequestError for a name that the case does not have, and where so few solutions do not do.
    """
    loaded = load(case) if isinstance(case, str | Path) else case
    crisis = loaded.crisis if isinstance(loaded, CompiledGame) else loaded
    if crisis is None:
        raise RequestError("a game file has no quantities to vary: use `solve`")
    texts = formulas or tuple(f"P({quote(each.id)})" for each in (*crisis.groups, *crisis.outcomes))
    interests = {text: parse_interest(text, crisis) for text in texts}
    request = Request.of(rationality, set, scenario, None, seed)
    prepared = prepare(loaded, request)
    known = list(_inputs(prepared, request))
    if not known:
        raise RequestError("nothing in this case is uncertain, so no index can be told")
    if inputs:
        chosen = [_named(words, known) for words in dict.fromkeys(inputs)]
        twice = {axis for each in chosen for axis in each.axes if sum(axis in one.axes for one in chosen) > 1}
        if twice:
            raise RequestError("an input is named twice: what is varied as one cannot also be varied by itself")
    elif len(known) > top:
        weight = _screen(prepared, request, interests, known)
        heaviest = sorted(known, key=lambda each: -weight[each.id])[: max(top, 1)]
        chosen = [each for each in known if each in heaviest]
    else:
        chosen = known
    taken = {axis for each in chosen for axis in each.axes}
    left = tuple(each for each in known if not taken & {*each.axes})
    width = len(chosen) + 2 + bool(left)
    samples = 1 << max((solutions // width).bit_length() - 1, 0)
    if samples < FEWEST_SAMPLES:
        raise RequestError(
            f"{counted(len(chosen), 'input')} cannot do with fewer than {FEWEST_SAMPLES * width:,} solutions; "
            f"{solutions:,} are allowed"
        )
    return Design(prepared, request, interests, tuple(chosen), left, samples)


def totals(design: Design, progress: Callable[[int], None] | None = None) -> Totals:
    """Solve a design and estimate its indices, at the outset and, where the case has events, given all of them."""
    prepared = design.prepared
    axes = len(dimensions(prepared.base))
    groups = [each.axes for each in design.inputs]
    spare = [axis for axis in range(axes) if not any(axis in own for own in groups)]
    points = saltelli_points(groups, axes, design.samples, design.request.seed)
    draws = prepared.at(points)
    ensemble = solve_ensemble(
        prepared.compiled,
        draws,
        rationality=design.request.rationality,
        interests=design.interests,
        given_events=bool(prepared.crisis.timeline),
        progress=progress,
    )
    rows: list[Row] = []
    for text in design.interests:
        found = {OUTSET: ensemble.interests[text]}
        if prepared.crisis.timeline:
            found[EVENTS] = ensemble.interests_after[text]
        for when, values in found.items():
            weights = draw_weights(ensemble) if when == EVENTS else np.ones(draws.count)
            told = _told(design, draws, (values, weights), bool(spare))
            rows += [{"of": text, "when": when, **row} for row in told]
    return Totals(design, pd.DataFrame(rows, columns=TOTALS.split()), ensemble.how_solved)


def _told(design: Design, draws: Draws, weighed: tuple[Floats, Floats], spare: bool) -> Iterator[Row]:
    """weighed: the answer [draw], and how much each draw counts."""
    values, weights = weighed
    width = len(design.inputs) + 2 + spare
    whole = ~np.isnan(values.reshape(-1, width)).any(axis=1)
    nothing = {"place": 0, "first": np.nan, "total": np.nan}
    found: list[Index] = []
    if whole.sum() >= FEWEST_SAMPLES:
        groups = {each.id: each.axes for each in design.inputs}
        kept = values.reshape(-1, width)[whole].ravel()
        found = saltelli_indices(groups, len(dimensions(design.prepared.base)), kept, seed=design.request.seed)
    of = {each.input: each for each in found}
    for each in (*design.inputs, *((_rest(design),) if design.left else ())):
        index = of.get(each.id)
        told = {name: getattr(index, name) for name in _INDEX} if index else nothing
        moved = _quarters(each, draws, values, weights)
        yield {
            "input": each.id,
            "name": each.name,
            **told,
            **moved,
            "supported": each.supported,
            "samples": whole.sum(),
        }


_INDEX = ("place", "first", "first_low", "first_high", "total", "total_low", "total_high")


def _rest(design: Design) -> Input:
    return Input(ALL_OTHERS, f"everything else together ({len(design.left)})", "", ())


def _quarters(each: Input, draws: Draws, values: Floats, weights: Floats) -> Row:
    """Means of a single quantity in its lowest and in its highest quarter, and of the answer there."""
    column = draws.rationality if each.id == "rationality" else draws.quantities.get(each.id)
    known = ~np.isnan(values) & (weights > 0.0)
    if column is None or known.sum() < FEWEST_SAMPLES:
        return dict.fromkeys(("low_value", "high_value", "at_low", "at_high"), np.nan)
    column, values, weights = column[known], values[known], weights[known]
    order = np.argsort(column, kind="stable")
    quarter = len(order) // 4
    low, high = order[:quarter], order[-quarter:]
    ends = [mean(table[part], weights[part]) for table in (column, values) for part in (low, high)]
    return dict(zip(("low_value", "high_value", "at_low", "at_high"), ends, strict=True))


def _inputs(prepared: Prepared, request: Request) -> Iterator[Input]:
    """Everything uncertain of its own accord; the utilities of one ranking go together, for they are drawn together."""
    crisis, axes = prepared.crisis, {name: k for k, name in enumerate(dimensions(prepared.base))}
    for quantity in crisis.quantities:
        if quantity.distribution.uncertain and quantity.id in axes and quantity.id not in prepared.fixed:
            yield Input(quantity.id, quantity.label, str(quantity.support.grade), (axes[quantity.id],))
    for position, preference in enumerate(crisis.preferences):
        own = tuple(axes[name] for name in axes if name.startswith(f"preference {position} tier "))
        if own:
            name = f"how much {preference_name(preference, crisis)} values what lies between best and worst"
            yield Input(f"preferences.{preference.actor}.{position}", name, str(preference.support.grade), own)
        which = tuple(axes[name] for name in axes if name.startswith(f"preference {position} ") and jumps(name))
        if which:
            name = f"which order {preference_name(preference, crisis)} ranks by"
            id = f"preferences.{preference.actor}.{position}.order"
            yield Input(id, name, str(preference.support.grade), which)
    free = request.rationality is None and isinstance(crisis.rationality, Distribution)
    if free and "rationality" in axes:
        name = "how precisely everybody acts on what is best for them"
        yield Input("rationality", name, str(Grade.JUDGEMENT), (axes["rationality"],))


def _named(words: str, known: Sequence[Input]) -> Input:
    """The input that words such as `cost`, `cost,prior` or `preferences.iran` name."""
    parts: list[Input] = []
    for word in (part.strip() for part in words.split(",")):
        found = [each for each in known if each.id == word or each.id.startswith(f"{word}.")]
        if not found:
            ids = [each.id for each in known]
            raise RequestError(f"the case has nothing uncertain called `{word}`. {did_you_mean(word, ids, 'names')}")
        parts += [each for each in found if each not in parts]
    if len(parts) == 1:
        return parts[0]
    worst = max((each.supported for each in parts), key=["", *Grade].index)
    axes = tuple(axis for each in parts for axis in each.axes)
    return Input(",".join(each.id for each in parts), " and ".join(each.name for each in parts), worst, axes)


def _screen(
    prepared: Prepared, request: Request, interests: Mapping[str, Expression], known: Sequence[Input]
) -> dict[str, float]:
    """The most that each input moves any of the answers across its range, by the derivatives at the median."""
    asked = {**interests, **_given_events(prepared.crisis, interests)}
    frame = find_gradients(prepared, replace(request, draws=None), asked).to_frame()
    # No derivative tells of what jumps: it is always among those that are tried.
    leaps = {each.id: np.inf for each in known if each.id.endswith(".order")}
    weight = {**dict.fromkeys((each.id for each in known), 0.0), **leaps}
    for row in frame.to_dict("records"):
        id = str(row["quantity"])
        # The tiers of one ranking: preferences.ACTOR.POSITION.TIER.
        id = id if id in weight else id.rpartition(".")[0]
        if id in weight and np.isfinite(row["per_range"]):
            weight[id] = max(weight[id], abs(float(row["per_range"])))
    return weight


def _given_events(crisis: Crisis, interests: Mapping[str, Expression]) -> dict[str, Expression]:
    """Answers given the events, as far as events can be written as conditions."""
    told = [event for event in crisis.timeline if not event.seen]
    if not told:
        return {}
    seen = ", ".join(f"{event.stage} = {crisis.stage(event.stage).moves[event.move].id}" for event in told)
    try:
        given = parse_interest(f"U({crisis.actors[0].id}) given ({seen})", crisis)
    except CaseError:
        return {}
    assert isinstance(given, Utility)
    return {
        f"{text} given the events": replace(formula, given=(*formula.given, *given.given))
        for text, formula in interests.items()
        if isinstance(formula, Probability | Expectation | Utility | Belief)
    }
