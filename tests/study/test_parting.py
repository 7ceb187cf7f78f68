"""A change that contradicts an event is told given the events before it, beside the case given the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import detente as dt
from detente.case.read import read_text
from detente.crisis.changes import before_parting, with_scenario
from detente.crisis.inquiry import Limit
from detente.report.findings import read_findings
from detente.report.page import render_report

WRITTEN = (Path(__file__).parent / "missiles.yaml").read_text("utf-8")
CASE = WRITTEN.replace(
    "timeline:\n  - {date: 1962-10-22, stage: demand, move: quarantine}",
    "timeline:\n  - {date: 1962-10-22, stage: demand, move: quarantine}\n"
    "  - {date: 1962-10-27, stage: reply, move: trade}",
).replace("scenarios:", "scenarios:\n  refused: {name: Moscow refuses, force: {reply: refuse}}")


def test_history_parts_at_the_first_event_that_a_move_contradicts():
    case = read_text(CASE)
    stages = {stage.id: [move.id for move in stage.moves] for stage in case.stages()}

    def left(stage: str, move: str, *, forced: bool) -> int:
        return len(before_parting(case, [Limit(stage, (stages[stage].index(move),), forced)]))

    assert left("demand", "strike", forced=True) == 0
    assert left("demand", "strike", forced=False) == 2
    assert left("reply", "refuse", forced=True) == 1
    assert left("reply", "trade", forced=True) == 2
    assert left("reply", "trade", forced=False) == 1
    assert left("last", "war", forced=True) == 2
    assert [event.stage for event in with_scenario(case, "refused").timeline] == ["demand"]


def test_an_event_seen_by_its_label_is_contradicted_once_no_move_behind_it_is_left():
    masked = CASE.replace(
        "      refuse:\n", "      refuse:\n    seen_as: {withdraw: answer, trade: answer, refuse: answer}\n"
    ).replace("stage: reply, move: trade", "stage: reply, seen: answer")
    case = read_text(masked)
    assert len(before_parting(case, [Limit("reply", (0,), False)])) == 2
    assert len(before_parting(case, [Limit("reply", (0, 1, 3), False)])) == 1


def test_what_is_asked_of_a_contradiction_is_asked_given_what_came_before_it():
    told = dt.ask(read_text(CASE), "P(war)", force="reply: refuse", events=True, draws=16)
    plain = dt.ask(read_text(CASE), "P(war)", force="reply: refuse", given="demand: quarantine", draws=16)
    for name, value in plain.to_dict()["P(war)"].items():
        if name in ("value", "baseline", "difference", "difference_error"):
            assert told.to_dict()["P(war)"][name] == pytest.approx(value, abs=1e-12)
    assert told.to_dict()["P(war)"]["says"] == "given the one event before the first that the change contradicts"
    assert told.to_dict()["P(war)"]["difference"] > 0.02


def test_a_scenario_that_contradicts_an_event_is_told_given_the_events_before_it():
    study = dt.run(read_text(CASE), draws=16, inquiry_draws={"hinges": 0}, library=None)
    table = study.scenarios().set_index(["scenario", "outcome"])
    asked = dt.ask(read_text(CASE), "P(war)", scenario="refused", events=True, draws=16).to_dict()["P(war)"]
    row = table.loc[("refused", "war")]
    assert row["after_events"] == 1
    assert row["after_mean"] == pytest.approx(asked["value"], abs=1e-9)
    assert row["after_difference"] == pytest.approx(asked["difference"], abs=1e-9)
    assert table.loc[("cheap", "war"), "after_events"] == 2
    told = read_findings(study)
    assert next(each for each in told.shifts if each.scenario == "refused").when == "events"
    assert "given the one event before the first that the change contradicts" in render_report(study)


def test_a_whole_run_of_a_contradiction_has_seen_the_events_before_it():
    study = dt.run(read_text(CASE), draws=8, force="reply: refuse", inquiry_draws={"hinges": 0}, library=None)
    assert list(study.outcomes_along()["event"].unique()) == [0, 1]
    assert study.moments()["says"].iloc[-1] == "given the one event before the first that the change contradicts"
    at_the_first = dt.run(read_text(CASE), draws=8, force="demand: strike", inquiry_draws={"hinges": 0}, library=None)
    assert list(at_the_first.moments()["says"]) == ["at the outset, for the change contradicts the first event"]
    assert np.isnan(at_the_first.outcomes()["after_mean"]).all()


def test_courses_that_part_from_history_are_compared_given_the_same_events():
    claim = (
        "\nclaims: [{id: c, says: Refusing brings war, compare: ['reply: refuse', none], expect: above, of: P(war)}]\n"
    )
    claims = dt.run(read_text(CASE + claim), draws=16, inquiry_draws={"hinges": 0}, library=None).claims()
    asked = dt.ask(read_text(CASE), "P(war)", force="reply: refuse", events=True, draws=16).to_dict()["P(war)"]
    first = claims.iloc[0]
    assert (first["when"], first["events"]) == ("events", 1)
    assert first["mean"] == pytest.approx(asked["difference"], abs=1e-9)
