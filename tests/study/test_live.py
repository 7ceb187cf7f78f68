"""Frozen forecasts: nothing in them can be changed unseen, and what moved one since is told event by event."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import detente as dt
from detente.crisis.model import Crisis
from detente.errors import RequestError, StudyError
from detente.study.forecast.frozen import Frozen
from detente.study.scored.live import forecast, since

PLACE = Path(__file__).parent / "quarrel.yaml"
DRAWS = 64


@pytest.fixture(scope="module")
def ended() -> Crisis:
    found = dt.load(PLACE)
    assert isinstance(found, Crisis)
    return found


@pytest.fixture(scope="module")
def begun(ended: Crisis) -> Crisis:
    """The quarrel as it stood after the speech."""
    return replace(ended, timeline=ended.timeline[:1], ended=None)


@pytest.fixture(scope="module")
def frozen(begun: Crisis) -> Frozen:
    return forecast(begun, draws=DRAWS)


def test_a_frozen_forecast_is_read_as_it_was_written(frozen, tmp_path):
    digest = frozen.write(tmp_path / "quarrel.json")
    again = Frozen.read(tmp_path / "quarrel.json")
    assert again == frozen
    assert again.digest == digest == frozen.digest
    assert again.until == date(1950, 1, 1)
    assert again.request.draws == DRAWS
    with pytest.raises(RequestError, match="not written over"):
        frozen.write(tmp_path / "quarrel.json")


def test_a_frozen_forecast_holds_the_case_that_was_solved(frozen, begun):
    assert [each.stage for each in frozen.case.timeline] == ["speech"]
    assert frozen.case.ended is None
    assert frozen.case.base_rate == begun.base_rate


def test_who_changes_a_word_of_a_frozen_forecast_changes_its_digest(frozen, tmp_path):
    place = tmp_path / "quarrel.json"
    frozen.write(place)
    told = json.loads(place.read_text("utf-8"))
    told["forecasts"][0]["endings"]["war"]["mean"] = 0.9
    place.write_text(json.dumps(told), "utf-8")
    with pytest.raises(StudyError, match="was changed after it was frozen"):
        Frozen.read(place)


@pytest.mark.parametrize("text", ["[]", "{", '{"detente_forecast": 2}', '{"detente_forecast": 1, "digest": "0"}'])
def test_what_is_no_frozen_forecast_is_refused(text, tmp_path):
    place = tmp_path / "other.json"
    place.write_text(text, "utf-8")
    with pytest.raises(StudyError):
        Frozen.read(place)


def test_a_frozen_forecast_scores_without_being_solved_again(frozen, ended, tmp_path, monkeypatch):
    place = tmp_path / "quarrel.json"
    frozen.write(place)
    expected = dt.score(replace(ended, timeline=ended.timeline[:1]), draws=DRAWS).by_date()

    def no_more(*_: object, **__: object) -> None:
        raise AssertionError("solved again")

    monkeypatch.setattr("detente.study.scored.score.tell", no_more)
    told = dt.score(place, resolution=PLACE).by_date()
    np.testing.assert_allclose(told["chance"], expected["chance"], atol=1e-12)
    by_name = dt.score(place, ended="war", ended_on="1950-01-09").by_date()
    np.testing.assert_allclose(by_name["chance"], expected["chance"], atol=1e-12)
    with pytest.raises(AssertionError, match="solved again"):
        dt.score(place, resolution=PLACE, anew=True)


def test_a_forecast_of_a_past_day_leaves_out_what_became_known_later(ended):
    found = forecast(ended, on="1950-01-06", draws=DRAWS)
    assert found.until == date(1950, 1, 5)
    assert len(found.forecasts[-1].events) == 2
    assert any("later knowledge" in each for each in found.says)


def test_events_move_a_live_forecast_step_by_step(frozen, begun, ended):
    later = replace(begun, timeline=ended.timeline[:3])
    found = since(frozen, later)
    assert [each.on for each in found.news] == [date(1950, 1, 5), date(1970, 12, 31)]
    for id, chance in frozen.forecasts[-1].endings.items():
        moved = sum(each.changes[id].mean for each in found.news)
        assert chance.mean + moved == pytest.approx(found.after.endings[id].mean)
    assert any("Only what was seen is new" in each for each in found.says)


def test_a_changed_case_is_told_apart_from_news(frozen, begun, ended):
    later = replace(begun, timeline=(*begun.timeline, ended.timeline[2]), rationality=ended.scenario("cheap").set[0][1])
    found = since(frozen, later)
    assert [each.cause == "" for each in found.news] == [True, False]
    assert any("The case itself was changed" in each for each in found.says)


def test_a_case_with_other_endings_is_no_later_version(frozen, ended):
    with pytest.raises(RequestError, match="has other endings"):
        since(frozen, dt.load("demand"))
    with pytest.raises(RequestError, match="does not know"):
        dt.score(frozen, resolution=replace(ended, outcomes=(*ended.outcomes, replace(ended.outcomes[0], id="peace"))))


def test_a_study_can_be_frozen_as_it_is(begun):
    few = {"claims": 8, "scenarios": 8, "questions": 4, "hinges": 8}
    study = dt.run(begun, draws=DRAWS, inquiry_draws=few)
    assert study.settings["events_until"] == "1950-01-01"
    assert forecast(study).forecasts == study.told_at_each_date()
    with pytest.raises(RequestError, match="no forecast of its case"):
        forecast(dt.run(begun, draws=8, set={"cost": 0.1}, inquiry_draws=few))
