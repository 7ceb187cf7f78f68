"""Studies are kept as they are solved: nothing lost, nothing done twice, nothing believed that does not check."""

from __future__ import annotations

import json
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import detente as dt
from detente.errors import StudyError
from detente.game.drawn.draws import uniform_cube
from detente.study.request import Request
from detente.study.running import columns, plan
from detente.study.running.columns import Block, BlockError, Columns
from detente.study.running.run import Run

TEXT = """\
detente: 1
title: Stand or yield
quantities:
  cost: {uniform: [0.1, 0.6]}
  prize: {uniform: [0.5, 1]}
actors:
  a: {name: Challenger}
  b: {name: Defender, private: {kind: {tough: 0.4, soft: rest}}}
stages:
  - {id: press, by: a, choose: {wait: {end: peace}, demand: }}
  - {id: answer, by: b, choose: {yield: {end: gain}, fight: {end: war}}}
outcomes:
  peace: {payoffs: {a: 0, b: prize}}
  gain: {payoffs: {a: prize, b: 0}}
  war: {payoffs: {a: prize / 2 - cost, b: "prize / 2 - if(b.kind = tough, 0, cost)"}}
timeline:
  - {date: 2025-03-07, stage: press, move: demand}
claims:
  - {id: deter, says: Cost deters, by: Desk, raise: cost, expect: falls, of: P(war)}
scenarios:
  free: {set: {cost: 0}}
questions:
  - {id: along, vary: prize, from: 0.5, to: 1, steps: 2, show: [P(war)]}
rationality: 8
"""
DRAWS = 1100
"""Two blocks of the main draws; every other task has one."""


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("case") / "stand.yaml"
    path.write_text("# a remark of the analyst's\n" + TEXT, "utf-8")
    return path


@pytest.fixture(scope="module")
def whole(case):
    """The same run, kept nowhere."""
    return dt.run(case, draws=DRAWS)


@pytest.fixture
def address(tmp_path) -> str:
    return str(tmp_path / "library.sqlite")


def answers(study: dt.Study) -> dict:
    """All that a study tells, except its place in a library and its origin."""
    told = study.to_dict()
    certificate = {**told["certificate"], "verified": True, "checked": None}
    if study.checked:
        certificate["sentences"] = certificate["sentences"][1:]
    return {**told, "certificate": certificate, "settings": {**told["settings"], "study": ""}}


def assert_same(study: dt.Study, whole: dt.Study) -> None:
    assert answers(study) == answers(whole)
    pd.testing.assert_frame_equal(study.draws(), whole.draws(), check_exact=True)


def program(code: str, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, **options)


KILLED = f"""
import os, signal, sys
import detente as dt

def die(what, done, total):
    if done >= 1024:
        os.kill(os.getpid(), signal.SIGKILL)

dt.run(sys.argv[1], draws={DRAWS}, library=sys.argv[2], progress=die, workers=1)
"""


def test_a_run_that_was_killed_goes_on_to_the_same_numbers(case, whole, address):
    assert program(KILLED, str(case), address).returncode == -signal.SIGKILL
    with dt.Library(address) as library:
        record = library.find("last")
        assert not record.finished
        assert 1024 <= record.kept < record.solutions
        partial = library.open("last")
        assert partial.settings["interrupted"]
    study = dt.run(case, draws=DRAWS, library=address)
    assert study.taken_up == record.kept, "nothing was lost"
    assert study.solved == record.solutions - record.kept, "nothing was done twice"
    assert_same(study, whole)


def test_a_study_is_kept_with_all_that_made_it(case, whole, address):
    study = dt.run(case, draws=DRAWS, library=address)
    with dt.Library(address) as library:
        [record] = library.records()
        assert record.id == study.record
        assert record.text == case.read_text("utf-8"), "remarks included"
        assert record.digest == dt.load(case).digest
        assert record.settings["draws"] == DRAWS
        assert {"detente", "numpy", "numba", "processor"} <= set(record.versions)
        assert record.kept == record.solutions
        assert record.answers == json.loads(json.dumps(study.to_dict()))
        assert_same(library.open(record.id[:6]), whole)
        again = library.rerun("last")
        assert again.equal
        assert not again.versions
        assert_same(again.study, whole)


def test_another_seed_case_or_setting_is_another_study(case, address):
    run = {"draws": 10, "library": address}
    ids = {
        dt.run(case, **run, **other).record for other in ({}, {"seed": 1}, {"sampling": "latin"}, {"set": {"cost": 1}})
    }
    ids.add(dt.run(case, **{**run, "draws": 11}).record)
    assert len(ids) == 5
    assert dt.run(case, **run).taken_up > 0


def test_a_rerun_tells_which_numbers_differ(case, address):
    study = dt.run(case, draws=10, library=address)
    rewrite(address, lambda block: Block(block.fields, block.notes, block.table + 0.25), "draws")
    with dt.Library(address) as library:
        found = library.rerun(study.record)
    assert not found.equal
    assert found.differences["draws: outcomes"] == pytest.approx(0.25)
    assert not [name for name in found.differences if not name.startswith("draws: ")]


