"""The inputs that an answer hinges on: each input moved by itself on the same draws, with its error."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import detente as dt
from detente.case.read import read_text
from detente.game.drawn.draws import dimensions, from_cube, uniform_cube
from detente.game.drawn.moved import moved
from detente.study.request import Request
from detente.study.running import levers
from detente.study.running.run import Run
from detente.study.study import Study

CASE = """\
detente: 1
title: A sum of chances
quantities:
  big: {uniform: [0, 1]}
  one: {uniform: [0, 1]}
  other: {uniform: [0, 1]}
  idle: {uniform: [0, 1]}
  loudness: {uniform: [0.1, 0.9]}
actors: {a: {}}
stages:
  - {id: signal, chance: {loud: loudness, quiet: rest}}
  - id: end
    chance:
      fight: {probability: "0.05 + 0.5 * big + 0.2 * one + 0.2 * other", end: war}
      calm: {probability: rest, end: peace}
outcomes:
  war: {payoffs: {a: 0}}
  peace: {payoffs: {a: 1}}
"""
EVENTS = "timeline: [{stage: signal, move: loud}]\n"
DRAWS = 40


def studied(text, **settings):
    quiet = {"claims": 0, "scenarios": 0, "questions": 0}
    return dt.run(read_text(text, "case.yaml"), draws=DRAWS, inquiry_draws=quiet, **settings)


def leading(study, when="outset"):
    found = study.hinges()
    return found[(found["when"] == when) & (found["outcome"] == "war")].set_index("quantity")


@pytest.fixture(scope="module")
def study():
    return studied(CASE)


def test_an_effect_is_that_of_the_input_alone_from_its_5th_to_its_95th_percentile(study):
    found = leading(study)
    assert found.loc["big", "swing"] == pytest.approx(0.45)
    assert found.loc["one", "swing"] == pytest.approx(0.18)
    assert tuple(found.loc["loudness", ["low_value", "high_value"]]) == pytest.approx((0.14, 0.86))
    assert found.loc["idle", "swing"] == pytest.approx(0.0, abs=1e-12)


def test_the_largest_is_first_equal_ones_share_a_place_and_what_moves_nothing_has_none(study):
    assert study.hinges().groupby("quantity")["place"].max().to_dict() == {
        "big": 1,
        "one": 2,
        "other": 2,
        "idle": 0,
        "loudness": 0,
    }


def test_given_the_events_every_draw_counts_by_the_probability_that_it_so_moved_gave_to_them():
    text = CASE.replace("0.2 * other", "0.2 * other * loudness") + EVENTS
    study = studied(text)
    drawn = study.draws()
    found = leading(study, "events")
    loud, one, other = (drawn[f"quantity {name}"].to_numpy() for name in ("loudness", "one", "other"))
    war = [0.05 + 0.5 * level + 0.2 * one + 0.2 * other * loud for level in (0.05, 0.95)]
    assert found.loc["big", "at_low"] == pytest.approx((loud * war[0]).sum() / loud.sum())
    assert found.loc["big", "at_high"] == pytest.approx((loud * war[1]).sum() / loud.sum())
    assert found.loc["big", "effective"] == pytest.approx(loud.sum() ** 2 / (loud**2).sum())
    # With the same loudness in every draw all count alike.
    assert found.loc["loudness", "swing"] == pytest.approx((0.2 * other * (0.86 - 0.14)).mean())
    assert found.loc["loudness", "effective"] == pytest.approx(DRAWS)


GAME = """\
detente: 1
title: A threat and an answer
rationality: 3
quantities:
  cost: {uniform: [0, 1]}
  prize: {uniform: [0, cost]}
  grave: {uniform: [0.2, 0.8]}
actors:
  a: {private: {kind: {bold: grave, meek: rest}}}
  b: {}
preferences:
  b: calm > quiet > clash
stages:
  - {id: threat, by: a, choose: {threaten: , wait: {end: calm}}}
  - {id: answer, by: b, choose: {give: {end: quiet}, resist: {end: clash}}}
outcomes:
  calm: {payoffs: {a: 0.2}}
  quiet: {payoffs: {a: prize}}
  clash: {payoffs: {a: "if(a.kind = bold, 0.6 - cost, -cost)"}}
