"""Forecasts of one case against what happened: every category system, every date, every forecaster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis.over_draws.intervals import FEW_DRAWS
from detente.analysis.scored.origins import days_of_rule
from detente.analysis.scored.over_cases import over_dates
from detente.analysis.scored.proper import brier_score, log_score, pooled, ranked_probability_score, uniform
from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.plurals import counted
from detente.study.forecast.categories import Categories, base_rate_of, endings_named, headline, systems_resolved
from detente.study.forecast.forecasts import Forecast
from detente.study.scored.rivals import BASE_RATE, CARRIED_FORWARD, OWN, POOL, UNIFORM, RivalForecast, in_force
from detente.study.scored.scores import CaseScore, ScoreRow, VariantScore

Floats = NDArray[np.float64]

KNOWN, ON_QUARTERS = "known", "rule"
"""Dates at which a case is scored: the outset and every day on which more became known; or the start and a quarter,
half and three quarters of the horizon."""


@dataclass(frozen=True)
class Resolution:
    """The endings that may have come, in words, when, and by which rule.

    endings: one, unless it is not known which.
    """

    endings: tuple[str, ...]
    words: str
    on: date | None = None
    rule: str = ""


@dataclass(frozen=True)
class Scoring:
    """Settings that every case of a scoring shares.

    horizon: days from the first known event within which a case has to have ended; None for no limit. dates: `known` or
    `rule`. floor: of the logarithmic score. judgements: forecasts of others.
    """

    floor: float
    horizon: int | None = None
    dates: str = KNOWN
    judgements: tuple[RivalForecast, ...] = ()


@dataclass(frozen=True)
class Case:
    """A case with its forecasts, as far as scoring needs them.

    crisis: names, groups and base rate; forecasts: in the order of their days. says: where the forecasts come from.
    """

    crisis: Crisis
    forecasts: tuple[Forecast, ...]
    says: tuple[str, ...] = ()
    how_solved: Mapping[str, Any] = field(default_factory=dict[str, Any])
    variants: Mapping[str, tuple[Forecast, ...] | str] = field(default_factory=dict[str, "tuple[Forecast, ...] | str"])


def resolution_of(crisis: Crisis, ended: Sequence[str] = (), on: date | None = None) -> Resolution | None:
    """The resolution that the user gives, else that of the case; None where there is none.

    Raises RequestError for a name that is no ending and no group.
    """
    names = {each.id: each.label for each in (*crisis.outcomes, *crisis.groups)}
    if ended:
        return Resolution(endings_named(crisis, ended), " or ".join(names[each] for each in ended), on)
    if crisis.ended is None:
        return None
    found = crisis.ended
    return Resolution(found.endings, names[found.ending], on or found.date, found.rule)


def score_case(case: Case, resolution: Resolution | None, asked: Scoring) -> CaseScore:
    """The scores of one case, or why it has none. Raises RequestError for a base rate or forecast that does not fit."""
    crisis = case.crisis
    skipped = _why_not(case, resolution, asked)
    chosen = () if skipped or resolution is None else _chosen(case.forecasts, resolution.on, asked)
    rows: list[ScoreRow] = []
    axes: dict[str, tuple[tuple[str, ...], tuple[bool, ...]]] = {}
    variants: list[VariantScore] = []
    says = list(case.says)
    if resolution is not None and not skipped:
        for system, came in systems_resolved(crisis, resolution.endings):
            axes[system.axis] = (system.names, tuple(bool(each) for each in came))
            rows += _rows(crisis, system, came, chosen, asked)
            variants += _variants(case, system, came, resolution, asked)
        says += _doubts(rows, headline(crisis))
    return CaseScore(
        name=crisis.name or crisis.title,
        title=crisis.title,
        digest=crisis.digest,
        ended=resolution.words if resolution else "",
        ended_on=resolution.on if resolution else None,
        rule=resolution.rule if resolution else "",
        headline=headline(crisis),
        axes=axes,
        rows=tuple(rows),
        says=tuple(says),
        variants=tuple(variants),
        skipped=skipped,
        how_solved=case.how_solved,
        forecasts=tuple(told for _, told in chosen),
    )


def _why_not(case: Case, resolution: Resolution | None, asked: Scoring) -> str:
    """Reason why a case cannot be scored; empty where it can."""
    if resolution is None:
        return "it has not ended as far as the case says: write `ended`, or name the ending with --ended"
    if asked.horizon is not None:
        start = _start(case.forecasts)
        if start is None or resolution.on is None:
            return "a horizon needs dates: of the events in `timeline`, and of the ending in `ended`"
        if resolution.on > start + timedelta(days=asked.horizon):
            return (
                f"it was open at the horizon, {asked.horizon} days after {start.isoformat()}: it ended on "
                f"{resolution.on.isoformat()}"
            )
    if not _chosen(case.forecasts, resolution.on, asked):
        return "no forecast was made before it ended"
    return ""


def _start(forecasts: Sequence[Forecast]) -> date | None:
    return min((each.on for each in forecasts if each.on is not None), default=None)


def _chosen(
    forecasts: Sequence[Forecast], ended: date | None, asked: Scoring
) -> tuple[tuple[date | None, Forecast], ...]:
    """The forecasts that are scored, each with its day: none of the day of the ending or later."""
    before = [each for each in forecasts if ended is None or each.on is None or each.on < ended]
    if asked.dates == KNOWN:
        return tuple((each.on, each) for each in before)
    start = _start(forecasts)
    if asked.horizon is None or start is None:
        raise RequestError("dates by rule are shares of a horizon: give its days, and a case whose events have dates")
    days = [day for day in days_of_rule(start, asked.horizon) if ended is None or day < ended]
    return tuple((day, [each for each in before if each.on is None or each.on <= day][-1]) for day in days)


def _rows(
    crisis: Crisis,
    system: Categories,
    came: NDArray[np.bool_],
    chosen: Sequence[tuple[date | None, Forecast]],
    asked: Scoring,
) -> Iterator[ScoreRow]:
    """The rows of one axis: the model at every date, and every forecaster beside it."""
    told = [system.forecast(each) for _, each in chosen]
    base = base_rate_of(crisis, system)
    others: dict[str, list[Floats | None]] = {UNIFORM: [uniform(system.count)] * len(told)}
    if base is not None:
        others[BASE_RATE] = [base] * len(told)
        others[POOL] = [pooled(each, base) for each in told]
    if len(told) > 1:
        others[CARRIED_FORWARD] = [None, *told[:-1]]
    for name in dict.fromkeys(each.forecaster for each in asked.judgements if each.case in ("", crisis.name)):
        found = [_judged(asked.judgements, name, crisis.name, on, system) for on, _ in chosen]
        if any(each is not None for each in found):
            others[name] = found
    one = int(np.argmax(came)) if came.sum() == 1 else -1
    for forecaster, forecasts in {OWN: told, **others}.items():
        for number, ((on, made), forecast) in enumerate(zip(chosen, forecasts, strict=True)):
            if forecast is None:
                continue
            error = system.error(made, one) if forecaster == OWN and one >= 0 else float("nan")
            yield ScoreRow(
                case=crisis.name or crisis.title,
                axis=system.axis,
                number=number,
                on=on,
                event=made.events[-1] if made.events else "",
                events=len(made.events),
                forecaster=forecaster,
                chance=float(forecast[came].sum()),
                error=error,
                log=float(log_score(forecast, came, asked.floor)),
                brier=float(brier_score(forecast, came)),
                ranked=float(ranked_probability_score(forecast, came)) if system.ordered else float("nan"),
                effective=made.effective if forecaster == OWN else float("nan"),
            )


def _judged(
    judgements: Sequence[RivalForecast], forecaster: str, case: str, on: date | None, system: Categories
) -> Floats | None:
    found = (each.of(system) for each in in_force(judgements, forecaster, case, on))
    return next((each for each in found if each is not None), None)


def _variants(
    case: Case, system: Categories, came: NDArray[np.bool_], resolution: Resolution, asked: Scoring
) -> Iterator[VariantScore]:
    """The model's mean scores with each change of the case."""
    name = case.crisis.name or case.crisis.title
    for variant, forecasts in case.variants.items():
        if isinstance(forecasts, str):
            nothing = float("nan")
            yield VariantScore(name, system.axis, variant, nothing, nothing, nothing, forecasts)
            continue
        told = [system.forecast(each) for _, each in _chosen(forecasts, resolution.on, asked)]
        ranked = [float(ranked_probability_score(each, came)) for each in told] if system.ordered else []
        yield VariantScore(
            name,
            system.axis,
            variant,
            over_dates([float(log_score(each, came, asked.floor)) for each in told]),
            over_dates([float(brier_score(each, came)) for each in told]),
            over_dates(ranked),
        )


def _doubts(rows: Sequence[ScoreRow], axis: str) -> Iterator[str]:
    """Sentences on dates whose forecast is worth little."""
    own = [row for row in rows if row.forecaster == OWN and row.axis == axis]
    unknown = [row for row in own if row.chance != row.chance]
    if unknown:
        yield f"On {counted(len(unknown), 'date')} no draw lets what was known happen, and nothing could be told."
    few = [row.effective for row in own if row.effective < FEW_DRAWS]
    if few:
        yield (
            f"On {counted(len(few), 'date')} the draws that still count are as few as {min(few):.0f}: the forecast of "
            "such a date is rough."
        )
