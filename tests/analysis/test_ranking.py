"""Orders told from draws: told where the draws allow it, and never in two ways."""

from __future__ import annotations

import numpy as np
import pytest

from detente.analysis.over_draws.ranking import WRONG_ORDER, Estimates, larger, ordered, places


def lists(means, draws, seeds, shared=0.5, spread=1.0):
    """Tables of draws of things with these means, which share part of their noise."""
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        noise = shared * rng.normal(size=(draws, 1)) + rng.normal(size=(draws, len(means)))
        yield np.asarray(means) + spread * noise


@pytest.mark.parametrize("draws", [20, 100])
def test_things_that_are_alike_are_put_in_an_order_at_most_once_in_twenty_lists(draws):
    tables = list(lists([0.0] * 6, draws, 600))
    assert np.mean([len(ordered(Estimates.means(table))) > 1 for table in tables]) <= WRONG_ORDER
    told = np.mean([larger(Estimates.means(table)).any() for table in tables])
    assert 0 < told <= WRONG_ORDER + 0.02  # and not so strict that nothing is ever told


def test_looking_again_whenever_draws_are_added_tells_things_that_are_alike_apart_no_more_often():
    sizes = range(24, 201, 16)
    tables = list(lists([0.0] * 3, 200, 150))

    def told(looks):
        return np.mean([any(larger(Estimates.means(table[:n]), looks).any() for n in sizes) for table in tables])

    assert told(len(sizes)) <= WRONG_ORDER
    assert told(1) > 2 * WRONG_ORDER  # without the correction it would


def test_one_that_is_far_above_the_others_is_told_alone_and_first_whatever_the_seed():
    for table in lists([0.0, 2.0, 0.0, 0.1], 60, 100):
        assert ordered(Estimates.means(table))[0] == [1]


def test_no_pair_is_told_in_opposite_orders_by_two_seeds():
    means = [0.0, 0.05, 0.1, 0.3, 0.6, 1.0]
    said = set()
    for table in lists(means, 100, 200):
        groups = ordered(Estimates.means(table))
        place = places(groups, len(means))
        said |= {(i, j) for i in range(6) for j in range(6) if place[i] < place[j]}
    assert said
    assert not {(j, i) for i, j in said} & said


def test_what_is_not_told_apart_shares_a_place_and_keeps_the_order_in_which_it_is_written():
    table = next(lists([1.0, 9.0, 1.0, 1.0], 50, 1))
    groups = ordered(Estimates.means(table))
    assert groups == [[1], [0, 2, 3]]
    assert places(groups, 4) == [2, 1, 2, 2]


def test_equal_numbers_are_told_apart_by_no_number_of_draws():
    same = np.random.default_rng(0).normal(size=(1000, 1))
    assert not larger(Estimates.means(np.hstack([same, same]))).any()


def test_differences_are_judged_on_the_same_draws():
    """Two that rise and fall together are told apart by a small gap that separate samples would not show."""
    rng = np.random.default_rng(1)
    common, own = 10 * rng.normal(size=(50, 1)), 0.1 * rng.normal(size=(50, 2))
    assert ordered(Estimates.means(common + own + np.array([0.2, 0.0]))) == [[0], [1]]
    apart = 10 * rng.normal(size=(50, 2)) + np.array([0.2, 0.0])
    assert ordered(Estimates.means(apart)) == [[0, 1]]


def test_a_weighted_mean_has_the_error_of_a_ratio_and_a_few_heavy_draws_tell_nothing():
    rng = np.random.default_rng(2)
    found = [Estimates.means(rng.normal(size=(200, 1)), rng.gamma(0.5, size=200)) for _ in range(400)]
    spread = np.std([each.values[0] for each in found])
    assert np.mean([each.errors[0] for each in found]) == pytest.approx(spread, rel=0.1)
    table = rng.normal(size=(200, 2)) + np.array([3.0, 0.0])
    heavy = np.where(np.arange(200) < 2, 1.0, 1e-9)
    assert ordered(Estimates.means(table)) == [[0], [1]]
    assert ordered(Estimates.means(table, heavy)) == [[0, 1]]


def test_one_draw_orders_nothing():
    assert ordered(Estimates.means(np.array([[1.0, 5.0, 3.0]]))) == [[0, 1, 2]]
