"""Stages, readings and events are ordered only as far as draws tell them apart."""

from __future__ import annotations

import numpy as np
import pytest

import detente as dt
from detente.analysis.over_draws.ranking import Estimates, standing

TWINS = """\
detente: 1
title: Signals of one aim
quantities:
  first: {uniform: [0.5, 0.9]}
  second: {uniform: [0.5, 0.9]}
  base: {uniform: [0.4, 0.6]}
actors: {a: {private: {aim: {good: base, bad: rest}}}}
stages:
  - id: one
    chance:
      up: {probability: "if(a.aim == good, first, 1 - first)"}
      down: {probability: rest}
  - id: two
    chance:
      up: {probability: "if(a.aim == good, second, 1 - second)"}
      down: {probability: rest}
  - id: three
    chance:
      up: {probability: "if(a.aim == good, 0.52, 0.48)"}
      down: {probability: rest}
  - id: end
    by: a
    choose: {stop: {end: over}}
outcomes: {over: {payoffs: {a: 0}}}
readings: {kind: {name: a means well, when: a.aim == good}}
"""


def draw(*means: float, seed: int = 0, spread: float = 1.0) -> np.ndarray:
    return np.array(means) + spread * np.random.default_rng(seed).standard_normal((200, len(means)))


def test_a_certain_tie_shares_a_place_and_a_certain_lead_has_its_own():
    for seed in (0, 1):
        one, lead = draw(1.0, 9.0, seed=seed).T
        assert standing(Estimates.known_means(np.stack([one, lead, one[::-1]], axis=1))) == [2, 1, 2]
        assert standing(Estimates.known_means(np.stack([one, one[::-1]], axis=1))) == [1, 1]


def test_draws_in_which_a_number_is_unknown_are_left_out_of_its_mean_alone():
    table = draw(1.0, 5.0, 0.0)
    table[:150, 0] = np.nan
    table[:, 2] = np.nan
    found = Estimates.known_means(table, np.full(200, 2.0))
    assert found.values[0] == pytest.approx(table[150:, 0].mean())
    assert found.errors[0] == pytest.approx(table[150:, 0].std(ddof=1) / np.sqrt(50))
    assert found.effective[:2] == pytest.approx([50, 200])
    assert standing(found) == [2, 1, 0]


def test_numbers_of_one_draw_stand_in_the_order_of_their_values():
    assert standing(Estimates.known_means(np.array([[0.2, 0.7, 0.2, 0.1]]))) == [2, 1, 2, 4]


def test_resamples_tell_numbers_apart_as_far_as_they_differ_in_them():
    values = np.array([0.5, 0.48, 0.1])
    again = values + 0.05 * np.random.default_rng(0).standard_normal((60, 3))
    found = Estimates.resampled(values, again, 200.0)
    assert found.errors == pytest.approx(again.std(axis=0, ddof=1))
    assert standing(found) == [1, 1, 3]


@pytest.mark.parametrize("seed", [0, 1])
def test_stages_that_tell_alike_share_a_place_and_stand_in_the_order_of_play(tmp_path, seed):
    path = tmp_path / "twins.yaml"
    path.write_text(TWINS)
    none = {"claims": 0, "scenarios": 0, "questions": 0}
    found = dt.run(dt.load(path), draws=60, seed=seed, inquiry_draws=none).watch()
    own = found[found.subject == "kind"].drop_duplicates("stage")
    assert list(own.stage)[:3] == ["one", "two", "three"]
    assert list(own.place)[:3] == [1, 1, 3]
    assert list(own["rank"])[:3] == [1, 1, 3]
