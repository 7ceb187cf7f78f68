"""Source: Schultz 1999, International Organization 53(2), and Schultz 2001: a crisis with audience costs."""

from __future__ import annotations

import pytest

NAME = "schultz-1999-crisis"
FINER = {"points: 50": "points: 125", "points: 45": "points: 120"}

# Audience cost: P(challenge), P(stand given challenge), P(war), P(back down).
EXACT = [
    (0.2, 0.49, 0.571429, 0.233333, 0.175),
    (0.5, 0.6, 2 / 3, 0.266667, 0.133333),
    (1.0, 0.75, 0.8, 0.3, 0.075),
    (3.0, 1.0, 1.0, 1 / 3, 0.0),
]


def distances(solve, row, written=None):
    cost, challenge, stand, war, back_down = row
    played = solve(NAME, written=written, audience_cost=cost)
    assert played.relative_regret <= 1e-6
    return [
        abs(played.ask("P(challenge = threaten)") - challenge),
        abs(played.ask("P(last_word = stand) given (challenge = threaten, reply = resist)") - stand),
        abs(played.ask("P(war)") - war),
        abs(played.ask("P(backing_down)") - back_down),
    ]


@pytest.mark.parametrize("row", EXACT)
def test_challenges_resistance_and_war_are_within_a_type_of_the_exact_answer(solve, row):
    """Source: Schultz 2001, ch. 2, worked for w1 ~ U[-2, 0.5] and w2 ~ U[-1, 0.5]. Tolerance: one type, 1/45."""
    assert max(distances(solve, row)) <= 1 / 45


@pytest.mark.parametrize("row", EXACT[:1])
def test_more_types_come_closer_to_the_exact_answer(solve, row):
    """Source: Schultz 2001, ch. 2. Tolerance: one type of the finer grid, 1/120."""
    assert max(distances(solve, row, FINER)) <= 1 / 120


def test_no_bluff_is_caught_where_backing_down_is_dearer_than_any_war(solve):
    """Source: Schultz 2001, ch. 3: with an audience cost of 3 every challenger means it. Exact, tolerance 1e-9."""
    assert solve(NAME, audience_cost=3).ask("P(backing_down)") == pytest.approx(0, abs=1e-9)
