"""How numerical kernels are compiled: once per machine, kept on disk, and never out of date."""

from __future__ import annotations

import hashlib
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from numba import njit


@cache
def _sources() -> tuple[str, int]:
    """A stamp that changes with any module that holds kernels: all of them import this one."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    package = Path(__file__).parent.parent
    for folder in ("strategy", "equilibrium"):
        for path in sorted((package / folder).glob("*.py")):
            source = path.read_bytes()
            if b"from detente.strategy.compiled import" in source:
                digest.update(source)
    return digest.hexdigest(), 0


@cache
def _say_that_nothing_is_kept() -> None:
    warnings.warn(
        "neither the package's folder nor the user's cache folder can be written to, so that the solver is compiled "
        "anew in every run (about a minute); NUMBA_CACHE_DIR may name a folder that can",
        RuntimeWarning,
        stacklevel=2,
    )


def _compiled(function: Any, **options: Any) -> Any:
    """Numba's cache looks at a kernel's own file only, not at those of the kernels it calls: this mends that."""
    options |= {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
    try:
        made: Any = njit(cache=True, **options)(function)
    except RuntimeError:  # Numba found no folder that it may write to
        _say_that_nothing_is_kept()
        return njit(**options)(function)
    kept: Any = getattr(getattr(made, "_cache", None), "_cache_file", None)
    if hasattr(kept, "_source_stamp"):
        kept._source_stamp = _sources()
    return made


def kernel(function: Any) -> Any:
    """Compiles what other kernels call, in strict arithmetic, without the interpreter's lock."""
    return _compiled(function, no_cpython_wrapper=True)


def fused(function: Any) -> Any:
    """As `kernel`, where multiplications and additions may be fused (no other liberty is taken)."""
    return _compiled(function, no_cpython_wrapper=True, fastmath={"contract"})


def entry(function: Any) -> Any:
    """As `kernel`, for what Python calls: unpacking its arguments takes longer to compile than many a kernel."""
    return _compiled(function)
