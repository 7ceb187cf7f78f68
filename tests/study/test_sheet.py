"""The question sheet: written before anything is solved, and drawn by a lot that anybody can repeat."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import detente as dt
from detente.errors import RequestError
from detente.study.scored.sheet import drawn_crises, sheet_of

PLACE = Path(__file__).parent / "quarrel.yaml"


@pytest.fixture
def icb(tmp_path: Path) -> Path:
    rows = [f"{n},CRISIS {n},{1918 + n},{n % 12 + 1},{n % 28 + 1}" for n in range(1, 101)]
    place = tmp_path / "icb1.csv"
    place.write_text("crisno,crisname,yrtrig,motrig,datrig\n" + "\n".join([*rows, ",,,,"]) + "\n", "utf-8")
    return place


def test_a_sheet_has_the_groups_the_rule_the_class_and_the_days(tmp_path):
    sheet = sheet_of([dt.load(PLACE)], horizon=20)
    digest = sheet.write(tmp_path / "sheet.json")
    told = json.loads((tmp_path / "sheet.json").read_text("utf-8"))
    assert told["digest"] == digest
    assert told["rule"] == "a thousand dead"
    (question,) = told["questions"]
    assert next(iter(question["axes"])) == "force"
    assert question["axes"]["force"]["calm"] == ["retreat", "standoff"]
    assert question["base_rate"]["fire"] == 0.2
    assert question["reference_class"] == "twenty quarrels over islands"
    assert question["forecast_days"] == ["1950-01-01", "1950-01-06", "1950-01-11", "1950-01-16"]
    assert "ended" not in question
    with pytest.raises(RequestError, match="not written over"):
        sheet.write(tmp_path / "sheet.json")


def test_a_digest_stands_for_every_word_of_a_sheet():
    case = dt.load(PLACE)
    assert sheet_of([case], horizon=20).plain()["digest"] == sheet_of([case], horizon=20).plain()["digest"]
    assert sheet_of([case], horizon=20).plain()["digest"] != sheet_of([case], horizon=21).plain()["digest"]


def test_a_lot_is_the_same_for_the_same_file_and_seed_and_another_for_another_seed(icb):
    first, lot = drawn_crises(icb, 10, 7, 90)
    again, _ = drawn_crises(icb, 10, 7, 90)
    other, _ = drawn_crises(icb, 10, 8, 90)
    assert first == again != other
    assert lot["pool"] == 100
    assert len(set(lot["crises"])) == 10
    assert first[0].start == date(1918 + lot["crises"][0], lot["crises"][0] % 12 + 1, lot["crises"][0] % 28 + 1)


def test_every_crisis_is_as_likely_to_be_drawn(icb):
    counts = dict.fromkeys(range(1, 101), 0)
    for seed in range(200):
        for each in drawn_crises(icb, 10, seed, 90)[1]["crises"]:
            counts[each] += 1
    assert min(counts.values()) > 5
    assert max(counts.values()) < 40


def test_only_the_years_asked_for_are_in_the_lot(icb):
    drawn, lot = drawn_crises(icb, 5, 0, 90, (1946, 1950))
    assert lot["pool"] == 5
    assert [each.start.year for each in drawn if each.start] == [1946, 1947, 1948, 1949, 1950]


def test_what_is_no_file_of_crises_is_refused(icb, tmp_path):
    with pytest.raises(RequestError, match=r"100 crises of .* fit, and 101"):
        drawn_crises(icb, 101, 0, 90)
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(RequestError, match="no column `crisno`"):
        drawn_crises(other, 1, 0, 90)
    with pytest.raises(RequestError, match="cannot be read"):
        drawn_crises(tmp_path / "none.csv", 1, 0, 90)
    with pytest.raises(RequestError, match="needs the rule"):
        sheet_of([], icb=icb)
    with pytest.raises(RequestError, match="name one"):
        sheet_of([], rule="who fired")
