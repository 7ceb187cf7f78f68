"""Draws weighed by what they gave to the events, against Bayes' rule in closed form.

Source: the beta prior of a chance and a binomial number of hits (Raiffa and Schlaifer 1961): after k hits in n trials
a beta (a, b) chance is beta (a + k, b + n - k), and the next trial is a hit with its mean.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, binom

import detente as dt
from detente.analysis.over_draws.intervals import FEW_DRAWS, effective_number, interval, mean, sign_share
from detente.case.read import read_text
from detente.game.compiling.build import compile_crisis
from detente.study.running.weights import draw_weights, normalised

PRIOR, HITS, TRIALS = (2.0, 3.0), 5, 6
POSTERIOR = (PRIOR[0] + HITS, PRIOR[1] + TRIALS - HITS)
NOTHING_MORE = {"claims": 0, "scenarios": 0, "questions": 0}


def trials(chance: str = "q") -> str:
    """A case in which nature tries again and again, an outsider has seen all trials but the last, and nobody acts."""
    stages = [f"  - {{id: trial_{k}, chance: {{hit: {chance}, miss: rest}}}}" for k in range(1, TRIALS + 1)]
    seen = [f"  - {{stage: trial_{k}, move: {'hit' if k <= HITS else 'miss'}}}" for k in range(1, TRIALS + 1)]
    return "\n".join(
        [
            "detente: 1",
            "title: Trials",
            f"quantities: {{q: {{beta: [{PRIOR[0]}, {PRIOR[1]}]}}}}",
            "actors: {watcher: {}}",
            "stages:",
            *stages,
            "  - {id: last, chance: {hit: {probability: q, end: won}, miss: {probability: rest, end: lost}}}",
            "outcomes: {won: {payoffs: {watcher: 1}}, lost: {payoffs: {watcher: 0}}}",
            "timeline:",
            *seen,
        ]
    )


@pytest.fixture(scope="module")
def game():
    return compile_crisis(read_text(trials()))


@pytest.fixture(scope="module")
def studies(game):
    return [dt.run(game, draws=128, seed=seed, inquiry_draws=NOTHING_MORE) for seed in range(30)]


def won(study):
    return study.outcomes().set_index("outcome").loc["won"]


def test_the_mean_given_the_events_is_the_posterior_mean(studies):
    at_first, now = beta(*PRIOR).mean(), beta(*POSTERIOR).mean()
    rows = [won(study) for study in studies]
    assert np.mean([row["mean"] for row in rows]) == pytest.approx(at_first, abs=0.002)
    assert np.mean([row["after_mean"] for row in rows]) == pytest.approx(now, abs=0.01)
    assert abs(at_first - now) > 0.2


def test_the_standard_error_of_a_weighted_mean_covers_the_posterior_mean_nine_times_in_ten(studies):
    """At least: points of a Sobol sequence miss by less than the independent draws that the error is stated for."""
    rows = [won(study) for study in studies]
    truth = beta(*POSTERIOR).mean()
    covered = sum(abs(row["after_mean"] - truth) <= 1.6449 * row["after_mean_error"] for row in rows)
    assert covered >= binom.ppf(1e-4, len(rows), 0.9)
    assert all(0 < row["after_mean_error"] < 0.1 for row in rows)


def test_nine_tenths_of_the_posterior_lie_within_the_weighted_range(studies):
    law = beta(*POSTERIOR)
    held = [law.cdf(row["after_high"]) - law.cdf(row["after_low"]) for row in map(won, studies)]
    assert np.mean(held) == pytest.approx(0.9, abs=0.03)


def test_after_each_event_draws_are_weighed_by_the_events_so_far(studies):
    posterior = [beta(PRIOR[0] + k, PRIOR[1]).mean() for k in range(HITS + 1)]
    for number, truth in enumerate(posterior):
        found = [mean(study.draws()["quantity q"], draw_weights(study._findings.ensemble, number)) for study in studies]
        assert np.mean(found) == pytest.approx(truth, abs=0.01)


def test_the_standard_error_of_a_ratio_is_what_independent_draws_show():
    """40 weighted draws, 4,000 times: the errors stated are the spread of the means, to within sampling."""
    rng = np.random.default_rng(5)
    found = [interval(q, q**5 * (1 - q)) for q in rng.beta(*PRIOR, size=(4000, 40))]
    spread = np.std([each.mean for each in found])
    assert np.sqrt(np.mean([each.error**2 for each in found])) == pytest.approx(spread, rel=0.1)


def test_without_weights_mean_and_error_are_the_usual_ones():
    values = np.random.default_rng(1).normal(size=50)
    found, weighed = interval(values), interval(values, np.full(50, 0.3))
    assert found.mean == pytest.approx(values.mean())
    assert found.error == pytest.approx(values.std(ddof=1) / np.sqrt(50))
    assert (found.mean, found.error, found.low, found.high) == pytest.approx(
        (weighed.mean, weighed.error, weighed.low, weighed.high)
    )


def test_the_share_with_the_sign_of_the_mean_counts_draws_by_their_weight():
    assert sign_share([1.0, 1.0, -1.0]) == pytest.approx(2 / 3)
    assert sign_share([1.0, 1.0, -1.0], [0.1, 0.1, 0.8]) == pytest.approx(0.8)
    assert sign_share([0.0, 1e-12, np.nan]) == 1.0


def test_weights_are_those_of_events_too_unlikely_for_a_number_in_double_precision():
    tiny = compile_crisis(read_text(trials("1e-100 * q")))
    study = dt.run(tiny, draws=64, inquiry_draws=NOTHING_MORE)
    q = study.draws()["quantity q"].to_numpy()
    weights = draw_weights(study._findings.ensemble, HITS)
    assert weights == pytest.approx(q**HITS / (q**HITS).sum())
    assert normalised(np.array([-5000.0, -5000.0 + np.log(3), -np.inf])) == pytest.approx([0.25, 0.75, 0.0])
    assert normalised(np.full(3, -np.inf)) == pytest.approx([0.0, 0.0, 0.0])


def test_a_study_tells_how_many_draws_the_events_leave(studies):
    table = studies[0].moments().set_index("when")
    weights = draw_weights(studies[0]._findings.ensemble)
    assert table.loc["events", "effective_draws"] == pytest.approx(effective_number(weights))
    assert table.loc["events", "effective_draws"] < table.loc["outset", "effective_draws"] == 128
    assert table.loc["events", "says"] == "given the 6 events seen"
    assert bool(table.loc["events", "few"]) == (effective_number(weights) < FEW_DRAWS)


def test_means_of_all_endings_add_up_to_one(studies):
    for prefix in ("", "after_"):
        assert studies[0].outcomes()[f"{prefix}mean"].sum() == pytest.approx(1, abs=1e-12)
