"""Groups of endings, what really came, and from when an event was known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import detente as dt
from detente.case.builder import Builder
from detente.case.read import read_text
from detente.case.sources import check_sources, citations, cited_text
from detente.case.written_back.write import case_text
from detente.crisis.inquiry import known_by
from detente.errors import CaseError
from detente.game.checked.checks import check_crisis

CASE = """
detente: 1
title: Missiles
sources:
  letters: {title: Letters, published: 1991}
  notes: {title: Notes, published: 1997-05}
  data: {title: Crises, file: crises.csv}
actors: {us: , ussr: {private: {resolve: {high: 0.3, low: rest}}}}
stages:
  - {id: demand, by: us, choose: {quarantine: , strike: {end: clash}}}
  - id: reply
    by: ussr
    choose: {withdraw: {end: pledge}, trade: {end: secret}, refuse: {end: war}}
outcomes:
  pledge: {payoffs: {us: 1, ussr: "if(ussr.resolve = high, 0.1, 0.6)"}}
  secret: {payoffs: {us: 0.7, ussr: 0.5}}
  clash: {payoffs: {us: 0.2, ussr: 0.2}}
  war: {payoffs: {us: 0, ussr: "if(ussr.resolve = high, 0.4, 0)"}}
groups:
  missiles_go: {name: The missiles leave, endings: [pledge, secret]}
  shots: {endings: [clash, war], axis: force}
  none_fired: {endings: [pledge, secret], axis: force}
timeline:
  - {date: 1962-10-22, stage: demand, move: quarantine}
  - {date: 1962-10-27, known: 1991, stage: reply, move: trade, because: [{source: letters, document: 65, says: so}]}
ended:
  ending: missiles_go
  date: 1962-10-28
  rule: The missiles are aboard ship
  because: [{source: notes, pages: [12, 15]}, {source: data, rows: {crisno: 196}}]
