"""Quantities of interest by summing over histories: P(…), E(…), U(…), each given what may be given."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.adversary.formula import Tree as Formula
from benchmarks.adversary.formula import UndefinedError, World
from benchmarks.adversary.language import Case
from benchmarks.adversary.tree import NEVER, Node, Tree, log_sum


class Interests:
    """Answers read off a tree whose behaviour is known (`Tree.play` was called)."""

    def __init__(self, case: Case, tree: Tree) -> None:
        self.case, self.tree = case, tree
        self.leaves = tree.leaves
        self.worlds = [self._at_end(leaf) for leaf in self.leaves]
        self.noise = 0.0

    def _at_end(self, leaf: Node) -> World:
        world = self.case.world(leaf.facts)
        outcomes = self.case.document["outcomes"]
        readings = self.case.document.get("readings") or {}
        world.truths = {name: leaf.facts.outcome == name for name in outcomes}
        world.truths |= {name: self.case.formula(entry["when"]) for name, entry in readings.items()}
        return world

    def answer(self, text: str) -> float:
        """The value; raises UndefinedError where what is given never happens or the formula has no value."""
        calls = dict.fromkeys("PEU", self._call)
        return float(World(self.case.quantities, {}, calls=calls).value(self.case.formula(text)))

    def _call(self, tree: Formula, _: World) -> float:
        function, parts, conditions = tree[1], tree[2], tree[3]
        logs, values = [], []
        for leaf, world in zip(self.leaves, self.worlds, strict=True):
            if leaf.log_reach == NEVER or not all(world.holds(each) for each in conditions):
                continue
            logs.append(leaf.log_reach)
            values.append(self._read(function, parts[0], leaf, world))
        if not logs:
            raise UndefinedError
        total = log_sum(logs)
        if any(value is None for value in values):
            raise UndefinedError
        weights = [math.exp(each - total) for each in logs]
        if not conditions:
            weights = [math.exp(each) for each in logs]
        terms = [weight * value for weight, value in zip(weights, values, strict=True)]
        self.noise = max(self.noise, math.fsum(map(abs, terms)))
        return math.fsum(terms)

    def _read(self, function: str, part: Formula, leaf: Node, world: World) -> Any:
        if function == "U":
            return leaf.payoffs[self.case.actors.index(part[1])]
        value = world.holds(part) if function == "P" else world.value(part)
        return float(value) if value is not None else None
