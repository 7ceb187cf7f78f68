"""Cases of which an answer was once wrong without a word, each with the right one."""

from __future__ import annotations

from pathlib import Path

import pytest

import detente as dt
from detente.errors import CaseError

FAILING = Path(__file__).parent.parent / "failing"


def test_the_least_of_three_is_found_and_nothing_is_written_over():
    asked = ("min(P(o), P(z), c)", "c", "max(P(o), P(z), c, 0.9)", "min(P(o), 0.4, 1, c)")
    found = dt.ask(FAILING / "min-of-three.yaml", *asked, draws=8).values
    assert found["min(P(o), P(z), c)"] == pytest.approx(found["c"])
    assert found["min(P(o), 0.4, 1, c)"] == pytest.approx(found["c"])
    assert found["max(P(o), P(z), c, 0.9)"] == pytest.approx([0.9] * 8)
    assert ((found["c"] > 0.1) & (found["c"] < 0.2)).all()


def test_a_stage_and_its_move_of_the_same_name_are_told_apart():
    for text in ("P(join = join)", "P(join != join)"):
        assert dt.ask(FAILING / "name-trap.yaml", text).values[text] == pytest.approx([0.5])


def test_a_range_is_no_list_of_branches():
    with pytest.raises(CaseError, match=r"5:38: error: `from` would name a branch here"):
        dt.load(FAILING / "chance-from-to.yaml")
