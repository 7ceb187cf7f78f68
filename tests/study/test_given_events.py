"""Moves and scenarios told given the events, beside the outset."""

from __future__ import annotations

import numpy as np
import pytest

import detente as dt
from detente.case.read import read_text
from detente.report.findings import read_findings

CASE = """\
detente: 1
title: Two moves
quantities: {cost: {uniform: [0.1, 0.3]}}
actors: {a: {private: {kind: {strong: 0.3, weak: rest}}}, b: {}}
stages:
  - {id: signal, by: a, choose: {loud: {cost: "if(a.kind = strong, 0, cost)"}, quiet: }}
  - {id: answer, by: b, choose: {yield: , fight: {end: war}}}
  - {id: use, by: a, when: answer = yield, choose: {take: {end: taken}, leave: {end: deal}}}
outcomes:
  deal: {payoffs: {a: 0.8, b: 0.6}}
  taken: {payoffs: {a: 1, b: 0.2}}
  war: {payoffs: {a: "if(a.kind = strong, 0.6, 0)", b: "if(a.kind = strong, 0, 0.5)"}}
timeline: [{stage: signal, move: loud}]
scenarios:
  meek: {forbid: {use: take}}
  silent: {force: {signal: quiet}}
rationality: 6
"""


@pytest.fixture(scope="module")
def study():
    return dt.run(read_text(CASE, "case.yaml"), draws=16)


def answer(study, text, **settings):
    return dt.ask(study.base, text, draws=16, **settings).to_dict()[text]["value"]


def test_a_move_given_the_events_is_the_condition_of_the_formula(study):
    table = study.moves().set_index(["stage", "move"])
    assert table.loc[("answer", "fight"), "after_median"] == pytest.approx(
        answer(study, "P(answer = fight) given (signal = loud)")
    )
    assert table.loc[("answer", "fight"), "median"] == pytest.approx(answer(study, "P(answer = fight)"))
    assert table.loc[("use", "take"), "after_median"] == pytest.approx(
        answer(study, "P(use = take) given (signal = loud, answer = yield)")
    )


def test_what_an_event_tells_is_marked_as_seen(study):
    table = study.moves()
    assert [tuple(row) for row in table.loc[table["seen"], ["stage", "move"]].to_numpy()] == [("signal", "loud")]
    assert table.loc[table["seen"], "after_median"].item() == pytest.approx(1)


def test_without_events_nothing_is_told_given_them():
    table = dt.run(
        read_text(CASE.replace("timeline: [{stage: signal, move: loud}]\n", ""), "case.yaml"), draws=4
    ).moves()
    assert table["after_median"].isna().all()
    assert not table["seen"].any()


def test_a_scenario_given_the_events_is_compared_on_common_draws(study):
    table = study.scenarios().set_index(["scenario", "outcome"])
    text = "P(war) given (signal = loud)"
    there = dt.ask(study.base, text, draws=16, scenario="meek").values[text]
    here = dt.ask(study.base, text, draws=16).values[text]
    assert table.loc[("meek", "war"), "after_difference"] == pytest.approx(float(np.median(there - here)))
    assert table.loc[("meek", "war"), "after_median"] == pytest.approx(float(np.median(there)))


def test_a_scenario_that_makes_the_events_impossible_is_told_from_the_outset(study):
    table = study.scenarios().set_index(["scenario", "outcome"])
    assert np.isnan(table.loc[("silent", "war"), "after_difference"])
    told = {(each.scenario, each.outcome): each for each in read_findings(study).shifts}
    assert told["silent", "war"].when == "outset"
    assert told["silent", "war"].difference.median == table.loc[("silent", "war"), "difference"]
    assert told["meek", "war"].when == "events"
    assert told["meek", "war"].outset.median == table.loc[("meek", "war"), "difference"]
