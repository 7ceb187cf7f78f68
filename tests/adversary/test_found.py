"""Faults that long runs of the adversary found, each made small."""

from __future__ import annotations

from pathlib import Path

import pytest

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
