"""Errors, tests between fits, what a fit foretells, and the estimate put back into a case."""

from __future__ import annotations

import numpy as np
import pytest
from tests.estimation.episodes import LINKS, deterrence, fit

import detente as dt
from detente.errors import RequestError


@pytest.fixture(scope="module")
def fitted():
    return fit(errors="information")


def test_clusters_of_one_episode_give_the_sandwich(fitted):
    data = deterrence().assign(dyad=np.arange(400))
    found = fit(data, errors="clustered")
    likelihood, maximum = found.fitted.likelihood, found.fitted.maximum
    scores = likelihood.scores(maximum.point)[likelihood.of]
    inverse = np.linalg.inv(maximum.information)
    assert found.covariance == pytest.approx(inverse @ (scores.T @ scores) @ inverse * 400 / 399)


def test_a_copy_of_every_episode_in_its_cluster_adds_nothing():
    data = deterrence(150).assign(dyad=np.arange(150))
    single = fit(data, errors="clustered", starts=1)
    double = fit(data.loc[data.index.repeat(2)].reset_index(drop=True), errors="clustered", starts=1)
    assert double.covariance == pytest.approx(single.covariance, rel=1e-4)


def test_a_bootstrap_is_the_same_by_its_seed_and_near_the_information():
    links = {**LINKS, "estimate": {"quo_1": "1 + trade"}, "cluster": "id"}
    data = deterrence(150).assign(id=np.arange(150))
    one = fit(data, links, errors="bootstrap", replications=30, starts=1)
    same = fit(data, links, errors="bootstrap", replications=30, starts=1)
    asymptotic = fit(data, links, errors="information", starts=1)
    assert (one.covariance == same.covariance).all()
    ratio = np.sqrt(np.diag(one.covariance) / np.diag(asymptotic.covariance))
    assert ((ratio > 0.65) & (ratio < 1.5)).all()


def test_the_likelihood_ratio_is_twice_the_difference(fitted):
    smaller = fit(links={**LINKS, "estimate": {**LINKS["estimate"], "war_1": ["1"]}}, starts=1)
    test = fitted.likelihood_ratio(smaller)
    assert test.statistic == pytest.approx(2 * (fitted.log_likelihood - smaller.log_likelihood))
    assert test.degrees == 1
    with pytest.raises(RequestError, match="more first"):
        smaller.likelihood_ratio(fitted)


def test_vuong_favours_the_links_that_made_the_data(fitted):
    other = fit(links={**LINKS, "estimate": {"quo_1": "1 + balance", "war_2": "1 + trade"}})
    test, back = fitted.vuong(other), other.vuong(fitted)
    assert test.statistic > 1.96
    assert back.statistic == pytest.approx(-test.statistic)


def test_fits_to_other_rows_cannot_be_compared(fitted):
    with pytest.raises(RequestError, match="same episodes"):
        fitted.vuong(fit(deterrence().iloc[:300], starts=1))


def test_a_foretold_probability_has_the_error_of_its_slopes(fitted):
    from tests.estimation.test_three_endings import closed_form

    profile = {"trade": 0.5, "balance": -0.2, "regime": "dem"}
    table = fitted.predict(profile).set_index("ending")
    row = deterrence().iloc[:1].assign(**profile, ending="war")

    def chance(theta):
        return float(np.exp(closed_form(theta, row))[0])

    slopes = np.array([(chance(fitted.theta + step) - chance(fitted.theta - step)) / 2e-6 for step in 1e-6 * np.eye(6)])
    assert table.loc["war", "probability"] == pytest.approx(chance(fitted.theta), rel=1e-10)
    assert table.loc["war", "error"] == pytest.approx(np.sqrt(slopes @ fitted.covariance @ slopes), rel=1e-6)
    assert table.loc["war", "low"] < table.loc["war", "probability"] < table.loc["war", "high"]


