"""Source: Signorino 1999, American Political Science Review 93(2): strategic deterrence with logit errors."""

from __future__ import annotations

import pytest

NAME = "signorino-1999-deterrence"


def test_the_deterrence_model_has_the_published_probabilities(solve):
    """Source: Signorino 1999, the deterrence model at u = (0, 1, -1; 0, 0.5), precision 1. Tolerance 5e-7."""
    played = solve(NAME, 1)
    assert played.ask("P(second = fight) given (first = escalate)") == pytest.approx(0.622459, abs=5e-7)
    assert played.ask("P(first = escalate)") == pytest.approx(0.439075, abs=5e-7)
    assert played.ask("P(quo)") == pytest.approx(0.560925, abs=5e-7)
    assert played.ask("P(capitulation)") == pytest.approx(0.165769, abs=5e-7)
    assert played.ask("P(war)") == pytest.approx(0.273306, abs=5e-7)


def test_a_model_without_simultaneous_unknowns_has_none_to_solve_for(solve):
    """Source: Signorino 1999: agent error by backward induction is a closed form."""
    assert solve(NAME, 1).unknowns == 0
