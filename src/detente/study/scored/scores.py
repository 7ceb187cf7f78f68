"""Scores of one or several cases: by date, by case, pooled over cases, and beside other forecasts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from detente.analysis.scored.over_cases import Pooled, over_cases, over_dates
from detente.study.forecast.forecasts import Forecast
from detente.study.plain import plain, records
from detente.study.scored.rivals import BASE_RATE, OWN, POOL

LOGARITHMIC, BRIER, RANKED = "log", "brier", "ranked"
SCORES = (LOGARITHMIC, BRIER, RANKED)

_Item = TypeVar("_Item")
_Name = TypeVar("_Name", bound=Hashable)
"""The scores, all of them losses: 0 is best."""


@dataclass(frozen=True)
class ScoreRow:
    """One forecaster's forecast of one date against what happened.

    axis: the categories scored. chance: the probability given to what happened, error its standard error over draws.
    """

    case: str
    axis: str
    number: int
    on: date | None
    event: str
    events: int
    forecaster: str
    chance: float
    error: float
    log: float
    brier: float
    ranked: float
    effective: float


@dataclass(frozen=True)
class VariantScore:
    """The model's mean scores with one change of the case; NaN, and why, where it cannot be solved so."""

    case: str
    axis: str
    variant: str
    log: float
    brier: float
    ranked: float
    why: str = ""


