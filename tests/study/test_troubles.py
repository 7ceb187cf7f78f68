"""Troubles around a run are told by their names, and cost nothing that was finished."""

from __future__ import annotations

import logging
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

import detente as dt
from detente.cli.terminal.stopping import stop_alike
from detente.errors import DiskError, StudyError
from detente.files import disk, whole_folder
from detente.study import silence
from detente.study.kept import sqlite_files
from detente.study.request import Request
from detente.study.running import columns
from detente.study.running.run import Run

from .test_library import TEXT


@pytest.fixture(autouse=True)
def heard(monkeypatch):
    """Another test's tool may have switched off the loggers that were there when it set up its own."""
    monkeypatch.setattr(silence.LOG, "disabled", False)


@pytest.fixture
def case(tmp_path) -> Path:
    path = tmp_path / "stand.yaml"
    path.write_text(TEXT, "utf-8")
    return path


def test_many_programs_may_open_a_fresh_library_at_once(tmp_path):
    def look(number: int) -> int:
        with dt.Library(tmp_path / f"{number // 8}.sqlite") as library:
            return len(library.records())

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(look, range(80))) == 0


def test_the_last_study_is_the_last_within_a_second_too(case, tmp_path):
    crisis = dt.load(case)
    with dt.Library(tmp_path / "kept.sqlite") as library:
        for seed in range(4):
            shelf = library.begin(Run.of(crisis, Request.of(None, None, None, 2, seed)))
            assert library.find("last").id == shelf.id


def test_a_study_deleted_while_it_is_solved_is_told_and_the_run_goes_on(case, tmp_path, caplog):
    address = tmp_path / "kept.sqlite"

    def delete(what: str, done: int, total: int) -> None:
        with dt.Library(address) as library:
            for record in library.records():
                library.delete(record.id)

    study = dt.run(case, draws=20, library=address, progress=delete)
    assert study.record == ""
    assert not study.settings["interrupted"]
    assert [record.getMessage() for record in caplog.records if "was deleted from the library" in record.getMessage()]
    with dt.Library(address) as library:
        assert not library.records()


def test_a_library_in_a_folder_that_may_only_be_read_can_be_read(case, tmp_path, monkeypatch):
    address = tmp_path / "kept" / "kept.sqlite"
    dt.run(case, draws=20, library=address)
    opened = sqlite_files._opened

    def refused(file, mode, rules):
        # Rights do not bind every user who runs tests: what SQLite says where they do is said here.
        if mode == "mode=rwc":
            raise sqlite3.OperationalError("unable to open database file")
        return opened(file, mode, rules)

    monkeypatch.setattr(sqlite_files, "_opened", refused)
    with dt.Library(address) as library:
        assert library.open("last").settings["finished"] == 20
        with pytest.raises(StudyError, match="may not be written to"):
            library.delete("last")


def test_what_is_waited_for_is_said_with_since_when_and_broken_off(monkeypatch, caplog):
    monkeypatch.setattr(silence, "TOLD", 0.01)
    monkeypatch.setattr(silence, "BREAK_OFF_AFTER", 0.02)
    cut = Event()
    with caplog.at_level(logging.WARNING), silence.watched("the library x", cut.set):
        assert cut.wait(60)
    said = [record.getMessage() for record in caplog.records]
    assert said[0].startswith("waiting for the library x since ")
    assert said[1].endswith("the call is broken off")
    assert said[2] == "the library x answers again"


def test_a_full_disk_is_told_by_its_folder(tmp_path, case, monkeypatch):
    with pytest.raises(DiskError, match=f"the disk of {tmp_path} is full"), disk(tmp_path, "it"):
        raise OSError(28, "No space left on device")
    told = pytest.raises(DiskError, match=r"^a cannot be written to /out: .*; --out helps$")
    with told, disk("/out", "a", "--out helps"), disk("/.staging", "b"):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(columns, "IN_MEMORY", 0)
    monkeypatch.setattr(columns, "_write_at", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(DiskError, match="TMPDIR names another folder"):
        dt.run(case, draws=5)
    with pytest.raises(DiskError, match="kept in the library: the same command goes on from it"):
        dt.run(case, draws=5, library=tmp_path / "library")


def cut_short(study: dt.Study, folder: Path) -> None:
    with whole_folder(folder) as staging:
        study.save(staging)
        raise OSError("stop")


def test_a_folder_of_results_is_whole_or_as_it_was(tmp_path, case):
    study, folder = dt.run(case, draws=5), tmp_path / "report"
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine.txt").write_text("mine")
    for target in (folder, tmp_path / "there"):
        with pytest.raises(OSError, match="stop"):
            cut_short(study, target)
    assert not folder.exists()
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["mine.txt"]
    for target in (folder, tmp_path / "there"):
        written = study.save(target)
        assert all(path.exists() for path in written)
        assert {path.relative_to(target).as_posix() for path in written} <= set(study.files())
    assert (tmp_path / "there" / "mine.txt").read_text() == "mine"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="these signals are Unix's")
@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP"])
def test_what_ends_a_program_is_an_interrupt_unless_it_is_ignored(number):
    each = getattr(signal, number)
    before = signal.signal(each, signal.SIG_DFL)
    try:
        stop_alike()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(each)
        signal.signal(each, signal.SIG_IGN)
        stop_alike()
        signal.raise_signal(each)  # as under nohup
    finally:
        signal.signal(each, before)


def test_a_run_that_is_told_to_end_writes_what_is_finished(tmp_path, case):
    program = shutil.which("detente", path=str(Path(sys.executable).parent))
    assert program
    library, out = tmp_path / "kept.sqlite", tmp_path / "out"
    command = [program, "run", str(case), "--draws", "1000000", "--workers", "1", "--out", str(out)]
    process = subprocess.Popen([*command, "--library", str(library)], stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    while process.poll() is None:
        if library.exists():
            with dt.Library(library) as kept:
                if any(record.kept for record in kept.records()):
                    process.send_signal(signal.SIGTERM)
                    break
        time.sleep(0.2)
    said = process.communicate(timeout=240)[1].decode()
    assert process.returncode == 130, said
    assert "stopped while solving draws" in said
    assert (out / "study.json").exists()
    assert (out / "report.html").exists()
