"""Levers that an actor holds, apart from facts that nobody chooses."""

from __future__ import annotations

import pytest

import detente as dt
from detente.case.read import read_text
from detente.errors import RequestError
from detente.study.asked import require as inverse

CASE = """
detente: 1
title: A pledge that would end it
rationality: 5
quantities:
  price: {uniform: [0.2, 0.4]}
actors: {us: {}, iran: {}, chorus: {}}
stages:
  - {id: pledge, by: us, choose: {give: {set: {trust: high}}, withhold: , bluster: }}
  - {id: reply, by: iran, choose: {talk: {end: deal}, refuse: {end: war}}}
state:
  trust: {values: [low, high], start: low}
outcomes:
  deal: {payoffs: {us: 0.5, iran: "if(trust = high, 1, -1)", chorus: 0}}
  war: {payoffs: {us: 0.5 + price, iran: 0, chorus: 0}}
"""


@pytest.fixture(scope="module")
def found():
    return inverse.require(read_text(CASE, "case.yaml"), "P(deal) >= 0.9", by="us", draws=8)


def test_each_move_of_an_actor_is_tried_as_a_commitment_and_where_there_are_three_as_one_ruled_out(found):
    told = {(each.force, each.forbid): each for each in found.commitments}
    assert list(told) == [
        *((f"pledge: {move}", "") for move in ("give", "withhold", "bluster")),
        *(("", f"pledge: {move}") for move in ("give", "withhold", "bluster")),
    ]
    given = dt.ask(read_text(CASE, "case.yaml"), "P(deal)", force="pledge: give").values["P(deal)"][0]
    assert told["pledge: give", ""].value == pytest.approx(float(given), abs=1e-9)
    assert [each.force for each in found.commitments if each.met] == ["pledge: give"]


def test_levers_are_told_apart_from_facts(found):
    said = " ".join(inverse.sentences(found))
    levers, facts = said.split("Facts that nobody chooses:")
    assert "these bring it about: “pledge: give” is forced: 0.9" in levers
    assert "pledge" not in facts
    assert found.to_dict()["by"] == "us"
    assert found.to_dict()["commitments"][0]["met"] is True


def test_an_actor_who_decides_nothing_holds_no_lever():
    with pytest.raises(RequestError, match="`chorus` decides nothing in this case"):
        inverse.require(read_text(CASE, "case.yaml"), "P(deal) >= 0.9", by="chorus")
    with pytest.raises(RequestError, match="no actor `usa`"):
        inverse.require(read_text(CASE, "case.yaml"), "P(deal) >= 0.9", by="usa")


REPEATED = """
detente: 1
title: Three rounds of threats
rationality: 3
actors: {us: , iran: }
stages:
  - repeat: 3
    stages:
      - {id: threat, by: us, choose: {threaten: {cost: 0.1}, wait: }}
      - {id: answer, by: iran, choose: {yield: {end: deal}, hold: }}
outcomes:
  deal: {payoffs: {us: 1, iran: "if(threat = threaten, 0.4, 0.2)"}}
  stalemate: {payoffs: {us: 0, iran: 0.3}}
finally: stalemate
timeline: [{stage: threat, round: 1, move: wait}, {stage: answer, round: 1, move: hold}]
"""


def test_of_a_repeated_stage_only_the_rounds_still_to_come_are_committed_to():
    case = read_text(REPEATED, "case.yaml")
    found = inverse.require(case, "P(deal) >= 0.9", by="us", draws=1)
    force = "threat, round 2: threaten; threat, round 3: threaten"
    assert [each.force for each in found.commitments] == [force, force.replace("threaten", "wait")]
    assert found.commitments[0].says.endswith("is forced from round 2 on")
    told = dt.ask(case, "P(deal)", force=force.split("; "), events=True)
    assert found.commitments[0].value == pytest.approx(float(told.values["P(deal)"][0]), abs=1e-9)
