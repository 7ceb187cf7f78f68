"""Fits of the sanctions crisis: to episodes that the case makes up, and to published data where they are at hand."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from tests.estimation.crisis_game import COVARIATES, ENDINGS, PUBLISHED, designs, linear, probabilities

from detente.estimation.fitting.maximum import MaximumState
from detente.study.estimating import estimate, simulate

HERE = Path(__file__).parent
CASE = HERE / "sanctions.yaml"
FOLDER = Path(os.environ.get("DETENTE_DATA", HERE.parents[1].parent / "shared" / "data"))
DATA = FOLDER / "sanctionsData.csv"
needs_data = pytest.mark.skipif(
    not DATA.exists(),
    reason="sanctionsData.csv (R package sigInt) is not there; DETENTE_DATA names the folder that has it",
)
COLUMNS = {"one": "1", "root_sender": "sqrt(senderecondep)", "root_target": "sqrt(targetecondep)"}
COUNTS = dict(zip(ENDINGS, ("sq", "cd", "sf", "bd"), strict=True))
LINKS = {
    "estimate": {
        name: " + ".join(COLUMNS.get(column, column) for column in columns) for name, columns in COVARIATES.items()
    },
    "observed": {"counts": COUNTS},
}


@cache
def published():
    return estimate(CASE, DATA, LINKS, starts=1, errors="information")


@needs_data
def test_threatened_sanctions_are_fitted_as_by_constrained_maximum_likelihood():
    # Source: Crisman-Cox and Gibilisco 2021; the error of the constant is that of the observed information.
    found = published()
    assert found.log_likelihood == pytest.approx(-3927.9095, abs=1e-4)
    table = found.to_frame()
    assert table["estimate"].to_numpy() == pytest.approx(np.array(PUBLISHED), abs=1e-4)
    error = table.set_index("coefficient").loc["concession: constant", "error"]
    assert error == pytest.approx(0.5243, abs=1e-4)


@needs_data
def test_the_likelihood_of_threatened_sanctions_is_that_of_closed_forms_and_iterated_replies():
    data = pd.read_csv(DATA)
    counts = data[list(COUNTS.values())].to_numpy()
    values = linear(designs(data), published().to_frame()["estimate"])
    assert (counts * np.log(probabilities(values))).sum() == pytest.approx(published().log_likelihood, abs=1e-8)


@needs_data
def test_at_the_published_estimates_no_second_equilibrium_is_found():
    found = published().equilibria(4)
    assert found.others is not None
    assert not len(found.others.table)


MADE_UP = {
    "estimate": {
        "status_quo": "trade",
        "concession": "1",
        "stand": "1 + trade",
        "resist": "1 + power",
        "back_down": "1",
    },
    "observed": {"ending": "ending"},
    "fixed": {"give_in": -0.8},
}
TRUTH = {
    "status_quo: trade": 0.3,
    "concession: constant": 0.6,
    "stand: constant": -1.0,
    "stand: trade": 0.4,
    "resist: constant": -0.9,
    "resist: power": 0.7,
    "back_down: constant": -1.2,
}


@cache
def made_up():
    rng = np.random.default_rng(11)
    covariates = pd.DataFrame(
        {"trade": rng.choice([-1.0, 0.0, 1.0], 1500), "power": rng.choice([-1.0, 0.0, 1.0], 1500)}
    )
    return simulate(CASE, covariates, MADE_UP, TRUTH, seed=4)


def reference(theta, data):
    """The log-likelihood of made-up episodes by closed forms."""
    quo, concession, stand, stand_trade, resist, power, back = theta
    one = np.ones(len(data))
    values = np.stack(
        [
            quo * data.trade,
            concession * one,
            -0.8 * one,
            stand + stand_trade * data.trade,
            resist + power * data.power,
            back * one,
        ],
        axis=1,
    )
    counts = data[list(ENDINGS)].to_numpy(float)
    return float((counts * np.log(np.maximum(probabilities(values), 1e-300))).sum())


def test_episodes_made_up_by_the_case_are_fitted_as_by_another_optimiser_and_likelihood():
    data = made_up()
    found = estimate(CASE, data, MADE_UP, starts=1, errors="information")
    assert found.fitted.maximum.state is MaximumState.MAXIMUM
    table = found.to_frame().set_index("coefficient").loc[list(TRUTH)]
    pooled = data.groupby(["trade", "power"])["ending"].value_counts().unstack(fill_value=0).reset_index()
    best = minimize(
        lambda theta: -reference(theta, pooled), table["estimate"] + 0.05, method="BFGS", options={"gtol": 1e-3}
    )
    assert found.log_likelihood == pytest.approx(-best.fun, abs=1e-6)
    assert found.log_likelihood == pytest.approx(reference(table["estimate"], pooled), abs=1e-8)
    off = (table["estimate"] - pd.Series(TRUTH)) / table["error"]
    assert np.abs(off).max() < 3


def test_a_fit_says_how_private_numbers_and_the_equilibrium_were_found():
    said = " ".join(estimate(CASE, made_up(), MADE_UP, starts=1, errors="information").remarks())
    assert "integrated over between cut-offs" in said
    assert "linear tracing procedure" in said
