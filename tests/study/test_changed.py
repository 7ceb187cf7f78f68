"""A change is told before, then and by how much, alike in a run and in an answer; seeing a move is not doing it."""

from __future__ import annotations

from pathlib import Path

import pytest

import detente as dt
from detente.case.read import read_text
from detente.report.brief import brief_parts
from detente.report.findings import read_findings
from detente.report.naming import Names
from detente.report.page import render_report

CASE = (Path(__file__).parent / "missiles.yaml").read_text("utf-8")
FEW = {"hinges": 0, "scenarios": 16, "questions": 16}


def test_a_run_with_something_changed_tells_the_case_as_it_stands_beside_it():
    change = {"set": {"cost_us": 0.15}, "force": "reply: trade"}
    study = dt.run(read_text(CASE), draws=16, **change, inquiry_draws=FEW, library=None)
    told = dt.ask(read_text(CASE), "P(war)", "P(missiles_go)", draws=16, **change).to_dict()
    rows = study.changed().query("when == 'outset'").set_index("outcome")
    for text, id in (("P(war)", "war"), ("P(missiles_go)", "missiles_go")):
        assert rows.loc[id, "before"] == pytest.approx(told[text]["baseline"], abs=1e-9)
        assert rows.loc[id, "then"] == pytest.approx(told[text]["value"], abs=1e-9)
        assert rows.loc[id, "difference"] == pytest.approx(told[text]["difference"], abs=1e-9)
    given = study.changed().query("when == 'events'").set_index("outcome")
    assert given.loc["war", "then"] == pytest.approx(study.outcomes().set_index("outcome").loc["war", "after_mean"])
    findings = read_findings(study)
    parts = {part.id: part.lines for part in brief_parts(findings, Names(findings.case))}
    assert any("as it stands, then" in line for line in parts["brief-changed"])
    assert "What is changed here" in render_report(study)


def test_a_run_of_the_case_as_it_stands_tells_no_change():
    study = dt.run(read_text(CASE), draws=4, inquiry_draws=FEW, library=None)
    assert study.changed().empty
    assert "What is changed here" not in render_report(study)


def test_what_a_run_tells_given_a_move_stands_beside_the_move_forced():
    question = (
        "\nquestions: [{id: q, vary: cost_us, from: 0.1, to: 0.5, steps: 2, "
        "show: [P(resolute) given (reply = refuse), P(war)]}]\n"
    )
    study = dt.run(read_text(CASE + question), draws=16, inquiry_draws=FEW, library=None)
    (row,) = study.selections().to_dict("records")
    text = "P(resolute) given (reply = refuse)"
    told = dt.ask(read_text(CASE), text, draws=16, events=True).to_dict()[text]["selection"]
    for name in ("seen", "forced", "as_it_stands", "seeing", "doing", "apart", "apart_error"):
        assert row[name] == pytest.approx(told[name], abs=1e-9)
    assert row["parts"]
    assert row["forced"] == pytest.approx(0.3, abs=1e-9)
    assert row["seen"] > 0.31
    assert "(selection)" in render_report(study)
