"""`detente estimate`, and what takes its fit: the door as a user meets it."""

from __future__ import annotations

import json

import pytest
from tests.estimation.episodes import deterrence

CASE = "signorino-1999-deterrence"
LINKS = """\
estimate:
  quo_1: [1, trade]
  war_1: [1, regime]
  war_2: [1, balance]
observed: {ending: ending}
fixed: {capitulation_1: 1, capitulation_2: 0}
cluster: dyad
"""


@pytest.fixture
def at(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "links.yaml").write_text(LINKS)
    deterrence(150).to_csv(tmp_path / "data.csv", index=False)
    return tmp_path


def test_a_fit_is_a_table_in_the_form_of_the_field(door, at):
    told = door("estimate", CASE, "data.csv", "--links", "links.yaml", "--starts", "2")
    assert told.exit_code == 0
    for words in ("coefficient", "war_1: regime = dem", "log-likelihood", "AIC", "BIC", "2 of 2 starts led here"):
        assert words in told.output


def test_links_can_be_given_on_the_line(door, at):
    told = door(
        "estimate", CASE, "data.csv", "--link", "quo_1 ~ 1 + trade", "--ending", "ending", "--starts", "1", "--json"
    )
    assert told.exit_code == 0
    names = [row["coefficient"] for row in json.loads(told.stdout)["fit"]["coefficients"]]
    assert names == ["quo_1: constant", "quo_1: trade"]


def test_everything_is_written_and_taken_up_by_other_commands(door, at):
    line = ["estimate", CASE, "data.csv", "--links", "links.yaml", "--starts", "1", "--out", "out"]
    told = door(*line, "--at", "regime=dem", "--move", "trade=0:1", "--folds", "3")
    assert told.exit_code == 0, told.output
    assert {path.name for path in (at / "out").iterdir()} >= {"fit.json", "coefficients.csv", "coefficients.tex"}
    for words in ("Foretold at regime=dem", "First differences", "multinomial logit"):
        assert words in told.output
    anew = door("rerun", "out/fit.json")
    assert anew.exit_code == 0
    assert "bit by bit" in anew.output
    asked = door("ask", CASE, "P(war)", "--from", "out/fit.json", "--at", "trade=1", "--draws", "20", "--json")
    assert asked.exit_code == 0, asked.output
    assert 0 < json.loads(asked.stdout)["P(war)"]["value"] < 1


def test_bad_data_end_with_one_and_a_place(door, at):
    (at / "data.csv").write_text("trade,balance,regime,dyad,ending\n1,0,dem,3,peace\nx,0,dem,3,war\n")
    told = door("estimate", CASE, "data.csv", "--links", "links.yaml")
    assert told.exit_code == 1
    assert "data.csv:2:5: error: row 1, column `ending`" in told.output
    assert "data.csv:3:1: error: row 2, column `trade`: `x` is not a number" in told.output


@pytest.mark.parametrize(
    "words", [["--link", "quo_1 = trade"], ["--at", "regime"], ["--move", "trade=1"], ["--errors", "robust"]]
)
def test_words_that_cannot_be_read_end_with_two(door, at, words):
    told = door("estimate", CASE, "data.csv", "--links", "links.yaml", "--starts", "1", *words)
    assert told.exit_code == 2, told.output


def test_a_profile_without_a_fit_is_refused(door):
    assert door("ask", CASE, "P(war)", "--at", "trade=1").exit_code == 2
