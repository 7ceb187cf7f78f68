"""Cases of history: what each says of its sources and of how it ended, and that what it solves to is certified."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from detente.analysis.quantity_of_interest import value_of
from detente.analysis.solved import Solved, solve_draws
from detente.case.formula.parsing import parse_interest
from detente.case.read import read_text
from detente.crisis.model import Crisis
from detente.game.checked.checks import CaseCheck, check_crisis
from detente.game.drawn.draws import sample_draws

from .conftest import HISTORY, catalogue_text

DRAWS = 4


@cache
def read(name: str) -> Crisis:
    return read_text(catalogue_text(name))


@cache
def checked(name: str) -> CaseCheck:
    return check_crisis(read(name))


@cache
def solved(name: str) -> Solved:
    compiled = checked(name).compiled
    assert compiled is not None
    draws = sample_draws(read(name), DRAWS, 0)
    return solve_draws(compiled, draws, rationality=draws.rationality)


def ask(name: str, interest: str) -> np.ndarray:
    return np.asarray(value_of(parse_interest(interest, read(name)), solved(name)))


@pytest.mark.parametrize("name", HISTORY)
def test_every_draw_is_certified_to_be_the_logit_reply_to_itself(name):
    solution = solved(name).solution
    assert all(ending.good for ending in solution.endings)
    assert np.all(solution.departure <= 1e-9)


@pytest.mark.parametrize("name", HISTORY)
def test_the_review_of_the_model_finds_nothing_idle(name):
    assert checked(name).warnings == ()


@pytest.mark.parametrize("name", HISTORY)
def test_at_least_three_dated_references_are_cited(name):
    case = read(name)
    supports = [
        each.support
        for each in (*case.quantities, *case.outcomes, *case.preferences, *case.readings, *case.timeline, *case.claims)
    ]
    assert case.ended is not None
    cited = {citation.source for support in [*supports, case.ended.support] for citation in support.because}
    dated = {source.id for source in case.sources if source.title and source.published}
    assert len(cited & dated) >= 3


@pytest.mark.parametrize("name", HISTORY)
def test_the_ending_that_came_has_its_rule_and_its_day_and_could_come(name):
    case = read(name)
    assert case.ended is not None
    assert case.ended.rule
    assert case.ended.date is not None
    assert np.all(ask(name, " + ".join(f"P({ending})" for ending in case.ended.endings)) > 0)


@pytest.mark.parametrize("name", HISTORY)
def test_every_ending_lies_in_one_group_of_force_and_in_one_of_form(name):
    case = read(name)
    for axis in ("force", "form"):
        placed = [ending for group in case.groups if group.axis == axis for ending in group.endings]
        assert sorted(placed) == sorted(outcome.id for outcome in case.outcomes)


@pytest.mark.parametrize("name", HISTORY)
def test_the_events_as_they_were_dated_were_possible_in_every_draw(name):
    case = read(name)
    assert all(event.date is not None for event in case.timeline)
    seen = [
        f"{event.stage} = {case.stage(event.stage).moves[event.move].id}" for event in case.timeline if not event.round
    ]
    assert np.all(ask(name, f"P({' and '.join(seen)})") > 0)


@pytest.mark.parametrize("name", HISTORY)
def test_the_case_says_how_its_ranges_were_set_and_names_what_it_leaves_out(name):
    about = read(name).about
    assert "How ranges were set" in about
    assert "What is left out" in about


RISES, FALLS = 1, -1


@pytest.mark.parametrize(
    ("name", "quantity", "interest", "sign"),
    [
        ("cuba-1962", "accident_a_day", "P(nuclear)", RISES),
        ("july-1914", "intervene_share", "P(powers_war)", FALLS),
        ("korea-2017", "strike_share", "P(violence)", RISES),
        ("syria-2013", "alone_share", "P(forced)", RISES),
        ("kargil-1999", "dread", "P(incursion = go)", RISES),
        ("kargil-1999", "dread", "P(crossed) given (incursion = go)", FALLS),
        ("kargil-1999", "retaken", "P(withdrawal) given (incursion = go)", RISES),
        ("suez-1956", "tolerance", "P(force)", RISES),
        ("kuwait-1990", "falls_if_leaving", "P(deadline = leave) given (november = double)", FALLS),
        ("iran-2006", "assurance", "P(deal)", RISES),
    ],
)
def test_an_argument_about_one_quantity_holds_where_all_else_is_at_its_median(
    name, quantity, interest, sign, rationality, solve_many
):
    """From the low to the high end of the quantity's range, by more than a tenth of a point.

    Source: the claim of the case that raises the quantity, by the authors whom it names, or what its private types are
    defined by.
    """
    low, high = solve_many(name, rationality(name), [quantity], [parse_interest(interest, read(name))])[quantity]
    assert sign * (high[0] - low[0]) > 0.001
