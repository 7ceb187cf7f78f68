"""Runs as a user of the library meets them: tables, certificates, files, repeatability, interruption."""

from __future__ import annotations

import json
import signal

import numpy as np
import pandas as pd
import pytest

import detente as dt
from detente.analysis.over_draws.intervals import quantiles
from detente.crisis.model import Crisis
from detente.study.running.plan import ends_of

TEXT = """
detente: 1
title: A letter and an answer
sources: {desk: {title: Desk brief, publisher: Desk, published: 2025-03-24}}
quantities:
  pain: {uniform: [0.1, 0.5], name: pain of war, because: [{source: desk, sentence: 1, says: War hurts}]}
  gain: {uniform: [0.4, 0.8], name: gain from a deal}
  fixed: {value: 2, note: a judgement}
actors:
  us: {name: Washington, private: {camp: {hawk: 0.4, dove: rest}}}
  iran: {name: Tehran}
stages:
  - id: letter
    by: us
    choose: {soft: {cost: "if(us.camp = hawk, 0.3, 0)"}, hard: {}}
  - id: reply
    by: iran
    choose: {talk: {end: deal}, dismiss: {end: war}}
outcomes:
  deal: {name: A deal, payoffs: {us: "if(us.camp = hawk, 0, gain)", iran: "if(us.camp = hawk, -gain, gain)"}}
  war: {name: War, payoffs: {us: "if(us.camp = hawk, 0.2, 0) - pain", iran: -pain * fixed}}
readings:
  trap: {name: The letter is a trap, when: us.camp = hawk}
timeline:
  - {date: 2025-03-07, stage: letter, move: hard}
questions:
  - {id: pain_and_war, vary: pain, from: 0, to: 1, steps: 5, show: [P(war), U(us)]}
claims:
  - {id: restrains, says: Pain restrains, by: Desk, raise: pain, expect: falls, of: P(war)}
scenarios:
  painless: {set: {pain: 0}}
  soft_only: {force: {letter: soft}}
rationality: 12
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Crisis:
    path = tmp_path_factory.mktemp("case") / "letter.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return dt.load(path)


@pytest.fixture(scope="module")
def study(case):
    return dt.run(case, draws=40, seed=5)


def test_outcomes_are_distributions_over_draws(study):
    table = study.outcomes().set_index("outcome")
    assert table["mean"].sum() == pytest.approx(1)
    assert (table["low"] <= table["median"]).all()
    assert (table["median"] <= table["high"]).all()


def test_one_seed_gives_the_same_study_to_the_bit(case, study):
    again = dt.run(case, draws=40, seed=5)
    assert again.to_dict() == study.to_dict()
    pd.testing.assert_frame_equal(again.draws(), study.draws())


def test_the_first_draws_of_a_longer_run_are_those_of_the_shorter(case, study):
    longer = dt.run(case, draws=70, seed=5).draws()
    pd.testing.assert_frame_equal(longer.head(40), study.draws(), check_exact=True)


def test_moving_a_quantity_moves_the_answer_as_solving_there_does(case, study):
    sweep = study.questions()
    at_half = sweep[(sweep["show"] == "P(war)") & (sweep["value"] == 0.5)].set_index("when")["median"]
    for when, events in (("outset", False), ("events", True)):
        direct = dt.ask(case, "P(war)", set={"pain": 0.5}, draws=20, seed=5, events=events).values["P(war)"]
        # Draws are weighed as the case stands, and not as it is with the quantity moved.
        weights = None if when == "outset" else study._findings.weights[:20]
        assert at_half[when] == pytest.approx(float(quantiles(direct, 0.5, weights)), abs=1e-12)


def test_a_scenario_is_compared_draw_by_draw(case, study):
    table = study.scenarios()
    row = table[(table["scenario"] == "painless") & (table["outcome"] == "war")].iloc[0]
    there = dt.solve(case, scenario="painless", draws=40, seed=5).outcomes["war"]
    here = dt.solve(case, draws=40, seed=5).outcomes["war"]
    assert row["difference"] == pytest.approx(float(np.mean(there - here)), abs=1e-12)
    assert row["median"] == pytest.approx(float(np.median(there)), abs=1e-12)
    assert row["mean"] == pytest.approx(float(np.mean(there)), abs=1e-12)


def test_a_forced_move_is_always_made(case):
    assert dt.ask(case, "P(letter = soft)", scenario="soft_only").to_dict()["P(letter = soft)"]["value"] == 1


def test_a_claim_is_tried_across_the_range_of_its_quantity(study):
    row = study.claims().iloc[0]
    assert 0.1 < row["low_value"] < row["high_value"] < 0.5
    assert row["holds"] + row["ties"] <= 1
    assert row["median"] < 0
    assert row["holds"] == 1


def test_what_is_cited_judged_or_unsupported_is_told_apart(study):
    table = study.assumptions().set_index("id")
    assert table.loc["pain", "support"] == "direction"
    assert table.loc["fixed", "support"] == "judgement"
    assert table.loc["gain", "support"] == "unsupported"
    assert table.loc["pain", "citations"] == [{"source": "desk", "first": 1, "last": 1, "says": "War hurts"}]


def test_every_draw_is_accounted_for_in_the_certificate(study):
    found = study.certificate()
    assert found["draws"] == 40
    assert found["certified"] + len(found["failed"]) == 40
    assert sum(found["endings"].values()) == 40


def test_saved_tables_read_back_equal(study, tmp_path):
    written = study.save(tmp_path)
    assert {path.name for path in written} >= {"study.json", "outcomes.csv", "outcomes.parquet", "draws.parquet"}
    told = json.loads((tmp_path / "study.json").read_text("utf-8"))
    assert told["outcomes"][0]["median"] == study.outcomes()["median"][0]
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "tables" / "draws.parquet"), study.draws())
    back = pd.read_csv(tmp_path / "tables" / "outcomes.csv")
    assert back["median"].to_numpy() == pytest.approx(study.outcomes()["median"].to_numpy())
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")], "no temporary file is left"


def test_a_run_without_draws_has_medians_and_no_intervals(case):
    study = dt.run(case, draws=None)
    table = study.outcomes()
    assert table["low"].isna().all()
    single = dt.solve(case).outcomes
    assert table.set_index("outcome")["median"]["war"] == pytest.approx(float(single["war"][0]))
    json.dumps(study.to_dict(), allow_nan=False)


def test_an_interrupt_keeps_the_draws_that_are_finished(case):
    def stop(what: str, done: int, total: int) -> None:
        if done >= 1024:
            signal.raise_signal(signal.SIGINT)

    study = dt.run(case, draws=1500, seed=5, progress=stop, workers=1)
    assert study.settings["finished"] == 1024
    assert study.settings["interrupted"] == "draws"
    whole = dt.run(case, draws=1500, seed=5).draws()
    pd.testing.assert_frame_equal(study.draws(), whole.head(1024), check_exact=True)


def test_an_interrupted_claim_is_dropped_whole_and_said(case):
    def stop(what: str, done: int, total: int) -> None:
        if what.startswith("claim"):
            signal.raise_signal(signal.SIGINT)

    study = dt.run(case, draws=10, progress=stop, workers=1)
    assert study.settings["interrupted"] == "claims"
    assert study.claims().empty
    assert len(study.draws()) == 10


def test_a_compiled_game_is_solved_again_without_compiling(case, monkeypatch):
    compiled = dt.compile(case)
    first = dt.solve(compiled, set={"pain": 0.2}).outcomes["war"]
    monkeypatch.setattr("detente.study.request.compile_crisis", lambda *_: pytest.fail("compiled again"))
    again = dt.solve(compiled, set={"pain": 0.2}).outcomes["war"]
    assert first == again


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"set": {"pian": 1}}, "no quantity `pian`. did you mean `pain`"),
        ({"set": {"pain": float("nan")}}, "must be set to a finite number"),
        ({"scenario": "painles"}, "no scenario `painles`. did you mean `painless`"),
        ({"rationality": "often"}, "rationality is a number from 0 up, or `limit`"),
        ({"rationality": -1}, "rationality is a number from 0 up"),
        ({"draws": 0}, "number of draws"),
        ({"draws": 5, "seed": -1}, "seed is a whole number"),
    ],
)
def test_a_request_that_does_not_fit_says_what_would(case, request_, words):
    with pytest.raises(dt.RequestError) as error:
        dt.solve(case, **request_)
    assert words in str(error.value)


def test_an_exported_game_solves_to_the_same_answer(case, tmp_path):
    path = dt.export(case, tmp_path / "letter.efg")
    loaded = dt.solve(dt.load(path), rationality=12)
    here = dt.solve(case)
    for name, values in here.outcomes.items():
        # The file tells outcomes apart by payoff: deal (1), deal (2), …
        same = sum(share for label, share in loaded.outcomes.items() if label.startswith(f"{name} ("))
        assert same == pytest.approx(values, abs=1e-9)
    assert loaded.utilities == {name: pytest.approx(values, abs=1e-9) for name, values in here.utilities.items()}


def test_results_show_themselves(case, study):
    assert "A deal" in repr(study)
    assert "certified" in study._repr_html_()
    solved = dt.solve(case)
    assert "NashConv" in repr(solved)
    assert "<table>" in solved._repr_html_()
    assert "P(war)" in repr(dt.ask(case, "P(war)"))
    frame = solved.to_frame()
    assert {"actor", "stage", "move", "probability"} <= set(frame.columns)


def test_sources_that_changed_are_refused_before_anything_is_solved(tmp_path):
    text = TEXT.replace("published: 2025-03-24}", f"published: 2025-03-24, file: desk.txt, sha256: {'a' * 64}}}")
    path = tmp_path / "letter.yaml"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "desk.txt").write_text("War hurts.", encoding="utf-8")
    with pytest.raises(dt.CaseError, match="desk"):
        dt.load(path, sources=tmp_path)
    assert dt.load(path).title == "A letter and an answer"


def test_a_case_without_uncertainty_is_solved_once(tmp_path):
    path = tmp_path / "sure.yaml"
    path.write_text(TEXT.replace("{uniform: [0.1, 0.5]", "{value: 0.3").replace("{uniform: [0.4, 0.8]", "{value: 0.6"))
    study = dt.run(path, draws=50)
    assert len(study.draws()) == 1
    assert (study.claims()["draws"] == 1).all()


@pytest.mark.parametrize(
    ("written", "ends"), [(0.9, (0.45, 1.0)), (2, (1.0, 3.0)), (0, (0.0, 1.0)), (-2, (-3.0, -1.0))]
)
def test_a_fixed_number_is_moved_by_half_and_a_probability_stays_one(tmp_path, written, ends):
    from detente.study.games import prepare
    from detente.study.request import Request

    path = tmp_path / "fixed.yaml"
    path.write_text(TEXT.replace("fixed: {value: 2,", f"fixed: {{value: {written},"), encoding="utf-8")
    request = Request.of(None, None, None, 10, 0)
    prepared = prepare(dt.load(path), request)
    assert ends_of(prepared.draws(request), "fixed", prepared) == pytest.approx(ends)


def test_an_export_never_replaces_the_case_it_comes_from(tmp_path):
    path = tmp_path / "letter.yaml"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(dt.RequestError, match=r"is named \*.efg"):
        dt.export(path, path)
    game = dt.export(path, tmp_path / "letter.efg")
    with pytest.raises(dt.RequestError, match="choose another name"):
        dt.export(game, game)
    assert path.read_text("utf-8") == TEXT


def test_where_an_outcome_happens_quantities_follow_bayes_rule(case):
    study = dt.run(case, draws=200, seed=5)
    draws, found = study.draws(), study.where("war")
    row = found[(found["quantity"] == "pain") & (found["when"] == "outset")].iloc[0]
    pain, chance = draws["quantity pain"], draws["P(war)"]
    below = chance[pain <= row["given_median"]].sum() / chance.sum()
    assert below == pytest.approx(0.5, abs=chance.max() / chance.sum())
    assert row["median"] == pytest.approx(pain.median())
    assert row["shift"] < 0, "pain restrains"
    assert 1 <= row["effective_draws"] <= 200
    assert set(study.where()["outcome"]) == {"deal", "war"}
    with pytest.raises(dt.RequestError, match="did you mean `war`"):
        study.where("wra")


def test_an_outcome_that_is_as_likely_everywhere_shifts_nothing(case):
    found = dt.run(case, draws=64, scenario="soft_only", rationality=0).where()
    assert (found["shift"].abs() < 1e-12).all()
    assert found["effective_draws"].to_numpy() == pytest.approx(64)
    assert found["given_median"].to_numpy() == pytest.approx(found["median"].to_numpy(), abs=0.01)


def test_a_stopped_run_tells_at_once_what_is_quick_to_find_and_what_was_left_out(study, tmp_path):
    brief = study.brief()
    told = brief.to_dict()
    assert told["outcomes"] == study.to_dict()["outcomes"]
    assert told["equilibria"] == told["rules"] == told["worth"] == told["gradients"] == []
    assert "left out" in told["certificate"]["sentences"][-1]
    written = {path.name for path in brief.save(tmp_path)}
    assert {"study.json", "draws.parquet", "draws.csv", "outcomes.csv"} <= written
    assert "equilibria.csv" not in written
    dt.write_report(brief, tmp_path / "report.html")


def test_a_table_written_in_pieces_reads_back_whole(study, tmp_path):
    from detente.study.tables.files import write_pieces
    from detente.study.tables.findings import draw_pieces

    whole = study.draws()
    text, binary = write_pieces(tmp_path / "draws", draw_pieces(study._findings, 7))
    pd.testing.assert_frame_equal(pd.read_csv(text), whole, check_dtype=False, rtol=1e-12)
    pd.testing.assert_frame_equal(pd.read_parquet(binary), whole, check_exact=True)
    assert text.read_text().count("\n") == len(whole) + 1
