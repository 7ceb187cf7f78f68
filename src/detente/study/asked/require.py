"""Conditions for a wish such as `P(deal) >= 0.6`: the draws that meet it, and the smallest change that does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import FEW_DRAWS, effective_number, mean
from detente.analysis.over_draws.regions import Box, find_box
from detente.case.formula.parsing import parse_interest
from detente.case.formula.writing import number
from detente.crisis.expressions import Expression
from detente.crisis.inquiry import EVENTS, OUTSET
from detente.crisis.model import Crisis
from detente.crisis.quantities import RATIONALITY
from detente.errors import RequestError
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import Draws, dimensions, from_cube
from detente.plurals import counted
from detente.study.asked.commitments import Commitment, named, open_limits, require_actor, words
from detente.study.cases import Case, load
from detente.study.games import prepare
from detente.study.how_solved import HowSolved
from detente.study.inputs.uncertain import uncertain
from detente.study.request import Prepared, Request, seen_in
from detente.study.running.ensemble import Ensemble
from detente.study.running.weights import Moment, normalised, weighed
from detente.study.running.workers import solve_ensemble

Floats = NDArray[np.float64]

_WISH = re.compile(
    r"(?P<formula>.+?)\s*(?P<sign>>=|<=|>|<)\s*(?P<bound>[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*",
    re.DOTALL,
)
_ENDS = (0.05, 0.95)
_HALVINGS = 7
_ALTERNATIVES = 4
_TOGETHER = (2, 3, 4, 6, 8, 12)


@dataclass(frozen=True, slots=True)
class Wish:
    """A quantity of interest and the bound that it is to reach; `up`: from below."""

    text: str
    formula: str
    expression: Expression
    up: bool
    bound: float

    @staticmethod
    def read(text: str, crisis: Crisis) -> Wish:
        """Wish read from words such as `P(deal) >= 0.6`. Raises RequestError and CaseError."""
        found = _WISH.fullmatch(text.strip())
        if found is None:
            raise RequestError(f"`{text}` is no wish: write a quantity of interest and a bound, such as P(deal) >= 0.6")
        formula = found["formula"]
        bound = float(found["bound"])
        if not np.isfinite(bound):
            raise RequestError(f"the bound of `{text[:40]}…` is too large a number")
        return Wish(text.strip(), formula, parse_interest(formula, crisis), found["sign"].startswith(">"), bound)

    def gap(self, values: Floats) -> Floats:
        """Distance of values beyond the bound, on the wished side; negative for values that fall short."""
        return values - self.bound if self.up else self.bound - values


@dataclass(frozen=True, slots=True)
class MovedQuantity:
    """A quantity moved from its median; share: the move over the middle nine tenths of its own range."""

    quantity: str
    name: str
    at: float
    to: float
    share: float


@dataclass(frozen=True, slots=True)
class Way:
    """Changes that meet the wish together, and what the quantity of interest comes to when solved there."""

    changes: tuple[MovedQuantity, ...]
    value: float


@dataclass(frozen=True)
class Required:
    """Conditions that would meet a wish.

    moment: the moment (outset or events) from which the wish is told. met: share of the draws that meet the wish, by
    their weight at that moment; outset: the same share at the outset. box: the region of those draws, None if no box
    foretells them; median: the value with everything at its median; ways: the smallest changes from the median, the
    smallest first, each verified by solving. by, commitments: an actor, and each move that it may still commit to or
    rule out, at the median. how_solved: endings and certificate of everything solved for the answer.
    """

    wish: Wish
    moment: Moment
    draws: int
    met: float
    outset: float
    box: Box | None
    median: float
    ways: tuple[Way, ...]
    names: Mapping[str, str]
    how_solved: HowSolved
    by: str = ""
    commitments: tuple[Commitment, ...] = ()

    @property
    def already(self) -> bool:
        """True where the wish is met at the median."""
        return bool(self.wish.gap(np.array(self.median)) >= 0)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `detente require --json` prints them."""
        box = self.box
        return {
            "wish": self.wish.text,
            "when": self.moment.when,
            "says": self.moment.says,
            "draws": self.draws,
            "effective_draws": self.moment.effective,
            "met": self.met,
            "outset": self.outset,
            "median": self.median,
            "how_solved": self.how_solved.to_dict(),
            "box": None
            if box is None
            else {
                "limits": [
                    {
                        "quantity": each.quantity,
                        "name": self.names[each.quantity],
                        "low": each.low if np.isfinite(each.low) else None,
                        "high": each.high if np.isfinite(each.high) else None,
                    }
                    for each in box.limits
                ],
                "share": box.share,
                "density": box.density,
                "coverage": box.coverage,
                "held_back": box.held_back,
            },
            "by": self.by or None,
            "commitments": [each.to_dict() for each in self.commitments],
            "ways": [
                {
                    "value": way.value,
                    "changes": [
                        {"quantity": c.quantity, "name": c.name, "from": c.at, "to": c.to, "share_of_range": c.share}
                        for c in way.changes
                    ],
                }
                for way in self.ways
            ],
        }

    def to_frame(self) -> pd.DataFrame:
        """One row for every change of every way."""
        rows = [
            {"way": number, "quantity": c.quantity, "name": c.name, "from": c.at, "to": c.to, "share": c.share}
            | {"value": way.value}
            for number, way in enumerate(self.ways, 1)
            for c in way.changes
        ]
        return pd.DataFrame(rows, columns=["way", "quantity", "name", "from", "to", "share", "value"])


