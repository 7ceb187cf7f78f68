"""Frozen forecasts: what a case said, with the case and the day up to which events were used, under one digest.

A frozen forecast is a JSON file to be kept, published or committed before the end is known. Its digest covers
everything in it: who changes a word changes the digest. No digest proves when a file was made; a public place does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from detente.case.read import read_text
from detente.crisis.model import Crisis
from detente.errors import DetenteError, RequestError, StudyError
from detente.files import disk, write_atomically
from detente.study.forecast.forecasts import Forecast
from detente.study.request import Request

FORECAST_FORMAT = "detente_forecast"
"""Key by which a frozen forecast is known; its value is the version of the format, 1."""

_VERSION = 1
_LARGEST = 2**26
_DIGEST = "digest"


@dataclass(frozen=True)
class Frozen:
    """A frozen forecast.

    name, title, case_digest: of the case, text: the case as it was written. settings: draws, seed and what else was
    asked for. made: when it was frozen, in UTC, as the program's clock said. until: the day up to which events were
    used, None where nothing is dated. forecasts: one for the outset and every day on which more became known.
    how_solved: endings and certificate of the solution, as `--json` has them; says: the same in sentences. version: of
    the program.
    """

    name: str
    title: str
    case_digest: str
    text: str
    settings: Mapping[str, Any]
    made: str
    until: date | None
    forecasts: tuple[Forecast, ...]
    how_solved: Mapping[str, Any] = field(default_factory=dict[str, Any])
    says: tuple[str, ...] = ()
    version: str = ""
    file: str = field(default="", compare=False)

    @property
    def case(self) -> Crisis:
        """The case that was solved. Raises StudyError where its text is not the one that its digest tells."""
        try:
            crisis = read_text(self.text, f"{self.name}.yaml")
        except DetenteError as error:
            raise StudyError(f"the case of the frozen forecast {self.file} cannot be read: {error}") from error
        if crisis.digest != self.case_digest:
            raise StudyError(f"the case of the frozen forecast {self.file} is not the one that was solved")
        return crisis

    @property
    def request(self) -> Request:
        """The settings with which it was solved. Raises StudyError where they are none."""
        try:
            return Request.from_plain(self.settings)
        except (DetenteError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise StudyError(f"the settings of the frozen forecast {self.file} are none of a run: {error}") from error

    def plain(self) -> dict[str, Any]:
        """Everything as plain values, with the digest of it all."""
        told: dict[str, Any] = {
            FORECAST_FORMAT: _VERSION,
            "case": self.name,
            "title": self.title,
            "case_digest": self.case_digest,
            "settings": dict(self.settings),
            "made": self.made,
            "until": self.until.isoformat() if self.until else None,
            "forecasts": [each.plain() for each in self.forecasts],
            "how_solved": dict(self.how_solved),
            "says": list(self.says),
            "version": self.version,
            "text": self.text,
        }
        return {**told, _DIGEST: _digest(told)}

    @property
    def digest(self) -> str:
        """SHA-256 of all that is frozen, in hexadecimal."""
        return self.plain()[_DIGEST]

    def write(self, path: str | Path) -> str:
        """Write the file, which must not be there yet; returns the digest. Raises RequestError and DiskError."""
        place = Path(path)
        if place.exists():
            raise RequestError(f"{path} exists already, and a frozen forecast is not written over: choose another name")
        told = self.plain()
        with disk(place.absolute().parent, "the frozen forecast"):
            write_atomically(place, (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode())
        return told[_DIGEST]

    @staticmethod
    def read(path: str | Path) -> Frozen:
        """The forecast of a file. Raises StudyError for a file that is none, or was changed after it was frozen."""
        place = Path(path)
        try:
            if place.stat().st_size > _LARGEST:
                raise StudyError(f"{path} is larger than any frozen forecast")
            told = json.loads(place.read_bytes())
        except OSError as error:
            raise StudyError(f"{path} cannot be read: {error.strerror}") from error
        except (ValueError, RecursionError) as error:
            raise StudyError(f"{path} is no frozen forecast: {error}") from error
        if not isinstance(told, dict) or told.get(FORECAST_FORMAT) != _VERSION:
            raise StudyError(f"{path} is no frozen forecast that this version of Détente reads")
        stated = told.pop(_DIGEST, None)
        if stated != _digest(told):
            raise StudyError(
                f"{path} was changed after it was frozen: its digest is {_digest(told)[:12]}…, and it states "
                f"{str(stated)[:12]}…"
            )
        return _read(told, str(path))


def is_frozen(path: str | Path) -> bool:
    """True where a file looks like a frozen forecast: it is JSON and says so near its beginning."""
    try:
        with Path(path).open("rb") as file:
            return f'"{FORECAST_FORMAT}"'.encode() in file.read(200)
    except OSError:
        return False


def _digest(told: Mapping[str, Any]) -> str:
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _read(told: Mapping[str, Any], path: str) -> Frozen:
    try:
        texts = {name: told[name] for name in ("title", "case_digest", "text", "made", "version")}
        if not all(isinstance(each, str) for each in (*texts.values(), told["case"], *told["says"])):
            raise TypeError("a part of it is no text")
        datetime.fromisoformat(texts["made"])
        if not isinstance(told["settings"], dict) or not isinstance(told["how_solved"], dict):
            raise TypeError("its settings are no settings, or what it says of its solution is nothing of the kind")
        return Frozen(
            name=told["case"],
            settings=told["settings"],
            how_solved=told["how_solved"],
            until=None if told["until"] is None else date.fromisoformat(told["until"]),
            forecasts=tuple(Forecast.of_plain(each) for each in told["forecasts"]),
            says=tuple(told["says"]),
            file=path,
            **texts,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise StudyError(f"{path} is damaged: {error}") from error


def now() -> str:
    """The moment in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def used(forecasts: Sequence[Forecast], on: date | None) -> tuple[Forecast, ...]:
    """The forecasts up to a day; all of them where it is None."""
    return tuple(each for each in forecasts if on is None or each.on is None or each.on <= on)


def day_of(told: date | str | None) -> date | None:
    """A day as a user writes it. Raises RequestError for anything else."""
    if told is None or isinstance(told, date):
        return told
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise RequestError(f"{told!r} is no date; write year, month and day as in 2025-03-24") from None
