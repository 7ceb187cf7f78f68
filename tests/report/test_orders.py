"""Words give an order only where places give one: what shares a place stands in the order of the case, named whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest

from detente.report.charts.answers import Curve
from detente.report.findings import MoveShare, OutcomeShare, Point, Shift, Standing, StudyRows
from detente.report.learnt import Bounds, Knowledge, RivalCell
from detente.report.sections import changes, moves, opening, rivals, worth
from detente.report.words import Estimate
from detente.study.compared.answer import Answer
from detente.study.compared.diff import Diff
from detente.study.compared.paired import ENDING, Key

NAN = float("nan")


def near(*middles: float) -> list[Estimate]:
    return [Estimate(each, each - 0.05, each + 0.05) for each in middles]


def tied(ids: str, kind: str, of: str = "") -> list[Standing]:
    return [Standing(kind, of, id, (), 1, len(ids)) for id in ids]


def findings(places: list[Standing], **tables: object) -> StudyRows:
    case = SimpleNamespace(timeline=())
    return StudyRows(case=case, settings={"draws": 100}, size={}, certificate=None, places=places, **tables)  # type: ignore[arg-type]


def stage(shares: tuple[float, ...]) -> list[MoveShare]:
    return [
        MoveShare("s", "The stage", 0, "a", id, f"move {id}", share, 1.0, share, 1.0, "outset", False)
        for id, share in zip("abcdef", near(*shares), strict=False)
    ]


@pytest.mark.parametrize("shares", [(0.2, 0.21, 0.19, 0.22, 0.18), (0.18, 0.22, 0.19, 0.21, 0.2)])
def test_moves_that_are_not_told_apart_are_named_all_in_the_order_of_the_case(shares):
    found = findings(tied("abcde", "moves", "s"))
    told = stage(shares)
    words = str(moves._stage_words(moves._ranked(told, found), told, 1)[0])
    assert [words.index(f"move {id}") for id in "abcde"] == sorted(words.index(f"move {id}") for id in "abcde")


def test_of_moves_that_are_told_apart_the_first_four_are_named_by_their_places():
    told = stage((0.1, 0.15, 0.2, 0.25, 0.3))
    found = findings([Standing("moves", "s", id, (), 5 - k, 1) for k, id in enumerate("abcde")])
    words = str(moves._stage_words(moves._ranked(told, found), told, 1)[0])
    assert [id for id in "edcba" if f"move {id}," in words] == list("edcb")
    assert words.index("move e") < words.index("move d") < words.index("move c") < words.index("move b")


def shift(id: str, difference: Estimate) -> Shift:
    share = Estimate(0.3, 0.2, 0.4)
    return Shift("x", "scenario", id, f"ending {id}", share, difference, 0.02, 1.0, 100, difference, "outset")


@pytest.mark.parametrize("order", list(permutations((0.10, -0.11, 0.12, 0.13)))[::7])
def test_endings_that_a_scenario_moves_about_as_far_are_named_all_in_the_order_of_the_case(order):
    shifts = [shift(id, each) for id, each in zip("abcd", near(*order), strict=True)]
    _, below = changes._scenario(shifts, {each.id: each for each in tied("abcd", "changes", "x")}, False)
    assert [str(each).split("ending ")[1][0] for each in below] == list("abcd")


def test_the_largest_change_names_every_ending_that_may_be_the_one():
    places = [Standing("scenarios", "", "x", ("a", "b"), 1, 1)]
    shifts = [shift(id, each) for id, each in zip("abc", near(0.1, 0.11, 0.0), strict=True)]
    said = changes._largest(findings(places, shifts=shifts))
    assert said.startswith("The largest change: “scenario”")
    assert "ending a" in said
    assert "ending b" in said


def curve(title: str, first: float, last: float) -> Curve:
    ends = near(first, last)
    points = [Point("q", "p", float(k), title, "outset", True, "", each, 100) for k, each in enumerate(ends)]
    return Curve(title, tuple(points), True)


def test_curves_that_are_not_told_apart_are_all_told():
    one, other = curve("One", 0.2, 0.4), curve("Other", 0.2, 0.41)
    said = changes._curve_words([one, other], "push")
    assert said.index("one goes from") < said.index("other goes from")
    assert "most" not in said
    many = changes._curve_words([one, other] * 2, "push")
    assert many.endswith("4 answers, none told to move more than the others")


def cell(low: float, high: float, place: int, first: float, second: float) -> RivalCell:
    x, y = Bounds("q", "push", low, high), Bounds("", "", NAN, NAN)
    return RivalCell("a", "b", "outset", True, x, y, 1 / 3, 0.1, first, second, 0.1, place, 99)


def test_where_a_rival_does_best_is_told_only_where_parts_are_told_apart():
    alike = [cell(NAN, 0.1, 1, 0.3, 0.4), cell(0.1, 0.2, 1, 0.35, 0.3), cell(0.2, NAN, 1, 0.3, 0.35)]
    assert rivals._turn("Ada", "Bo", alike).endswith("is not told")
    apart = [replace(alike[0], place=2), replace(alike[1], place=2), replace(alike[2], place=1, only_first=0.9)]
    said = rivals._turn("Ada", "Bo", apart)
    assert said.startswith("Right are Ada alone in 90\u00a0% of the draws where “push” is above 0.2")
    assert said.endswith("Bo alone in 35\u00a0% of the draws where it is at most 0.1 or 0.1 to 0.2")


def test_a_decision_between_moves_that_are_best_about_as_often_names_both():
    none = Estimate(NAN, NAN, NAN)
    known = Knowledge(
        "a", "Ada", "s", "the stage", 0, "", ("x", "y"), "strike or wait", 0.97, "quantity", "", "all", "", NAN, (), "",
        NAN, none, 0.1, True,
    )  # fmt: skip
    assert "“strike or wait”, which are not told apart" in worth.headline([known])


def test_what_comes_after_the_likeliest_ending_is_named_whole():
    shares = near(0.5, 0.12, 0.13, 0.11)
    endings = [OutcomeShare(id, f"ending {id}", each, each) for id, each in zip("abcd", shares, strict=True)]
    places = [Standing("endings", "", "a", (), 1, 1), *(Standing("endings", "", id, (), 2, 3) for id in "bcd")]
    said = opening._next(findings(places, endings=endings), endings[1:])
    assert [each.split(",")[0] for each in said] == ["ending b", "ending c", "ending d"]
    assert said[-1].endswith("not told apart")


def answers(*moved: float, spread: float, seed: int = 0) -> SimpleNamespace:
    rng = np.random.default_rng(seed)
    sides = [(np.full(60, 0.2), 0.2 + each + spread * rng.standard_normal(60)) for each in moved]
    keys = (Key(ENDING, f"e{k}", "outset") for k in range(len(moved)))
    return SimpleNamespace(answers=[Answer(key, key.id, *side) for key, side in zip(keys, sides, strict=True)])


def test_answers_that_moved_about_as_far_share_a_place():
    places = [place for place, _ in Diff.changed(answers(0.1, 0.101, 0.099, spread=0.05), "outset")]  # type: ignore[arg-type]
    assert places == [1, 1, 1]
    places = [place for place, _ in Diff.changed(answers(0.01, -0.3, 0.1, spread=0.01), "outset")]  # type: ignore[arg-type]
    assert places == [3, 1, 2]


def test_of_two_answers_that_mirror_each_other_the_first_stands_for_both():
    side = 0.2 + 0.1 * np.random.default_rng(0).standard_normal(60)
    pair = [
        Answer(Key(ENDING, id, "outset"), id, np.full(60, 0.5), 0.5 + sign * side) for id, sign in (("a", 1), ("b", -1))
    ]
    told = Diff.changed(SimpleNamespace(answers=pair), "outset")  # type: ignore[arg-type]
    assert [(place, each.key.id) for place, each in told] == [(1, "a")]
