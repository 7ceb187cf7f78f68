"""Quantiles over draws, weighted or not, by one definition."""

from __future__ import annotations

import numpy as np
import pytest

from detente.analysis.over_draws.intervals import HIGH, LOW, effective_number, interval, quantiles


@pytest.mark.parametrize("count", [1, 2, 19, 64])
def test_draws_of_equal_weight_have_the_quantiles_of_draws_without_weights(count):
    values = np.random.default_rng(count).normal(size=count)
    levels = np.linspace(0.0, 1.0, 21)
    assert quantiles(values, levels, np.full(count, 0.3)) == pytest.approx(quantiles(values, levels), abs=1e-12)
    if count > 1:
        found = interval(values)
        assert quantiles(values, [0.5, LOW, HIGH]) == pytest.approx([found.median, found.low, found.high])


def test_weighted_quantiles_are_mirrored_with_the_values_and_blind_to_draws_without_weight():
    rng = np.random.default_rng(2)
    values, weights = rng.normal(size=50), rng.exponential(size=50)
    found = quantiles(values, [LOW, 0.3, HIGH], weights)
    assert -quantiles(-values, [HIGH, 0.7, LOW], weights) == pytest.approx(found)
    more, of = np.append(values, [-9.0, 0.0, 9.0]), np.append(weights, np.zeros(3))
    assert quantiles(more, [LOW, 0.3, HIGH], of) == pytest.approx(found)
    assert effective_number(of) == pytest.approx(effective_number(weights))


def test_a_weighted_interval_holds_nine_tenths_on_average():
    """Uniform draws weighed by their value stand for a law with x^2 below x. The bound is five standard errors."""
    rng = np.random.default_rng(3)
    held = []
    for _ in range(2000):
        values = rng.uniform(size=60)
        low, high = quantiles(values, [LOW, HIGH], values)
        held.append(high**2 - low**2)
    assert abs(np.mean(held) - 0.9) < 5 * np.std(held) / np.sqrt(len(held))
