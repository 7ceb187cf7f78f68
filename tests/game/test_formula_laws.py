"""Random cases: formulas mean what an evaluator of its own finds, history by history, and draws stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pytest

from detente.analysis.gradient import gradients
from detente.analysis.quantity_of_interest import value_of
from detente.analysis.solved import Solved, solve_draws
from detente.case.formula.constants import constant
from detente.case.formula.parsing import parse_interest
from detente.case.read import read_text
from detente.game.compiling.build import compile_crisis
from detente.game.drawn.draws import dimensions, from_cube, sample_draws
from detente.game.evaluate import evaluate

from .formulas import Tree, Writer, name, number

SEEDS = range(10)
QUANTITIES = {"c": (0.1, 0.9), "d": (-1.0, 1.0), "e": (2.0, 3.0)}
BIDS = [0.0, 0.1, 0.2, 0.3]
SIZES = [0.5, 1.0, 1.5]
WORDS = {"mode": ["calm", "tense"], "talk": ["yes", "no", "talk"], "a.kind": ["soft", "hard"], "luck": ["good", "bad"]}
NUMBERS = ["bid", "level", "a.size", "count(talk, yes)"]


def clamped(tree: Tree) -> Tree:
    return Tree("min", (number(1), Tree("max", (number(0), tree))))


@dataclass
class Case:
    """A random case with two rounds of talk, and its formulas as trees."""

    when: Tree
    level: Tree
    mode: Tree
    bid_cost: Tree
    talk_cost: Tree
    luck: Tree
    paid: dict[str, Tree]
    finally_: Tree

    @staticmethod
    def random(rng: np.random.Generator) -> Case:
        public = {"mode": WORDS["mode"]}
        shape = Writer(rng, ["bid", "level", "round"], public | {"before(talk)": ["yes", "no"]})
        setting = Writer(rng, ["bid", "level", "a.size"], public | {"talk": WORDS["talk"], "a.kind": WORDS["a.kind"]})
        costs = Writer(rng, [*QUANTITIES, "bid", "level", "a.size"], public | {"a.kind": WORDS["a.kind"]})
        end = Writer(rng, [*QUANTITIES, *NUMBERS], WORDS)
        up = Tree("min", (number(3), Tree("+", (name("level"), number(1))), number(2)))
        return Case(
            when=shape.condition(),
            level=Tree("if", (setting.condition(), up, name("level"))),
            mode=Tree("if", (setting.condition(), Tree("word", leaf="tense"), name("mode"))),
            bid_cost=costs.number(),
            talk_cost=costs.number(),
            luck=clamped(costs.number()),
            paid={"a": end.number(), "b": end.number()},
            finally_=Writer(rng, NUMBERS, WORDS).condition(),
        )

    @property
    def text(self) -> str:
        quantities = ", ".join(f"{each}: {{uniform: [{low}, {high}]}}" for each, (low, high) in QUANTITIES.items())
        return f"""
detente: 1
title: Random formulas
quantities: {{{quantities}}}
actors:
  a: {{private: {{kind: {{soft: 0.25, hard: rest}}, size: {{uniform: [0.25, 1.75], points: 3}}}}}}
  b: {{}}
state: {{mode: {{values: [calm, tense], start: calm}}, level: {{from: 0, to: 3, start: 1}}}}
stages:
  - {{id: bid, by: a, choose: {{from: 0, to: 0.3, step: 0.1}}, cost: "{self.bid_cost.text()}"}}
  - repeat: 2
    stages:
      - id: talk
        by: b
        choose:
          "yes": {{cost: "{self.talk_cost.text()}", set: {{level: "{self.level.text()}"}}}}
          "no": {{when: "{self.when.text()}"}}
          talk: {{set: {{mode: "{self.mode.text()}", level: "{self.level.text()}"}}}}
  - {{id: luck, chance: {{good: "{self.luck.text()}", bad: rest}}}}
outcomes:
  won: {{payoffs: {{a: "{self.paid["a"].text()}", b: "{self.paid["b"].text()}"}}}}
  lost: {{payoffs: {{a: 0, b: 0}}}}
