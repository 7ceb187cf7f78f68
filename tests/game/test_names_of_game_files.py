"""Names and numbers of a game file: whatever shares a name in the file is told apart wherever it is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from detente.cli.main import app
from detente.errors import CaseError
from detente.game.efg_labels import told_apart
from detente.game.exchange.gambit import parse_efg
from detente.game.exchange.gambit_writing import efg_text
from detente.game.histories import history_words, set_numbers

FAILING = Path(__file__).parents[1] / "failing"
HEAD = 'EFG 2 R "a title" { "A" "A" "" }\n'
ALIKE = (
    HEAD
    + """c "" -4 "" { "rain" 1/3 "rain" 1/3 "" 1/3 } 0
p "" 1 -7 "" { "go" "go" "go (2)" } 0
t "" -1 "war" { 1 2 3 }
t "" -2 "war" { 2 1 0 }
t "" 5 "" { 0 0 1 }
p "" 2 0 "same" { "" "" } 0
t "" 6 "no outcome" { 1 1 1 }
t "" 0
p "" 3 -7 "same" { "x" } 0
t "" 0
"""
)


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


@given(st.lists(st.sampled_from(["", "a", "b", "a (2)", "a (3)", "1", "2"]), max_size=8))
def test_no_two_things_of_one_kind_share_a_name_and_a_name_of_its_own_is_kept(labels: list[str]) -> None:
    names = told_apart(labels)
    assert len(set(names)) == len(labels)
    assert all(names[k] == label for k, label in enumerate(labels) if label and label not in labels[:k])


def test_moves_players_and_outcomes_of_one_name_are_told_apart() -> None:
    game, _ = parse_efg(ALIKE)
    assert game.players == ("A", "A (2)", "player 3")
    assert game.action_label == ("go", "go (3)", "go (2)", "1", "2", "x")
    assert game.file is not None
    assert game.file.ending_names == ("war", "war (2)", "outcome 5", "no outcome", "no outcome (2)")
    words = [history_words(game, int(node)) for node in game.leaf_node]
    assert len(set(words)) == len(words)
    assert {"rain, go", "rain (2), 1", "chance 3, x"} <= set(words)


def test_tables_and_json_tell_every_move_player_and_outcome_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "alike.efg"
    path.write_text(ALIKE)
    code, out = run("solve", str(path), "--rationality", "1", "--json")
    told = json.loads(out)
    assert code == 0
    assert sum(told["outcomes"].values()) == pytest.approx(1.0, abs=1e-12)
    assert len(told["outcomes"]) == 5
    assert len(told["utilities"]) == 3
    assert [len(each["moves"]) for each in told["profile"]] == [3, 2, 1]
    assert all(sum(each["moves"].values()) == pytest.approx(1.0, abs=1e-12) for each in told["profile"])


def test_two_moves_of_one_name_have_their_own_probabilities() -> None:
    code, out = run("solve", str(FAILING / "same-move-names.efg"), "--rationality", "1", "--json")
    moves = json.loads(out)["profile"][0]["moves"]
    assert code == 0
    assert moves == {"l": pytest.approx(0.11920292, abs=1e-8), "l (2)": pytest.approx(0.88079708, abs=1e-8)}


def test_information_sets_have_the_numbers_of_the_file_wherever_they_are_told() -> None:
    path = str(FAILING / "set-numbers.efg")
    profile = json.loads(run("solve", path, "--json")[1])["profile"]
    assert [(each["actor"], each["information_set"]) for each in profile] == [
        ("Admiral", 2),
        ("Pilot", 1),
        ("Admiral", 1),
    ]
    code, out = run("judge", path, str(FAILING / "set-numbers-profile.yaml"), "--json")
    judged = json.loads(out)
    assert code == 0
    assert judged["utilities"] == {"Admiral": -5.0, "Pilot": -3.0}  # probe, warn, fire: the clash
    assert judged["gains"] == {"Admiral": 5.0, "Pilot": 2.0}


def test_the_numbers_of_sets_survive_being_written_and_read() -> None:
    game, numbers = parse_efg(ALIKE)
    again, _ = parse_efg(efg_text(game, numbers))
    assert set_numbers(again) == set_numbers(game) == (-7, 0, -7)
    assert again.file is not None
    assert again.file.chance_number[0] == -4


def test_a_profile_that_solve_prints_judges_the_same_game(tmp_path: Path) -> None:
    path, played = tmp_path / "alike.efg", tmp_path / "played.json"
    path.write_text(ALIKE)
    played.write_text(run("solve", str(path), "--json")[1])
    code, out = run("judge", str(path), str(played), "--json")
    assert code == 0
    assert json.loads(out)["nash_conv"] == pytest.approx(0.0, abs=1e-7)
    assert json.loads(out)["information_sets"]["default"] == 0


@pytest.mark.parametrize("end", ["\x1a", "\n\x1a\n", "\x1a\0\0", " \t\r\n"])
def test_a_closing_end_of_file_character_is_no_part_of_the_game(end: str) -> None:
    assert parse_efg(ALIKE.rstrip("\n") + end)[0].nodes == parse_efg(ALIKE)[0].nodes


def test_an_end_of_file_character_elsewhere_is_told_with_its_place() -> None:
    with pytest.raises(CaseError, match=r"3:1: error: expected a node"):
        parse_efg(ALIKE.replace('p "" 1 -7', '\x1ap "" 1 -7'), "game.efg")


@pytest.mark.parametrize("number", ["1.5", "1e3", "99999999999", "1/2"])
def test_a_number_of_a_set_that_is_not_whole_is_told(number: str) -> None:
    with pytest.raises(CaseError, match="a whole number of at most nine digits"):
        parse_efg(ALIKE.replace('p "" 1 -7', f'p "" 1 {number}'), "game.efg")


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=6), st.integers(8, 12))
def test_chances_written_in_decimals_are_solved_as_they_are_exported(weights: list[int], digits: int) -> None:
    odds = [f"{weight / sum(weights):.{digits + 2}f}" for weight in weights]
    text = 'EFG 2 R "t" { "A" }\nc "" 1 "" { ' + " ".join(f'"{k}" {p}' for k, p in enumerate(odds)) + " } 0\n"
    text += "".join(f't "" {k + 1} "" {{ {k} }}\n' for k in range(len(odds)))
    game, numbers = parse_efg(text)
    assert float(numbers.chance[0, game.chance[1:]].sum()) == pytest.approx(1.0, abs=1e-15)
    again, same = parse_efg(efg_text(game, numbers))
    assert same.chance.tolist() == numbers.chance.tolist()
    assert again.file is not None
    assert sum(again.file.chance_odds[0]) == 1
