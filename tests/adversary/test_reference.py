"""The adversary's own reference, held to numbers that can be worked out by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from random import Random

import pytest
from benchmarks.adversary import kinds, laws
from benchmarks.adversary.__main__ import PARTS
from benchmarks.adversary.efg import game_file, numbers_of_sets
from benchmarks.adversary.formula import UndefinedError, World, read
from benchmarks.adversary.interests import Interests
from benchmarks.adversary.language import Case
from benchmarks.adversary.matching import MismatchError, believed, matched
from benchmarks.adversary.part_terminal import judged as printed
from benchmarks.adversary.product import Product, broken
from benchmarks.adversary.shrink import smaller_case, smaller_text
from benchmarks.adversary.tree import Tree, hold, logit_errors, reply, restore_vanished, sequential_faults
from benchmarks.adversary.verdict import UNANSWERED, broke
from benchmarks.adversary.wounds import wounded


def value(text: str, **variables: object) -> object:
    return World(variables, {"s": ["x", "y"]}, ordered=frozenset("s")).value(read(text))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("-2^2", -4.0),
        ("2^3^2", 512.0),
        ("min(3, 1, 2) + max(1, 2, 3, 4)", 5.0),
        ("g * g * g", 8e9),
        ("if(s = y, 1 / 0, 3)", 3.0),
        ("s < y and not s = y", True),
    ],
)
def test_a_formula_is_worth_what_it_says(text: str, right: object) -> None:
    assert value(text, s="x", g=2000) == right


def test_a_division_by_zero_has_no_value():
    with pytest.raises(UndefinedError):
        value("1 / (g - g)", g=1)


def played(text: str, rationality: float) -> tuple[Case, Tree]:
    """A case of which every information set replies by logit to what stands below it, from the last to the first."""
    case = Case(text)
    tree = case.tree()
    for infoset in tree.infosets:
        infoset.logs = [-math.log(len(infoset.moves))] * len(infoset.moves)
    for _ in range(20):
        tree.play()
        for infoset in tree.infosets:
            infoset.logs = reply(infoset.worth, rationality)
    tree.play()
    return case, tree


UNDERFLOW = """
detente: 1
title: beliefs after a move that is all but never made
actors: {s: {private: {t: {weak: 0.5, strong: rest}}}, r: {}}
stages:
  - {id: m, by: s, choose: {stay: {end: out}, go: }}
  - {id: n, by: r, choose: {l: {end: x}, k: {end: x}}}
outcomes:
  out: {payoffs: {others: 0}}
  x: {payoffs: {s: "if(s.t = weak, -1, -1.003)", r: 0}}
"""


@pytest.mark.parametrize("rationality", [742.0, 5000.0])
def test_beliefs_after_a_probability_that_no_double_holds_are_those_of_bayes(rationality: float) -> None:
    case, tree = played(UNDERFLOW, rationality)
    answer = Interests(case, tree).answer("P(s.t = weak) given (m = go)")
    assert answer == pytest.approx(1 / (1 + math.exp(-0.003 * rationality)), abs=1e-9)


def test_what_vanished_is_restored_from_the_logit_equations():
    _, tree = played(UNDERFLOW, 742.0)
    told = {id(each): [math.exp(log) for log in each.logs] for each in tree.infosets}
    right = [list(each.logs) for each in tree.infosets]
    restore_vanished(tree, 742.0, told)
    assert [list(each.logs) for each in tree.infosets] == [pytest.approx(each) for each in right]
    assert max(error for error, _ in logit_errors(tree, 742.0)) < 1e-12


TRAP = """
detente: 1
title: one name twice
actors: {a: {}}
stages: [{id: join, by: a, choose: {join: {end: war}, stay: {end: peace}}}]
outcomes: {war: {payoffs: {a: 0}}, peace: {payoffs: {a: 0}}}
"""


def test_beside_a_stage_a_name_is_a_move():
    assert Interests(*played(TRAP, 1.0)).answer("P(join = join)") == pytest.approx(0.5)


NAMED_ALIKE = """
detente: 1
title: an ending with the name of a move and of a private value
actors: {a: {private: {t: {go: 0.25, x: rest}}}, b: {}}
stages:
  - {id: m, by: a, seen_by: none, choose: {go: {end: x}, stay: }}
  - {id: n, by: b, choose: {l: {end: go}, k: {end: go}}}