def rewrite(address: str, change, purpose: str) -> None:
    """Replace a block by another, as nobody but a forger would."""
    with sqlite3.connect(address) as database:
        [(first, results)] = database.execute(
            "select first, results from detente_blocks where purpose = ?", [purpose]
        ).fetchall()
        packed = change(Block.unpack(results)).pack()
        database.execute(
            "update detente_blocks set results = ?, sha256 = ? where purpose = ? and first = ?",
            [packed, sha256(packed).hexdigest(), purpose, first],
        )
    database.close()


def test_a_damaged_block_is_solved_again_and_never_read(case, whole, address):
    dt.run(case, draws=DRAWS, library=address)
    with sqlite3.connect(address) as database:
        database.execute("update detente_blocks set results = zeroblob(200) where purpose = 'draws' and first = 0")
    database.close()
    with dt.Library(address) as library, pytest.raises(StudyError, match=r"draws, from draw 1: .*checksum"):
        library.open("last")
    study = dt.run(case, draws=DRAWS, library=address)
    assert study.solved == 1024
    assert_same(study, whole)


def test_one_file_carries_a_study_to_another_library(case, whole, address, tmp_path):
    study = dt.run(case, draws=DRAWS, library=address)
    with dt.Library(address) as library:
        file = library.export("last", tmp_path / "stand.study")
    assert_same(dt.Library(address).open(file), whole)
    with dt.Library(tmp_path / "other.sqlite") as other:
        for _ in range(2):
            assert [record.id for record in other.take_in(file)] == [study.record]
        assert len(other.records()) == 1
        assert other.find("last").finished
        assert_same(other.open(study.record), whole)
        assert other.delete(study.record).id == study.record
        assert not other.records()


@pytest.fixture(scope="module")
def study_file(case, tmp_path_factory) -> bytes:
    folder = tmp_path_factory.mktemp("file")
    dt.run(case, draws=10, library=folder / "library.sqlite")
    with dt.Library(folder / "library.sqlite") as library:
        return library.export("last", folder / "small.study").read_bytes()


def altered(statement: str):
    def alter(path: Path) -> None:
        with sqlite3.connect(path) as database:
            database.execute(statement)
        database.close()

    return alter


def foreign(path: Path) -> None:
    path.unlink()
    altered("create table recipes (name text)")(path)


def pickled(path: Path) -> None:
    evil = pickle.dumps(Path("somewhere"))
    with sqlite3.connect(path) as database:
        database.execute("update detente_blocks set results = ?, sha256 = ?", [evil, sha256(evil).hexdigest()])
    database.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_text("Dear library,"), "no library of studies, nor a study file"),
        (lambda path: path.write_bytes(b""), "holds no study"),
        (lambda path: path.write_bytes(path.read_bytes()[:20_000]), "damaged"),
        (foreign, "another program"),
        (altered("delete from detente_studies"), "holds no study"),
        (altered("update detente_library set format = 99"), "another version"),
        (altered("update detente_studies set settings = 'import os'"), "damaged"),
        (altered("update detente_studies set settings = '{\"draws\": 1}'"), "changed"),
        (altered("update detente_studies set text = replace(text, '0.4', '0.5')"), "changed"),
        (altered("update detente_studies set text = 'detente: 1'"), "cannot be read"),
        (altered("update detente_blocks set results = 'words'"), "damaged"),
        (altered("create view detente_more as select 1"), "more than rows"),
        (altered("create trigger t after insert on detente_studies begin select 1; end"), "more than rows"),
        (altered("update detente_studies set started = '9999'"), "damaged"),
        (altered("update detente_studies set name = 'a' || char(10) || 'b'"), "damaged"),
        (altered("update detente_blocks set results = cast(results || x'00' as blob)"), "checksum"),
        (altered("update detente_blocks set results = results || x'00'"), "damaged"),
        (altered("update detente_blocks set purpose = 'else' where purpose = 'draws'"), "do not belong"),
        (altered("update detente_blocks set first = 77 where purpose = 'draws'"), "do not belong"),
        (pickled, "not the results"),
    ],
)
def test_a_file_that_is_no_sound_study_is_refused_with_the_reason(study_file, tmp_path, address, spoil, words):
    path = tmp_path / "sent.study"
    path.write_bytes(study_file)
    spoil(path)
    with dt.Library(address) as library:
        with pytest.raises(StudyError) as error:
            library.take_in(path)
        assert words in str(error.value)
        with pytest.raises(StudyError):
            library.open(path)
        assert not library.records(), "nothing of it was taken in"


def test_a_file_that_is_no_study_is_not_replaced_by_an_export(case, address, tmp_path):
    dt.run(case, draws=10, library=address)
    with dt.Library(address) as library, pytest.raises(dt.RequestError, match="no study file"):
        library.export("last", case)
    assert "Stand or yield" in case.read_text("utf-8")


