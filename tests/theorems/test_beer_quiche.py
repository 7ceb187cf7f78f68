"""Source: Cho and Kreps 1987, figure 1; logit equilibria after McKelvey and Palfrey 1998."""

from __future__ import annotations

import pytest

NAME = "cho-kreps-1987-beer-quiche"

# Precision: P(beer | strong), P(beer | weak), P(fight | beer), P(fight | quiche).
LOGIT = [
    (0.5, 0.627653, 0.382763, 0.392566, 0.414726),
    (1, 0.765018, 0.305847, 0.285991, 0.376187),
    (2, 0.988427, 0.610035, 0.148894, 0.760759),
    (5, 1.0, 0.991459, 0.017851, 0.993280),
    (10, 1.0, 0.999954, 0.000335, 0.999955),
]


@pytest.mark.parametrize(("rationality", "strong", "weak", "after_beer", "after_quiche"), LOGIT)
def test_logit_play_has_the_known_probabilities(solve, rationality, strong, weak, after_beer, after_quiche):
    """Source: logit equilibria of Cho and Kreps 1987, figure 1, computed twice over. Tolerance 1e-6."""
    played = solve(NAME, rationality)
    assert played.behaviour(newcomer_kind="strong")["beer"] == pytest.approx(strong, abs=1e-6)
    assert played.behaviour(newcomer_kind="weak")["beer"] == pytest.approx(weak, abs=1e-6)
    assert played.behaviour(newcomer_kind="weak", breakfast="beer")["fight"] == pytest.approx(after_beer, abs=1e-6)
    assert played.behaviour(newcomer_kind="weak", breakfast="quiche")["fight"] == pytest.approx(after_quiche, abs=1e-6)


def test_in_the_limit_both_kinds_drink_beer_and_nobody_fights(solve):
    """Source: Cho and Kreps 1987, the intuitive criterion: beer for both. Tolerance 1e-9."""
    played = solve(NAME)
    assert played.relative_regret <= 1e-6
    assert played.ask("P(breakfast = beer)") == pytest.approx(1, abs=1e-9)
    assert played.ask("P(duel)") == pytest.approx(0, abs=1e-9)
    assert played.ask("P(weak) given (breakfast = beer)") == pytest.approx(0.1, abs=1e-9)


def test_in_the_limit_quiche_is_taken_as_a_sign_of_weakness(solve):
    """Source: Cho and Kreps 1987: off the path the bully must believe in weakness at least as likely as not."""
    played = solve(NAME)
    assert played.belief(newcomer_kind="weak", breakfast="quiche") >= 0.5
    assert played.behaviour(newcomer_kind="weak", breakfast="quiche")["fight"] == pytest.approx(1, abs=1e-6)
