"""pygambit and Détente, each from the same .efg text, find the same logit equilibria."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from packaging.version import Version
from tests.engine.random_games import beer_quiche, random_game, selten_horse, signalling
from tests.engine.test_published import kuhn_poker
from tests.oracles.gambit import behaviour_of, difference, gambit_game, gambit_logit, logit_error

from detente.equilibrium.solve import solve_game
from detente.errors import CaseError
from detente.game.arrays import CHANCE, Numbers
from detente.game.exchange.gambit import parse_efg
from detente.game.exchange.gambit_writing import efg_text
from detente.strategy.regret import nash_conv

pygambit = pytest.importorskip("pygambit", exc_type=ModuleNotFoundError)


def test_the_pygambit_that_is_installed_is_of_the_version_compared_with() -> None:
    """Another version fails here instead of leaving every comparison out; only an absent one does that."""
    installed = Version(version("pygambit"))
    assert Version("17.0.0b2") <= installed < Version("18"), "install pygambit==17.0.0b2, or adapt the oracles"


@pytest.mark.parametrize("block", range(10))
def test_random_games_have_the_same_logit_equilibrium(block: int) -> None:
    """Two and three players, chance, hidden and simultaneous moves; 21 games in each block."""
    for seed in range(21 * block, 21 * block + 21):
        text = efg_text(*random_game(seed, players=2 + seed % 2, stages=4 + seed % 2))
        game, numbers = parse_efg(text)
        rationality = (1.0, 3.0, 10.0)[seed % 3]
        found = solve_game(game, numbers, rationality)
        theirs = behaviour_of(gambit_logit(text, rationality), game)
        assert found.endings[0].good
        assert np.abs(found.behaviour[0] - theirs).max() < 1e-8, seed


@pytest.mark.parametrize("rationality", [0.7, 5.0, 25.0])
@pytest.mark.parametrize("make", [beer_quiche, selten_horse, kuhn_poker, lambda: signalling(4)])
def test_known_games_have_the_same_logit_equilibrium(make, rationality: float) -> None:  # type: ignore[no-untyped-def]
    text = efg_text(*make())
    game, numbers = parse_efg(text)
    theirs = behaviour_of(gambit_logit(text, rationality), game)
    assert np.abs(solve_game(game, numbers, rationality).behaviour[0] - theirs).max() < 1e-8


@pytest.mark.parametrize("seed", range(12))
def test_the_gain_of_the_best_responses_is_the_same_in_both(seed: int) -> None:
    text = efg_text(*random_game(seed, players=2 + seed % 2))
    game, numbers = parse_efg(text)
    profile = gambit_logit(text, 0.3)
    behaviour = behaviour_of(profile, game)[None]
    gain = nash_conv(game, numbers, behaviour)[0]
    assert gain >= 0.0
    assert gain / len(game.players) <= float(profile.max_regret()) + 1e-9 <= gain + 2e-9


def catalogue() -> list[Path]:
    return sorted((Path(pygambit.__file__).parent / "catalog_data").rglob("*.efg"))


@pytest.mark.parametrize("path", catalogue(), ids=lambda path: path.stem)
def test_games_of_gambit_s_catalogue_read_write_and_read_alike(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    theirs = gambit_game(text)
    if not theirs.is_perfect_recall:
        with pytest.raises(CaseError, match="imperfect recall"):
            parse_efg(text)
        return
    game, numbers = parse_efg(text)
    assert difference(game, numbers, theirs) == ""
    again, same = parse_efg(efg_text(game, numbers))
    for name in ("parent", "infoset", "action", "chance", "leaf_class", "infoset_player", "action_start"):
        assert np.array_equal(getattr(game, name), getattr(again, name))
    assert np.array_equal(numbers.payoff, same.payoff)
    assert np.array_equal(numbers.chance, same.chance)
    assert game.title == again.title
    assert game.action_label == again.action_label
    assert difference(game, numbers, gambit_game(efg_text(game, numbers))) == ""
    rationality = 1.0 / (numbers.payoff_range()[0] or 1.0)  # no bifurcation that early
    found = solve_game(game, numbers, rationality).behaviour[0]
    assert np.abs(found - behaviour_of(gambit_logit(text, rationality), game)).max() < 1e-8
    assert logit_error(game, numbers, found, rationality) < 1e-12


def feature(title: str, body: str, players: str = '"Ann" "Bob"') -> object:
    return pytest.param(f'EFG 2 R "{title}" {{ {players} }}\n{body}\n', id=title)


FEATURES = [
    feature("a comment over lines", '"first line\nsecond line"\np "" 1 1 "" { "a" "b" } 0\nt "" 1 "" { 1, 0 }\nt "" 0'),
    feature("payoffs on the way, none at the end", 'p "" 1 1 "" { "a" "b" } 1 "toll" { -1, 1/3 }\nt "" 0\nt "" 1'),
    feature(
        "payoffs that add up along the path",
        'c "" 1 "" { "x" 0.1 "y" .9 } 1 "start" { 0.1 0.2 }\n'
        'p "" 1 1 "" { "a" "b" } 2 "toll" { 1/3 -1/3 }\nt "" 3 "end" { 0.7, 1e-3 }\nt "" 0\n'
        'p "" 2 1 "" { "a" "b" } 1\nt "" 2\nt "" 3',
    ),
    feature(
        "outcomes used again, payoffs without commas",
        'p "" 1 1 "" { "a" "b" } 0 t "" 1 "war" { 1 2 } p "" 2 1 "" { "a" "b" } 0 t "" 1 t "" 2 "peace" { 3/4 -.5 }',
    ),
    feature(
        "an outcome told again in full",
        'p "" 1 1 "" { "a" "b" } 0 t "" 1 "war" { 1, 2 } p "" 2 1 "" { "a" "b" } 0 t "" 1 "war" { 1, 2 } t "" 0',
    ),
    feature(
        "information set numbers that players share, with gaps",
        'p "" 1 7 "" { "a" "b" } 0 p "" 2 7 "" { "c" "d" } 0 t "" 1 "" { 1 2 } t "" 0 p "" 2 7 0 t "" 0 t "" 1',
    ),
    feature(
        "blank labels everywhere",
        'p "" 1 1 "" { "" "" } 0 t "" 1 "" { 1 2 } c "" 1 "" { "" 1/3 "" 2/3 } 0 t "" 2 "" { 0 1 } t "" 0',
    ),
    feature(
        "quotes and brackets in labels",
        'p "a node { here }" 1 1 "say \\"go\\" { 1, 2 }" { "\\"go\\"" "0.5" } 0 t "" 1 "a \\"win\\"" { 1 2 } t "" 0',
    ),
    feature(
        "chances as fractions and decimals, one of them nought",
        'c "" 1 "" { "x" 1/3 "y" 0.25 "z" 5/12 "never" 0 } 0\n'
        'p "" 1 1 "" { "a" "b" } 0 t "" 1 "" { 1 2 } t "" 0\nt "" 0 t "" 1 p "" 2 1 "" { "a" "b" } 0 t "" 1 t "" 0',
    ),
    feature(
        "one chance information set at two nodes",
        'p "" 1 1 "" { "a" "b" } 0 c "" 4 "dice" { "x" 1/2 "y" 1/2 } 0 t "" 1 "" { 1 2 } t "" 0\n'
        'c "" 4 "dice" { "x" 1/2 "y" 1/2 } 0 t "" 0 t "" 2 "" { 3 -1 }',
    ),
    feature("a game of one player", 'p "" 1 1 "" { "a" "b" } 0 t "" 1 "" { 2 } t "" 0', players='"Ann"'),
    feature("payoffs beyond what floats count exactly", 'p "" 1 1 "" { "a" "b" } 0 t "" 1 "" { 1e20 -1/7 } t "" 0'),
    feature("letters of other scripts", 'p "" 1 1 "Тегеран" { "تهران" "b" } 0 t "" 1 "détente" { 1 2 } t "" 0'),
    feature(
        "negative numbers of sets and outcomes, and a closing end of file",
        'c "" -2 "" { "x" 0.3333333333 "y" 0.6666666667 } 0 p "" 1 -1 "" { "a" "b" } -5 "toll" { 1 -1 }\n'
        't "" -3 "" { 1 2 } t "" 0 p "" 1 0 "" { "c" "d" } 0 t "" -3 t "" +7 "" { 2 2 }\n\x1a',
    ),
    feature("only one way to move", 'p "" 1 1 "" { "a" } 0 p "" 2 1 "" { "c" "d" } 0 t "" 1 "" { 1 2 } t "" 0'),
]


@pytest.mark.parametrize("text", FEATURES)
def test_every_feature_of_the_format_is_read_and_written_as_gambit_does(text: str) -> None:
    game, numbers = parse_efg(text)
    assert difference(game, numbers, gambit_game(text)) == ""
    written = efg_text(game, numbers)
    assert difference(*parse_efg(written), gambit_game(written)) == ""
    assert difference(game, numbers, gambit_game(written)) == ""
    rationality = 1.0 / numbers.payoff_range()[0]
    found = solve_game(game, numbers, rationality).behaviour[0]
    assert logit_error(game, numbers, found, rationality) < 1e-12


@pytest.mark.parametrize("seed", range(40))
def test_gambit_reads_whatever_chances_and_payoffs_are_written(seed: int) -> None:
    """Chances from near one down to the smallest floats, payoffs over six hundred orders of magnitude."""
    rng = np.random.default_rng(seed)
    game, numbers = random_game(seed)
    spread = 10.0 ** rng.uniform(-300, 300, numbers.payoff.shape)
    chance = numbers.chance * 10.0 ** -rng.exponential(rng.choice([0.1, 1, 100]), numbers.chance.shape)
    total = np.zeros(numbers.chance.shape[1])
    for node in np.flatnonzero(game.infoset == CHANCE):
        classes = game.chance[game.first_child[node] : game.first_child[node] + game.child_count[node]]
        total[classes] = chance[0, classes].sum()
    written = efg_text(game, Numbers(numbers.payoff * spread, chance / total))
    theirs = gambit_game(written)
    assert difference(*parse_efg(written), theirs) == ""


def test_a_game_that_is_written_has_perfect_recall_for_gambit_too() -> None:
    """Chance throwing alike at different depths must not look like one information set of chance."""
    for seed in range(12):
        text = efg_text(*random_game(seed, zero_sum=True))
        assert gambit_game(text).is_perfect_recall


def test_labels_that_gambit_cannot_bear_are_written_so_that_it_can() -> None:
    """Gambit 17 refuses labels that repeat, have spaces around them, or two in a row."""
    lines = ['EFG 2 R "t" { " Ann" "Bob" }', 'p "n" 1 1 "s" { "a  b" "c\t" } 0', 't "n" 1 "o " { 1 2 }']
    lines += ['c "n" 1 "s" { "x" 1/2 "y" 1/2 } 0', 't "" 0', 'c "" 2 "s" { "x" 1 } 0', 'p "" 1 2 "s" { "a" "b" } 0']
    text = "\n".join([*lines, 't "n \\ " 0', 't "" 0'])
    with pytest.raises(ValueError, match="label"):
        gambit_game(text)
    game, numbers = parse_efg(text)
    assert game.action_label[:2] == ("a  b", "c\t")
    written = efg_text(game, numbers)
    again, same = parse_efg(written)
    assert difference(again, same, gambit_game(written)) == ""
    assert np.array_equal(again.parent, game.parent)
    assert np.array_equal(same.payoff, numbers.payoff)


def test_what_gambit_says_to_lack_perfect_recall_is_refused() -> None:
    """Absent-mindedness (one set twice on a path), forgotten moves, and a forgotten piece of knowledge."""
    absent = 'p "" 1 1 "" { "a" "b" } 0 p "" 1 1 0 t "" 1 "" { 1 0 } t "" 0 t "" 0'
    moves = 'p "" 1 1 "" { "a" "b" } 0 p "" 1 2 "" { "c" "d" } 0 t "" 1 "" { 1 0 } t "" 0 p "" 1 2 0 t "" 0 t "" 1'
    later = 'p "" 1 3 "" { "c" "d" } 0 t "" 0 t "" 1'
    knowledge = 'c "" 1 "" { "x" 1/2 "y" 1/2 } 0 p "" 1 1 "" { "a" "b" } 0 t "" 1 "" { 1 0 } ' + later
    knowledge += ' p "" 1 2 "" { "a" "b" } 0 t "" 0 ' + later
    for body in (absent, moves, knowledge):
        text = f'EFG 2 R "t" {{ "Ann" "Bob" }}\n{body}\n'
        assert not gambit_game(text).is_perfect_recall
        with pytest.raises(CaseError, match="imperfect recall"):
            parse_efg(text)
