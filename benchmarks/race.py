"""Programs on the same game in the same run: interleaved repeats, equal answers checked, ratios only where they are.

A row is one task. Détente's time is CPU time of this process, threads included; a peer's is CPU time of its own process
(`benchmarks/peer.py`), solving alone. Repeats go round the programs in turn, so that a busy machine slows all of them.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

PEER = Path(__file__).with_name("peer.py")
SHORT = 0.02  # seconds; a faster task is repeated until it took that long
FEW = 3  # repeats of a task that takes over a second; one that takes over five is run once


class PeerError(Exception):
    """A peer's words in place of an answer."""


class Peer:
    """A peer's process, started when first asked and again after it was stopped for taking too long."""

    def __init__(self, python: str = sys.executable, *, patience: float = 60.0) -> None:
        self.python = python
        self.patience = patience
        self._process: subprocess.Popen[str] | None = None

    def ask(self, task: str, key: str = "", **arguments: Any) -> tuple[float, Any]:
        """CPU seconds and answer. Raises PeerError with the peer's own words, or that it took too long."""
        if self._process is None:
            self._process = subprocess.Popen(
                [self.python, str(PEER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"task": task, "key": key, **arguments}) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], self.patience)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            self.stop()
            raise PeerError(f"no answer within {self.patience:.0f} s" if not ready else "the peer's process ended")
        told = json.loads(line)
        if "error" in told:
            raise PeerError(told["error"])
        return told["seconds"], told["answer"]

    def stop(self) -> None:
        """Ends the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@dataclass(frozen=True)
class Entrant:
    """A program at a task. run: CPU seconds and answer, or PeerError."""

    name: str
    run: Callable[[], tuple[float, Any]]


@dataclass
class Timing:
    """CPU seconds of a program's repeats, and what it answered last; trouble instead of an answer."""

    name: str
    seconds: list[float] = field(default_factory=list[float])
    answer: Any = None
    trouble: str = ""

    @property
    def median(self) -> float:
        return float(np.median(self.seconds)) if self.seconds else float("nan")

    @property
    def spread(self) -> tuple[float, float]:
        """Quartiles."""
        low, high = np.quantile(self.seconds, (0.25, 0.75)) if self.seconds else (float("nan"),) * 2
        return float(low), float(high)


@dataclass
class Row:
    """One task. verdicts [peer]: empty where its answer equals Détente's, else how it differs. told: what else the
    row says. right: whether Détente's own answer passed its check. floor: CPU seconds no program can do without."""

    group: str
    task: str
    ours: Timing
    peers: list[Timing] = field(default_factory=list[Timing])
    verdicts: list[str] = field(default_factory=list[str])
    right: bool = True
    told: str = ""
    floor: float = float("nan")

    def ratio(self, position: int) -> float | None:
        """Ratio of the peer's CPU time to Détente's; None without equal answers."""
        peer = self.peers[position]
        if self.verdicts[position] or peer.trouble or not self.right or not self.ours.seconds:
            return None
        return peer.median / self.ours.median


def in_this_process(task: Callable[[], Any]) -> Callable[[], tuple[float, Any]]:
    """An entrant's run: the task as often as it takes to be timed, CPU seconds of one."""

    def run() -> tuple[float, Any]:
        start, count = time.process_time(), 0
        while True:
            answer = task()
            count += 1
            took = time.process_time() - start
            if took > SHORT:
                return took / count, answer

    return run


def enough(timing: Timing) -> bool:
    """True where a slow task has been repeated enough."""
    return timing.median > 5.0 or (timing.median > 1.0 and len(timing.seconds) >= FEW)


def race(
    group: str,
    task: str,
    entrants: Sequence[Entrant],
    differ: Callable[[Any, Any], str],
    *,
    repeats: int = 7,
    right: Callable[[Any], bool] = lambda answer: True,
) -> Row:
    """The first entrant is Détente. `differ(ours, theirs)` says how a peer's answer differs, or nothing."""
    timings = [Timing(entrant.name) for entrant in entrants]
    entrants[0].run()  # kernels loaded
    for _ in range(repeats):
        for entrant, timing in zip(entrants, timings, strict=True):
            if timing.trouble or (timing.seconds and enough(timing)):
                continue
            try:
                seconds, timing.answer = entrant.run()
                timing.seconds.append(seconds)
            except PeerError as error:
                timing.trouble = str(error)
    ours = timings[0]
    verdicts = [peer.trouble or differ(ours.answer, peer.answer) for peer in timings[1:]]
    return Row(group, task, ours, timings[1:], verdicts, right(ours.answer))
