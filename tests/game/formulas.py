"""Random formulas, their text, and an evaluator that shares nothing with the product: one world at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

_BINDING = {"or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6, "neg": 7, "^": 8}


@dataclass(frozen=True)
class Tree:
    """A formula: an operator with its parts, or a name or number (`leaf`) without any."""

    operator: str
    parts: tuple[Tree, ...] = ()
    leaf: Any = None

    def value(self, world: Mapping[str, Any]) -> Any:
        """Value of the formula; `world` gives names their values."""
        parts = [part.value(world) for part in self.parts] if self.operator != "if" else []
        match self.operator:
            case "number" | "word":
                return self.leaf
            case "name":
                return world[self.leaf]
            case "if":
                condition, then, otherwise = self.parts
                return (then if condition.value(world) else otherwise).value(world)
            case "+" | "-" | "*" | "/" | "^":
                first, second = parts
                return {
                    "+": lambda: first + second,
                    "-": lambda: first - second,
                    "*": lambda: first * second,
                    "/": lambda: first / second,
                    "^": lambda: first**second,
                }[self.operator]()
            case "neg":
                return -parts[0]
            case "min" | "max":
                return sorted(parts)[0 if self.operator == "min" else -1]
            case "abs" | "exp" | "log" | "sqrt":
                return {"abs": abs, "exp": math.exp, "log": math.log, "sqrt": math.sqrt}[self.operator](parts[0])
            case "and" | "or":
                return all(parts) if self.operator == "and" else any(parts)
            case "not":
                return not parts[0]
            case _:
                return _compared(self.operator, *parts)

    def text(self) -> str:
        """As an analyst would write it, with no more parentheses than it needs."""
        return self._told()[0]

    def _told(self) -> tuple[str, int]:
        operator, parts = self.operator, self.parts
        if not parts:
            return (str(self.leaf), 9 if operator != "number" or self.leaf >= 0 else 7)
        if operator in ("min", "max", "abs", "exp", "log", "sqrt", "if"):
            return f"{operator}({', '.join(part.text() for part in parts)})", 9
        binding = _BINDING.get(operator, 4)
        if len(parts) == 1:
            return ("not " if operator == "not" else "-") + parts[0]._within(binding), binding
        left = parts[0]._within(binding + (operator == "^" or binding == 4))
        right = parts[1]._within(7 if operator == "^" else binding + 1)
        return f"{left} {operator} {right}", binding

    def _within(self, binding: int) -> str:
        text, own = self._told()
        return text if own >= binding else f"({text})"


def _compared(sign: str, left: Any, right: Any) -> bool:
    if isinstance(left, str) or isinstance(right, str) or left is None or right is None:
        equal = left is not None and left == right
        return equal if sign == "=" else not equal
    near = abs(left - right) <= min(1e-9, 2.0**-49 * max(abs(left), abs(right)))
    return {
        "=": abs(left - right) <= 1e-9,
        "!=": abs(left - right) > 1e-9,
        "<": left < right and not near,
        "<=": left < right or near,
        ">": left > right and not near,
        ">=": left > right or near,
    }[sign]


def number(value: float) -> Tree:
    return Tree("number", leaf=value)


def name(word: str) -> Tree:
    return Tree("name", leaf=word)


class Writer:
    """Writes random formulas about the names it knows.

    numbers: names with a number. words: names with named values, and these.
    """

    def __init__(self, rng: np.random.Generator, numbers: list[str], words: Mapping[str, list[str]]) -> None:
        self.rng, self.numbers, self.words = rng, numbers, words

    def pick(self, among: Any) -> Any:
        return among[int(self.rng.integers(len(among)))]

    def number(self, depth: int = 3) -> Tree:
        """A number that is defined everywhere."""
        if depth == 0 or self.rng.random() < 0.15:
            if self.numbers and self.rng.random() < 0.7:
                return name(self.pick(self.numbers))
            return number(self.pick([0, 1, 2, 3.5, 0.25, 0.1, 1e-3, 12]))
        one = self.number(depth - 1)
        kind = self.pick(
            ["+", "-", "*", "/", "^", "neg", "min", "max", "min", "max", "abs", "exp", "log", "sqrt", "if"]
        )
        match kind:
            case "+" | "-" | "*":
                return Tree(kind, (one, self.number(depth - 1)))
            case "/":
                return Tree("/", (one, Tree("+", (number(1), Tree("abs", (self.number(depth - 1),))))))
            case "^":
                base = Tree("min", (number(2), Tree("+", (number(0.1), Tree("abs", (one,))))))
                return Tree("^", (base, self.pick([number(-1), number(2), number(0.5), number(3)])))
            case "min" | "max":
                more = [self.number(depth - 1) for _ in range(int(self.rng.integers(1, 5)))]
                parts = [one, *more, *([one] if self.rng.random() < 0.2 else [])]
                return Tree(kind, tuple(parts))
            case "exp":
                return Tree("exp", (Tree("min", (one, number(1))),))
            case "log":
                return Tree("log", (Tree("+", (number(1), Tree("abs", (one,)))),))
            case "sqrt":
                return Tree("sqrt", (Tree("abs", (one,)),))
            case "if":
                return Tree("if", (self.condition(depth - 1), one, self.number(depth - 1)))
            case _:
                return Tree(kind, (one,))

    def condition(self, depth: int = 2) -> Tree:
        """A condition."""
        roll = self.rng.random()
        if depth > 0 and roll < 0.35:
            return Tree(self.pick(["and", "or"]), (self.condition(depth - 1), self.condition(depth - 1)))
        if depth > 0 and roll < 0.45:
            return Tree("not", (self.condition(depth - 1),))
        if self.words and (roll < 0.75 or not self.numbers):
            variable = self.pick(list(self.words))
            sides = (name(variable), Tree("word", leaf=self.pick(self.words[variable])))
            return Tree(self.pick(["=", "!="]), sides if self.rng.random() < 0.7 else sides[::-1])
        left, right = self.number(min(depth, 1)), self.number(min(depth, 1))
        return Tree(self.pick(["<", "<=", ">", ">=", "=", "!="]), (left, right))
