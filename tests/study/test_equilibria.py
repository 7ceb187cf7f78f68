"""A run says whether its conclusion holds in the other equilibria that a search finds."""

from __future__ import annotations

import pytest

import detente as dt
from detente.study.multiplicity import COLUMNS


@pytest.fixture(scope="module")
def trust() -> dt.Study:
    return dt.run("kydd-2005-trust", draws=None)


def test_the_first_equilibrium_of_the_table_is_what_the_run_reports(trust):
    table, reported = trust.equilibria(), trust.outcomes()
    first = table[table["equilibrium"] == 1]
    assert list(table.columns) == COLUMNS.split()
    assert dict(zip(first["outcome"], first["probability"], strict=True)) == pytest.approx(
        dict(zip(reported["outcome"], reported["median"], strict=True)), abs=1e-9
    )


def test_a_conclusion_that_another_equilibrium_contradicts_is_said_to_hold_in_some_only(trust):
    """Kydd's trust game: mutual defection and mutual cooperation are both equilibria."""
    found = trust.certificate()
    assert found["equilibria"] == {"searched": 1, "others": 2, "others_with_another_ending": 2}
    assert found["sentences"][-1].startswith("The conclusion holds in some equilibria only.")
    assert trust.to_dict()["certificate"]["equilibria"]["others"] == 2


def test_where_nothing_can_be_played_otherwise_the_run_says_so():
    study = dt.run("demand", draws=3)
    assert study.certificate()["equilibria"]["others"] == 0
    assert "Other equilibria were not looked for" in study.certificate()["sentences"][-1]


def test_probabilities_of_each_equilibrium_sum_to_one(trust):
    sums = trust.equilibria().groupby(["draw", "equilibrium"])["probability"].sum()
    assert sums.to_numpy() == pytest.approx(1.0)
