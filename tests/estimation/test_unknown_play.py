"""Games in which play is solved for: exact slopes, continuation, several equilibria, and coefficients found again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from benchmarks.estimation import RECOVERIES, recovered
from scipy.stats import chi2

from detente.case.catalogue import find
from detente.case.read import read_case
from detente.estimation.fitted.fit import Fit
from detente.estimation.fitting.fitting import FitEffort, fit, likelihood_of
from detente.estimation.observed.episodes import read_episodes
from detente.estimation.observed.reading import read_specification
from detente.estimation.observed.table import read_table
from detente.estimation.simulated import simulate
from detente.game.compiling.build import compile_crisis

LINKS = {
    "estimate": {
        "reward": ["1", "x"],
        "trust": {"link": "logit", "of": ["1"]},
        "rationality": {"link": "exp", "of": ["1"]},
    },
    "observed": {"ending": "ending"},
}
TRUTH = {"reward: constant": 1.0, "reward: x": 0.5, "trust: constant": 1.0, "rationality: constant": 0.4}


@pytest.fixture(scope="module")
def trust():
    """The likelihood of made-up episodes of two sides that move at once and do not know one another's type."""
    compiled = compile_crisis(read_case(find("kydd-2005-trust")))
    specification = read_specification(LINKS, compiled.crisis)
    covariates = pd.DataFrame({"x": np.random.default_rng(4).integers(-1, 2, size=400)})
    data = simulate(compiled, specification, read_table(covariates), TRUTH, seed=5)
    table = read_table(data)
    return (
        compiled,
        specification,
        table,
        likelihood_of(compiled, specification, read_episodes(table, specification, compiled), None),
    )


def test_slopes_of_a_solved_game_are_those_of_differences(trust):
    likelihood = trust[3]
    theta = np.array(list(TRUTH.values())) + 0.05
    by_hand = [
        (likelihood.at(theta + step).value - likelihood.at(theta - step).value) / 2e-5 for step in 1e-5 * np.eye(4)
    ]
    assert likelihood.at(theta).gradient == pytest.approx(by_hand, rel=1e-5, abs=1e-4)
    curved = [
        (likelihood.at(theta + step).gradient - likelihood.at(theta - step).gradient) / -2e-4
        for step in 1e-4 * np.eye(4)
    ]
    assert likelihood.information(likelihood.at(theta)) == pytest.approx(np.array(curved), rel=1e-4, abs=1e-2)


def test_what_is_continued_is_what_is_solved_afresh(trust):
    likelihood = trust[3]
    theta = np.array(list(TRUTH.values()))
    first = likelihood.at(theta)
    near, afresh = likelihood.at(theta + 0.02, first.evaluated.state), likelihood.at(theta + 0.02)
    assert near.value == pytest.approx(afresh.value, rel=1e-10)
    assert near.gradient == pytest.approx(afresh.gradient, rel=1e-7, abs=1e-7)


def test_blocks_of_rows_change_no_number(trust, monkeypatch):
    from detente.estimation import game_model

    likelihood = trust[3]
    theta = np.array(list(TRUTH.values()))
    whole = likelihood.at(theta)
    monkeypatch.setattr(game_model, "LIKELIHOOD_BYTES", 1)
    monkeypatch.setattr(game_model, "KEPT_BYTES", 0)
    parts = likelihood.at(theta)
    assert parts.value == pytest.approx(whole.value, rel=1e-12)
    assert parts.gradient == pytest.approx(whole.gradient, rel=1e-9, abs=1e-9)
    assert all(block is None for block in parts.evaluated.state.blocks)


def test_a_quantity_beyond_what_a_chance_can_be_makes_the_likelihood_zero(trust):
    compiled = trust[0]
    specification = read_specification({**LINKS, "estimate": {"trust": ["1", "x"]}, "fixed": {}}, compiled.crisis)
    likelihood = likelihood_of(compiled, specification, read_episodes(trust[2], specification, compiled), 1.5)
    assert np.isfinite(likelihood.at(np.array([0.5, 0.1])).value)
    assert likelihood.at(np.array([0.9, 0.2])).value == -np.inf


def test_other_equilibria_are_listed_with_their_likelihood(trust):
    compiled, table = trust[0], trust[2]
    specification = read_specification(
        {**LINKS, "estimate": {"reward": ["1", "x"]}, "fixed": {"sucker": -0.2}}, compiled.crisis
    )
    found = Fit(fit(compiled, specification, table, rationality=12.0, effort=FitEffort(starts=1))).equilibria(
        2, starts=8
    )
    assert found.others is not None
    assert found.others.searched == 2
    others = found.others.table
    assert len(others)
    assert (others["there"] != others["log_likelihood"]).all()
    by_rows = found.fitted.likelihood
    rows = np.bincount(by_rows.cells.row, by_rows.weight * found.fitted.maximum.point.evaluated.log_probability)
    assert set(np.round(others["log_likelihood"], 6)) <= set(np.round(rows, 6))
    assert any("searched for other equilibria" in each for each in found.remarks())


@pytest.mark.parametrize("recovery", RECOVERIES, ids=lambda each: each.what)
def test_coefficients_are_found_again(recovery):
    # A fortieth of what the benchmark runs, pooled: other seeds would give one false alarm in 10,000.
    sets = 2 if recovery.case in ("kreps-wilson-1982-chain-store", "iran-2025") else 5
    found = recovered(recovery, sets, 500, seed=11)
    assert len(found) == sets
    wald = sum(float(each.off @ np.linalg.solve(each.covariance, each.off)) for each in found)
    assert wald < chi2.ppf(0.9999, sets * len(recovery.truth))