outcomes: {go: {payoffs: {a: "if(a.t = go, 1, 0)", b: 0}}, x: {payoffs: {a: 0, b: 0}}}
"""


@pytest.mark.parametrize("given", ["a.t = go", "m = go"])
def test_a_value_beside_its_variable_is_no_ending_from_which_a_belief_would_speak(given: str) -> None:
    """Nobody tells b anything before n, so that b still holds the prior when what is given has happened."""
    assert Interests(*played(NAMED_ALIKE, 2.0)).answer(f"B(b, a.t = go) given ({given})") == pytest.approx(0.25)


AT_ONCE = """
detente: 1
title: two at once
actors: {one: {}, two: {}}
stages:
  - together:
      - {id: first, by: one, choose: {left: , right: }}
      - {id: second, by: two, choose: {left: , right: }}
outcomes: {end: {payoffs: {one: 0, two: 0}}}
finally: end
"""


def profile(knows: dict[str, str]) -> list[dict[str, object]]:
    told = {"round": 0, "private": {}, "belief": {}, "moves": {"left": 0.5, "right": 0.5}}
    return [
        {"actor": "one", "stage": "first", "knows": {}, **told},
        {"actor": "two", "stage": "second", "knows": knows, **told},
    ]


def test_a_profile_that_knows_a_move_made_at_once_fits_no_information_set():
    case = Case(AT_ONCE)
    tree = case.tree()
    assert len(matched(case, tree, profile({}))) == 2
    with pytest.raises(MismatchError):
        matched(case, tree, profile({"first": "left"}))


def test_a_move_worth_nothing_beside_one_worth_one_is_a_fault_however_bad_a_third_is():
    text = json.dumps(
        {
            "actors": {"a": {}},
            "stages": [{"id": "m", "by": "a", "choose": {each: {"end": each} for each in ("x", "y", "z")}}],
            "outcomes": {k: {"payoffs": {"a": v}} for k, v in {"x": 1, "y": 0, "z": -1e9}.items()},
        }
    )
    tree = Case(text).tree()
    tree.infosets[0].logs = [math.log(0.57), math.log(0.43), -math.inf]
    tree.play()
    assert [tree.infosets[0].moves[move] for _, _, move in sequential_faults(tree)] == ["y"]
    tree.infosets[0].logs = [0.0, -math.inf, -math.inf]
    tree.play()
    assert sequential_faults(tree) == []


def test_what_is_told_as_nothing_is_restored_as_nothing_whatever_the_reply():
    """Beside a billion, moves worth 1 and 0 are all but equally good at the rationality of the limit."""
    text = json.dumps(
        {
            "actors": {"a": {}},
            "stages": [{"id": "m", "by": "a", "choose": {each: {"end": each} for each in ("x", "y", "z")}}],
            "outcomes": {k: {"payoffs": {"a": v}} for k, v in {"x": 1, "y": 0, "z": -1e9}.items()},
        }
    )
    tree = Case(text).tree()
    restore_vanished(tree, 1e8 / tree.span, {id(tree.infosets[0]): [1.0, 0.0, 0.0]})
    assert sequential_faults(tree) == []
    assert max(error for error, _ in logit_errors(tree, 0.1)) > 0.4  # an answer to a finite rationality it is not
    restore_vanished(tree, 1e8 / tree.span, {id(tree.infosets[0]): [0.0, 1.0, 0.0]})
    assert [tree.infosets[0].moves[move] for _, _, move in sequential_faults(tree)] == ["y"]


SMALL_BESIDE_LARGE = """
detente: 1
title: nobody goes, by payoffs a million times smaller than the answer's
actors: {s: {private: {t: {weak: 0.5, strong: rest}}}, r: {}}
stages:
  - {id: m, by: s, choose: {stay: {end: out}, go: }}
  - {id: n, by: r, choose: {l: {end: x}, k: {end: y}}}
outcomes:
  out: {payoffs: {others: 0}}
  x: {payoffs: {s: "if(s.t = weak, -0.1, -0.2)", r: "if(s.t = weak, 1e9, 0)"}}
  y: {payoffs: {s: "if(s.t = weak, -0.1, -0.2)", r: "if(s.t = weak, 0, 1e9)"}}