@dataclass(frozen=True)
class CaseScore:
    """Scores of one case.

    ended: in words; rule: by which that is found. headline: the axis told first. axes: axis to the names of its
    categories, and which of them happened (several where the resolution is partial). says: how far the score can be
    trusted. skipped: why the case has no scores, empty where it has.
    """

    name: str
    title: str
    digest: str
    ended: str
    ended_on: date | None
    rule: str
    headline: str
    axes: dict[str, tuple[tuple[str, ...], tuple[bool, ...]]]
    rows: tuple[ScoreRow, ...]
    says: tuple[str, ...]
    variants: tuple[VariantScore, ...] = ()
    skipped: str = ""
    how_solved: Mapping[str, Any] = field(default_factory=dict[str, Any])
    forecasts: tuple[Forecast, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Gain:
    """Difference of two forecasters' losses over the dates that both have; above 0 the first one is better."""

    case: str
    axis: str
    forecaster: str
    rival: str
    dates: int
    log: float
    brier: float
    ranked: float


class Scores:
    """Scores of cases against what happened.

    Dates of one case are averaged, and cases pooled with a bootstrap over cases (90 % interval). Losses: 0 is best.
    """

    def __init__(self, cases: Sequence[CaseScore], floor: float, seed: int = 0) -> None:
        self.cases = tuple(cases)
        self.floor = floor
        """A smaller probability counts as this in the logarithmic score."""
        self._seed = seed

    def __len__(self) -> int:
        return len(self.cases)

    def by_date(self) -> pd.DataFrame:
        """A row for every case, axis, date and forecaster; see `ScoreRow`."""
        names = list(ScoreRow.__dataclass_fields__)
        return pd.DataFrame([vars(row) for each in self.cases for row in each.rows], columns=names)

    def by_case(self) -> pd.DataFrame:
        """Mean scores over the dates of each case, by axis and forecaster."""
        names = ["case", "axis", "forecaster", "dates", *SCORES]
        return pd.DataFrame([dict(zip(names, row, strict=True)) for row in self._means()], columns=names)

    def gains(self) -> pd.DataFrame:
        """Gain of the model, and of the pool, over each other forecast in each case; see `Gain`."""
        return pd.DataFrame([vars(each) for each in self._gains()], columns=list(Gain.__dataclass_fields__))

    def pooled(self) -> pd.DataFrame:
        """Mean over cases of each forecaster's score, or of its gain over a rival, with a bootstrap interval.

        Columns: axis, forecaster, rival ("" for the score itself), score, mean, low, high, cases.
        """
        return pd.DataFrame(list(self._pooled()), columns="axis forecaster rival score mean low high cases".split())

    def sensitivity(self) -> pd.DataFrame:
        """The model's mean scores with ranges and rationality changed; empty unless asked for."""
        rows = [vars(variant) for each in self.cases for variant in each.variants]
        return pd.DataFrame(rows, columns=list(VariantScore.__dataclass_fields__))

    def to_frame(self) -> pd.DataFrame:
        """The headline table: the scores by case."""
        return self.by_case()

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values; a number that is not known is None."""
        about = [
            {
                "case": each.name,
                "title": each.title,
                "digest": each.digest,
                "ended": each.ended,
                "ended_on": each.ended_on.isoformat() if each.ended_on else None,
                "rule": each.rule,
                "headline": each.headline,
                "axes": {
                    axis: [{"name": name, "happened": came} for name, came in zip(*both, strict=True)]
                    for axis, both in each.axes.items()
                },
                "says": list(each.says),
                "skipped": each.skipped,
                "how_solved": dict(each.how_solved),
            }
            for each in self.cases
        ]
        rows = [row for each in self.cases for row in each.rows]
        dated = [{**vars(row), "on": row.on.isoformat() if row.on else None} for row in rows]
        return {
            "floor": self.floor,
            "cases": about,
            "by_date": plain(dated),
            "by_case": records(self.by_case()),
            "gains": records(self.gains()),
            "pooled": records(self.pooled()),
            "sensitivity": records(self.sensitivity()),
        }

    def _means(self) -> Iterator[tuple[Any, ...]]:
        for each in self.cases:
            for (axis, forecaster), rows in _grouped(each.rows):
                scored = [row for row in rows if row.log == row.log]
                means = (over_dates([getattr(row, score) for row in scored]) for score in SCORES)
                yield each.name, axis, forecaster, len(scored), *means

    def _gains(self) -> Iterator[Gain]:
        for each in self.cases:
            known = dict(_grouped(each.rows))
            for axis in dict.fromkeys(axis for axis, _ in known):
                others = [name for of, name in known if of == axis]
                pairs = [(OWN, rival) for rival in others if rival not in (OWN, POOL)]
                pairs += [(POOL, BASE_RATE)] if POOL in others else []
                for forecaster, rival in pairs:
                    gain = _gain(known[axis, forecaster], known[axis, rival])
                    if gain is not None:
                        yield Gain(each.name, axis, forecaster, rival, *gain)

    def _pooled(self) -> Iterator[dict[str, Any]]:
        def row(axis: str, forecaster: str, rival: str, score: str, values: Sequence[float]) -> dict[str, Any]:
            found: Pooled = over_cases(values, self._seed)
            about = {"axis": axis, "forecaster": forecaster, "rival": rival, "score": score}
            return {**about, "mean": found.mean, "low": found.low, "high": found.high, "cases": found.cases}

        for (axis, forecaster), rows in _sorted(list(self._means()), lambda each: (each[1], each[2])):
            for place, score in enumerate(SCORES, 4):
                yield row(axis, forecaster, "", score, [each[place] for each in rows])
        for (axis, forecaster, rival), gains in _sorted(
            list(self._gains()), lambda each: (each.axis, each.forecaster, each.rival)
        ):
            for score in SCORES:
                yield row(axis, forecaster, rival, score, [getattr(each, score) for each in gains])


def _grouped(rows: Sequence[ScoreRow]) -> list[tuple[tuple[str, str], list[ScoreRow]]]:
    """Rows by axis and forecaster, both in the order in which they come."""
    found: dict[tuple[str, str], list[ScoreRow]] = {}
    for row in rows:
        found.setdefault((row.axis, row.forecaster), []).append(row)
    return list(found.items())


def _sorted(items: Sequence[_Item], name: Callable[[_Item], _Name]) -> list[tuple[_Name, list[_Item]]]:
    """Items by name, in the order in which names come first."""
    order = {each: number for number, each in enumerate(dict.fromkeys(map(name, items)))}
    return [(key, list(group)) for key, group in groupby(sorted(items, key=lambda item: order[name(item)]), name)]


def _gain(model: Sequence[ScoreRow], rival: Sequence[ScoreRow]) -> tuple[int, float, float, float] | None:
    """Number of common dates, and the mean differences of the scores there; None where there is none."""
    other = {row.number: row for row in rival if row.log == row.log}
    common = [(row, other[row.number]) for row in model if row.log == row.log and row.number in other]
    if not common:
        return None

    def mean(score: str) -> float:
        return over_dates(np.array([getattr(b, score) - getattr(a, score) for a, b in common]))

    return len(common), mean(LOGARITHMIC), mean(BRIER), mean(RANKED)
