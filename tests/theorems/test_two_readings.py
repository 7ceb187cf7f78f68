"""Source: Good 1950, Probability and the Weighing of Evidence, ch. 6: weights of evidence add in log-odds."""

from __future__ import annotations

from math import log

import pytest

NAME = "two-readings"
RATIOS = {"letter = offer": 0.8 / 0.5, "deed = strike": 0.2 / 0.7, "sanctions = ease": 0.4 / 0.05}


def log_odds(p: float) -> float:
    return log(p / (1 - p))


@pytest.mark.parametrize("prior", [0.05, 0.3, 0.9])
def test_log_odds_are_those_of_the_prior_plus_the_weight_of_every_event(solve, prior):
    """Source: Good 1950: log-odds after events = logit(prior) + sum of log likelihood ratios. Tolerance 1e-9."""
    played = solve(NAME, prior=prior)
    seen, expected = [], log_odds(prior)
    for event, ratio in RATIOS.items():
        seen.append(event)
        expected += log(ratio)
        posterior = played.ask(f"P(genuine) given ({', '.join(seen)})")
        assert log_odds(posterior) == pytest.approx(expected, abs=1e-9)


def test_posteriors_average_to_the_prior(solve):
    """Source: Bayes' rule: beliefs after what may be seen, weighted by how likely it is, average to the prior."""
    played = solve(NAME)
    average = 0.0
    for letter in ("offer", "silence"):
        for deed in ("strike", "restraint"):
            for sanctions in ("ease", "keep"):
                seen = f"letter = {letter}, deed = {deed}, sanctions = {sanctions}"
                joint = f"letter = {letter} and deed = {deed} and sanctions = {sanctions}"
                average += played.ask(f"P({joint})") * played.ask(f"P(genuine) given ({seen})")
    assert average == pytest.approx(0.3, abs=1e-12)


def test_the_observer_talks_exactly_when_the_posterior_outweighs_the_trap(solve):
    """Source: expected payoff of talking: posterior - (1 - posterior) * trap_cost > 0, so talk above one half."""
    seen = "(letter = offer, deed = strike, sanctions = ease)"
    assert solve(NAME, prior=0.2).ask(f"P(answer = talk) given {seen}") == pytest.approx(0, abs=1e-9)
    assert solve(NAME, prior=0.3).ask(f"P(answer = talk) given {seen}") == pytest.approx(1, abs=1e-9)
