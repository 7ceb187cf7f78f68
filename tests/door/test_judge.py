"""`detente judge` and `detente solve --concept` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import detente as dt
from detente.cli.main import app

BEER = "cho-kreps-1987-beer-quiche"

QUICHE = """
profile:
  - {stage: breakfast, moves: quiche}
  - {stage: answer, knows: {breakfast: quiche}, moves: leave}
  - stage: answer
    knows: {breakfast: beer}
    moves: {fight: 1}
    belief: {newcomer.kind: {weak: 3/4, strong: rest}}
"""


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str, name: str = "mine.yaml") -> str:
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


def test_pooling_on_quiche_is_told_to_be_sequential(written) -> None:
    """Source: Cho and Kreps 1987."""
    code, out = run("judge", BEER, written(QUICHE), "--json")
    told = json.loads(out)
    assert code == 0
    assert told["sequential"]
    assert told["nash_conv"] == pytest.approx(0.0, abs=1e-12)
    assert told["information_sets"] == {"all": 4, "default": 0, "beliefs_told": 1, "beliefs_by_equal_trembles": 0}


def test_another_belief_makes_the_threat_irrational_and_the_place_is_named(written) -> None:
    code, out = run("judge", BEER, written(QUICHE.replace("3/4", "1/4")))
    assert code == 0
    assert "Nash equilibrium, but not a sequential one" in out
    assert "bully at `answer` (breakfast: beer): `leave` gains 0.5, not 1 fight" in out.replace("\n  ", " ")


def test_a_belief_that_bayes_rule_rules_out_is_told_with_the_right_one(written) -> None:
    wrong = QUICHE.replace("moves: leave}", "moves: leave, belief: {newcomer.kind: {weak: 1}}}")
    code, out = run("judge", BEER, written(wrong), "--json")
    (misbelief,) = json.loads(out)["misbeliefs"]
    assert code == 0
    assert sorted(misbelief["right"].values()) == pytest.approx([0.1, 0.9])
    assert sorted(misbelief["told"].values()) == [0.0, 1.0]


@pytest.mark.parametrize("name", [BEER, "kuhn-1950-poker", "two-readings", "kydd-2005-trust"])
def test_what_solve_prints_is_a_profile_that_judge_finds_sequential(name: str, written) -> None:
    _, solved = run("solve", name, "--rationality", "limit", "--json")
    code, out = run("judge", name, written(solved, "solved.json"), "--tolerance", "1e-5", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["sequential"], told["verdict"]
    assert told["nash_conv"] == pytest.approx(json.loads(solved)["nash_conv"], abs=1e-9)


def test_a_solution_can_be_judged_in_python_and_its_utilities_are_the_same() -> None:
    solved = dt.solve(BEER, rationality=2)
    judged = dt.judge(BEER, solved)
    assert judged.nash_conv == pytest.approx(float(solved.solved.solution.nash_conv[0]), abs=1e-12)
    assert judged.utilities == pytest.approx({name: float(u[0]) for name, u in solved.utilities.items()})
    assert not judged.nash


def test_where_no_entry_fits_the_default_is_played() -> None:
    everybody = dt.judge(BEER, {"profile": [], "default": "equilibrium"}, rationality="limit")
    assert everybody.nash
    assert everybody.untold == 4
    random = dt.judge(BEER, [])
    assert random.utilities == pytest.approx({"newcomer": 1.5, "bully": 0.5})


def test_the_entry_with_most_conditions_decides() -> None:
    entries = [
        {"stage": "breakfast", "private": {"kind": "weak"}, "moves": "quiche"},
        {"stage": "breakfast", "moves": "beer"},
        {"stage": "answer", "moves": {"leave": 1}},
    ]
    judged = dt.judge(BEER, entries)
    assert judged.utilities["newcomer"] == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("stage: breakfast,", "stage: brekfast,", 3, "there is no stage `brekfast` here"),
        ("moves: quiche", "moves: quich", 3, "there is no move `quich`"),
        ("breakfast: beer", "breakfast: bear", 6, "`breakfast` is never `bear` there"),
        ("knows: {breakfast: beer", "knows: {dinner: beer", 6, "`dinner` is not known there"),
        ("fight: 1", "fight: 0.9", 7, "add up to 0.9"),
        ("fight: 1", "fight: x", 7, "expected a probability"),
        ("weak: 3/4", "week: 3/4", 5, "`newcomer.kind` cannot be `week`"),
        ("newcomer.kind: {weak", "newcomer.kin: {weak", 5, "in no doubt about `newcomer.kin`"),
        ("moves: leave", "move: leave", 4, "unknown key `move`"),
        ("\nprofile:", "\nprofil:", 2, "has a key `profile`"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(old: str, new: str, line: int, what: str, written) -> None:
    assert old in QUICHE
    path = written(QUICHE.replace(old, new, 1))
    code, out = run("judge", BEER, path)
    assert code == 1
    assert what in out
    assert f"{path}:{line}:" in out


def test_a_game_file_is_judged_by_numbers_and_labels_of_its_information_sets(tmp_path: Path, written) -> None:
    game = str(dt.export(BEER, tmp_path / "beer.efg"))
    loaded = dt.load(game)
    solved = dt.solve(loaded)
    assert dt.judge(loaded, solved, tolerance=1e-5).sequential
    code, out = run("judge", game, written("profile:\n  - {information_set: 9, moves: '1'}\n"))
    assert code == 1
    assert "there is no information set 9 here" in out


def test_concepts_that_do_not_fit_say_why_and_end_with_2() -> None:
    code, out = run("solve", "iran-2025", "--concept", "zero-sum")
    assert code == 2
    assert "4 players move" in out
    code, out = run("solve", BEER, "--concept", "backward-induction")
    assert code == 2
    assert "2 histories look alike" in out
    code, out = run("solve", BEER, "--concept", "cfr++")
    assert code == 2
    assert "did you mean `cfr+`?" in out
    code, out = run("solve", BEER, "--concept", "cfr+", "--rationality", "3")
    assert code == 2
    assert "`rationality` belongs to the concept `logit`" in out


def test_a_zero_sum_value_is_printed_with_its_certificate() -> None:
    """Source: Kuhn 1950: -1/18."""
    code, out = run("solve", "kuhn-1950-poker", "--concept", "zero-sum", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["concept"] == "zero-sum"
    assert told["utilities"]["first"] == pytest.approx(-1 / 18, abs=1e-9)
    assert told["nash_conv"] <= 1e-9
    assert told["rationality"] is None


def test_backward_induction_says_whether_there_are_ties() -> None:
    code, out = run("solve", "signorino-1999-deterrence", "--concept", "backward-induction")
    assert code == 0
    assert "only subgame-perfect equilibrium" in out.replace("\n", " ")


@pytest.mark.parametrize("form", ["normal-form", "extensive-form"])
def test_coarse_correlated_play_names_itself_and_its_gains(form: str) -> None:
    concept = "coarse-correlated" if form == "normal-form" else "extensive-form-coarse-correlated"
    code, out = run("solve", BEER, "--concept", concept, "--json")
    told = json.loads(out)
    assert code == 0
    assert max(told["deviating_gains"].values()) <= 1e-4 * told["payoff_range"]
    code, out = run("solve", BEER, "--concept", concept)
    assert code == 0
    assert f"{form} coarse correlated equilibrium" in " ".join(out.split())
