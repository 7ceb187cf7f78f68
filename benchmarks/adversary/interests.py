"""Quantities of interest by summing over histories: P(…), E(…), U(…), B(…), each given what may be given."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

from benchmarks.adversary.formula import COMPARISONS, UndefinedError, World
from benchmarks.adversary.formula import Tree as Formula
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
        calls = {**dict.fromkeys("PEU", self._call), "B": self._belief}
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

    def _belief(self, tree: Formula, _: World) -> float:
        """The mean, over the endings that fit what is given, of what is believed at the moment it has all happened."""
        conditions = tree[3]
        fitting = [
            k
            for k, (leaf, world) in enumerate(zip(self.leaves, self.worlds, strict=True))
            if leaf.log_reach != NEVER and all(world.holds(each) for each in conditions)
        ]
        if not fitting:
            raise UndefinedError
        held = self._held(tree, self._moment(conditions))
        total = log_sum([self.leaves[k].log_reach for k in fitting])
        return math.fsum(math.exp(self.leaves[k].log_reach - total) * held[k] for k in fitting)

    def _held(self, tree: Formula, moment: int) -> list[float]:
        """Beliefs of an actor, ending by ending: the mean over the endings that it cannot tell from that one."""
        actor, about = tree[2][0][1], tree[2][1]
        if about[:2] == ("call", "B"):
            subject = self._held(about, moment)
        else:
            subject = [float(world.holds(about)) for world in self.worlds]
        alike: dict[Any, list[int]] = {}
        for k, leaf in enumerate(self.leaves):
            if leaf.log_reach != NEVER:
                seen = leaf.facts.seen.get(actor, ())
                alike.setdefault(frozenset(each for each in seen if self._place(each) <= moment), []).append(k)
        held = [math.nan] * len(self.leaves)
        for members in alike.values():
            total = log_sum([self.leaves[k].log_reach for k in members])
            mean = math.fsum(math.exp(self.leaves[k].log_reach - total) * subject[k] for k in members)
            for k in members:
                held[k] = mean
        return held

    def _place(self, seen: tuple[Any, ...]) -> float:
        """The place in the order of play of something seen: a stage in a round, or a private variable at the outset."""
        return self.places[seen[:2]] if len(seen) == 3 else -1

    @cached_property
    def places(self) -> dict[tuple[str, int], int]:
        stages = [(stage["id"], turn.round) for turn in self.case.turns for stage in turn.stages]
        return {key: k for k, key in enumerate(stages)}

    def _moment(self, conditions: tuple[Formula, ...]) -> int:
        """The place of the last thing that is mentioned: a stage's last round; the end for endings and states."""
        document, latest = self.case.document, -1
        outcomes, readings = document["outcomes"], document.get("readings") or {}
        waiting = list(conditions)
        while waiting:
            tree = waiting.pop()
            match tree:
                case ("call", "count", (("name", stage), _), _):
                    latest = max(latest, *(place for (id, _), place in self.places.items() if id == stage))
                case ("call", _, parts, given):
                    waiting += [*parts, *given]
                case (sign, left, right) if sign in COMPARISONS and (subject := self._subject(left, right)):
                    name = subject[1]
                    if subject[0] == "name" and name in self.case.stages:
                        latest = max(latest, *(place for (id, _), place in self.places.items() if id == name))
                    elif subject[0] == "name":
                        return len(self.places)
                case ("name", name) if name in outcomes or name in (document.get("state") or {}):
                    return len(self.places)
                case ("name", name) if name in readings:
                    waiting.append(self.case.formula(readings[name]["when"]))
                case ("name", name) if name in self.case.stages:
                    latest = max(latest, *(place for (id, _), place in self.places.items() if id == name))
                case ("name" | "number" | "dot", *_):
                    pass
                case (_, *parts):
                    waiting += parts
        return latest

    def _subject(self, left: Formula, right: Formula) -> Formula | None:
        """The side whose value the other side names, whatever else bears that name; None where neither does."""
        document, found = self.case.document, None
        for one, other in ((right, left), (left, right)):
            match one:
                case ("name", name) if name in self.case.stages:
                    stage = self.case.stages[name]
                    values = stage.get("choose") or stage.get("chance") or ()
                case ("name", name) if name in (document.get("state") or {}):
                    values = document["state"][name].get("values", ())
                case ("dot", actor, variable):
                    values = document["actors"][actor]["private"][variable]
                case _:
                    continue
            if other[0] == "name" and other[1] in values:
                found = one
        return found

    def _read(self, function: str, part: Formula, leaf: Node, world: World) -> Any:
        if function == "U":
            return leaf.payoffs[self.case.actors.index(part[1])]
        value = world.holds(part) if function == "P" else world.value(part)
        return float(value) if value is not None else None
