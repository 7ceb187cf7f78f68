"""Every case of the catalogue: readable, backed by something, and solved to a certified equilibrium."""

from __future__ import annotations

import pytest

from detente.case.catalogue import catalogue

from .conftest import CRISES

REFERENCE = [case.name for case in catalogue() if case.name not in CRISES]


@pytest.mark.parametrize("name", REFERENCE)
def test_the_limit_is_an_equilibrium_to_a_millionth_of_the_payoff_range(solve, name):
    """Source: McKelvey and Palfrey 1998, theorem 4: limits of logit equilibria are sequential equilibria."""
    played = solve(name)
    assert played.relative_regret <= 1e-6


@pytest.mark.parametrize("name", REFERENCE)
def test_no_off_path_deviation_pays_in_the_limit(solve, name):
    """Source: Kreps and Wilson 1982: sequential rationality at every information set. Tolerance 1e-5 of the range."""
    solution = solve(name).solved.solution
    assert solution.conditional_regret[0] <= 1e-5 * solution.payoff_range[0]


@pytest.mark.parametrize("name", [*REFERENCE, *CRISES])
def test_every_assumption_rests_on_a_source_or_owns_up_in_a_note(crisis, name):
    """The house rule for the catalogue; a user's case may do without."""
    case = crisis(name)
    private = [variable for _, variable in case.private_variables()]
    written = [*case.quantities, *case.outcomes, *case.preferences, *case.readings, *case.timeline, *case.claims]
    for each in [*written, *private]:
        assert not each.support.unsupported, each
