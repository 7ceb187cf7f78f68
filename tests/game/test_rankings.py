"""Rankings that are themselves uncertain: braces in an order, and several orders with weights."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

import detente as dt
from detente.case.builder import Builder
from detente.case.read import read_text
from detente.crisis.model import Crisis
from detente.errors import CaseError
from detente.game.drawn.draws import Draws, dimensions, from_cube, median_draw, uniform_cube
from detente.game.drawn.moved import moved
from detente.game.drawn.rankings import RankingAxis, place_slope
from detente.study.inputs.rankings import ranking_parts

TEXT = """
detente: 1
title: Somebody chooses how it ends
actors: {a: , b: }
stages:
  - id: choice
    by: a
    choose: {east: {end: east}, west: {end: west}, north: {end: north}, south: {end: south}}
outcomes: {east: , west: , north: , south: }
preferences:
  a: RANKING
  b: east > west > north > south
"""
BOTH = """
    orders:
      - {order: "east > {north, south} > west", weight: 3, note: heard often}
      - {order: west ~ north > south > east, weight: 1, name: the turn west}
"""


def case(ranking: str) -> Crisis:
    return read_text(TEXT.replace("RANKING", ranking))


def drawn(crisis: Crisis, count: int = 4096) -> Draws:
    return from_cube(crisis, uniform_cube(len(dimensions(crisis)), count, 5))


def utilities(draws: Draws) -> dict[str, np.ndarray]:
    return {name: draws.utility(0, name) for name in ("east", "west", "north", "south")}


def test_what_is_open_is_drawn_uniformly_from_all_utilities_that_respect_the_order():
    found = utilities(drawn(case("east > {west, north} > south")))
    assert (found["east"] == 1).all()
    assert (found["south"] == 0).all()
    # Nothing but that lies between best and worst: two independent uniform numbers.
    for name in ("west", "north"):
        assert found[name].mean() == pytest.approx(1 / 2, abs=0.01)
        assert found[name].var() == pytest.approx(1 / 12, abs=0.003)
    assert np.corrcoef(found["west"], found["north"])[0, 1] == pytest.approx(0, abs=0.02)


def test_every_order_of_what_is_open_is_as_likely_as_any_other():
    found = utilities(drawn(case('"{east, west, north} > south"')))
    table = np.stack([found[name] for name in ("east", "west", "north")], axis=1)
    met = np.argsort(-table, axis=1)
    for order in permutations(range(3)):
        assert (met == order).all(axis=1).mean() == pytest.approx(1 / 6, abs=0.01)
    assert (table.max(axis=1) == 1).all()


def test_each_draw_takes_one_order_as_often_as_its_weight_says():
    crisis = case(BOTH)
    draws = drawn(crisis)
    found, turned = utilities(draws), draws.rankings[0].order == 1
    assert turned.mean() == pytest.approx(1 / 4, abs=0.002)
    assert (found["east"] == ~turned).all()
    assert (found["west"] == turned).all()
    np.testing.assert_array_equal(found["north"][turned], 1.0)
    assert (found["north"] > found["south"])[~turned].mean() == pytest.approx(1 / 2, abs=0.01)
    assert crisis.preferences[0].tiers == (("east",), ("north",), ("south",), ("west",))


def test_the_median_takes_the_likeliest_order_and_values_what_is_open_equally():
    draws = median_draw(case(BOTH))
    assert {name: float(each[0]) for name, each in utilities(draws).items()} == {
        "east": 1.0,
        "north": 0.5,
        "south": 0.5,
        "west": 0.0,
    }


@pytest.mark.parametrize(
    ("kind", "level", "alone"),
    [
        ("order 1", 0.95, "west ~ north > south > east"),
        ("order 1", 0.05, "east > {north, south} > west"),
    ],
)
def test_moving_the_order_gives_the_draws_of_a_case_with_that_order_alone(kind: str, level: float, alone: str):
    crisis, other = case(BOTH), case(alone)
    axes = dimensions(crisis)
    cube = moved(crisis, axes, uniform_cube(len(axes), 64, 1), f"preference 0 {kind}", level)
    there, wanted = from_cube(crisis, cube), from_cube(other, cube, axes=axes)
    for name, each in utilities(there).items():
        np.testing.assert_allclose(each, utilities(wanted)[name])


def test_another_order_is_taken_in_proportion_where_one_is_not():
    crisis = case(
        "{orders: [{order: east > west > north > south, weight: 1}, "
        "{order: west > east > north > south, weight: 2}, {order: north > east > west > south, weight: 3}]}"
    )
    axes = dimensions(crisis)
    cube = moved(crisis, axes, uniform_cube(len(axes), 4096, 2), "preference 0 order 1", 0.05)
    taken = from_cube(crisis, cube).rankings[0].order
    assert [float((taken == number).mean()) for number in range(3)] == pytest.approx([1 / 4, 0, 3 / 4], abs=0.002)


@pytest.mark.parametrize(("level", "best"), [(0.05, False), (0.95, True)])
def test_moving_an_outcome_among_those_with_which_it_competes_leaves_the_others_in_order(level: float, best: bool):
    crisis = case('"{east, west, north} > south"')
    axes = dimensions(crisis)
    cube = uniform_cube(len(axes), 256, 3)
    before, after = (
        utilities(from_cube(crisis, each)) for each in (cube, moved(crisis, axes, cube, "preference 0 key 1", level))
    )
    others = np.stack([after["east"], after["north"]])
    assert ((after["west"] > others.max(axis=0)) == best).all()
    assert ((after["west"] < others.min(axis=0)) != best).all()
    np.testing.assert_array_equal(before["east"] > before["north"], after["east"] > after["north"])


def test_a_place_that_an_order_lacks_is_worth_nothing_and_is_not_moved():
    crisis = case("{orders: [{order: east > west > north > south}, {order: east ~ west > north ~ south}]}")
    axes = dimensions(crisis)
    cube = uniform_cube(len(axes), 64, 4)
    drawn, raised = (from_cube(crisis, each) for each in (cube, moved(crisis, axes, cube, "preference 0 tier 2", 0.9)))
    short = drawn.rankings[0].order == 1
    assert short.any()
    np.testing.assert_array_equal(drawn.rankings[0].worth(2)[short], 0.0)
    np.testing.assert_array_equal(drawn.utilities[0][short], raised.utilities[0][short])
    assert not np.array_equal(drawn.utilities[0][~short], raised.utilities[0][~short])


def test_which_order_holds_is_an_input_like_any_other():
    crisis = case(BOTH)
    named = {part.name: part.id for part in ranking_parts(crisis) if part.axis.preference == 0}
    assert named == {
        "how much a values what it ranks second": "preferences.a.0.1",
        "how much a values what it ranks third": "preferences.a.0.2",
        "whether a ranks: the turn west": "preferences.a.0.order.1",
        "whether a ranks north above south": "preferences.a.0.above.1",
    }
    study = dt.run(crisis, draws=32, library=None)
    hinges = study.hinges().set_index(["quantity", "outcome"])
    west = hinges.loc["preferences.a.0.order.1", "west"]
    # West and north are equally good there, and half of those who may choose either choose west.
    assert (west["at_low"], west["at_high"]) == pytest.approx((0.0, 0.5))
    assert west["place"] or hinges.loc["preferences.a.0.order.1", "east"]["place"]
    assert hinges.loc["preferences.a.0.order.1", "east"][["at_low", "at_high"]].tolist() == pytest.approx([1, 0])


def test_a_ranking_of_two_is_certain_where_no_brace_opens_it():
    crisis = case("east > west > north > south")
    assert [each.certain for each in crisis.preferences] == [True, True]
    assert not case(BOTH).preferences[0].certain


def test_the_builder_says_the_same_as_yaml():
    orders = [
        {"order": "east > {north, south} > west", "weight": 3, "note": "heard often"},
        {"order": "west ~ north > south > east", "name": "the turn west"},
    ]
    names = ("east", "west", "north", "south")
    builder = Builder("Somebody chooses how it ends").actor("a").actor("b")
    builder = builder.stage("choice", by="a", choose={name: {"end": name} for name in names})
    for name in names:
        builder = builder.outcome(name)
    built = builder.preference("a", {"orders": orders}).preference("b", "east > west > north > south").build()
    assert built.digest == case(BOTH).digest


@pytest.mark.parametrize(
    ("ranking", "what"),
    [
        ("east > {west, north > south}", "`>` stands inside { }, where the order is open"),
        ("east > {west, north} ~ south", "`~` stands beside { }"),
        ("east > {west, north > south", "`>` stands inside { }, where the order is open"),
        ("east > south > {west, north", "a brace { is opened and never closed"),
        ("east > {west, {north}} > south", "a brace { does not fit here"),
        ("east > west} > north > south", "a brace } does not fit here"),
        ("east > {west, } > north > south", "an outcome is missing in the ranking"),
        ("east, west > north > south", "unknown outcome `east, west`"),
        ("east > {west, north}", "the ranking leaves out `south`"),
        ("east > west 'north' > south", "this is not a ranking"),
        ("east > 'west > north > south", "a quote is opened here and never closed"),
        ("{orders: []}", "no order is listed"),
        ("{order: , note: hm}", "expected a value, found nothing"),
        ("{orders: [{order: east > west > north > south, weight: 0}]}", "the weight of an order is 0"),
        (
            "{order: east > west > north > south, orders: [{order: east > west > north > south}]}",
            "`order` and `orders` stand side by side",
        ),
    ],
)
def test_a_ranking_that_is_none_is_told_with_the_place(ranking: str, what: str):
    with pytest.raises(CaseError) as error:
        case(ranking if ranking.startswith("{o") else f'"{ranking}"')
    assert any(what in problem.what for problem in error.value.problems)
    assert all(problem.where is not None and problem.remedy for problem in error.value.problems)


@pytest.mark.parametrize("median", [False, True])
def test_a_place_is_worth_what_all_that_stand_at_it_are_worth(median: bool):
    crisis = case(BOTH)
    ranking = (median_draw(crisis) if median else drawn(crisis, 64)).rankings[0]
    weights = np.array([0.3, -1.0, 2.0, 0.7])
    slopes = {(0, tier): np.full(len(ranking.order), weight) for tier, weight in enumerate(weights)}
    by = np.array([place_slope(RankingAxis(0, "tier", place), ranking, slopes) for place in range(4)])
    worths = np.array([ranking.worth(place) for place in range(4)])
    if median:  # the two in braces share the mean worth of the second and the third place
        np.testing.assert_allclose(by[:, 0], [0.3, (-1 + 2) / 2, (-1 + 2) / 2, 0.7])
    # Worth is linear in the worths of the places, so that derivatives times worths add up to it.
    np.testing.assert_allclose((by * worths).sum(axis=0), ranking.utilities @ weights)
