"""Source: Banks, Camerer and Porter 1994, game 3; logit agent equilibria by McKelvey and Palfrey 1998."""

from __future__ import annotations

import pytest

NAME = "banks-camerer-porter-1994-game-3"

MESSAGES = {
    1: {"t1": [0.2934, 0.5198, 0.1868], "t2": [0.6568, 0.2748, 0.0684]},
    5: {"t1": [0.9735, 0.0135, 0.0130], "t2": [1, 0, 0]},
}
ANSWERS = {
    1: {"m1": [0.1999, 0.5849, 0.2152], "m2": [0.3286, 0.1708, 0.5006], "m3": [0.9129, 0.0307, 0.0564]},
    5: {"m1": [0.0687, 0.9251, 0.0062], "m2": [0.9933, 0.0067, 0], "m3": [1, 0, 0]},
}


@pytest.mark.parametrize("rationality", [1, 5])
@pytest.mark.parametrize("sender", ["t1", "t2"])
def test_messages_have_the_known_logit_probabilities(solve, rationality, sender):
    """Source: game 3 of Banks, Camerer and Porter 1994 as a logit game. Tolerance 5e-5, the digits given."""
    sent = solve(NAME, rationality).behaviour(sender_type=sender)
    assert list(sent.values()) == pytest.approx(MESSAGES[rationality][sender], abs=5.1e-5)


@pytest.mark.parametrize("rationality", [1, 5])
@pytest.mark.parametrize("message", ["m1", "m2", "m3"])
def test_answers_have_the_known_logit_probabilities(solve, rationality, message):
    """Source: game 3 of Banks, Camerer and Porter 1994 as a logit game. Tolerance 5e-5, the digits given."""
    answered = solve(NAME, rationality).behaviour(sender_type="t1", message=message)
    assert list(answered.values()) == pytest.approx(ANSWERS[rationality][message], abs=5.1e-5)


def test_in_the_limit_both_types_send_the_first_message(solve):
    """Source: McKelvey and Palfrey 1998: the logit branch selects the equilibrium on message 1. Tolerance 1e-9."""
    played = solve(NAME)
    assert played.relative_regret <= 1e-6
    assert played.ask("P(message = m1)") == pytest.approx(1, abs=1e-9)
    assert played.ask("P(answer = a2)") == pytest.approx(1, abs=1e-9)