"""


def test_where_odds_below_all_that_can_be_written_decide_beliefs_those_that_are_told_judge_the_moves():
    case = Case(SMALL_BESIDE_LARGE)
    tree = case.tree()
    told = {id(each): [1.0, 0.0] for each in tree.infosets}
    restore_vanished(tree, 1e8 / tree.span, told)
    answer = next(each for each in tree.infosets if each.key[0] == "n")
    assert [each.unsure for each in tree.infosets] == [each is answer for each in tree.infosets]
    assert sequential_faults(tree) == []
    for weak, faults in ((0.9, 0), (0.1, 1)):
        belief = believed(case, answer, {"belief": {"s.t": {"weak": weak, "strong": 1 - weak}}})
        assert belief == pytest.approx([weak, 1 - weak])
        assert belief is not None
        hold(answer, belief)
        assert len(sequential_faults(tree)) == faults
    assert believed(case, answer, {"belief": {}}) is None


def test_a_normal_cut_ten_deviations_up_keeps_its_shape():
    assert laws.quantile("normal", [0.1, 0.01], 0.5, (0.2, 0.3)) == pytest.approx(0.20068, abs=1e-5)
    assert math.isnan(laws.quantile("beta", [2, 3], 0.5, (2.0, 3.0)))


def test_a_game_file_has_the_numbers_its_tree_has():
    game = game_file(5, frozenset({"numbers", "negative"}))
    assert {number for _, number in numbers_of_sets(game.text)} == set(game.numbers)
    assert min(game.numbers) < 0


def test_a_fault_is_made_small():
    assert smaller_text("some words, then !, then more", lambda each: "!" in each) == "!"
    case = {"a": {"b": [1, 2, {"wrong": 3}]}, "c": 4}
    assert json.loads(smaller_case(case, lambda each: "wrong" in each)) == {"a": {"b": [{"wrong": 3}]}}


def test_wounds_are_those_of_their_seed():
    assert wounded(TRAP, Random(3)) == wounded(TRAP, Random(3)) != TRAP


def test_every_kind_of_fault_is_looked_for_by_a_part_that_exists():
    assert {part for options in kinds.KINDS.values() for part, _ in options} <= set(PARTS)


def test_a_move_that_is_worse_in_every_history_is_a_fault_where_nobody_comes():
    """The second actor, who is not asked and does not see which of two moves led to it, makes a move worse in both."""
    moves = {"out": {"end": "out"}, "x": {}, "y": {}}
    document = {
        "actors": {"a": {}, "b": {}},
        "stages": [
            {"id": "m", "by": "a", "choose": moves, "seen_by": "none"},
            {"id": "n", "by": "b", "choose": {"good": {"end": "good"}, "bad": {"end": "bad"}}},
        ],
        "outcomes": {k: {"payoffs": {"a": a, "b": b}} for k, a, b in (("out", 1, 0), ("good", 0, 1), ("bad", 0, -1))},
    }
    tree = Case(json.dumps(document)).tree()
    first, second = tree.infosets
    assert len(second.nodes) == 2
    for odds, faults in (([0.0, -math.inf], []), ([-math.inf, 0.0], ["bad"])):
        first.logs, second.logs = [0.0, -math.inf, -math.inf], odds
        tree.play()
        assert [infoset.moves[move] for _, infoset, move in sequential_faults(tree)] == faults


def test_a_move_that_is_worse_for_a_tremble_alone_is_no_fault():
    """The second actor believes in the first of two histories with 1e-9, and is indifferent, or not, in the other."""
    for sure, faults in ((7, []), (6, ["bad"])):
        document = {
            "actors": {"a": {}, "b": {}},
            "stages": [
                {"id": "m", "by": "a", "choose": {"x": {}, "y": {}}, "seen_by": "none"},
                {"id": "n", "by": "b", "choose": {"good": {}, "bad": {}}},
            ],
            "outcomes": {
                "never": {"payoffs": {"a": 0, "b": "if(n = good, 9, 0)"}},
                "sure": {"payoffs": {"a": 0, "b": f"if(n = good, 7, {sure})"}},
            },
            "finally": [{"when": "m = x", "outcome": "never"}, {"outcome": "sure"}],
        }
        tree = Case(json.dumps(document)).tree()
        first, second = tree.infosets
        first.logs, second.logs = [math.log(1e-9), 0.0], [math.log(0.5)] * 2
        tree.play()
        assert [infoset.moves[move] for _, infoset, move in sequential_faults(tree)] == faults


def test_a_line_that_is_broken_where_it_is_full_is_not_forged():
    told = {"out": "a\nFORGED", "err": "", "code": 0}
    assert [printed(told, {}, "", forging=wide).status for wide in (False, True)] == ["fine", "wrong"]


def test_a_request_without_an_answer_is_neither_wrong_nor_refused(tmp_path: Path):
    """A program that answers once, so that it counts as started, and then never again."""
    mute = tmp_path / "mute"
    mute.write_text("#!/bin/sh\nread -r request\necho '{}'\nexec sleep 600\n")
    mute.chmod(0o755)
    with Product(str(mute), patience=0.01) as product:
        told = product.call("ended", child=0)
    verdict = broke("a case breaks the program", broken(told), {}, "")
    assert (verdict.status, verdict.kind) == (UNANSWERED, "no answer in 0.01 s")
