"""`detente run`, as a program of its own: files, summary, interruption."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest


def test_run_writes_a_report_a_record_and_tables(door, tiny):
    done = door.program("run", tiny, "--draws", "20", "--out", "there")
    assert done.returncode == 0, done.stderr
    written = {path.name for path in (door.folder / "there").rglob("*") if path.is_file()}
    assert {"report.html", "study.json"} <= written
    assert any(name.endswith(".csv") for name in written)
    assert any(name.endswith(".parquet") for name in written)
    assert not [name for name in written if name.endswith((".tmp", ".part"))]
    json.loads((door.folder / "there" / "study.json").read_text("utf-8"))


def test_the_summary_says_how_it_may_end_and_where_the_report_is(door, tiny):
    done = door.program("run", tiny, "--draws", "20", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    for words in ("How it may end", "Settlement", "What is believed", "The defender is tough", "Pain restrains"):
        assert words in done.stdout
    assert str(Path("tiny-report") / "report.html") in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_a_pipe_gets_neither_colours_nor_a_bar(door, tiny):
    done = door.program("run", tiny, "--draws", "5")
    assert "\x1b" not in done.stdout + done.stderr
    assert "━" not in done.stderr


def test_run_can_speak_to_programs(door, tiny):
    found = door.json("run", tiny, "--draws", "5", "--out", "there")
    assert found["out"] == "there"
    assert {each["outcome"] for each in found["outcomes"]} == {"settlement", "war"}


def test_a_second_run_replaces_the_first(door, tiny):
    for seed in ("1", "2"):
        assert door("run", tiny, "--draws", "5", "--seed", seed, "--out", "there").exit_code == 0
    record = json.loads((door.folder / "there" / "study.json").read_text("utf-8"))
    assert record["settings"]["seed"] == 2


def test_a_bad_case_writes_nothing(door):
    (door.folder / "broken.yaml").write_text("detente: 1\ntitle: Nothing\nactors: {}\n", "utf-8")
    done = door("run", "broken.yaml")
    assert done.exit_code == 1
    assert [path.name for path in door.folder.iterdir()] == ["broken.yaml"]


def blocks_kept(library: Path) -> int:
    """Number of blocks of draws that a library holds; none before the library exists."""
    if not library.exists():
        return 0
    with closing(sqlite3.connect(f"file:{library}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute("select count(*) from detente_blocks").fetchone()[0])
        except sqlite3.OperationalError:  # it is being made
            return 0


@pytest.mark.skipif(os.name == "nt", reason="signals differ")
def test_ctrl_c_keeps_what_is_finished_and_says_so(door, tiny):
    command = [str(Path(sys.executable).parent / "detente"), "run", tiny, "--draws", "500000", "--out", "there"]
    library = Path(os.environ["DETENTE_LIBRARY"])
    running = subprocess.Popen(
        command,
        cwd=door.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell in the background ignores it
    )
    while running.poll() is None and not blocks_kept(library):
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=120)
    assert running.returncode == 130
    assert "Traceback" not in err
    assert re.search("stopped|interrupted", (out + err).lower())
