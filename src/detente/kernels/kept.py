"""The keeping of machine code: in a set that came with the package, or in one folder for all that is on this machine.

Numba keeps machine code beside each source file, so that every clone and every virtual environment waits for its own.
Here the name of a file says all that its content depends on: the sources (a stamp of all modules that the kernel's own
imports), the types it was compiled for, and, in the name of its folder, Python, Numba and the processor. What has the
same name is the same code, wherever it is read from, and nothing that is out of date has the right name.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import numba
from llvmlite import binding
from numba.core.compiler import CompileResult
from numba.core.runtime.nrt import rtsys
from numba.core.serialize import dumps
from numba.misc.appdirs import user_cache_dir

SHIPPED = Path(__file__).parent / "built"
"""The folder in which a wheel brings its set along."""

PROCESSOR_LEVELS = {
    "x86-64-v3": ("avx2", "bmi", "bmi2", "fma", "f16c", "lzcnt", "movbe"),
    "x86-64": (),
}
"""Kinds of processors that sets are made for, the best first, each with the features that tell it. A processor that
has them all runs the code of that kind as fast as code of its own."""

UNUSED = 60 * 86400
"""Seconds after which code that nothing loaded is deleted from the machine's folder."""

WAIT_AT_MOST = 600.0
"""Seconds that a process waits at most for another that compiles the same; a process that ends lets others go on."""

_A_WEEK = 7 * 86400


class KeptCode:
    """The machine code of one function, as Numba's dispatcher asks for it. stamp: of the sources that it is made of."""

    def __init__(self, function: Callable[..., Any], stamp: str) -> None:
        self._name = f"{function.__module__}.{function.__qualname__}".replace("<", "").replace(">", "")
        self._stamp = stamp
        self._turns: dict[str, Any] = {}

    @property
    def cache_path(self) -> str:
        return str(machine_folder())

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled function, or None.

        Numba would first load all that it needs to compile anything, which takes longer than a solution.
        """
        name = self._file(sig)
        content = _read(name)
        if content is None:
            self._turns[name] = _take_turn(machine_folder() / name)
            content = _read(name)  # by another process meanwhile
            if content is not None:
                self._end_turn(name)
        if content is None:
            return None
        rtsys.initialize(target_context)
        made: Any = CompileResult
        return made._rebuild(target_context, *pickle.loads(content))

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled; where no folder can be written to, say so."""
        name = self._file(sig)
        try:
            *parts, _, reload_init, _ = data._reduce()
            # Left out: words for people, and where Python's names are, of which compiled kernels have none. Making that
            # anew would import the parts of Numba that it only compiles with.
            _write(machine_folder() / name, dumps((*parts, "", reload_init, ())))
        except OSError:
            _say_that_nothing_is_kept()
        finally:
            self._end_turn(name)

    def enable(self) -> None: ...

    def disable(self) -> None: ...

    def flush(self) -> None: ...

    def _end_turn(self, name: str) -> None:
        turn = self._turns.pop(name, None)
        if turn is not None:
            turn.close()

    def _file(self, sig: Any) -> str:
        what = hashlib.sha256(f"{self._stamp} {sig}".encode()).hexdigest()[:32]
        return f"{self._name}-{what}.kernel"


@cache
def machine_folder() -> Path:
    """The folder of this machine's user, Python, Numba and processor; NUMBA_CACHE_DIR names another place for it."""
    named = os.environ.get("NUMBA_CACHE_DIR", "")
    root = Path(named) / "detente" if named else Path(user_cache_dir("detente", appauthor=False)) / "kernels"
    if processor := os.environ.get("NUMBA_CPU_NAME", ""):
        return root / set_name(processor + os.environ.get("NUMBA_CPU_FEATURES", "-own"))
    features = binding.get_host_cpu_features().flatten()
    told = hashlib.sha256(features.encode()).hexdigest()[:8]
    return root / set_name(f"{binding.get_host_cpu_name()}-{told}")


@cache
def shipped_folders() -> tuple[Path, ...]:
    """The folders of sets that came with the package and that this processor can run, the best first."""
    if os.environ.get("NUMBA_CPU_NAME"):
        return ()
    try:
        present = {path.name for path in SHIPPED.iterdir()}
    except OSError:
        return ()
    return tuple(SHIPPED / name for level in levels() if (name := set_name(level)) in present)


def levels() -> list[str]:
    """The kinds of processor that sets are made for and this one is of, the best first."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return []
    features = binding.get_host_cpu_features()
    return [level for level, needed in PROCESSOR_LEVELS.items() if all(features.get(each) for each in needed)]


def set_name(processor: str) -> str:
    """The name of a set: whatever code depends on beside its sources and types."""
    python = f"py{sys.version_info.major}{sys.version_info.minor}{sys.abiflags if os.name != 'nt' else ''}"
    system = f"{sys.platform}-{platform.machine().lower()}"
    return f"{python}-numba{numba.__version__}-llvmlite{llvmlite.__version__}-{system}-{processor}"


def _read(name: str) -> bytes | None:
    for folder in (*shipped_folders(), machine_folder()):
        try:
            content = (folder / name).read_bytes()
        except OSError:
            continue
        _note_use(folder / name)
        return content
    return None


def _take_turn(path: Path) -> Any:
    """The right to compile for a file, as something to close; waits for a process that has it, as long as PATIENCE.

    None where the system or the folder knows no such rights: then two processes may compile the same.
    """
    try:
        import fcntl

        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        turn = open(path.with_suffix(".turn"), "wb")  # noqa: SIM115  # closed when compiled
    except (ImportError, OSError):
        return None
    until = time.monotonic() + WAIT_AT_MOST
    while True:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return turn
        except BlockingIOError:
            if time.monotonic() > until:
                return turn
            time.sleep(0.05)
        except OSError:
            return turn


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _delete_unused(path.parent.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.replace(name, path)  # a reader finds either nothing or all of it
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


@cache
def _delete_unused(root: Path) -> None:
    old = time.time() - UNUSED
    for path in root.glob("*/*"):
        try:
            if path.suffix in (".kernel", ".part", ".turn") and path.stat().st_mtime < old:
                path.unlink()
        except OSError:
            continue


def _note_use(path: Path) -> None:
    """Set the time of a file that was last used more than a week ago; where that cannot be, it matters to nobody."""
    try:
        if time.time() - path.stat().st_mtime > _A_WEEK:
            os.utime(path)
    except OSError:
        pass


@cache
def _say_that_nothing_is_kept() -> None:
    warnings.warn(
        f"{machine_folder().parent} cannot be written to, so that the solver is compiled anew in every run (half a "
        "minute or more); NUMBA_CACHE_DIR may name a folder that can",
        RuntimeWarning,
        stacklevel=2,
    )
