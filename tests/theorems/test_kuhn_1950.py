"""Source: Kuhn 1950, A simplified two-person poker."""

from __future__ import annotations

import pytest

NAME = "kuhn-1950-poker"


def test_the_game_is_worth_minus_one_eighteenth_to_the_first_player(solve):
    """Source: Kuhn 1950: the value is -1/18. Tolerance 1e-9."""
    played = solve(NAME)
    assert played.relative_regret <= 1e-6
    assert played.ask("U(first)") == pytest.approx(-1 / 18, abs=1e-9)
    assert played.ask("U(second)") == pytest.approx(1 / 18, abs=1e-9)


def test_the_king_is_bet_three_times_as_often_as_the_jack(solve):
    """Source: Kuhn 1950: jack with a in [0, 1/3], king with 3a, queen never. Tolerance 2e-5."""
    played = solve(NAME)
    jack = played.behaviour(first_card="jack", second_card="queen")["bet"]
    assert -1e-6 <= jack <= 1 / 3 + 2e-5
    assert played.behaviour(first_card="king", second_card="queen")["bet"] == pytest.approx(3 * jack, abs=2e-5)
    assert played.behaviour(first_card="queen", second_card="king")["bet"] == pytest.approx(0, abs=2e-5)


def test_the_second_player_bluffs_and_calls_one_time_in_three(solve):
    """Source: Kuhn 1950: the second player's optimal strategy is unique. Tolerance 2e-5."""
    played = solve(NAME)
    jack, queen, king = (
        played.behaviour(first_card="king", second_card="jack", opening="check"),
        played.behaviour(first_card="king", second_card="queen", opening="bet"),
        played.behaviour(first_card="jack", second_card="king", opening="check"),
    )
    assert jack["bet"] == pytest.approx(1 / 3, abs=2e-5)
    assert queen["call"] == pytest.approx(1 / 3, abs=2e-5)
    assert king["bet"] == pytest.approx(1, abs=2e-5)


def test_a_card_is_never_in_two_hands(solve):
    """Source: Kuhn 1950: cards are dealt without replacement, so holding the jack excludes it from the other hand."""
    played = solve(NAME)
    assert played.ask("P(first.card = jack and second.card = jack)") == 0
    assert played.ask("P(first.card = jack) given (second.card = king)") == pytest.approx(0.5, abs=1e-12)
