"""A table in a CSV file is read by people's spreadsheets: no text in it is run as a formula there."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from detente.study.tables.files import harmless, write_pieces

RUN = ["=1+1", "+A1", "-A1", "@SUM(A1)", "\tx", "\rx", "\n=1", " =1+1", "＝1", '=HYPERLINK("x")', "-1-1", "+1 2"]
LEFT = ["-0.5", "+1e3", "-3", "plain", "", "a=b", "– dash", "'quoted"]


@pytest.mark.parametrize("cell", RUN)
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(cell):
    assert harmless(pd.DataFrame({"text": [cell]}))["text"][0] == f"'{cell}"


@pytest.mark.parametrize("cell", LEFT)
def test_other_texts_and_numbers_among_them_stay_as_they_are(cell):
    assert harmless(pd.DataFrame({"text": [cell]}))["text"][0] == cell


def test_numbers_stay_numbers_and_nothing_is_lost_in_the_file(tmp_path):
    table = pd.DataFrame(
        {"name": ["=x", "y,\nz", None], "value": [-1.5, 2.0, float("nan")], "seen": [True, False, True]}
    )
    written = write_pieces(tmp_path / "table", [table, table])
    with written[0].open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows[:3]] == ["'=x", "y,\nz", ""]
    assert [row["value"] for row in rows[:3]] == ["-1.5", "2.0", ""]
    assert pd.read_parquet(written[1])["name"][0] == "=x"
