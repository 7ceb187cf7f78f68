"""The founding case: what the two press pieces describe must be in the game, and their conclusions must come out of it.

Nothing here fixes how the crisis ends. Directions are tested at the medians of all assumptions.
"""

from __future__ import annotations

import pytest

from detente.case.formula.parsing import parse_interest

NAME = "iran-2025"
SEEN = "(houthis = strike, adviser = dismantlement)"


def test_the_letter_can_offer_and_threaten_in_one_breath(crisis):
    moves = [move.id for move in crisis(NAME).stage("letter").moves]
    assert moves == ["offer_and_threat", "offer", "threat"]


def test_rival_claims_disagree_about_what_one_and_the_same_threat_does(crisis):
    vaez, ben_taleblu = crisis(NAME).claims
    assert vaez.raises == ben_taleblu.raises == "threat_level"
    assert (vaez.rises, ben_taleblu.rises) == (False, True)


def test_every_event_of_the_timeline_is_dated_in_order_and_says_what_it_rests_on(crisis):
    timeline = crisis(NAME).timeline
    assert [event.date for event in timeline] == sorted(event.date for event in timeline)
    assert all(event.support.because and event.support.note for event in timeline)


def test_every_citation_is_paraphrased(crisis):
    for quantity in crisis(NAME).quantities:
        for citation in quantity.support.because:
            assert len(citation.says.split()) >= 5, quantity.id


def test_play_is_solved_to_the_rationality_of_the_case(solve, rationality):
    played = solve(NAME, rationality(NAME))
    assert all(ending.good for ending in played.solved.solution.endings)
    assert sum(played.ask(f"P({outcome.id})") for outcome in played.crisis.outcomes) == pytest.approx(1, abs=1e-9)


def test_every_ending_that_the_articles_name_can_happen(solve, rationality):
    played = solve(NAME, rationality(NAME))
    for outcome in played.crisis.outcomes:
        assert played.ask(f"P({outcome.id})") > 0.001, outcome.id


def test_tehran_halts_the_programme_for_talks_the_less_the_more_it_suspects_a_manoeuvre(solve, rationality):
    """Row 13. Iran Gamble, sentence 15: an Iran that sees a trap answers with defiance."""
    wary = solve(NAME, rationality(NAME), good_faith=0.2)
    trusting = solve(NAME, rationality(NAME), good_faith=0.9)
    assert wary.ask(f"P(manoeuvre) given {SEEN}") > trusting.ask(f"P(manoeuvre) given {SEEN}")
    assert wary.ask(f"P(course = talk) given {SEEN}") < trusting.ask(f"P(course = talk) given {SEEN}")
    assert wary.ask(f"P(course = race) given {SEEN}") > trusting.ask(f"P(course = race) given {SEEN}")


def test_a_tehran_sure_of_a_trap_speeds_up_and_one_sure_of_good_faith_does_not(solve, rationality):
    """Row 13: the answer flips with the belief, from speeding the programme up to leaving it or halting it."""
    sure = solve(NAME, rationality(NAME), good_faith=0.0)
    assert sure.ask(f"P(programme = racing) given {SEEN}") > 0.5
    trusting = solve(NAME, rationality(NAME), good_faith=1.0)
    assert trusting.ask(f"P(programme = racing) given {SEEN}") < 0.05


def test_a_gesture_reassures_the_more_the_dearer_it_is_to_a_cheat(solve, rationality):
    """Row 16. Iran Gamble, sentence 24. Source: Kydd 2005: costly signals reassure."""
    doubts = [
        solve(NAME, rationality(NAME), cheat_gesture_cost=cost).ask("P(manoeuvre) given (gesture = ease)")
        for cost in (0.0, 0.1, 0.2, 0.3, 0.4)
    ]
    assert doubts == sorted(doubts, reverse=True)
    assert doubts[-1] < 0.2 * doubts[0]


def test_a_gesture_that_costs_a_cheat_something_brings_tehran_to_the_table(solve, rationality):
    """Row 16. Iran Gamble, sentence 24: an honest wish to talk shows in steps that build trust."""
    played = solve(NAME, rationality(NAME), cheat_gesture_cost=0.3)
    assert played.ask("P(talks = under_way) given (gesture = ease)") > played.ask(
        "P(talks = under_way) given (gesture = nothing)"
    )


def test_each_event_that_washington_or_its_officials_make_moves_the_readings(solve, rationality):
    """Row 12: posteriors move with the strikes and with what the officials say, and not with what others do."""
    played = solve(NAME, rationality(NAME))
    seen, before = "letter = offer_and_threat, reply = dismiss", None
    for event in ("mediation = offer", "houthis = strike", "envoy = verification", "adviser = dismantlement"):
        before = played.ask(f"P(manoeuvre) given ({seen})")
        seen = f"{seen}, {event}"
        after = played.ask(f"P(manoeuvre) given ({seen})")
        moved = abs(after - before)
        assert moved < 1e-12 if event.startswith("mediation") else moved > 1e-3, event


def test_the_dismissal_speaks_for_a_defiant_leadership(solve, rationality):
    """Row 15. Iran Gamble, sentence 16: the dismissal says something about Tehran."""
    played = solve(NAME, rationality(NAME))
    assert played.ask("P(iran.aim = defiant) given (letter = offer_and_threat, reply = dismiss)") > played.ask(
        "P(iran.aim = defiant) given (letter = offer_and_threat)"
    )


def test_no_assumption_is_idle(crisis, solve_many, rationality):
    """A quantity that no run depends on has no place in the case: each one moves some ending or some belief."""
    case = crisis(NAME)
    interests = [f"P({outcome.id})" for outcome in case.outcomes] + [f"P(manoeuvre) given {SEEN}"]
    parsed = [parse_interest(interest, case) for interest in interests]
    names = [quantity.id for quantity in case.quantities]
    values = solve_many(NAME, rationality(NAME), names, parsed)
    for name, (low, high) in values.items():
        assert abs(high - low).max() > 1e-5, name
