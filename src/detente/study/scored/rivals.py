"""Forecasts of others, from a table that the user gives, and the forecasts that need nobody: uniform, base rate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.case.spelling.numbers import decimal
from detente.errors import CaseError, Place, Problem, RequestError
from detente.study.forecast.categories import Categories

Floats = NDArray[np.float64]

OWN, UNIFORM, BASE_RATE, CARRIED_FORWARD, POOL = "model", "uniform", "base rate", "carried forward", "pool"
"""Names of forecasters: the case itself; every category alike; the case's `base_rate`; the model's own forecast of the
date before; model and base rate, half and half."""

_COLUMNS = ("forecaster", "case", "on", "ending", "probability")
_NEEDED = ("forecaster", "ending", "probability")
_LARGEST = 2**24
_MISSES = 1e-6


@dataclass(frozen=True)
class RivalForecast:
    """Somebody's forecast of a case ("" for any case), good from a day on (None: from the outset) until the next one.

    shares: probabilities by the names of endings or groups.
    """

    forecaster: str
    case: str
    on: date | None
    shares: Mapping[str, float]

    def of(self, categories: Categories) -> Floats | None:
        """[category]: the probabilities told, or None where the forecast is of other categories.

        One of all endings is one of every group of them.
        """
        found = categories.shares(self.shares)
        members = [each for group in categories.members for each in group]
        if found is None and set(members) <= set(self.shares):
            found = np.array([sum(self.shares[each] for each in group) for group in categories.members])
        return None if found is None or abs(found.sum() - 1.0) > _MISSES else found


def in_force(judgements: Iterable[RivalForecast], forecaster: str, case: str, on: date | None) -> list[RivalForecast]:
    """The forecasts of somebody that hold on a day, the latest first."""
    own = [each for each in judgements if each.forecaster == forecaster and each.case in ("", case)]
    before = [each for each in own if each.on is None or (on is not None and each.on <= on)]
    return sorted(before, key=lambda each: each.on or date.min, reverse=True)


def read_rivals(path: str | Path) -> tuple[RivalForecast, ...]:
    """Forecasts from a CSV file with columns forecaster, ending, probability and perhaps case and on (a date).

    Rows of one forecaster, case and date are one forecast; `ending` is an ending or a group of the case. Raises
    CaseError with every problem, RequestError where there is no such file.
    """
    place = Path(path)
    try:
        content = place.read_bytes() if place.stat().st_size <= _LARGEST else None
    except OSError as error:
        raise RequestError(f"the forecasts {path} cannot be read: {error.strerror}") from error
    if content is None:
        raise RequestError(
            f"the forecasts {path} are larger than {_LARGEST // 2**20} MB: that is no table of forecasts"
        )
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True)
        return _judgements(str(path), rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise RequestError(f"the forecasts {path} are no CSV file in UTF-8: {error}") from error


def _judgements(file: str, rows: csv.DictReader[str]) -> tuple[RivalForecast, ...]:
    names, problems = list(rows.fieldnames or ()), list[Problem]()
    first = Place(file, 1, 1, ",".join(names))
    for name in (each for each in _NEEDED if each not in names):
        problems.append(Problem(f"the column `{name}` is missing", f"the columns are {', '.join(_COLUMNS)}", first))
    for name in (each for each in names if each not in _COLUMNS):
        problems.append(Problem(f"the column `{name}` is none of a forecast", f"use {', '.join(_COLUMNS)}", first))
    if problems:
        raise CaseError(problems)
    found: dict[tuple[str, str, date | None], dict[str, float]] = {}
    where: dict[tuple[str, str, date | None], Place] = {}
    for row in rows:
        line = Place(file, rows.line_num, 1, ",".join(str(row.get(each) or "") for each in names))
        told = _row(row, line, problems)
        if told is None:
            continue
        key, ending, share = told
        shares = found.setdefault(key, {})
        where.setdefault(key, line)
        if ending in shares:
            problems.append(Problem(f"`{ending}` has two probabilities in one forecast", "keep one of them", line))
        shares[ending] = share
    for key, shares in found.items():
        total = sum(shares.values())
        if abs(total - 1.0) > _MISSES:
            what = f"the probabilities of `{key[0]}` add up to {total:g}"
            problems.append(Problem(what, "those of one forecaster, case and date add up to 1", where[key]))
    if problems:
        raise CaseError(problems)
    return tuple(RivalForecast(*key, shares) for key, shares in found.items())


def _row(
    row: Mapping[str, str | None], line: Place, problems: list[Problem]
) -> tuple[tuple[str, str, date | None], str, float] | None:
    """Forecaster, case and day; ending; probability. None where the row is none, which is noted."""
    told = {name: (row.get(name) or "").strip() for name in _COLUMNS}
    before = len(problems)
    if told["forecaster"] in ("", OWN, UNIFORM, BASE_RATE, CARRIED_FORWARD, POOL):
        what = f"`{told['forecaster']}` cannot name a forecaster of yours"
        problems.append(Problem(what, "give another name", line))
    on: date | None = None
    if told["on"]:
        try:
            on = date.fromisoformat(told["on"])
        except ValueError:
            problems.append(Problem(f"`{told['on']}` is no date", "write year, month and day: 1962-10-24", line))
    share = -1.0
    with suppress(ValueError):
        share = decimal(told["probability"])
    if not 0.0 <= share <= 1.0:
        problems.append(Problem(f"`{told['probability']}` is no probability", "write a number from 0 to 1", line))
    if not told["ending"]:
        problems.append(Problem("the row names no ending", "name an ending or a group of the case", line))
    if len(problems) > before:
        return None
    return (told["forecaster"], told["case"], on), told["ending"], share
