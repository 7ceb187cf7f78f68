"""Random cases of the language: small, seeded, with every construct, and right as far as the reference can tell."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from random import Random
from typing import Any

import yaml

from benchmarks.adversary.language import Case, Document, told_number

ACTORS = ("a", "north", "the west", "über", "x-1", "iran", "us")
VALUES = ("hard", "soft", "no", "big deal", "0", "1", "true north", "x", "y", "yes", "last")
STATES = ("mood", "heat", "level 2")
STAGES = ("first", "reply", "third move", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
OUTCOMES = ("war", "peace", "long talks", "standoff")


@dataclass
class Style:
    """Kinds of case to write. span: exponents of ten that payoffs are multiplied with; rationality: as the
    exponents of ten of λ times the span; shared: names that different kinds of thing may share; integers: states far
    from zero; together: blocks of simultaneous stages; extremes: questions about the least and most of many numbers.
    """

    span: tuple[float, float] = (0.0, 0.0)
    rationality: tuple[float, float] = (-1.5, 2.0)
    shared: bool = False
    integers: bool = False
    limit: bool = False
    together: bool = True
    extremes: bool = True


@dataclass
class Written:
    """A case: its document, its text, and what may be asked of it."""

    document: Document
    text: str
    questions: list[str]


def quoted(name: str) -> str:
    plain = name.replace("_", "a").isalnum() and not name[0].isdigit() and name not in ("not", "and", "or")
    return name if plain and name.isidentifier() else f"'{name}'"


def text_of(document: Document, random: Random) -> str:
    if random.random() < 0.5:
        return json.dumps(document, ensure_ascii=False, indent=random.choice([None, 1]))
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=random.choice([80, 1000]))


@dataclass
class Writer:
    random: Random
    style: Style = field(default_factory=Style)
    document: Document = field(default_factory=dict)
    sure: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    nodes: int = 1
    ends: list[str] = field(default_factory=list)

    def case(self) -> Written:
        self.factor = 10.0 ** round(self.random.uniform(*self.style.span))
        self._names()
        self._quantities()
        self._actors()
        self._state()
        self.document["stages"] = self._stages()
        self._outcomes()
        self._rationality()
        order = list(self.document)
        if self.random.random() < 0.2:
            self.random.shuffle(order)
        document = {"detente": 1, "title": "a random case", **{key: self.document[key] for key in order}}
        return Written(document, text_of(document, self.random), self._questions())

    def _names(self) -> None:
        random = self.random
        self.actors = random.sample(ACTORS, random.choice([1, 2, 2, 2, 3]))
        if self.style.shared:
            pool = random.sample([*STAGES[:3], *VALUES[:4], *OUTCOMES[:2]], 8)
            self.stage_names, self.values, self.outcomes = list(pool), list(pool), pool[: random.choice([2, 3])]
            self.states = [each for each in STATES if each not in pool]
            self.stage_names += STAGES[3:]
        else:
            self.stage_names, self.values = list(STAGES), list(VALUES)
            self.outcomes = random.sample(OUTCOMES, random.choice([2, 3, 4]))
            self.states = list(STATES)

    def _quantities(self) -> None:
        random, found = self.random, {}
        for k in range(random.choice([0, 1, 2, 3])):
            found[f"q{k}"] = self._uncertain(random, k)
            self.numbers.append(f"q{k}")
        if found:
            self.document["quantities"] = found

    @staticmethod
    def _uncertain(random: Random, k: int) -> Any:
        low = round(random.uniform(0.05, 0.5), 3)
        high = round(low + random.uniform(0.05, 0.4), 3)
        middle = round((low + high) / 2, 4)
        options: list[Any] = [
            low,
            {"value": low},
            {"uniform": [low, high]},
            {"triangular": [low, middle, high]},
            {"pert": [low, middle, high]},
            {"normal": [middle, 0.01]},
            {"lognormal": [low, 1.1]},
            {"beta": [2, 3]},
            {"normal": [middle, 0.1], "within": [low, high]},
            {"beta": [2, 3], "within": [low, high]},
        ]
        if k:
            options += [
                {"equals": f"q{k - 1} / 2 + 0.1"},
                f"min(q{k - 1}, 0.3, {low})",
                {"uniform": [f"q{k - 1} / 2", 0.99]},
            ]
        return random.choice(options)

    def _actors(self) -> None:
        random, found = self.random, {}
        for actor in self.actors:
            private: dict[str, Any] = {}
            for k in range(random.choice([0, 0, 1, 1, 2]) if self.nodes <= 8 else 0):
                name = f"t{k}"
                where = f"{quoted(actor)}.{name}"
                if random.random() < 0.3:
                    points = random.choice([2, 3, 4])
                    entry = random.choice([{"uniform": [0, 1]}, {"normal": [0.2, 0.5]}, {"triangular": [0, 0.2, 1]}])
                    private[name] = {**entry, "points": points}
                    self.numbers.append(where)
                    self.conditions.append(f"{where} > 0.3")
                    self.nodes *= points
                    continue
                values = random.sample(self.values, random.choice([2, 2, 3]))
                odds: list[Any] = [self._odds(len(values)) for _ in values[:-1]]
                private[name] = dict(zip(values, [*odds, "rest"], strict=True))
                self.conditions += [f"{where} = {quoted(values[0])}", f"{where} != {quoted(values[-1])}"]
                self.nodes *= len(values)
            found[actor] = {"private": private} if private else {}
        self.document["actors"] = found

    def _odds(self, count: int) -> Any:
        share = round(self.random.uniform(0.05, 0.9) / count, 3)
        if self.conditions and self.random.random() < 0.4:
            return f"if({self.random.choice(self.conditions)}, {share}, {round(share / 2, 4)})"
        if self.random.random() < 0.2 and "quantities" in self.document:
            return f"min(q0 / {count + 1}, {share}, 0.9)"
        return share

    def _state(self) -> None:
        random, found = self.random, {}
        for name in random.sample(self.states, random.choice([0, 1, 1, 2])):
            if random.random() < 0.5:
                values = random.sample(self.values, 3)
                found[name] = {"values": values, "start": random.choice(values)}
                self.conditions += [f"{quoted(name)} >= {quoted(values[1])}", f"{quoted(name)} = {quoted(values[2])}"]
            else:
                low = random.choice([0, 2000, 50_000, 10**6, 2**31 - 1, 3 * 10**9] if self.style.integers else [0, -1])
                found[name] = {"from": low, "to": low + 3, "start": low + 1}
                self.conditions.append(f"{quoted(name)} > {low + 1}")
                self.numbers.append(quoted(name))
                if self.style.integers:
                    self.numbers += [" * ".join([quoted(name)] * 2), f"({quoted(name)} + 1) * {quoted(name)} * 3"]
        if found:
            self.document["state"] = found

    def _stages(self) -> list[Any]:
        random, found, at = self.random, [], 0
        for _ in range(random.choice([2, 3, 3, 4])):
            left = len(self.stage_names) - at
            kind = random.random()
            if kind < 0.2 and left >= 2 and self.nodes < 60 and self.style.together:
                pair = [self._stage(self.stage_names[at + k], group=at) for k in range(2)]
                self._told(pair)
                found.append({"together": pair})
                at += 2
            elif kind < 0.35 and left and self.nodes < 40:
                rounds = random.choice([2, 2, 3])
                before = self.nodes
                stage = self._stage(self.stage_names[at], repeated=rounds)
                self.nodes = before * (self.nodes // before) ** rounds
                self._told([stage], rounds)
                found.append({"repeat": rounds, "stages": [stage]})
                at += 1
            elif left and self.nodes < 300:
                numeric = not found and random.random() < 0.3
                stage = self._stage(self.stage_names[at], numeric=numeric)
                self._told([stage])
                found.append(stage)
                at += 1
        return found

    def _stage(self, name: str, *, numeric: bool = False, repeated: int = 0, group: int | None = None) -> Document:
        random = self.random
        stage: Document = {"id": name}
        chance = random.random() < 0.25 and not numeric
        if numeric:
            stage |= {
                "by": random.choice(self.actors),
                "choose": {"from": 0, "to": 1, "step": random.choice([0.5, "1/3"])},
            }
            self.nodes *= 4
            if random.random() < 0.5:
                stage["cost"] = f"{quoted(name)} * {0.2 * self.factor!r}"
            self.numbers.append(quoted(name))
            return stage
        moves = random.sample(self.values, random.choice([2, 2, 2, 3]))
        self.nodes *= len(moves)
        if chance:
            odds = [self._odds(len(moves)) for _ in moves[:-1]]
            stage["chance"] = {
                move: self._effects({"probability": p}, name, chance=True)
                for move, p in zip(moves, [*odds, "rest"], strict=True)
            }
        else:
            stage["by"] = random.choice(self.actors)
            stage["choose"] = {move: self._effects({}, name) for move in moves}
            if repeated and random.random() < 0.5:
                stage["choose"][moves[0]]["when"] = random.choice(
                    [
                        f"count({quoted(name)}, {quoted(moves[0])}) < 1",
                        "round > 1",
                        f"round = 1 or before({quoted(name)}) = {quoted(moves[1])}",
                    ]
                )
            own = [each for each in self._own(stage["by"]) if not repeated]
            if own and random.random() < 0.2:
                stage["choose"][moves[0]]["when"] = random.choice(own)
        self._seen(stage, moves)
        if self.conditions and chance and random.random() < 0.2:
            stage["when"] = random.choice(self.conditions)
        if group is None and not repeated and random.random() < 0.15:
            stage["end"] = random.choice(self.outcomes)
            stage.get("choose", stage.get("chance"))[moves[0]]["end"] = random.choice(self.outcomes)
        return stage

    def _own(self, actor: str) -> list[str]:
        """Conditions that the actor knows for certain: of its own private variables."""
        return [each for each in self.conditions if each.startswith(f"{quoted(actor)}.")]

    def _effects(self, entry: Document, stage: str, *, chance: bool = False) -> Document:
        random = self.random
        if "state" in self.document and random.random() < 0.3:
            name = random.choice(list(self.document["state"]))
            domain = self.document["state"][name]
            if "values" in domain:
                value = quoted(random.choice(domain["values"]))
                if self.conditions and random.random() < 0.4:
                    value = f"if({random.choice(self.conditions)}, {value}, {quoted(domain['values'][0])})"
            else:
                value = f"min({quoted(name)} + 1, {domain['to']}, {domain['to'] + 5})"
            entry["set"] = {name: value}
        if random.random() < 0.2:
            cost: Any = f"{round(random.uniform(0, 0.5), 3) * self.factor!r}"
            entry["cost"] = {random.choice(self.actors): cost} if chance or random.random() < 0.3 else cost
        if random.random() < 0.12:
            entry["end"] = random.choice(self.outcomes)
        return entry

    def _seen(self, stage: Document, moves: list[str]) -> None:
        random = self.random
        if random.random() < 0.3:
            stage["seen_by"] = random.choice(["none", [], random.choice(self.actors), [random.choice(self.actors)]])
        if random.random() < 0.25:
            stage["seen_as"] = dict.fromkeys(moves[:2], "something")

    def _told(self, stages: list[Document], rounds: int = 0) -> None:
        """Stages that later formulas may mention."""
        for stage in stages:
            moves = Case.moves(stage)
            if set(moves) == {"from", "to", "step"}:
                continue
            for move in moves[:2]:
                self.conditions.append(f"{quoted(stage['id'])} = {quoted(move)}")
            if rounds:
                self.numbers.append(f"count({quoted(stage['id'])}, {quoted(moves[0])})")

    def _outcomes(self) -> None:
        self.document["outcomes"] = {
            name: {"payoffs": {actor: self.formula(3) for actor in self.actors}} for name in self.outcomes
        }
        products = [each for each in self.numbers if " * " in each]
        if products:
            self.document["outcomes"][self.outcomes[0]]["payoffs"][self.actors[0]] = self.random.choice(products)
        if self.random.random() < 0.25:
            tiers = " > ".join(quoted(each) for each in self.random.sample(self.outcomes, len(self.outcomes)))
            self.document["preferences"] = {self.actors[0]: tiers.replace(" > ", self.random.choice([" > ", " ~ "]), 1)}
        self.document["finally"] = self.outcomes[0]
        if self.conditions and self.random.random() < 0.5:
            holds = self._shaping()
            if holds:
                self.document["finally"] = [
                    {"when": holds, "outcome": self.outcomes[-1]},
                    {"outcome": self.outcomes[0]},
                ]
        if self.conditions:
            self.document["readings"] = {"R1": {"when": self.random.choice(self._readable() or ["true"])}}

    def _shaping(self) -> str:
        return self.random.choice(self.conditions)

    def _readable(self) -> list[str]:
        stages = [quoted(name) + " =" for name in self.stage_names]
        return [each for each in self.conditions if not any(each.startswith(name) for name in stages)]

    def formula(self, depth: int) -> str:
        """A random number; its size is about that of the factor."""
        return f"{self.factor!r} * ({self._number(depth)})" if self.factor != 1 else self._number(depth)

    def _number(self, depth: int) -> str:
        random = self.random
        if depth == 0 or random.random() < 0.2:
            if self.numbers and random.random() < 0.5:
                return random.choice(self.numbers)
            return repr(random.choice([round(random.uniform(-2, 2), 3), random.randint(-2, 2)]))
        below = lambda: self._number(depth - 1)  # noqa: E731
        kind = random.random()
        if kind < 0.35 and self.conditions:
            return f"if({self._condition(1)}, {below()}, {below()})"
        if kind < 0.55:
            return f"({below()} {random.choice('+-*')} {below()})"
        if kind < 0.7:
            parts = ", ".join(below() for _ in range(random.choice([2, 3, 4, 5])))
            return f"{random.choice(['min', 'max'])}({parts})"
        if kind < 0.8:
            return random.choice(["abs({0})", "exp(-abs({0}))", "sqrt(abs({0}))", "log(1 + abs({0}))"]).format(below())
        if kind < 0.9:
            return f"({below()} / (1 + abs({below()})))"
        return random.choice(["-{0}^2", "({0})^2", "2^-({0})", "--{0}"]).format(random.choice(["1.5", "0.5", "2"]))

    def _condition(self, depth: int) -> str:
        one = self.random.choice(self.conditions)
        if depth == 0 or self.random.random() < 0.6:
            return one
        other = self._condition(depth - 1)
        return self.random.choice(
            [f"({one} and {other})", f"({one} or {other})", f"not {one}", f"not ({one} or {other})"]
        )

    def _rationality(self) -> None:
        random = self.random
        if self.style.limit:
            return
        low, high = self.style.rationality
        value = 10 ** random.uniform(low, high) / self.factor
        told: Any = float(f"{value:.6g}")
        if random.random() < 0.15:
            told = {"uniform": [told / 2, told]}
        elif random.random() < 0.05:
            told = 0
        self.document["rationality"] = told

    def _questions(self) -> list[str]:
        random = self.random
        found = [f"P({quoted(name)})" for name in self.outcomes] + [f"U({quoted(actor)})" for actor in self.actors]
        held = [each for each in self.conditions if "count(" not in each and "round" not in each]
        for _ in range(3 if held else 0):
            found.append(f"P({random.choice(held)}) given ({random.choice(held)})")
            found.append(f"P({random.choice(held)} or not {random.choice(held)})")
            found.append(f"E({self._plain(held)}) given ({random.choice(held)}, {random.choice(held)})")
        if "readings" in self.document and held:
            found.append(f"P(R1) given ({random.choice(held)})")
        parts = [*found[: len(self.outcomes)], *[each for each in self.numbers if each.startswith("q")][:1], "0.3"]
        random.shuffle(parts)
        if self.style.extremes:
            found += [f"min({', '.join(parts)})", f"max({', '.join(parts)}) - 2 * {parts[0]}"]
        found += list(self.document.get("quantities", {}))
        for actor in self.actors if held else ():
            given = random.choice(["", f" given ({random.choice(held)})"])
            found.append(f"B({quoted(actor)}, {random.choice(held)}){given}")
            about = f"B({quoted(random.choice(list(self.actors)))}, {random.choice(held)})"
            found.append(f"B({quoted(actor)}, {about}) given ({random.choice(held)})")
        return found

    def _plain(self, held: list[str]) -> str:
        condition = self.random.choice(held)
        numbers = [each for each in self.numbers if each.startswith("q") or "count" in each] or ["1"]
        return f"if({condition}, {self.random.choice(numbers)}, 2)"


def written(seed: int, style: Style | None = None) -> Written:
    return Writer(Random(seed), style or Style()).case()


__all__ = ["Style", "Written", "math", "told_number", "written"]
