"""OpenSpiel's games as Détente loads them: the same tree, the same values, the same regret as OpenSpiel tells."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.engine.random_games import random_game
from tests.oracles.gambit import difference, gambit_game

import detente as dt
from detente.equilibrium.concepts.registry import solve_concept
from detente.equilibrium.solve import solve_game
from detente.game.arrays import Game, Numbers
from detente.game.exchange.gambit import parse_efg, write_efg
from detente.game.exchange.gambit_writing import efg_text
from detente.game.exchange.openspiel import read_openspiel
from detente.strategy.behaviour import values
from detente.strategy.regret import nash_conv

pyspiel = pytest.importorskip("pyspiel", exc_type=ModuleNotFoundError)

GAMES = [
    "kuhn_poker",
    "kuhn_poker(players=3)",
    "liars_dice(dice_sides=2)",
    "goofspiel(num_cards=3,imp_info=True,points_order=descending)",
    "matrix_shapleys_game",
    "tiny_hanabi",
]


def told(text: str) -> Any:
    game = pyspiel.load_game(text)
    kind = game.get_type()
    return pyspiel.convert_to_turn_based(game) if kind.dynamics == kind.Dynamics.SIMULTANEOUS else game


def decisions(game: Any) -> Iterator[tuple[int, str, list[int]]]:
    """Player, information state and actions of every decision node."""
    waiting = [game.new_initial_state()]
    while waiting:
        state = waiting.pop()
        if state.is_terminal():
            continue
        if not state.is_chance_node():
            player = state.current_player()
            yield player, state.information_state_string(player), state.legal_actions()
        waiting.extend(state.child(action) for action in state.legal_actions())


def policy_of(theirs: Any, game: Game, behaviour: NDArray[np.float64]) -> dict[str, list[tuple[int, float]]]:
    """Behaviour [action] as OpenSpiel's table of information states."""
    number = {(int(game.infoset_player[k]), game.infoset_label[k]): k for k in range(game.infosets)}
    out: dict[str, list[tuple[int, float]]] = {}
    for player, state, actions in decisions(theirs):
        start = game.action_start[number[player, " ".join(state.split())]]
        out[state] = [(action, float(behaviour[start + k])) for k, action in enumerate(actions)]
    return out


def random_behaviour(game: Game, seed: int) -> NDArray[np.float64]:
    weights = np.random.default_rng(seed).exponential(size=game.actions)
    return weights / np.add.reduceat(weights, game.action_start[:-1])[game.infoset_of_action]


@pytest.mark.parametrize("name", GAMES)
def test_openspiel_and_detente_see_the_same_gain_from_best_responses(name: str) -> None:
    game, numbers = read_openspiel(name)
    theirs = told(name)
    assert game.infosets == len({each[:2] for each in decisions(theirs)})
    behaviour = random_behaviour(game, 1)
    gain = pyspiel.nash_conv(theirs, policy_of(theirs, game, behaviour))
    assert nash_conv(game, numbers, behaviour[None])[0] == pytest.approx(gain, abs=1e-12)


@pytest.mark.parametrize("name", ["kuhn_poker", "liars_dice(dice_sides=2)", "goofspiel(num_cards=3,imp_info=True)"])
def test_what_openspiel_s_cfr_plays_on_average_is_worth_the_same_here_and_near_the_solution(name: str) -> None:
    """Zero-sum, so every equilibrium has one value; that of 300 iterations of CFR+ is within its exploitability."""
    game, numbers = read_openspiel(name)
    theirs = told(name)
    solver = pyspiel.CFRPlusSolver(theirs)
    for _ in range(300):
        solver.evaluate_and_update_policy()
    average = solver.average_policy()
    behaviour = np.zeros(game.actions)
    number = {(int(game.infoset_player[k]), game.infoset_label[k]): k for k in range(game.infosets)}
    for player, state, actions in decisions(theirs):
        start = game.action_start[number[player, " ".join(state.split())]]
        chances = average.get_state_policy(state)
        behaviour[start : start + len(actions)] = [dict(chances)[action] for action in actions]
    gain = nash_conv(game, numbers, behaviour[None])[0]
    assert gain == pytest.approx(pyspiel.nash_conv(theirs, average), abs=1e-9)
    assert value(game, numbers, behaviour) == pytest.approx(
        value(game, numbers, solve_game(game, numbers).behaviour[0]), abs=gain + 1e-6
    )


