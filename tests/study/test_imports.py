"""Studies from files are checked: a forgery is found by solving again, and unchecked parts are told as such."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from contextlib import closing
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from benchmarks.adversary.damage import LEVELS, damage, of_other_versions, taken_in
from hypothesis import given
from hypothesis import strategies as st

import detente as dt
from detente.errors import StudyError
from detente.report.page import render_report
from detente.study.kept.library import told_by_file
from detente.study.running.checked import missed
from detente.study.running.columns import Block, BlockError, Columns

from .test_library import TEXT, rewrite

DRAWS = 40


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("case") / "stand.yaml"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.fixture(scope="module")
def made(case, tmp_path_factory):
    """A study, the library that holds it, and its file."""
    folder = tmp_path_factory.mktemp("made")
    study = dt.run(case, draws=DRAWS, library=folder / "library.sqlite")
    with dt.Library(folder / "library.sqlite") as library:
        library.export("last", folder / "good.study")
    return study, folder / "library.sqlite", folder / "good.study"


def forged(source: Path, target: Path) -> Path:
    """A copy in which all chances are shifted by a tenth, checksums and answers included."""
    shutil.copy(source, target)

    def shift(block: Block) -> Block:
        table, row = block.table.copy(), 0
        for name, shape in block.fields.items():
            width = int(np.prod(shape, dtype=int))
            if name.startswith("interest"):
                table[row : row + width] = np.clip(table[row : row + width] + 0.1, 0, 1)
            if name == "outcomes":
                table[row : row + width] = np.roll(table[row : row + width], 1, axis=0)
            row += width
        return Block(block.fields, block.notes, table)

    database = sqlite3.connect(target)
    purposes = [row[0] for row in database.execute("select distinct purpose from detente_blocks")]
    [told] = database.execute("select answers from detente_studies").fetchone()
    wrong = json.loads(told)
    for each in wrong["outcomes"]:
        each["name"], each["median"] = "FORGED", 0.999
    database.execute("update detente_studies set answers = ?", [json.dumps(wrong)])
    database.commit()
    database.close()
    for purpose in purposes:
        rewrite(str(target), shift, purpose)
    return target


def rows(library: Path) -> list[tuple]:
    database = sqlite3.connect(library)
    found = [
        *database.execute("select * from detente_studies order by id"),
        *database.execute("select study, purpose, first, sha256 from detente_blocks order by 1, 2, 3"),
    ]
    database.close()
    return found


def test_an_import_changes_nothing_of_a_study_that_is_there(made, tmp_path):
    _, _, good = made
    bad = forged(good, tmp_path / "bad.study")
    finished, unfinished = tmp_path / "finished.sqlite", tmp_path / "unfinished.sqlite"
    for each in (finished, unfinished):
        shutil.copy(good, each)
    database = sqlite3.connect(unfinished)
    database.execute("delete from detente_blocks where purpose <> 'draws'")
    database.execute("update detente_studies set finished = null, answers = null")
    database.commit()
    database.close()
    for each in (finished, unfinished):
        before = rows(each)
        with dt.Library(each) as shelf:
            shelf.take_in(bad)
        assert rows(each) == before


def test_a_forged_file_is_refused_and_leaves_nothing(made, tmp_path):
    _, _, good = made
    bad = forged(good, tmp_path / "bad.study")
    with dt.Library(tmp_path / "fresh.sqlite") as library:
        with pytest.raises(StudyError, match="comes out otherwise than the file says"):
            library.take_in(bad)
        assert not library.records()


def test_an_expected_payoff_beyond_what_the_case_pays_is_refused_although_nothing_is_solved_again(made, tmp_path):
    _, _, good = made

    def pay(block: Block) -> Block:
        row = list(block.fields).index("utilities")
        start = sum(int(np.prod(shape, dtype=int)) for shape in list(block.fields.values())[:row])
        table = block.table.copy()
        table[start, 7] = 4e307
        return Block(block.fields, block.notes, table)

    bad = tmp_path / "bad.study"
    shutil.copy(good, bad)
    rewrite(str(bad), pay, "draws")
    with dt.Library(tmp_path / "fresh.sqlite") as library:
        with pytest.raises(StudyError, match="an expected payoff lies beyond what the case pays"):
            library.take_in(bad, sample=0)
        library.take_in(good, sample=0)


def test_a_forged_file_that_states_other_versions_is_taken_in_as_unverified(made, tmp_path):
    _, _, good = made
    bad = forged(of_other_versions(good, tmp_path / "other.study"), tmp_path / "bad.study")
    assert taken_in(bad, tmp_path / "fresh.sqlite", {}) == "taken in as unverified"
    with dt.Library(tmp_path / "fresh.sqlite") as library:
        [said, *_] = library.find("last").answers["certificate"]["sentences"]
    assert said.startswith("Unverified: it was made with other versions (code another there")


def test_answers_of_a_file_are_computed_and_never_believed(made, tmp_path):
    study, _, good = made
    lying = tmp_path / "lying.study"
    shutil.copy(good, lying)
    database = sqlite3.connect(lying)
    database.execute("update detente_studies set answers = replace(answers, 'war', 'WAR'), title = 'Another'")
    database.commit()
    database.close()
    true = json.loads(json.dumps(study.to_dict()))["outcomes"]
    assert told_by_file(lying)[0].answers["outcomes"] == true
    with dt.Library(tmp_path / "fresh.sqlite") as library:
        [record] = library.take_in(lying)
        assert record.answers["outcomes"] == true
        assert record.title == study.case.title
        assert record.verified
        assert "solved again and came out the same" in record.answers["certificate"]["sentences"][0]


def test_an_unchecked_study_says_so_wherever_it_is_told(made, case, tmp_path):
    _, _, good = made
    bad, address = forged(good, tmp_path / "bad.study"), tmp_path / "fresh.sqlite"
    with dt.Library(address) as library:
        [record] = library.take_in(bad, sample=0)
        assert not record.verified
        for study in (library.open(record.id), library.open(bad), library.open(good)):
            assert not study.verified
            assert "Unverified" in repr(study)
            assert "Unverified" in study.brief().to_dict()["certificate"]["sentences"][0]
            assert "Unverified" in study._repr_html_()
        assert "Unverified" in render_report(library.open(record.id).brief())
        assert "Unverified" in record.answers["certificate"]["sentences"][0]
    again = dt.run(case, draws=DRAWS, library=address)
    assert (again.taken_up, again.verified) == (0, True), "what was not checked is not built upon"
    pd.testing.assert_frame_equal(again.draws(), dt.run(case, draws=DRAWS).draws(), check_exact=True)
    with dt.Library(address) as library:
        assert library.find("last").verified


def test_a_run_goes_on_with_an_unverified_study_once_a_sample_solves_the_same(made, case, tmp_path):
    _, _, good = made
    address = tmp_path / "fresh.sqlite"
    with dt.Library(address) as library:
        library.take_in(good, sample=0)
    study = dt.run(case, draws=DRAWS, library=address)
    assert study.solved == 0
    assert study.verified
    assert study.checked is not None


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.01, 1))
def test_the_chance_to_miss_a_forgery_is_that_of_drawing_only_sound_ones(there, solved, share):
    solved = min(solved, there)
    wrong = int(np.ceil(share * there))
    assert missed(solved, there, share) == pytest.approx(comb(there - wrong, solved) / comb(there, solved))
    assert missed(solved, there, share) <= (1 - share) ** solved + 1e-12


def test_a_block_without_draws_or_over_others_is_refused():
    fields = {"a": (1,)}
    whole = Columns(8)
    whole.put(0, Block(fields, {}, np.zeros((1, 4))))
    for first, draws in ((0, 4), (2, 4), (3, 1), (6, 4)):
        with pytest.raises(BlockError):
            whole.put(first, Block(fields, {}, np.zeros((1, draws))))
    with pytest.raises(BlockError, match="no draws"):
        Block.unpack(Block(fields, {}, np.zeros((1, 0))).pack())
    assert whole.prefix == 4


@pytest.mark.parametrize("level", LEVELS)
def test_a_damaged_file_ends_in_a_sentence_or_tells_the_truth(made, tmp_path, level):
    study, _, good = made
    true = {study.record: json.loads(json.dumps(study.to_dict()))["outcomes"]}
    for seed in range(12):
        path = tmp_path / f"{seed}.study"
        what = damage(good, path, random.Random(f"{level} {seed}"), level)
        assert not taken_in(path, tmp_path / f"{seed}.sqlite", true).startswith("FAULT"), what


@pytest.mark.parametrize(
    "hurt",
    [
        lambda answers: answers["certificate"].update(sentences=[-1]),
        lambda answers: answers["certificate"].update(sentences=None),
        lambda answers: answers["outcomes"][0].update(name=7),
        lambda answers: answers["outcomes"][0].update(mean="x"),
        lambda answers: answers.update(outcomes=[[1]]),
        lambda answers: answers.pop("certificate"),
    ],
    ids=["sentence", "no sentences", "name", "number", "row", "missing"],
)
def test_answers_of_another_kind_in_a_library_are_a_damaged_record(made, tmp_path, hurt):
    """A study file named as a library is believed as a library is."""
    _, _, good = made
    path = tmp_path / "hurt.sqlite"
    shutil.copy(good, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        answers = json.loads(connection.execute("SELECT answers FROM detente_studies").fetchone()[0])
        hurt(answers)
        connection.execute("UPDATE detente_studies SET answers = ?", [json.dumps(answers)])
    with dt.Library(path) as library, pytest.raises(StudyError, match="is damaged"):
        library.find("last")
