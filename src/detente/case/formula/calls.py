"""Functions of the language, each with its usage, a sentence about it, and the formulas that may call it."""

from __future__ import annotations

from dataclasses import dataclass

from detente.case.formula.scope import May


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language. may: the kind of thing that a formula must be allowed to mention; None: anywhere."""

    usage: str
    about: str
    may: May | None = None


CALLS = {
    "min": Call("min(a, b)", "the smallest of several numbers"),
    "max": Call("max(a, b)", "the largest of several numbers"),
    "abs": Call("abs(x)", "a number without its sign"),
    "exp": Call("exp(x)", "e to the power of a number"),
    "log": Call("log(x)", "the natural logarithm of a number"),
    "sqrt": Call("sqrt(x)", "the square root of a number"),
    "if": Call("if(condition, then, else)", "one of two values, by whether a condition holds"),
    "count": Call("count(stage, move)", "how often a move was made in earlier rounds", May.COUNT),
    "before": Call("before(stage)", "the move of the round before", May.BEFORE),
    "P": Call("P(condition)", "the probability of a condition, an ending or a reading", May.INTEREST),
    "E": Call("E(number)", "the expectation of a number", May.INTEREST),
    "U": Call("U(actor)", "the expected payoff of an actor", May.INTEREST),
    "B": Call("B(actor, condition)", "what an actor believes of a condition", May.INTEREST),
}
