"""The document on trust, and the record of the catalogue: every number is the one that was computed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import detente as dt
from detente.analysis.scored.over_cases import over_cases, power_of
from detente.case.catalogue import catalogue
from detente.case.catalogue_record import CRISIS, EXAMPLE, MODEL_CASE, kind_of, read_record
from detente.report.gallery.crises import render_gallery

ROOT = Path(__file__).resolve().parents[2]
TRUST = (ROOT / "docs" / "theory" / "trust.md").read_text("utf-8")
RECORD = read_record()
CRISES = RECORD["crises"]
FORECASTERS = ("model", "base rate", "uniform", "pool")
CHANGES = ("ranges × ½", "ranges × 2", "rationality × ½", "rationality × 2.4")


def log(name: str, forecaster: str) -> float:
    return CRISES[name]["scores"][forecaster]["log"]


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    below = TRUST.split(heading, 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert lines
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in lines[0].splitlines()[2:]]


def test_the_record_is_of_the_cases_as_they_stand():
    stale = [name for name, told in CRISES.items() if dt.load(name).digest != told["digest"]]
    assert not stale, "compute the record anew: python -m detente.study.scored.catalogued NAME…"
    ended = {each.name for each in catalogue() if getattr(dt.load(each.path), "ended", None)}
    assert set(CRISES) == ended


def test_the_record_says_what_scoring_says():
    found = dt.score("kuwait-1990", draws=RECORD["draws"])
    told, axis = found.by_case(), CRISES["kuwait-1990"]["axis"]
    own = told.loc[told["axis"] == axis].set_index("forecaster")
    for forecaster in FORECASTERS:
        for score in ("log", "brier", "ranked"):
            assert own.loc[forecaster, score] == pytest.approx(
                CRISES["kuwait-1990"]["scores"][forecaster][score], abs=1e-4
            )


def test_the_document_tells_every_crisis_worst_first():
    told = rows("## What the eight score, worst first")
    names = [row[0].strip("`") for row in told if row[0].startswith("`")]
    assert names == sorted(CRISES, key=lambda name: -log(name, "model"))
    for row in told[: len(names)]:
        name = row[0].strip("`")
        assert row[1:] == [CRISES[name]["axis"], *(f"{log(name, each):.2f}" for each in FORECASTERS)]
    assert told[-1][2:] == [f"{over_cases([log(name, each) for name in CRISES]).mean:.2f}" for each in FORECASTERS]


def test_the_document_says_in_how_many_the_base_rate_is_better():
    beaten = sum(log(name, "model") > log(name, "base rate") for name in CRISES)
    assert f"the base rate alone is the better forecast in {beaten} of {len(CRISES)}" in " ".join(TRUST.split())
    gain = over_cases([log(name, "base rate") - log(name, "model") for name in CRISES])
    assert f"{gain.mean:+.2f} nats ({gain.low:+.2f} to {gain.high:+.2f})" in " ".join(TRUST.split())


def test_the_document_says_what_the_pool_gains():
    gain = over_cases([log(name, "base rate") - log(name, "pool") for name in CRISES])
    assert f"The pool gains {gain.mean:+.2f} nats ({gain.low:+.2f} to {gain.high:+.2f})" in " ".join(TRUST.split())


def test_the_document_tells_what_each_change_does_to_the_scores():
    told = {row[0]: row[1:] for row in rows("## What moves the score most")}
    for change in CHANGES:
        moved = [CRISES[name]["sensitivity"][change] - log(name, "model") for name in CRISES]
        size = sum(abs(each) for each in moved) / len(moved)
        assert told[change] == [f"{min(moved):+.2f}", f"{max(moved):+.2f}", f"{size:.2f}"]
    sizes = {change: float(told[change][2]) for change in CHANGES}
    assert f"moves most on average is {max(sizes, key=lambda change: sizes[change])};" in " ".join(TRUST.split())


def test_the_document_s_power_is_that_of_the_simulation():
    shares = (0.45, 0.22, 0.11, 0.22)
    for crises, power in rows("## How many crises it would take"):
        assert power_of(int(crises), shares, 2.7, 0.75).power == pytest.approx(float(power), abs=0.02)


def test_every_case_of_the_catalogue_has_a_kind_and_every_model_its_published_result():
    kinds = {each.name: kind_of(each.name) for each in catalogue()}
    assert set(kinds.values()) == {CRISIS, MODEL_CASE, EXAMPLE}
    assert set(RECORD["models"]) == {name for name, kind in kinds.items() if kind == MODEL_CASE}
    assert set(RECORD["nodes"]) == set(kinds)


def test_the_gallery_has_every_crisis_with_its_picture_and_every_model_with_its_result():
    page = render_gallery()
    for name, told in CRISES.items():
        assert f'id="{name}"' in page
        assert f"{log(name, 'model'):.2f}" in page
        assert told["ending"].split("’")[0][:12] in page
    assert page.count("<svg") >= 2 * len(CRISES)
    for told in RECORD["models"].values():
        assert told["source"] in page
    assert "no skill" in page
