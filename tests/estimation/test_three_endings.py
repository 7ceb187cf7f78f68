"""The likelihood of the three-ending game against its closed form, written here anew."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from tests.estimation.episodes import LINKS, TRUTH, deterrence, fit


def closed_form(theta: np.ndarray, data, precision: float = 1.0) -> np.ndarray:
    """[episode]: log-probability of what happened, by hand: 2 fights or yields, 1 looks ahead and errs likewise."""
    quo = theta[0] + theta[1] * data["trade"].to_numpy()
    war_1 = theta[2] + theta[3] * (data["regime"] == "dem").to_numpy()
    war_2 = theta[4] + theta[5] * data["balance"].to_numpy()
    fights = 1 / (1 + np.exp(-precision * war_2))
    escalates = 1 / (1 + np.exp(-precision * (fights * war_1 + (1 - fights) * 1.0 - quo)))
    chance = {"quo": 1 - escalates, "capitulation": escalates * (1 - fights), "war": escalates * fights}
    ending = data["ending"].to_numpy()
    return np.log(np.select([ending == name for name in chance], list(chance.values())))


@pytest.fixture(scope="module")
def fitted():
    return fit(errors="information")


def test_the_likelihood_is_that_of_the_closed_form(fitted):
    likelihood = fitted.fitted.likelihood
    rng = np.random.default_rng(3)
    for _ in range(5):
        theta = rng.normal(size=6)
        assert likelihood.at(theta).log_likelihood == pytest.approx(closed_form(theta, deterrence()).sum(), rel=1e-12)


def test_the_gradient_is_that_of_differences(fitted):
    likelihood = fitted.fitted.likelihood
    theta = np.array(list(TRUTH.values()))
    by_hand = [
        (likelihood.at(theta + step).value - likelihood.at(theta - step).value) / 2e-5 for step in 1e-5 * np.eye(6)
    ]
    assert likelihood.at(theta).gradient == pytest.approx(by_hand, rel=1e-6, abs=1e-6)


def test_estimates_and_errors_are_those_of_another_optimiser(fitted):
    data = deterrence()
    other = minimize(lambda theta: -closed_form(theta, data).sum(), np.zeros(6), method="BFGS", options={"gtol": 1e-7})
    step = 1e-3
    moves = step * np.eye(6)
    curvature = np.array(
        [
            [
                sum(
                    s * t * closed_form(other.x + s * moves[i] + t * moves[j], data).sum()
                    for s in (1, -1)
                    for t in (1, -1)
                )
                / (4 * step**2)
                for j in range(6)
            ]
            for i in range(6)
        ]
    )
    assert fitted.log_likelihood == pytest.approx(-other.fun, abs=1e-8)
    assert fitted.theta == pytest.approx(other.x, abs=2e-5)
    assert fitted.to_frame()["error"].to_numpy() == pytest.approx(np.sqrt(np.diag(np.linalg.inv(-curvature))), rel=1e-4)


def test_the_truth_lies_within_three_errors(fitted):
    table = fitted.to_frame().set_index("coefficient")
    for name, value in TRUTH.items():
        assert abs(table.loc[name, "estimate"] - value) < 3 * table.loc[name, "error"]


def test_counts_of_endings_tell_what_rows_tell(fitted):
    data = deterrence()
    counted = data.assign(**{name: (data["ending"] == name).astype(int) for name in ("quo", "capitulation", "war")})
    links = {**LINKS, "observed": {"counts": {name: name for name in ("quo", "capitulation", "war")}}}
    other = fit(counted, links, errors="information")
    assert other.theta == pytest.approx(fitted.theta, abs=1e-7)
    assert other.log_likelihood == pytest.approx(fitted.log_likelihood, abs=1e-9)


def test_moves_tell_what_endings_tell(fitted):
    data = deterrence()
    moves = data.assign(
        esc=np.where(data["ending"] == "quo", 0, 1),
        war=data["ending"].map({"quo": "", "capitulation": "no", "war": "yes"}),
    )
    links = {
        **LINKS,
        "observed": {
            "moves": {
                "first": {"column": "esc", "is": {"0": "wait", "1": "escalate"}},
                "second": {"column": "war", "is": {"no": "yield", "yes": "fight"}},
            }
        },
    }
    other = fit(moves, links, errors="information")
    assert other.theta == pytest.approx(fitted.theta, abs=1e-7)


def test_what_was_not_seen_is_summed_over():
    data = deterrence()
    hidden = data.assign(
        ending=data["ending"].replace({"war": "war | capitulation", "capitulation": "war | capitulation"})
    )
    links = {**LINKS, "estimate": {"quo_1": "1 + trade"}, "fixed": {**LINKS["fixed"], "war_1": -0.5, "war_2": 0.2}}
    found = fit(hidden, links, errors="information")
    fights = 1 / (1 + np.exp(-0.2))
    worth = fights * -0.5 + (1 - fights)

    def loss(theta):
        escalates = 1 / (1 + np.exp(-(worth - theta[0] - theta[1] * data["trade"].to_numpy())))
        return -np.log(np.where(data["ending"] == "quo", 1 - escalates, escalates)).sum()

    other = minimize(loss, np.zeros(2), method="BFGS", options={"gtol": 1e-7})
    assert found.log_likelihood == pytest.approx(-other.fun, abs=1e-8)
    assert found.theta == pytest.approx(other.x, abs=1e-5)


def test_a_row_that_stands_for_several_counts_as_often():
    data = deterrence(120)
    doubled = fit(data.assign(n=2), {**LINKS, "count": "n"}, errors="information")
    single = fit(data, errors="information")
    assert doubled.theta == pytest.approx(single.theta, abs=1e-6)
    assert doubled.log_likelihood == pytest.approx(2 * single.log_likelihood, rel=1e-10)


def test_every_link_keeps_to_its_shape():
    data = deterrence(200)
    links = {
        **LINKS,
        "estimate": {
            "quo_1": {"link": "exp", "of": ["1", "trade"]},
            "war_2": {"link": "logit", "of": ["1", "balance"], "between": [-2, 2]},
            "war_1": {"of": ["1"]},
        },
    }
    found = fit(data, links, errors="information")
    likelihood = found.fitted.likelihood
    values = likelihood.design.values(found.theta)
    assert (values[:, 0] > 0).all()
    assert (np.abs(values[:, 1]) < 2).all()
    theta = found.theta + 0.1
    by_hand = [
        (likelihood.at(theta + step).value - likelihood.at(theta - step).value) / 2e-5 for step in 1e-5 * np.eye(5)
    ]
    assert likelihood.at(theta).gradient == pytest.approx(by_hand, rel=1e-6, abs=1e-6)
    curved = np.array(
        [
            (likelihood.at(theta + step).gradient - likelihood.at(theta - step).gradient) / -2e-5
            for step in 1e-5 * np.eye(5)
        ]
    )
    assert likelihood.information(likelihood.at(theta)) == pytest.approx(curved, rel=1e-4, abs=1e-4)
