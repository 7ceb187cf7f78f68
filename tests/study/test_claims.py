"""Claims about bundles of quantities and about courses, and claims that the rules settle."""

from __future__ import annotations

from pathlib import Path

import pytest

import detente as dt
from detente.case.read import read_text
from detente.report.brief import brief_parts
from detente.report.findings import read_findings
from detente.report.naming import Names
from detente.report.page import render_report
from detente.study.study import Study

CASE = (Path(__file__).parent / "missiles.yaml").read_text("utf-8")
CLAIMS = """
claims:
  - {id: pain, says: Pain makes them leave, raise: cost_ussr, expect: rises, of: P(missiles_go)}
  - {id: shame, says: Shame keeps them, raise: shame, expect: falls, of: P(missiles_go)}
  - {id: both, says: Pain without shame does, raise: {cost_ussr: up, shame: down}, expect: rises, of: P(missiles_go)}
  - {id: channel, says: The channel spares a war, compare: [no_trade, none], expect: above, of: P(war)}
  - {id: empty, says: Without it no secret trade, compare: [no_trade, none], expect: below, of: P(secret)}
  - {id: reply, says: Refusing pays, compare: ["reply: refuse", "reply: trade"], expect: above, of: U(ussr)}
"""


@pytest.fixture(scope="module")
def study() -> Study:
    return dt.run(read_text(CASE + CLAIMS), draws=24, inquiry_draws={"hinges": 0}, library=None)


def test_a_bundle_is_moved_together_each_quantity_its_own_way(study: Study):
    """Between the ends at which each is moved alone."""
    claims = study.claims().query("when == 'outset'").set_index("claim")
    ends = [
        {"cost_ussr": claims.loc["pain", one], "shame": claims.loc["shame", other]}
        for one, other in (("low_value", "high_value"), ("high_value", "low_value"))
    ]
    told = [dt.ask(read_text(CASE), "P(missiles_go)", set=end, draws=24).to_dict() for end in ends]
    difference = told[1]["P(missiles_go)"]["value"] - told[0]["P(missiles_go)"]["value"]
    assert claims.loc["both", "mean"] == pytest.approx(difference, abs=1e-9)
    assert claims.loc["both", "mean"] > claims.loc["pain", "mean"]
    assert claims.loc["both", "raises"] == "cost_ussr, shame down"


def test_a_course_is_compared_with_another_on_the_same_draws(study: Study):
    claims = study.claims().query("when == 'outset'").set_index("claim")
    told = dt.ask(read_text(CASE), "P(war)", scenario="no_trade", draws=24).to_dict()["P(war)"]
    assert claims.loc["channel", "mean"] == pytest.approx(told["difference"], abs=1e-9)
    made = [dt.ask(read_text(CASE), "U(ussr)", force=f"reply: {move}", draws=24) for move in ("refuse", "trade")]
    refuse, trade = (each.to_dict()["U(ussr)"]["value"] for each in made)
    assert claims.loc["reply", "mean"] == pytest.approx(refuse - trade, abs=1e-9)
    assert claims.loc["reply", "compares"] == "reply: refuse with reply: trade"


def test_a_claim_that_the_rules_settle_is_told_as_no_finding(study: Study):
    claims = study.claims().set_index("claim")
    assert set(claims[claims["by_rule"]].index) == {"empty"}
    told = read_findings(study)
    (line,) = (
        line
        for part in brief_parts(told, Names(told.case))
        for line in part.lines
        if "Without it no secret trade" in line
    )
    assert line.endswith("so by definition, however everybody plays, and no finding")
    assert "So by definition, however everybody plays" in render_report(study)


def test_a_prior_raised_raises_the_reading_by_definition_until_something_was_seen():
    """Given what was done the belief rests on how everybody plays, and what raising the prior does is a finding."""
    case = CASE.replace("private: {resolve: {high: 0.3, low: rest}}", "private: {resolve: {high: firm, low: rest}}")
    case = case.replace("quantities:", "quantities:\n  firm: {uniform: [0.2, 0.4]}").replace(
        "stage: demand, move: quarantine", "stage: reply, move: trade"
    )
    claim = "\nclaims: [{id: c, says: Firm, raise: firm, expect: rises, of: P(resolute)}]\n"
    claims = dt.run(read_text(case + claim), draws=8, inquiry_draws={"hinges": 0}, library=None).claims()
    assert dict(zip(claims["when"], claims["by_rule"], strict=True)) == {"events": False, "outset": True}


def test_a_reading_about_moves_is_foreseen_before_they_are_made():
    case = CASE.replace(
        "readings:", "readings:\n  gave_way: {name: They gave way, when: reply = withdraw or reply = trade}"
    )
    told = dt.ask(read_text(case), "P(gave_way)", "P(reply = withdraw) + P(reply = trade)").values
    assert float(told["P(gave_way)"][0]) == pytest.approx(float(list(told.values())[1][0]))
    beliefs = dt.run(read_text(case), draws=4, inquiry_draws={"hinges": 0}, library=None).beliefs()
    assert set(beliefs.query("subject == 'gave_way'")["observer"]) >= {"analyst", "us"}


def test_two_versions_of_a_claim_about_courses_are_compared():
    case = CASE + CLAIMS
    diff = dt.diff(read_text(case), read_text(case.replace("[0.2, 0.6]", "[0.5, 0.6]")), draws=12)
    found = {each.claim.id: each for each in diff.claims}
    assert found["channel"].before is not None
    assert found["both"].after is not None