timeline: [{stage: threat, move: threaten}]
"""


def test_each_end_is_what_a_run_with_the_value_written_into_the_case_tells():
    found = studied(GAME, seed=4).hinges()
    assert found["when"].nunique() == 2
    for quantity in ("cost", "grave"):
        rows = found[found["quantity"] == quantity]
        for end in ("low", "high"):
            (value,) = rows[f"{end}_value"].unique()
            told = studied(GAME, seed=4, set={quantity: value}).outcomes().set_index("outcome")
            for when, column in (("outset", "mean"), ("events", "after_mean")):
                own = rows[rows["when"] == when].set_index("outcome")[f"at_{end}"]
                np.testing.assert_allclose(own, told.loc[own.index, column], rtol=0, atol=1e-9)


TILTED = (
    CASE.replace("loudness: {uniform: [0.1, 0.9]}", "tilt: {uniform: [0.5, 0.51]}")
    .replace("loud: loudness", 'loud: "0.1 + 1.6 * tilt * big"')
    .replace("0.2 * other", "0.02 * other")
    + EVENTS
)


def test_an_input_that_only_changes_which_draws_the_events_speak_for_moves_an_ending(frugal):
    study = studied(TILTED)
    big, one, other = (study.draws()[f"quantity {name}"].to_numpy() for name in ("big", "one", "other"))
    war = 0.05 + 0.5 * big + 0.2 * one + 0.02 * other
    weights = [0.1 + 1.6 * (0.5 + 0.01 * level) * big for level in (0.05, 0.95)]
    low, high = ((weight * war).sum() / weight.sum() for weight in weights)
    run = study._findings
    told = levers.foretold(run.found, run.levers, "events")
    tilt = [each.axis for each in run.levers.inputs].index("tilt")
    assert high - low > 1e-4
    assert told.values[tilt, 0] == pytest.approx(high - low, rel=0.02)


def test_an_error_is_that_of_the_mean_paired_difference():
    study = studied(CASE.replace("0.5 * big", "0.5 * big * one"))
    drawn, found = study.draws(), leading(study)
    paired = 0.45 * drawn["quantity one"]
    assert found.loc["big", "swing"] == pytest.approx(paired.mean())
    assert found.loc["big", "error"] == pytest.approx(paired.std(ddof=1) / np.sqrt(DRAWS))


def test_an_input_that_is_set_by_hand_is_not_moved():
    assert "big" not in leading(studied(CASE, set={"big": 0.5})).index


def test_without_draws_nothing_is_moved_and_draws_for_hinges_can_be_left_out():
    assert dt.run(read_text(CASE, "case.yaml"), draws=None).hinges().empty
    assert dt.run(read_text(CASE, "case.yaml"), draws=DRAWS, inquiry_draws={"hinges": 0}).hinges().empty


@pytest.fixture
def frugal(monkeypatch):
    """Few solutions for a case: some inputs are chosen, and more draws go to what is not told apart."""
    monkeypatch.setattr(levers, "_WORK", 0)
    monkeypatch.setattr(levers, "_LEAST", 3)
    monkeypatch.setattr(levers, "DRAWS_AT_A_TIME", 8)


def test_within_few_solutions_the_inputs_that_matter_are_moved_and_the_others_foretold(frugal):
    study = studied(CASE)
    found = leading(study)
    assert study.hinges().groupby("quantity")["place"].max()["big"] == 1
    assert set(found[found["method"] == "moved"].index) >= {"big", "one", "other"}
    left = found[found["method"] == "derivative"]
    assert len(left)
    assert left["swing"].abs().max() < 0.01
    run = study._findings
    spent = sum(2 * each.draws for each in run.moves)
    assert spent <= run.levers.budget <= 3 * DRAWS


def test_a_run_that_is_interrupted_anywhere_goes_on_to_the_same_hinges(frugal):
    def run():
        return Run.of(read_text(CASE, "case.yaml"), Request.of(None, None, None, DRAWS, 0))

    whole = run()
    kept: list = []
    whole.solve(whole.threads(1), keep=lambda *block: kept.append(block))
    assert whole.missing() == []
    wanted = Study(whole.findings()).hinges()
    for stop in range(1, len(kept), 4):
        again = run()
        again.take_up(sorted(kept[:stop], key=lambda block: block[:2]))
        if again.begun:
            assert again.findings().interrupted
        again.solve(again.threads(1))
        pd.testing.assert_frame_equal(Study(again.findings()).hinges(), wanted)


def test_the_worth_of_a_ranked_outcome_moves_between_its_neighbours_and_leaves_the_others():
    text = """\
detente: 1
title: A ranking
actors: {a: {}}
preferences: {a: best > good > fair > poor > worst}
stages: [{id: s, by: a, choose: {b: {end: best}, g: {end: good}, f: {end: fair}, p: {end: poor}, w: {end: worst}}}]
outcomes: {best: , good: , fair: , poor: , worst: }
"""
    crisis = read_text(text, "case.yaml")
    axes = dimensions(crisis)
    cube = uniform_cube(len(axes), 16, 0)
    before = from_cube(crisis, cube).utilities[0]
    for tier in (1, 2, 3):
        after = from_cube(crisis, moved(crisis, axes, cube, f"preference 0 tier {tier}", 0.25)).utilities[0]
        wanted = before.copy()
        wanted[:, tier] = before[:, tier + 1] + 0.25 * (before[:, tier - 1] - before[:, tier + 1])
        np.testing.assert_allclose(after, wanted)


def test_a_quantity_bounded_by_another_moves_within_what_the_other_leaves():
    text = CASE.replace("one: {uniform: [0, 1]}", "one: {uniform: [0, big]}")
    crisis = read_text(text, "case.yaml")
    axes = dimensions(crisis)
    cube = uniform_cube(len(axes), 8, 0)
    before, after = (
        from_cube(crisis, cube).quantities,
        from_cube(crisis, moved(crisis, axes, cube, "one", 0.95)).quantities,
    )
    np.testing.assert_allclose(after["one"], 0.95 * before["big"])
    np.testing.assert_array_equal(after["big"], before["big"])
