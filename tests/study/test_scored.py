"""Scores of cases: only what was known on a date counts, and everybody is scored on the same dates."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import detente as dt
from detente.analysis.scored.origins import days_of_rule, origins
from detente.analysis.scored.proper import brier_score, log_score, ranked_probability_score
from detente.case.read import read_text
from detente.crisis.inquiry import known_by
from detente.crisis.model import Crisis
from detente.errors import CaseError, RequestError
from detente.study.forecast.categories import categories_of
from detente.study.forecast.forecasts import Forecast
from detente.study.scored.rivals import read_rivals
from detente.study.scored.scores import Scores

PLACE = Path(__file__).parent / "quarrel.yaml"
DRAWS = 64
HISTORY = [None, date(1950, 1, 1), date(1950, 1, 5)]
"""Days on which more was known, before the ending: the letter came out twenty years later."""


@pytest.fixture(scope="module")
def quarrel() -> Crisis:
    found = dt.load(PLACE)
    assert isinstance(found, Crisis)
    return found


@pytest.fixture(scope="module")
def scores(quarrel: Crisis) -> Scores:
    return dt.score(quarrel, draws=DRAWS)


@pytest.fixture(scope="module")
def study(quarrel: Crisis) -> dt.Study:
    few = {"claims": 8, "scenarios": 16, "questions": 4, "hinges": 16}
    return dt.run(quarrel, draws=DRAWS, inquiry_draws=few)


def rows(scores: Scores, axis: str, forecaster: str):
    table = scores.by_date()
    return table.loc[(table["axis"] == axis) & (table["forecaster"] == forecaster)]


def asked(case: Crisis, events: tuple[int, ...], ending: str) -> float:
    """The mean that `ask` tells given some events of the timeline: another way to the same number."""
    stages = [case.timeline[number].stage for number in events]
    moves = {stage.id: [move.id for move in stage.moves] for stage in case.stages()}
    given = [f"{stage}: {moves[stage][case.timeline[n].move]}" for stage, n in zip(stages, events, strict=True)]
    found = dt.ask(case, f"P({ending})", draws=DRAWS, given=given)
    return float(found.to_dict()[f"P({ending})"]["value"])


def test_a_letter_that_came_out_later_was_not_known_before(quarrel):
    found = origins(quarrel, date(1950, 1, 9))
    assert [each.on for each in found] == HISTORY
    assert [len(each.events) for each in found] == [0, 1, 2]
    assert [event.stage for event in found[-1].events] == ["speech", "answer"]


def test_every_forecast_is_what_asking_tells_with_what_was_known_then(quarrel, scores):
    told = rows(scores, "force", "model")
    assert list(told["on"]) == HISTORY
    known = [(), (0,), (0, 2)]
    expected = [asked(quarrel, events, "war") for events in known]
    np.testing.assert_allclose(told["chance"], expected, atol=1e-12)


def test_scores_are_those_of_the_forecasts(quarrel, scores):
    system = categories_of(quarrel)[0]
    assert (system.axis, system.ids, system.ordered) == ("force", ("calm", "shots", "fire"), True)
    forecast = [asked(quarrel, (0,), each) for each in system.ids]
    row = rows(scores, "force", "model").iloc[1]
    came = [False, False, True]
    assert row["log"] == pytest.approx(float(log_score(forecast, came)))
    assert row["brier"] == pytest.approx(float(brier_score(forecast, came)))
    assert row["ranked"] == pytest.approx(float(ranked_probability_score(forecast, came)))


def test_a_study_scores_as_its_case_solved_again(scores, study):
    """The forecasts that a study keeps use what was known on each date, though its timeline has the letter in it."""
    found = dt.score(study)
    np.testing.assert_allclose(found.by_date()["chance"], scores.by_date()["chance"], atol=1e-12)
    assert found.cases[0].says[0].startswith("Read off a study")


def test_a_study_tells_its_forecasts_with_what_was_known_then(study, quarrel):
    table = study.forecasts()
    assert list(dict.fromkeys(table["on"])) == ["", "1950-01-01", "1950-01-05", "1950-01-09", "1970-12-31"]
    sums = table.loc[table["kind"] == "ending"].groupby("number")["mean"].sum()
    np.testing.assert_allclose(sums, 1.0)
    last = table.loc[(table["on"] == "1970-12-31") & (table["ending"] == "war"), "mean"].iloc[0]
    assert last == pytest.approx(asked(quarrel, (0, 1, 2, 3), "war"))


def test_rivals_are_scored_on_the_same_dates(scores):
    model = rows(scores, "force", "model")
    np.testing.assert_allclose(rows(scores, "force", "uniform")["log"], math.log(3))
    np.testing.assert_allclose(rows(scores, "force", "base rate")["log"], -math.log(0.2))
    np.testing.assert_allclose(rows(scores, "force", "pool")["chance"], 0.5 * model["chance"] + 0.1)
    carried = rows(scores, "force", "carried forward")
    assert list(carried["number"]) == [1, 2]
    np.testing.assert_allclose(carried["chance"], list(model["chance"])[:-1])


def test_a_gain_is_the_mean_difference_over_the_dates_that_both_have(scores):
    gains = scores.gains().set_index(["axis", "forecaster", "rival"])
    model, carried = rows(scores, "force", "model"), rows(scores, "force", "carried forward")
    apart = np.array(carried["log"]) - np.array(model["log"])[1:]
    assert gains.loc[("force", "model", "carried forward"), "log"] == pytest.approx(apart.mean())
    assert gains.loc[("force", "model", "carried forward"), "dates"] == 2


def test_what_no_group_of_an_axis_holds_is_a_category_and_has_what_the_base_rate_leaves(scores):
    found = rows(scores, "form", "base rate")
    np.testing.assert_allclose(found["chance"], 0.6)
    assert scores.cases[0].axes["form"] == (("north_wins", "any other ending"), (False, True))
    assert rows(scores, "form", "model")["ranked"].isna().all()


def test_a_partial_resolution_is_scored_on_what_it_says(quarrel):
    found = dt.score(quarrel, ended=["clash", "war"], ended_on="1950-01-09", draws=DRAWS)
    force = rows(found, "force", "model")
    assert found.cases[0].axes["force"][1] == (False, True, True)
    np.testing.assert_allclose(force["chance"], [asked(quarrel, each, "shots or fire") for each in ((), (0,), (0, 2))])
    everything = dt.score(quarrel, ended=["calm", "shots", "war"], draws=DRAWS)
    assert not everything.cases[0].axes


def test_what_ended_after_the_horizon_is_open_and_not_scored(quarrel):
    found = dt.score(quarrel, horizon=7, draws=DRAWS)
    assert "open at the horizon, 7 days after 1950-01-01" in found.cases[0].skipped
    assert found.by_date().empty
    assert dt.score(quarrel, horizon=8, draws=DRAWS).cases[0].rows


def test_dates_by_rule_ask_at_quarters_of_the_horizon(quarrel):
    assert days_of_rule(date(1950, 1, 1), 20) == tuple(date(1950, 1, day) for day in (1, 6, 11, 16))
    found = rows(dt.score(quarrel, horizon=8, dates="rule", draws=DRAWS), "force", "model")
    assert list(found["on"]) == [date(1950, 1, day) for day in (1, 3, 5, 7)]
    assert list(found["events"]) == [1, 1, 2, 2]


def test_a_case_that_has_not_ended_is_not_scored(quarrel):
    found = dt.score(replace(quarrel, ended=None), draws=DRAWS)
    assert "not ended" in found.cases[0].skipped


def test_forecasts_of_others_are_carried_until_their_next_one(quarrel, tmp_path):
    table = tmp_path / "others.csv"
    table.write_text(
        "forecaster,case,on,ending,probability\n"
        "Desk,quarrel,,calm,0.7\nDesk,quarrel,,shots,0.2\nDesk,quarrel,,fire,0.1\n"
        "Desk,quarrel,1950-01-04,retreat,0.1\nDesk,quarrel,1950-01-04,standoff,0.2\n"
        "Desk,quarrel,1950-01-04,clash,0.3\nDesk,quarrel,1950-01-04,war,0.4\n",
        "utf-8",
    )
    found = rows(dt.score(quarrel, forecasts=table, draws=DRAWS), "force", "Desk")
    np.testing.assert_allclose(found["chance"], [0.1, 0.1, 0.4])


def test_a_table_of_forecasts_is_refused_with_every_mistake(tmp_path):
    table = tmp_path / "others.csv"
    table.write_text(
        "forecaster,on,ending,probability\nmodel,,war,1\nDesk,24 October,war,1\nDesk,,war,0.4\nDesk,,calm,2\n", "utf-8"
    )
    with pytest.raises(CaseError) as error:
        read_rivals(table)
    told = str(error.value)
    assert "`model` cannot name a forecaster of yours" in told
    assert "`24 October` is no date" in told
    assert "`2` is no probability" in told
    assert "the probabilities of `Desk` add up to 0.4" in told
    table.write_text("who,probability\nDesk,1\n", "utf-8")
    with pytest.raises(CaseError, match="the column `forecaster` is missing"):
        read_rivals(table)


def test_cases_are_pooled_axis_by_axis(quarrel):
    other = replace(quarrel, name="other", timeline=quarrel.timeline[:1])
    found = dt.score(quarrel, other, draws=DRAWS)
    by_case = found.by_case().set_index(["case", "axis", "forecaster"])["log"]
    pooled = found.pooled().set_index(["axis", "forecaster", "rival", "score"])
    mean = np.mean([by_case[("quarrel", "force", "model")], by_case[("other", "force", "model")]])
    told = pooled.loc[("force", "model", "", "log")]
    assert told["mean"] == pytest.approx(mean)
    assert told["cases"] == 2
    assert told["low"] <= told["mean"] <= told["high"]


def test_wider_ranges_and_another_rationality_are_scored_beside(quarrel):
    found = dt.score(quarrel, draws=DRAWS, sensitivity=True).sensitivity()
    own = found.loc[found["axis"] == "force"].set_index("variant")["log"]
    assert list(own.index) == ["ranges × ½", "ranges × 2", "rationality × ½", "rationality × 2.4"]
    assert own.notna().all()
    for variant, changed in (
        ("ranges × ½", {"[0.2, 0.6]": "[0.3, 0.5]", "[0.1, 0.3]": "[0.15, 0.25]"}),
        ("ranges × 2", {"[0.2, 0.6]": "[0.0, 0.8]", "[0.1, 0.3]": "[0.0, 0.4]"}),
        ("rationality × 2.4", {"[4, 12]": "[9.6, 28.8]"}),
    ):
        text = PLACE.read_text("utf-8")
        for before, after in changed.items():
            text = text.replace(before, after)
        written = dt.score(read_text(text, "quarrel.yaml"), draws=DRAWS).by_case()
        mean = written.loc[(written["axis"] == "force") & (written["forecaster"] == "model"), "log"].iloc[0]
        assert own[variant] == pytest.approx(mean), variant


def test_known_by_agrees_with_the_origins(quarrel):
    for each in origins(quarrel):
        if each.on is not None:
            assert known_by(quarrel.timeline, each.on) == each.events


def test_a_forecast_survives_being_written_down(study):
    for each in study.told_at_each_date():
        assert Forecast.of_plain(each.plain()) == each


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"ended": "peace"}, "no ending or group `peace`"),
        ({"ended_on": "9 January"}, "is no date"),
        ({"dates": "weekly"}, "dates are `known` or `rule`"),
        ({"dates": "rule"}, "shares of a horizon"),
        ({"horizon": 0}, "from 1 up"),
        ({"floor": 1.5}, "below 1"),
        ({"forecasts": "nowhere.csv"}, "cannot be read"),
    ],
)
def test_a_scoring_that_cannot_be_is_refused_before_anything_is_solved(quarrel, settings, says):
    with pytest.raises(RequestError, match=says):
        dt.score(quarrel, **settings)
