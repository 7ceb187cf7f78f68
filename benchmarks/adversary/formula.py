"""Formulas read and computed in plain Python, sharing nothing with the program.

A formula is a nested tuple: ("number", x), ("name", text), ("dot", actor, variable), ("not" | "neg", part),
(operator, left, right), ("call", function, parts, conditions).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

Tree = tuple[Any, ...]
WORD = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)|(?P<quoted>'[^'\n]*'|\"[^\"\n]*\")"
    r"|(?P<sign>==|!=|<=|>=|[-+*/^()=<>,.]))"
)
NEAR = 1e-9


class UndefinedError(Exception):
    """A formula that has no value here."""


def read(text: str) -> Tree:
    words: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = WORD.match(text, at)
        if found is None:
            raise ValueError(f"{text!r} at {at}")
        words.append((str(found.lastgroup), found[found.lastgroup]))
        at = found.end()
    reader = _Reader([*words, ("end", "")])
    tree = reader.either()
    if reader.words[reader.at][0] != "end":
        raise ValueError(text)
    return tree


class _Reader:
    """Recursive descent, loosest binding first."""

    def __init__(self, words: list[tuple[str, str]]) -> None:
        self.words, self.at = words, 0

    def accept(self, *signs: str) -> str:
        kind, word = self.words[self.at]
        if kind in ("sign", "name") and word in signs:
            self.at += 1
            return word
        return ""

    def chain(self, below: Callable[[], Tree], *signs: str) -> Tree:
        left = below()
        while sign := self.accept(*signs):
            left = (sign, left, below())
        return left

    def either(self) -> Tree:
        return self.chain(self.both, "or")

    def both(self) -> Tree:
        return self.chain(self.negated, "and")

    def negated(self) -> Tree:
        return ("not", self.negated()) if self.accept("not") else self.compared()

    def compared(self) -> Tree:
        left = self.total()
        sign = self.accept("==", "=", "!=", "<=", ">=", "<", ">")
        return ({"==": "="}.get(sign, sign), left, self.total()) if sign else left

    def total(self) -> Tree:
        return self.chain(self.product, "+", "-")

    def product(self) -> Tree:
        return self.chain(self.signed, "*", "/")

    def signed(self) -> Tree:
        sign = self.accept("+", "-")
        if sign:
            return ("neg", self.signed()) if sign == "-" else self.signed()
        base = self.atom()
        return ("^", base, self.signed()) if self.accept("^") else base

    def atom(self) -> Tree:
        kind, word = self.words[self.at]
        self.at += 1
        if kind == "number":
            return ("number", float(word))
        if kind == "sign" and word == "(":
            inner = self.either()
            self.need(")")
            return inner
        if kind not in ("name", "quoted"):
            raise ValueError(word)
        name = word[1:-1] if kind == "quoted" else word
        if kind == "name" and self.accept("("):
            parts = self.listed() if self.words[self.at] != ("sign", ")") else ()
            conditions = self.listed() if self.accept("given") else ()
            self.need(")")
            if self.accept("given"):
                conditions = self.given()
            return ("call", name, parts, conditions)
        if self.accept("."):
            second = self.words[self.at]
            self.at += 1
            return ("dot", name, second[1].strip("'\""))
        return ("name", name)

    def given(self) -> tuple[Tree, ...]:
        if self.accept("("):
            found = self.listed()
            self.need(")")
            return found
        return (self.compared(),)

    def listed(self) -> tuple[Tree, ...]:
        found = [self.either()]
        while self.accept(","):
            found.append(self.either())
        return tuple(found)

    def need(self, sign: str) -> None:
        if not self.accept(sign):
            raise ValueError(f"expected {sign}, found {self.words[self.at]}")


class World:
    """Meaning of names somewhere. Variables hold a number, a name out of `domains`, or None where nothing happened.

    truths: conditions that have a name of their own (outcomes, readings). calls: functions beside the arithmetic ones.
    """

    def __init__(
        self,
        variables: Mapping[str, Any],
        domains: Mapping[str, list[str]],
        *,
        ordered: frozenset[str] = frozenset(),
        truths: Mapping[str, Any] | None = None,
        calls: Mapping[str, Callable[[Tree, World], Any]] | None = None,
    ) -> None:
        self.variables, self.domains, self.ordered = variables, domains, ordered
        self.truths, self.calls = truths or {}, calls or {}
        self.largest = 0.0

    def value(self, tree: Tree) -> Any:
        """A float, a bool, or a name. Raises UndefinedError."""
        found = self._value(tree)
        if isinstance(found, float):
            if not math.isfinite(found):
                raise UndefinedError
            self.largest = max(self.largest, abs(found))
        return found

    def _value(self, tree: Tree) -> Any:
        kind = tree[0]
        if kind == "number":
            return tree[1]
        if kind in ("name", "dot"):
            return self._named(".".join(tree[1:]))
        if kind == "neg":
            return -self.value(tree[1])
        if kind == "not":
            return not self.holds(tree[1])
        if kind == "and":
            return self.holds(tree[1]) and self.holds(tree[2])
        if kind == "or":
            return self.holds(tree[1]) or self.holds(tree[2])
        if kind in COMPARISONS:
            return self._compared(kind, tree[1], tree[2])
        if kind == "call":
            return self._called(tree)
        left, right = self.value(tree[1]), self.value(tree[2])
        return arithmetic(kind, left, right)

    def holds(self, tree: Tree) -> bool:
        """True where a condition holds; a name by itself is then an outcome or a reading, whatever else it names."""
        if tree[0] == "name" and tree[1] in self.truths:
            found = self.truths[tree[1]]
            return self.holds(found) if isinstance(found, tuple) else bool(found)
        return bool(self.value(tree))

    def _named(self, name: str) -> Any:
        if name in ("true", "false"):
            return name == "true"
        if name in self.variables:
            found = self.variables[name]
            if callable(found):
                found = found()
            return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else found
        if name in self.truths:
            return self.holds(("name", name))
        return name

    def _domain(self, tree: Tree) -> str:
        """The variable with named values that a side of a comparison is; empty where it is none."""
        if tree[0] in ("name", "dot") and ".".join(tree[1:]) in self.domains:
            return ".".join(tree[1:])
        if tree[0] == "call" and tree[1] == "before" and tree[2][0][1] in self.domains:
            return tree[2][0][1]
        return ""

    def _compared(self, sign: str, left: Tree, right: Tree) -> bool:
        for one, other, flipped in ((left, right, False), (right, left, True)):
            name = self._domain(one)
            there = written(other)
            if name and there in self.domains[name]:
                here = self.value(one)
                if here is None:
                    return sign == "!="
                if sign in ("=", "!="):
                    return (here == there) == (sign == "=")
                places = self.domains[name].index
                pair = (places(here), places(there))
                return COMPARISONS[sign](*(pair[::-1] if flipped else pair))
        a, b = self.value(left), self.value(right)
        if a is None or b is None:
            return sign == "!="
        if isinstance(a, str) or isinstance(b, str):
            if self._domain(left) in self.ordered and sign not in ("=", "!="):
                places = self.domains[self._domain(left)].index
                return COMPARISONS[sign](places(a), places(b))
            return COMPARISONS[sign](a, b)
        if sign in ("=", "!="):
            return (abs(a - b) <= NEAR) == (sign == "=")
        return COMPARISONS[sign](a, b)

    def _called(self, tree: Tree) -> Any:
        function, parts = tree[1], tree[2]
        if function in self.calls:
            return self.calls[function](tree, self)
        if function == "if":
            return self.value(parts[1] if self.holds(parts[0]) else parts[2])
        numbers = [self.value(each) for each in parts]
        if any(each is None for each in numbers):
            raise UndefinedError
        try:
            return float(FUNCTIONS[function](*numbers))
        except (ValueError, OverflowError):
            raise UndefinedError from None


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
FUNCTIONS: dict[str, Callable[..., float]] = {
    "min": lambda *each: min(each),
    "max": lambda *each: max(each),
    "abs": abs,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
}


def written(tree: Tree) -> str:
    """The name that a side of a comparison is; a value may be called 0."""
    if tree[0] == "number" and tree[1] == int(tree[1]):
        return str(int(tree[1]))
    return tree[1] if tree[0] == "name" else ""


def arithmetic(sign: str, left: float | None, right: float | None) -> float:
    if left is None or right is None:
        raise UndefinedError
    try:
        if sign == "+":
            return left + right
        if sign == "-":
            return left - right
        if sign == "*":
            return left * right
        if sign == "/":
            return left / right
        found = left**right
    except (ZeroDivisionError, OverflowError):
        raise UndefinedError from None
    if isinstance(found, complex):
        raise UndefinedError
    return float(found)