def require(
    case: Case | str | Path,
    wish: str,
    *,
    rationality: float | str | None = None,
    set: Mapping[str, float] | None = None,
    scenario: str | None = None,
    draws: int = 200,
    seed: int = 0,
    events: bool | None = None,
    by: str | None = None,
) -> Required:
    """Finds the conditions for a wish such as "P(deal) >= 0.6"; settings as for `detente.solve`.

    events: True tells the wish given every event of the timeline, False from the outset; None: given the events, for a
    case with a timeline. by: an actor whose own moves are tried, each as a commitment. A wish whose events are possible
    in no draw is told from the outset. Raises RequestError for a wish that cannot be read or an actor without a
    decision, CaseError for a formula that the case does not know.
    """
    loaded = load(case) if isinstance(case, str | Path) else case
    crisis = loaded.crisis if isinstance(loaded, CompiledGame) else loaded
    if crisis is None:
        raise RequestError("a game file has no quantities to ask about: use `solve`")
    wanted = Wish.read(wish, crisis)
    if by is not None:
        require_actor(crisis, by)
    request = Request.of(rationality, set, scenario, draws, seed)
    prepared = prepare(loaded, request)
    seen = seen_in(prepared.base, (), bool(prepared.crisis.timeline) if events is None else events)
    sample = prepared.draws(request)
    found = _solved(prepared, request, wanted, sample, bool(seen))
    after = found.interests_after[wanted.formula] if seen else np.full(sample.count, np.nan)
    weights, values = normalised(found.log_events[:, -1]), after
    moment = Moment(EVENTS, len(seen), sample.count, effective_number(weights))
    early = found.interests[wanted.formula]
    if not (~np.isnan(after) & (weights > 0)).any():
        weights, values = np.full(sample.count, 1.0 / sample.count), early
        moment = Moment(OUTSET, 0, sample.count, float(sample.count))
    search = _Search(prepared, request, wanted, moment.when == EVENTS)
    columns = list(uncertain(search.prepared.crisis, sample))
    known = ~np.isnan(values) & (weights > 0)
    holds = wanted.gap(values[known]) >= 0
    inputs = {each.id: each.values[known] for each in columns}
    box = find_box(inputs, holds, weights[known]) if known.any() else None
    median, ways = search.ways()
    names = {each.id: each.name for each in columns}
    outset = mean(np.where(np.isnan(early), np.nan, wanted.gap(early) >= 0))
    met = mean(holds, weights[known])
    held = tuple(_commitments(loaded, search, by)) if by is not None else ()
    how = HowSolved.together([found.how_solved, *search.solved])
    told = (wanted, moment, int(known.sum()), met, outset, box, median, tuple(ways), names, how)
    return Required(*told, by or "", held)


