"""Compilation of numerical kernels: once per machine, kept on disk, and never out of date.

Numba would optimise every kernel together with all that it calls, and again within each of its callers: a path follower
of a hundred small kernels took minutes. Here a kernel is only translated; an entry, the function that Python calls,
takes in all the kernels that it is made of, and is optimised and kept as one.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

from numba import njit
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

from detente.kernels.kept import KeptCode

_PACKAGE = Path(__file__).resolve().parents[1]


class _Piece(JITCodeLibrary):
    """A kernel that only kernels call: neither optimised nor turned into machine code by itself."""

    def finalize(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def callees(self) -> list[Any]:
        return self._linking_libraries

    def get_pointer_to_function(self, name: str) -> int:
        return 0

    @property
    def codegen(self) -> Any:
        return self

    def set_env(self, name: str, env: Any) -> None:
        """Numba tells machine code where Python's names are: there is none."""


class _Whole(JITCodeLibrary):
    """A function that Python calls, with all the kernels that it is made of."""

    def finalize(self) -> None:
        order: dict[Any, None] = {}
        for library in self._linking_libraries:
            _put_after_what_it_calls(library, order)
        self._linking_libraries = list(reversed(order))  # what nobody calls as yet, the linker would drop
        super().finalize()


def _put_after_what_it_calls(library: Any, order: dict[Any, None]) -> None:
    if library in order:
        return
    if isinstance(library, _Piece):
        for callee in library.callees():
            _put_after_what_it_calls(callee, order)
    order[library] = None


class _PieceCompiler(Compiler):
    library: Any = _Piece

    def define_pipelines(self) -> Any:
        state = self.state
        state.library = self.library(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return super().define_pipelines()


class _WholeCompiler(_PieceCompiler):
    library = _Whole


def stamped(file: Path) -> frozenset[Path]:
    """Files that machine code of a module in `file` depends on: its own, and all of the package that it imports.

    Kernels call only what their module imports, directly or through others, and constants come the same way.
    """
    found, ahead = set[Path](), [file]
    while ahead:
        path = ahead.pop()
        if path not in found:
            found.add(path)
            ahead.extend(_imports(path))
    return frozenset(found)


@cache
def _imports(path: Path) -> set[Path]:
    """Files of the package's modules that a module imports, in its functions too."""
    code = SourceFileLoader(path.stem, str(path)).get_code(path.stem)
    return _imported(code) if code else set()


def _imported(code: CodeType) -> set[Path]:
    names, modules = set(code.co_names), _modules()
    found = {modules[name] for name in names & modules.keys()}
    # `from detente.strategy import sweep` names the folder, and the module apart from it.
    for folder in names & _folders():
        found |= {modules[inner] for name in names if (inner := f"{folder}.{name}") in modules}
    return found.union(*(_imported(constant) for constant in code.co_consts if isinstance(constant, CodeType)))


@cache
def _modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    inside = {path: path.relative_to(_PACKAGE.parent).with_suffix("").parts for path in _PACKAGE.rglob("*.py")}
    return {".".join(parts).removesuffix(".__init__"): path for path, parts in inside.items()}


@cache
def _folders() -> set[str]:
    return {name.rpartition(".")[0] for name in _modules()} - {""}


@cache
def _stamp(file: Path) -> str:
    """A stamp that changes with what machine code depends on, not with where or when that was installed."""
    digest = hashlib.sha256()
    for each in sorted(map(_content, stamped(file))):
        digest.update(each)
    return digest.hexdigest()


@cache
def _content(path: Path) -> bytes:
    """A digest of a file and of where in the package it is."""
    within = path.relative_to(_PACKAGE).as_posix() if path.is_relative_to(_PACKAGE) else ""
    return hashlib.sha256(within.encode() + b"\0" + path.read_bytes()).digest()


def _compiled(function: Any, compiler: Any, **options: Any) -> Any:
    made: Any = njit
    return made(nogil=True, error_model="numpy", no_cfunc_wrapper=True, pipeline_class=compiler, **options)(function)


def kernel(function: Any) -> Any:
    """Compiles what other kernels call, in strict arithmetic, without the interpreter's lock."""
    return _compiled(function, _PieceCompiler, no_cpython_wrapper=True)


def fused(function: Any) -> Any:
    """Compiles a kernel in which multiplications and additions may be fused (no other liberty is taken)."""
    return _compiled(function, _PieceCompiler, no_cpython_wrapper=True, fastmath={"contract"})


def entry(function: Any) -> Any:
    """Compiles a function that Python calls, and that kernels may call too.

    What is compiled is kept under a name that says what it was made of: Numba itself would look at a kernel's own file
    only, not at those of the kernels it calls.
    """
    made = _compiled(function, _WholeCompiler)
    made._cache = KeptCode(function, _stamp(Path(function.__code__.co_filename)))
    return made
