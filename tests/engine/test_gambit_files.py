"""Gambit's game files: what is read, what is written, and what is said of files that cannot be used."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.random_games import random_game

from detente.errors import CaseError
from detente.game.exchange.gambit import parse_efg, read_efg, write_efg
from detente.game.exchange.gambit_writing import chance_texts, efg_text, number_text

HEAD = 'EFG 2 R "a title" { "Ann" "Bob" }\n'


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_a_game_that_is_written_reads_back_the_same(seed: int) -> None:
    game, numbers = random_game(seed, players=2 + seed % 2)
    again, same = parse_efg(efg_text(game, numbers))
    for name in ("parent", "first_child", "child_count", "chance", "leaf_node", "level_start"):
        assert np.array_equal(getattr(game, name), getattr(again, name))
    assert np.array_equal(numbers.payoff[0][game.leaf_class], same.payoff[0][again.leaf_class])
    assert np.allclose(numbers.chance, same.chance, atol=1e-15)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_reads_back_exactly(value: float) -> None:
    assert float(Fraction(number_text(value))) == value


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=9))
def test_written_chances_add_up_to_exactly_one(weights: list[float]) -> None:
    chances = np.array(weights) / np.sum(weights)
    texts = chance_texts(chances.tolist())
    assert sum(Fraction(text) for text in texts) == 1
    assert np.allclose([float(Fraction(text)) for text in texts], chances, atol=1e-15)


def test_rational_decimal_and_scientific_numbers_are_read() -> None:
    text = HEAD + 'c "" 1 "" { "a" 1/3 "b" 0.25 "c" 4e-1 "d" 1/60 } 0\n'
    text += "\n".join(f't "" {k + 1} "" {{ {k}, .5 }}' for k in range(4))
    _, numbers = parse_efg(text)
    assert numbers.chance[0].tolist() == [1 / 3, 0.25, 0.4, 1 / 60]
    assert numbers.payoff[0, 3].tolist() == [3.0, 0.5]


def test_outcomes_on_the_way_are_added_to_those_below() -> None:
    text = HEAD + 'p "" 1 1 "" { "l" "r" } 1 "toll" { -1, 0.1 }\nt "" 2 "" { 5, 0.2 }\nt "" 0\n'
    game, numbers = parse_efg(text)
    assert numbers.payoff[0][game.leaf_class].tolist() == [[4.0, 0.3], [-1.0, 0.1]]
    assert game.file is not None
    assert '1 "toll" { -1, 0.1 }' in efg_text(game, numbers)


def test_labels_keep_quotes_and_information_sets_their_numbers() -> None:
    text = HEAD + '"a comment"\np "n" 1 7 "say \\"go\\"" { "l" "r" } 0\np "" 2 9 "" { "u" "d" } 0\n'
    text += 't "" 1 "" { 1 2 }\nt "" 1\np "" 2 9 0\nt "" 1\nt "" 0\n'
    game, numbers = parse_efg(text)
    assert game.infoset_label[0] == 'say "go"'
    assert game.players == ("Ann", "Bob")
    assert game.title == "a title"
    assert game.file is not None
    assert game.file.infoset_number == (7, 9)
    assert game.file.comment == "a comment"
    assert parse_efg(efg_text(game, numbers))[0].infoset_label[0] == 'say "go"'


def test_a_tree_of_any_depth_is_read_and_written() -> None:
    depth = 5000
    lines = [HEAD]
    lines += [f'p "" {k % 2 + 1} {k + 1} "" {{ "stop" "go" }} 0\nt "" {k + 1} "" {{ {k}, 1 }}' for k in range(depth)]
    game, numbers = parse_efg("\n".join([*lines, 't "" 0']))
    assert game.nodes == 2 * depth + 1
    assert efg_text(game, numbers).count("\n") == game.nodes + 3


def test_writing_is_whole_or_not_at_all(tmp_path: Path) -> None:
    game, numbers = random_game(3)
    write_efg(game, numbers, tmp_path / "game.efg")
    assert np.array_equal(read_efg(tmp_path / "game.efg")[0].parent, game.parent)
    with pytest.raises(OSError, match=r"exists|directory"):
        write_efg(game, numbers, tmp_path / "game.efg" / "below a file.efg")
    assert [path.name for path in tmp_path.iterdir()] == ["game.efg"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1:1: error: expected 'EFG', with which a Gambit game file begins, found the end of the file"),
        ("NFG 1 R", "this is a game in strategic form"),
        ("EFG 3 R", "1:5: error: version 3 of the format is unknown"),
        (HEAD, "2:1: error: the file ends before every branch of the tree has ended"),
        (HEAD + 't "x', "2:3: error: this label is never closed"),
        (HEAD + 'p "" 3 1 "" { "a" } 0', "2:6: error: there is no player 3"),
        (HEAD + 'p "" 1 1 0', "2:8: error: player 1's information set 1 has not been told before"),
        (HEAD + 'p "" 1 1 "" { "a" "b" } 0\nt "" 4', "3:6: error: outcome 4 has not been told before"),
        (HEAD + 't "" 1 "" { 1 }', "outcome 1 has 1 payoff for 2 players"),
        (HEAD + 't "" 1 "" { 1 1/0 }', "2:15: error: the number '1/0' divides by zero"),
        (HEAD + 't "" 1 "" { 1 1e999999999 }', "has too many digits"),
        (HEAD + 't "" 0 t "" 0', "every branch of the tree has ended, yet there follows 't'"),
        (HEAD + 'c "" 1 "" { "a" 0.5 "b" 0.4 } 0', "add up to 0.9"),
        (HEAD + 'c "" 1 "" { "a" 1.5 "b" -0.5 } 0', "has a negative probability"),
        (HEAD + 'p "" 1 1 "" { "a" "b" } 0\np "" 1 1 "" { "a" "b" } 0', "3:8: error: imperfect recall"),
        (HEAD + 'q "" 1', "2:1: error: expected a node, which begins with c, p or t, found 'q'"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_where_and_why(text: str, said: str) -> None:
    with pytest.raises(CaseError) as caught:
        parse_efg(text, "game.efg")
    assert said in str(caught.value)