def _commitments(case: Case, search: _Search, actor: str) -> Iterator[Commitment]:
    """Each move that an actor may still commit to, with what the wish's quantity then is at the median."""
    crisis = search.prepared.crisis
    for limits in open_limits(crisis, actor):
        texts, forced = named(limits, crisis), limits[0].forced
        request = replace(search.request, draws=None).bound(texts if forced else (), () if forced else texts)
        try:
            prepared = prepare(case, request)
        except RequestError:
            continue  # what leaves somebody without a move is no commitment
        found = _solved(prepared, request, search.wish, prepared.draws(request), search.events)
        search.solved.append(found.how_solved)
        value = float((found.interests_after if search.events else found.interests)[search.wish.formula][0])
        met = bool(search.wish.gap(np.array(value)) >= 0)
        told = "; ".join(texts)
        yield Commitment(told if forced else "", "" if forced else told, words(limits, crisis), value, met)


def _solved(prepared: Prepared, request: Request, wish: Wish, draws: Draws, events: bool) -> Ensemble:
    """The quantity of interest over draws, with `events` given these as well."""
    return solve_ensemble(
        prepared.compiled,
        draws,
        rationality=request.rationality,
        interests={wish.formula: wish.expression},
        given_events=events,
    )


@dataclass(frozen=True, eq=False)
class _Search:
    """The search for small changes from the median, in the unit cube of the case; solved: how, block by block."""

    prepared: Prepared
    request: Request
    wish: Wish
    events: bool
    solved: list[HowSolved] = field(default_factory=list[HowSolved])

    def values(self, draws: Draws) -> Floats:
        """[draw]: the quantity of interest, since the moment that is told."""
        found = _solved(self.prepared, self.request, self.wish, draws, self.events)
        self.solved.append(found.how_solved)
        return (found.interests_after if self.events else found.interests)[self.wish.formula]

    def _draws(self, cube: Floats) -> Draws:
        prepared = self.prepared
        return from_cube(prepared.crisis, cube, axes=dimensions(prepared.base), fixed=prepared.fixed, median=True)

    def _gaps(self, cube: Floats) -> Floats:
        gaps = self.wish.gap(self.values(self._draws(cube)))
        return np.where(np.isnan(gaps), -np.inf, gaps)

    def ways(self) -> tuple[float, list[Way]]:
        """The value at the median, and the ways found from there; none where the median meets the wish already."""
        axes = [k for k, name in enumerate(dimensions(self.prepared.base)) if self._movable(name)]
        middle = np.full((1, len(dimensions(self.prepared.base))), 0.5)
        median = float(self.values(self._draws(middle))[0])
        if not axes or self.wish.gap(np.array(median)) >= 0:
            return median, []
        ends = np.repeat(middle, 2 * len(axes), axis=0)
        for position, axis in enumerate(axes):
            ends[2 * position : 2 * position + 2, axis] = _ENDS
        gaps = self._gaps(ends)
        crossing = ends[gaps >= 0]
        if len(crossing):
            return median, self._closest(crossing)[:_ALTERNATIVES]
        better = [2 * k + int(np.argmax(gaps[2 * k : 2 * k + 2])) for k in range(len(axes))]
        order = sorted(better, key=lambda row: -gaps[row])
        sizes = [number for number in _TOGETHER if number <= len(order)]
        if not sizes:
            return median, []
        together = np.stack([self._joined(ends[order[:number]]) for number in sizes])
        crossing = together[self._gaps(together) >= 0]
        return median, self._closest(crossing[:1]) if len(crossing) else []

    def _movable(self, name: str) -> bool:
        fixed = name in self.prepared.fixed or (name == RATIONALITY and self.request.rationality is not None)
        return not fixed and not name.startswith("preference ")

    @staticmethod
    def _joined(ends: Floats) -> Floats:
        """One point with every quantity moved that is moved in one of the points."""
        return 0.5 + (ends - 0.5).sum(axis=0)

    def _closest(self, far: Floats) -> list[Way]:
        """The smallest part of each move that meets the wish, by halving, verified; the smallest first."""
        low, high = np.zeros(len(far)), np.ones(len(far))
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            good = self._gaps(0.5 + middle[:, None] * (far - 0.5)) >= 0
            high, low = np.where(good, middle, high), np.where(good, low, middle)
        cube = 0.5 + high[:, None] * (far - 0.5)
        draws = self._draws(cube)
        values = self.values(draws)
        ways = [Way(self._changes(cube[k], draws, k), float(values[k])) for k in range(len(far))]
        return sorted(ways, key=lambda way: sum(each.share for each in way.changes))

    def _changes(self, point: Floats, draws: Draws, row: int) -> tuple[MovedQuantity, ...]:
        axes = dimensions(self.prepared.base)
        names = {each.id: each.label for each in self.prepared.crisis.quantities}
        names[RATIONALITY] = "how precisely everybody acts on what is best for them"
        found: list[MovedQuantity] = []
        for axis in np.flatnonzero(np.abs(point - 0.5) > 1e-12):
            rows = np.full((3, len(axes)), 0.5)
            rows[1:, axis] = _ENDS
            around = self._value_of(self._draws(rows), axes[axis])
            to = float(self._value_of(draws, axes[axis])[row])
            at, low, high = (float(each) for each in around)
            share = abs(to - at) / (high - low) if high > low else 0.0
            found.append(MovedQuantity(axes[axis], names.get(axes[axis], axes[axis]), at, to, share))
        return tuple(sorted(found, key=lambda each: -each.share))

    @staticmethod
    def _value_of(draws: Draws, axis: str) -> Floats:
        return draws.rationality if axis == RATIONALITY else draws.quantities[axis]


