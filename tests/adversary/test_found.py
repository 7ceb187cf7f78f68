"""Faults that long runs of the adversary found, each made small."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.adversary.product import Product

import detente as dt

CASE = """detente: 1
title: t
actors: {{a: {{}}}}
stages: [{{id: m, by: a, choose: {{l: {{end: o}}, r: {{end: o}}}}}}]
outcomes: {{o: {{payoffs: {{a: 1}}}}}}
rationality: {rationality}
"""


@pytest.mark.parametrize("rationality", ["{uniform: []}", "{uniform: }", "{triangular: []}", "{normal: [ ]}"])
def test_a_rationality_without_its_numbers_is_told_at_its_place(tmp_path: Path, rationality: str) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(CASE.format(rationality=rationality))
    with pytest.raises(dt.CaseError) as told:
        dt.load(case)
    assert all(problem.where is not None and problem.where.line == 6 for problem in told.value.problems)


def test_payoffs_too_far_apart_are_told_at_the_outcome_that_pays_them(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    text = CASE.format(rationality="1").replace("r: {end: o}", "r: {end: z}")
    case.write_text(text.replace("outcomes: {", "outcomes: {\n  z: {payoffs: {a: 1e308}},\n  "))
    with pytest.raises(dt.CaseError) as told:
        dt.solve(case)
    assert [problem.where and problem.where.line for problem in told.value.problems] == [6]


def test_payoffs_too_far_apart_are_told_at_the_beginning_of_a_game_file(tmp_path: Path) -> None:
    game = tmp_path / "game.efg"
    game.write_text(
        'EFG 2 R "g" { "a" }\np "" 1 1 "" { "l" "r" } 0\nt "" 1 "" { 1e299 }\nt "" 2 "" { -1e299 }\n', "utf-8"
    )
    with pytest.raises(dt.CaseError) as told:
        dt.solve(game)
    places = [problem.where for problem in told.value.problems]
    assert [(place.file, place.line, place.column) for place in places if place] == [(str(game), 1, 1)]


def test_watch_answers_where_play_is_over_before_anybody_is_to_move(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("""detente: 1
title: t
quantities: {q: {uniform: [0.2, 0.6]}}
actors: {a: {private: {t: {x: 0.5, y: rest}}}}
stages:
  - {id: luck, chance: {l: {probability: q}, r: {probability: rest}}, end: o}
  - {id: m, by: a, choose: {l: {end: o}, r: {end: o}}}
outcomes: {o: {payoffs: {a: 1}}}
readings: {R: {when: a.t = x}}
rationality: 1
""")
    with Product() as product:
        told = product.call("cli", words=["watch", str(case), "--draws", "2"])["value"]
    assert (told["code"], "Traceback" in told["err"]) == (0, False)
    assert "luck" in told["out"].lower()


def test_costs_that_add_up_beyond_the_largest_number_are_refused(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("""detente: 1
title: t
actors: {a: }
stages:
  - {id: m, by: a, choose: {l: {cost: -1e308}, r: }}
  - {id: n, by: a, choose: {l: {cost: -1e308}, r: }}
outcomes: {o: {payoffs: {a: 1}}}
finally: o
""")
    with pytest.raises(dt.CaseError, match="beyond what can be counted with") as told:
        dt.solve(case)
    assert [problem.where and problem.where.line for problem in told.value.problems] == [7]
    assert not recwarn.list
