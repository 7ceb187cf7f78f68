"""Source: Kydd 2005, Trust and Mistrust in International Relations, ch. 2: the trust game."""

from __future__ import annotations

import numpy as np
import pytest

from detente.game.paths import private_codes, story_of
from detente.strategy.regret import nash_conv

NAME = "kydd-2005-trust"
MINIMUM = (0 - (-1)) / ((1 - 0.6) + (0 - (-1)))


def cooperative(played) -> np.ndarray:
    """[draw, action]: the trustworthy cooperate, the untrustworthy defect."""
    game, story = played.solved.game, story_of(played.solved.game)
    behaviour = np.zeros((1, game.actions))
    for actor in ("one", "two"):
        kind = private_codes(game, actor, "type")
        for node in np.flatnonzero(game.action >= 0):
            step = story.steps[story.step[node]]
            if step.actor == actor:
                cooperates = step.labels[story.move[node]] == "cooperate"
                behaviour[0, game.action[node]] = cooperates == (kind[node] == 0)
    return behaviour


def gain(solve, trust: float) -> float:
    """Gain from deviating from cooperation among the trustworthy, both sides together."""
    played = solve(NAME, trust=trust)
    return float(nash_conv(played.solved.game, played.solved.numbers, cooperative(played))[0])


@pytest.mark.parametrize("trust", [MINIMUM + 1e-6, 0.8, 0.95])
def test_cooperation_of_the_trustworthy_is_an_equilibrium_where_trust_suffices(solve, trust):
    """Source: Kydd 2005, ch. 2: t >= m = (P - S) / ((R - T) + (P - S)) = 0.714286. Certificate: no gain above 1e-12."""
    assert gain(solve, trust) <= 1e-12


@pytest.mark.parametrize("trust", [0.1, 0.5, MINIMUM - 1e-6])
def test_cooperation_of_the_trustworthy_is_no_equilibrium_below_the_minimum_trust(solve, trust):
    """Source: Kydd 2005, ch. 2. Each trustworthy side then gains t (m - t) (R - T + P - S) / t by defecting."""
    assert gain(solve, trust) == pytest.approx(2 * trust * 1.4 * (MINIMUM - trust), abs=1e-12)


@pytest.mark.parametrize("trust", [0.1, 0.5, MINIMUM, 0.8, 0.99])
def test_the_logit_branch_always_ends_in_an_equilibrium_of_the_trust_game(solve, trust):
    """Source: McKelvey and Palfrey 1998. At every trust the limit is a Nash equilibrium, certified to 1e-6."""
    assert solve(NAME, trust=trust).relative_regret <= 1e-6


@pytest.mark.parametrize("trust", [0.1, 0.5, 0.7])
def test_without_enough_trust_the_logit_branch_ends_in_conflict(solve, trust):
    """Source: Kydd 2005, ch. 2: below the minimum trust mutual defection is the only equilibrium. Tolerance 1e-9."""
    assert solve(NAME, trust=trust).ask("P(conflict)") == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("trust", [0.3, 0.5, 0.9])
@pytest.mark.parametrize("sucker", [-1.0, -0.6, -0.3, -0.1, -0.05])
def test_the_logit_branch_cooperates_where_the_minimum_trust_is_below_half_the_trust(solve, trust, sucker):
    """Source: Turocy 2005: the branch ends in the risk-dominant equilibrium of a 2 x 2 game. Tolerance 1e-9.

    Against a trustworthy side that plays at random, cooperation meets cooperation with probability trust / 2.
    """
    minimum = -sucker / (0.4 - sucker)
    expected = trust**2 if minimum < trust / 2 else 0.0
    assert solve(NAME, trust=trust, sucker=sucker).ask("P(cooperation)") == pytest.approx(expected, abs=1e-9)
