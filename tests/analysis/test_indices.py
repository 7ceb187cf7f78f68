"""Variance-based indices against functions whose indices are known."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.analyze import rbd_fast
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_design
from SALib.test_functions import Ishigami
from scipy.stats import beta, qmc

from detente.analysis.over_draws.indices import given_data, saltelli_indices, saltelli_points

FIRST = (0.3139, 0.4424, 0.0)
TOTAL = (0.5576, 0.4424, 0.2437)
"""Source: Ishigami and Homma 1990, a = 7, b = 0.1; the values as in Saltelli et al. 2008, section 4.6."""


def ishigami(cube: np.ndarray) -> np.ndarray:
    return Ishigami.evaluate(np.pi * (2 * cube - 1))


def test_first_order_indices_are_read_off_draws_made_for_another_purpose():
    cube = qmc.Sobol(3, rng=1).random(1024)
    found = given_data({str(k): cube[:, k] for k in range(3)}, ishigami(cube))
    assert [each.first for each in found] == pytest.approx(FIRST, abs=0.04)
    assert all(np.isnan(each.total) for each in found)


def test_indices_of_weighted_draws_are_those_of_what_the_draws_stand_for():
    """Draws that crowd in the middle of every axis, weighed back to an even spread."""
    raw = beta(1.5, 1.5).ppf(qmc.Sobol(3, rng=4).random(2048))
    weights = 1 / beta(1.5, 1.5).pdf(raw).prod(axis=1)
    found = given_data({str(k): raw[:, k] for k in range(3)}, ishigami(raw), weights)
    assert [each.first for each in found] == pytest.approx(FIRST, abs=0.06)
    even = given_data({str(k): raw[:, k] for k in range(3)}, ishigami(raw), np.ones(len(raw)))
    assert abs(even[1].first - FIRST[1]) > 0.08, "without the weights it is another question"


def test_given_data_indices_are_those_of_the_published_implementation():
    cube = qmc.Sobol(4, rng=2).random(256)
    result = 2 * cube[:, 0] + cube[:, 1] ** 2
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0, 1]] * 4}
    theirs = rbd_fast.analyze(problem, cube, result, M=6, num_resamples=2, seed=0)["S1"]
    ours = given_data({name: cube[:, k] for k, name in enumerate("abcd")}, result)
    assert [each.first for each in ours] == pytest.approx(list(theirs), abs=1e-9)


def test_first_and_total_indices_follow_from_a_design():
    points = saltelli_points([[0], [1], [2]], 3, 1024, 0)
    assert points.shape == (1024 * 5, 3)
    found = saltelli_indices({"a": [0], "b": [1], "c": [2]}, 3, ishigami(points))
    assert [each.first for each in found] == pytest.approx(FIRST, abs=0.05)
    assert [each.total for each in found] == pytest.approx(TOTAL, abs=0.05)
    assert all(each.total_low <= true <= each.total_high for each, true in zip(found, TOTAL, strict=True))


@pytest.mark.parametrize("groups", [[[0], [1], [2], [3]], [[1], [3, 2]], [[3], [0]]])
def test_a_design_and_its_indices_are_those_of_the_published_implementation(groups):
    of = {axis: f"g{number}" for number, members in enumerate(groups) for axis in members}
    labels = [of.get(axis, "rest") for axis in range(4)]
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0.0, 1.0]] * 4, "groups": labels}
    points = saltelli_points(groups, 4, 64, 3)
    theirs = sobol_design.sample(problem, 64, calc_second_order=False, seed=3)
    assert points == pytest.approx(theirs, abs=2.0**-39)
    result = np.sin(6 * points[:, 0]) + points[:, 1] ** 2 * points[:, 2] + points[:, 3]
    table = sobol_analysis.analyze(problem, result, calc_second_order=False, num_resamples=200, conf_level=0.9, seed=3)
    order = list(dict.fromkeys(labels))
    for each in saltelli_indices({of[members[0]]: members for members in groups}, 4, result, seed=3):
        place = order.index(each.input)
        assert (each.first, each.total) == pytest.approx((table["S1"][place], table["ST"][place]), abs=1e-12)
        half = table["S1_conf"][place], table["ST_conf"][place]
        assert (each.first_high - each.first, each.total_high - each.total) == pytest.approx(half, abs=1e-12)


def test_axes_in_no_group_make_one_group_of_their_own():
    points = saltelli_points([[1]], 3, 512, 0)
    assert len(points) == 512 * 4
    second, rest = saltelli_indices({"second": [1]}, 3, ishigami(points))
    assert (second.input, rest.input) == ("second", "rest")
    assert second.total == pytest.approx(TOTAL[1], abs=0.06)
    assert rest.first == pytest.approx(1 - TOTAL[1], abs=0.06)


def test_shares_of_an_additive_result_are_the_shares_of_its_variance():
    cube = qmc.Sobol(8, rng=3).random(512)
    weights = np.array([3.0, 2, 1, 0, 0, 0, 0, 0])
    found = given_data({str(k): cube[:, k] for k in range(8)}, cube @ weights)
    assert [each.first for each in found] == pytest.approx(list(weights**2 / 14), abs=0.06)


def test_an_answer_that_never_differs_has_no_indices():
    cube = qmc.Sobol(2, rng=0).random(64)
    assert np.isnan(given_data({"a": cube[:, 0]}, np.ones(64))[0].first)
    assert np.isnan(saltelli_indices({"a": [0]}, 1, np.ones(24))[0].total)


def test_draws_without_an_answer_are_left_out():
    cube = qmc.Sobol(1, rng=0).random(256)
    answer = np.where(cube[:, 0] > 0.9, np.nan, cube[:, 0])
    assert given_data({"a": cube[:, 0]}, answer)[0].first > 0.9


def test_shares_are_ordered_only_as_far_as_resamples_tell_them_apart():
    cube = np.random.default_rng(4).random((256, 2))
    alike = {"a": cube[:, 1], "b": cube[:, 0], "c": cube[:, 1]}
    for weights in (None, np.linspace(1, 2, 256)):
        assert [each.place for each in given_data(alike, cube[:, 0], weights)] == [2, 1, 2]
        assert [each.place for each in given_data(alike, np.zeros(256), weights)] == [0, 0, 0]


def test_total_shares_that_are_not_told_apart_share_a_place():
    points = saltelli_points([[0], [1], [2]], 4, 128, 0)
    groups = {"a": [0], "b": [1], "c": [2]}
    found = saltelli_indices(groups, 4, points[:, 1] + 1e-3 * points[:, 3])
    assert [(each.input, each.place) for each in found] == [("a", 2), ("b", 1), ("c", 2), ("rest", 0)]
    noisy = points[:, 0] + points[:, 1]
    assert [each.place for each in saltelli_indices(groups, 4, noisy)][:3] == [1, 1, 3]