questions: []
"""


def test_the_chance_of_a_group_is_the_sum_of_the_chances_of_its_endings():
    told = dt.ask(read_text(CASE), "P(missiles_go)", "P(pledge)", "P(secret)", "P(not shots)", rationality=2)
    value = {text: float(values[0]) for text, values in told.values.items()}
    assert 0.1 < value["P(missiles_go)"] < 0.9
    assert value["P(missiles_go)"] == pytest.approx(value["P(pledge)"] + value["P(secret)"], abs=1e-12)
    assert value["P(missiles_go)"] == pytest.approx(value["P(not shots)"], abs=1e-12)


def test_a_group_stands_wherever_an_outcome_does():
    asked = ("P(missiles_go)", "P(pledge)", "P(pledge) given (missiles_go)", "B(us, missiles_go)")
    told = dt.ask(read_text(CASE), *asked, rationality=2)
    either, pledge, share, believed = (float(values[0]) for values in told.values.values())
    assert share == pytest.approx(pledge / either)
    assert believed == pytest.approx(either)


def test_a_group_is_no_ending_of_play():
    for wrong in (CASE.replace("end: war", "end: shots"), CASE + "finally: shots\n"):
        with pytest.raises(CaseError, match="unknown outcome `shots`"):
            read_text(wrong)


def test_what_is_built_in_python_is_what_is_written():
    built = (
        Builder("Missiles")
        .actor("us")
        .stage("demand", by="us", choose={"stay": {"end": "peace"}, "go": {"end": "war"}})
        .outcome("peace", payoffs={"us": 1})
        .outcome("war", payoffs={"us": 0})
        .group("calm", ["peace"], name="Calm", axis="force")
        .observation("demand", "stay", date=date(1962, 10, 22), known=date(1991, 1, 2))
        .ended("calm", date=date(1962, 10, 28), rule="nobody fired")
        .build()
    )
    again = read_text(case_text(built))
    assert again.digest == built.digest
    assert again.groups == built.groups
    assert again.ended == built.ended
    assert again.timeline[0].known == date(1991, 1, 2)


def test_an_event_is_known_from_the_last_day_of_the_year_that_is_written():
    timeline = read_text(CASE).timeline
    assert [each.stage for each in known_by(timeline, date(1962, 10, 21))] == []
    assert [each.stage for each in known_by(timeline, date(1991, 12, 30))] == ["demand"]
    assert [each.stage for each in known_by(timeline, date(1991, 12, 31))] == ["demand", "reply"]


def test_an_event_without_a_date_is_known_no_later_than_the_next_one_that_has_one():
    undated = read_text(CASE.replace("date: 1962-10-22, ", "").replace("known: 1991, ", "")).timeline
    assert len(known_by(undated, date(1962, 10, 26))) == 0
    assert len(known_by(undated, date(1962, 10, 27))) == 2


def test_a_citation_names_the_part_of_its_source():
    parts = [each.part for each in citations(read_text(CASE))]
    assert parts == ["document 65", "pages 12 to 15", "rows with crisno 196"]


def test_rows_that_a_table_does_not_have_are_told(tmp_path: Path):
    case = read_text(CASE)
    table = tmp_path / "crises.csv"
    table.write_text("crisno,actor\n196,USA\n196,USR\n", "utf-8")
    assert check_sources(case, tmp_path) == []
    assert [cited_text(case, tmp_path, each) for each in citations(case)] == ["", "", "2 rows"]
    table.write_text("crisno,actor\n195,USA\n", "utf-8")
    assert [each.what for each in check_sources(case, tmp_path)] == ["source `data` has no rows with crisno 196"]
    table.write_text("number,actor\n195,USA\n", "utf-8")
    assert [each.what for each in check_sources(case, tmp_path)] == [
        "the table of source `data` has no column `crisno`"
    ]


def test_a_group_that_says_nothing_is_a_warning():
    every = CASE.replace("[pledge, secret]}", "[pledge, secret, clash, war]}", 1)
    told = [each.what for each in check_crisis(read_text(every)).warnings]
    assert "every history ends in the group `missiles_go`: its chance is always 1" in told
    never = CASE.replace("{endings: [clash, war], axis: force}", "{endings: [truce], axis: force}")
    never = never.replace("groups:", "  truce: {payoffs: {us: 1, ussr: 1}}\ngroups:")
    told = [each.what for each in check_crisis(read_text(never)).warnings]
    assert "no history ends in the group `shots`" in told


def test_an_ending_that_really_came_and_that_no_history_has_is_a_warning():
    case = CASE.replace("ending: missiles_go", "ending: truce")
    case = case.replace("groups:", "  truce: {payoffs: {us: 1, ussr: 1}}\ngroups:")
    told = [each.what for each in check_crisis(read_text(case)).warnings]
    assert "no history ends in `truce`, which is what really came" in told


RANKED = CASE.replace("{us: 1, ", "{").replace("{us: 0.7, ", "{").replace("{us: 0.2, ", "{").replace("{us: 0, ", "{")


def ranked(order: str):
    (preference,) = read_text(f"{RANKED}preferences: {{us: '{order}'}}\n").preferences
    return preference.orders


def test_a_group_in_a_ranking_is_its_endings_in_an_open_order():
    assert ranked("missiles_go > clash > war") == ranked("{pledge, secret} > clash > war")
    assert ranked("{missiles_go, clash} > war") == ranked("{pledge, secret, clash} > war")
    assert ranked("missiles_go > shots") == ranked("{pledge, secret} > {clash, war}")


@pytest.mark.parametrize(
    ("order", "what"),
    [
        ("missiles_go > pledge > shots", "`pledge` is ranked twice"),
        ("missiles_go > none_fired > shots", "`pledge`, which is in the group `none_fired`, is ranked twice"),
        ("missiles_go ~ clash > war", "`~` stands beside { } or a group of endings"),
        ("clash ~ missiles_go > war", "`~` stands beside the group `missiles_go`, whose endings are in no order"),
        ("missiles_go > clash", "the ranking leaves out `war`"),
    ],
)
def test_a_group_in_a_ranking_where_it_cannot_be_is_told(order: str, what: str):
    with pytest.raises(CaseError) as error:
        ranked(order)
    assert error.value.problems[0].what == what
