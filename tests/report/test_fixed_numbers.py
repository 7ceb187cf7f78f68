"""Fixed numbers among the hinges."""

from __future__ import annotations

import math

from detente.crisis.inquiry import EVENTS, OUTSET
from detente.report.learnt import Slope
from detente.report.sections.hinges import decisive_numbers


def slope(quantity: str, outcome: str, derivative: float, at: float, **other) -> Slope:
    told = {"name": quantity, "kind": "quantity", "outcome_name": outcome, "when": EVENTS, "per_range": math.nan}
    return Slope(quantity=quantity, outcome=outcome, derivative=derivative, at=at, **{**told, "supported": "", **other})


def test_a_fixed_number_is_told_with_the_ending_that_half_of_it_moves_most():
    slopes = [
        slope("stake", "war", 0.1, 0.5),
        slope("stake", "deal", -0.4, 0.5),
        slope("toll", "war", 0.9, 0.5),
        slope("trifle", "war", 0.01, 0.5),
        slope("drawn", "war", 5.0, 0.5, per_range=0.5),
        slope("early", "war", 5.0, 0.5, when=OUTSET),
        slope("1 in the payoff of a in war", "war", 5.0, 1.0, kind="number"),
        slope("rationality", "war", 5.0, 0.5, kind="rationality"),
    ]
    assert [(each.quantity, each.outcome) for each in decisive_numbers(slopes, EVENTS)] == [
        ("toll", "war"),
        ("stake", "deal"),
    ]
