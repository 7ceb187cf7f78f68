"""Source: Kreps and Wilson 1982, Reputation and imperfect information: the chain store, six markets."""

from __future__ import annotations

import pytest

NAME = "kreps-wilson-1982-chain-store"
OUT_TO_3 = {"entry_6": "out", "entry_5": "out", "entry_4": "out"}


def test_challengers_stay_out_while_the_chance_of_toughness_exceeds_b_to_the_n(solve):
    """Source: Kreps and Wilson 1982: out with 6, 5 and 4 markets left, in with 3. Tolerance 1e-6."""
    played = solve(NAME)
    assert played.relative_regret <= 1e-6
    for n in (6, 5, 4):
        assert played.ask(f"P(entry_{n} = in)") == pytest.approx(0, abs=1e-6)
    assert played.ask("P(entry_3 = in)") == pytest.approx(1, abs=1e-6)


def test_the_weak_incumbent_fights_a_third_of_the_time_when_first_challenged(solve):
    """Source: Kreps and Wilson 1982: p (1 - b^2) / ((1 - p) b^2) = 1/3, and b^2 = 0.25 after a fight."""
    played = solve(NAME)
    fights = played.behaviour(incumbent_type="weak", **OUT_TO_3, entry_3="in")["fight"]
    assert fights == pytest.approx(1 / 3, abs=1e-5)
    assert played.ask("P(strong) given (reply_3 = fight)") == pytest.approx(0.25, abs=1e-5)


def test_the_next_challenger_then_enters_half_the_time(solve):
    """Source: Kreps and Wilson 1982: entry that leaves the weak incumbent indifferent, 1/a = 1/2. Tolerance 1e-5."""
    played = solve(NAME)
    assert played.ask("P(entry_2 = in) given (reply_3 = fight)") == pytest.approx(0.5, abs=1e-5)


def test_the_reputation_is_worth_three_unchallenged_markets_to_the_weak(solve):
    """Source: Kreps and Wilson 1982: three markets worth a = 2 each, and nothing from the rest. Tolerance 1e-5."""
    assert solve(NAME).ask("U(incumbent) given (incumbent.type = weak)") == pytest.approx(6, abs=1e-5)


@pytest.mark.parametrize(
    ("path", "fights"),
    [
        ({"entry_6": "in"}, 1.0),
        ({"entry_6": "out", "entry_5": "in"}, 1.0),
        ({"entry_6": "out", "entry_5": "out", "entry_4": "in"}, 7 / 9),
    ],
)
def test_off_the_path_the_weak_incumbent_fights_for_its_reputation(solve, path, fights):
    """Source: Kreps and Wilson 1982: fights with 1, 1 and p (1 - b^3) / ((1 - p) b^3) = 0.777778. Tolerance 1e-4."""
    played = solve(NAME)
    assert played.behaviour(incumbent_type="weak", **path)["fight"] == pytest.approx(fights, abs=1e-4)
