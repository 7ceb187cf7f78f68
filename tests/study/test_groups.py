"""Groups of endings are told first, and what a scenario says by itself is told as no finding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import detente as dt
from detente.case.read import read_text
from detente.estimation.observed.reading import endings_in
from detente.report.brief import brief_parts, headline
from detente.report.findings import StudyRows, read_findings
from detente.report.naming import Names
from detente.report.page import render_report
from detente.study.study import Study

CASE = (Path(__file__).parent / "missiles.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def study() -> Study:
    return dt.run(read_text(CASE), draws=64, library=None)


@pytest.fixture(scope="module")
def told(study: Study) -> StudyRows:
    return read_findings(study)


def test_a_group_has_in_every_draw_the_chance_of_its_endings(study: Study):
    outcomes, groups = study.outcomes().set_index("outcome"), study.groups().set_index("group")
    for mean in ("mean", "after_mean"):
        own = outcomes.loc[["pledge", "secret", "clash"], mean].sum()
        assert groups.loc["missiles_go", mean] == pytest.approx(own, abs=1e-12)
        assert groups.loc[["shots", "calm"], mean].sum() == pytest.approx(1.0, abs=1e-12)
    assert list(groups["axis"]) == ["", "force", "force"]


def test_a_group_goes_through_the_events_as_its_endings_do(study: Study):
    along, groups = study.outcomes_along(), study.groups_along()
    for event in (0, 1):
        here = along[along["event"] == event].set_index("outcome")["mean"]
        own = groups[groups["event"] == event].set_index("outcome")["mean"]
        assert own["shots"] == pytest.approx(here["clash"] + here["war"], abs=1e-12)


def test_the_headline_names_the_groups_before_the_likeliest_ending(told: StudyRows):
    said = headline(told)
    assert said.index("The missiles leave") < said.index("Of single endings")
    lines = brief_parts(told, Names(told.case))[0].lines
    assert [line.partition(":")[0] for line in lines[:3]] == [
        "The missiles leave",
        "No shot is fired (force)",
        "Shots are fired (force)",
    ]


def test_what_an_answer_hinges_on_is_told_of_groups(told: StudyRows):
    groups = {group.id for group in told.case.groups}
    placed = [each for each in told.hinges if each.place]
    assert placed
    assert {each.outcome for each in placed} <= groups


def test_what_a_scenario_says_by_itself_is_no_change_that_is_told(study: Study, told: StudyRows):
    """No secret channel leaves no secret trade; what that does to the missiles is a finding."""
    changed = study.scenarios().set_index(["scenario", "outcome"])
    assert changed.loc[("no_trade", "secret"), "settled"]
    assert changed["settled"].sum() == 1
    assert "secret" not in told.placed("changes", "no_trade")
    assert told.placed("scenarios")["no_trade"].outcome == ("missiles_go",)
    assert "it leaves no room for A secret trade: that is what it says, and no finding" in render_report(study)


def test_a_case_without_groups_tells_endings_alone():
    alone = CASE[: CASE.index("groups:")] + CASE[CASE.index("readings:") : CASE.index("ended:")]
    told = read_findings(dt.run(read_text(alone), draws=4, library=None, inquiry_draws={"hinges": 0}))
    assert told.groups == []
    assert "single endings" not in headline(told)


def test_the_quantities_where_a_group_happens_are_told_as_for_an_ending(study: Study):
    where = study.where("missiles_go")
    assert set(where["quantity"]) == {"cost_us", "cost_ussr", "shame"}
    assert np.isfinite(where["given_mean"]).all()


def test_an_episode_that_ended_in_a_group_ended_in_one_of_its_endings():
    case = read_text(CASE)
    assert endings_in("missiles_go", case) == ["pledge", "secret", "clash"]
    assert endings_in("stay | shots", case) == ["stay", "clash", "war"]
