"""Versions that a number depends on besides case and settings: the program, the libraries, the processor."""

from __future__ import annotations

import platform
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from detente.version import __version__

_LIBRARIES = ("numpy", "scipy", "numba")


@cache
def versions() -> dict[str, str]:
    """Name -> version of everything that a solution's last digit may depend on."""
    found = {"detente": __version__, "code": _code(), "python": platform.python_version()}
    found |= {name: version(name) for name in _LIBRARIES}
    return {**found, "processor": f"{platform.machine()} {_processor()}".strip()}


def differing(here: dict[str, str], there: dict[str, str]) -> list[str]:
    """Differences between two sets of versions, in words."""
    return [
        f"{name} {there.get(name, 'unknown')} there, {here.get(name, 'unknown')} here"
        for name in {**here, **there}
        if here.get(name) != there.get(name)
    ]


def _code() -> str:
    """A digest of all modules of the package: a version number says nothing about a changed checkout."""
    package = Path(__file__).resolve().parents[2]
    digest = sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _processor() -> str:
    try:
        from llvmlite import binding

        return str(binding.get_host_cpu_name())
    except (ImportError, RuntimeError):
        return platform.processor()
