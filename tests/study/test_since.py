"""Claims and questions say since when they are told: given the events, with the outset beside them, or why not."""

from __future__ import annotations

import numpy as np
import pytest

import detente as dt
from detente.case.read import read_text
from detente.case.written_back.write import case_text
from detente.errors import CaseError
from detente.report.findings import read_findings
from detente.report.page import render_report

CASE = """\
detente: 1
title: Two moves
quantities:
  cost: {uniform: [0.1, 0.3]}
  fog: {value: 0.7, note: a guess}
actors: {a: {private: {kind: {strong: 0.3, weak: rest}}}, b: {}}
stages:
  - {id: weather, chance: {foggy: fog, clear: rest}}
  - {id: signal, by: a, choose: {loud: {cost: "if(a.kind = strong, 0, 4 * cost)"}, quiet: }}
  - {id: answer, by: b, choose: {yield: , fight: {end: war}}}
outcomes:
  deal: {payoffs: {a: 0.8, b: 0.4}}
  war: {payoffs: {a: "if(a.kind = strong, 0.6, 0)", b: "if(a.kind = strong, 0, 0.7)"}}
finally: deal
timeline: [{stage: weather, move: clear}, {stage: signal, move: loud}]
questions:
  - {id: costs, vary: cost, from: 0.1, to: 0.3, steps: 3, show: [P(war), P(signal = loud)]}
claims:
  - {id: war, says: cost keeps peace, raise: cost, expect: falls, of: P(war)}
  - {id: loud, says: cost keeps quiet, raise: cost, expect: falls, of: P(signal = loud)}
  - {id: early, says: cost keeps peace at first, raise: cost, expect: falls, of: P(war), given: outset}
  - {id: fog, says: fog brings war, raise: fog, expect: rises, of: P(war)}
rationality: 4
"""


@pytest.fixture(scope="module")
def study():
    return dt.run(read_text(CASE, "case.yaml"), draws=64, inquiry_draws={"scenarios": 0})


@pytest.fixture(scope="module")
def claims(study):
    return study.claims().set_index(["claim", "when"])


def test_a_claim_is_told_given_the_events_with_the_outset_beside_it(claims):
    assert claims.loc["war"]["first"].to_dict() == {"events": True, "outset": False}
    assert claims.loc[("war", "events"), "mean"] != pytest.approx(claims.loc[("war", "outset"), "mean"], abs=1e-3)


def test_the_effect_of_a_claim_counts_draws_by_what_they_gave_to_the_events(study, claims):
    events, text = "P(weather = clear and signal = loud)", "P(war) given (weather = clear, signal = loud)"
    row = claims.loc[("war", "events")]
    weights = dt.ask(study.base, events, draws=64).values[events]
    low, high = (
        dt.ask(study.base, text, draws=64, set={"cost": row[f"{end}_value"]}).values[text] for end in ("low", "high")
    )
    assert row["mean"] == pytest.approx(float(weights @ (high - low) / weights.sum()))
    assert row["holds"] == pytest.approx(float(weights @ (high < low) / weights.sum()))
    assert claims.loc[("war", "outset"), "mean"] == pytest.approx(
        np.mean(
            dt.ask(study.base, "P(war)", draws=64, set={"cost": row["high_value"]}).values["P(war)"]
            - dt.ask(study.base, "P(war)", draws=64, set={"cost": row["low_value"]}).values["P(war)"]
        )
    )


def test_a_claim_that_says_so_is_told_from_the_outset(claims):
    assert claims.loc["early"]["first"].to_dict() == {"outset": True, "events": False}
    assert claims.loc[("early", "outset"), "why"] == ""


def test_what_the_events_settle_or_leave_no_room_for_is_told_from_the_outset_and_says_why(claims):
    assert claims.loc[("loud", "outset"), ["first", "why"]].tolist() == [True, "settled"]
    assert claims.loc[("fog", "outset"), ["first", "why"]].tolist() == [True, "impossible"]
    assert claims.loc[("fog", "events"), "draws"] == 0


def test_the_curves_of_a_question_are_told_since_when_they_can_be(study):
    table = study.questions()
    told = table.loc[table["first"]].groupby("show")[["when", "why"]].first()
    assert told.loc["P(war)"].tolist() == ["events", ""]
    assert told.loc["P(signal = loud)"].tolist() == ["outset", "settled"]
    assert len(table) == 2 * 2 * 3


def test_every_number_of_a_study_says_since_when_it_is_told(study):
    told = study.to_dict()
    for name in (
        "outcomes",
        "moves",
        "utilities",
        "beliefs",
        "claims",
        "questions",
        "watch",
        "matrix",
        "rules",
        "rivals",
    ):
        assert all(row["when"] in ("outset", "events") for row in told[name]), name
    for name in ("outcomes", "moves", "utilities"):
        assert {row["after_when"] for row in told[name]} == {"events"}
    assert [row["says"] for row in told["moments"]] == ["at the outset", "given the 2 events seen"]


def test_the_page_says_since_when_claims_and_curves_are_told(study):
    page = " ".join(render_report(study).split())
    assert "given the 2 events seen" in page
    assert "the events settle what it is about, whatever is raised" in page
    assert "the events leave no room for it" in page
    found = read_findings(study)
    assert {each.claim: each.when for each in found.claims} == {
        "war": "events", "loud": "outset", "early": "outset", "fog": "outset",
    }  # fmt: skip


def test_given_is_kept_where_it_is_written_and_leaves_other_cases_as_they_were():
    written = read_text(CASE, "case.yaml")
    assert [each.given for each in written.claims] == ["", "", "outset", ""]
    assert read_text(case_text(written), "case.yaml").digest == written.digest
    plain = read_text(CASE.replace(", given: outset", ""), "case.yaml")
    assert plain.digest != written.digest


def test_events_that_the_case_does_not_have_are_no_moment():
    text = CASE.replace("of: P(war), given: outset", "of: P(war), given: events")
    none = text.replace("timeline: [{stage: weather, move: clear}, {stage: signal, move: loud}]\n", "")
    with pytest.raises(CaseError, match="no timeline"):
        read_text(none, "case.yaml")
    assert read_text(text, "case.yaml").claims[2].given == "events"