def test_averages_over_episodes_are_means_of_their_probabilities(fitted):
    mean = fitted.predict("average").set_index("ending")["probability"]
    each = fitted.predict(deterrence()[["trade", "balance", "regime"]])
    assert mean["war"] == pytest.approx(each[each["ending"] == "war"]["probability"].mean(), rel=1e-10)
    shares = deterrence()["ending"].value_counts(normalize=True)
    assert abs(mean["war"] - shares["war"]) < 0.02


def test_a_first_difference_is_that_of_two_predictions(fitted):
    moved = fitted.differences({"trade": [0, 1]}, {"regime": "dem"}).set_index("ending")
    low, high = (fitted.predict({"regime": "dem", "trade": end}).set_index("ending") for end in (0, 1))
    assert moved["difference"].to_numpy() == pytest.approx((high["probability"] - low["probability"]).to_numpy())
    assert abs(moved["difference"].sum()) < 1e-12


def test_a_curve_goes_through_the_predictions(fitted):
    curve = fitted.curve("trade", [-1.0, 2.0])
    there = fitted.predict({"trade": 2.0})
    assert curve[curve["trade"] == 2.0]["probability"].to_numpy() == pytest.approx(there["probability"].to_numpy())
    assert len(fitted.curve("regime", profiles="average")) == 6


def test_a_covariate_that_no_link_mentions_is_refused(fitted):
    with pytest.raises(RequestError, match="did you mean `trade`"):
        fitted.predict({"trad": 1})
    with pytest.raises(RequestError, match="`monarchy` is no value of `regime`"):
        fitted.predict({"regime": "monarchy"})


def test_draws_of_the_case_have_the_covariance_of_the_estimate(fitted):
    profile = {"trade": 1.0, "balance": 0.5, "regime": "dem"}
    middle, spread = fitted.estimate().index(profile)
    case = fitted.case(profile)
    from detente.game.drawn.draws import sample_draws

    draws = sample_draws(case, 4096, 3)
    table = np.array([draws.quantities[name] for name in ("quo_1", "war_1", "war_2")])
    assert table.mean(axis=1) == pytest.approx(middle, abs=0.01)
    assert np.cov(table) == pytest.approx(spread, rel=0.03, abs=0.003)
    own = fitted.sample(20_000, 1, profile)
    assert np.cov(own.to_numpy().T) == pytest.approx(spread, rel=0.05, abs=0.005)


def test_the_case_at_an_estimate_answers_as_the_fit_foretells(fitted):
    profile = {"trade": 1.0, "balance": 0.5, "regime": "dem"}
    told = fitted.predict(profile).set_index("ending")
    answer = dt.ask(fitted.case(profile), "P(war)").to_dict()["P(war)"]["value"]
    assert answer == pytest.approx(told.loc["war", "probability"], rel=1e-9)
    spread = dt.ask(fitted.case(profile), "P(war)", draws=1000).to_dict()["P(war)"]
    width = told.loc["war", "high"] - told.loc["war", "low"]
    assert spread["high"] - spread["low"] == pytest.approx(width * 1.645 / 1.96, rel=0.15)


def test_out_of_sample_the_model_beats_base_rates_and_is_calibrated(fitted):
    scores = fitted.cross_validate(5, seed=2)
    table = scores.scores.set_index("foretold_by")
    assert set(table.index) == {"model", "base rates", "multinomial logit"}
    assert table.loc["model", "log_score"] > table.loc["base rates", "log_score"]
    assert table.loc["base rates", "gain"] > 2 * table.loc["base rates", "gain_error"]
    own = scores.calibration[scores.calibration["foretold_by"] == "model"]
    off = (own["foretold"] - own["happened"]).abs() / np.maximum(own["error"], 0.05)
    assert off.max() < 4
    assert own["number"].sum() == 3 * 400


def test_folds_part_clusters_never_episodes_of_one(fitted):
    with pytest.raises(RequestError, match="between 2 and the 60 clusters"):
        fitted.cross_validate(61)
