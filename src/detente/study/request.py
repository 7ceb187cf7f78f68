"""A user's request: rationality, fixed quantities, a scenario, draws; and the case made ready for the request."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from detente.case.meaning.spoken import limit_words, read_events, read_limits
from detente.case.spelling.numbers import decimal
from detente.case.spelling.suggest import did_you_mean
from detente.crisis.changes import with_limits
from detente.crisis.inquiry import Observation
from detente.crisis.model import Crisis
from detente.crisis.quantities import LIMIT
from detente.errors import CaseError, RequestError
from detente.game.compiling.build import compile_crisis
from detente.game.compiling.compiled import CompiledGame
from detente.game.drawn.draws import (
    SAMPLINGS,
    SOBOL,
    Draws,
    dimensions,
    from_cube,
    median_draw,
    uniform_cube,
    with_fixed,
)
from detente.game.kept import Same
from detente.study.silence import LOG

MOST_DRAWS = 10_000_000


def precision(rationality: float | str | None) -> float | None:
    """λ from a number or `limit` (infinity); None leaves it to the case. Raises RequestError otherwise."""
    if rationality is None:
        return None
    if rationality == LIMIT:
        return math.inf
    try:
        value = decimal(rationality) if isinstance(rationality, str) else float(rationality)
    except ValueError:
        value = math.nan
    if math.isnan(value) or value < 0:
        raise RequestError(f"rationality is a number from 0 up, or `{LIMIT}`; got {rationality!r}")
    return value


def rationality_words(rationality: float | None) -> float | str:
    """A rationality as it was asked for: a number, `limit`, or as in the case."""
    if rationality is None:
        return "as in the case"
    return LIMIT if math.isinf(rationality) else rationality


@dataclass(frozen=True, slots=True)
class InquiryDraws:
    """Most draws of a run at which claims, scenarios, points of questions and moved inputs are solved.

    If not every input can be moved on so many draws, the leading inputs may be moved on twice as many.
    """

    claims: int = 200
    scenarios: int = 100
    questions: int = 20
    hinges: int = 200

    @staticmethod
    def of(draws: Mapping[str, int] | None) -> InquiryDraws:
        """Numbers of draws from a mapping with some of the names; raises RequestError for another name or a negative
        number.
        """
        names = [each.name for each in fields(InquiryDraws)]
        for name, count in (draws or {}).items():
            if name not in names:
                raise RequestError(f"`{name}` has no number of draws of its own: {', '.join(names)} have")
            if not 0 <= count <= MOST_DRAWS:
                raise RequestError(f"the draws of {name} are a whole number from 0 to {MOST_DRAWS:,}; got {count}")
        return InquiryDraws(**(draws or {}))


@dataclass(frozen=True)
class Request:
    """Settings that every question shares. draws None: everything at its median.

    sampling: how draws are spread, `sobol` or `latin`. force, forbid: moves by `STAGE: MOVE` and its like, see
    `detente.case.meaning.spoken`.
    """

    rationality: float | None = None
    set: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    scenario: str | None = None
    draws: int | None = None
    seed: int = 0
    sampling: str = SOBOL
    inquiry: InquiryDraws = InquiryDraws()
    force: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()

    @staticmethod
    def of(
        rationality: float | str | None,
        set: Mapping[str, float] | None,
        scenario: str | None,
        draws: int | None,
        seed: int,
    ) -> Request:
        """The request in checked form; raises RequestError."""
        if draws is not None and not 0 < draws <= MOST_DRAWS:
            raise RequestError(f"the number of draws is a whole number from 1 to {MOST_DRAWS:,}; got {draws}")
        if seed < 0:
            raise RequestError(f"the seed is a whole number from 0 up; got {seed}")
        return Request(precision(rationality), dict(set or {}), scenario, draws, seed)

    def plain(self) -> dict[str, Any]:
        """The request as plain values, from which `from_plain` makes the same."""
        rationality = LIMIT if self.rationality is not None and math.isinf(self.rationality) else self.rationality
        return {
            "rationality": rationality,
            "set": dict(sorted(self.set.items())),
            "scenario": self.scenario,
            "draws": self.draws,
            "seed": self.seed,
            "sampling": self.sampling,
            "inquiry_draws": asdict(self.inquiry),
            **({"force": list(self.force)} if self.force else {}),
            **({"forbid": list(self.forbid)} if self.forbid else {}),
        }

    @staticmethod
    def from_plain(told: Mapping[str, Any]) -> Request:
        """The request that plain values tell. Raises RequestError, KeyError and TypeError where they tell none."""
        counts = [told["seed"], *told["inquiry_draws"].values(), *([] if told["draws"] is None else [told["draws"]])]
        if any(type(each) is not int for each in counts):
            raise TypeError("a number of draws, or the seed, is no whole number")
        asked = Request.of(told["rationality"], told["set"], told["scenario"], told["draws"], told["seed"])
        asked = asked.bound(told.get("force", ()), told.get("forbid", ()))
        return asked.sampled(told["sampling"], told["inquiry_draws"])

    def bound(self, force: str | Iterable[str] = (), forbid: str | Iterable[str] = ()) -> Request:
        """The request with moves forced and forbidden; their names are looked up when a case is made ready."""
        lists = ((each,) if isinstance(each, str) else tuple(each) for each in (force, forbid))
        return replace(self, **dict(zip(("force", "forbid"), lists, strict=True)))

    @property
    def limited(self) -> bool:
        """True where any move is forced or forbidden."""
        return bool(self.force or self.forbid)

    @property
    def changed(self) -> bool:
        """True where anything of the case is changed: a number set, a scenario, a move forced or forbidden."""
        return bool(self.set or self.scenario or self.limited)

    def sampled(self, sampling: str, inquiry: Mapping[str, int] | None = None) -> Request:
        """The request with another way to draw, and other numbers of draws for inquiries; raises RequestError."""
        if sampling not in SAMPLINGS:
            raise RequestError(f"draws are sampled by {' or '.join(SAMPLINGS)}; got {sampling!r}")
        return replace(self, sampling=sampling, inquiry=InquiryDraws.of(inquiry))


@dataclass(frozen=True, eq=False)
class Prepared:
    """A case with its game, and how its draws are made.

    base is the case as written (its axes name the columns of every cube), crisis the one to solve.
    """

    compiled: CompiledGame
    base: Crisis
    crisis: Crisis
    fixed: Mapping[str, float]

    def draws(self, request: Request) -> Draws:
        """The draws of a request: at the median, or a sample."""
        axes = dimensions(self.base)
        if request.draws is None:
            return self._at_the_median(axes)
        if not axes and request.draws > 1:
            LOG.warning("nothing in the case is uncertain: all %s draws are the same", f"{request.draws:,}")
        return self.at(uniform_cube(len(axes), request.draws, request.seed, request.sampling))

    def _at_the_median(self, axes: tuple[str, ...]) -> Draws:
        """One draw; what no fixed quantity changes is worked out once per game."""
        name = ("median", Same(self.crisis), Same(self.base))
        try:
            median = self.compiled.game.kept.recent(name, lambda: _median(self.crisis, axes, {}))
            return with_fixed(median, self.fixed, axes)
        except CaseError:  # what is fixed may mend what has no median
            return _median(self.crisis, axes, self.fixed)

    def at(self, cube: np.ndarray, fixed: Mapping[str, float | np.ndarray] | None = None) -> Draws:
        """Draws at points of the unit cube, with further quantities fixed."""
        return from_cube(self.crisis, cube, axes=dimensions(self.base), fixed={**self.fixed, **(fixed or {})})


def _median(crisis: Crisis, axes: tuple[str, ...], fixed: Mapping[str, float]) -> Draws:
    return from_cube(crisis, np.full((1, len(axes)), 0.5), axes=axes, fixed=fixed, median=True)


def limited_game(crisis: Crisis, request: Request) -> tuple[CompiledGame, Crisis]:
    """The game with moves forced and forbidden. Raises RequestError where somebody is left with nothing to do."""
    limits = read_limits(crisis, request.force, request.forbid)
    limited = with_limits(crisis, limits)
    try:
        compiled = compile_crisis(limited)
        compiled.numbers(median_draw(limited, fixed=request.set))
    except CaseError as error:
        compile_crisis(crisis)  # a bad case is told as such
        told = "; ".join(f"{each.what}: {each.remedy}" if each.remedy else each.what for each in error.problems)
        words = " and ".join(limit_words(each, crisis) for each in limits)
        raise RequestError(f"where {words}, {told}. Forbid less there, or force a move that is available") from error
    return compiled, limited


def seen_in(
    crisis: Crisis, given: Iterable[str], events: bool, changed: Crisis | None = None
) -> tuple[Observation, ...]:
    """Events taken as seen: those named, and with `events` the case's timeline. Raises RequestError.

    changed: the case as it is changed, whose timeline ends where it parts from what happened.
    """
    if events and not crisis.timeline:
        raise RequestError("the case has no timeline, so there are no events to tell anything given")
    timeline = crisis.timeline if changed is None else changed.timeline
    return (*(timeline if events else ()), *read_events(crisis, given))


def check_names(crisis: Crisis, request: Request) -> None:
    """Raises RequestError for a quantity or scenario that the case does not have, or a number that is none."""
    known = [quantity.id for quantity in crisis.quantities]
    for name, value in request.set.items():
        if name not in known:
            raise RequestError(f"the case has no quantity `{name}`. {did_you_mean(name, known, 'quantities')}".strip())
        if not math.isfinite(value):
            raise RequestError(f"`{name}` must be set to a finite number; got {value}")
    scenarios = [scenario.id for scenario in crisis.scenarios]
    if request.scenario is not None and request.scenario not in scenarios:
        hint = did_you_mean(request.scenario, scenarios, "scenarios") if scenarios else "It has none."
        raise RequestError(f"the case has no scenario `{request.scenario}`. {hint}".strip())
