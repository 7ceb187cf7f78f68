"""Two analysts' cases of one crisis: where they part, and the case in which what they part on is open."""

from __future__ import annotations

from pathlib import Path

import pytest

import detente as dt
from detente.case.read import read_text
from detente.case.written_back.write import case_text
from detente.crisis.model import Crisis
from detente.errors import RequestError
from detente.study.compared.alterations import CrisisPart, edits
from detente.study.compared.hull import hull
from detente.study.request import Request

FIRST = (Path(__file__).parent / "missiles.yaml").read_text("utf-8")
SECOND = (
    FIRST.replace("cost_us: {uniform: [0.1, 0.5]", "cost_us: {uniform: [0.3, 0.7]")
    .replace("{high: 0.3, low: rest}", "{high: 0.5, low: rest}")
    .replace("us: 0.7, ussr: 0.5 - shame / 2", "us: 0.6, ussr: 0.5 - shame / 2")
)
BETWEEN = ("between_prior_of_ussr_resolve", "between_payoff_of_us_in_secret")
QUANTITIES = {"cost_us": 0.4, "cost_ussr": 0.5, "shame": 0.1}


@pytest.fixture(scope="module")
def made() -> Crisis:
    return hull(read_text(FIRST), read_text(SECOND))


def test_a_range_of_the_hull_covers_the_ranges_of_both(made: Crisis):
    assert [each.value for each in made.quantity("cost_us").distribution.parameters] == [0.1, 0.7]
    assert [each.value for each in made.quantity("shame").distribution.parameters] == [0.0, 0.3]
    assert [each.id for each in made.quantities][-2:] == list(BETWEEN)


def test_at_either_end_the_hull_is_one_of_the_two_cases(made: Crisis):
    for end, text in ((0.0, FIRST), (1.0, SECOND)):
        there = dt.ask(made, "P(war)", "P(resolute)", set={**QUANTITIES, **dict.fromkeys(BETWEEN, end)})
        here = dt.ask(read_text(text), "P(war)", "P(resolute)", set=QUANTITIES)
        for name in ("P(war)", "P(resolute)"):
            assert float(there.values[name][0]) == pytest.approx(float(here.values[name][0]), abs=1e-12)


def test_the_hull_is_written_as_a_case_that_reads(made: Crisis):
    assert read_text(case_text(made)).digest == made.digest


def test_a_ranking_of_the_hull_is_either_order_with_equal_weight():
    ranked = FIRST.replace(", payoffs: {us: 1,", ", payoffs: {").replace(", payoffs: {us: 0.7,", ", payoffs: {")
    ranked = (
        ranked.replace("payoffs: {us: 0.6,", "payoffs: {")
        .replace("{us: 0.5 - cost_us,", "{")
        .replace("{us: 0.25,", "{")
    )
    orders = [
        f"\npreferences: {{us: pledge > secret > {last}}}\n" for last in ("clash > stay > war", "stay > war > clash")
    ]
    made = hull(*(read_text(ranked + order) for order in orders))
    (preference,) = made.preferences
    assert [each.weight for each in preference.orders] == [0.5, 0.5]


def test_cases_that_part_in_their_structure_have_no_hull():
    other = FIRST.replace("{id: last, name: the last word", "{id: last, seen_by: none, name: the last word")
    with pytest.raises(RequestError, match=r"part in more than numbers and rankings.*last: who sees it"):
        hull(read_text(FIRST), read_text(other))


def test_it_is_told_in_what_part_of_a_crisis_two_cases_differ():
    other = SECOND.replace("move: quarantine", "move: strike").replace("ussr.resolve = high}", "ussr.resolve = low}")
    told = {each.short: each.part for each in edits((read_text(FIRST), Request()), (read_text(other), Request()))}
    assert told["cost_us"] is told["prior of ussr.resolve"] is told["secret: payoff of us"] is CrisisPart.NUMBERS
    assert told["event demand"] is CrisisPart.SEEN
    assert told["reading resolute"] is CrisisPart.MEANING


def test_two_versions_tell_groups_of_endings_first():
    diff = dt.diff(read_text(FIRST), read_text(SECOND), draws=8)
    kinds = [each.key.kind for each in diff.answers]
    assert kinds.index("group") < kinds.index("ending")
    groups = {each.key.id: each for each in diff.answers if each.key.kind == "group" and each.key.when == "outset"}
    endings = {each.key.id: each for each in diff.answers if each.key.kind == "ending" and each.key.when == "outset"}
    both = sum(endings[id].difference.mean for id in ("clash", "war"))
    assert groups["shots"].difference.mean == pytest.approx(both, abs=1e-12)
