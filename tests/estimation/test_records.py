"""A fit as a record: found again bit by bit, taken up where it was interrupted, refused where it was changed."""

from __future__ import annotations

import json

import pytest
from tests.estimation.episodes import DETERRENCE, LINKS, deterrence

from detente.errors import StudyError
from detente.study.estimating import estimate
from detente.study.kept.fits import estimate_from, refit


@pytest.fixture
def kept(tmp_path):
    data, record = tmp_path / "data.csv", tmp_path / "fit.json"
    deterrence(150).to_csv(data, index=False)
    fit = estimate(DETERRENCE, data, LINKS, starts=2, keep=record)
    return fit, data, record


def test_a_recorded_fit_is_found_again_bit_by_bit(kept):
    fit, _, record = kept
    again = refit(record)
    assert again.equal
    assert not again.versions
    assert (again.fit.theta == fit.theta).all()
    estimate, _ = estimate_from(record)
    assert (estimate.theta == fit.theta).all()
    assert (estimate.covariance == fit.covariance).all()


def test_an_interrupted_fit_goes_on_from_its_climbs(kept, monkeypatch):
    fit, data, record = kept
    told = json.loads(record.read_text())
    told["finished"] = False
    told["climbs"] = told["climbs"][:1]
    record.write_text(json.dumps(told))
    with pytest.raises(StudyError, match="interrupted"):
        refit(record)
    seen = []
    again = estimate(
        DETERRENCE, data, LINKS, starts=2, keep=record, progress=lambda stage, done, _: seen.append((stage, done))
    )
    assert seen == [("starts", 2)]
    assert (again.theta == fit.theta).all()


def test_data_that_changed_are_told(kept):
    _, data, record = kept
    data.write_text(data.read_text().replace("war\n", "quo\n", 1))
    with pytest.raises(StudyError, match="does not hold what was fitted"):
        refit(record)
    data.unlink()
    with pytest.raises(StudyError, match="say where they are now"):
        refit(record)


@pytest.mark.parametrize("change", ["settings", "links", "nonsense", "numbers"])
def test_a_record_that_was_changed_is_refused(kept, change):
    _, _, record = kept
    told = json.loads(record.read_text())
    if change == "settings":
        told["settings"]["seed"] = 9
    elif change == "links":
        told["links"]["cluster"] = "regime"
    elif change == "numbers":
        told["estimate"]["theta"] = ["?"]
    else:
        told = ["detente_fit"]
    record.write_text(json.dumps(told))
    with pytest.raises(StudyError, match=r"changed|no record|damaged"):
        estimate_from(record)