def sentences(found: Required) -> Sequence[str]:
    """The answer in words, hedged as far as it goes."""
    moment = found.moment
    if moment.when == EVENTS:
        said = [f"{found.wish.text} holds in {found.met:.0%} of {counted(found.draws, 'draw')}, {moment.says}."]
        said += [weighed(moment.draws, moment.effective, moment.few), f"At the outset it holds in {found.outset:.0%}."]
    else:
        said = [f"{found.wish.text} holds in {found.met:.0%} of {counted(found.draws, 'draw')}, at the outset."]
    if moment.effective < FEW_DRAWS:
        said.append(
            f"With fewer than {FEW_DRAWS} draws that share is a rough one, and nothing is said about where it holds."
        )
    elif found.box is not None:
        box = found.box
        where = " and ".join(f"“{found.names[each.quantity]}” is {_kept(each.low, each.high)}" for each in box.limits)
        said.append(
            f"It holds in {box.density:.0%} of the draws where {where} ({box.share:.0%} of all draws), which are "
            f"{box.coverage:.0%} of those in which it holds; on draws kept back from the search, {box.held_back:.0%}."
        )
    else:
        said.append("No region of up to three quantities foretells where it holds.")
    if found.by:
        said += _levers(found)
    if found.already:
        return [*said, f"With everything at its median it holds already: {found.median:.3f}."]
    said.append(f"With everything at its median it does not: {found.median:.3f}.")
    if not found.ways:
        return [*said, "No quantity, and no dozen together, moved within its own range, brings it about from there."]
    for way in found.ways:
        moved = " and ".join(f"“{c.name}” {number(round(c.at, 4))} → {number(round(c.to, 4))}" for c in way.changes)
        spent = sum(each.share for each in way.changes)
        said.append(
            f"It would take {moved} ({spent:.0%} of its range): then {way.value:.3f}.".replace(
                "of its range", "of its range" if len(way.changes) == 1 else "of a range in all"
            )
        )
    return said


def _levers(found: Required) -> list[str]:
    """The commitments that bring a wish about, and those that come closest where none does."""
    if not found.commitments:
        return [f"`{found.by}` has no move left to commit to. What follows are facts that nobody chooses."]
    good = [each for each in found.commitments if each.met]
    known = [each for each in found.commitments if each.value == each.value]
    chosen = good or sorted(known, key=lambda each: -float(found.wish.gap(np.array(each.value))))[:1]
    opening = f"Levers that `{found.by}` holds, each known to all, with everything at its median"
    verdict = "these bring it about" if good else "none brings it about, and this comes closest"
    listed = "; ".join(f"{each.says}: {each.value:.3f}" for each in chosen)
    return [f"{opening}: {verdict}: {listed}.", "Facts that nobody chooses:"]


def _kept(low: float, high: float) -> str:
    if np.isfinite(low) and np.isfinite(high):
        return f"{low:g} to {high:g}"
    return f"above {low:g}" if np.isfinite(low) else f"at most {high:g}"
