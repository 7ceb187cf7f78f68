"""The question sheet of an examination: what will be asked, when, and how it is resolved, before a case is solved.

Its digest, committed where the date can be seen, shows later that groups, rule, horizon and dates were not chosen with
knowledge of answers. Crises are drawn by lot from a file of International Crisis Behavior that the user gives.
Source: Brecher, Wilkenfeld, Beardsley, James and Quinn, International Crisis Behavior Data (crisis-level file).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from detente.analysis.scored.origins import QUARTERS, days_of_rule, first_day
from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.files import write_atomically
from detente.study.forecast.categories import categories_of, headline

SHEET_FORMAT = "detente_question_sheet"
"""Key by which a question sheet is known; its value is the version of the format, 1."""

_LARGEST = 2**26
_NUMBER, _NAME, _YEAR = "crisno", "crisname", "yrtrig"
_DAY = ("yrtrig", "motrig", "datrig")


@dataclass(frozen=True)
class SheetQuestion:
    """One crisis of a sheet.

    axes: axis to its groups, each with its endings (empty where the case is still to be written). base_rate: shares of
    the reference class by name, and words on it. start: the day from which the horizon counts; days: those on which a
    forecast is made.
    """

    name: str
    axes: Mapping[str, Mapping[str, Sequence[str]]]
    base_rate: Mapping[str, float]
    reference_class: str
    start: date | None
    days: tuple[date, ...]


@dataclass(frozen=True)
class Sheet:
    """A question sheet: rule of resolution, horizon in days, questions, and the lot by which they were drawn."""

    rule: str
    horizon: int
    questions: tuple[SheetQuestion, ...]
    lot: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def plain(self) -> dict[str, Any]:
        """The sheet as plain values, with the digest of it all."""
        told: dict[str, Any] = {
            SHEET_FORMAT: 1,
            "rule": self.rule,
            "horizon_days": self.horizon,
            "forecasts_at_shares_of_the_horizon": list(QUARTERS),
            "lot": dict(self.lot),
            "questions": [
                {
                    "crisis": each.name,
                    "axes": {
                        axis: {id: list(held) for id, held in groups.items()} for axis, groups in each.axes.items()
                    },
                    "base_rate": dict(each.base_rate),
                    "reference_class": each.reference_class,
                    "start": each.start.isoformat() if each.start else None,
                    "forecast_days": [day.isoformat() for day in each.days],
                }
                for each in self.questions
            ],
        }
        text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return {**told, "digest": sha256(text.encode()).hexdigest()}

    def write(self, path: str | Path) -> str:
        """Write the sheet to a file that must not be there yet; returns the digest. Raises RequestError."""
        if Path(path).exists():
            raise RequestError(f"{path} exists already, and a question sheet is not written over: choose another name")
        told = self.plain()
        write_atomically(Path(path), (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode())
        return told["digest"]


def question_of(crisis: Crisis, horizon: int) -> SheetQuestion:
    """The question that a case asks: its groups on every axis, its base rate, days from its first event on."""
    start = first_day(crisis.timeline)
    axes = {each.axis: dict(zip(each.ids, each.members, strict=True)) for each in categories_of(crisis)}
    first = headline(crisis)
    base = crisis.base_rate
    words = "" if base is None else base.support.note or "; ".join(each.says for each in base.support.because)
    return SheetQuestion(
        crisis.name,
        {first: axes[first], **axes},
        {} if base is None else dict(base.shares),
        words,
        start,
        days_of_rule(start, horizon) if start else (),
    )


def drawn_crises(
    path: str | Path, number: int, seed: int, horizon: int, years: tuple[int, int] | None = None
) -> tuple[tuple[SheetQuestion, ...], dict[str, Any]]:
    """Crises drawn by lot from a crisis-level CSV file of ICB, and how: the same file and seed give the same crises.

    years: the first and last year of the trigger. Only what was known at the start may filter. Raises RequestError.
    """
    content = _content(path)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig", errors="replace"))))
    missing = [each for each in (_NUMBER, _NAME, _YEAR) if not rows or each not in rows[0]]
    if missing:
        raise RequestError(f"{path} has no column `{missing[0]}`: give the crisis-level file of ICB as CSV")
    known = {found: row for row in rows if (found := _whole(row[_NUMBER])) is not None}
    low, high = years or (0, 9999)
    pool = sorted(each for each, row in known.items() if low <= (_whole(row[_YEAR]) or -1) <= high)
    if not 1 <= number <= len(pool):
        raise RequestError(f"{len(pool)} crises of {path} fit, and {number} were asked for")
    chosen = sorted(Random(seed).sample(pool, number))
    questions = tuple(_drawn(known[each], each, horizon) for each in chosen)
    lot = {
        "file": Path(path).name,
        "sha256": sha256(content).hexdigest(),
        "seed": seed,
        "pool": len(pool),
        "years": list(years) if years else None,
    }
    return questions, {**lot, "crises": chosen}


def _drawn(row: Mapping[str, str], number: int, horizon: int) -> SheetQuestion:
    parts = [_whole(row.get(each, "")) for each in _DAY]
    try:
        start = date(*[part or 0 for part in parts])
    except ValueError:
        start = None  # a day that the file does not know
    name = f"ICB {number}: {row[_NAME].strip()}"
    return SheetQuestion(name, {}, {}, "", start, days_of_rule(start, horizon) if start else ())


def _whole(text: str | None) -> int | None:
    word = (text or "").strip().removesuffix(".0")
    return int(word) if word.isascii() and word.isdigit() and len(word) < 6 else None


def _content(path: str | Path) -> bytes:
    try:
        if Path(path).stat().st_size > _LARGEST:
            raise RequestError(f"{path} is larger than any file of ICB")
        return Path(path).read_bytes()
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}") from error


def sheet_of(
    cases: Sequence[Crisis],
    *,
    rule: str = "",
    horizon: int = 90,
    icb: str | Path | None = None,
    number: int = 40,
    seed: int = 0,
    years: tuple[int, int] | None = None,
) -> Sheet:
    """The sheet for cases that are still to be solved, or for crises drawn by lot, or both.

    rule: by what anybody would find how each ended. Raises RequestError where there is nothing to ask, or no rule.
    """
    rules = [rule, *(each.ended.rule for each in cases if each.ended and not rule)]
    told = next((each for each in rules if each), "")
    if not told:
        raise RequestError("a question sheet needs the rule by which endings are found: give --rule")
    if not cases and icb is None:
        raise RequestError("a question sheet asks about cases, or about crises drawn from an ICB file: name one")
    asked = [question_of(each, horizon) for each in cases]
    lot: dict[str, Any] = {}
    if icb is not None:
        drawn, lot = drawn_crises(icb, number, seed, horizon, years)
        asked += drawn
    return Sheet(told, horizon, tuple(asked), lot)
