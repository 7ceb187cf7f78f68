"""Studies beyond one file and one machine: a PostgreSQL server, a Dask scheduler with worker processes."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from threading import Thread

import pandas as pd
import pytest

import detente as dt
from detente.errors import StudyError
from detente.study.silence import LOG

from .test_library import DRAWS, TEXT, assert_same


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("case") / "stand.yaml"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.fixture(scope="module")
def whole(case):
    """The same run on this machine, kept nowhere."""
    return dt.run(case, draws=DRAWS)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    pgserver = pytest.importorskip("pgserver")
    pytest.importorskip("psycopg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        running = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    yield running
    running.cleanup()


@pytest.fixture
def database(server) -> str:
    """The address of an empty database."""
    server.psql("drop database if exists studies with (force);")
    server.psql("create database studies;")
    return server.get_uri("studies")


def test_a_library_on_a_postgresql_server_works_as_one_in_a_file(case, whole, database, tmp_path):
    def stop(what: str, done: int, total: int) -> None:
        if done >= 1024:
            signal.raise_signal(signal.SIGINT)

    stopped = dt.run(case, draws=DRAWS, library=database, progress=stop, workers=1)
    assert stopped.settings["interrupted"] == "draws"
    study = dt.run(case, draws=DRAWS, library=database)
    assert study.taken_up == 1024
    assert_same(study, whole)
    with dt.Library(database) as library:
        [record] = library.records()
        assert record.finished
        assert_same(library.open("last"), whole)
        file = library.export("last", tmp_path / "stand.study")
        library.delete("last")
        library.take_in(file)
        assert_same(library.open(record.id), whole)


def test_a_connection_that_is_cut_is_made_again(case, whole, database, server, monkeypatch):
    monkeypatch.setattr("detente.study.kept.database._WAITS", (0.05, 0.1, 0.2))
    cut: list[int] = []

    def cut_once(what: str, done: int, total: int) -> None:
        if done >= 1024 and not cut:
            cut.append(done)
            server.psql("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'studies';")

    study = dt.run(case, draws=DRAWS, library=database, progress=cut_once, workers=1)
    assert cut
    assert_same(study, whole)
    with dt.Library(database) as library:
        assert library.find("last").finished


def test_a_server_that_is_gone_is_told_and_nothing_is_lost(case, whole, database, server, monkeypatch):
    monkeypatch.setattr("detente.study.kept.database._WAITS", (0.05, 0.1))

    def refuse(what: str, done: int, total: int) -> None:
        if done >= 1024:
            server.psql("alter database studies allow_connections false;")
            server.psql("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'studies';")

    with pytest.raises(StudyError, match="kept before is safe there"):
        dt.run(case, draws=DRAWS, library=database, progress=refuse, workers=1)
    server.psql("alter database studies allow_connections true;")
    study = dt.run(case, draws=DRAWS, library=database)
    assert study.taken_up == 1024
    assert_same(study, whole)


def dask(program: str, *arguments: str, before: str = "") -> subprocess.Popen[str]:
    """Start a program of Dask's; before: Python that runs first in its process."""
    code = f"{before}\nfrom distributed.cli.dask_{program} import main\nmain()"
    command = [sys.executable, "-c", code, *arguments, "--host", "127.0.0.1"]
    return subprocess.Popen([*command, "--no-dashboard"], stderr=subprocess.PIPE, text=True)


def drain(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    for _ in process.stderr:
        pass


class Cluster:
    """A scheduler and worker processes on this machine."""

    def __init__(self) -> None:
        self.scheduler = dask("scheduler", "--port", "0")
        self.processes = [self.scheduler]
        assert self.scheduler.stderr is not None
        found = (re.search(r"Scheduler at:\s+(tcp://\S+)", line) for line in self.scheduler.stderr)
        self.address = next(match[1] for match in found if match)
        Thread(target=drain, args=[self.scheduler], daemon=True).start()

    def worker(self, *arguments: str, before: str = "") -> subprocess.Popen[str]:
        process = dask("worker", self.address, "--nthreads", "1", "--no-nanny", *arguments, before=before)
        self.processes.append(process)
        Thread(target=drain, args=[process], daemon=True).start()
        return process

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def cluster():
    pytest.importorskip("distributed")
    started = Cluster()
    yield started
    started.stop()


def test_a_cluster_finds_the_same_bits_although_a_worker_is_killed_and_then_vanishes_without_loss(
    case, whole, cluster, tmp_path
):
    first = cluster.worker()
    library = str(tmp_path / "library.sqlite")
    killed: list[int] = []

    def kill_a_worker(what: str, done: int, total: int) -> None:
        if done and not killed:
            killed.append(done)
            os.kill(first.pid, signal.SIGKILL)
            cluster.worker()

    study = dt.run(case, draws=DRAWS, cluster=cluster.address, progress=kill_a_worker)
    assert killed
    assert_same(study, whole)

    def kill_the_scheduler(what: str, done: int, total: int) -> None:
        if done:
            cluster.scheduler.kill()

    with pytest.raises(StudyError, match="has gone"):
        dt.run(case, draws=DRAWS, cluster=cluster.address, progress=kill_the_scheduler, library=library)
    study = dt.run(case, draws=DRAWS, library=library)
    assert study.taken_up > 0
    pd.testing.assert_frame_equal(study.draws(), whole.draws(), check_exact=True)


OTHER_CODE = "import detente.study.running.versions as there; there._code = lambda: 'another'"


def test_a_worker_with_other_code_is_left_out_by_name_and_address_while_the_others_go_on(
    case, whole, cluster, caplog, monkeypatch
):
    def give_up(record: logging.LogRecord) -> bool:
        if "is left out" in record.getMessage():
            monkeypatch.setattr("detente.study.cluster.dispatch._WITHOUT_WORKERS", 0.0)
        return True

    left_out = r"the worker old at tcp://127\.0\.0\.1:\d+ is left out: .*code another"
    monkeypatch.setattr("detente.study.cluster.dispatch._WITHOUT_WORKERS", 600.0)
    cluster.worker("--name", "old", before=OTHER_CODE)
    LOG.addFilter(give_up)
    try:
        with pytest.raises(StudyError, match=rf"no worker that fits since .*{left_out}"):
            dt.run(case, draws=10, cluster=cluster.address)
    finally:
        LOG.removeFilter(give_up)
    monkeypatch.setattr("detente.study.cluster.dispatch._WITHOUT_WORKERS", 600.0)
    caplog.clear()
    cluster.worker("--name", "new")
    study = dt.run(case, draws=DRAWS, cluster=cluster.address)
    assert_same(study, whole)
    [said] = [each for each in caplog.messages if "left out" in each]
    assert re.match(left_out, said), said


def test_a_cluster_that_is_not_there_is_told(case, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("detente.study.cluster.blocks._CONNECT", 0.5)
    with pytest.raises(StudyError, match="no Dask scheduler answers at tcp"):
        dt.run(case, draws=10, cluster="tcp://127.0.0.1:1")
