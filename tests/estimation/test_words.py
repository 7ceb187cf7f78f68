"""Mistakes in data and links: each at its row and column, all at once, and what no data could tell in words."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.estimation.episodes import DETERRENCE, LINKS, deterrence, fit

from detente.errors import CaseError, RequestError
from detente.study.estimating import estimate

MOVES = {
    **LINKS,
    "observed": {"moves": {"first": {"column": "esc", "is": {"0": "wait", "1": "escalate"}}, "second": "answer"}},
}


def refused(data, links=LINKS, case=DETERRENCE, error=CaseError, **settings) -> str:
    with pytest.raises(error) as told:
        estimate(case, data, links, starts=1, **settings)
    return str(told.value)


def test_every_cell_that_is_wrong_is_told_with_row_and_column(tmp_path):
    data = deterrence(20).astype(object)
    data.loc[2, "ending"] = "peace"
    data.loc[4, "trade"] = "much"
    data.loc[7, "balance"] = "inf"
    path = tmp_path / "data.csv"
    data.to_csv(path, index=False)
    told = refused(path)
    assert f"{path}:4:5: error: row 3, column `ending`: the case has no ending `peace`" in told
    assert f"{path}:6:1: error: row 5, column `trade`: `much` is not a number" in told
    assert f"{path}:9:2: error: row 8, column `balance`: `inf` is not a number" in told


def test_many_cells_with_one_mistake_are_counted():
    told = refused(deterrence(30).assign(ending="peace"))
    assert told.count("the case has no ending `peace`") == 10
    assert "20 more rows with the same mistake" in told


def test_a_path_that_no_play_leads_to_is_an_error():
    data = deterrence(20).assign(esc=0, answer="fight")
    told = refused(data, MOVES)
    assert "row 1, column `answer`: no way of play leads to what was seen (esc = 0, answer = fight)" in told
    assert "leave a move empty where its stage was not reached" in told


def test_a_column_that_is_not_there_is_told_with_the_likely_one():
    told = refused(deterrence(20).rename(columns={"ending": "endings"}))
    assert "has no column `ending`, which shows what was seen" in told
    assert "did you mean `endings`?" in told


def test_counts_below_zero_are_an_error():
    data = deterrence(20).assign(quo=1, capitulation=-1, war=0)
    told = refused(data, {**LINKS, "observed": {"counts": {name: name for name in ("quo", "capitulation", "war")}}})
    assert "row 1, column `capitulation`: `-1` is less than nothing" in told


def test_rows_without_a_covariate_are_left_out_and_counted():
    data = deterrence(100).astype(object)
    data.loc[[3, 5], "trade"] = ""
    data.loc[[5, 6], "regime"] = "NA"
    found = fit(data, starts=1)
    assert found.episodes == 97
    assert "3 of 100 rows were left out, for want of a value (trade 2, regime 2)." in found.remarks()


def test_every_mistake_in_a_file_of_links_is_told_at_its_place(tmp_path):
    path = tmp_path / "links.yaml"
    path.write_text(
        "estimate:\n"
        "  qou_1: [1]\n"
        "  war_1: {link: probit, of: [1]}\n"
        "  war_2: 3\n"
        "observed: {moves: {frist: a}}\n"
        "fixed: {war_1: high}\n"
        "clusters: dyad\n"
    )
    told = refused(deterrence(20), path)
    for line, words in (
        (2, "the case has no quantity `qou_1`"),
        (3, "`probit` is no link"),
        (4, "`war_2` is a list of terms"),
        (5, "no stage `frist`"),
        (6, "`war_1` under `fixed` is a number"),
        (7, "unknown key `clusters`"),
    ):
        assert any(each.startswith(f"{path}:{line}:") and words in each for each in told.splitlines()), words


def test_a_formula_of_no_column_is_told():
    told = refused(deterrence(20), {**LINKS, "estimate": {"quo_1": "1 + log(trad)"}})
    assert "`trad`" in told
    assert "`trade`" in told


def test_a_term_without_a_value_is_told_with_its_row():
    told = refused(deterrence(20), {**LINKS, "estimate": {"quo_1": "1 + sqrt(trade - 100)"}})
    assert "the term `sqrt(trade - 100)` has no value in row 1, and in 19 more" in told


def test_a_coefficient_that_is_none_is_told():
    told = refused(deterrence(20), {**LINKS, "coefficients": {"quo_1: trad": {"value": 0}}})
    assert "there is no coefficient `quo_1: trad`" in told
    assert "did you mean `quo_1: trade`?" in told


def test_the_limit_has_no_likelihood():
    told = refused(deterrence(20), rationality="limit", error=RequestError)
    assert "give a finite `rationality`" in told


def test_constants_in_every_utility_of_an_actor_are_told_apart_by_nothing():
    links = {
        **LINKS,
        "estimate": {**LINKS["estimate"], "capitulation_1": ["1"]},
        "fixed": {"capitulation_2": 0},
    }
    told = refused(deterrence(), links, error=RequestError)
    assert "`quo_1: constant`, `war_1: constant`, `capitulation_1: constant`: the same number added to all" in told


def test_the_scale_is_open_where_the_rationality_is_estimated_beside_all_utilities():
    links = {
        **LINKS,
        "estimate": {**LINKS["estimate"], "rationality": {"link": "exp", "of": ["1"]}},
        "fixed": {"capitulation_1": 0, "capitulation_2": 0},
    }
    told = refused(deterrence(), links, error=RequestError)
    assert "larger utilities and a lower rationality come to the same" in told


def test_the_rationality_is_estimated_where_a_utility_holds_the_scale():
    links = {
        **LINKS,
        "estimate": {"quo_1": "1 + trade", "war_2": "1 + balance", "rationality": {"link": "exp", "of": ["1"]}},
        "fixed": {**LINKS["fixed"], "war_1": -0.8},
    }
    found = fit(links=links, starts=1, errors="information")
    table = found.to_frame().set_index("coefficient")
    assert abs(table.loc["rationality: constant", "estimate"]) < 3 * table.loc["rationality: constant", "error"]


def test_covariates_that_move_together_are_told():
    data = deterrence().assign(twice=lambda table: 2 * table["trade"])
    told = refused(data, {**LINKS, "estimate": {"quo_1": "1 + trade + twice"}}, error=RequestError)
    assert "`quo_1: trade`, `quo_1: twice`: their covariates move together" in told


def test_what_no_observation_moves_is_told():
    data = deterrence().assign(nothing=0)
    told = refused(data, {**LINKS, "estimate": {"quo_1": "1 + trade + nothing"}}, error=RequestError)
    assert "`quo_1: nothing`: no observation moves it" in told


def test_a_prior_tells_what_data_could_not():
    links = {**LINKS, "estimate": {**LINKS["estimate"], "capitulation_1": ["1"]}, "fixed": {"capitulation_2": 0}}
    links["coefficients"] = {"capitulation_1: constant": {"prior": {"normal": [1, 0.1]}}}
    found = fit(links=links, starts=1, errors="information")
    table = found.to_frame().set_index("coefficient")
    assert table.loc["capitulation_1: constant", "error"] == pytest.approx(0.1, rel=0.02)
    assert any("penalised" in each for each in found.remarks())


def test_a_sum_is_cut_at_its_signs_and_nowhere_else():
    from detente.estimation.observed.reading import summands

    assert summands("1 + trade+ log(a + b) + 1e+5*c + 'x + y' + balance") == [
        "1",
        "trade",
        "log(a + b)",
        "1e+5*c",
        "'x + y'",
        "balance",
    ]


def test_separation_is_told_in_place_of_a_table():
    data = deterrence(200)
    data = data.assign(never=(data["ending"] == "quo").astype(int))
    found = fit(data, {**LINKS, "estimate": {"quo_1": "1 + never"}}, starts=1)
    assert found.state.name == "RUNAWAY"
    assert "`quo_1: never`" in " ".join(found.remarks())
    assert found.to_frame()["error"].isna().all()
    with pytest.raises(RequestError, match="no maximum"):
        found.predict()
    assert "no maximum" in found.to_latex()


def test_bounds_hold_and_are_told():
    links = {**LINKS, "coefficients": {"quo_1: trade": {"bounds": [0, 0.2]}}}
    found = fit(links=links, starts=2)
    table = found.to_frame().set_index("coefficient")
    assert table.loc["quo_1: trade", "estimate"] == pytest.approx(0.2)
    assert pd.isna(table.loc["quo_1: trade", "error"])
    assert any(each.startswith("At a bound") and "`quo_1: trade`" in each for each in found.remarks())


def test_terms_with_one_name_share_a_coefficient():
    shared = {"of": ["1", {"term": "trade", "coefficient": "gamma"}]}
    opposite = {"of": ["1", {"term": "-trade", "coefficient": "gamma"}]}
    found = fit(links={**LINKS, "estimate": {"quo_1": shared, "war_2": opposite}}, starts=1)
    assert found.names == ("quo_1: constant", "gamma", "war_2: constant")
