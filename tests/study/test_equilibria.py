"""A run says whether its conclusion holds in the other equilibria that a search finds."""

from __future__ import annotations

import pytest

import detente as dt
from detente.study.running.multiplicity import MULTIPLICITY_COLUMNS


@pytest.fixture(scope="module")
def trust() -> dt.Study:
    return dt.run("kydd-2005-trust", draws=None)


def test_the_first_equilibrium_of_the_table_is_what_the_run_reports(trust):
    table, reported = trust.equilibria(), trust.outcomes()
    first = table[table["equilibrium"] == 1]
    assert list(table.columns) == MULTIPLICITY_COLUMNS.split()
    assert dict(zip(first["outcome"], first["probability"], strict=True)) == pytest.approx(
        dict(zip(reported["outcome"], reported["median"], strict=True)), abs=1e-9
    )


def test_a_conclusion_that_another_equilibrium_contradicts_is_said_to_hold_in_some_only(trust):
    """Kydd's trust game: mutual defection and mutual cooperation are both equilibria."""
    found = trust.certificate()
    assert found["equilibria"].items() >= {"searched": 1, "others": 2, "others_with_another_ending": 2}.items()
    assert any(each.startswith("The conclusion holds in some equilibria only.") for each in found["sentences"])
    assert trust.to_dict()["certificate"]["equilibria"]["others"] == 2


def test_where_nothing_can_be_played_otherwise_the_run_says_so():
    study = dt.run("demand", draws=3)
    assert study.certificate()["equilibria"]["others"] == 0
    assert "Other equilibria were not looked for" in study.certificate()["sentences"][-1]


def test_an_answer_whose_sign_depends_on_what_is_played_is_said_to_hold_in_some_only(trust):
    """With exploitation half bad or very bad alike, both may trust, distrust or mix: nine ways to compare."""
    table = trust.verdicts()
    assert set(table["comparisons"]) == {9}
    assert (table["same"] < 9).all()
    said = trust.certificate()
    assert any("holds in some equilibria only, in" in each for each in said["sentences"])
    assert said["equilibria"]["questions"][0]["where"] == [0]


def test_what_is_compared_first_is_what_the_run_reports(trust):
    """At the medians the ends of a question's range are the first and the last of its points."""
    points = trust.questions()
    for row in trust.verdicts().to_dict("records"):
        shown = points[points["show"] == row["of"]].sort_values("value")
        assert row["at_low"] == pytest.approx(shown["median"].iloc[0], abs=1e-9)
        assert row["at_high"] == pytest.approx(shown["median"].iloc[-1], abs=1e-9)


def test_the_span_over_equilibria_holds_what_the_run_reports(trust):
    for row in trust.verdicts().to_dict("records"):
        assert row["low_least"] <= row["at_low"] <= row["low_most"]
        assert row["high_least"] <= row["at_high"] <= row["high_most"]


def test_a_claim_about_a_game_with_one_equilibrium_is_settled():
    """Schultz 1999: at his numbers no other sequential equilibrium is found at either end of the claim."""
    study = dt.run("schultz-1999-crisis", draws=None)
    claim = study.verdicts().iloc[0]
    assert (claim["kind"], claim["comparisons"], claim["same"]) == ("claim", 1, 1)
    assert claim["direction"] == study.claims()["expect"].iloc[0]
    assert any("no other equilibrium was found" in each for each in study.certificate()["sentences"][-1:])


def test_a_search_whose_work_is_spent_says_how_much_was_tried(monkeypatch):
    monkeypatch.setattr("detente.study.running.multiplicity.RUN_EFFORT", 1e-6)
    study = dt.run("kydd-2005-trust", draws=None)
    assert any("That search ended early: of" in each for each in study.certificate()["sentences"])


def test_probabilities_of_each_equilibrium_sum_to_one(trust):
    sums = trust.equilibria().groupby(["draw", "equilibrium"])["probability"].sum()
    assert sums.to_numpy() == pytest.approx(1.0)