@pytest.mark.parametrize(
    ("address", "error", "words"),
    [
        ("mysql://host/base", dt.RequestError, "not `mysql`"),
        ("sqlite://", dt.RequestError, "names no file"),
        ("postgresql://user:hush@127.0.0.1:1/none", StudyError, "no connection"),
    ],
)
def test_an_address_that_leads_nowhere_says_so_and_keeps_the_password(address, error, words):
    with pytest.raises(error) as caught:
        dt.Library(address)
    assert words in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(("id", "words"), [("nothing", "no study `nothing`"), ("", "no study"), ("%", "no study")])
def test_a_study_that_is_not_there_is_told(address, id, words):
    with dt.Library(address) as library, pytest.raises(dt.RequestError, match=words):
        library.find(id)


FULL = f"""
import resource, sys
import detente as dt

library = dt.Library(sys.argv[2])

def fill(what, done, total):
    if done >= 1024:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

try:
    dt.run(sys.argv[1], draws={DRAWS}, library=library, progress=fill, workers=1)
except dt.DetenteError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits on file sizes are Unix's")
def test_a_full_disk_is_told_and_loses_nothing(case, whole, address):
    done = program(FULL, str(case), address)
    assert "full" in done.stdout, done.stderr
    assert "kept before is safe" in done.stdout
    study = dt.run(case, draws=DRAWS, library=address)
    assert study.taken_up >= 1024
    assert_same(study, whole)


def test_two_programs_may_keep_the_same_run_at_once(case, whole, address):
    code = f"import detente as dt, sys; dt.run(sys.argv[1], draws={DRAWS}, library=sys.argv[2], workers=1)"
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(case), address], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for each in both:
        _, said = each.communicate(timeout=240)
        assert each.returncode == 0, said
    with dt.Library(address) as library:
        [record] = library.records()
        assert record.kept == record.solutions
        assert_same(library.open(record.id), whole)


def test_solutions_that_another_program_kept_first_are_counted(case, address):
    run = Run.of(dt.load(case), Request.of(None, None, None, 32, 0))
    job = run.missing()[0]
    block = run.solve_here(job, 1)
    with dt.Library(address) as library:
        one, other = library.begin(run), library.begin(run)
        for shelf in (one, other):
            shelf.keep(job.task.purpose, job.first, block)
    assert (one.twice, other.twice) == (0, block.draws)


def test_any_number_of_workers_finds_the_same_bits(case, monkeypatch):
    monkeypatch.setattr(plan, "BLOCK_MOST", 32)
    one, three = (dt.run(case, draws=150, workers=count) for count in (1, 3))
    assert_same(three, one)


def test_results_beyond_memory_are_the_same_results(case, whole, monkeypatch):
    monkeypatch.setattr(columns, "IN_MEMORY", 0)
    assert_same(dt.run(case, draws=DRAWS), whole)


def test_inquiries_are_solved_at_as_many_draws_as_asked_for(case):
    study = dt.run(case, draws=30, inquiry_draws={"claims": 12, "scenarios": 7, "questions": 0})
    assert set(study.claims()["draws"]) == {12}
    assert set(study.scenarios()["draws"]) == {7}
    assert study.questions().empty
    for wrong in ({"beliefs": 3}, {"claims": -1}):
        with pytest.raises(dt.RequestError, match=r"draws"):
            dt.run(case, draws=30, inquiry_draws=wrong)


@given(st.integers(1, 6), st.integers(1, 200), st.integers(0, 2**32))
def test_a_latin_hypercube_has_one_point_in_every_stratum_of_every_axis(width, count, seed):
    strata = np.sort(np.floor(uniform_cube(width, count, seed, "latin") * count), axis=0)
    assert (strata == np.arange(count)[:, None]).all()


shapes = st.lists(st.integers(1, 3), max_size=2).map(tuple)


@given(st.lists(shapes, min_size=1, max_size=4), st.integers(1, 40), st.integers(0, 2**32))
def test_packed_results_come_back_to_the_bit(fields, draws, seed):
    random = np.random.default_rng(seed)
    arrays = {
        f"field {number}": random.choice([0.0, -0.0, np.nan, np.inf, 1e-310, random.normal()], (draws, *shape))
        for number, shape in enumerate(fields)
    }
    block = Block.unpack(Block.of(arrays, {"told": ["words"]}).pack())
    assert block.notes == {"told": ["words"]}
    whole = Columns(draws)
    whole.put(0, block)
    for name, values in arrays.items():
        assert whole.read(name, draws).tobytes() == values.tobytes()


@given(st.binary(max_size=60), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_bytes_of_strangers_are_refused_whatever_sizes_they_state(rest, told, size):
    stated = b"detente1" + told.to_bytes(8, "little") + size.to_bytes(8, "little") + rest
    for payload in (rest, stated):
        with pytest.raises(BlockError):
            Block.unpack(payload)


def test_the_list_of_studies_loads_neither_solver_nor_data_frames(tmp_path):
    code = (
        "import sys\n"
        "from detente.study.kept.library import Library\n"
        f"with Library({str(tmp_path / 'studies.db')!r}) as library:\n"
        "    assert library.records() == []\n"
        "heavy = {'numba', 'pandas', 'scipy', 'altair'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