finally: [{{when: "{self.finally_.text()}", outcome: won}}, {{outcome: lost}}]
"""

    def endings(self, quantities: dict[str, float]) -> Iterator[tuple[dict[str, Any], float, dict[str, float], str]]:
        """Every ending of one draw where all play at random: its world, probability, payoffs and outcome."""
        for kind, size, bid in product(WORDS["a.kind"], SIZES, BIDS):
            start = {**quantities, "a.kind": kind, "a.size": size, "level": 1.0, "mode": "calm", "talk": None}
            start |= {"before(talk)": None, "count(talk, yes)": 0.0}
            cost = {"a": self.bid_cost.value({**start, "bid": bid}), "b": 0.0}
            chance = (0.25 if kind == "soft" else 0.75) / len(SIZES) / len(BIDS)
            yield from self._talk({**start, "bid": bid}, chance, cost, 1)

    def _talk(self, world: dict[str, Any], chance: float, cost: dict[str, float], round: int):
        if round == 3:
            good = self.luck.value(world)
            for luck, share in (("good", good), ("bad", 1 - good)):
                ended = {**world, "luck": luck}
                outcome = "won" if self.finally_.value(ended) else "lost"
                paid = {who: (tree.value(ended) if outcome == "won" else 0.0) for who, tree in self.paid.items()}
                yield ended, chance * share, {who: paid[who] - cost[who] for who in paid}, outcome
            return
        here = {**world, "round": float(round), "before(talk)": world["talk"]}
        moves = ["yes", "no", "talk"] if self.when.value(here) else ["yes", "talk"]
        for move in moves:
            made, after, own = {**here, "talk": move}, dict(here), dict(cost)
            after["talk"] = move
            if move != "no":
                after["level"] = self.level.value(made)
            if move == "yes":
                own["b"] += self.talk_cost.value(here)
            if move == "talk":
                after["mode"] = self.mode.value(made)
            after["count(talk, yes)"] = here["count(talk, yes)"] + (move == "yes")
            yield from self._talk(after, chance / len(moves), own, round + 1)


@dataclass
class Playing:
    case: Case
    solved: Solved
    draws: list[dict[str, float]]


@pytest.fixture(scope="module", params=SEEDS)
def playing(request) -> Playing:
    case = Case.random(np.random.default_rng(request.param))
    crisis = read_text(case.text, "random.yaml")
    draws = sample_draws(crisis, 2, seed=request.param)
    solved = solve_draws(compile_crisis(crisis), draws, rationality=0.0)
    each = [{name: float(values[k]) for name, values in draws.quantities.items()} for k in range(2)]
    return Playing(case, solved, each)


def test_payoffs_costs_chances_and_conditions_are_those_of_an_evaluator_of_its_own(playing):
    for draw, quantities in enumerate(playing.draws):
        endings = list(playing.case.endings(quantities))
        assert sum(chance for _, chance, _, _ in endings) == pytest.approx(1)
        for number_, who in enumerate(("a", "b")):
            expected = sum(chance * paid[who] for _, chance, paid, _ in endings)
            assert playing.solved.utilities[draw, number_] == pytest.approx(expected, rel=1e-9, abs=1e-9)
        won = sum(chance for _, chance, _, outcome in endings if outcome == "won")
        assert playing.solved.outcomes[draw, 0] == pytest.approx(won, abs=1e-12)


def test_quantities_of_interest_are_those_of_an_evaluator_of_its_own_and_leave_draws_alone(playing):
    rng = np.random.default_rng(len(playing.case.text))
    end = Writer(rng, [*QUANTITIES, *NUMBERS], WORDS)
    draws = playing.solved.draws
    before = {each: values.copy() for each, values in draws.quantities.items()}
    worlds = [list(playing.case.endings(quantities)) for quantities in playing.draws]
    for _ in range(6):
        inner, event, given = end.number(2), end.condition(), end.condition(1)
        means = []
        for endings in worlds:
            held = [(world, chance) for world, chance, _, _ in endings if given.value(world)]
            mass = sum(chance for _, chance in held)
            parts = {
                "P": sum(chance for world, chance in held if event.value(world)),
                "E": sum(chance * inner.value(world) for world, chance in held),
            }
            means.append({key: part / mass if mass > 0 else np.nan for key, part in parts.items()})
        asked = Writer(rng, ["c", "d", "e", "P", "E"], {}).number(3)
        text = asked.text()
        written = {"P": f"P({event.text()}) given ({given.text()})", "E": f"E({inner.text()}) given ({given.text()})"}
        tokens = {"P": "«P»", "E": "«E»"}
        marked = renamed(asked, tokens).text()
        for key, token in tokens.items():
            marked = marked.replace(token, written[key])
        found = value_of(parse_interest(marked, playing.solved.crisis), playing.solved)
        for draw, mean in enumerate(means):
            world = {**playing.draws[draw], **mean}
            known = not np.isnan(list(mean.values())).any() or not ({"P", "E"} & set(names_in(asked)))
            expected = asked.value(world) if known else None
            if expected is not None:
                assert found[draw] == pytest.approx(expected, rel=1e-8, abs=1e-8), text
    for each, values in before.items():
        assert (draws.quantities[each] == values).all()


def renamed(tree: Tree, words: dict[str, str]) -> Tree:
    if tree.operator == "name" and tree.leaf in words:
        return Tree("name", leaf=words[tree.leaf])
    return Tree(tree.operator, tuple(renamed(part, words) for part in tree.parts), tree.leaf)


def names_in(tree: Tree) -> Iterator[str]:
    if tree.operator == "name":
        yield tree.leaf
    for part in tree.parts:
        yield from names_in(part)


def test_gradients_through_many_operands_are_what_differences_show(playing):
    crisis, solved = playing.solved.crisis, playing.solved
    text = "max(min(P(won), c, 0.9, d + 0.8), c * c, if(P(won) > 2, e, d ^ 2 / 4)) + min(3, c, e)"
    interest = parse_interest(text, crisis)
    [found] = gradients([interest], solved, dimensions(crisis), (), own=False)
    game, step = compile_crisis(crisis), 1e-6
    for quantity in QUANTITIES:
        ends = []
        for shift in (-step, step):
            moved = {quantity: solved.draws.quantities[quantity] + shift}
            ends.append(
                value_of(
                    interest, solve_draws(game, from_cube(crisis, solved.draws.cube, fixed=moved), rationality=0.0)
                )
            )
        slope = found.slopes.quantities.get(quantity, np.zeros(2))
        assert slope == pytest.approx((ends[1] - ends[0]) / (2 * step), abs=1e-5)


def test_a_formula_of_numbers_alone_is_the_same_before_and_after_compilation():
    crisis = read_text(Case.random(np.random.default_rng(0)).text, "random.yaml")
    writer = Writer(np.random.default_rng(1), [], {})
    for _ in range(300):
        tree = writer.number(3)
        expression = parse_interest(f"E({tree.text()})", crisis).subject
        assert constant(expression) == pytest.approx(float(evaluate(expression, None)), rel=1e-12)
        assert constant(expression) == pytest.approx(tree.value({}), rel=1e-12)
