"""Messages to another machine: a case as text, the settings, and the number of the wanted block; results come back."""

from __future__ import annotations

import json
import zlib
from functools import lru_cache
from threading import Lock

from detente.case.read import read_text
from detente.case.written_back.write import case_text
from detente.errors import StudyError
from detente.study.request import Request
from detente.study.running.plan import Span
from detente.study.running.run import Run
from detente.study.running.versions import differing, versions

_MUST_AGREE = ("detente", "code", "numpy", "scipy", "numba")
"""Versions on which numbers depend. The last digit may also differ between processors of different makes."""

_preparing = Lock()


def order_of(run: Run) -> bytes:
    """The part of an order common to all blocks of a run: case, settings, and the versions that a worker must have."""
    base = run.prepared.base
    told = {
        "text": case_text(base),
        "name": base.name,
        "digest": base.digest,
        "request": run.request.plain(),
        "versions": versions(),
    }
    return zlib.compress(json.dumps(told, sort_keys=True).encode())


def versions_here() -> dict[str, str]:
    """Versions on the machine where this is called of everything that must agree."""
    return {name: versions()[name] for name in _MUST_AGREE}


def apart(there: dict[str, str]) -> list[str]:
    """Differences of a worker in versions that must agree, in words; empty for a worker that fits."""
    return differing(versions_here(), there)


def solve_order(order: bytes, purpose: str, first: int, stop: int) -> bytes:
    """Solve one block of a run where this is called. Raises StudyError where the versions there differ."""
    with _preparing:  # threads of one worker need one game between them
        run = _run(order)
    task = next(task for task in run.tasks if task.purpose == purpose)
    return run.solve_here(Span(task, first, stop), 1).pack()


@lru_cache(maxsize=2)
def _run(order: bytes) -> Run:
    told = json.loads(zlib.decompress(order))
    here = versions()
    wanted = {name: told["versions"].get(name, "") for name in _MUST_AGREE}
    if apart := differing(wanted, {name: here[name] for name in _MUST_AGREE}):
        raise StudyError(f"a worker of the cluster has other versions: {'; '.join(apart)}")
    crisis = read_text(told["text"], f"{told['name']}.yaml")
    if crisis.digest != told["digest"]:
        raise StudyError("the case does not read back the same on a worker of the cluster")
    return Run.of(crisis, Request.from_plain(told["request"]))
