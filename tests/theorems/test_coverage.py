"""Reports over draws, against laws known in closed form: intervals, standard errors, shares of claims.

Source of the closed forms: Powell 1999, chapter 3; Signorino 1999, equations 1 to 4. Seeds are fixed; bounds are those
that a correct interval passes with probability 1 - 1e-4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, binom

import detente as dt
from detente.case.read import read_text
from detente.game.compiling.build import compile_crisis

from .conftest import catalogue_text

DRAWS, SEEDS = 64, range(40)
LEVEL, RARE = 0.9, 1e-4


@dataclass(frozen=True)
class Law:
    """A probability of war as a random variable: its mean, and how likely it is to stay at or below a value."""

    mean: float
    below: object

    def __call__(self, value: float) -> float:
        return float(self.below(value))


def powell_law() -> Law:
    """War with probability 1 - q where q > q* = (low + cost) / (high + cost), else none; q and cost are uniform.

    The greatest demand on the grid that either kind accepts lies half a step below its cost of war: low is 0.045, high
    is 0.295.
    """

    def over_costs(function) -> float:
        return quad(lambda cost: function((0.045 + cost) / (0.295 + cost)), 0.05, 0.2)[0] / 0.15

    def below(value: float) -> float:
        return 1 - over_costs(lambda least: max(0.0, 1 - value - least)) if value >= 0 else 0.0

    return Law(over_costs(lambda least: (1 - least) ** 2 / 2), below)


def signorino_law() -> Law:
    """P(war) = P(escalate) P(fight), both logistic in what a move gains; the worths of war are uniform."""
    middles = (np.arange(600) + 0.5) / 600
    war_1, war_2 = np.meshgrid(-2 + 2 * middles, -2 + 4 * middles)
    fight = 1 / (1 + np.exp(-war_2))
    war = np.sort((fight / (1 + np.exp(-(fight * war_1 + 1 - fight)))).ravel())
    return Law(float(war.mean()), lambda value: np.searchsorted(war, value, side="right") / len(war))


POWELL = {
    "from: 0, to: 1, step: 0.01": "from: 0.525, to: 0.815, step: 0.01",
    "cost_a: {value: 0.1,": "cost_a: {uniform: [0.05, 0.2],",
    "q: {value: 0.4,": "q: {uniform: [0, 1],",
}
SIGNORINO = {
    "war_1: {value: -1,": "war_1: {uniform: [-2, 0],",
    "war_2: {value: 0.5,": "war_2: {uniform: [-2, 2],",
}
CASES = {
    "powell-1999-risk-return": (POWELL, powell_law),
    "signorino-1999-deterrence": (SIGNORINO, signorino_law),
}


@pytest.fixture(scope="module", params=CASES)
def told(request):
    """The law of the probability of war, and what runs from different seeds report of it."""
    written, law = CASES[request.param]
    game = compile_crisis(read_text(catalogue_text(request.param, written)))
    none = {"claims": 0, "scenarios": 0, "questions": 0}
    runs = [dt.run(game, draws=DRAWS, seed=seed, inquiry_draws=none).outcomes() for seed in SEEDS]
    return law(), [table.set_index("outcome").loc["war"] for table in runs]


def test_the_ends_of_the_interval_are_where_order_statistics_of_the_law_may_fall(told):
    law, reports = told
    for row in reports:
        for end, level in (("low", 0.05), ("high", 0.95)):
            rank = level * (DRAWS + 1)
            least, most = beta.ppf([RARE / 2, 1 - RARE / 2], rank, DRAWS + 1 - rank)
            assert law(row[end] - 1e-9) <= most
            assert law(row[end] + 1e-9) >= least


def test_nine_tenths_of_the_law_lie_within_the_interval(told):
    """Ties of the law (no war at all) count as within where the interval begins there."""
    law, reports = told
    held = np.array([law(row["high"] + 1e-9) - law(row["low"] - 1e-9) for row in reports])
    assert held.mean() >= LEVEL - 0.01
    if law(0.0) < 0.05:
        assert held.mean() <= LEVEL + 0.03


def test_the_standard_error_of_the_mean_covers_the_true_mean_nine_times_in_ten(told):
    """At least: points of a Sobol sequence miss by less than the independent draws that the error is stated for."""
    law, reports = told
    covered = sum(abs(row["mean"] - law.mean) <= 1.6449 * row["mean_error"] for row in reports)
    assert covered >= binom.ppf(RARE, len(reports), LEVEL)
    assert all(row["mean_error"] > 0 for row in reports)


def test_a_claim_holds_in_the_share_of_draws_in_which_it_is_true():
    """Source: Powell 1999: a costlier war for A ends the risk of war where q lies between the two thresholds."""
    game = compile_crisis(read_text(catalogue_text("powell-1999-risk-return", POWELL)))
    shares: list[float] = []
    for seed in range(8):
        study = dt.run(game, draws=DRAWS, seed=seed, inquiry_draws={"scenarios": 0, "questions": 0})
        claim = study.claims().iloc[0]
        low, high = claim["low_value"], claim["high_value"]
        true = (0.045 + high) / (0.295 + high) - (0.045 + low) / (0.295 + low)
        least, most = binom.ppf([RARE / 2, 1 - RARE / 2], DRAWS, true) / DRAWS
        assert least <= claim["holds"] <= most
        shares.append(claim["holds"] - true)
    assert abs(np.mean(shares)) <= 4 * np.sqrt(0.25 / (8 * DRAWS))