def value(game: Game, numbers: Numbers, behaviour: NDArray[np.float64]) -> float:
    """Expected payoff of the first player."""
    from detente.strategy.behaviour import values

    return float(values(game, numbers, behaviour[None])[0, 0, 0])


def test_the_solution_of_kuhn_poker_is_worth_minus_one_eighteenth_to_whoever_moves_first() -> None:
    """Source: Kuhn 1950."""
    found = dt.solve("openspiel:kuhn_poker")
    assert found.utilities["Player 0"][0] == pytest.approx(-1.0 / 18.0, abs=1e-6)
    assert set(found.outcomes) == {"1, -1", "-1, 1", "2, -2", "-2, 2"}


def test_both_readers_of_a_gambit_file_give_the_same_game(tmp_path: Path) -> None:
    """OpenSpiel reads .efg too: a game written here, read there, and loaded from there is the same game."""
    for seed in range(4):
        game, numbers = random_game(seed)
        write_efg(game, numbers, tmp_path / "game.efg")
        again, same = read_openspiel(f"openspiel:efg_game(filename={tmp_path / 'game.efg'})")
        assert again.nodes == game.nodes
        assert again.infosets == game.infosets
        assert np.allclose(same.payoff[0][again.leaf_class], numbers.payoff[0][game.leaf_class], atol=1e-12)
        assert solve_game(again, same, 2.0).nash_conv[0] == pytest.approx(
            solve_game(game, numbers, 2.0).nash_conv[0], abs=1e-9
        )


@pytest.mark.parametrize("name", GAMES)
def test_a_game_of_openspiel_leaves_as_a_file_that_gambit_reads_alike(name: str, tmp_path: Path) -> None:
    path = dt.export(f"openspiel:{name}", tmp_path / "out.efg")
    game, numbers = read_openspiel(name)
    text = path.read_text(encoding="utf-8")
    again, same = parse_efg(text)
    assert np.array_equal(again.parent, game.parent)
    assert np.array_equal(again.infoset, game.infoset)
    assert np.array_equal(same.payoff[0][again.leaf_class], numbers.payoff[0][game.leaf_class])
    assert difference(again, same, gambit_game(text)) == ""
    assert efg_text(again, same) == text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("kuhn_pokerr", "no game `kuhn_pokerr`; did you mean `kuhn_poker`"),
        ("kuhn_poker(playerz=3)", "no parameter `playerz`; did you mean `players`"),
        ("kuhn_poker(players=77)", r"cannot load `kuhn_poker\(players=77\)`"),
        ("chess", "`chess` has over 1e100 nodes, and at most 1,000,000 can be loaded"),
        ("mfg_garnet", "mean-field"),
        ("hanabi", "does not tell what players of `hanabi` know"),
        ("liars_dice_ir", "imperfect recall: in `liars_dice_ir`, player 1 does not remember"),
    ],
)
def test_a_game_that_cannot_be_loaded_is_told_why(name: str, said: str) -> None:
    with pytest.raises(dt.RequestError, match=said):
        dt.load(f"openspiel:{name}")


def test_leduc_poker_is_worth_to_who_moves_first_what_its_linear_programme_is_known_to_give() -> None:
    """-0.085606424078, with strategies against which nobody gains more than rounding.

    Source: OpenSpiel, sequence_form_lp_test.py, after Lanctot et al. 2017, appendix E.2.
    """
    game, numbers = read_openspiel("leduc_poker")[:2]
    solution = solve_concept(game, numbers, "zero-sum")
    assert solution.nash_conv[0] < 1e-9
    worth = values(game, numbers, solution.behaviour)[0, 0]
    assert worth == pytest.approx([-0.085606424078, 0.085606424078], abs=1e-9)


def test_a_tree_that_outgrows_its_budget_is_refused() -> None:
    with pytest.raises(dt.RequestError, match="`leduc_poker` has more than 5,000 nodes, and at most 5,000"):
        read_openspiel("leduc_poker", most_nodes=5000)


def test_without_pyspiel_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspiel", None)
    with pytest.raises(dt.RequestError, match=r"pip install 'detente\[openspiel\]'"):
        dt.load("openspiel:kuhn_poker")
