"""Machine code that is kept is run again only where nothing that it was made from has changed."""

from __future__ import annotations

import ast
import pickle
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numba
import pytest
from numba.core.dispatcher import Dispatcher

import detente
from detente.kernels import compiled
from detente.kernels.compiled import stamped
from detente.kernels.kept import KeptCode

PACKAGE = Path(detente.__file__).parent
DECORATORS = {"kernel", "fused", "entry", "njit", "jit", "vectorize", "guvectorize", "cfunc"}


def named(decorator: ast.expr) -> str:
    while not isinstance(decorator, ast.Name):
        if isinstance(decorator, ast.Call):
            decorator = decorator.func
        elif isinstance(decorator, ast.Attribute):
            return decorator.attr
        else:
            return ""
    return decorator.id


def with_kernels() -> dict[Path, set[str]]:
    """File -> decorators of the package's functions that compile them."""
    found: dict[Path, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        found[path] = DECORATORS & {named(decorator) for each in functions for decorator in each.decorator_list}
    return {path: decorators for path, decorators in found.items() if decorators}


KERNELS = with_kernels()
ENTRIES = [path for path, decorators in KERNELS.items() if "entry" in decorators]


def module_of(path: Path) -> ModuleType:
    return import_module(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts))


def called(function: Any) -> set[Any]:
    """Every kernel that a kernel is made of, by the names in its code."""
    found, ahead = set[Any](), [function]
    while ahead:
        each = ahead.pop()
        if each not in found:
            found.add(each)
            inside = each.py_func
            ahead += [
                known
                for name in inside.__code__.co_names
                if isinstance(known := inside.__globals__.get(name), Dispatcher)
            ]
    return found


def entries(path: Path) -> list[Any]:
    of = module_of(path)
    return [
        each for each in vars(of).values() if isinstance(each, Dispatcher) and each.py_func.__module__ == of.__name__
    ]


def test_every_file_with_a_kernel_is_in_the_stamp_of_what_python_calls() -> None:
    assert len(KERNELS) > 20
    assert len(ENTRIES) > 10
    assert set(KERNELS) <= set().union(*(stamped(path) for path in ENTRIES))


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_stamp_covers_every_kernel_that_an_entry_is_made_of(path: Path) -> None:
    for each in entries(path):
        assert {Path(kernel.py_func.__code__.co_filename) for kernel in called(each)} <= stamped(path)


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_kept_carries_the_stamp_of_its_file(path: Path) -> None:
    stamps = {each._cache._stamp for each in entries(path) if isinstance(each._cache, KeptCode)}
    assert stamps == {compiled._stamp(path)}


@pytest.fixture
def small_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with folders in folders: `solver/entered.py` calls a kernel of `solver/deep/down.py`, by three ways."""
    root = tmp_path / "detente"
    texts = {
        "__init__.py": "",
        "apart.py": "import math\n",
        "solver/__init__.py": "",
        "solver/entered.py": "def late():\n    from detente.solver.between import step\n    return step\n",
        "solver/between.py": "from detente.solver import deep\nfrom detente.solver.deep import down\nstep = down\n",
        "solver/deep/__init__.py": "",
        "solver/deep/down.py": "import detente.solver.constants as it\n",
        "solver/constants.py": "LONG = 1\n",
    }
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.setattr(compiled, "_PACKAGE", root)
    forget()
    yield root
    monkeypatch.undo()
    forget()


def forget() -> None:
    for each in (compiled._modules, compiled._folders, compiled._imports, compiled._stamp, compiled._content):
        each.cache_clear()


@pytest.mark.parametrize("changed", ["entered.py", "between.py", "deep/down.py", "constants.py"])
def test_a_change_in_a_folder_in_a_folder_changes_the_stamp(small_house: Path, changed: str) -> None:
    before = compiled._stamp(small_house / "solver" / "entered.py")
    path = small_house / "solver" / changed
    path.write_text(f"{path.read_text()}\nmore = 1\n")
    forget()
    assert compiled._stamp(small_house / "solver" / "entered.py") != before


def test_what_moves_to_another_folder_changes_the_stamp(small_house: Path) -> None:
    before = compiled._stamp(small_house / "solver" / "entered.py")
    (small_house / "solver" / "deep" / "down.py").rename(small_house / "solver" / "deep" / "constants.py")
    (small_house / "solver" / "between.py").write_text("from detente.solver.deep import constants\n")
    forget()
    assert compiled._stamp(small_house / "solver" / "entered.py") != before


def test_machine_code_that_names_a_module_that_is_no_more_is_passed_over(tmp_path: Path) -> None:
    """As after an update: what was kept is not even read, since reading it would look for that module."""
    caches = (each._cache for path in ENTRIES for each in entries(path))
    kept = next((cache._cache_file for cache in caches if hasattr(cache, "_cache_file")), None)
    if kept is None:
        pytest.skip("no folder for machine code can be written to")
    made = type(kept)(str(tmp_path), "kept", kept._source_stamp)
    made._version = kept._version
    (tmp_path / made._index_name).write_bytes(pickle.dumps(numba.__version__) + b"cno.such.module\nKind\n.")
    assert made._load_index() == {}
    made._version = numba.__version__
    with pytest.raises(ModuleNotFoundError):
        made._load_index()


def test_a_change_in_what_is_not_imported_leaves_the_stamp(small_house: Path) -> None:
    before = compiled._stamp(small_house / "solver" / "entered.py")
    (small_house / "apart.py").write_text("import os\n")
    forget()
    assert compiled._stamp(small_house / "solver" / "entered.py") == before
