"""`detente score`, `forecast` and `catalogue` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

PLACE = Path(__file__).resolve().parents[1] / "study" / "quarrel.yaml"


def test_a_score_is_told_date_by_date_and_says_what_it_is_worth(door):
    done = door("score", str(PLACE), "--draws", "32")
    assert done.exit_code == 0
    said = " ".join(done.stdout.split())
    assert "Ended on 1950-01-09: a war." in said
    assert "Scored on `force`, 3 groups: war." in said
    assert "its score shows fit, and no skill" in said
    assert "no less than 0.005 (then 5.30)" in said


def test_several_cases_are_pooled_and_the_terminal_says_that_few_tell_little(door):
    done = door("score", str(PLACE), str(PLACE), "--draws", "16")
    assert "2 cases cannot tell skill from luck" in " ".join(done.stdout.split())
    assert "gain over base rate" in done.stdout


def test_a_score_is_told_to_programs(door):
    told = json.loads(door("score", str(PLACE), "--draws", "16", "--sensitivity", "--json").stdout)
    assert told["floor"] == 0.005
    assert told["cases"][0]["headline"] == "force"
    assert len(told["sensitivity"]) == 4 * 3


def test_a_live_forecast_is_frozen_and_told_and_scored(door, tmp_path):
    frozen = tmp_path / "january.json"
    done = door("forecast", str(PLACE), "--on", "1950-01-02", "--freeze", str(frozen), "--draws", "32")
    assert done.exit_code == 0
    assert "digest" in done.stdout
    assert "later knowledge" in " ".join(done.stdout.split())
    since = door("forecast", str(PLACE), "--since", str(frozen), "--on", "1950-01-06")
    assert "1950-01-05: south, answer: stand" in since.stdout
    scored = door("score", str(frozen), "--ended", "war", "--ended-on", "1950-01-09")
    assert "not solved again" in " ".join(scored.stdout.split())
    again = door("forecast", str(PLACE), "--freeze", str(frozen))
    assert again.exit_code == 2
    assert "not written over" in again.stderr


def test_what_cannot_be_scored_is_told_without_a_traceback(door, tmp_path):
    assert door("score", "no-such-study", "--library", str(tmp_path / "library.sqlite")).exit_code == 2
    assert "name at least one" in door("score").stderr
    assert "no ending or group" in door("score", str(PLACE), "--ended", "peace").stderr
    assert "not ended" in " ".join(door("score", "demand", "--draws", "8").stdout.split())
    broken = tmp_path / "broken.json"
    broken.write_text('{"detente_forecast": 1}', "utf-8")
    assert "was changed after it was frozen" in door("score", str(broken)).stderr


def test_the_catalogue_tells_kind_size_dates_and_score(door):
    listed = door("catalogue").stdout
    assert "crisis" in listed
    assert "model" in listed
    told = {each["name"]: each for each in json.loads(door("catalogue", "--json").stdout)}
    kuwait = told["kuwait-1990"]
    assert kuwait["kind"] == "crisis"
    assert kuwait["nodes"] == 1459
    assert kuwait["record"]["ended"] == "1991-01-17"
    assert told["kydd-2005-trust"]["published"]["source"] == "Kydd 2005"
