"""A fit as a record: a file with everything that it takes to find the same numbers again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from detente.case.read import read_text
from detente.case.written_back.write import case_text
from detente.crisis.model import Crisis
from detente.errors import CaseError, DetenteError, RequestError, StudyError
from detente.estimation.fitted.carried import CarriedEstimate, plain_links
from detente.estimation.fitted.fit import Fit
from detente.estimation.fitting.climbing import Climb
from detente.estimation.fitting.fitting import FitEffort, fit
from detente.estimation.observed.reading import read_specification
from detente.estimation.observed.specification import Specification
from detente.estimation.observed.table import ObservedTable, read_table
from detente.estimation.observed.terms import columns_in
from detente.files import disk, write_atomically
from detente.game.compiling.build import compile_crisis
from detente.study.running.versions import differing, versions

VERSION = 1
LARGEST = 200_000_000


@dataclass(eq=False)
class FitRecord:
    """A fit kept in a file, climb by climb. told: what decides the numbers. path None: kept nowhere."""

    told: dict[str, Any]
    path: Path | None
    climbs: list[Climb] = field(default_factory=list[Climb])

    def take(self, climb: Climb) -> None:
        """Adds a climb and writes the file."""
        self.climbs.append(climb)
        self._write({"finished": False})

    def finish(self, found: Fit) -> None:
        """Writes the file with all that was found."""
        estimate = _plain_estimate(found.estimate()) if found.good else None
        self._write({"finished": True, "fit": found.to_dict(), "estimate": estimate})

    def _write(self, more: Mapping[str, Any]) -> None:
        assert self.path is not None
        told = {"detente_fit": VERSION, "id": _id(self.told), **self.told}
        told["climbs"] = [_plain_climb(each) for each in self.climbs]
        text = json.dumps({**told, **more}, indent=1, ensure_ascii=False, default=_default)
        with disk(self.path.absolute().parent, "the fit"):
            write_atomically(self.path, text.encode())


@dataclass(frozen=True, eq=False)
class Refit:
    """A fit found anew. differences: name -> largest difference of what differs; versions: what differs, in words."""

    fit: Fit
    versions: list[str]
    differences: dict[str, float]

    @property
    def equal(self) -> bool:
        """True where every number is the same bit by bit."""
        return not self.differences


def begun(
    crisis: Crisis,
    specification: Specification,
    table: ObservedTable,
    rationality: float | None,
    effort: FitEffort,
    equilibria: int,
    path: str | Path | None,
) -> FitRecord:
    """The record of a fit; with the climbs of an earlier run where the file holds the same fit, begun before."""
    told = {
        "case": {"name": crisis.name, "digest": crisis.digest, "text": case_text(crisis)},
        "links": plain_links(specification),
        "data": {"file": table.file, "digest": table.digest(_used(specification, table)), "rows": table.rows},
        "settings": {
            "rationality": rationality,
            "starts": effort.starts,
            "seed": effort.seed,
            "errors": effort.errors,
            "replications": effort.replications,
            "equilibria": equilibria,
        },
        "versions": versions(),
    }
    record = FitRecord(told, Path(path) if path is not None else None)
    if record.path is not None and record.path.exists():
        before = read_record(record.path)
        if before["id"] == _id(told):
            record.climbs = [_climb_of(each) for each in before["climbs"]]
    return record


def _used(specification: Specification, table: ObservedTable) -> list[str]:
    """The columns of a table that a fit reads, as far as the table has them."""
    named = [each.column for each in specification.shown] + list(specification.counts.values())
    named += [specification.count, specification.cluster, *specification.complete]
    named += columns_in(specification, table)
    return [name for name in named if name in table.columns]


def is_fit(path: str | Path) -> bool:
    """True for a file that begins as the record of a fit does."""
    try:
        with Path(path).open("rb") as stream:
            return b'"detente_fit"' in stream.read(64)
    except OSError:
        return False


def read_record(path: str | Path) -> dict[str, Any]:
    """The content of the record of a fit. Raises StudyError where the file is none."""
    try:
        with Path(path).open("rb") as stream:
            told = json.loads(stream.read(LARGEST))
        if told["detente_fit"] != VERSION:
            raise StudyError(f"{path} was written by another version of Détente: fit the case again")
        whole = all(isinstance(told[key], dict) for key in ("case", "links", "data", "settings", "versions"))
        if not whole or told["id"] != _id(told) or not isinstance(told["climbs"], list):
            raise StudyError(f"{path} was changed after the fit was written")
    except OSError as error:
        raise StudyError(f"the fit {path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise StudyError(f"{path} is no record of a fit; `detente estimate … --keep FILE` writes one") from error
    return told


def estimate_from(path: str | Path) -> tuple[CarriedEstimate, Crisis]:
    """The estimate that a record holds, and the case that was fitted. Raises StudyError, RequestError."""
    told = read_record(path)
    if not told.get("finished") or not told.get("estimate"):
        says = told.get("fit", {}).get("says") or "it was interrupted"
        raise RequestError(f"the fit {path} has no estimate: {says}")
    try:
        crisis = read_text(told["case"]["text"], f"{told['case']['name'] or 'case'}.yaml")
        specification = read_specification(told["links"], crisis)
        found = told["estimate"]
        names, theta = tuple(map(str, found["names"])), np.array(found["theta"], float)
        covariance = np.array(found["covariance"], float)
        if theta.shape != (len(names),) or covariance.shape != (len(names), len(names)):
            raise ValueError("its tables do not fit together")
        if not (np.isfinite(theta).all() and np.isfinite(covariance).all()):
            raise ValueError("a number in it is none")
        typical = {
            str(name): (float(usual), tuple(map(str, values)), str(base))
            for name, (usual, values, base) in found["typical"].items()
        }
        estimate = CarriedEstimate(
            names, theta, covariance, specification, typical, found["rationality"], str(found["says"])
        )
    except (CaseError, ValueError, KeyError, TypeError) as error:
        raise StudyError(f"the fit {path} is damaged: {str(error)[:200]}") from error
    return estimate, crisis


def refit(path: str | Path, data: str | Path | None = None, progress: Any = None) -> Refit:
    """Find a recorded fit anew, here and now, and compare it number by number.

    data: where the data are now; else where they were then, also beside the record. Raises StudyError where they are
    gone or have changed.
    """
    told = read_record(path)
    if not told.get("finished"):
        raise StudyError(f"the fit {path} was interrupted: the command that began it goes on with it")
    crisis = read_text(told["case"]["text"], f"{told['case']['name'] or 'case'}.yaml")
    specification = read_specification(told["links"], crisis)
    table = read_table(_data(path, told, data))
    if table.digest(_used(specification, table)) != told["data"]["digest"]:
        raise StudyError(f"{table.file} does not hold what was fitted: it was changed since, or is another file")
    settings = told["settings"]
    effort = FitEffort(settings["starts"], settings["seed"], settings["errors"], settings["replications"])
    try:
        found = Fit(
            fit(
                compile_crisis(crisis),
                specification,
                table,
                rationality=settings["rationality"],
                effort=effort,
                progress=progress,
            )
        )
    except DetenteError as error:
        raise StudyError(f"the fit {path} cannot be found anew: {error}") from error
    if settings["equilibria"]:
        found = found.equilibria(settings["equilibria"], seed=settings["seed"])
    return Refit(found, differing(versions(), told["versions"]), _differences(told["fit"], found.to_dict()))


def _data(path: str | Path, told: Mapping[str, Any], data: str | Path | None) -> Path:
    if data is not None:
        return Path(data)
    then = Path(str(told["data"]["file"]))
    for place in (then, Path(path).parent / then.name):
        if place.exists():
            return place
    raise StudyError(f"the data of {path} were in {then}, which is not there; say where they are now (--data)")


def _differences(then: Any, now: Any, name: str = "") -> dict[str, float]:
    """Name -> difference of every number that is not the same; infinite where there is a number on one side only."""
    now = json.loads(json.dumps(now, default=_default))
    if isinstance(then, dict) and isinstance(now, dict):
        keys = dict.fromkeys([*then, *now])
        parts = [_differences(then.get(key), now.get(key), f"{name}.{key}".strip(".")) for key in keys]
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        parts = [_differences(a, b, name) for a, b in zip(then, now, strict=True)]
    else:
        if then == now:
            return {}
        if isinstance(then, int | float) and isinstance(now, int | float):
            return {name: abs(float(then) - float(now))}
        return {name: float("inf")}
    found: dict[str, float] = {}
    for part in parts:
        for key, by in part.items():
            found[key] = max(found.get(key, 0.0), by)
    return found


def _id(told: Mapping[str, Any]) -> str:
    kept = {key: told[key] for key in ("case", "links", "settings", "versions")}
    kept["data"] = told["data"]["digest"]
    return sha256(json.dumps(kept, sort_keys=True, default=_default).encode()).hexdigest()[:12]


def _plain_climb(climb: Climb) -> dict[str, Any]:
    return {
        "start": climb.start.tolist(),
        "theta": climb.theta.tolist(),
        **{name: getattr(climb, name) for name in ("value", "log_likelihood", "steepness", "iterations")},
    }


def _climb_of(told: Mapping[str, Any]) -> Climb:
    value, log_likelihood, steepness = (float(told[name]) for name in ("value", "log_likelihood", "steepness"))
    start, theta = np.array(told["start"], float), np.array(told["theta"], float)
    return Climb(start, theta, value, log_likelihood, steepness, int(told["iterations"]))


def _plain_estimate(estimate: CarriedEstimate) -> dict[str, Any]:
    return {
        "names": list(estimate.names),
        "theta": estimate.theta.tolist(),
        "covariance": estimate.covariance.tolist(),
        "typical": {name: [usual, list(values), base] for name, (usual, values, base) in estimate.typical.items()},
        "rationality": estimate.rationality,
        "says": estimate.says,
    }


def _default(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is no plain value")
