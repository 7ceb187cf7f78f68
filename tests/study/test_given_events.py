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


def chances(study, *texts):
    """The mean over draws of each probability."""
    return (dt.ask(study.base, text, draws=16).values[text].mean() for text in texts)


def test_a_move_given_the_events_is_the_share_of_all_that_may_have_happened_over_the_draws(study):
    table = study.moves().set_index(["stage", "move"])
    loud, both = chances(study, "P(signal = loud)", "P(signal = loud and answer = fight)")
    assert table.loc[("answer", "fight"), "after_mean"] == pytest.approx(both / loud)
    assert table.loc[("answer", "fight"), "mean"] == pytest.approx(*chances(study, "P(answer = fight)"))
    comes, taken = chances(study, "P(signal = loud and answer = yield)", "P(signal = loud and use = take)")
    assert table.loc[("use", "take"), "after_mean"] == pytest.approx(taken / comes)
    assert table.loc[("use", "take"), "after_reached"] == pytest.approx(comes / loud)


def test_what_an_event_tells_is_marked_as_seen(study):
    table = study.moves()
    assert [tuple(row) for row in table.loc[table["seen"], ["stage", "move"]].to_numpy()] == [("signal", "loud")]
    assert table.loc[table["seen"], "after_mean"].item() == pytest.approx(1)


def test_without_events_nothing_is_told_given_them():
    table = dt.run(
        read_text(CASE.replace("timeline: [{stage: signal, move: loud}]\n", ""), "case.yaml"), draws=4
    ).moves()
    assert table["after_mean"].isna().all()
    assert set(table["after_when"]) == {""}
    assert not table["seen"].any()


def test_a_scenario_given_the_events_is_compared_on_common_draws(study):
    table = study.scenarios().set_index(["scenario", "outcome"])
    text = "P(war) given (signal = loud)"
    there = dt.ask(study.base, text, draws=16, scenario="meek").values[text]
    here = dt.ask(study.base, text, draws=16).values[text]
    weights = dt.ask(study.base, "P(signal = loud)", draws=16).values["P(signal = loud)"]
    weights = weights / weights.sum()
    assert table.loc[("meek", "war"), "after_difference"] == pytest.approx(float(weights @ (there - here)))
    assert table.loc[("meek", "war"), "after_mean"] == pytest.approx(float(weights @ there))


def test_a_scenario_that_makes_the_events_impossible_is_told_from_the_outset(study):
    table = study.scenarios().set_index(["scenario", "outcome"])
    assert np.isnan(table.loc[("silent", "war"), "after_difference"])
    told = {(each.scenario, each.outcome): each for each in read_findings(study).shifts}
    assert told["silent", "war"].when == "outset"
    assert told["silent", "war"].difference.middle == table.loc[("silent", "war"), "difference"]
    assert told["meek", "war"].when == "events"
    assert told["meek", "war"].outset.middle == table.loc[("meek", "war"), "difference"]
