"""Machine code is kept once for all that is on a machine, found in sets that came along, and never out of date."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from numba import njit

from detente.kernels import kept


def count(n: int) -> int:
    total = 0
    for k in range(n):
        total += k
    return total


def compiled(stamp: str) -> Any:
    made: Any = njit(count)
    made._cache = kept.KeptCode(count, stamp)
    return made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept, "machine_folder", lambda: tmp_path / "machine" / "set")
    monkeypatch.setattr(kept, "SHIPPED", tmp_path / "built")
    for each in (kept.shipped_folders, kept._say_that_nothing_is_kept, kept._delete_unused):
        each.cache_clear()
    yield tmp_path  # type: ignore[misc]
    kept.shipped_folders.cache_clear()


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.kernel"))


def hits(made: Any) -> tuple[int, int]:
    return sum(made.stats.cache_hits.values()), sum(made.stats.cache_misses.values())


def test_what_was_compiled_once_is_read_afterwards(folder: Path) -> None:
    first, second = compiled("s"), compiled("s")
    assert (first(5), second(5), second(6)) == (10, 10, 15)
    assert (hits(first), hits(second)) == ((0, 1), (1, 0))
    assert len(files(folder)) == 1
    assert not list(folder.rglob("*.part"))


def test_code_of_other_sources_or_for_other_types_is_not_taken(folder: Path) -> None:
    compiled("s")(5)
    other, same = compiled("t"), compiled("s")
    assert other(5) == 10
    assert same(True) == 0
    assert (hits(other), hits(same)) == ((0, 1), (0, 1))
    assert len(files(folder)) == 3


def test_a_set_that_came_along_is_read_where_the_machine_keeps_nothing(folder: Path) -> None:
    compiled("s")(5)
    [file] = files(folder)
    there = folder / "built" / kept.set_name("x86-64")
    there.mkdir(parents=True)
    file.rename(there / file.name)
    there.chmod(0o500)
    kept.shipped_folders.cache_clear()
    made = compiled("s")
    assert made(5) == 10
    assert hits(made) == (1, 0)
    assert files(folder / "machine") == []


def test_a_set_for_a_better_processor_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for level in kept.PROCESSOR_LEVELS:
        (folder / "built" / kept.set_name(level)).mkdir(parents=True)
    monkeypatch.setattr(kept.binding, "get_host_cpu_features", lambda: {"avx2": True, "fma": False})
    assert [path.name for path in kept.shipped_folders()] == [kept.set_name("x86-64")]


def test_a_folder_that_cannot_be_written_to_is_told_and_stops_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "machine").write_text("a file where a folder should be")
    with pytest.warns(RuntimeWarning, match="cannot be written to.*NUMBA_CACHE_DIR"):
        assert compiled("s")(5) == 10


def test_what_nobody_used_for_long_is_deleted(folder: Path) -> None:
    compiled("s")(5)
    [file] = files(folder)
    old = file.stat().st_mtime - kept.UNUSED - 1
    kept.os.utime(file, (old, old))
    kept._delete_unused.cache_clear()
    compiled("t")(5)
    assert file not in files(folder)
    assert len(files(folder)) == 1


def test_who_needs_what_another_compiles_waits_for_it(folder: Path) -> None:
    first, second = compiled("s"), compiled("s")
    name = first._cache._file((kept.numba.int64,))
    turn = kept._take_turn(kept.machine_folder() / name)
    waiting = Thread(target=second, args=(5,))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    turn.close()
    waiting.join()
    assert first(5) == 10
    assert (hits(first), hits(second)) == ((1, 0), (0, 1))
