"""A post-mortem: what moved the forecast towards what came, told on the draws of the study."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import detente as dt
from detente.crisis.model import Crisis
from detente.study.forecast.hindsight import target

PLACE = Path(__file__).parent / "quarrel.yaml"
FEW = {"claims": 8, "scenarios": 32, "questions": 4, "hinges": 32}


@pytest.fixture(scope="module")
def quarrel() -> Crisis:
    found = dt.load(PLACE)
    assert isinstance(found, Crisis)
    return found


@pytest.fixture(scope="module")
def study(quarrel: Crisis) -> dt.Study:
    """The quarrel up to the deed, which came on the day of the ending."""
    return dt.run(replace(quarrel, timeline=quarrel.timeline[:3]), draws=64, inquiry_draws=FEW)


def of(study: dt.Study, kind: str):
    table = study.post_mortem()
    return table.loc[table["kind"] == kind].set_index("id")


def test_what_came_is_the_group_on_the_axis_told_first(quarrel):
    assert target(quarrel) == ("fire", "war")
    assert target(replace(quarrel, groups=())) == ("war", "a war")
    assert target(replace(quarrel, ended=None)) == ("", "")


def test_events_are_told_by_what_they_did_to_what_came(study):
    along = study.groups_along()
    own = along.loc[along["outcome"] == "fire"].set_index("event")
    told = of(study, "event")
    for number in (1, 2, 3):
        row = told.loc[str(number)]
        assert row["after"] == pytest.approx(own.loc[number, "mean"])
        assert row["before"] == pytest.approx(own.loc[number - 1, "mean"])
        assert row["gain"] == pytest.approx(math.log(row["after"] / row["before"]))
    assert told["gain"].sum() == pytest.approx(math.log(own.loc[3, "mean"] / own.loc[0, "mean"]))


def test_an_assumption_stands_at_the_end_of_its_range_that_helps(study):
    hinges = study.hinges()
    own = hinges.loc[(hinges["outcome"] == "fire") & (hinges["when"] == "events")].set_index("quantity")
    told = of(study, "assumption")
    for quantity, row in told.iterrows():
        assert row["after"] == pytest.approx(max(own.loc[quantity, "at_low"], own.loc[quantity, "at_high"]))
        assert row["value"] in (own.loc[quantity, "low_value"], own.loc[quantity, "high_value"])
    assert len(told)


def test_a_scenario_is_another_structure(study):
    scenarios = study.scenarios()
    own = scenarios.loc[scenarios["outcome"] == "fire"].set_index("scenario")
    told = of(study, "structure")
    np.testing.assert_allclose(told["change"], own.loc[told.index, "after_difference"])
    assert set(told.index) == {"unarmed", "cheap"}


def test_each_kind_begins_with_what_helps_most(study):
    for kind in ("event", "assumption", "structure"):
        gains = of(study, kind)["gain"].dropna().to_numpy()
        assert (np.diff(gains) <= 1e-12).all()


def test_an_event_on_the_day_of_the_ending_helps_nobody(quarrel):
    found = dt.run(quarrel, draws=16, inquiry_draws=FEW)
    assert set(of(found, "event").index) == {"1", "2", "3"}
    assert set(of(found, "assumption")["when"]) <= {"outset"}


def test_a_case_that_has_not_ended_has_no_post_mortem(quarrel):
    live = replace(quarrel, ended=None, timeline=())
    assert dt.run(live, draws=8, inquiry_draws=FEW).post_mortem().empty


def test_the_report_and_the_terminal_say_what_would_have_helped(study, tmp_path, capsys):
    from detente.cli.printed.hindsight import print_hindsight
    from detente.report.findings import read_findings

    page = tmp_path / "report.html"
    dt.write_report(study, page)
    text = page.read_text("utf-8")
    assert "What would have helped" in text
    assert "found with knowledge of the ending" in text
    print_hindsight(read_findings(study))
    printed = capsys.readouterr().out
    assert "What would have helped" in printed
    assert "gain, nats" in printed
