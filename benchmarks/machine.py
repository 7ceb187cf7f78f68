"""The machine and its best speed: model, versions, load; bytes and floating-point operations per second."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import numpy as np

PACKAGES = ("numpy", "scipy", "numba", "pygambit", "open-spiel", "liteefg", "nashpy", "quantecon")


@dataclass(frozen=True)
class Machine:
    """load: of the last minute, per processor. memory, cache: bytes per second and core, of arrays that do not and
    that do fit a cache. flops: per second and core, of a large matrix product; all measured by CPU time."""

    when: str
    processor: str
    processors: int
    system: str
    python: str
    versions: dict[str, str]
    load: float
    memory: float
    cache: float
    flops: float

    def plain(self) -> dict[str, object]:
        return asdict(self)

    def text(self) -> str:
        """One paragraph."""
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items() if version)
        return (
            f"{self.when}, {self.processor}, {self.processors} processors, load {self.load:.1f} per processor, "
            f"{self.system}, Python {self.python}; {versions}. A core moves {self.memory / 1e9:.1f} GB/s from memory, "
            f"{self.cache / 1e9:.0f} GB/s from cache, and does {self.flops / 1e9:.0f} Gflop/s in a matrix product."
        )


def probe() -> Machine:
    """Measures; takes about a second."""
    return Machine(
        when=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        processor=_processor(),
        processors=len(os.sched_getaffinity(0)),
        system=platform.system() + " " + platform.release().partition("-")[0],
        python=platform.python_version(),
        versions={name: _version(name) for name in PACKAGES},
        load=os.getloadavg()[0] / len(os.sched_getaffinity(0)),
        memory=_bytes_per_second(16 * 2**20),
        cache=_bytes_per_second(2**13),
        flops=_flops(),
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()


def _best(task: Callable[[], object], repeat: int) -> float:
    best = np.inf
    for _ in range(5):
        start = time.process_time()
        for _ in range(repeat):
            task()
        best = min(best, (time.process_time() - start) / repeat)
    return float(best)


def _bytes_per_second(length: int) -> float:
    """Of a += b over float64 arrays: two are read, one is written."""
    a, b = np.ones(length), np.ones(length)
    return 24 * length / _best(lambda: np.add(a, b, out=a), max(1, 2**25 // length))


def _flops() -> float:
    a = np.random.default_rng(1).normal(size=(768, 768))
    out = np.empty_like(a)
    return 2 * 768**3 / _best(lambda: np.matmul(a, a, out=out), 2)
